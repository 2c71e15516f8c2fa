"""Which case a meeting has come to while it lasts, and whether anything has happened since."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from forum.meetings.core import participants, queries, voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.withheld import ballot_is_told, motion_is_told
from trepart.audit.models import Event

if TYPE_CHECKING:
    from forum.meetings.core.voter import Voter


def newest(meeting: Meeting) -> int:
    """Return the id of the newest event of ``meeting``: what a page that follows it was made from."""
    return int(Event.objects.about(meeting).aggregate(newest=Max("pk"))["newest"] or 0)


def item_at_hand(meeting: Meeting) -> AgendaItem | None:
    """Return the case the meeting has come to: the one something was recorded in last, while it is not decided;
    else the first undecided."""
    happened = Event.objects.about(meeting).filter(subject_type=AgendaItem._meta.label_lower)
    if meeting.opened_at is not None:
        happened = happened.filter(at__gte=meeting.opened_at)
    last = happened.exclude(action="forum.item_added").values_list("subject_id", flat=True).first()
    item = (
        meeting.items.filter(pk=last, withdrawn_at__isnull=True, decision__isnull=True).first()
        if last is not None
        else None
    )
    return item or queries.next_item(meeting)


@dataclass(frozen=True)
class Followed:
    """The case at hand as one reader may see it; ``hidden``: number, basis and public title only."""

    item: AgendaItem
    hidden: bool
    title: str
    motions: list[tuple[str, str]]
    results: list[str]
    voters: "list[Voter]"


def at_hand(meeting: Meeting, *, sees_closed: bool, own: Collection[int] = ()) -> Followed | None:
    """Return the case at hand, with what has been moved and voted, or None where everything is treated. Nothing of a
    kept case for who may not read it, nor of what happened while the doors were closed for one that is open again
    (R8)."""
    current = item_at_hand(meeting)
    if current is None:
        return None
    item = queries.agenda_of(meeting).filter(pk=current.pk).first()
    if item is None:
        return None
    item.meeting = meeting
    line = queries.ItemLine(item, item.is_withheld and not sees_closed and item.pk not in own)
    voters = participants.entitled(item)
    if line.hidden:
        return Followed(item, hidden=True, title=line.title, motions=[], results=[], voters=voters)
    inside = sees_closed or item.pk in own
    motions = [
        (motion.text, voting.mover_of(motion))
        for motion in item.motions.all()
        if not motion.is_recommendation and motion.is_on_the_case and (inside or motion_is_told(item, motion))
    ]
    results = [voting.said_of(ballot) for ballot in item.ballots.all() if inside or ballot_is_told(item, ballot)]
    return Followed(item, hidden=False, title=line.title, motions=motions, results=results, voters=voters)
