"""Meetings: who met, what was on the agenda, what was moved, how it was voted, what was decided."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case, Referral
from forum.delegations.enums import Authority, authority_name
from forum.delegations.models import Delegation
from forum.meetings.core.withheld import AgendaItemQuerySet
from forum.meetings.enums import Doors, ItemKind, MeetingKind, RecusalKind, Settled
from forum.organisation.models import Body, BodyFunction, Membership, StandIn
from trepart import clock
from trepart.audit.history import track
from trepart.audit.models import Staged
from trepart.audit.moments import MomentField

if TYPE_CHECKING:
    from trepart.access.models import User


class Meeting(Staged):
    """A meeting of a body: called, held and minuted, or (``kind`` log) written down when it is over."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("body"))
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind, default=MeetingKind.ORDINARY)
    starts_at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    remote = models.BooleanField(_("members may take part remotely"), default=False)
    called_at = models.DateTimeField(_("called"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    presiding = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("presiding")
    )
    presiding_elected = models.BooleanField(_("elected to preside over this meeting"), default=False)
    remarks = models.TextField(_("remarks on notice and agenda"), blank=True)
    others_present = models.TextField(_("from the administration and others"), blank=True)
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)
    urgent_reason = models.TextField(_("why it could not wait for an ordinary meeting"), blank=True)

    history = track()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["body", "-starts_at"], name="meetings_meeting_body"),
            models.Index(fields=["status", "starts_at"], name="meetings_meeting_status"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.starts_at:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("forum:meeting_detail", args=[self.pk])


class AgendaItem(models.Model):
    """One case on one agenda. The number is given when the meeting is called and never used again, not even when
    the item is withdrawn."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(_("series"), max_length=2, choices=ItemKind, default=ItemKind.PS)
    position = models.PositiveSmallIntegerField(_("place on the agenda"))
    #: What the number begins with, as people write it; it comes with the number.
    series = models.CharField(_("series"), max_length=8, blank=True, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    approves = models.ForeignKey("meetings.Minutes", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: The place on an earlier agenda that was postponed, where no case of the queue keeps the two together.
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued")
    function = models.ForeignKey(
        BodyFunction, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("treated as")
    )
    title = models.CharField(_("title"), max_length=200)
    recommendation = models.TextField(_("recommendation"), blank=True)
    recommended_by = models.CharField(_("recommendation from"), max_length=120, blank=True)
    late = models.BooleanField(_("put on after the notice"), default=False)
    papers_late = models.BooleanField(_("its documents did not go out with the notice"), default=False)
    doors = models.CharField(_("doors"), max_length=10, choices=Doors, default=Doors.OPEN)
    #: On which the doors are closed, or proposed closed.
    closed_basis = models.CharField(_("legal basis for closed doors"), max_length=200, blank=True)
    public_title = models.CharField(_("title the public sees"), max_length=200, blank=True)
    discussion = models.TextField(_("treatment"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)

    history = track()

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="meetings_item_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(withdrawn_at__isnull=True, settled_at__isnull=True),
                name="meetings_item_referral_on_one_agenda",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                name="meetings_item_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(doors=Doors.OPEN, closed_basis="") | (~Q(doors=Doors.OPEN) & ~Q(closed_basis="")),
                name="meetings_item_doors_with_basis",
            ),
        ]

    # When the decision has set its case in motion, or there is nothing to set in motion: then the referral
    # may stand on another agenda.
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    settle_error = models.TextField(blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.label} {self.title}".strip()

    @property
    def label(self) -> str:
        """Return the number as people write it, "PS 12/26", "LMU 3/26"; empty before the meeting is called."""
        return f"{self.series or self.kind} {self.number}/{(self.year or 0) % 100:02d}" if self.number else ""

    @property
    def is_closed(self) -> bool:
        """Say whether the body has closed the doors for this item (koml § 11-5, R8)."""
        return self.doors == Doors.CLOSED

    @property
    def is_proposed_closed(self) -> bool:
        """Say whether the item is proposed treated behind closed doors, and the body has not answered (R8)."""
        return self.doors == Doors.PROPOSED

    @property
    def is_withheld_by_doors(self) -> bool:
        """Say whether the words of the item are withheld by the doors: closed, or proposed closed."""
        return self.doors != Doors.OPEN

    @property
    def folder(self) -> Case | None:
        """Return the case that is treated, or None for an item that stands alone."""
        if self.case is not None:
            return self.case
        return self.referral.case if self.referral is not None else None

    @property
    def is_exempt(self) -> bool:
        """Say whether the case itself may be read only by those who treat it (R25): its words are
        kept, whatever the doors."""
        return self.folder is not None and self.folder.access == CaseAccess.RECEIVER

    @property
    def is_withheld(self) -> bool:
        """Say whether what was said and decided is only for those who take part: behind closed
        doors (proposed or closed), or in an exempt case."""
        return self.is_withheld_by_doors or self.is_exempt

    @property
    def withheld_basis(self) -> str:
        """Return the legal basis on which the item is kept from others; empty for an open one, and for a case
        nobody has screened yet."""
        return self.closed_basis or (self.folder.access_basis if self.is_exempt and self.folder is not None else "")

    @property
    def title_outside(self) -> str:
        """Return the title that is shown to whoever may not read the item."""
        if self.public_title or not self.is_exempt or self.folder is None:
            return self.public_title or gettext("Closed by law")
        return gettext("Case %(reference)s, not public") % {"reference": self.folder.reference}

    @property
    def decided(self) -> "Decision | None":
        """Return the decision, or None before there is one."""
        return getattr(self, "decision", None)


class Attendance(models.Model):
    """One seat or seated deputy at one meeting: met or absent, and for whom a deputy met (R4)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="attendances")
    present = models.BooleanField(_("present"), default=True)
    #: For those who run the meeting; in no minutes, list or file (R51).
    absence_reason = models.CharField(_("reason for absence"), max_length=200, blank=True)
    on_leave = models.BooleanField(_("has leave (Local Government Act § 7-9)"), default=False)
    stands_for = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("meets for")
    )
    skipped_reason = models.CharField(_("why an earlier deputy was skipped"), max_length=200, blank=True)
    #: Who took the place on the day: somebody who stood in for its holder. A deputy has a place of the own; a
    #: stand-in has the holder's.
    stand_in = models.ForeignKey(
        StandIn, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stand-in")
    )

    history = track()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "membership"], name="meetings_attendance_once"),
            models.UniqueConstraint(
                fields=["meeting", "stands_for"],
                condition=Q(stands_for__isnull=False, present=True),
                name="meetings_attendance_one_deputy_a_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.meeting_id}"

    @property
    def who(self) -> "User":
        """Return the person who met, or should have."""
        return self.stand_in.person if self.stand_in is not None else self.membership.person


class Recusal(models.Model):
    """A member who does not take part in an item: disqualified (fvl § 6, koml § 11-10) or exempted (§
    11-11), with the basis (R12)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recusals")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=RecusalKind, default=RecusalKind.PARTIALITY)
    basis = models.CharField(_("legal basis"), max_length=200)
    deputy = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy called for this item"),
    )
    #: The seat that is empty in the item, and that the deputy takes: the member's own, or the one a deputy had.
    seat = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    skipped_reason = models.CharField(_("why an earlier deputy was skipped"), max_length=200, blank=True)
    settled = models.CharField(_("how it was decided"), max_length=10, choices=Settled, default=Settled.AGREED)
    ballot = models.ForeignKey("meetings.Ballot", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    moment = MomentField()

    history = track()

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="meetings_recusal_once")]

    def __str__(self) -> str:
        return f"{self.membership} {self.item_id}"


class Decision(models.Model):
    """What was decided in an item: the words, what they do to the case, who carries them out (R16), and the answer the
    proposer is given (R18)."""

    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="decision")
    text = models.TextField(_("decision"))
    resolution = models.CharField(_("what it means for the case"), max_length=12, choices=Resolution)
    ballot = models.ForeignKey("meetings.Ballot", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("answer to the proposer"), blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions_to_carry_out",
        verbose_name=_("responsible"),
    )
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    #: What the decision rests on, and how much it gives from there (R35, R37); a recommendation rests on nothing.
    delegation = models.ForeignKey(
        Delegation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("rests on the delegation"),
    )
    amount = models.PositiveIntegerField(_("gives, in kroner"), null=True, blank=True)
    #: Who has the authority, where the body only recommends; the name of a committee.
    goes_to = models.CharField(_("recommended to"), max_length=20, choices=Authority, blank=True)
    goes_to_name = models.CharField(_("name of the committee"), max_length=120, blank=True)
    options = models.JSONField(default=dict, blank=True)
    differs = models.TextField(_("why it differs from what was voted on"), blank=True)
    decided_at = models.DateTimeField(default=clock.now)
    moment = MomentField()

    history = track()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(delegation__isnull=False),
                name="meetings_decision_money_by_delegation",
            ),
            models.CheckConstraint(
                condition=~Q(resolution="to_council") | ~Q(goes_to=""), name="meetings_decision_recommended_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def authority(self) -> str:
        """Return who has the last word where the body recommends: "the municipal council", or the committee by name."""
        return authority_name(self.goes_to, self.goes_to_name)

    @property
    def follow_up_date(self) -> date | None:
        """Return the day the matter comes back or is to be done."""
        return self.due_on
