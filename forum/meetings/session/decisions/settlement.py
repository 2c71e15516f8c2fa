"""Carrying the decisions of an ended meeting into their cases, one by one."""

import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.case_owners import is_carried_out_by_owner, owner_of
from forum.cases.enums import Resolution
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import hold, lock_case
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingStatus, MinutesStatus
from forum.meetings.follow_up import services as follow_up
from trepart import clock
from trepart.access.models import User
from trepart.refusals import Refused
from trepart.workflow import perform

log = logging.getLogger(__name__)


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
        if not is_carried_out_by_owner(fresh.referral):
            follow_up.begin(held, fresh)


def _approve_minutes(item: AgendaItem) -> None:
    if item.approves is not None and item.approves.status != MinutesStatus.APPROVED:
        # It is the body that has approved them, whoever records that the meeting is over.
        perform(item.approves, "approve", actor=None, basis=item)
