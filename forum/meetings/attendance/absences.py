"""Who cannot come to a meeting, and taking it back (koml § 7-10, R4)."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.meetings.agenda.questions import seat_of
from forum.meetings.attendance.deputy_calls import (
    call_next,
    fresh_absence,
    hold_before_start,
    mark_absent,
    release,
)
from forum.meetings.attendance.models import Absence
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants
from forum.meetings.core.models import Meeting
from forum.meetings.enums import UNANSWERED_OR_YES, MeetingStatus
from forum.meetings.notifications import (
    ABSENCE_REPORTED,
)
from forum.organisation.models import Membership
from trepart import audit, clock
from trepart.access import policy
from trepart.access.models import User
from trepart.authorising import authorise_own
from trepart.notices.announcing import tell
from trepart.refusals import NotPermitted
from trepart.workflow import reserve_pk


def report(meeting: Meeting, *, actor: User, reason: str = "", membership: Membership | None = None) -> Absence:
    """Say that somebody cannot come, and return the absence; the first deputy is called at once where the meeting is
    called. Said twice it stands once.

    ``membership`` is whom a clerk says it for (a phone call); without it, ``actor`` says it for themselves. The reason
    goes to those who run the meeting, and no further. Raises ``NotPermitted`` for somebody without a seat that day,
    ``WrongState`` once the meeting has begun.
    """
    with hold_before_start(meeting) as held:
        seat = membership or seat_of(actor, held)
        if seat is None or seat.pk not in {one.pk for one in participants.seats(held)}:
            raise NotPermitted(_("Absence is reported by those who have a seat in the body that day."))
        by = authorise_own(actor, seat.person_id, RUN, held)
        there = Absence.objects.filter(meeting=held, membership=seat, withdrawn_at__isnull=True).first()
        if there is not None:
            return there
        absence = Absence(pk=reserve_pk(Absence), meeting=held, membership=seat, reason=reason.strip())
        with audit.recorded(
            "forum.absence_reported",
            actor=by.actor,
            subject=absence,
            root=held,
            acting=by.acting,
            data={"name": seat.person.name},
        ) as event:
            absence.save(force_insert=True)
            tell(
                policy.people_who_can(RUN, held).exclude(pk=actor.pk),
                kind=ABSENCE_REPORTED,
                template="meetings/attendance/mail/absence_reported",
                context={"meeting": held, "name": seat.person.name},
                url=reverse("forum:deputies_called", args=[held.pk]),
                event=event,
                at_once=True,
            )
            if held.status == MeetingStatus.CALLED:
                mark_absent(absence)
        if held.status == MeetingStatus.CALLED:
            call_next(absence, actor=actor)
    return absence


def withdraw(absence: Absence, *, actor: User) -> None:
    """Say that somebody can come after all: whoever was called is told that they are not needed. Raises as
    :func:`report`, and ``WrongState`` where it was said already."""
    with hold_before_start(absence.meeting) as held:
        fresh = fresh_absence(absence, held)
        by = authorise_own(actor, fresh.membership.person_id, RUN, held)
        _take_back(fresh, actor=by.actor, acting=by.acting)


def _take_back(absence: Absence, *, actor: User | None, acting: audit.Acting | None = None, told: bool = True) -> None:
    data = {"name": absence.membership.person.name}
    with audit.recorded(
        "forum.absence_withdrawn", actor=actor, subject=absence, root=absence.meeting, acting=acting, data=data
    ):
        absence.withdrawn_at = clock.now()
        absence.save()
        for row in absence.meeting.attendances.filter(
            Q(membership=absence.membership) | Q(stands_for=absence.membership)
        ):
            row.delete()
    for call in absence.calls.filter(answer__in=UNANSWERED_OR_YES).select_related("deputy__person"):
        release(call, absence, actor=actor, told=told)


def release_all(meeting: Meeting, *, actor: User | None) -> None:
    """Let go of every absence, call and deputy of a meeting that is postponed or cancelled: on another
    day others cannot come. The deputies are told that it is postponed or cancelled, with everybody else."""
    for absence in meeting.absences.filter(withdrawn_at__isnull=True).select_related("membership__person"):
        absence.meeting = meeting
        _take_back(absence, actor=actor, told=False)
    # Those who were written into the roll call, without an absence of which somebody has been told.
    seated = list(meeting.attendances.filter(stands_for__isnull=False))
    for row in meeting.attendances.filter(membership__in=[one.stands_for_id for one in seated]):
        row.delete()
    for row in seated:
        row.delete()


def call_for_all(meeting: Meeting, *, actor: User | None) -> None:
    """Call deputies for everybody who said before the notice that they cannot come; done as the meeting is called.
    Where it was moved to a day on which somebody has no seat, the absence lapses."""
    seats = {seat.pk for seat in participants.seats(meeting)}
    for absence in (
        meeting.absences.filter(withdrawn_at__isnull=True).select_related("membership__person").order_by("pk")
    ):
        absence.meeting = meeting
        if absence.membership_id not in seats:
            _take_back(absence, actor=actor)
            continue
        mark_absent(absence)
        call_next(absence, actor=actor)
