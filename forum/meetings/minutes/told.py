"""What of an item's treatment the minutes tell an audience: outside, nothing that happened behind closed doors (R8)."""

from dataclasses import dataclass

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Ballot, Motion
from forum.meetings.core.withheld import ballot_is_told, election_is_told, motion_is_told
from forum.meetings.enums import MeetingKind
from forum.meetings.minutes.structure import Audience
from forum.meetings.session import narrative
from forum.meetings.session.elections.models import Election
from forum.meetings.session.narrative import AdditionBlock


@dataclass(frozen=True)
class Told:
    """What of an item's treatment is told to an audience. Where the doors were closed for a while and opened again the
    case is open, and what was said, moved, voted and elected meanwhile is not (R8)."""

    discussion: str
    additions: tuple[AdditionBlock, ...]
    informed: tuple[str, ...]
    motions: list[Motion]
    ballots: list[Ballot]
    elections: list[Election]
    #: Something was left out.
    partly: bool = False

    @classmethod
    def of(cls, item: AgendaItem, audience: Audience) -> "Told":
        """Return what is told of ``item``, which comes with its treatment fetched."""
        said = (_discussion(item, audience), narrative.additions(item), narrative.informed(item))
        motions, ballots, elections = list(item.motions.all()), list(item.ballots.all()), list(item.elections.all())
        if audience != Audience.PUBLIC or not item.door_periods.all():
            return cls(*said, motions, ballots, elections)
        outside = (
            [motion for motion in motions if motion_is_told(item, motion)],
            [ballot for ballot in ballots if ballot_is_told(item, ballot)],
            [one for one in elections if election_is_told(item, one)],
        )
        # Of the words of the treatment, and of who informed, it is not known when they were said.
        return cls("", (), (), *outside, partly=any(said) or outside != (motions, ballots, elections))


def _discussion(item: AgendaItem, audience: Audience) -> str:
    """Return what is told of what was said. What somebody wrote in a log before it was concluded on stands beside what
    was agreed, in its own words; where nothing is agreed yet, or they did not agree, it is for the body itself, as what
    each of them held is (R24)."""
    said, decision = narrative.discussion(item), item.decided
    if item.meeting.kind != MeetingKind.LOG:
        return said
    if decision is not None and said.strip() == decision.text.strip():
        return ""  # it became the answer word for word
    agreed = decision is not None and decision.resolution != Resolution.DISAGREE
    return said if agreed or audience == Audience.INTERNAL else ""
