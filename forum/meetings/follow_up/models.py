"""What is to be carried out after a decision, until it is done (koml § 13-1, R16)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.delegations.enums import AuthorityAnswer
from forum.meetings.core.models import Decision
from trepart import clock
from trepart.audit.history import WrittenOnce, track


class FollowUp(models.Model):
    """The carrying out of one decision. The decision says what the meeting decided, and stays; who sees to it and
    by when may change here."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="carrying_out")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("responsible"),
    )
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    #: The decision was corrected, and is not to be carried out: nobody has done it, and ``done_on`` is when it ended.
    lapsed = models.BooleanField(_("no longer to be carried out"), default=False)
    #: Of a recommendation: how it was answered by whoever has the authority, and when that was decided.
    answered = models.CharField(_("answered"), max_length=10, choices=AuthorityAnswer, blank=True)
    answered_on = models.DateField(_("decided there"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("follow-up of a decision")
        verbose_name_plural = _("follow-up of decisions")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered="", answered_on__isnull=True) | ~Q(answered="") & Q(answered_on__isnull=False),
                name="meetings_followup_answered_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(lapsed=False) | Q(done_on__isnull=False), name="meetings_followup_lapsed_on_a_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["responsible", "due_on"], condition=Q(done_on__isnull=True), name="meetings_followup_open"
            )
        ]

    def __str__(self) -> str:
        return self.decision.item.label

    def get_absolute_url(self) -> str:
        return reverse("forum:follow_up", args=[self.pk])

    @property
    def awaits_answer(self) -> bool:
        """Say whether the body has recommended, and nobody has written down what was answered."""
        return self.done_on is None and self.decision.resolution == Resolution.TO_COUNCIL

    def is_overdue(self, on: date | None = None) -> bool:
        """Say whether it should have been done before that day (today unless said)."""
        return self.done_on is None and self.due_on is not None and self.due_on < (on or clock.today())


class FollowUpNote(WrittenOnce):
    """What whoever sees to it has told of the progress. Append-only in the database."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("how it goes"))
    done = models.BooleanField(_("it is done"), default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("progress of a decision")
        verbose_name_plural = _("progress of decisions")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:80]
