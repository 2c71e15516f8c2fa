"""Requests that a decision's legality be reviewed (lovlighetskontroll, koml § 27-1, R15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import Decision
from trepart import clock
from trepart.audit.history import track


class LegalityRequest(models.Model):
    """What at least three members of the municipal council have asked for: when, who, and on what
    grounds. One a decision."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="legality_request")
    asked_on = models.DateField(_("asked on"))
    asked_by = models.TextField(_("who asked"), help_text=_("Names of members of the municipal council, one a line."))
    grounds = models.TextField(_("grounds"))
    deadline = models.DateField(_("last day"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("request for review of legality")
        verbose_name_plural = _("requests for review of legality")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(grounds="") & ~Q(asked_by=""), name="meetings_legality_has_words"),
        ]

    def __str__(self) -> str:
        return self.decision.item.label

    @property
    def late(self) -> bool:
        """Say whether it came after the last day."""
        return self.asked_on > self.deadline

    @property
    def names(self) -> list[str]:
        """Return who asked, each by name."""
        return [line.strip() for line in self.asked_by.splitlines() if line.strip()]
