"""Elections and appointments: candidates, rounds with blank votes, the lot (koml §§ 7-8, 8-1; R11).

One place at a time, by majority vote. Proportional election is not held here: its result is written as the decision,
with the lists as an enclosure.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.nature import NOT_FOR_A_BODY
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.enums import PollKind
from forum.meetings.session.decisions.objections import may_be_decided
from forum.meetings.session.elections.models import Candidate, Count, Election, Round, Voice
from forum.meetings.session.elections.rules import Outcome, outcome
from forum.meetings.session.votes.ballots import check_quorum
from forum.organisation.models import Membership
from trepart import clock
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User

NOT_STANDING = _("Somebody voted for one who does not stand.")


def propose_candidates(
    item: AgendaItem, *, kind: PollKind, place: str, names: Sequence[str], actor: "User", seen: int | None = None
) -> Election:
    """Set up the election to one place, and return it. Raises ``GuardRefused`` without a place or candidates, and for
    the appointment of an employee, which no body here decides (R35); ``WrongState`` where the item is decided."""
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.decided is not None:
            raise WrongState(_("%(item)s has been decided already.") % {"item": fresh.label})
        if kind == PollKind.APPOINTMENT:
            raise GuardRefused(NOT_FOR_A_BODY)
        may_be_decided(fresh)
        wanted = list(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
        if not place.strip() or not wanted:
            raise GuardRefused(_("Write what is to be filled, and who stands for it."))
        if fresh.elections.filter(place=place.strip()).exists():
            raise WrongState(_("That election is set up already."))
        election = Election(item=fresh, kind=PollKind(kind), place=place.strip())
        with held.about("forum.candidates_proposed", fresh, data={"place": election.place, "names": ", ".join(wanted)}):
            election.save()
            for name in wanted:
                Candidate.objects.create(election=election, name=name)
    return election


def hold_round(
    election: Election,
    *,
    actor: "User",
    choices: Mapping[int, int | None] | None = None,
    counts: Mapping[int, int] | None = None,
    blank: int = 0,
    seen: int | None = None,
) -> Outcome:
    """Count one round and return what it came to. ``choices`` has each entitled person's candidate (None: blank);
    ``counts`` and ``blank`` what was counted in writing.

    Raises ``GuardRefused`` where fewer than half of the members vote, a vote lacks or is one too many (§ 8-1), or for
    somebody not entitled; ``WrongState`` where the election is decided, or waits for the lot.
    """
    with hold_item(election.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = _undecided(fresh, election)
        if waiting_for_lot(there):
            raise WrongState(_("It is a draw after the second round: draw the lot."))
        voters = participants.entitled(fresh)
        check_quorum(held.meeting, voters=len(voters), seats=len(participants.seats(held.meeting)))
        candidates = {candidate.pk: candidate for candidate in there.candidates.all()}
        if choices is not None:
            _complete(voters, choices, candidates)
            tally = {pk: sum(chosen == pk for chosen in choices.values()) for pk in candidates}
            blank = sum(chosen is None for chosen in choices.values())
        else:
            tally = {pk: int((counts or {}).get(pk, 0)) for pk in candidates}
            check_all_counted(len(voters), sum(tally.values()) + blank)
        number = there.rounds.count() + 1
        came_to = outcome(number, tally, blank)
        round_ = Round(election=there, number=number, secret=choices is None, entitled=len(voters), blank=blank)
        data = {
            "place": there.place,
            "number": number,
            "votes": {candidates[pk].name: n for pk, n in tally.items()},
            "blank": blank,
        }
        with held.about("forum.election_round", fresh, data=data):
            round_.save()
            for pk, votes in tally.items():
                Count.objects.create(round=round_, candidate=candidates[pk], votes=votes)
            for voter in voters if choices is not None else []:
                chosen = (choices or {})[voter.pk]
                Voice.objects.create(
                    round=round_, membership=voter.membership, name=voter.membership.person.name,
                    candidate=candidates[chosen] if chosen is not None else None,
                )  # fmt: skip
        if came_to.elected is not None:
            there.elected, there.decided_at = candidates[came_to.elected], clock.now()
            with held.about("forum.elected", fresh, data={"place": there.place, "name": there.elected.name}):
                there.save()
    return came_to


def draw_lot(election: Election, *, actor: "User", seen: int | None = None) -> Candidate:
    """Decide between those who got as many votes in the second round by lot, and return who was drawn (koml § 7-8)."""
    with hold_item(election.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = _undecided(fresh, election)
        among = waiting_for_lot(there)
        if not among:
            raise GuardRefused(
                _("The lot is drawn only where the second round was a draw (Local Government Act § 7-8).")
            )
        drawn = secrets.choice(among)
        there.elected, there.by_lot, there.decided_at = drawn, True, clock.now()
        data = {"place": there.place, "name": drawn.name, "among": ", ".join(one.name for one in among)}
        with held.about("forum.lot_drawn", fresh, data=data):
            there.save()
    return drawn


def waiting_for_lot(election: Election) -> list[Candidate]:
    """Return those the lot is to be drawn between; empty where it is not."""
    rounds = list(election.rounds.all())
    if election.elected_id is not None or not rounds:
        return []
    last = max(rounds, key=lambda round_: round_.number)
    counts = {count.candidate_id: count for count in last.counts.select_related("candidate")}
    came_to = outcome(last.number, {pk: count.votes for pk, count in counts.items()}, last.blank)
    return [counts[pk].candidate for pk in came_to.lot]


def _undecided(item: AgendaItem, election: Election) -> Election:
    there = item.elections.filter(pk=election.pk).first()
    if there is None or item.decided is not None or there.elected_id is not None:
        raise WrongState(_("That election is decided already."))
    return there


def _complete(voters: Sequence[Voter], choices: Mapping[int, int | None], candidates: Mapping[int, Candidate]) -> None:
    names = {voter.pk: voter.membership.person.name for voter in voters}
    strangers = sorted(set(choices) - set(names))
    if strangers:
        people = Membership.objects.filter(pk__in=strangers).select_related("person")
        raise GuardRefused(
            _("Not entitled to vote in this case: %(names)s (Local Government Act §§ 8-1 and 11-10).")
            % {"names": ", ".join(sorted(m.person.name for m in people)) or str(_("somebody unknown"))}
        )
    silent = [name for pk, name in names.items() if pk not in choices]
    if silent:
        raise GuardRefused(
            _(
                "The vote of these is lacking: %(names)s. Those present must vote; here they may vote blank "
                "(Local Government Act § 8-1)."
            )
            % {"names": ", ".join(silent)}
        )
    if any(chosen is not None and chosen not in candidates for chosen in choices.values()):
        raise GuardRefused(NOT_STANDING)


def check_all_counted(entitled: int, counted: int) -> None:
    """Raise ``GuardRefused`` where the votes counted in writing are not as many as those who may vote (§ 8-1)."""
    if counted != entitled:
        raise GuardRefused(
            _(
                "%(counted)s votes are counted, and %(entitled)s may vote. Those present must vote; here they "
                "may vote blank (Local Government Act § 8-1)."
            )
            % {"counted": counted, "entitled": entitled}
        )
