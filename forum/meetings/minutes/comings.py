"""Who came and went in a case, as the minutes tell it: before its first vote, between two, and after the last (R4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MotionPurpose
from forum.meetings.session.models import Movement
from forum.meetings.session.narrative import coming_and_going


@dataclass(frozen=True)
class Comings:
    """The sentences: those a case begins with, those before each later vote or round of an election, by its moment, and
    those after the last."""

    first: tuple[str, ...]
    before: Mapping[int, tuple[str, ...]]
    last: tuple[str, ...]


def comings_in(item: AgendaItem, movements: Sequence[Movement]) -> Comings:
    """Return who of ``movements``, all those of the meeting in order, came and went in ``item``.

    What was recorded in another case between two votes of this one stands here too: the case was taken up again, and
    others voted in it.
    """
    votes = sorted(
        [
            *(ballot.moment for ballot in item.ballots.all() if ballot.motion.purpose == MotionPurpose.CASE),
            *(round_.moment for election in item.elections.all() for round_ in election.rounds.all()),
        ]
    )
    places: dict[int, int | None] = {}
    for movement in movements:
        if movement.because_id is None:
            nearest = next((vote for vote in votes if movement.moment <= vote), None)
            between = nearest is not None and movement.moment > votes[0] and not movement.only
            if movement.item_id == item.pk or between:
                places[movement.pk] = nearest
    told: dict[int | None, list[Movement]] = {}
    for movement in movements:
        if (first := movement.because_id or movement.pk) in places:
            told.setdefault(places[first], []).append(movement)
    said = {vote: coming_and_going(found) for vote, found in told.items()}
    beginning = votes[0] if votes else None
    return Comings(
        first=said.get(beginning, ()),
        before={vote: lines for vote, lines in said.items() if vote is not None and vote != beginning},
        last=said.get(None, ()) if votes else (),
    )
