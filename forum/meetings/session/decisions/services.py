"""What is decided in an item, what a decision must say, and taking it up again."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.cases.case_owners import owner_of
from forum.cases.deadlines import too_far
from forum.cases.enums import Resolution
from forum.delegations.enums import Authority
from forum.delegations.models import Delegation
from forum.meetings.agenda.nature import refuse
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants, voting
from forum.meetings.core.closed.stepped_aside import has_left
from forum.meetings.core.locking import IN_SESSION, Hold, hold_item
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import TAKEN_NOTE_OF, ItemKind, MotionPurpose
from forum.meetings.session.decisions import authority
from forum.meetings.session.decisions.consistency import WITHOUT_MAJORITY, contradicted, differences
from forum.meetings.session.decisions.objections import may_be_decided
from forum.meetings.session.votes.ballots import check_quorum
from trepart import clock
from trepart.access.models import User
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.workflow import Words


#: What sets nothing in motion: the case stays where it is.
AT_REST = (Resolution.NOTED, Resolution.POSTPONE)

#: What a decision may have to say, and how it is asked for.
FIELD_LABELS: dict[str, "Words"] = {
    "answer": _("the answer to the proposer"),
    "responsible": _("who is responsible"),
    "due_on": _("a date"),
    "recommendation": _("the recommendation"),
    "back_to": _("which body it is sent back to"),
}


def resolutions(item: AgendaItem) -> list[tuple[Resolution, "str | Promise | None"]]:
    """Return what may be decided in ``item``, in the order it is offered, each with why it is shut (None: open).

    The owner of the case says it for a case from the queue; any item may be postponed, and one for
    information is taken note of.
    """
    if item.kind in TAKEN_NOTE_OF:
        return [(Resolution.NOTED, None), (Resolution.POSTPONE, None)]
    owner = owner_of(item.referral)
    if owner is None or item.referral is None:
        found: list[tuple[Resolution, str | Promise | None]] = [
            (Resolution.ADOPT, None),
            (Resolution.DECLINE, None),
            (Resolution.NOTED, None),
        ]
    else:
        found = list(owner.resolutions(item.referral))
    if Resolution.POSTPONE not in {resolution for resolution, _why in found}:
        found.append((Resolution.POSTPONE, None))
    return authority.judged(item, found)


def required(item: AgendaItem, resolution: Resolution) -> tuple[str, ...]:
    """Return what a decision of this kind must say: names from ``FIELD_LABELS``."""
    owner = owner_of(item.referral)
    if item.kind in TAKEN_NOTE_OF or resolution in AT_REST:
        return ()
    if owner is None:
        return ("due_on",) if resolution == Resolution.TO_COUNCIL else ()
    return tuple(owner.fields(resolution))


def decide(
    item: AgendaItem,
    *,
    text: str,
    resolution: Resolution,
    answer: str = "",
    responsible: User | None = None,
    due_on: date | None = None,
    ballot: Ballot | None = None,
    options: Mapping[str, object] | None = None,
    differs: str = "",
    delegation: Delegation | None = None,
    own_affairs: bool = False,
    amount: int | None = None,
    goes_to: Authority | str = Authority.COUNCIL,
    goes_to_name: str = "",
    over_a_part: bool = False,
    actor: User,
    seen: int | None = None,
) -> Decision:
    """Record what was decided in an item and return it. It moves its case only when the meeting
    ends (:func:`settle_items`).

    ``ballot`` is what the decision rests on: the last vote that was adopted, unless said. ``options`` has what only
    some decisions need: ``recommendation``, ``back_to`` (a body's id), ``user_representatives``. ``differs`` says why
    it is not what was voted on, where it is not: the minutes then print both.

    ``delegation``, ``own_affairs`` and ``amount`` say what the decision rests on (:func:`.authority.rest`), ``goes_to``
    who has the authority where the body recommends, ``over_a_part`` that it stands although a whole part was against.

    Raises ``GuardRefused`` without words, without the authority, against a whole part that was not asked about, with
    somebody responsible who has stepped aside in the case (R12: nobody keeps the meeting from choosing another), for a
    resolution that is shut or lacks what it must say, without an adopted motion in a body that votes, where it is not
    what was voted on and nothing says why, or where fewer than half of the members take part (koml § 11-9);
    ``WrongState`` where the item is decided already.
    """
    resolution = Resolution(resolution)
    said = {key: value for key, value in (options or {}).items() if value not in (None, "")}
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.decided is not None:
            raise WrongState(_("%(item)s has been decided already.") % {"item": fresh.label})
        if not text.strip():
            raise GuardRefused(_("Write what was decided."))
        if resolution != Resolution.POSTPONE and (fresh.kind == ItemKind.PS or fresh.is_proposed_closed):
            may_be_decided(fresh)
        _check_resolution(fresh, resolution)
        _check_fields(
            fresh, resolution, {"answer": answer.strip(), "responsible": responsible, "due_on": due_on, **said}
        )
        if responsible is not None and has_left(responsible, fresh):
            raise GuardRefused(
                _("%(name)s has stepped aside in the case. Let the meeting ask somebody else to carry it out.")
                % {"name": responsible.name}
            )
        if due_on is not None and due_on < clock.today():
            raise GuardRefused(_("The date has passed already."))
        if due_on is not None and puts_off(fresh, resolution) and (why := too_far(due_on)):
            raise GuardRefused(why)
        rests_on = ballot_for(held.meeting, fresh, resolution, ballot)
        why = differs.strip() if check_as_voted(fresh, resolution, text, differs=differs) else ""
        if resolution not in AT_REST and rests_on is None:
            check_quorum(
                held.meeting, voters=len(participants.entitled(fresh)), seats=len(participants.seats(held.meeting))
            )
        check_parts(rests_on, resolution, asked=over_a_part)
        rests = authority.rest(fresh, resolution, delegation=delegation, own_affairs=own_affairs, amount=amount)
        sent = resolution == Resolution.TO_COUNCIL
        if sent and goes_to == Authority.COMMITTEE and not goes_to_name.strip():
            raise GuardRefused(_("Write the name of the committee."))
        if rests.own_affairs:
            said["own_affairs"] = True
        decision = Decision(
            item=fresh,
            text=text.strip(),
            resolution=resolution,
            ballot=rests_on,
            answer=answer.strip(),
            responsible=responsible,
            due_on=due_on,
            delegation=rests.delegation,
            amount=rests.amount,
            goes_to=goes_to if sent else "",
            goes_to_name=goes_to_name.strip() if sent and goes_to == Authority.COMMITTEE else "",
            options=said,
            differs=why,
        )
        with held.about(
            "forum.item_decided",
            fresh,
            data={
                "resolution": resolution,
                "responsible": responsible.pk if responsible else None,
                "due_on": due_on,
                "delegation": rests.delegation.pk if rests.delegation else None,
                "amount": rests.amount,
                "goes_to": decision.goes_to,
            },
            text={"decision": decision.text, "answer": decision.answer, **({"differs": why} if why else {})},
        ):
            decision.save()
            # What is decided behind closed doors is decided: what comes next is open until it is closed by itself.
            for period in fresh.door_periods.filter(opened_at__isnull=True):
                period.opened_at = clock.now()
                period.save()
    return decision


def check_as_voted(item: AgendaItem, resolution: Resolution, text: str, *, differs: str) -> list[str]:
    """Return where the decision is not what was voted on in ``item``. Raises ``GuardRefused`` where it is not, and
    ``differs`` does not say why, and whatever it says where what became of the case contradicts the votes."""
    ballots = list(item.ballots.select_related("motion", "opponent").prefetch_related("votes__party"))
    elections = list(item.elections.select_related("elected"))
    unlike = differences(resolution, text, ballots=ballots, elections=elections)
    against_the_votes = contradicted(resolution, text, ballots=ballots, elections=elections)
    if against_the_votes:
        raise GuardRefused(
            _("What became of the case contradicts the votes, and no reason excuses that. %(list)s")
            % {"list": " ".join(against_the_votes)}
        )
    if unlike and not differs.strip():
        raise GuardRefused(
            _("This is not what was voted on. Correct it, or say why it differs. %(list)s") % {"list": " ".join(unlike)}
        )
    return unlike


def overruled_by(item: AgendaItem, resolution: Resolution) -> list[str]:
    """Return, in sentences, the whole parts that a decision of this kind would be against, by the votes as fetched."""
    if resolution in AT_REST:
        return []
    held = [ballot for ballot in item.ballots.all() if ballot.motion.purpose == MotionPurpose.CASE]
    adopted = [ballot for ballot in held if voting.winner(ballot) is not None]
    last = adopted[-1] if adopted else held[-1] if held and resolution in WITHOUT_MAJORITY else None
    return voting.overruled_words(last) if last is not None else []


def check_parts(ballot: Ballot | None, resolution: Resolution, *, asked: bool) -> None:
    """Raise ``GuardRefused`` for a decision against a whole part that nobody has been asked about: once is enough."""
    if ballot is None or resolution in AT_REST or asked:
        return
    if sentences := voting.overruled_words(ballot):
        raise GuardRefused(
            _("%(who)s Say whether the decision is to stand all the same.") % {"who": " ".join(sentences)}
        )


def puts_off(item: AgendaItem, resolution: Resolution) -> bool:
    """Say whether a resolution lets somebody wait for an answer until a day (R18)."""
    owner = owner_of(item.referral)
    waits = resolution in (Resolution.CONSIDER, Resolution.TO_COUNCIL)
    return waits and owner is not None and owner.answers_somebody()


def _check_resolution(item: AgendaItem, resolution: Resolution) -> None:
    if resolution != Resolution.POSTPONE:
        refuse(item.folder)
    offered = dict(resolutions(item))
    if resolution not in offered:
        raise GuardRefused(_("This case cannot be decided that way."))
    why = offered[resolution]
    if why is not None:
        raise GuardRefused(why)


def _check_fields(item: AgendaItem, resolution: Resolution, given: Mapping[str, object]) -> None:
    lacking = [str(FIELD_LABELS.get(name, name)) for name in required(item, resolution) if not given.get(name)]
    if lacking:
        raise GuardRefused(_("The decision lacks %(what)s.") % {"what": ", ".join(lacking)})


def ballot_for(
    meeting: Meeting, item: AgendaItem, resolution: Resolution, wanted: Ballot | None = None
) -> Ballot | None:
    """Return the vote that a decision of this kind rests on, the one ``wanted`` where it is said. Raises
    ``GuardRefused`` where nothing was adopted that it could rest on."""
    held = list(item.ballots.select_related("motion", "opponent").prefetch_related("votes__party"))
    if wanted is not None:
        found = next((ballot for ballot in held if ballot.pk == wanted.pk), None)
        if found is None:
            raise GuardRefused(_("That vote was held in another case."))
        if voting.winner(found) is None and resolution not in WITHOUT_MAJORITY:
            raise GuardRefused(_("That motion did not get a majority (Local Government Act § 11-9)."))
        return found
    held = [ballot for ballot in held if ballot.motion.purpose == MotionPurpose.CASE]
    adopted = [ballot for ballot in held if voting.winner(ballot) is not None]
    if adopted:
        return adopted[-1]
    if meeting.body.by_consensus or resolution in AT_REST:
        return held[-1] if held else None
    if held and resolution in WITHOUT_MAJORITY:
        return held[-1]
    if item.elections.exists() and not item.elections.filter(elected__isnull=True).exists():
        return None
    raise GuardRefused(
        _("Nothing has been adopted in this case yet. Hold the vote first (Local Government Act § 11-9).")
    )


def take_up_again(item: AgendaItem, *, reason: str, actor: User, seen: int | None = None) -> None:
    """Take back a decision that was recorded wrongly, before the meeting ends, so that it can be recorded anew. What it
    said stays in the trail."""
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.decided is None:
            raise WrongState(_("There is no decision in %(item)s.") % {"item": fresh.label})
        if not reason.strip():
            raise GuardRefused(_("Say why the decision is taken up again."))
        reopen_under(held, fresh, reason=reason)


def reopen_under(held: Hold, item: AgendaItem, *, reason: str = "", action: str = "forum.decision_reopened") -> None:
    """Take back the decision of an item whose meeting is held already: for a ``reason`` in somebody's words, or for one
    that the ``action`` itself says."""
    decision = item.decided
    if decision is None:
        return
    with held.about(action, item, text={"reason": reason, "decision": decision.text}):
        decision.delete()
        period = item.door_periods.order_by("pk").last() if item.is_closed else None
        if period is not None:
            period.opened_at = None
            period.save()


# When the meeting has ended ------------------------------------------------------------------------------------------
