"""Requests for a review of legality (lovlighetskontroll, koml §§ 27-1, 27-2; R15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Reviewed
from trepart import clock
from trepart.audit.history import track


class LegalityRequest(models.Model):
    """What at least three members of the municipal council have asked for: of what in a case, when, who, and on what
    grounds."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="legality_requests")
    about = models.CharField(_("what is to be reviewed"), max_length=12, choices=Reviewed, default=Reviewed.DECISION)
    #: The day it was handed in or posted: that is what counts (fvl § 30).
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
            models.UniqueConstraint(fields=["item", "about"], name="meetings_legality_once"),
            models.CheckConstraint(condition=~Q(grounds="") & ~Q(asked_by=""), name="meetings_legality_has_words"),
        ]

    def __str__(self) -> str:
        return self.item.label

    @property
    def late(self) -> bool:
        """Say whether it came after the last day."""
        return self.asked_on > self.deadline

    @property
    def names(self) -> list[str]:
        """Return who asked, each by name."""
        return [line.strip() for line in self.asked_by.splitlines() if line.strip()]
