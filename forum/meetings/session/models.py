"""Comings and goings, doors, objections, additions to the minutes and people without a seat, as stored."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Capacity, MovementKind, Settled
from forum.meetings.session.elections.models import Round
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.history import track
from trepart.audit.moments import MomentField


class MovementQuerySet(models.QuerySet["Movement"]):
    """Comings and goings."""

    def in_order(self) -> Self:
        """Return them in the order they happened, each with whether votes had been held in its item by then."""
        held = Exists(Ballot.objects.filter(item=OuterRef("item"), moment__lt=OuterRef("moment")))
        counted = Exists(Round.objects.filter(election__item=OuterRef("item"), moment__lt=OuterRef("moment")))
        return self.annotate(after_a_vote=Case(When(held | counted, then=True), default=False)).order_by("moment", "pk")


class Movement(models.Model):
    """Somebody at the table who left, or came, recorded in one item: before its first vote, or between two (R4, R5).
    Never alters a vote held before: those who voted there are frozen with it.

    ``moment`` says where it belongs among the votes of the meeting, and ``at`` the time of day that is told. ``only``
    is for a single item, with the table as it was before in every other. ``because`` ties what follows from something
    else to it: the deputy who took the seat of one who left, the deputy who stepped down when the member came.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="movements")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, related_name="movements", verbose_name=_("from case")
    )
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=MovementKind)
    only = models.BooleanField(_("for this case only"), default=False)
    stands_for = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("meets for")
    )
    because = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    at = models.DateTimeField(_("time"))
    moment = MomentField()
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    skipped_reason = models.CharField(_("why an earlier deputy was skipped"), max_length=200, blank=True)

    history = track()

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("coming or going")
        verbose_name_plural = _("comings and goings")
        ordering = ["moment", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stands_for__isnull=True) | ~Q(stands_for=F("membership")),
                name="meetings_movement_not_for_oneself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.get_kind_display()} {self.item.label}"

    @cached_property
    def after_a_vote(self) -> bool:
        """Say whether votes had been held in its item when it happened: then it was during the item, not before."""
        return bool(Movement.objects.in_order().get(pk=self.pk).after_a_vote)


class DoorPeriod(models.Model):
    """A time the doors were closed for an item while the meeting was in session, on what basis and how it was
    decided (koml § 11-5, R8).

    What was said meanwhile is not for the public, also where the doors were opened again before the case was decided.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="door_periods")
    basis = models.CharField(_("legal basis for closed doors"), max_length=200)
    settled = models.CharField(_("how it was decided"), max_length=10, choices=Settled)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    debate_closed = models.BooleanField(_("the debate on closing was itself behind closed doors"), default=False)
    closed_at = models.DateTimeField(_("closed"), default=clock.now)
    opened_at = models.DateTimeField(_("opened again"), null=True, blank=True)

    history = track()

    class Meta:
        verbose_name = _("closed doors")
        verbose_name_plural = _("closed doors")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(opened_at__isnull=True), name="meetings_doors_closed_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="meetings_doors_with_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.item.label} {self.basis}"


class Objection(models.Model):
    """An objection to deciding an item that came late or without its documents: by the chair, or by
    members (koml § 11-3, R7)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="objections")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    presiding = models.BooleanField(_("made by the person presiding"), default=False)
    at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="meetings_objection_once")]

    def __str__(self) -> str:
        return f"{self.membership.person} {self.item.label}"


class Addition(models.Model):
    """A statement that somebody at the table had put into the minutes (protokolltilførsel)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="additions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    on_behalf = models.CharField(_("on behalf of"), max_length=200, blank=True)
    text = models.TextField(_("addition to the minutes"))
    at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("addition to the minutes")
        verbose_name_plural = _("additions to the minutes")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


class Attendee(models.Model):
    """Somebody without a seat who attends: what they are decides whether they may speak, and whether
    they may move motions (R5).

    ``item`` is the case somebody was invited to inform about; None is the whole meeting.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendees")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="attendees")
    name = models.CharField(_("name"), max_length=150)
    title = models.CharField(_("title"), max_length=150, blank=True)
    capacity = models.CharField(_("capacity"), max_length=20, choices=Capacity)
    at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("attendee without a seat")
        verbose_name_plural = _("attendees without a seat")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "item", "name"], name="meetings_attendee_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_propose(self) -> bool:
        """Say whether motions may be moved: the mayor may in every body (koml § 6-1), nobody else without a seat."""
        return self.capacity == Capacity.MAYOR


class RecordingRequest(models.Model):
    """A request to record or stream the meeting, and what the person presiding answered (koml § 11-6, R14)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="recording_requests")
    by = models.CharField(_("who asks"), max_length=150)
    what = models.CharField(_("what is asked for"), max_length=200)
    allowed = models.BooleanField(_("allowed"))
    reason = models.CharField(_("why not, or on what terms"), max_length=300, blank=True)
    answered_at = models.DateTimeField(default=clock.now)

    history = track()

    class Meta:
        verbose_name = _("request to record")
        verbose_name_plural = _("requests to record")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(allowed=True) | ~Q(reason=""), name="meetings_recording_refused_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.what}"


class DiscussionDraft(models.Model):
    """What a secretary is writing of an item's treatment, saved by itself while it is written. Deleted when it
    is saved for real (R31)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    seen = models.BigIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("draft of a treatment")
        verbose_name_plural = _("drafts of treatments")
        constraints = [models.UniqueConstraint(fields=["item", "author"], name="meetings_discussion_draft_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.author_id}"
