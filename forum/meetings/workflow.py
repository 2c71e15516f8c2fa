"""The lifecycle of a meeting: planned, called, in session, ended; postponed, cancelled, or logged (R6-R11, R24)."""

from copy import copy

from django.utils.translation import gettext_lazy as _

from forum.cases.enums import ReferralStatus
from forum.meetings.agenda import demands
from forum.meetings.agenda.proposed_closing import never_remote
from forum.meetings.agenda.services import number_item, put_recommendation
from forum.meetings.attendance import absences
from forum.meetings.attendance.log_notices import MEETING_LOGGED, MEETING_LOGGED_WITHOUT
from forum.meetings.core import participants
from forum.meetings.core.locking import on_agenda
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.core.quorum import is_quorate
from forum.meetings.enums import URGENT_KINDS, DemandKind, MeetingKind, MeetingStatus
from forum.meetings.forms import (
    CallForm,
    CancelForm,
    Cancelled,
    MeetingTimeForm,
    Opened,
    OpenForm,
    Postponed,
    PostponeForm,
    RearrangeForm,
    Timed,
)
from forum.meetings.log import Logged, logged_facts, put_log, stamp_logged, was_held
from forum.meetings.minutes import services as minutes
from forum.meetings.notifications import (
    MEETING_CALLED,
    MEETING_CANCELLED,
    MEETING_MOVED,
    MEETING_MOVED_AGAIN,
    MEETING_MOVED_WITHOUT,
    MEETING_POSTPONED,
    MEETING_POSTPONED_WITHOUT,
    MEETING_REARRANGED,
)
from forum.meetings.packets import services as packets
from forum.meetings.packets.queries import nothing_to_read
from forum.meetings.states import MEETING
from forum.meetings.urgent.rules import may_be_counted, must_wait
from trepart import audit, clock
from trepart.workflow import START, Step, Transition, Words, Workflow

M = MeetingStatus


# Planning --------------------------------------------------------------------------------------------------------


def _at_work(step: Step) -> Words | None:
    """The body must be at work."""
    body = step.subject.body
    return None if body.is_active else _("%(body)s is not at work yet, or no longer.") % {"body": body.name}


def _take_time(step: Step[Timed]) -> None:
    step.subject.starts_at, step.subject.place = step.data.starts_at, step.data.place
    step.subject.remote = step.data.remote


def _when(step: Step[Timed]) -> dict[str, object]:
    return {
        "starts_at": step.data.starts_at,
        "before": step.data.before,
        "place": step.data.place,
        "place_before": step.subject.place,
    }


def _on_agenda(meeting: Meeting) -> list[AgendaItem]:
    return list(
        meeting.items.filter(withdrawn_at__isnull=True)
        .select_related("referral__case", "decision")
        .order_by("position", "pk")
    )


def _names(items: list[AgendaItem]) -> str:
    return ", ".join(item.label or item.title for item in items)


# Calling ---------------------------------------------------------------------------------------------------------


def _ready_to_call(step: Step) -> Words | None:
    """There is a place, a day to come and something on the agenda (koml § 11-3, R6)."""
    meeting: Meeting = step.subject
    items = _on_agenda(meeting)
    if not items:
        return _("There is nothing on the agenda yet (Local Government Act § 11-3).")
    if not meeting.place.strip():
        return _("Say where the meeting is held before it is called (Local Government Act § 11-3).")
    if day_of(meeting) < clock.today():
        return _("The day of the meeting has passed. Move it to a new one first.")
    if meeting.starts_at < step.at:
        return _("The hour of the meeting has passed. Set a new one first.")
    allowed = meeting.body.may_meet_remotely or meeting.kind == MeetingKind.URGENT
    if meeting.remote and meeting.body.chapter_11 and not allowed:
        return _("The municipal council has not allowed this body to meet remotely (Local Government Act § 11-7).")
    if meeting.remote and (shut := never_remote(items)):
        return _NEVER_REMOTE % {"items": _names(shut)}
    # What members demand is put on the next ordinary agenda; a case that cannot wait goes out alone.
    demanded = list(demands.outstanding(meeting.body_id).filter(kind=DemandKind.ITEM))
    if demanded and meeting.kind not in URGENT_KINDS:
        return _(
            "Demanded by a third of the members, or a whole part, and must go on the agenda first (Local Government "
            "Act § 11-3): %(items)s."
        ) % {"items": ", ".join(demand.title for demand in demanded)}
    gone = [item for item in items if item.referral is not None and item.referral.status == ReferralStatus.CLOSED]
    if gone:
        return _("No longer waiting for an answer here, so take it off the agenda first: %(items)s.") % {
            "items": _names(gone)
        }
    return None


_NEVER_REMOTE = _(
    "Nobody can take part remotely where these are treated, proposed closed under § 11-5 second paragraph (Local "
    "Government Act § 11-7): %(items)s."
)


def _rearranged_rightly(step: Step[Timed]) -> Words | None:
    """Nobody takes part remotely where a case is closed under § 11-5 second paragraph (koml § 11-7, R9)."""
    shut = never_remote(_on_agenda(step.subject)) if step.data.remote else []
    return _NEVER_REMOTE % {"items": _names(shut)} if shut else None


def _notice(step: Step) -> dict[str, object]:
    meeting: Meeting = step.subject
    days = (day_of(meeting) - clock.today()).days
    without = [item.pk for item in nothing_to_read(meeting)]
    told: dict[str, object] = {
        "days": days,
        "notice_days": meeting.body.notice_days,
        "late": days < meeting.body.notice_days,
    }
    return {**told, "without_papers": without} if without else told


def _stamp_called(step: Step) -> None:
    step.subject.called_at = step.at


def _number(step: Step) -> None:
    for item in _on_agenda(step.subject):
        if item.number is None:
            number_item(item, step.subject)
            item.save()
        _tell_case(step, item, "forum.case_on_agenda")
    absences.call_for_all(step.subject, actor=step.actor)
    packets.order(step.subject, actor=step.actor)


def _tell_case(step: Step, item: AgendaItem, action: str) -> None:
    if item.referral is not None:
        audit.write(
            action,
            actor=step.actor,
            subject=item.referral,
            root=item.referral.case,
            acting=step.acting,
            data=on_agenda(item, step.subject),
        )


def _uncall(step: Step[Postponed]) -> None:
    _take_time(step)
    step.subject.called_at = None
    if step.subject.kind in URGENT_KINDS:
        # What was urgent is taken to an ordinary meeting, with the body's own notice and a new call (§ 11-8).
        step.subject.kind, step.subject.remote = MeetingKind.ORDINARY, step.data.remote


def _not_in_writing(step: Step) -> Words | None:
    """Every member answers the same words by the same hour (koml § 11-8)."""
    if step.subject.kind != MeetingKind.WRITTEN:
        return None
    return _("The members are answering: the deadline stays. Take it to a meeting, or cancel it and send it out anew.")


def _let_go(step: Step) -> None:
    absences.release_all(step.subject, actor=step.actor)
    packets.release(step.subject)


def _release(step: Step[Cancelled]) -> None:
    step.subject.cancel_reason = step.data.reason


def _release_items(step: Step[Cancelled]) -> None:
    step.subject.item_drafts.all().delete()
    absences.release_all(step.subject, actor=step.actor)
    packets.release(step.subject)
    for item in _on_agenda(step.subject):
        item.withdrawn_at, item.withdrawn_reason = step.at, step.data.reason
        item.save()
        if item.number is not None:
            _tell_case(step, item, "forum.case_off_agenda")


# Holding ---------------------------------------------------------------------------------------------------------


def _can_open(step: Step) -> Words | None:
    """Somebody has met, and one of them presides (koml § 11-2)."""
    meeting: Meeting = step.subject
    if meeting.kind == MeetingKind.WRITTEN and not may_be_counted(meeting):
        return _("This is treated in writing: the members answer, and nobody meets (Local Government Act § 11-8).")
    if meeting.kind == MeetingKind.URGENT and must_wait(meeting):
        return _(
            "A third of the members demand that the case waits for an ordinary meeting (Local Government Act § 11-8)."
        )
    if meeting.kind == MeetingKind.WRITTEN:
        return None  # nobody meets and nobody presides: the answers are counted, also where not one has come
    goes_on = Meeting.objects.filter(body=meeting.body_id, status=M.IN_SESSION).exclude(kind=MeetingKind.WRITTEN)
    if goes_on.exclude(pk=meeting.pk).exists():
        return _("Another meeting of the body is in session. Adjourn it first: the same people cannot sit in both.")
    there = {voter.pk for voter in participants.at_the_table(meeting)}
    if not there:
        return _("Record who has met first.")
    if meeting.presiding_id is None or meeting.presiding_id not in there:
        return _("Say who presides first: the leader, the deputy leader, or one elected for this meeting.")
    return None


def _sits_today(step: Step[Opened]) -> Words | None:
    """Those who have met have their seats on the day it is held, also where that is another than it was called for."""
    if not step.data.other_day:
        return None
    held = copy(step.subject)
    held.starts_at = step.at
    if held.presiding_id in {voter.pk for voter in participants.at_the_table(held)}:
        return None
    return _(
        "Whoever presides has no seat in the body today. Postpone the meeting to today instead, so that those who sit "
        "now are called (Local Government Act § 11-3)."
    )


def _present(step: Step[Opened]) -> dict[str, object]:
    told: dict[str, object] = {"planned": step.subject.starts_at} if step.data.other_day else {}
    present, seats = len(participants.at_the_table(step.subject)), len(participants.seats(step.subject))
    enough = is_quorate(step.subject.body, voters=present, seats=seats)
    return {"present": present, "seats": seats, "quorum": enough, **told}


def _stamp_opened(step: Step[Opened]) -> None:
    step.subject.opened_at = step.at
    if step.data.other_day:
        # From here on this is when it was; what it was called for stands in the trail and the history.
        step.subject.starts_at = step.at.replace(second=0, microsecond=0)


def _put_recommendations(step: Step) -> None:
    for item in _on_agenda(step.subject):
        put_recommendation(item)


def undecided(meeting: Meeting) -> list[AgendaItem]:
    """Return the items a meeting cannot end without: neither decided, postponed nor withdrawn."""
    return [item for item in _on_agenda(meeting) if item.decided is None]


def _all_decided(step: Step) -> Words | None:
    """Everything on the agenda is decided, postponed or withdrawn."""
    left = undecided(step.subject)
    if not left:
        return None
    return _("Not decided, postponed or withdrawn yet: %(items)s.") % {"items": _names(left)}


def _stamp_ended(step: Step) -> None:
    step.subject.ended_at = step.at


def _begin_minutes(step: Step) -> None:
    minutes.begin(step.subject)
    step.subject.item_drafts.all().delete()


# Writing down ----------------------------------------------------------------------------------------------------


def _can_log(step: Step) -> Words | None:
    """The body decides by consensus, and somebody took part on a day that has been (R24)."""
    body = step.subject.body
    if not body.by_consensus:
        return _("%(body)s decides by vote: its meetings are called and held, not written down afterwards.") % {
            "body": body.name
        }
    if not body.is_active:
        return _at_work(step)
    return None


PLAN = "forum.plan_meeting"
RUN = "forum.run_meeting"

MEETING_WORKFLOW = Workflow(
    model="meetings.meeting",
    states=M,
    edges=MEETING,
    transitions=(
        Transition(
            name="plan", label=_("Plan a meeting"), sources=frozenset({START}), target=M.PLANNED, permission=PLAN,
            done=_("The meeting is planned."),
            event="forum.meeting_planned",
            guard=_at_work, form=MeetingTimeForm, prepare=_take_time, describe=_when,
        ),
        Transition(
            name="log", label=_("Write down a meeting"), sources=frozenset({START}), target=M.ENDED,
            done=_("The meeting is written down."),
            permission="forum.log_meeting",
            # Also as what follows when a conclusion of the meeting stands (R24).
            automatic=True, event="forum.meeting_logged",
            guard=_can_log, check=was_held, takes=Logged, prepare=stamp_logged,
            effect=put_log, describe=logged_facts, notify=(MEETING_LOGGED, MEETING_LOGGED_WITHOUT),
        ),
        Transition(
            name="move", label=_("Change time or place"), sources=frozenset({M.PLANNED}), target=M.PLANNED,
            done=_("Time and place are changed."),
            permission=PLAN,
            event="forum.meeting_moved", form=MeetingTimeForm, prepare=_take_time, describe=_when,
            notify=(MEETING_MOVED, MEETING_MOVED_AGAIN, MEETING_MOVED_WITHOUT),
        ),
        Transition(
            name="call", label=_("Call the meeting"), sources=frozenset({M.PLANNED}), target=M.CALLED, permission=PLAN,
            done=_("The meeting is called. The members have been told."),
            event="forum.meeting_called", guard=_ready_to_call, form=CallForm, prepare=_stamp_called, effect=_number,
            describe=_notice, notify=(MEETING_CALLED,),
            help=_("Every case is given its number, the members are told, and the agenda can be read by those who "
                   "may."),
        ),
        Transition(
            name="rearrange", label=_("Change place or hour"), sources=frozenset({M.CALLED}), target=M.CALLED,
            done=_("Place and hour are changed. Everybody who is called has been told."),
            permission=PLAN,
            event="forum.meeting_rearranged", guard=_not_in_writing, form=RearrangeForm, check=_rearranged_rightly,
            prepare=_take_time, describe=_when, notify=(MEETING_REARRANGED,),
            help=_("The day stays. Everybody who is called is told, and the calendars are set right. For another "
                   "day the meeting is postponed."),
        ),
        Transition(
            name="open", label=_("Open the meeting"), sources=frozenset({M.CALLED}), target=M.IN_SESSION,
            done=_("The meeting is opened."),
            permission=RUN,
            event="forum.meeting_opened", guard=_can_open, check=_sits_today, form=OpenForm, prepare=_stamp_opened,
            effect=_put_recommendations, describe=_present,
        ),
        Transition(
            name="end", label=_("End the meeting"), sources=frozenset({M.IN_SESSION}), target=M.ENDED, permission=RUN,
            done=_("The meeting is adjourned."),
            event="forum.meeting_ended", guard=_all_decided, prepare=_stamp_ended, effect=_begin_minutes,
            help=_("The meeting cannot be taken up again. What was recorded wrongly can be corrected afterwards, with "
                   "a reason that is kept. The decisions are public, and the proposers are answered, when the decision "
                   "list is published."),
        ),
        Transition(
            name="postpone", label=_("Postpone the meeting"), sources=frozenset({M.CALLED}), target=M.PLANNED,
            done=_("The meeting is postponed. Everybody who was called has been told."),
            permission=PLAN,
            event="forum.meeting_postponed", form=PostponeForm, prepare=_uncall, effect=_let_go, describe=_when,
            words=("reason",), notify=(MEETING_POSTPONED, MEETING_POSTPONED_WITHOUT),
            help=_("The cases keep their numbers. The meeting must be called again for the new day."),
        ),
        Transition(
            name="cancel", label=_("Cancel the meeting"), sources=frozenset({M.PLANNED, M.CALLED}), target=M.CANCELLED,
            done=_("The meeting is cancelled."),
            permission=PLAN,
            event="forum.meeting_cancelled", form=CancelForm, prepare=_release, effect=_release_items,
            words=("reason",), notify=(MEETING_CANCELLED,),
            help=_("The cases wait in the queue again. Numbers that have been given are not used again."),
        ),
    ),
)  # fmt: skip
