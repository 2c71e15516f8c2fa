"""The page of who attends without a seat, and of requests to record (R5, R14)."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.locking import AROUND_THE_TABLE
from forum.meetings.core.models import Meeting
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from forum.meetings.enums import Capacity
from forum.meetings.session import narrative
from forum.meetings.session.minute_additions import recording_requests
from forum.meetings.session.minute_additions.forms import RecordingForm
from forum.meetings.session.participation import attendees
from forum.meetings.session.participation.forms import AttendeeForm
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import Refused
from trepart.text.numbers import number

RUN = "forum.run_meeting"


class WholeView(View):
    """Who attends without a seat, and who asked to record."""

    access: ClassVar[Access] = permitted(RUN)
    #: Its forms are kept each for itself while they are half written (`trepart.access.interrupted_forms`).
    forms_by: ClassVar[tuple[str, ...]] = ("do",)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show both."""
        meeting = fetch(request, pk, RUN)
        if meeting.status not in AROUND_THE_TABLE:
            return redirect(meeting)
        given_back = {one.get("do"): one for one in interrupted_forms.give_back_all(request)}
        return self.page(
            request, meeting, AttendeeForm(given_back.get("attend")), RecordingForm(given_back.get("recording"))
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Record somebody, take somebody back, or record a request with its answer."""
        meeting = fetch(request, pk, RUN)
        wanted = request.POST.get("do")
        attendee = AttendeeForm(request.POST if wanted == "attend" else None)
        recording = RecordingForm(request.POST if wanted == "recording" else None)
        options: dict[str, Any] = {"actor": reader_of(request)}
        sent = {"attend": attendee, "recording": recording}.get(wanted or "")
        if sent is not None and not sent.is_valid():
            return self.page(request, meeting, attendee, recording, status=422)
        try:
            if wanted == "attend":
                data = attendee.cleaned_data
                attendees.attend(
                    meeting, name=data["name"], title=data["title"], capacity=Capacity(data["capacity"]), **options
                )
            elif wanted == "recording":
                recording_requests.answer_recording(meeting, **recording.cleaned_data, **options)
            elif wanted == "remove":
                there = meeting.attendees.filter(pk=number(request.POST.get("attendee")) or 0).first()
                if there is None:
                    raise Http404
                attendees.remove_attendee(there, **options)
            else:
                raise Http404
        except Refused as refusal:
            return self.page(request, meeting, attendee, recording, refusal=refusal)
        messages.success(request, _("Recorded."))
        return redirect("forum:meeting_whole", meeting.pk)

    @staticmethod
    def page(
        request: HttpRequest,
        meeting: Meeting,
        attendee: AttendeeForm,
        recording: RecordingForm,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the page."""
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "attendees": list(meeting.attendees.select_related("item").order_by("pk")),
            "recordings": narrative.recordings(meeting),
            "attendee_form": attendee,
            "recording_form": recording,
            "refusal": refusal.message if refusal else "",
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (_("Without a seat, and recording"), None)),
        }
        return render(
            request,
            "meetings/session/attendees_and_recordings.html",
            context,
            status=status_of(refusal) if refusal is not None else status,
        )
