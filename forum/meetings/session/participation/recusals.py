"""Who does not take part in an item, disqualified or exempted, and the deputy for it (fvl. § 6, koml § 11-10; R12)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.deputy_lists import check_deputy, deputies
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants, voting
from forum.meetings.core.locking import AROUND_THE_TABLE, hold_item
from forum.meetings.core.models import AgendaItem, Meeting, Recusal
from forum.meetings.core.queries import day_of
from forum.meetings.core.quorum import is_quorate
from forum.meetings.core.vote_models import Motion
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, MeetingStatus, MotionPurpose, RecusalKind, Settled
from forum.meetings.session.participation.movements import nothing_voted
from forum.meetings.session.votes.ballots import cast_votes
from forum.organisation.models import Membership
from trepart import languages
from trepart.refusals import GuardRefused, WrongState
from trepart.text.administration_act import Matter, cite

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
    in_doubt: Sequence[Membership] = (),
    skipped_reason: str = "",
    settled: Settled = Settled.AGREED,
    choices: Mapping[int, Choice | str] | None = None,
    seen: int | None = None,
) -> Recusal | None:
    """Record that the body decided that somebody does not take part in an item: disqualified (fvl § 6, koml § 11-10) or
    exempted (§ 11-11), on the basis given (R12).

    ``settled`` says how: everybody agreed, or by a vote with ``choices`` (for: does not take part), in which neither
    the member concerned has a say nor those ``in_doubt`` themselves in the same case; all do where the body could not
    decide it otherwise (fvl § 8 second paragraph). Returns None where the vote came to that the member takes part: the
    vote stands in the minutes all the same.

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
                    "Say on what legal basis %(name)s does not take part (%(act)s, Local Government Act §§ 11-10 and "
                    "11-11)."
                )
                % {"name": name, "act": cite(Matter.PARTIAL, day_of(held.meeting))}
            )
        nothing_voted(fresh)
        table = participants.at_the_table(held.meeting, fresh)
        seats = participants.seats(held.meeting)
        # A deputy called for this case because another stepped aside may have to step aside as well.
        there = [*table, *participants.entitled(fresh, table)]
        if membership.pk not in {voter.pk for voter in there} | {seat.pk for seat in seats}:
            raise GuardRefused(_("%(name)s has no seat at this meeting.") % {"name": name})
        if fresh.recusals.filter(membership=membership).exists():
            raise WrongState(_("%(name)s is recorded as not taking part already.") % {"name": name})
        seat = next((v.seat for v in there if v.pk == membership.pk), membership)
        if deputy is not None:
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
            motion = Motion(
                item=fresh,
                purpose=MotionPurpose.IMPARTIALITY,
                text=_motion_on(kind, name, basis.strip()),
                concerns=membership,
            )
            without = kept_out(held.meeting, participants.entitled(fresh, table), membership, in_doubt)
            ballot = cast_votes(held, fresh, motion, choices=choices, without=without)
            if not voting.tally_of(ballot).adopted:
                return None
        recusal = Recusal(
            item=fresh,
            membership=membership,
            kind=RecusalKind(kind),
            basis=basis.strip(),
            deputy=deputy,
            seat=seat,
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


def kept_out(
    meeting: Meeting, voters: Sequence[Voter], membership: Membership, in_doubt: Sequence[Membership]
) -> frozenset[int]:
    """Return whose vote on whether ``membership`` takes part does not count, by membership id: the member's own, and
    those of others ``in_doubt`` in the same case. Where the body cannot decide without them, nobody is kept out: then
    all who met take part in it (fvl § 8 second paragraph, R12)."""
    kept = frozenset({membership.pk, *(one.pk for one in in_doubt)})
    if len(kept) == 1:
        return kept
    left = sum(voter.pk not in kept for voter in voters)
    seats = participants.number_of_seats(meeting)
    return kept if is_quorate(meeting.body, voters=left, seats=seats) else frozenset()


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
