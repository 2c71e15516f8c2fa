"""What is moved and how it was voted: motions, ballots and each vote, frozen as it was cast (koml § 11-9)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Choice, MotionPurpose
from forum.organisation.enums import Part, Side
from forum.organisation.models import Membership, PoliticalParty
from trepart import clock
from trepart.audit.history import track
from trepart.audit.moments import MomentField


class Motion(models.Model):
    """A proposal for a decision moved in the meeting. The recommendation itself is motion
    number one, moved by nobody."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="motions")
    text = models.TextField(_("motion"))
    moved_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("moved by")
    )
    moved_by_attendee = models.ForeignKey(
        "meetings.Attendee",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("moved by"),
    )
    is_recommendation = models.BooleanField(default=False)
    #: Whom a vote on whether somebody takes part is about (R12).
    concerns = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("about")
    )
    purpose = models.CharField(_("about"), max_length=15, choices=MotionPurpose, default=MotionPurpose.CASE)
    created_at = models.DateTimeField(default=clock.now)
    #: Taken back by whoever moved it before it was voted on; the minutes tell of it.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("motion")
        verbose_name_plural = _("motions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_recommendation=True), name="meetings_motion_one_recommendation"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_on_the_case(self) -> bool:
        """Say whether it stands as moved in the case itself: it is not about the treatment, and not withdrawn."""
        return self.purpose == MotionPurpose.CASE and self.withdrawn_at is None


class Ballot(models.Model):
    """One vote over one motion, or over two against each other. Who was entitled is frozen with it, row by row, so that
    later changes of seats never alter it.

    With ``opponent`` those "for" vote for ``motion``, and those "against" for ``opponent``: one of the two is adopted.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="ballots")
    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="ballots")
    opponent = models.ForeignKey(
        Motion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("against")
    )
    unanimous = models.BooleanField(_("unanimous"), default=False)
    held_at = models.DateTimeField(_("held"), default=clock.now)
    moment = MomentField()
    seats = models.PositiveSmallIntegerField(_("seats in the body"))
    presiding = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    history = track()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["motion", "opponent"], name="meetings_ballot_one_a_motion", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.item.label} {self.held_at:%H:%M}"


class Vote(models.Model):
    """One entitled person's vote, with what that person was then: name, part, side and political party are frozen."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    #: The seat it was cast from: the member's own, or the one the deputy had taken.
    seat = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    part = models.CharField(max_length=20, choices=Part, blank=True)
    side = models.CharField(max_length=20, choices=Side, blank=True)
    party = models.ForeignKey(PoliticalParty, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stands_for = models.CharField(max_length=150, blank=True)
    choice = models.CharField(_("vote"), max_length=10, choices=Choice)

    history = track()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["id"]
        # A person votes once, and no more vote than there are seats: the guard `one_vote` of 0002_guards.
        constraints = [
            models.UniqueConstraint(fields=["ballot", "membership"], name="meetings_vote_once"),
            models.UniqueConstraint(fields=["ballot", "seat"], name="meetings_vote_one_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.choice}"
