"""Writing a logged meeting, and every write of the parts of meetings, gathered here for callers in other rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.agenda.services import (
    add_item,
    change_item,
    move_item,
    put_in_order,
    reorder_items,
    set_doors,
    withdraw_item,
)
from forum.meetings.attendance.roll_call import Row, all_met, deputies, list_of, set_attendance, set_presiding
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from forum.meetings.planning.services import plan_meeting
from forum.meetings.session.closed_doors.services import close_doors, open_doors
from forum.meetings.session.decisions.objections import object_to, set_papers_late
from forum.meetings.session.decisions.postponement import postpone_item
from forum.meetings.session.decisions.services import decide, take_up_again
from forum.meetings.session.decisions.settlement import settle_items, unsettled
from forum.meetings.session.discussion.services import save_discussion
from forum.meetings.session.elections.services import draw_lot, hold_round, propose_candidates, waiting_for_lot
from forum.meetings.session.minute_additions.recording_requests import answer_recording
from forum.meetings.session.minute_additions.services import add_to_minutes, take_out
from forum.meetings.session.participation.attendees import attend, remove_attendee
from forum.meetings.session.participation.movements import come, leave, take_back
from forum.meetings.session.participation.recusals import lift_recusal, recuse
from forum.meetings.session.votes.ballots import record_ballot, vote_on
from forum.meetings.session.votes.corrections import correct_vote
from forum.meetings.session.votes.en_bloc import treat_together
from forum.meetings.session.votes.motions import add_motion
from forum.organisation.models import Body, Membership, StandIn
from trepart import clock
from trepart.workflow import Step, perform

if TYPE_CHECKING:
    from trepart.access.models import User


@dataclass(frozen=True)
class LogItem:
    """One thing a body took up in a logged meeting: what, what was agreed, and what that means. ``referral`` where
    it came from the queue."""

    title: str
    agreed: str
    resolution: Resolution = Resolution.NOTED
    referral: Referral | None = None


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A meeting written down when it is over: the day, the places that were taken, by place who stood in there, and
    what was taken up (R24)."""

    held_on: date
    present: Sequence[Membership]
    items: Sequence[LogItem]
    others_present: str
    stand_ins: Mapping[int, StandIn]


def end_meeting(meeting: Meeting, *, actor: "User", seen: int | None = None) -> Meeting:
    """End a meeting and carry its decisions into their cases. What could not be carried out is kept on the items
    (:func:`settle_items`)."""
    ended: Meeting = perform(meeting, "end", actor=actor, seen=seen)
    settle_items(ended, actor)
    return ended


def log_meeting(
    *,
    body: Body,
    held_on: date,
    present: Sequence[Membership],
    items: Sequence[LogItem],
    actor: "User",
    cause: Step | None = None,
    others_present: str = "",
    stand_ins: Mapping[int, StandIn] | None = None,
) -> Meeting:
    """Write down a meeting of a body that decides by consensus, when it is over, and return it (R24).

    ``present`` are the places that were taken; ``stand_ins`` says, by the place's id, who sat there for the holder.
    Everybody with a seat who is not among ``present`` is recorded as absent. ``cause`` is the step on a proposal that
    this is the record of. Raises ``NotPermitted``, or ``GuardRefused`` for a body that votes, a day to come, nobody
    present, nothing taken up, or somebody from elsewhere.
    """
    log = Logged(
        held_on=held_on,
        present=list(present),
        items=list(items),
        others_present=others_present,
        stand_ins=dict(stand_ins or {}),
    )
    noon = timezone.make_aware(datetime.combine(held_on, time(12)))
    starts_at = min(noon, clock.now()) if held_on == clock.today() else noon
    meeting = Meeting(body=body, kind=MeetingKind.LOG, starts_at=starts_at)
    logged: Meeting = perform(meeting, "log", actor=actor, given=log, cause=cause)
    return logged


__all__ = [
    "LogItem",
    "Row",
    "add_item",
    "add_motion",
    "add_to_minutes",
    "all_met",
    "answer_recording",
    "attend",
    "change_item",
    "close_doors",
    "come",
    "correct_vote",
    "decide",
    "deputies",
    "draw_lot",
    "end_meeting",
    "hold_round",
    "leave",
    "lift_recusal",
    "list_of",
    "log_meeting",
    "move_item",
    "object_to",
    "open_doors",
    "plan_meeting",
    "postpone_item",
    "propose_candidates",
    "put_in_order",
    "record_ballot",
    "recuse",
    "remove_attendee",
    "reorder_items",
    "save_discussion",
    "set_attendance",
    "set_doors",
    "set_papers_late",
    "set_presiding",
    "settle_items",
    "take_back",
    "take_out",
    "take_up_again",
    "treat_together",
    "unsettled",
    "vote_on",
    "waiting_for_lot",
    "withdraw_item",
]
