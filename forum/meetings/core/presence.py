"""Who is there in each item: the roll call, and everybody who has come or gone since (R4, R5).

Items are ordered as they were treated: those voted on or decided in the order they were, then the others as the agenda
has them. A movement counts in its own item and every one treated after it, and in none before: what was decided stays
as it was, whatever happens later.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Min, Q

from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MotionPurpose, MovementKind

if TYPE_CHECKING:
    from forum.meetings.core.models import Meeting
    from forum.meetings.session.models import Movement


def order_of_treatment(meeting: "Meeting") -> dict[int, int]:
    """Return where each item stands in the order of treatment, by id: those voted on or decided first, as they were,
    then the agenda's order."""
    return orders_of_treatment([meeting.pk]).get(meeting.pk, {})


def orders_of_treatment(meetings: "Collection[int]") -> dict[int, dict[int, int]]:
    """Return the same of each of ``meetings`` (ids) that has items, in one query; none where there are no meetings."""
    if not meetings:
        return {}
    voted_at = Min("ballots__held_at", filter=Q(ballots__motion__purpose=MotionPurpose.CASE))
    items = AgendaItem.objects.filter(meeting__in=meetings).annotate(voted_at=voted_at).order_by("position", "pk")
    times: dict[int, list[tuple[int, datetime | None]]] = {}
    for meeting, pk, decided, voted in items.values_list("meeting", "pk", "decision__decided_at", "voted_at"):
        at = min((at for at in (decided, voted) if at is not None), default=None)
        times.setdefault(meeting, []).append((pk, at))
    return {meeting: _in_order(rows) for meeting, rows in times.items()}


def _in_order(times: "Sequence[tuple[int, datetime | None]]") -> dict[int, int]:
    treated = sorted((at, place, pk) for place, (pk, at) in enumerate(times) if at is not None)
    waiting = [pk for pk, at in times if at is None]
    return {pk: place for place, pk in enumerate([*(pk for _at, _place, pk in treated), *waiting])}


def up_to(item: "AgendaItem", movements: "Sequence[Movement]", order: dict[int, int]) -> "list[Movement]":
    """Return the movements that count in ``item``."""
    here = order[item.pk]
    return [m for m in movements if m.item_id == item.pk or (not m.only and order[m.item_id] < here)]


def after(table: "Iterable[Voter]", movements: "Iterable[Movement]") -> "list[Voter]":
    """Return the table as it is when ``movements`` have happened, in the order they did."""
    there = {voter.pk: voter for voter in table}
    for movement in movements:
        if movement.kind == MovementKind.LEFT:
            there.pop(movement.membership_id, None)
        else:
            there[movement.membership_id] = Voter(movement.membership, movement.stands_for, for_item=movement.only)
    return list(there.values())
