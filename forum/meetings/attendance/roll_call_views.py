"""Who meets, on the web: the roll call with deputies and who presides."""

from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.agenda.views import RUN
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.forms import SAVED, AttendanceForm
from forum.meetings.core.locking import AROUND_THE_TABLE
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import is_another_day, is_early
from forum.meetings.core.quorum import Quorum
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from forum.meetings.enums import MeetingStatus
from trepart import clock
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.db.locking import lock
from trepart.refusals import Refused
from trepart.workflow import available


class AttendanceView(View):
    """Who meets: every seat, the deputies, and who presides."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the seats."""
        meeting = fetch(request, pk, RUN)
        if meeting.status not in AROUND_THE_TABLE:
            return redirect(meeting)
        given_back = interrupted_forms.give_back(request)
        return self.page(request, meeting, AttendanceForm(given_back, meeting=meeting))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Save who meets and who presides, both or neither."""
        meeting = fetch(request, pk, RUN)
        actor = reader_of(request)
        try:
            with transaction.atomic():
                lock(meeting)
                form = AttendanceForm(request.POST, meeting=meeting)
                if not form.is_valid():
                    return self.page(request, meeting, form, status=422)
                roll_call.set_attendance(meeting, rows=form.cleaned_data["rows"], actor=actor)
                if form.cleaned_data["who_presides"] is not None:
                    roll_call.set_presiding(meeting, membership=form.cleaned_data["who_presides"], actor=actor)
        except Refused as refusal:
            return self.page(request, meeting, form, refusal=refusal)
        messages.success(request, str(SAVED))
        if meeting.status == MeetingStatus.IN_SESSION:
            return redirect("forum:meeting_run", meeting.pk)
        return redirect("forum:meeting_attendance", meeting.pk)

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        form: AttendanceForm,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the seats."""
        can_open = next((a for a in available(meeting, request.user) if a.transition.name == "open"), None)
        return render(
            request,
            "meetings/attendance/roll_call.html",
            {
                "meeting": meeting,
                "title": title_of(meeting),
                "form": form,
                "seats": form.lines(),
                "quorum": Quorum.of(meeting) if form.called else None,
                "called": form.called,
                "can_open": can_open,
                "asks": is_another_day(meeting, clock.now()) or is_early(meeting, clock.now()),
                "refusal": refusal.message if refusal else "",
                "form_owner": interrupted_forms.owner_token(request),
                "crumbs": crumbs_of(meeting, (_("Who meets"), None)),
            },
            status=status_of(refusal) if refusal else status,
        )
