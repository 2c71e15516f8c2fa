"""What a meeting's page offers a member: questions to the leader, absence, what one is called to."""

from django.http import HttpRequest
from django.urls import reverse

from forum.meetings.agenda import questions
from forum.meetings.attendance import conflict_reports
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core import participants
from forum.meetings.core.models import Meeting
from forum.meetings.enums import UNANSWERED_OR_YES, CallAnswer, MeetingKind, MeetingStatus
from trepart import ui
from trepart.access.models import User

BEFORE = (MeetingStatus.PLANNED, MeetingStatus.CALLED)
#: Nobody comes to these, so nobody reports absence; and what is answered in writing takes no questions.
APART = (MeetingKind.LOG, MeetingKind.WRITTEN)


def for_member(request: HttpRequest, meeting: Meeting) -> dict[str, object]:
    """Return what the page shows somebody with a seat, or a called deputy, before the meeting;
    empty for everybody else. In what is answered in writing nothing but possible partiality is to be said."""
    person = request.user
    if not isinstance(person, User) or meeting.status not in BEFORE or meeting.kind == MeetingKind.LOG:
        return {}
    found: dict[str, object] = {}
    if meeting.status == MeetingStatus.CALLED and conflict_reports.place_of(person, meeting) is not None:
        found["may_report"] = True
    if meeting.kind in APART:
        return found
    seat = questions.seat_of(person, meeting)
    if seat is not None:
        found["ask"] = reverse("forum:question_ask", args=[meeting.pk])
        found["questions"] = list(meeting.questions.filter(asked_by=seat))
        found["absence"] = reverse("forum:absence", args=[meeting.pk])
        found["absent"] = meeting.absences.filter(membership=seat, withdrawn_at__isnull=True).first()
    calls = DeputyCall.objects.filter(absence__meeting=meeting, deputy__person=person).select_related(
        "absence__meeting"
    )
    call = calls.filter(answer__in=UNANSWERED_OR_YES).first()
    if call is not None:
        found["call"], found["waits"] = call, call.answer == CallAnswer.WAITING
    return found


def expected(meeting: Meeting) -> list[ui.PersonLine]:
    """Return those with a seat who are expected, where some have reported absence and the roll has not been
    called yet; empty otherwise."""
    if meeting.status != MeetingStatus.CALLED:
        return []
    recorded = set(meeting.attendances.values_list("membership", flat=True))
    if not recorded:
        return []
    return [
        ui.PersonLine(
            name=seat.person.name,
            role=str(seat.get_role_display()),
            part=seat.part,
            party=seat.party.short if seat.party is not None else "",
        )
        for seat in participants.seats(meeting)
        if seat.pk not in recorded
    ]
