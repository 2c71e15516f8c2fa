"""Deputies called for an absent member: from the right list, in elected order, one at a time (koml § 7-10, R4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.attendance.deputy_lists import check_deputy, declined, deputies, list_of
from forum.meetings.attendance.models import Absence, DeputyCall
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import ical as calendars
from forum.meetings.core import participants
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.enums import UNANSWERED_OR_YES, CallAnswer, MeetingStatus
from forum.meetings.notifications import (
    DEPUTIES_EXHAUSTED,
    DEPUTY_ANSWERED,
    DEPUTY_ASKED,
    DEPUTY_DECLINED,
    DEPUTY_RELEASED,
)
from forum.organisation.enums import Part, Side
from forum.organisation.models import Membership
from trepart import audit, clock, languages
from trepart.access import policy
from trepart.access.models import User
from trepart.authorising import authorise, authorise_own
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from trepart.audit.models import Event


BEFORE = (MeetingStatus.PLANNED, MeetingStatus.CALLED)


_BEGUN = gettext_lazy("The meeting has begun, or will not be held.")


def answer_time(meeting: Meeting) -> datetime:
    """Return by when a deputy called now is to answer: a day, less as the meeting comes closer, and always in time for
    the next to be called."""
    left = meeting.starts_at - clock.now()
    usual = (
        timedelta(hours=24)
        if left > timedelta(days=4)
        else timedelta(hours=6)
        if left > timedelta(days=1)
        else timedelta(hours=1)
    )
    return clock.now() + max(min(usual, left / 2), timedelta(minutes=10))


@contextmanager
def hold_before_start(meeting: Meeting) -> Iterator[Meeting]:
    """Lock a meeting that has not begun: absences and calls are written under its lock. Raises ``WrongState``."""
    with transaction.atomic():
        locked = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=meeting.pk)
        if locked.status not in BEFORE:
            raise WrongState(_BEGUN)
        yield locked


def fresh_absence(absence: Absence, held: Meeting) -> Absence:
    fresh = Absence.objects.select_related("membership__person").get(pk=absence.pk)
    fresh.meeting = held
    if fresh.withdrawn_at is not None:
        raise WrongState(_("The absence has been taken back already."))
    return fresh


def release(
    call: DeputyCall,
    absence: Absence,
    *,
    actor: User | None,
    why: str = "",
    to_them: "str | Promise" = "",
    told: bool = True,
) -> None:
    """Tell a deputy who has been called that they are not needed, and ``why`` where there is more to say than that, in
    words of its own ``to_them`` where it is about them; ``told`` False where they are told otherwise."""
    data = {"deputy": call.deputy.person.name}
    had_said_yes = call.answer == CallAnswer.YES
    with audit.recorded("forum.deputy_released", actor=actor, subject=call, root=absence.meeting, data=data) as event:
        call.answer, call.answered_at = CallAnswer.RELEASED, call.answered_at or clock.now()
        call.reason = why[:200] or call.reason
        call.save()
        for row in absence.meeting.attendances.filter(membership=call.deputy, stands_for=absence.membership):
            row.delete()
        if told:
            _tell_deputy(call, absence, DEPUTY_RELEASED, event, why=to_them or why, had_said_yes=had_said_yes)


def call_next(absence: Absence, *, actor: User | None) -> DeputyCall | None:
    """Call the next on the list of an absent member, and return the call; None where one stands
    already or nobody is left.

    Whoever is passed over is written down with the reason. The caller holds the meeting.
    """
    meeting, seat = absence.meeting, absence.membership
    if absence.calls.filter(answer__in=UNANSWERED_OR_YES).exists():
        return None
    # One who was let go for somebody chosen by hand can be asked again.
    tried = set(absence.calls.exclude(answer=CallAnswer.RELEASED).values_list("deputy", flat=True))
    own_list = list_of(seat, deputies(meeting, seated=True))
    for deputy in own_list:
        if deputy.pk in tried:
            continue
        why = _cannot_be_called(deputy, meeting)
        if why:
            _write_call(absence, deputy, actor=actor, answer=CallAnswer.SKIPPED, reason=why)
            continue
        return _write_call(absence, deputy, actor=actor)
    _nobody_left(absence)
    return None


def _cannot_be_called(deputy: Membership, meeting: Meeting) -> str:
    """Return why a deputy is passed over at this meeting, in a sentence; empty where the deputy can be called."""
    with languages.municipal():
        if not deputy.person.is_active:
            return _("The account is closed.")
        if deputy.person_id in {seat.person_id for seat in participants.seats(meeting)}:
            return _("Has a seat in the body already.")
        elsewhere = DeputyCall.objects.filter(absence__meeting=meeting, deputy=deputy)
        if elsewhere.filter(answer__in=UNANSWERED_OR_YES).exists():
            return _("Is called for another member.")
        if elsewhere.filter(answer__in=[CallAnswer.NO, CallAnswer.LATE]).exists():
            return _("Could not come to this meeting.")
        if meeting.attendances.filter(membership=deputy, stands_for__isnull=False, present=True).exists():
            return _("Meets for another member.")
    return ""


def _group(deputy: Membership) -> str:
    labels = {choice.value: choice.label for choices in (Side, Part) for choice in choices}
    with languages.municipal():
        side, part, elected_on = deputy.deputy_list
        words = [*(str(labels[word]) for word in (side, part) if word), elected_on]
        return ", ".join(word for word in words if word)[:80] or _("deputies")


def _write_call(
    absence: Absence,
    deputy: Membership,
    *,
    actor: User | None,
    answer: CallAnswer = CallAnswer.WAITING,
    reason: str = "",
    by_hand: bool = False,
) -> DeputyCall:
    waiting = answer == CallAnswer.WAITING
    call = DeputyCall(
        pk=reserve_pk(DeputyCall), absence=absence, deputy=deputy, group=_group(deputy),
        number=deputy.deputy_number or 0, by_hand=by_hand,
        answer=answer, reason=reason, answer_by=answer_time(absence.meeting) if waiting else None,
    )  # fmt: skip
    data = {
        "deputy": deputy.person.name,
        "number": call.number,
        "group": call.group,
        "name": absence.membership.person.name,
    }
    action = "forum.deputy_called" if waiting else "forum.deputy_skipped"
    # Why somebody is passed over may be anything of theirs: it stands with the call, and not in the trail (R51).
    with audit.recorded(action, actor=actor, subject=call, root=absence.meeting, data=data) as event:
        call.save(force_insert=True)
        if waiting:
            _tell_deputy(call, absence, DEPUTY_ASKED, event)
    return call


def _tell_deputy(
    call: DeputyCall,
    absence: Absence,
    kind: str,
    event: "Event",
    why: "str | Promise" = "",
    *,
    had_said_yes: bool = False,
) -> None:
    meeting = absence.meeting
    items = (
        meeting.items.filter(withdrawn_at__isnull=True).select_related("case", "referral__case").order_by("position")
    )
    tell(
        [call.deputy.person],
        kind=kind,
        template=kind.replace("forum.", "meetings/attendance/mail/"),
        context={
            "call": call,
            "meeting": meeting,
            "member": absence.membership.person,
            "items": list(items),
            "why": why,
            "had_said_yes": had_said_yes,
            "late": call.answer == CallAnswer.LATE,
        },
        url=call.get_absolute_url() if kind == DEPUTY_ASKED else meeting.get_absolute_url(),
        event=event,
        at_once=True,
        enclose=calendars.invitations(meeting) if kind == DEPUTY_ASKED else calendars.withdrawals(meeting),
    )


def _nobody_left(absence: Absence) -> None:
    group = next((call.group for call in absence.calls.order_by("pk")), "")
    data = {"name": absence.membership.person.name, "group": group or absence.membership.get_part_display()}
    with audit.recorded(
        "forum.deputies_exhausted", actor=None, subject=absence, root=absence.meeting, data=data
    ) as event:
        tell(
            policy.people_who_can(RUN, absence.meeting),
            kind=DEPUTIES_EXHAUSTED,
            template="meetings/attendance/mail/deputies_exhausted",
            context={"meeting": absence.meeting, "name": absence.membership.person.name},
            url=reverse("forum:deputies_called", args=[absence.meeting.pk]),
            event=event,
            at_once=True,
        )


def answer(call: DeputyCall, *, comes: bool, actor: User, reason: str = "") -> DeputyCall:
    """Answer a call, for oneself or (by whoever runs the meeting) for a deputy who answered otherwise;
    on no the next is called.

    A deputy who comes stands in the roll call for the absent member. Raises ``NotPermitted`` for others, ``WrongState``
    where it was answered already, was not answered in time, or the meeting has begun.
    """
    with hold_before_start(call.absence.meeting) as held:
        fresh = DeputyCall.objects.select_related("absence__membership__person", "deputy__person").get(pk=call.pk)
        absence = fresh.absence
        absence.meeting = held
        by = authorise_own(actor, fresh.deputy.person_id, RUN, held)
        changes_mind = fresh.answer == CallAnswer.YES and not comes
        if fresh.answer != CallAnswer.WAITING and not changes_mind:
            raise WrongState(
                _("This call no longer waits for an answer: %(answer)s.") % {"answer": fresh.get_answer_display()}
            )
        fresh.answer = CallAnswer.YES if comes else CallAnswer.NO
        fresh.answered_at, fresh.reason = clock.now(), reason.strip()
        data = {"deputy": fresh.deputy.person.name, "answer": fresh.answer}
        with audit.recorded(
            "forum.deputy_answered", actor=by.actor, subject=fresh, root=held, acting=by.acting, data=data
        ) as event:
            fresh.save()
            if comes:
                _seat_deputy(fresh, absence)
            else:
                for row in held.attendances.filter(membership=fresh.deputy, stands_for=absence.membership):
                    row.delete()
                _tell_deputy(fresh, absence, DEPUTY_DECLINED, event)
            tell(
                policy.people_who_can(RUN, held).exclude(pk=actor.pk),
                kind=DEPUTY_ANSWERED,
                template="meetings/attendance/mail/deputy_answered",
                context={"call": fresh, "meeting": held, "comes": comes},
                url=reverse("forum:deputies_called", args=[held.pk]),
                event=event,
            )
        if not comes:
            call_next(absence, actor=actor)
    return fresh


def call_by_hand(absence: Absence, *, deputy: Membership, actor: User, reason: str = "") -> DeputyCall:
    """Call a deputy of one's own choice for an absent member; whoever was called is told that they are not needed.

    Raises ``GuardRefused`` for one from another list, one who is called already, or one further down without a reason
    (§ 7-10); ``NotPermitted``, ``WrongState``.
    """
    with hold_before_start(absence.meeting) as held:
        fresh = fresh_absence(absence, held)
        actor = authorise(actor, RUN, held).actor
        if held.status != MeetingStatus.CALLED:
            raise WrongState(_("Deputies are called when the meeting is called."))
        everyone = deputies(held)
        elsewhere = DeputyCall.objects.filter(absence__meeting=held, answer__in=UNANSWERED_OR_YES).exclude(
            absence=fresh
        )
        taken = set(elsewhere.values_list("deputy", flat=True))
        tried = set(fresh.calls.exclude(answer__in=UNANSWERED_OR_YES).values_list("deputy", flat=True))
        if deputy.pk in taken:
            raise GuardRefused(_("%(name)s is called for another member.") % {"name": deputy.person.name})
        check_deputy(
            deputy, fresh.membership, meeting=held, everyone=everyone, taken=taken | tried, skipped_reason=reason
        )
        for call in fresh.calls.filter(answer__in=UNANSWERED_OR_YES).select_related("deputy__person"):
            release(call, fresh, actor=actor)
        own_list = list_of(fresh.membership, everyone)
        said = set(fresh.calls.values_list("deputy", flat=True))
        for earlier in own_list[: own_list.index(deputy)]:
            if earlier.pk not in said:
                _write_call(
                    fresh,
                    earlier,
                    actor=actor,
                    answer=CallAnswer.SKIPPED,
                    reason=reason.strip() or _("Is called for another member."),
                )
        return _write_call(fresh, deputy, actor=actor, by_hand=True)


def lapse() -> int:
    """Go on to the next deputy where one has not answered in time; return how many calls lapsed. May
    run any number of times."""
    due = DeputyCall.objects.filter(
        answer=CallAnswer.WAITING, answer_by__lte=clock.now(), absence__meeting__status=MeetingStatus.CALLED,
        absence__meeting__starts_at__gt=clock.now(),
    )  # fmt: skip
    return sum(_lapse(pk) for pk in list(due.order_by("answer_by").values_list("pk", flat=True)))


def _lapse(pk: int) -> int:
    meeting = Meeting.objects.get(absences__calls=pk)
    try:
        with hold_before_start(meeting) as held:
            call = DeputyCall.objects.select_related("absence__membership__person", "deputy__person").get(pk=pk)
            if call.answer != CallAnswer.WAITING or call.answer_by is None or call.answer_by > clock.now():
                return 0
            call.absence.meeting = held
            call.answer, call.answered_at = CallAnswer.LATE, clock.now()
            data = {"deputy": call.deputy.person.name}
            with audit.recorded("forum.deputy_late", actor=None, subject=call, root=held, data=data) as event:
                call.save()
                _tell_deputy(call, call.absence, DEPUTY_RELEASED, event)
            call_next(call.absence, actor=None)
    except WrongState:
        return 0
    return 1


def mark_absent(absence: Absence) -> None:
    """Let the roll call begin with what was reported. Why stands with the report alone, for those who run the
    meeting (R51)."""
    row = Attendance.objects.filter(meeting=absence.meeting, membership=absence.membership).first()
    row = row or Attendance(meeting=absence.meeting, membership=absence.membership)
    row.present = False
    row.save()


def _seat_deputy(call: DeputyCall, absence: Absence) -> None:
    mark_absent(absence)
    known = declined(absence.meeting)
    earlier = absence.calls.filter(number__lt=call.number).order_by("pk")
    skipped = [c.reason if c.answer == CallAnswer.SKIPPED else known.get(c.deputy_id, "") for c in earlier]
    row = Attendance.objects.filter(meeting=absence.meeting, membership=call.deputy).first()
    row = row or Attendance(meeting=absence.meeting, membership=call.deputy)
    row.present, row.stands_for = True, absence.membership
    row.skipped_reason = " ".join(dict.fromkeys(filter(None, skipped)))[:200]
    row.save()
