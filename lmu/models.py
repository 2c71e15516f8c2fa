"""What a leader sent from the one screen of the quick log, and what was agreed on a proposal but not yet answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Referral
from forum.meetings.core.models import Meeting
from forum.organisation.models import Body
from lmu.guests.models import GuestLetter
from trepart import clock
from trepart.audit.history import track

__all__ = ["Agreement", "GuestLetter", "LogSheet"]


class LogSheet(models.Model):
    """One filled-in screen. ``key`` is made of the screen's own and what was filled in: the same sent twice is one
    sheet and one meeting.

    ``meeting`` is what it became in the log.
    """

    key = models.UUIDField(unique=True, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="log_sheets")
    held_on = models.DateField(_("day"))
    # Memberships, by id, for the forms that follow; who met stands on the meeting.
    present = models.JSONField(default=list)
    #: Of those, the ones somebody stood in for: stand-ins, by id.
    stand_ins = models.JSONField(default=list)
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="log_sheet")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("log sheet")
        verbose_name_plural = _("log sheets")
        ordering = ["-written_at", "-id"]

    def __str__(self) -> str:
        return f"{self.body} {self.held_on:%d.%m.%Y}"


class Agreement(models.Model):
    """What was agreed on a proposal, in the group's own words, waiting for somebody to write the answer.

    ``step`` is the transition on the proposal it leads to. ``referral_event`` is what had last happened to the stay
    then: as soon as something else has, the agreement no longer waits.
    """

    sheet = models.ForeignKey(LogSheet, on_delete=models.PROTECT, related_name="agreements")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    referral_event = models.BigIntegerField()
    step = models.CharField(max_length=40)
    text = models.TextField(_("what you agreed on"))

    history = track()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]
