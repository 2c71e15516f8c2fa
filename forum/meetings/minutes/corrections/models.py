"""What has been put right in the record of a meeting after it ended (R29)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Corrected, Ground
from forum.meetings.session.elections.models import Round
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import WrittenOnce


class RecordCorrection(WrittenOnce):
    """One thing put right after the meeting: what it was, what it is, why, by whom and when. Append-only in the
    database; the minutes print it where the thing itself stands.

    ``was`` and ``now`` are stored values (a vote, present or absent) or words (a basis, a
    decision, who somebody voted for, what was counted); empty is nothing.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("what is corrected"), max_length=12, choices=Corrected)
    name = models.CharField(_("about whom"), max_length=150, blank=True)
    was = models.TextField(_("it was"), blank=True)
    now = models.TextField(_("it is"), blank=True)
    reason = models.TextField(_("why"))
    #: Of a decision that was out: why, as everybody may read it.
    ground = models.CharField(_("why, for everybody"), max_length=12, choices=Ground, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("correction of the record")
        verbose_name_plural = _("corrections of the record")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="meetings_correction_with_reason")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()
