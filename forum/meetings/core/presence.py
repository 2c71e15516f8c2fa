"""Who is there at a moment of a meeting: the roll call, and everybody who has come or gone by then (R4, R5).

A moment is a place in the order in which the meeting was recorded: the number of the event a vote, a round of an
election, a decision, or a coming or going was written under (`trepart.audit.moments`). Who sits at the table at a vote
follows from what was recorded before it and from nothing else, so that nothing treated later changes it, in whatever
order cases are taken. The clock decides nothing: times are typed by hand, minutes afterwards, and are only told.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Min, Q, Value

from forum.meetings.core.models import AgendaItem, Decision
from forum.meetings.core.vote_models import Ballot
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MotionPurpose, MovementKind, Placed
from forum.meetings.session.elections.models import Round

if TYPE_CHECKING:
    from forum.meetings.session.models import Movement


def up_to(moment: int | None, item: int, movements: "Sequence[Movement]") -> "list[Movement]":
    """Return those of ``movements``, which are in order, that count in ``item`` (its id) at ``moment``; without one,
    now."""
    by_then = [m for m in movements if moment is None or m.moment <= moment]
    return [m for m in by_then if not m.only or m.item_id == item]


def after(table: "Iterable[Voter]", movements: "Iterable[Movement]") -> "list[Voter]":
    """Return the table as it is when ``movements`` have happened, in the order they did.

    Whoever is out of one item alone comes back into it by coming in that item, not by coming in another. A member who
    comes has the own seat, and no deputy has it any more.
    """
    there = {voter.pk: voter for voter in table}
    out_of: dict[int, int] = {}
    for movement in movements:
        who = movement.membership_id
        if movement.kind == MovementKind.LEFT:
            there.pop(who, None)
            if movement.only:
                out_of[who] = movement.item_id
        elif out_of.get(who, movement.item_id) == movement.item_id:
            out_of.pop(who, None)
            there = {pk: voter for pk, voter in there.items() if voter.stands_for is None or voter.seat.pk != who}
            there[who] = Voter(movement.membership, movement.stands_for, for_item=movement.only)
    return list(there.values())


def votes_in(item: AgendaItem) -> list[int]:
    """Return the moments of the votes and rounds of elections held in ``item``, in order."""
    held = Ballot.objects.filter(item=item).values_list("moment", flat=True)
    counted = Round.objects.filter(election__item=item).values_list("moment", flat=True)
    return sorted({*held, *counted})


def moments_of(items: "Collection[int]") -> dict[int, list[int]]:
    """Return the moments at which each of ``items`` (ids) was treated, in order: votes, rounds of elections, decision.
    One query; none where there are no items."""
    if not items:
        return {}
    votes = ArrayAgg("ballots__moment", filter=Q(ballots__moment__isnull=False), distinct=True, default=Value([]))
    rounds = ArrayAgg(
        "elections__rounds__moment", filter=Q(elections__rounds__moment__isnull=False), distinct=True, default=Value([])
    )
    rows = AgendaItem.objects.filter(pk__in=items).order_by()
    found = rows.annotate(votes=votes, rounds=rounds).values_list("pk", "votes", "rounds", "decision__moment")
    return {pk: sorted({*v, *r, *([decided] if decided else [])}) for pk, v, r, decided in found}


def on_the_case(item: AgendaItem) -> int | None:
    """Return when the first vote on the case itself, or the first round of an election, was held in ``item``."""
    held = Ballot.objects.filter(item=item, motion__purpose=MotionPurpose.CASE).aggregate(first=Min("moment"))["first"]
    counted = Round.objects.filter(election__item=item).aggregate(first=Min("moment"))["first"]
    return min((moment for moment in (held, counted) if moment is not None), default=None)


def placed(item: AgendaItem, moment: int | None = None) -> Placed:
    """Return whether ``moment``, or now, is before ``item`` was voted on, or during it."""
    return Placed.DURING if any(moment is None or vote < moment for vote in votes_in(item)) else Placed.BEFORE


def first_moment(item: AgendaItem) -> int | None:
    """Return when ``item`` was first voted on, or decided without a vote: what happened before it happened before that.
    For an item with neither, when the first one after it on the agenda was; None where there is none."""
    ahead = Q(item__position__gte=item.position, item__meeting=item.meeting_id)
    found = [
        *Ballot.objects.filter(ahead).values_list("item__position", "moment"),
        *Round.objects.filter(
            election__item__position__gte=item.position, election__item__meeting=item.meeting_id
        ).values_list("election__item__position", "moment"),
        *Decision.objects.filter(ahead).values_list("item__position", "moment"),
    ]
    return min(found)[1] if found else None


def settled_since(movement: "Movement") -> bool:
    """Say whether anything has been voted on or decided after ``movement``, where it counts: then it stands."""
    where = {"pk": movement.item_id} if movement.only else {"meeting": movement.meeting_id}
    of_item = {f"item__{key}": value for key, value in where.items()}
    of_election = {f"election__item__{key}": value for key, value in where.items()}
    return (
        Ballot.objects.filter(**of_item, moment__gt=movement.moment).exists()
        or Round.objects.filter(**of_election, moment__gt=movement.moment).exists()
        or Decision.objects.filter(**of_item, moment__gt=movement.moment).exists()
    )
