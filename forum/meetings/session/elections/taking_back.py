"""What was recorded wrongly of an election is taken back while the meeting lasts: a round, a candidate, all (R11).

What was taken back stays in the trail and the history. Once the item is decided, the decision is taken up again first.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.elections.models import Candidate, Election, Round
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


def take_round_back(round_: Round, *, reason: str, actor: "User", seen: int | None = None) -> None:
    """Take back the last round of an election whole, with whoever was elected by it or by the lot after it; it is held
    anew.

    Raises ``GuardRefused`` without a reason, for a round that another has followed, or in an item that is decided;
    ``WrongState`` once the meeting has ended, or where it is gone.
    """
    with hold_item(round_.election.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = Round.objects.select_related("election__elected").filter(pk=round_.pk, election__item=fresh).first()
        if there is None:
            raise WrongState(_("That round is not there any more."))
        _nothing_decided(fresh)
        if not reason.strip():
            raise GuardRefused(_("Say why the round is taken back."))
        election = there.election
        if election.rounds.filter(number__gt=there.number).exists():
            raise GuardRefused(_("Another round was held since. Take back the last one first."))
        data = {"place": election.place, "number": there.number}
        with held.about("forum.election_round_taken_back", fresh, data=data, text={"reason": reason.strip()}):
            if election.elected_id is not None:
                election.elected, election.by_lot, election.decided_at = None, False, None
                election.save()
            for row in (*there.voices.all(), *there.counts.all(), there):
                row.delete()


def withdraw_candidate(candidate: Candidate, *, actor: "User", seen: int | None = None) -> None:
    """Take somebody off who does not stand, before any round is held. Raises ``GuardRefused`` once one is, and for the
    last one, where the election itself is taken back."""
    with hold_item(candidate.election.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = Candidate.objects.select_related("election").filter(pk=candidate.pk, election__item=fresh).first()
        if there is None:
            return
        _nothing_held(fresh, there.election)
        if there.election.candidates.count() == 1:
            raise GuardRefused(_("Nobody else stands. Take back the election instead."))
        data = {"place": there.election.place, "name": there.name}
        with held.about("forum.candidate_withdrawn", fresh, data=data):
            there.delete()


def take_election_back(election: Election, *, actor: "User", seen: int | None = None) -> None:
    """Take back an election that was set up by mistake, before any round is held. Raises ``GuardRefused`` once one
    is."""
    with hold_item(election.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = fresh.elections.filter(pk=election.pk).first()
        if there is None:
            return
        _nothing_held(fresh, there)
        with held.about("forum.election_taken_back", fresh, data={"place": there.place}):
            for candidate in there.candidates.all():
                candidate.delete()
            there.delete()


def _nothing_held(item: AgendaItem, election: Election) -> None:
    _nothing_decided(item)
    if election.rounds.exists():
        raise GuardRefused(_("It has been voted on. Take back the round first."))


def _nothing_decided(item: AgendaItem) -> None:
    if item.decided is not None:
        raise GuardRefused(_("The case is decided. Take the decision up again first."))
