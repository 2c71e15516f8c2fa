"""Votes put right after the meeting: who voted what, who voted at all (koml §§ 8-1, 11-9; R11, R29)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Ballot, Vote
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, Corrected, MotionPurpose
from forum.meetings.minutes import results
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.corrections.services import GONE_ON, Change, hold_ended, keep, may_change_resolution
from forum.meetings.session.votes.ballots import vote_of
from forum.organisation.models import Membership
from trepart import audit
from trepart.audit.models import Event
from trepart.refusals import GuardRefused
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from forum.meetings.core.locking import Hold
    from trepart.access.models import User

#: Where a correction would leave a vote or a round that decided nothing (koml § 11-9).
TOO_FEW = _(
    "Fewer than half of the members would have voted, and the decision would not be valid (Local "
    "Government Act § 11-9)."
)
_ACTIONS = {
    (True, True): "forum.vote_corrected",
    (True, False): "forum.vote_taken_out",
    (False, True): "forum.vote_put_in",
}


def who_may_have_voted(item: AgendaItem, ballot: Ballot) -> list[Voter]:
    """Return everybody a vote in ``ballot`` can be recorded for: those who have one, those at the table when it was
    held, and the deputies called for the item by then."""
    return voters_at(item, ballot.moment, voted=ballot.votes.values_list("membership", flat=True))


def voters_at(item: AgendaItem, moment: int, *, voted: Iterable[int]) -> list[Voter]:
    """Return those who ``voted``, by membership id, those at the table in ``item`` at ``moment``, and the deputies
    called for it by then, in the order of the table."""
    table = participants.at_the_table(item.meeting, item, moment=moment)
    found = {voter.pk: voter for voter in [*participants.entitled(item, table, moment=moment), *table]}
    others = Membership.objects.filter(pk__in=[pk for pk in voted if pk not in found])
    found |= {one.pk: Voter(one) for one in others.select_related("person", "party")}
    return sorted(found.values(), key=lambda voter: participants.seat_order(voter.membership))


def held_in(item: AgendaItem) -> list[tuple[int, str]]:
    """Return the votes and rounds of elections held in ``item`` in order: the moment of each, and what it was over."""
    found = [
        *((ballot.moment, Truncator(ballot.motion.text).chars(80)) for ballot in item.ballots.all()),
        *(
            (round_.moment, _("%(place)s, round %(number)s") % {"place": one.place, "number": round_.number})
            for one in item.elections.all()
            for round_ in one.rounds.all()
        ),
    ]
    return [(moment, f"{number}. {what}") for number, (moment, what) in enumerate(sorted(found), start=1)]


def correct_votes(
    ballot: Ballot,
    *,
    choices: Mapping[int, Choice | str],
    reason: str,
    actor: "User",
    seen: int | None = None,
) -> list[RecordCorrection]:
    """Put right the votes in ``ballot`` after the meeting. ``choices`` has, by membership id, what each voted; empty is
    that they did not vote. Whoever is not named stays as recorded.

    Where the result turns, the decision that rested on it says so from then on, and must be corrected before the
    minutes can be published. Raises ``GuardRefused`` without a reason, where nothing is changed, for somebody who was
    not at the table, where fewer than half of the members would have voted, or at a tie that the person presiding has
    not voted in (§ 11-9); for a vote on how the case was treated, where its result would turn: what followed from it
    has happened; and where the case has gone on as a decision that the votes would contradict.
    """
    with hold_ended(ballot.item, actor=actor, reason=reason, seen=seen) as (held, fresh):
        kept = Ballot.objects.select_related("motion", "opponent").get(pk=ballot.pk, item=fresh)
        before = voting.tally_of(kept).adopted
        votes = {vote.membership_id: vote for vote in kept.votes.select_related("party").order_by("pk")}
        voters = {voter.pk: voter for voter in who_may_have_voted(fresh, kept)}
        strangers = [pk for pk in choices if pk not in voters]
        if strangers:
            raise GuardRefused(_("Somebody among these was not at the table in this case."))
        wanted = {pk: str(choice or "") for pk, choice in choices.items()}
        changed = {pk: choice for pk, choice in wanted.items() if choice != _choice(votes.get(pk))}
        if not changed:
            raise GuardRefused(_("Nothing is changed."))
        corrections = [
            _correct(held, fresh, kept, voters[pk], votes.get(pk), choice, reason) for pk, choice in changed.items()
        ]
        _count_again(kept, before)
        # What the count now says follows from the last vote that was put right, and belongs to its event.
        with audit.under(Event.objects.get(pk=corrections[-1].event_id or 0)):
            kept.save()
        _check_gone_on(fresh)
    return corrections


def _choice(vote: Vote | None) -> str:
    return vote.choice if vote is not None else ""


def _correct(
    held: "Hold", item: AgendaItem, ballot: Ballot, voter: Voter, vote: Vote | None, choice: str, reason: str
) -> RecordCorrection:
    was = _choice(vote)
    name = vote.name if vote is not None else voter.membership.person.name
    data = {
        "name": name,
        "ballot": ballot.pk,
        **({"before": was} if was else {}),
        **({"after": choice} if choice else {}),
    }
    with held.about(_ACTIONS[bool(was), bool(choice)], item, data=data, text={"reason": reason.strip()}):
        if vote is None:
            made = vote_of(ballot, voter, Choice(choice))
            made.pk = reserve_pk(Vote)
            made.save(force_insert=True)
        elif choice:
            vote.choice = Choice(choice)
            vote.save()
        else:
            vote.delete()
        change = Change(
            kind=Corrected.VOTE, was=was, now=choice, name=name, item=item, ballot=ballot, membership=voter.membership
        )
        return keep(held, change, reason)


def _count_again(ballot: Ballot, before: bool) -> None:
    votes = list(ballot.votes.select_related("party"))
    if not voting.quorum(len(votes), ballot.seats):
        raise GuardRefused(TOO_FEW)
    try:
        tally = voting.count(voting.casts(votes), ballot.presiding_id)
    except ValueError:
        raise GuardRefused(
            _("It would be a tie, and the one who presided has no vote in it (Local Government Act § 11-9).")
        ) from None
    if tally.adopted != before and ballot.motion.purpose != MotionPurpose.CASE:
        raise GuardRefused(
            _(
                "This was a vote on how the case was treated, and its result would turn. What followed from it has "
                "happened: write what was wrong in the treatment of the case."
            )
        )
    ballot.unanimous = tally.against == 0 or (ballot.opponent_id is not None and tally.for_ == 0)


def _check_gone_on(item: AgendaItem) -> None:
    said = results.against_the_votes(item)
    if said and not may_change_resolution(item):
        raise GuardRefused(" ".join([*said, str(GONE_ON)]))
