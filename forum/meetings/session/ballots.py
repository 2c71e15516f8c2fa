"""Around the table: who does not take part, what was moved, how it was voted (koml §§ 8-1, 11-9, 11-10; R11, R12)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN, check_deputy, deputies
from forum.meetings.core import participants, voting
from forum.meetings.core.attendance_records import prefetch_for_a_vote
from forum.meetings.core.locking import AROUND_THE_TABLE, IN_SESSION, Hold, hold_item
from forum.meetings.core.models import AgendaItem, Ballot, Meeting, Motion, Recusal, Vote
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, MeetingStatus, MotionPurpose, RecusalKind, Settled
from forum.meetings.session.models import Attendee
from forum.meetings.session.movements import nothing_voted
from forum.meetings.session.objections import may_be_decided
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart import languages
from trepart.audit.history import create_all
from trepart.workflow import GuardRefused, WrongState, reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User


def recuse(
    item: AgendaItem,
    *,
    membership: Membership,
    kind: RecusalKind,
    basis: str,
    actor: "User",
    deputy: Membership | None = None,
    skipped_reason: str = "",
    settled: Settled = Settled.AGREED,
    choices: Mapping[int, Choice | str] | None = None,
    seen: int | None = None,
) -> Recusal | None:
    """Record that the body decided that somebody does not take part in an item: disqualified (fvl § 6, koml § 11-10) or
    exempted (§ 11-11), on the basis given (R12).

    ``settled`` says how: everybody agreed, or by a vote with ``choices`` (for: does not take part), in which the
    member concerned has no say. Returns None where the vote came to that the member takes part: the vote stands in
    the minutes all the same.

    ``deputy`` is called for this item alone. Without one the seat counts as not voted: half of the *members*
    must still vote (§ 11-9).

    Raises ``GuardRefused`` without a basis, for somebody who has no seat, once a vote has been held in the item, or for
    a deputy who may not come.
    """
    with hold_item(item, actor=actor, permission=RUN, at=AROUND_THE_TABLE, seen=seen) as (held, fresh):
        name = membership.person.name
        if not basis.strip():
            raise GuardRefused(
                _(
                    "Say on what legal basis %(name)s does not take part (Public Administration Act § 6, Local "
                    "Government Act §§ 11-10 and 11-11)."
                )
                % {"name": name}
            )
        nothing_voted(fresh)
        table = participants.at_the_table(held.meeting, fresh)
        seats = participants.seats(held.meeting)
        if membership.pk not in {voter.pk for voter in table} | {seat.pk for seat in seats}:
            raise GuardRefused(_("%(name)s has no seat at this meeting.") % {"name": name})
        if fresh.recusals.filter(membership=membership).exists():
            raise WrongState(_("%(name)s is recorded as not taking part already.") % {"name": name})
        if deputy is not None:
            seat = next((v.stands_for for v in table if v.pk == membership.pk and v.stands_for), membership)
            taken = {v.pk for v in table if v.stands_for} | {r.deputy_id for r in fresh.recusals.all() if r.deputy_id}
            if deputy.pk in taken or fresh.recusals.filter(membership=deputy).exists():
                raise GuardRefused(_("%(name)s cannot meet for two members.") % {"name": deputy.person.name})
            skipped_reason = check_deputy(
                deputy, seat, meeting=held.meeting, everyone=deputies(held.meeting), taken=taken,
                skipped_reason=skipped_reason
            )  # fmt: skip
        ballot = None
        if settled == Settled.VOTE:
            if held.meeting.status != MeetingStatus.IN_SESSION:
                raise WrongState(_("The body votes on it when the meeting is open."))
            motion = Motion(item=fresh, purpose=MotionPurpose.IMPARTIALITY, text=_motion_on(kind, name, basis.strip()))
            ballot = cast_votes(held, fresh, motion, choices=choices, without=membership)
            if not voting.tally_of(ballot).adopted:
                return None
        recusal = Recusal(
            item=fresh,
            membership=membership,
            kind=RecusalKind(kind),
            basis=basis.strip(),
            deputy=deputy,
            skipped_reason=skipped_reason.strip(),
            settled=settled,
            ballot=ballot,
        )
        with held.about(
            "forum.recused",
            fresh,
            data={"name": name, "basis": recusal.basis, "kind": recusal.kind, "deputy": deputy.pk if deputy else None},
        ):
            recusal.save()
    return recusal


def _motion_on(kind: RecusalKind, name: str, basis: str) -> str:
    words = (
        _("%(name)s is disqualified (%(basis)s).")
        if kind == RecusalKind.PARTIALITY
        else _("%(name)s is exempted (%(basis)s).")
    )
    with languages.municipal():
        return str(words) % {"name": name, "basis": basis}


def lift_recusal(recusal: Recusal, *, actor: "User", seen: int | None = None) -> None:
    """Take back a recusal recorded by mistake, before a vote has been held in the item."""
    with hold_item(recusal.item, actor=actor, permission=RUN, at=AROUND_THE_TABLE, seen=seen) as (held, fresh):
        nothing_voted(fresh)
        there = fresh.recusals.filter(pk=recusal.pk).select_related("membership__person").first()
        if there is None:
            return
        with held.about("forum.recusal_lifted", fresh, data={"name": there.membership.person.name}):
            there.delete()


def add_motion(
    item: AgendaItem,
    *,
    text: str,
    moved_by: Membership | Attendee,
    actor: "User",
    seen: int | None = None,
) -> Motion:
    """Record a motion in an item and return it. The mayor may move one without being a member (R5).

    Raises ``GuardRefused`` for one without words, or moved by somebody who does not take part in the item, or may not
    propose (koml § 8-1, R5); ``WrongState`` where the item is decided.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        _undecided(fresh)
        if not text.strip():
            raise GuardRefused(_("Write what is moved."))
        if isinstance(moved_by, Attendee):
            return _by_attendee(held, fresh, text.strip(), moved_by)
        if moved_by.pk not in {voter.pk for voter in participants.entitled(fresh)}:
            raise GuardRefused(
                _(
                    "%(name)s does not take part in this case and cannot move anything in it (Local Government "
                    "Act § 8-1)."
                )
                % {"name": moved_by.person.name}
            )
        motion = Motion(item=fresh, text=text.strip(), moved_by=moved_by)
        with held.about("forum.motion_added", fresh, data={"name": moved_by.person.name}, text={"motion": motion.text}):
            motion.save()
    return motion


def _by_attendee(held: Hold, item: AgendaItem, text: str, mover: Attendee) -> Motion:
    there = held.meeting.attendees.filter(pk=mover.pk).first()
    if there is None or not there.may_propose:
        raise GuardRefused(
            _(
                "%(name)s may not move anything here: only members and the mayor may (Local Government Act §§ "
                "6-1 and 8-1)."
            )
            % {"name": mover.name}
        )
    motion = Motion(item=item, text=text, moved_by_attendee=there)
    with held.about("forum.motion_added", item, data={"name": there.name}, text={"motion": text}):
        motion.save()
    return motion


def _undecided(item: AgendaItem) -> None:
    if item.decided is not None:
        raise WrongState(_("%(item)s has been decided already.") % {"item": item.label})


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
    _undecided(item)
    motions = [one for one in item.motions.all() if one.purpose == MotionPurpose.CASE]
    wanted = motion
    motion = next((one for one in motions if (one.pk == wanted.pk if wanted else one.is_recommendation)), None)
    if motion is None:
        raise GuardRefused(
            _("There is nothing to vote on: the case has no recommendation, and nothing has been moved.")
        )
    table = participants.at_the_table(held.meeting, item) if table is None else table
    may_be_decided(item, present=len(table))
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
    without: Membership | None = None,
    voters: list[Voter] | None = None,
) -> Ballot:
    """Count and store a vote in a meeting that is held already: over the case, or over how it is treated. ``without``
    is left out: the vote is about that member (R12). ``voters`` is as in :func:`vote_on`.

    Raises as :func:`record_ballot` does.
    """
    if motion._state.adding:
        motion.pk = reserve_pk(Motion)
    voters = participants.entitled(item) if voters is None else voters
    voters = [voter for voter in voters if without is None or voter.pk != without.pk]
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
    votes = [_vote(ballot, voter, cast[voter.pk]) for voter in voters]
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


def check_quorum(meeting: Meeting, *, voters: int, seats: int) -> None:
    """Raise ``GuardRefused`` where too few take part to decide: half of the members in a body under chapter 11,
    somebody at least in any other."""
    if meeting.body.chapter_11 and not voting.quorum(voters, seats):
        raise GuardRefused(
            _(
                "Fewer than half of the members take part: %(voters)s of %(seats)s, and it takes %(needed)s "
                "(Local Government Act § 11-9). The body cannot decide this now."
            )
            % {"voters": voters, "seats": seats, "needed": voting.needed(seats)}
        )
    if voters == 0:
        raise GuardRefused(_("Nobody takes part in this case, so nothing can be decided."))


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


def _vote(ballot: Ballot, voter: Voter, choice: Choice) -> Vote:
    seat = voter.seat
    return Vote(
        ballot=ballot,
        membership=voter.membership,
        name=voter.membership.person.name,
        part=seat.part,
        side=seat.side,
        party=voter.membership.party,
        stands_for=voter.stands_for.person.name if voter.stands_for else "",
        choice=choice,
    )


def correct_vote(vote: Vote, *, choice: Choice, reason: str, actor: "User", seen: int | None = None) -> Vote:
    """Put right a vote that was keyed wrong, before the meeting ends; what stood there stays in
    the trail and the history.

    Where the result turns, a decision that rested on it is taken up again, and must be recorded anew.

    Raises ``GuardRefused`` without a reason, where it is the same vote, or for a vote on how the case is treated: what
    followed from that is taken back, and it is voted anew; ``WrongState`` once the meeting has ended.
    """
    from forum.meetings.session.decisions import (
        reopen_under,  # the decisions build on the ballots; only a turned result leads back
    )

    with hold_item(vote.ballot.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if not reason.strip():
            raise GuardRefused(_("Say why the vote is corrected."))
        kept = Vote.objects.select_related("ballot__motion", "party").get(pk=vote.pk)
        if kept.ballot.motion.purpose != MotionPurpose.CASE:
            raise GuardRefused(
                _("This was a vote on how the case is treated. Take back what followed from it, and vote anew.")
            )
        if kept.choice == choice:
            raise GuardRefused(_("%(name)s stands with that vote already.") % {"name": kept.name})
        ballot = kept.ballot
        before = voting.tally_of(ballot).adopted
        data = {"name": kept.name, "before": kept.choice, "after": Choice(choice), "ballot": ballot.pk}
        kept.choice = Choice(choice)
        with held.about("forum.vote_corrected", fresh, data=data, text={"reason": reason}):
            kept.save()
            said = set(ballot.votes.values_list("choice", flat=True))
            ballot.unanimous = said == {Choice.FOR} or (ballot.opponent_id is not None and said == {Choice.AGAINST})
            ballot.save()
        decision = fresh.decided
        if decision is not None and decision.ballot_id == ballot.pk and voting.tally_of(ballot).adopted != before:
            reopen_under(held, fresh, action="forum.decision_turned")
    return kept
