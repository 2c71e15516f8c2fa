"""Reads about meetings, one function for each page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from forum.cases import case_owners
from forum.cases.enums import Resolution
from forum.meetings.core import legality_review, outcome_words
from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting, Recusal
from forum.meetings.core.readable_items import decisions_are_out
from forum.meetings.core.vote_models import Ballot, Motion
from forum.meetings.core.withheld import told_unanimous
from forum.meetings.enums import TAKEN_NOTE_OF, MeetingKind, MeetingStatus, MinutesStatus, Reviewed
from forum.meetings.follow_up.legality_models import LegalityRequest
from forum.meetings.minutes.models import Minutes
from forum.meetings.session.elections.models import Election
from forum.meetings.session.models import Addition, DoorPeriod, Movement, Objection
from forum.organisation.enums import Role
from forum.organisation.models import Body
from forum.organisation.queries import told_apart
from trepart import clock
from trepart.access import grants, policy
from trepart.alphabet import norwegian
from trepart.ui import StatusMeaning

if TYPE_CHECKING:
    from forum.meetings.case_papers.queries import Reading
    from trepart.access.rules import Person

#: One fixed colour per meaning (look/README, principle 6).
MEANING: dict[str, StatusMeaning] = {
    MeetingStatus.PLANNED: "neutral",
    MeetingStatus.CALLED: "info",
    MeetingStatus.IN_SESSION: "info",
    MeetingStatus.ENDED: "neutral",
    MeetingStatus.CANCELLED: "neutral",
}


def day_of(meeting: Meeting) -> date:
    """Return the day the meeting is held, in the municipality's time zone: memberships are read as they run that day.

    Held on another day than it was called for, it begins that day (`forum.meetings.workflow`): lists, minutes, the
    press page and the feed say when it was held.
    """
    return timezone.localtime(meeting.starts_at).date()


#: A meeting that was to begin late in the evening may be opened after midnight: that is its own night.
OWN_NIGHT = timedelta(hours=6)
#: So long before its hour a meeting may be opened without a question: people sit, and clocks differ.
A_LITTLE_BEFORE = timedelta(minutes=5)


def is_another_day(meeting: Meeting, at: datetime) -> bool:
    """Say whether a meeting that is opened at ``at`` is held on another day than the one it was called for. What is
    answered in writing is not held at all."""
    late = timedelta(0) <= at - meeting.starts_at < OWN_NIGHT
    same = timezone.localtime(at).date() == day_of(meeting)
    return meeting.kind != MeetingKind.WRITTEN and not same and not late


def is_early(meeting: Meeting, at: datetime) -> bool:
    """Say whether a meeting that is opened at ``at`` begins well before the hour it was called for, on the same day:
    then those who come to that hour lose what was treated. What is answered in writing begins when it is sent out."""
    return (
        meeting.kind != MeetingKind.WRITTEN
        and not is_another_day(meeting, at)
        and meeting.starts_at - at > A_LITTLE_BEFORE
    )


def moment_in(meeting: Meeting, at: time) -> datetime:
    """Return the moment somebody means by an hour and minute of a meeting that is held: times belong to its night, so
    that 00.15 in one opened at 18.00 is the next day."""
    opened = timezone.localtime(meeting.opened_at or clock.now()).replace(second=0, microsecond=0)
    moment = opened.replace(hour=at.hour, minute=at.minute)
    return moment if moment >= opened else moment + timedelta(days=1)


# The list --------------------------------------------------------------------------------------------------------


def meetings_for(person: "Person", *, past: bool, body: Body | None = None) -> QuerySet[Meeting]:
    """Return the meetings ``person`` may see, the coming ones soonest first, the past ones newest first; of one
    body where ``body`` is given.

    A cancelled meeting stands among the coming ones until its day has passed, so that nobody comes in vain.
    """
    found = policy.visible_to(person, "forum.view_meeting", Meeting.objects.select_related("body", "minutes"))
    if body is not None:
        found = found.filter(body=body)
    gone = Q(status=MeetingStatus.ENDED) | Q(status=MeetingStatus.CANCELLED, starts_at__lt=clock.now())
    if past:
        return found.filter(gone).order_by("-starts_at", "-pk")
    return found.exclude(gone).order_by("starts_at", "pk")


def bodies_with_meetings(person: "Person") -> QuerySet[Body]:
    """Return the bodies that ``person`` can see a meeting of, by name: what the list can be filtered by."""
    seen = policy.visible_to(person, "forum.view_meeting", Meeting.objects.all())
    return Body.objects.filter(pk__in=seen.values("body")).order_by(norwegian("name"), "pk")


def bodies_to_plan_for(person: "Person") -> list[Body]:
    """Return the bodies that ``person`` may plan meetings of today, by name."""
    held = grants.of(person).bodies("forum.plan_meeting")
    found = Body.objects.filter(pk__in=held).order_by(norwegian("name"), "pk") if held else Body.objects.none()
    return [body for body in found if body.is_active]


# One meeting -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemLine:
    """One item as a reader may see it. ``hidden``: kept from this reader, who sees number, basis
    and public title only."""

    item: AgendaItem
    hidden: bool
    #: What has happened to it since the notice, in a word or two each.
    marks: tuple[str, ...] = ()
    #: Its case paper as this reader may read it, with attachments (`forum.meetings.case_papers.queries.Reading`);
    #: None where there is none.
    paper: "Reading | None" = None
    #: What was decided may be told this reader: published, or the reader is one of those inside.
    told: bool = True

    @property
    def decided(self) -> "Decision | None":
        """Return the decision, where there is one and this reader may know it."""
        return None if self.hidden or not self.told else self.item.decided

    @property
    def title(self) -> str:
        """Return the title this reader sees."""
        return self.item.title_outside if self.hidden else self.item.title

    @property
    def function(self) -> str:
        """Return as what the body treats it, where it is several things."""
        return self.item.function.name if self.item.function is not None and not self.hidden else ""

    @property
    def outcome(self) -> str:
        """Return in a word or two what became of it."""
        return short_outcome(self.item, hidden=self.hidden, told=self.told)

    @property
    def consent(self) -> str:
        """Return how many said yes and how many have not answered, where a body agreed; empty otherwise (R24)."""
        decision = self.item.decided if self.told and not self.hidden else None
        return outcome_words.consent(decision) if decision is not None else ""

    @property
    def reviews(self) -> list["Review"]:
        """Return what can be asked to be reviewed, or was, as far as this reader may know (koml §§ 27-1, 27-2; R15):
        whoever may not read the item reads that the doors were closed, and so until when that can be tried."""
        if not self.told:
            return []
        asked = {request.about: request for request in self.item.legality_requests.all()}
        return [
            Review(what, last, None if self.hidden else asked.get(what))
            for what, last in legality_review.last_days(self.item).items()
            if what == Reviewed.DOORS or not self.hidden
        ]

    @property
    def may_be_asked_for_review(self) -> bool:
        """Say whether there is something in the item that no review has been asked of yet."""
        return any(review.request is None for review in self.reviews)

    @property
    def case_reference(self) -> str:
        """Return the folder number, where there is a case and this reader may see it."""
        return self.item.case.reference if self.item.case is not None and not self.hidden else ""

    @property
    def archive_reference(self) -> str:
        """Return the archive's own number, where there is one and this reader may see it."""
        return self.item.case.archive_reference if self.item.case is not None and not self.hidden else ""


@dataclass(frozen=True)
class Review:
    """Something in an item whose legality can be reviewed: until when, and the request where there is one."""

    what: Reviewed
    last: date
    request: LegalityRequest | None

    def __str__(self) -> str:
        return legality_review.sentence(self.what, self.last, over=self.last < clock.today())


def short_outcome(item: AgendaItem, *, hidden: bool = False, told: bool = True) -> str:
    """Return what stands beside an item in the agenda: "Withdrawn", "Closed", "Unanimous", or what was resolved.
    ``hidden`` and ``told`` are as in `ItemLine`."""
    if item.withdrawn_at is not None:
        return _("Withdrawn")
    decision = item.decided if told else None
    if hidden or decision is None:
        if item.is_proposed_closed:
            return _("Proposed closed")
        return pgettext("doors", "Closed") if item.is_closed else ""
    if decision.resolution == Resolution.NOTED:
        return "" if item.meeting.body.by_consensus else _("Taken note of")
    said = capfirst(outcome_words.words(decision, item.meeting.body))
    if told_unanimous(item, decision.ballot):
        said = _("%(outcome)s, unanimously") % {"outcome": said}
    return said


def agenda_of(meeting: Meeting) -> QuerySet[AgendaItem]:
    """Return the items of ``meeting`` in order, with what the pages show of them; withdrawn ones only
    where they had a number."""
    ballots = Ballot.objects.select_related(
        "motion__moved_by__person",
        "motion__moved_by__party",
        "motion__moved_by_attendee",
        "opponent__moved_by__person",
        "opponent__moved_by__party",
        "opponent__moved_by_attendee",
        "presiding__person",
    ).prefetch_related("votes__party")
    return (
        AgendaItem.objects.filter(meeting=meeting)
        .exclude(withdrawn_at__isnull=False, number__isnull=True)
        .select_related(
            "case",
            "referral__case",
            "decision__ballot",
            "decision__responsible",
            "meeting__body",
            "function",
            "lateness",
            "question",
            *case_owners.related("referral__"),
        )
        .prefetch_related(
            Prefetch("ballots", ballots),
            Prefetch(
                "motions", Motion.objects.select_related("moved_by__person", "moved_by__party", "moved_by_attendee")
            ),
            Prefetch("recusals", Recusal.objects.select_related("membership__person", "deputy__person")),
            Prefetch("door_periods", DoorPeriod.objects.select_related("ballot").order_by("pk")),
            "legality_requests",
        )
        .order_by("position", "pk")
    )


def in_full(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Return ``items`` with what has happened around the table in each: who came and went, objections, elections,
    additions to the minutes."""
    movements = Movement.objects.in_order().select_related("membership__person", "stands_for__person")
    return items.prefetch_related(
        Prefetch("movements", movements),
        Prefetch("additions", Addition.objects.select_related("membership__person", "membership__party")),
        Prefetch("objections", Objection.objects.select_related("membership__person")),
        Prefetch(
            "elections",
            Election.objects.select_related("elected").prefetch_related(
                "candidates", "rounds__counts__candidate", "rounds__voices__candidate"
            ),
        ),
    )


def agenda_is_out(meeting: Meeting) -> bool:
    """Say whether those who may see the meeting may read its agenda: once it is called, or written down."""
    return meeting.called_at is not None or meeting.status == MeetingStatus.ENDED


def item_lines(
    meeting: Meeting, *, sees_closed: bool, own: Collection[int] = (), inside: bool = False
) -> list[ItemLine]:
    """Return the agenda as a reader may see it: all of what is kept (``sees_closed``), or the items in ``own`` alone.
    ``inside``: the reader is one of those the meeting is of, and knows what was decided before it is out."""
    told = is_told(meeting, inside=sees_closed or inside)
    return [
        ItemLine(item, item.is_withheld and not sees_closed and item.pk not in own, told=told or item.pk in own)
        for item in agenda_of(meeting)
    ]


def is_told(meeting: Meeting, *, inside: bool) -> bool:
    """Say whether a reader may know what has been decided in a meeting: as it goes on, and when it has ended those
    ``inside`` it, and everybody when the decisions are out."""
    return inside or meeting.status != MeetingStatus.ENDED or decisions_are_out(meeting)


def who_met(meeting: Meeting) -> tuple[list[Attendance], list[Attendance]]:
    """Return who met and who was absent, each in the order of the table."""
    from forum.meetings.core import participants  # counts votes, and asks this module for the day of a meeting

    rows = meeting.attendances.select_related(
        "membership__person", "membership__party", "stands_for__person", "membership__body", "stand_in__person"
    )
    ordered = sorted(rows, key=lambda row: (row.stands_for_id is not None, *participants.seat_order(row.membership)))
    return [row for row in ordered if row.present], [row for row in ordered if not row.present]


def presiding_name(meeting: Meeting) -> str:
    """Return the name of the person presiding: whoever sat in the place on the day, also where that was a stand-in.
    Empty where nobody did."""
    if meeting.presiding is None:
        return ""
    row = (
        meeting.attendances.filter(membership=meeting.presiding_id, stand_in__isnull=False)
        .select_related("stand_in__person")
        .first()
    )
    return row.who.name if row is not None else meeting.presiding.person.name


# Preparing -------------------------------------------------------------------------------------------------------


def minutes_to_approve(meeting: Meeting) -> list[Minutes]:
    """Return published minutes of the body that wait to be approved and stand on no agenda (R13)."""
    waiting = Minutes.objects.filter(meeting__body=meeting.body_id, status=MinutesStatus.PUBLISHED).exclude(
        pk__in=AgendaItem.objects.filter(
            approves__isnull=False, withdrawn_at__isnull=True, settled_at__isnull=True
        ).values("approves")
    )
    return list(waiting.select_related("meeting__body").order_by("meeting__starts_at"))


def next_item(meeting: Meeting) -> AgendaItem | None:
    """Return the item a meeting in session has come to: the first neither decided nor withdrawn, else the last."""
    items = list(meeting.items.filter(withdrawn_at__isnull=True).select_related("decision").order_by("position", "pk"))
    return next((item for item in items if item.decided is None), items[-1] if items else None)


def is_for_information(item: AgendaItem) -> bool:
    """Say whether an item is only to be taken note of."""
    return item.kind in TAKEN_NOTE_OF


def role_words(row: Attendance) -> str:
    """Return what somebody was at the meeting, in words: the role, the political party, for whom a deputy met."""
    said = [str(row.membership.get_role_display())]
    if row.membership.role == Role.DEPUTY and row.stands_for is not None:
        said = [_("deputy for %(name)s") % {"name": told_apart.beside(row.stands_for, row.membership)}]
    if row.stand_in is not None:
        said.append(_("standing in for %(name)s") % {"name": row.membership.person.name})
    # Nobody was asked who presided where it was written down afterwards.
    if row.meeting.presiding_id == row.membership_id and row.meeting.kind != MeetingKind.LOG:
        said.append(_("presiding"))
    return ", ".join(said)
