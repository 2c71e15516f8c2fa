"""The meeting in session as a whole: who attends without a seat, requests to record, and
several cases treated as one."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from forum.meetings.core import participants, queries
from forum.meetings.core.locking import AROUND_THE_TABLE, version
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.web import crumbs_of, fetch, number, status_of, title_of
from forum.meetings.enums import Capacity, MeetingStatus
from forum.meetings.session import en_bloc, minute_additions
from forum.meetings.session import narrative as session
from forum.meetings.session.en_bloc import fits
from forum.meetings.session.meeting_forms import AttendeeForm, RecordingForm, TogetherForm
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.workflow import Refused

RUN = "forum.run_meeting"


class WholeView(View):
    """Who attends without a seat, and who asked to record."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show both."""
        meeting = fetch(request, pk, RUN)
        if meeting.status not in AROUND_THE_TABLE:
            return redirect(meeting)
        given_back: Any = interrupted_forms.give_back(request) or {}
        return self.page(
            request,
            meeting,
            AttendeeForm(given_back if given_back.get("do") == "attend" else None),
            RecordingForm(given_back if given_back.get("do") == "recording" else None),
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
                minute_additions.attend(
                    meeting, name=data["name"], title=data["title"], capacity=Capacity(data["capacity"]), **options
                )
            elif wanted == "recording":
                minute_additions.answer_recording(meeting, **recording.cleaned_data, **options)
            elif wanted == "remove":
                there = meeting.attendees.filter(pk=number(request.POST.get("attendee")) or 0).first()
                if there is None:
                    raise Http404
                minute_additions.remove_attendee(there, **options)
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
            "recordings": session.recordings(meeting),
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


class TogetherView(View):
    """Several cases adopted by one vote, each with a decision of its own."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the cases that can be taken together."""
        meeting = fetch(request, pk, RUN)
        if meeting.status != MeetingStatus.IN_SESSION or meeting.body.by_consensus:
            return redirect(meeting)
        return self.page(request, meeting, self.form(meeting))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Adopt them all, or none."""
        meeting = fetch(request, pk, RUN)
        form = self.form(meeting, request.POST)
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        chosen = form.chosen()
        seen = {item.pk: number(request.POST.get(f"seen_{item.pk}")) or 0 for item in chosen}
        try:
            decisions = en_bloc.treat_together(chosen, choices=form.choices(), actor=reader_of(request), seen=seen)
        except Refused as refusal:
            return self.page(request, meeting, form, refusal=refusal)
        said = ngettext("%(n)s case is decided.", "%(n)s cases are decided, each by itself.", len(decisions))
        messages.success(request, said % {"n": len(decisions)})
        return redirect("forum:meeting_run", meeting.pk)

    @staticmethod
    def form(meeting: Meeting, data: Any = None) -> TogetherForm:
        """Return the form with the cases that fit."""
        items: list[AgendaItem] = []
        for item in queries.agenda_of(meeting):
            item.meeting = meeting
            if fits(item):
                items.append(item)
        return TogetherForm(data, items=items, voters=participants.now_at_the_table(meeting))

    @staticmethod
    def page(
        request: HttpRequest,
        meeting: Meeting,
        form: TogetherForm,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the form."""
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "form": form,
            "seen": [(f"seen_{item.pk}", version(item)) for item in form.cases.values()],
            "refusal": refusal.message if refusal else "",
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (_("Several cases together"), None)),
        }
        return render(
            request,
            "meetings/session/en_bloc.html",
            context,
            status=status_of(refusal) if refusal is not None else status,
        )
