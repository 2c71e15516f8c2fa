"""A provisional conclusion, and what each seat has said to it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Referral
from forum.organisation.models import Membership, StandIn
from proposals.consent.enums import ConclusionStatus
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Staged
from trepart.audit.recording import Acting


class ConclusionQuerySet(models.QuerySet["Conclusion"]):
    """Reads over conclusions."""

    def provisional(self) -> Self:
        """Keep what waits for answers."""
        return self.filter(status=ConclusionStatus.PROVISIONAL)


class Conclusion(Staged):
    """What somebody wrote that a body has concluded on a proposal. ``step`` is the transition it leads to when it
    stands, ``filled_in`` that step's form as it was filled in; nothing of it has happened before."""

    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="conclusions", verbose_name=_("referral")
    )
    step = models.CharField(max_length=40)
    filled_in = models.JSONField(default=dict)
    answer = models.TextField(_("answer"))
    #: Whether it is a matter of the working environment, where the safety representative answers too.
    environment = models.BooleanField(_("concerns the working environment"), default=False)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    concluded_at = models.DateTimeField(_("written"), default=clock.now)
    reason = models.TextField(_("why it was taken back"), blank=True)

    history = track()
    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conclusion")
        verbose_name_plural = _("conclusions")
        ordering = ["-concluded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(status="provisional"), name="proposals_conclusion_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(answer=""), name="proposals_conclusion_answers"),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.step}"

    @property
    def acting(self) -> Acting:
        """Return for whom the portal carries it out: the body that agreed on it."""
        return Acting(self.referral.body_id, "", self.referral.body.name)

    def get_absolute_url(self) -> str:
        return reverse("proposals:conclusion", args=[self.referral.case_id, self.pk])


class Stance(models.Model):
    """What was said for one seat to one conclusion, and when that seat was told of it. Without an answer it says that
    there is none, and never anything else."""

    conclusion = models.ForeignKey(Conclusion, on_delete=models.PROTECT, related_name="stances")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("seat"))
    told_on = models.DateField(_("told"), default=clock.today)
    agrees = models.BooleanField(_("agrees"), null=True, blank=True)
    text = models.TextField(_("reason"), blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Who said it, where somebody stood in for the holder of the seat.
    stand_in = models.ForeignKey(StandIn, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField(_("answered"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("answer to a conclusion")
        verbose_name_plural = _("answers to conclusions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["conclusion", "membership"], name="proposals_stance_once"),
            models.CheckConstraint(
                condition=Q(agrees__isnull=True, said_by__isnull=True, said_at__isnull=True, text="")
                | Q(agrees__isnull=False, said_by__isnull=False, said_at__isnull=False),
                name="proposals_stance_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(agrees=False) | ~Q(text=""), name="proposals_stance_no_objection_without_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.agrees}"
