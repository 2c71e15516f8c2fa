"""Who may read what is kept, item by item: those who take part in it or must treat it (R8, R12, R25).

Kept is what is behind closed doors or proposed so, what is in an exempt case, and what was said while the doors were
closed for a while (koml § 11-5, fvl § 13; R8, R25). Asked per item:

- whoever has stepped aside (partial or exempted, R12) reads nothing of it;
- the secretary, who prepares the case and writes the minutes, reads it;
- a member reads it until it is treated, and afterwards where the member was at the table in it; in a group that agrees
  and wrote its meeting down afterwards, whether they met or not: the case is theirs to answer;
- a deputy reads what the deputy sits in, and until the meeting is minuted: then the right ends, apart from those who
  are asked to approve the minutes, who read until they are approved.

One's own votes are one's own (`portal.queries.own_data`). `tests/forum/meetings/test_closed_access.py` has all of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from forum.meetings.core import presence
from forum.meetings.core.models import AgendaItem, Attendance, Meeting, Recusal
from forum.meetings.core.voter import Voter
from forum.meetings.core.withheld import NOT_WITHHELD
from forum.meetings.enums import MeetingKind, MeetingStatus, MinutesStatus, MovementKind
from forum.meetings.minutes.approvals.models import MinutesSigner
from forum.meetings.minutes.models import Minutes
from forum.meetings.session.models import DoorPeriod, Movement
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Membership
from trepart import clock
from trepart.access import grants, role_assignments
from trepart.access.rules import NOTHING

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: The name under which bodies give the right (`trepart/access/roles.py`).
RIGHT = "forum.view_closed"
#: Something of the item is kept: its words, or what was said while the doors were closed.
KEPT = ~NOT_WITHHELD | Q(Exists(DoorPeriod.objects.filter(item=OuterRef("pk")).order_by()))
_AHEAD = (MeetingStatus.PLANNED, MeetingStatus.CALLED, MeetingStatus.CANCELLED)


def runs_that_day(place: str) -> Q:
    """Return the condition that the ``place`` of a row of a meeting runs on the day of the meeting."""
    day = F("meeting__starts_at__date")
    return Q(**{f"{place}__valid_from__lte": day}) & (
        Q(**{f"{place}__valid_to__isnull": True}) | Q(**{f"{place}__valid_to__gte": day})
    )


_COUNTS = runs_that_day("membership") & (Q(stands_for__isnull=True) | runs_that_day("stands_for"))


def own_seats(person: "Person") -> Q:
    """Return which agenda items ``person`` has been called to as a deputy for that item alone: there, and nowhere else,
    a deputy reads and hears what the members do (koml § 8-1, R5, R12)."""
    if not person.is_authenticated:
        return Q(pk__in=[])
    instead = Recusal.objects.filter(deputy__person=person.pk).order_by()
    came = Movement.objects.filter(
        membership__person=person.pk, kind=MovementKind.CAME, stands_for__isnull=False, only=True
    ).order_by()
    return Q(pk__in=instead.values("item")) | Q(pk__in=came.values("item"))


@dataclass(frozen=True)
class _Row:
    """One item that is kept, as far as the judgement needs it."""

    pk: int
    meeting: int
    body: int
    status: str
    kind: str


@dataclass(frozen=True)
class _Place:
    """Why somebody may be inside a body: a seat, or preparing what it treats."""

    seated: bool
    prepares: bool


class _Record:
    """What has been recorded of who took part in some items, of one person or of everybody.

    Of one person: with the comings of the members whose seats the person has had, who took them back by coming.
    """

    def __init__(self, rows: Collection[_Row], person: int | None = None) -> None:
        self.rows = {row.pk: row for row in rows}
        items, meetings = list(self.rows), {row.meeting for row in rows}

        def of(path: str) -> Q:
            return Q(**{path: person}) if person is not None else Q()

        met = Attendance.objects.filter(_COUNTS, meeting__in=meetings, present=True).order_by()
        if person is not None:
            met = met.filter(Q(membership__person=person) | Q(stand_in__person=person))
        rows_met = list(met.select_related("membership", "stands_for", "stand_in").order_by("pk"))
        #: Whose place somebody stood in for: what is recorded of the place is of whoever sat there.
        stood = {(row.membership_id, row.meeting_id): row.stand_in.person_id for row in rows_met if row.stand_in}
        #: Who sat there when the meetings began, and who came and went, in order.
        self.met: dict[int, list[Voter]] = {}
        for row in rows_met:
            self.met.setdefault(row.meeting_id, []).append(Voter(row.membership, row.stands_for))
        #: Who has sat somewhere in a meeting.
        self.sat = {stood.get((row.membership_id, row.meeting_id), row.membership.person_id) for row in rows_met}
        self.stood = stood

        def theirs(path: str) -> Q:
            places = [place for place, _meeting in stood]
            return of(f"{path}__person") | Q(**{f"{path}__in": places}) if person is not None else Q()

        aside = Recusal.objects.filter(theirs("membership"), item__in=items).order_by()
        self.aside: set[tuple[int, int]] = set()
        for who, place, item in aside.values_list("membership__person", "membership", "item"):
            self.aside.add((stood.get((place, self.rows[item].meeting), who), item))
        instead = Recusal.objects.filter(of("deputy__person"), item__in=items, deputy__isnull=False).order_by()
        self.single = set(instead.values_list("deputy__person", "item"))
        self.rolled = set(Attendance.objects.filter(meeting__in=meetings).order_by().values_list("meeting", flat=True))
        self.moves: dict[int, list[Movement]] = {}
        moved = Movement.objects.filter(_COUNTS, meeting__in=meetings).order_by("moment", "pk")
        seats = [row.stands_for_id for row in rows_met if row.stands_for_id]
        taken = Movement.objects.filter(theirs("membership"), meeting__in=meetings, stands_for__isnull=False).order_by()
        if person is not None:
            had = Q(membership__in=seats) | Q(membership__in=taken.values("stands_for"))
            moved = moved.filter(theirs("membership") | had)
        for move in moved.select_related("membership", "stands_for"):
            self.moves.setdefault(move.meeting_id, []).append(move)
            who = self._who(move.membership, move.meeting_id)
            self.sat.add(who)
            if move.kind == MovementKind.CAME and move.only and move.stands_for_id and move.item_id in self.rows:
                self.single.add((who, move.item_id))
        self.treated = presence.moments_of([row.pk for row in rows if row.meeting in self.moves])
        self._tables: dict[int, dict[int, set[bool]]] = {}
        minuted = Minutes.objects.filter(meeting__in=meetings).exclude(status=MinutesStatus.DRAFT).order_by()
        self.minuted = dict(minuted.values_list("meeting", "status"))
        asked = MinutesSigner.objects.filter(of("membership__person"), minutes__meeting__in=self.minuted).order_by()
        self.asked = set(asked.values_list("membership__person", "minutes__meeting"))

    def people(self) -> set[int]:
        """Return everybody who has sat somewhere in it."""
        return self.sat | {who for who, _item in self.single}

    def _who(self, place: Membership, meeting: int) -> int:
        """Return the id of whoever sat in ``place`` in a meeting: its holder, or the one who stood in."""
        return self.stood.get((place.pk, meeting), place.person_id)

    def _table(self, row: _Row) -> dict[int, set[bool]]:
        """Return who was at the table when an item was treated, or is now, by id: as a member (False), as a deputy."""
        if row.pk not in self._tables:
            found: dict[int, set[bool]] = {}
            times: list[int | None] = [*self.treated.get(row.pk, ())] or [None]
            for at in times:
                moves = presence.up_to(at, row.pk, self.moves.get(row.meeting, ()))
                for voter in presence.after(self.met.get(row.meeting, ()), moves):
                    found.setdefault(self._who(voter.membership, row.meeting), set()).add(voter.stands_for is not None)
            self._tables[row.pk] = found
        return self._tables[row.pk]

    def took_part(self, person: int, row: _Row) -> str:
        """Return as what ``person`` was at the table at any moment an item was treated: "member", "deputy", or not at
        all; of an item that is not treated yet, as what the person is there now."""
        seen = self._table(row).get(person, set())
        return "member" if False in seen else "deputy" if True in seen else ""

    def reads(self, person: int, row: _Row, place: _Place) -> bool:
        """Say whether ``person``, with that place in the body today, reads one item."""
        if (person, row.pk) in self.aside:
            return False
        if place.prepares:
            return True
        status = self.minuted.get(row.meeting)
        over = status is not None and not (status == MinutesStatus.PUBLISHED and (person, row.meeting) in self.asked)
        if (person, row.pk) in self.single:
            return not over
        took = self.took_part(person, row)
        if took == "deputy":
            return not over
        # In a group that agrees every seat has the case, and answers: nothing is kept from one who was away.
        logged = row.kind == MeetingKind.LOG
        return place.seated and (logged or row.status in _AHEAD or row.meeting not in self.rolled or took == "member")


_NOWHERE = _Place(seated=False, prepares=False)


def _places_of(person: "Person") -> Mapping[int, _Place]:
    """Return where ``person`` is inside a body today, by the id of the body."""
    held = grants.of(person)
    bodies = held.bodies(RIGHT)
    roles: dict[int, set[str]] = {}
    for standing in held.standings:
        if standing.body_id in bodies:
            roles.setdefault(standing.body_id, set()).add(standing.role)
    return {
        body: _Place(seated=bool(found & set(SEATED)), prepares=Role.SECRETARY in found)
        for body, found in roles.items()
    }


def kept_items_open_to(person: "Person", among: Q | None = None) -> frozenset[int]:
    """Return the ids of the kept items that ``person`` may read today, of those ``among`` says (all of them, where
    nothing is said). A constant number of queries."""
    if not person.is_authenticated or not person.is_active:
        return frozenset()
    rows = _kept(_near(person) if among is None else _near(person) & among)
    if not rows:
        return frozenset()
    places, record = _places_of(person), _Record(rows, person.pk)
    return frozenset(row.pk for row in rows if record.reads(person.pk, row, places.get(row.body, _NOWHERE)))


def _near(person: "Person") -> Q:
    """Return the items that there is any reason at all to ask about: of the bodies the person is in, and of the
    meetings the person sat in."""
    met = Attendance.objects.filter(Q(membership__person=person.pk) | Q(stand_in__person=person.pk), present=True)
    moved = Movement.objects.filter(membership__person=person.pk)
    return (
        Q(meeting__body__in=grants.of(person).bodies(RIGHT))
        | Q(meeting__in=met.order_by().values("meeting"))
        | Q(meeting__in=moved.order_by().values("meeting"))
        | own_seats(person)
    )


def _kept(condition: Q) -> list[_Row]:
    return _rows(KEPT & condition)


def _rows(condition: Q) -> list[_Row]:
    found = AgendaItem.objects.filter(condition).order_by()
    return [
        _Row(*values)
        for values in found.values_list("pk", "meeting", "meeting__body", "meeting__status", "meeting__kind")
    ]


def reads_item(person: "Person", item: AgendaItem) -> bool:
    """Say whether ``person`` reads what is kept of ``item``; of an item that keeps nothing, whether the person is
    inside."""
    if not AgendaItem.objects.filter(KEPT, pk=item.pk).exists():
        return is_inside(person, item.meeting) or AgendaItem.objects.filter(own_seats(person), pk=item.pk).exists()
    return item.pk in kept_items_open_to(person, Q(pk=item.pk))


def reads_all_of(person: "Person", meeting: Meeting) -> bool:
    """Say whether ``person`` is inside and reads everything that is kept in ``meeting``: what is printed for members
    is given whole, or not at all."""
    if not is_inside(person, meeting):
        return False
    kept = {row.pk for row in _kept(Q(meeting=meeting.pk))}
    return not kept or kept <= kept_items_open_to(person, Q(meeting=meeting.pk))


def is_inside(person: "Person", meeting: Meeting) -> bool:
    """Say whether ``person`` is one of those the meeting is of, today: with a place in the body that gives the right,
    or with a seat as a deputy that has not ended with the minutes."""
    if meeting.body_id in grants.of(person).bodies(RIGHT):
        return True
    return person.is_authenticated and Meeting.objects.filter(sat_in_as_deputy(person.pk), pk=meeting.pk).exists()


def inside_meetings(person: "Person") -> Q:
    """Return the meetings of which :func:`is_inside` says yes."""
    own = Q(body__in=grants.of(person).bodies(RIGHT))
    return own | sat_in_as_deputy(person.pk) if person.is_authenticated else NOTHING


def sat_in_as_deputy(person: Any) -> Q:
    """Return the meetings ``person`` (an id, or an outer reference to one) has a seat in as a deputy, until they are
    minuted, or approved by those asked to."""
    seats = Q(stands_for__isnull=False) & _COUNTS & Q(membership__person=person)
    met = Attendance.objects.filter(seats, present=True).order_by()
    came = Movement.objects.filter(seats, kind=MovementKind.CAME, only=False).order_by()
    asked = MinutesSigner.objects.filter(membership__person=person).order_by().values("minutes__meeting")
    out = Minutes.objects.exclude(status=MinutesStatus.DRAFT).order_by()
    approved = Minutes.objects.filter(status=MinutesStatus.APPROVED).order_by()
    ended = Q(pk__in=out.values("meeting")) & (~Q(pk__in=asked) | Q(pk__in=approved.values("meeting")))
    return (Q(pk__in=met.values("meeting")) | Q(pk__in=came.values("meeting"))) & ~ended


def items_treated_by(person: "Person") -> "QuerySet[AgendaItem]":
    """Return the items whose papers ``person`` reads with what is exempt: of the person's own bodies, without those
    that are kept from the person, once their agenda is out; and those the person sits in as a deputy."""
    none = AgendaItem.objects.none()
    if not person.is_authenticated or not person.is_active:
        return none
    bodies = grants.of(person).bodies(RIGHT)
    rows = _rows(_near(person) & (KEPT | ~Q(meeting__body__in=bodies)))
    places, record = _places_of(person), _Record(rows, person.pk)
    open_to = {row.pk for row in rows if record.reads(person.pk, row, places.get(row.body, _NOWHERE))}
    out = Q(meeting__called_at__isnull=False) | Q(meeting__status=MeetingStatus.ENDED.value)
    shut = {row.pk for row in rows} - open_to
    own = out & Q(meeting__body__in=bodies) & ~Q(pk__in=shut)
    return AgendaItem.objects.filter(own | Q(pk__in=open_to) & (out | own_seats(person))).order_by()


def meetings_read_whole(person: "Person") -> Q:
    """Return the meetings of which :func:`reads_all_of` says yes."""
    if not person.is_authenticated:
        return NOTHING
    inside = inside_meetings(person)
    rows = _kept(_near(person))
    if not rows:
        return inside
    places, record = _places_of(person), _Record(rows, person.pk)
    shut = {row.meeting for row in rows if not record.reads(person.pk, row, places.get(row.body, _NOWHERE))}
    return inside & ~Q(pk__in=shut) if shut else inside


# Who reads it: for mails and notices ------------------------------------------------------------------------------


def _standing(body: int) -> dict[int, _Place]:
    """Return who is inside a body today, by the id of the person."""
    from trepart.access.models import User

    found: dict[int, _Place] = {}
    places = grants.places(RIGHT, bodies={body})
    for seated in (True, False):
        some = [place for place in places if place[1] in (SEATED if seated else (Role.SECRETARY,))]
        if not some:
            continue
        people = User.objects.filter(role_assignments.source().people(some, clock.today()), is_active=True)
        for pk in set(people.values_list("pk", flat=True)):
            before = found.get(pk, _NOWHERE)
            found[pk] = _Place(seated=seated or before.seated, prepares=not seated or before.prepares)
    return found


def readers_of_item(item: AgendaItem) -> set[int]:
    """Return the ids of those who may read what is kept of ``item`` today; of an item that keeps nothing, of those
    inside."""
    rows = _kept(Q(pk=item.pk))
    if not rows:
        return readers_of_items_in(item.meeting, rows) | _called_for(item)
    return readers_of_items_in(item.meeting, rows)


def readers_of_meeting(meeting: Meeting) -> set[int]:
    """Return the ids of those who may read everything in ``meeting`` today."""
    return readers_of_items_in(meeting, _kept(Q(meeting=meeting.pk)))


def readers_of_items_in(meeting: Meeting, rows: Iterable[_Row]) -> set[int]:
    """Return the ids of those who may read all of ``rows``, which are of ``meeting``."""
    rows = list(rows)
    standing = _standing(meeting.body_id)
    if not rows:
        seats = Q(stands_for__isnull=False) & _COUNTS & Q(meeting=meeting.pk)
        met = Attendance.objects.filter(seats, present=True).values_list("membership__person", flat=True)
        came = Movement.objects.filter(seats, kind=MovementKind.CAME, only=False)
        called = {*met, *came.values_list("membership__person", flat=True)}
        left = {pk for pk in called if Meeting.objects.filter(sat_in_as_deputy(pk), pk=meeting.pk).exists()}
        return set(standing) | left
    record = _Record(rows)
    people = set(standing) | record.people()
    return {pk for pk in people if all(record.reads(pk, row, standing.get(pk, _NOWHERE)) for row in rows)}


def _called_for(item: AgendaItem) -> set[int]:
    came = item.movements.filter(kind=MovementKind.CAME, stands_for__isnull=False, only=True)
    called = item.recusals.filter(deputy__isnull=False)
    return {
        *came.values_list("membership__person", flat=True),
        *called.values_list("deputy__person", flat=True),
    }
