"""What a meeting's page offers a member: questions to the leader, absence, what one is called to."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from forum.enums import CallAnswer, MeetingKind, MeetingStatus
from forum.models import DeputyCall, Meeting
from forum.services import partiality, questions
from forum.services.absences import STANDING
from trepart.access.models import User

BEFORE = (MeetingStatus.PLANNED, MeetingStatus.CALLED)


def for_member(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Return what the page shows somebody with a seat, or a called deputy, before the meeting; empty for everybody else."""
    person = request.user
    if not isinstance(person, User) or meeting.status not in BEFORE or meeting.kind == MeetingKind.LOG:
        return {}
    seat = questions.seat_of(person, meeting)
    found: dict[str, Any] = {}
    if seat is not None:
        found["ask"] = reverse("forum:question_ask", args=[meeting.pk])
        found["questions"] = list(meeting.questions.filter(asked_by=seat))
        found["absence"] = reverse("forum:absence", args=[meeting.pk])
        found["absent"] = meeting.absences.filter(membership=seat, withdrawn_at__isnull=True).first()
    calls = DeputyCall.objects.filter(absence__meeting=meeting, deputy__person=person).select_related(
        "absence__meeting"
    )
    call = calls.filter(answer__in=STANDING).first()
    if call is not None:
        found["call"], found["waits"] = call, call.answer == CallAnswer.WAITING
    if meeting.status == MeetingStatus.CALLED and partiality.place_of(person, meeting) is not None:
        found["may_report"] = True
    return found
