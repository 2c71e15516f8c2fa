"""One item of a meeting in session, with who sits there and what has been moved, asked for once."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.quorum import is_quorate
from forum.meetings.core.vote_models import Ballot, Motion
from forum.meetings.core.voter import Voter
from forum.meetings.enums import ItemKind, MotionPurpose
from forum.meetings.session.decisions import consistency
from forum.meetings.session.decisions.consistency import WITHOUT_MAJORITY
from forum.meetings.session.decisions.objections import STOPPED, stopped
from forum.meetings.session.decisions.services import AT_REST, resolutions
from forum.meetings.session.models import Attendee
from forum.organisation import parity
from forum.organisation.enums import Side
from forum.organisation.models import Membership
from trepart.workflow import Words


class Table:
    """What the page of one item needs to know, asked for once."""

    def __init__(self, meeting: Meeting, item: AgendaItem) -> None:
        self.meeting = meeting
        self.item = item

    @cached_property
    def seats(self) -> list[Membership]:
        """Return the seats of the body."""
        return participants.seats(self.meeting)

    @cached_property
    def table(self) -> list[Voter]:
        """Return who sits at the table in this item."""
        return participants.at_the_table(self.meeting, self.item)

    @cached_property
    def voters(self) -> list[Voter]:
        """Return who takes part in this item."""
        return participants.entitled(self.item, self.table)

    @property
    def votes(self) -> bool:
        """Say whether there is a vote at all: not where the body decides by consensus, nor over what is only
        for information (R24)."""
        return not self.meeting.body.by_consensus and self.item.kind == ItemKind.PS

    @property
    def quorate(self) -> bool:
        """Say whether this item can be decided with those who take part in it (koml § 11-9)."""
        return is_quorate(self.meeting.body, voters=len(self.voters), seats=len(self.seats))

    @property
    def parts(self) -> str:
        """Return, in a sentence, that the three parts are not equal among those who take part in this item,
        where they are to be (R2)."""
        return parity.unequal(self.meeting.body, [voter.seat.part for voter in self.voters])

    @cached_property
    def all_ballots(self) -> list[Ballot]:
        """Return every vote held in this item, those on how it is treated too."""
        return list(self.item.ballots.all())

    @cached_property
    def ballots(self) -> list[Ballot]:
        """Return the votes held on the case itself."""
        return [ballot for ballot in self.all_ballots if ballot.motion.purpose == MotionPurpose.CASE]

    @cached_property
    def motions(self) -> list[Motion]:
        """Return what has been moved in the case itself, the recommendation first."""
        return [motion for motion in self.item.motions.all() if motion.is_on_the_case]

    @cached_property
    def movers(self) -> list[Attendee]:
        """Return those without a seat who may move motions: the mayor (R5)."""
        return [one for one in self.meeting.attendees.all() if one.may_propose]

    @property
    def settled(self) -> bool:
        """Say whether who is disqualified is settled: a vote on the case has been held, or it is decided."""
        rounds = any(one.rounds.all() for one in self.item.elections.all())
        return bool(self.ballots) or rounds or self.item.decided is not None

    @cached_property
    def stopped(self) -> bool:
        """Say whether objections stop the case from being decided at this meeting (R7)."""
        return stopped(self.item, present=len(self.table))

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Return how many of each side are there, for a body that has sides (R2): ``[("the municipality", "5/5")]``."""
        found = []
        for side in Side:
            all_seats = [seat for seat in self.seats if seat.side == side]
            there = [voter for voter in self.voters if voter.seat.side == side]
            if all_seats:
                found.append((str(side.label).capitalize(), f"{len(there)}/{len(all_seats)}"))
        return found

    @cached_property
    def open_motions(self) -> list[Motion]:
        """Return what has been moved and not voted on, alone or against another."""
        held = {ballot.motion_id for ballot in self.ballots} | {ballot.opponent_id for ballot in self.ballots}
        return [motion for motion in self.motions if motion.pk not in held]

    @cached_property
    def adopted(self) -> Ballot | None:
        """Return the last vote that was adopted."""
        return next((ballot for ballot in reversed(self.ballots) if voting.winner(ballot) is not None), None)

    @property
    def elected(self) -> list[str]:
        """Return who has been elected to what, in sentences; empty while an election of the item is not decided."""
        elections = list(self.item.elections.all())
        if any(one.elected is None for one in elections):
            return []
        return [f"{one.place}: {one.elected.name}." for one in elections if one.elected is not None]

    @cached_property
    def offered(self) -> list[tuple[Resolution, Words | None]]:
        """Return what may be decided, each with why it is shut: by the owner of the case, by an objection, because the
        vote has not been held, or because it came to something else."""
        return [(resolution, why or self._shut(resolution)) for resolution, why in resolutions(self.item)]

    def _shut(self, resolution: Resolution) -> Words | None:
        if self.stopped and resolution != Resolution.POSTPONE:
            return STOPPED
        if resolution == Resolution.NOTED and (more := consistency.more_than_noted(self.ballots)):
            return more
        return _("Hold the vote first (Local Government Act § 11-9).") if self.waits_for_vote(resolution) else None

    def waits_for_vote(self, resolution: Resolution) -> bool:
        """Say whether a resolution must wait for a vote: all but postponing and taking note of
        it, in a body that votes."""
        if not self.votes or self.adopted is not None or self.elected or resolution in AT_REST:
            return False
        return not (self.ballots and resolution in WITHOUT_MAJORITY)

    def resolution(self, wanted: str) -> Resolution | None:
        """Return the resolution asked for, or the likely one; None where there is nothing to decide yet."""
        is_open = [resolution for resolution, why in self.offered if why is None]
        if wanted in is_open:
            return Resolution(wanted)
        if self.stopped:
            return Resolution.POSTPONE
        if not self.votes or self.adopted is not None or self.elected:
            return next(iter(is_open), None)
        if self.ballots and Resolution.DECLINE in is_open:
            return Resolution.DECLINE
        return None

    @cached_property
    def kept_behind_doors(self) -> bool:
        """Say whether the decision needs words of its own (`consistency.kept_behind_doors`)."""
        found = list(self.item.elections.all())
        return consistency.kept_behind_doors(self.item, ballots=self.all_ballots, elections=found)

    def _noted(self) -> str:
        """Return the words of taking note: a question to the leader is put, and answered (koml § 11-2)."""
        if self.item.kind != ItemKind.FO:
            return _("Taken note of.")
        question = getattr(self.item, "question", None)
        answered = self.item.discussion.strip() or (question is not None and question.answer)
        return _("The question was answered.") if answered else _("The question was put.")

    def words(self, resolution: Resolution) -> str:
        """Return the words a decision begins with: those of the motion that was adopted, where one was, and none where
        that was kept behind closed doors."""
        if resolution == Resolution.NOTED and (self.kept_behind_doors or not consistency.adopted(self.all_ballots)):
            return self._noted()
        if resolution == Resolution.POSTPONE:
            return _("The case is postponed.")
        if self.kept_behind_doors:
            return ""
        if consistency.adopted(self.all_ballots):
            return consistency.words(self.all_ballots)
        if self.elected:
            return "\n".join(self.elected)
        if self.ballots:
            return str(consistency.NOT_ADOPTED)
        return self.item.recommendation
