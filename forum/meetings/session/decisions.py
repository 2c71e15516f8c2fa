"""What was said and what was decided, item by item; and, when the meeting has ended, carrying each
decision into its case."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants, voting
from forum.meetings.core.locking import IN_SESSION, Hold, hold, hold_item, lock_case
from forum.meetings.core.models import AgendaItem, Ballot, Decision, Meeting
from forum.meetings.enums import TAKEN_NOTE_OF, ItemKind, MeetingStatus, MinutesStatus, MotionPurpose
from forum.meetings.follow_up import services as follow_up
from forum.meetings.session.ballots import check_quorum
from forum.meetings.session.discussion_drafts import forget
from forum.meetings.session.objections import may_be_decided
from trepart import clock
from trepart.access.models import User
from trepart.workflow import GuardRefused, Refused, WrongState, perform

if TYPE_CHECKING:
    from trepart.workflow import Words

log = logging.getLogger(__name__)

#: What sets nothing in motion: the case stays where it is.
AT_REST = (Resolution.NOTED, Resolution.POSTPONE)
#: What a body may conclude with although nothing it voted on was adopted.
WITHOUT_MAJORITY = (Resolution.NOTED, Resolution.POSTPONE, Resolution.DECLINE)

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
    return found


def required(item: AgendaItem, resolution: Resolution) -> tuple[str, ...]:
    """Return what a decision of this kind must say: names from ``FIELD_LABELS``."""
    owner = owner_of(item.referral)
    if owner is None or item.kind in TAKEN_NOTE_OF or resolution in AT_REST:
        return ()
    return tuple(owner.fields(resolution))


def save_discussion(item: AgendaItem, *, text: str, actor: User, seen: int | None = None) -> AgendaItem:
    """Save what was said in an item (Behandling). Raises ``WrongState`` for an old page, or outside the meeting."""
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.discussion != text.strip():
            fresh.discussion = text.strip()
            with held.about("forum.discussion_saved", fresh):
                fresh.save()
        forget(fresh, held.actor)
    return fresh


def decide(
    item: AgendaItem,
    *,
    text: str,
    resolution: Resolution,
    answer: str = "",
    responsible: User | None = None,
    due_on: date | None = None,
    ballot: Ballot | None = None,
    options: Mapping[str, Any] | None = None,
    actor: User,
    seen: int | None = None,
) -> Decision:
    """Record what was decided in an item and return it. It moves its case only when the meeting
    ends (:func:`settle_items`).

    ``ballot`` is what the decision rests on: the last vote that was adopted, unless said. ``options`` has what only
    some decisions need: ``recommendation``, ``back_to`` (a body's id), ``user_representatives``.

    Raises ``GuardRefused`` without words, for a resolution that is shut or lacks what it must say, without an adopted
    motion in a body that votes, or where fewer than half of the members take part (koml § 11-9); ``WrongState`` where
    the item is decided already.
    """
    resolution = Resolution(resolution)
    said = {key: value for key, value in (options or {}).items() if value not in (None, "")}
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.decided is not None:
            raise WrongState(_("%(item)s has been decided already.") % {"item": fresh.label})
        if not text.strip():
            raise GuardRefused(_("Write what was decided."))
        if resolution != Resolution.POSTPONE and fresh.kind == ItemKind.PS:
            may_be_decided(fresh)
        _check_resolution(fresh, resolution)
        _check_fields(
            fresh, resolution, {"answer": answer.strip(), "responsible": responsible, "due_on": due_on, **said}
        )
        if due_on is not None and due_on < clock.today():
            raise GuardRefused(_("The date has passed already."))
        rests_on = _ballot_for(held.meeting, fresh, resolution, ballot)
        if resolution not in AT_REST and rests_on is None:
            check_quorum(
                held.meeting, voters=len(participants.entitled(fresh)), seats=len(participants.seats(held.meeting))
            )
        decision = Decision(
            item=fresh,
            text=text.strip(),
            resolution=resolution,
            ballot=rests_on,
            answer=answer.strip(),
            responsible=responsible,
            due_on=due_on,
            options=said,
        )
        with held.about(
            "forum.item_decided",
            fresh,
            data={"resolution": resolution, "responsible": responsible.pk if responsible else None, "due_on": due_on},
            text={"decision": decision.text, "answer": decision.answer},
        ):
            decision.save()
    return decision


def _check_resolution(item: AgendaItem, resolution: Resolution) -> None:
    offered = dict(resolutions(item))
    if resolution not in offered:
        raise GuardRefused(_("This case cannot be decided that way."))
    why = offered[resolution]
    if why is not None:
        raise GuardRefused(why)


def _check_fields(item: AgendaItem, resolution: Resolution, given: Mapping[str, Any]) -> None:
    lacking = [str(FIELD_LABELS.get(name, name)) for name in required(item, resolution) if not given.get(name)]
    if lacking:
        raise GuardRefused(_("The decision lacks %(what)s.") % {"what": ", ".join(lacking)})


def _ballot_for(meeting: Meeting, item: AgendaItem, resolution: Resolution, wanted: Ballot | None) -> Ballot | None:
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


# When the meeting has ended ------------------------------------------------------------------------------------------


def unsettled(meeting: Meeting) -> list[AgendaItem]:
    """Return the decided items of an ended meeting whose decision has not been carried into its case."""
    return list(
        meeting.items.filter(withdrawn_at__isnull=True, settled_at__isnull=True, decision__isnull=False)
        .select_related("referral__case", "approves", "decision")
        .order_by("position", "pk")
    )


def settle_items(meeting: Meeting, actor: User) -> list[AgendaItem]:
    """Carry the decisions of an ended meeting into their cases, each in its own transaction, and
    return those that could not be.

    May be called any number of times: what has been carried out is left alone. What stands in the way is kept on the
    item for the secretary. Raises ``NotPermitted``, or ``WrongState`` before the meeting has ended.
    """
    with hold(meeting, actor=actor, permission=RUN, at=(MeetingStatus.ENDED,)) as held:
        waiting = unsettled(held.meeting)
    failed = []
    for item in waiting:
        error = _settle_one(item, actor)
        if error:
            item.settle_error = error
            failed.append(item)
    return failed


def _settle_one(item: AgendaItem, actor: User) -> str:
    try:
        _carry_out(item, actor)
    except Refused as refusal:
        error = str(refusal)
    except Exception:
        # Whatever went wrong in another room, the minutes of this meeting must not be lost with it: it is kept,
        # shown, and can be tried again.
        log.exception("The decision in agenda item %s could not be carried into its case.", item.pk)
        error = str(_("The portal failed here. Those who run it have been told; try again later."))
    else:
        return ""
    with hold(item.meeting, actor=actor, permission=RUN, at=(MeetingStatus.ENDED,)) as held:
        fresh = AgendaItem.objects.get(pk=item.pk)
        if fresh.settled_at is None and fresh.settle_error != error:
            fresh.settle_error = error
            with held.about("forum.item_not_settled", fresh, text={"error": error}):
                fresh.save()
    return error


@transaction.atomic
def _carry_out(item: AgendaItem, actor: User) -> None:
    if item.referral is not None:
        lock_case(item.referral.case_id)
    with hold(item.meeting, actor=actor, permission=RUN, at=(MeetingStatus.ENDED,)) as held:
        fresh = AgendaItem.objects.select_related("referral__case", "case", "approves", "decision__responsible").get(
            pk=item.pk
        )
        decision = fresh.decided
        if fresh.settled_at is not None or decision is None:
            return
        owner = owner_of(fresh.referral)
        if owner is not None:
            owner.settle(fresh, actor=actor)
        if decision.resolution == Resolution.NOTED:
            held.about_case("forum.case_noted", fresh)
        elif decision.resolution == Resolution.POSTPONE and owner is None:
            held.about_case("forum.case_postponed", fresh)
        if fresh.approves is not None and decision.resolution == Resolution.ADOPT:
            _approve_minutes(fresh)
        with held.about("forum.item_settled", fresh):
            fresh.settled_at, fresh.settle_error = clock.now(), ""
            fresh.save()
        if owner is None:
            follow_up.begin(held, fresh)


def _approve_minutes(item: AgendaItem) -> None:
    if item.approves is not None and item.approves.status != MinutesStatus.APPROVED:
        # It is the body that has approved them, whoever records that the meeting is over.
        perform(item.approves, "approve", actor=None, basis=item)
