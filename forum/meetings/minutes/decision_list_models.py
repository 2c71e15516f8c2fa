"""The decision list (vedtaksliste): what was decided, out the same day, before the minutes are written through."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import Meeting
from forum.meetings.minutes.models import PrintedVersion


class DecisionList(PrintedVersion):
    """One published version of a meeting's decision list: a document with a life of its own, beside the minutes.
    Append-only in the database (R29)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decision_lists")

    class Meta:
        verbose_name = _("decision list")
        verbose_name_plural = _("decision lists")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="meetings_decisionlist_number"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="meetings_decisionlist_correction_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("forum:decision_list", args=[self.meeting_id])
