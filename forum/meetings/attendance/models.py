"""Absences, deputies called in turn with their answers, and conflicts of interest said ahead (R4, R12)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import CallAnswer
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import track


class Absence(models.Model):
    """Somebody with a seat who has said that they cannot come. The reason is for those who prepare the
    meeting, never for the public."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="absences")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(_("reason"), max_length=200)
    reported_at = models.DateTimeField(_("reported"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("reported absence")
        verbose_name_plural = _("reported absences")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership"], condition=Q(withdrawn_at__isnull=True), name="meetings_absence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.meeting_id}"


class DeputyCall(models.Model):
    """One deputy called (or passed over) for one seat at one meeting: from which list, as which number, when, the
    answer, and the reason (R4)."""

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="calls")
    deputy = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="calls")
    #: As it was then: lists are elected anew, and numbers change.
    group = models.CharField(_("list"), max_length=80)
    number = models.PositiveSmallIntegerField(_("number on the list"))
    called_at = models.DateTimeField(_("called"), default=clock.now)
    answer_by = models.DateTimeField(_("answer wanted by"), null=True, blank=True)
    by_hand = models.BooleanField(_("called by hand"), default=False)
    answer = models.CharField(_("answer"), max_length=10, choices=CallAnswer, default=CallAnswer.WAITING)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    history = track()

    class Meta:
        verbose_name = _("call of a deputy")
        verbose_name_plural = _("calls of deputies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["absence"], condition=Q(answer__in=["waiting", "yes"]), name="meetings_deputycall_one_a_seat"
            ),
            models.CheckConstraint(
                condition=~Q(answer="skipped") | ~Q(reason=""), name="meetings_deputycall_skipped_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy.person}: {self.answer}"

    def get_absolute_url(self) -> str:
        return reverse("forum:deputy_call", args=[self.absence.meeting_id, self.pk])


class ConflictReport(models.Model):
    """A member who may be partial in an item says so ahead, for the secretary and the chair. The body
    decides at the meeting (R12)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="conflict_reports")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(_("why"), max_length=1000)
    reported_at = models.DateTimeField(_("reported"), default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("report of possible partiality")
        verbose_name_plural = _("reports of possible partiality")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="meetings_conflict_report_once")]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.item_id}"
