"""Quorum, votes and the tie rule: what is counted, how, and how it is said (koml §§ 8-1, 11-9; R11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.meetings.enums import Choice, MotionPurpose
from forum.organisation.enums import Part

if TYPE_CHECKING:
    from forum.meetings.core.vote_models import Ballot, Motion, Vote


@dataclass(frozen=True)
class Cast:
    """One vote, with the group it is counted under: a political party, or the part where there is none."""

    member: int
    name: str
    group: str
    choice: str


@dataclass(frozen=True)
class Group:
    """How one political party, or one part without party, voted."""

    label: str
    for_: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def split(self) -> bool:
        """Say whether the group voted both ways: then the minutes name the people (R13)."""
        return bool(self.for_ and self.against)


@dataclass(frozen=True)
class Tally:
    """The result of one vote. ``by_casting_vote``: it was a tie, and the vote of the person presiding
    decided (koml § 11-9)."""

    for_: int
    against: int
    adopted: bool
    by_casting_vote: bool
    by_party: tuple[Group, ...]

    @property
    def unanimous(self) -> bool:
        """Say whether nobody voted against."""
        return self.for_ > 0 and self.against == 0


def quorum(voting: int, seats: int) -> bool:
    """Say whether ``voting`` of ``seats`` members are enough to decide: at least half of the *members* (koml §
    11-9; 9 members -> 5)."""
    return voting > 0 and voting * 2 >= seats


def needed(seats: int) -> int:
    """Return the smallest number that makes a quorum of ``seats``."""
    return max(1, (seats + 1) // 2)


def count(votes: Iterable[Cast], presiding: int) -> Tally:
    """Count ``votes``: simple majority; at a tie the vote already given by ``presiding`` (a member's id) decides.

    Raises ``ValueError`` where there is nothing to count, somebody voted twice, or there is a tie and
    ``presiding`` has not voted.
    """
    cast = tuple(votes)
    chosen = {vote.member: vote.choice for vote in cast}
    if not cast:
        raise ValueError("There are no votes to count.")
    if len(chosen) != len(cast):
        raise ValueError("Somebody has voted twice.")
    in_favour = sum(choice == Choice.FOR for choice in chosen.values())
    opposed = len(cast) - in_favour
    tie = in_favour == opposed
    if tie and presiding not in chosen:
        raise ValueError("A tie is decided by the person presiding, who has not voted.")
    adopted = chosen[presiding] == Choice.FOR if tie else in_favour > opposed
    return Tally(in_favour, opposed, adopted, tie, _groups(cast))


def _groups(cast: Sequence[Cast]) -> tuple[Group, ...]:
    labels = list(dict.fromkeys(vote.group for vote in cast))
    return tuple(
        Group(
            label,
            tuple(vote.name for vote in cast if vote.group == label and vote.choice == Choice.FOR),
            tuple(vote.name for vote in cast if vote.group == label and vote.choice != Choice.FOR),
        )
        for label in labels
    )


# What a ballot says ------------------------------------------------------------------------------------------------
def group_of(vote: "Vote") -> str:
    """Return what a vote is counted under: the political party, else the part, else the name (parts and
    parties are never mixed, R3)."""
    if vote.party is not None:
        return vote.party.short
    return str(Part(vote.part).label) if vote.part else vote.name


def casts(votes: "Iterable[Vote]") -> list[Cast]:
    """Return stored votes as what :func:`count` counts."""
    return [Cast(vote.membership_id, vote.name, group_of(vote), vote.choice) for vote in votes]


def tally_of(ballot: "Ballot") -> Tally:
    """Count a stored ballot. Uses prefetched ``votes`` with ``party`` where they are."""
    return count(casts(ballot.votes.all()), ballot.presiding_id)


def winner(ballot: "Ballot") -> "Motion | None":
    """Return the motion that a vote adopted; None where a motion voted on alone was not."""
    return ballot.motion if tally_of(ballot).adopted else ballot.opponent


def overruled(ballot: "Ballot") -> list[str]:
    """Return the parts of which everybody who voted was on the side that lost, where more parts than one voted."""
    votes = list(ballot.votes.all())
    won = Choice.FOR if tally_of(ballot).adopted else Choice.AGAINST
    chosen: dict[str, set[str]] = {}
    for vote in votes:
        if vote.part:
            chosen.setdefault(vote.part, set()).add(vote.choice)
    if len(chosen) < 2:
        return []
    return [part for part, cast in chosen.items() if won not in cast]


def overruled_words(ballot: "Ballot") -> list[str]:
    """Say which whole parts were against what came of a vote, a sentence for each: "All the elected politicians voted
    against."."""
    lost_for = ballot.opponent is None and not tally_of(ballot).adopted
    against = {
        Part.ELECTED: _("All the elected politicians voted against."),
        Part.ADMINISTRATION: _("All from the administration voted against."),
        Part.UNION: _("All the union representatives voted against."),
    }
    in_favour = {
        Part.ELECTED: _("All the elected politicians voted for."),
        Part.ADMINISTRATION: _("All from the administration voted for."),
        Part.UNION: _("All the union representatives voted for."),
    }
    words = in_favour if lost_for else against
    return [words[Part(part)] for part in overruled(ballot)]


def name_of(motion: "Motion") -> str:
    """Return what a motion is called in the result of a vote: "the recommendation", "the motion from Kari Vik (H)"."""
    if motion.is_recommendation:
        return _("the recommendation")
    mover = mover_of(motion)
    return _("the motion from %(name)s") % {"name": mover} if mover else _("the motion")


def mover_of(motion: "Motion") -> str:
    """Return who moved a motion, with the political party; empty for the recommendation."""
    if motion.moved_by is not None:
        who = motion.moved_by
        return f"{who.person.name} ({who.party.short})" if who.party is not None else who.person.name
    return motion.moved_by_attendee.name if motion.moved_by_attendee is not None else ""


def contest(ballot: "Ballot", tally: Tally) -> str:
    """Say the result of two motions set against each other: what each got, with the parties, and which is adopted."""
    if ballot.opponent is None:
        raise ValueError("The motion stood alone.")
    said = []
    for motion, number, in_favour in ((ballot.motion, tally.for_, True), (ballot.opponent, tally.against, False)):
        if number:
            people = _side(tally.by_party, in_favour=in_favour)
            said.append(
                ngettext(
                    "%(motion)s got %(number)s vote: %(people)s.",
                    "%(motion)s got %(number)s votes: %(people)s.",
                    number,
                )
                % {"motion": capfirst(name_of(motion)), "number": number, "people": people}
            )
        else:
            said.append(_("%(motion)s got no votes.") % {"motion": capfirst(name_of(motion))})
    adopted = ballot.motion if tally.adopted else ballot.opponent
    said.append(_("%(motion)s is adopted.") % {"motion": capfirst(name_of(adopted))})
    if tally.by_casting_vote:
        said.append(_casting_vote())
    return " ".join(said)


def figures(tally: Tally) -> str:
    """Return the result in figures: "7 against 1"."""
    return _("%(for)s to %(against)s") % {"for": tally.for_, "against": tally.against}


def words(tally: Tally, *, is_recommendation: bool = True, moved_by: str = "") -> str:
    """Say the result as the minutes do: what became of the motion, the casting vote if it took one, and who was on
    the losing side (R13)."""
    said = [_result(tally, is_recommendation, moved_by)]
    if tally.by_casting_vote:
        said.append(_casting_vote())
    if tally.for_ and tally.against:
        minority_for = not tally.adopted
        people = _side(tally.by_party, in_favour=minority_for)
        said.append(
            _("Voting for: %(groups)s.") % {"groups": people}
            if minority_for
            else _("Voting against: %(groups)s.") % {"groups": people}
        )
    return " ".join(said)


def _result(tally: Tally, is_recommendation: bool, moved_by: str) -> str:
    if is_recommendation:
        if tally.unanimous:
            return _("The recommendation was adopted unanimously.")
        return _("The recommendation is adopted.") if tally.adopted else _("The recommendation is not adopted.")
    if not moved_by:
        if tally.unanimous:
            return _("The motion was adopted unanimously.")
        return _("The motion is adopted.") if tally.adopted else _("The motion is not adopted.")
    if tally.unanimous:
        return _("The motion from %(name)s was adopted unanimously.") % {"name": moved_by}
    if tally.adopted:
        return _("The motion from %(name)s is adopted.") % {"name": moved_by}
    return _("The motion from %(name)s is not adopted.") % {"name": moved_by}


def _casting_vote() -> str:
    return _("It was a tie, and the vote of the person presiding decided (Local Government Act § 11-9).")


def _side(groups: Sequence[Group], *, in_favour: bool) -> str:
    said = []
    for group in groups:
        people = group.for_ if in_favour else group.against
        if people:
            inside = f"{len(people)}: {', '.join(people)}" if group.split else str(len(people))
            said.append(f"{group.label} ({inside})" if group.label not in people else group.label)
    return ", ".join(said)


def result_text(ballot: "Ballot") -> str:
    """Return what became of a motion: "7 to 1. The recommendation is adopted." (without figures
    where it was unanimous)."""
    tally = tally_of(ballot)
    motion = ballot.motion
    if ballot.opponent is not None:
        return contest(ballot, tally)
    moved_by = mover_of(motion)
    said = _result(tally, motion.is_recommendation, moved_by)
    if tally.by_casting_vote:
        said = f"{said} {_casting_vote()}"
    return said if tally.unanimous else f"{figures(tally)}. {said}"


def said_of(ballot: "Ballot") -> str:
    """Return what became of a motion, as :func:`result_text`; a vote on how the case is treated says what it was about,
    so that nobody takes it for the case."""
    purpose = MotionPurpose(ballot.motion.purpose)
    if purpose == MotionPurpose.CASE:
        return result_text(ballot)
    return f"{capfirst(purpose.label)}: {ballot.motion.text} {result_text(ballot)}"


def party_text(ballot: "Ballot") -> str:
    """Return which political parties (and parts) voted for and against a motion, with names where one split (R13);
    empty where all agreed."""
    tally = tally_of(ballot)
    if tally.unanimous or ballot.opponent is not None:
        return ""
    sides = []
    if tally.for_:
        sides.append(_("For: %(groups)s.") % {"groups": _side(tally.by_party, in_favour=True)})
    if tally.against:
        sides.append(_("Against: %(groups)s.") % {"groups": _side(tally.by_party, in_favour=False)})
    return " ".join(sides)


def sentence(ballot: "Ballot") -> str:
    """Return the result for the screen, figures apart: "The recommendation is adopted. Voting against: H (1)."."""
    motion = ballot.motion
    if ballot.opponent is not None:
        return contest(ballot, tally_of(ballot))
    return words(tally_of(ballot), is_recommendation=motion.is_recommendation, moved_by=mover_of(motion))
