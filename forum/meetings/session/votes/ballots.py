"""Votes recorded in an item: who must vote, the quorum, who presides (koml §§ 8-1, 11-9; R11)."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants, voting
from forum.meetings.core.attendance_records import prefetch_for_a_vote
from forum.meetings.core.locking import IN_SESSION, Hold, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.quorum import check_quorum
from forum.meetings.core.vote_models import Ballot, Motion, Vote
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, MotionPurpose
from forum.meetings.session.decisions.objections import may_be_decided
from forum.meetings.session.votes.motions import check_undecided
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart.audit.history import create_all
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User


def record_ballot(
    item: AgendaItem,
    *,
    motion: Motion | None = None,
    opponent: Motion | None = None,
    choices: Mapping[int, Choice | str] | None = None,
    actor: "User",
    presiding: Membership | None = None,
    seen: int | None = None,
) -> Ballot:
    """Record one vote over one motion and return it, with what everybody was then frozen in it.

    ``motion`` is the recommendation unless said. With ``opponent`` the two are set against each other: a vote
    "against" is for the opponent, and one of them is adopted. ``choices`` has the vote of everybody entitled, by
    membership id; None is unanimous. ``presiding`` is needed only where the one who presides over the meeting does
    not take part in this item.

    Raises ``GuardRefused`` in a body that decides by consensus (R24), where fewer than half of the members vote (§
    11-9), for a vote of somebody not entitled, or one lacking (§ 8-1); ``WrongState`` where the motion has been
    voted on or the item decided.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        prefetch_for_a_vote(fresh)
        return vote_on(held, fresh, motion=motion, opponent=opponent, choices=choices, presiding=presiding)


def vote_on(
    held: Hold,
    item: AgendaItem,
    *,
    motion: Motion | None = None,
    opponent: Motion | None = None,
    choices: Mapping[int, Choice | str] | None = None,
    presiding: Membership | None = None,
    table: list[Voter] | None = None,
    voters: list[Voter] | None = None,
) -> Ballot:
    """As :func:`record_ballot`, in a meeting that is held already. ``table`` is who sits there in the item, and
    ``voters`` who takes part in it, where the caller has read them under the lock."""
    if held.meeting.body.by_consensus:
        raise GuardRefused(
            _("This body decides by consensus: there is no vote. Without agreement the positions are recorded.")
        )
    check_undecided(item)
    motions = [one for one in item.motions.all() if one.is_on_the_case]
    wanted = motion
    motion = next((one for one in motions if (one.pk == wanted.pk if wanted else one.is_recommendation)), None)
    if motion is None:
        raise GuardRefused(
            _("There is nothing to vote on: the case has no recommendation, and nothing has been moved.")
        )
    table = participants.at_the_table(held.meeting, item) if table is None else table
    may_be_decided(item, table=table)
    if opponent is not None:
        against = opponent.pk
        opponent = next((one for one in motions if one.pk == against and one.pk != motion.pk), None)
        if opponent is None:
            raise GuardRefused(_("Choose two different motions to set against each other."))
    pair = (motion.pk, opponent.pk if opponent is not None else None)
    if any((ballot.motion_id, ballot.opponent_id) == pair for ballot in item.ballots.all()):
        raise WrongState(
            _(
                "This has been voted on, and the result stands (Local Government Act § 11-9). A vote keyed "
                "wrong is corrected in the list of votes."
            )
        )
    return cast_votes(
        held,
        item,
        motion,
        choices=choices,
        opponent=opponent,
        presiding=presiding,
        voters=voters or participants.entitled(item, table),
    )


def cast_votes(
    held: Hold,
    item: AgendaItem,
    motion: Motion,
    *,
    choices: Mapping[int, Choice | str] | None,
    opponent: Motion | None = None,
    presiding: Membership | None = None,
    without: Collection[int] = (),
    voters: list[Voter] | None = None,
) -> Ballot:
    """Count and store a vote in a meeting that is held already: over the case, or over how it is treated. Those
    ``without``, by membership id, are left out: the vote is about them (R12). ``voters`` is as in :func:`vote_on`.

    Raises as :func:`record_ballot` does.
    """
    if motion._state.adding:
        motion.pk = reserve_pk(Motion)
    voters = participants.entitled(item) if voters is None else voters
    voters = [voter for voter in voters if voter.pk not in without]
    cast = _complete(voters, choices)
    seats = participants.number_of_seats(held.meeting)
    check_quorum(held.meeting, voters=len(voters), seats=seats)
    chair = _presiding(held, item, voters, presiding)
    all_for = all(choice == Choice.FOR for choice in cast.values())
    ballot = Ballot(
        item=item,
        motion=motion,
        opponent=opponent,
        unanimous=all_for or (opponent is not None and Choice.FOR not in cast.values()),
        seats=seats,
        presiding=chair,
    )
    votes = [vote_of(ballot, voter, cast[voter.pk]) for voter in voters]
    tally = voting.count(voting.casts(votes), chair.pk)
    action = "forum.ballot_held" if motion.purpose == MotionPurpose.CASE else "forum.procedural_vote"
    with held.about(
        action,
        item,
        data={
            "motion": motion.pk,
            "for_": tally.for_,
            "against": tally.against,
            "adopted": tally.adopted,
            "by_casting_vote": tally.by_casting_vote,
            "presiding": chair.pk,
            "seats": seats,
            "purpose": motion.purpose,
            **({"opponent": opponent.pk} if opponent is not None else {}),
        },
    ):
        if motion._state.adding:
            motion.save(force_insert=True)
        create_all([ballot])
        create_all(votes)
    prefetch_related_objects([ballot], Prefetch("votes", Vote.objects.select_related("party").order_by("pk")))
    return ballot


def _complete(voters: list[Voter], choices: Mapping[int, Choice | str] | None) -> dict[int, Choice]:
    names = {voter.pk: voter.membership.person.name for voter in voters}
    if choices is None:
        return dict.fromkeys(names, Choice.FOR)
    strangers = sorted(set(choices) - set(names))
    if strangers:
        people = Membership.objects.filter(pk__in=strangers).select_related("person")
        said = ", ".join(sorted(m.person.name for m in people)) or str(_("somebody unknown"))
        raise GuardRefused(
            _("Not entitled to vote in this case: %(names)s (Local Government Act §§ 8-1 and 11-10).") % {"names": said}
        )
    silent = [name for pk, name in names.items() if not choices.get(pk)]
    if silent:
        raise GuardRefused(
            _("The vote of these is lacking: %(names)s. Those present must vote (Local Government Act § 8-1).")
            % {"names": ", ".join(silent)}
        )
    return {pk: Choice(choices[pk]) for pk in names}


def _presiding(held: Hold, item: AgendaItem, voters: list[Voter], wanted: Membership | None) -> Membership:
    there = {voter.pk: voter.membership for voter in voters}
    if wanted is not None:
        if wanted.pk not in there:
            raise GuardRefused(
                _("%(name)s does not take part in this case, and cannot preside over it.")
                % {"name": wanted.person.name}
            )
        return there[wanted.pk]
    if held.meeting.presiding_id in there:
        return there[held.meeting.presiding_id]
    for role in (Role.LEADER, Role.DEPUTY_LEADER):
        found = next((membership for membership in there.values() if membership.role == role), None)
        if found is not None:
            return found
    raise GuardRefused(
        _("Say who presides over this case: the one who presides over the meeting does not take part in it.")
    )


def vote_of(ballot: Ballot, voter: Voter, choice: Choice) -> Vote:
    """Return the vote of ``voter``, with name, part, side and political party as they are now: not saved yet."""
    seat = voter.seat
    return Vote(
        ballot=ballot,
        membership=voter.membership,
        seat=seat,
        name=voter.membership.person.name,
        part=seat.part,
        side=seat.side,
        party=voter.membership.party,
        stands_for=voter.stands_for.person.name if voter.stands_for else "",
        choice=choice,
    )
