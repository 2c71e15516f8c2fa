"""Members' answers in urgent cases, as they are stored (koml § 11-8, R10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import track


class WrittenAnswer(models.Model):
    """What one member answers in writing: to what is proposed, and to its being treated in writing at all. It is
    adopted only if all say yes to both."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="written_answers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    accepts_proposal = models.BooleanField(_("yes to what is proposed"))
    accepts_procedure = models.BooleanField(_("yes to treating it in writing"))
    answered_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("answer in writing")
        verbose_name_plural = _("answers in writing")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="meetings_written_answer_once")]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.item_id}"

    @property
    def accepts(self) -> bool:
        """Say whether the answer is yes to both."""
        return self.accepts_proposal and self.accepts_procedure


class PostponementDemand(models.Model):
    """A member's demand that what was called as an urgent remote meeting waits for an ordinary one; a third of
    the members can force it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="postponement_demands")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("demand that an urgent meeting is postponed")
        verbose_name_plural = _("demands that an urgent meeting is postponed")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "membership"], name="meetings_demand_once")]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.meeting_id}"
