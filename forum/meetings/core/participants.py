"""Who takes part: seats, who is at the table, and who may vote in an item."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.text import capfirst

from forum.meetings.core import attendance_records, one_vote, presence
from forum.meetings.core.queries import next_item
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MeetingStatus
from forum.organisation.enums import Part

if TYPE_CHECKING:
    from forum.meetings.core.models import AgendaItem, Meeting, Recusal
    from forum.organisation.models import Membership


def seats(meeting: "Meeting") -> "list[Membership]":
    """Return every seat in the body on the day of the meeting: what a quorum is half of."""
    return sorted(attendance_records.seats(meeting), key=seat_order)


def number_of_seats(meeting: "Meeting") -> int:
    """Return how many seats the body has on the day of the meeting."""
    return attendance_records.number_of_seats(meeting)


def seat_order(membership: "Membership") -> tuple[int, int, int]:
    """Order a table: leader, deputy leader, then part by part in the order they were elected."""
    roles = {"leader": 0, "deputy_leader": 1}
    parts = {Part.ELECTED: 0, Part.ADMINISTRATION: 1, Part.UNION: 2}
    return roles.get(membership.role, 2), parts.get(Part(membership.part), 3) if membership.part else 3, membership.pk


def at_the_table(meeting: "Meeting", item: "AgendaItem | None" = None, *, moment: int | None = None) -> list[Voter]:
    """Return who has met with a seat: members, and deputies for those who have not (R4).

    With ``item``: who sits there in that item at ``moment`` (`presence`); without one, when it was decided, and now
    where it is not. Without an item, who met when the meeting began. Nobody sits there twice, and no seat is filled
    twice, whatever has been recorded (`one_vote`).
    """
    if item is not None and moment is None and item.decided is not None:
        moment = item.decided.moment
    return _table(meeting, item, moment)


def now_at_the_table(meeting: "Meeting") -> list[Voter]:
    """Return who sits at the table now, in the item the meeting has come to; before it opens, who has met."""
    return _table(meeting, next_item(meeting) if meeting.status == MeetingStatus.IN_SESSION else None, None)


def for_the_rest(meeting: "Meeting") -> list[Voter]:
    """Return who sits at the table now for the rest of the meeting, whoever is out of single items, or sits in one
    alone."""
    lasting = [movement for movement in attendance_records.movements(meeting) if not movement.only]
    return sorted(one_vote.one_each(presence.after(_met(meeting), lasting)), key=_voter_order)


def took_part(item: "AgendaItem") -> list[Voter]:
    """Return everybody who sat at the table in ``item`` at one of its votes, or when it was decided."""
    met, movements = _met(item.meeting), attendance_records.movements(item.meeting)
    found: dict[int, Voter] = {}
    for moment in [*presence.votes_in(item), item.decided.moment if item.decided is not None else None]:
        table = presence.after(met, presence.up_to(moment, item.pk, movements))
        found |= {voter.pk: voter for voter in one_vote.one_each(table)}
    return sorted(found.values(), key=_voter_order)


def _met(meeting: "Meeting") -> list[Voter]:
    return [Voter(row.membership, row.stands_for) for row in attendance_records.attended(meeting)]


def _table(meeting: "Meeting", item: "AgendaItem | None", moment: int | None) -> list[Voter]:
    found = _met(meeting)
    if item is not None:
        found = presence.after(found, presence.up_to(moment, item.pk, attendance_records.movements(meeting)))
    return sorted(one_vote.one_each(found), key=_voter_order)


def entitled(item: "AgendaItem", table: list[Voter] | None = None, *, moment: int | None = None) -> list[Voter]:
    """Return who votes in ``item``, at ``moment`` or now: those at the table, without the disqualified and exempted,
    with deputies called for this item (R12).

    ``table`` is what :func:`at_the_table` gave for the item, where the caller has it already. A deputy called for the
    item has the seat of the one who does not take part, also where that is a deputy; where the seat has come to
    somebody else meanwhile, the deputy has none.
    """
    table = at_the_table(item.meeting, item, moment=moment) if table is None else table
    return taking_part(table, attendance_records.recusals_in(item, moment=moment))


def taking_part(table: Iterable[Voter], recusals: "Iterable[Recusal]") -> list[Voter]:
    """Return who of ``table`` takes part where ``recusals`` have been recorded, with the deputies called for them."""
    recusals = list(recusals)
    out = {recusal.membership.person_id for recusal in recusals}
    found = [voter for voter in table if voter.membership.person_id not in out]
    for recusal in recusals:
        if recusal.deputy is not None and recusal.deputy.person_id not in out:
            found.append(Voter(recusal.deputy, recusal.seat, for_item=True))
    return sorted(one_vote.one_each(found), key=_voter_order)


def _voter_order(voter: Voter) -> tuple[int, int, int]:
    own = seat_order(voter.membership)
    return own if voter.stands_for is None else (2, *own[1:])


def present_of_each_part(members: "Iterable[Membership]", table: Iterable[Voter]) -> list[tuple[str, str]]:
    """Return who is there of each part, for the marks in the bar: ``[("elected", "5/5"), ("union", "3/4")]``.

    A deputy counts in the part of the seat taken. Seats without a part (a safety representative) are
    counted under the role's name.
    """
    all_seats: dict[str, int] = {}
    there: dict[str, int] = {}
    for member in members:
        key = _part_or_role(member)
        all_seats[key] = all_seats.get(key, 0) + 1
    for voter in table:
        key = _part_or_role(voter.seat)
        there[key] = there.get(key, 0) + 1
    order: Mapping[str, int] = {Part.ELECTED: 0, Part.ADMINISTRATION: 1, Part.UNION: 2}
    keys = sorted(all_seats, key=lambda key: (order.get(key, 3), key))
    return [(key, f"{there.get(key, 0)}/{all_seats[key]}") for key in keys]


def _part_or_role(member: "Membership") -> str:
    return member.part or capfirst(str(member.get_role_display()))
