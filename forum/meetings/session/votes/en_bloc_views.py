"""Several items adopted by one vote, on the web."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from forum.meetings.core import participants, queries
from forum.meetings.core.models import Meeting
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from forum.meetings.enums import MeetingStatus
from forum.meetings.session.attendees_and_recordings_views import RUN
from forum.meetings.session.votes import en_bloc
from forum.meetings.session.votes.en_bloc_forms import TogetherForm
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.outdated_pages import version
from trepart.refusals import Refused
from trepart.text.numbers import number


class TogetherView(View):
    """Several cases adopted by one vote, each with a decision of its own."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the cases that can be taken together."""
        meeting = fetch(request, pk, RUN)
        if meeting.status != MeetingStatus.IN_SESSION or meeting.body.by_consensus:
            return redirect(meeting)
        return self.page(request, meeting, self.form(meeting, chosen="alle" in request.GET))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Adopt them all, or none."""
        meeting = fetch(request, pk, RUN)
        form = self.form(meeting, request.POST)
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        chosen = form.chosen()
        seen = {item.pk: number(request.POST.get(f"seen_{item.pk}")) or 0 for item in chosen}
        try:
            decisions = en_bloc.treat_together(
                chosen, choices=form.choices(), rests=form.rests(), actor=reader_of(request), seen=seen
            )
        except Refused as refusal:
            return self.page(request, meeting, form, refusal=refusal)
        said = ngettext("%(n)s case is decided.", "%(n)s cases are decided, each by itself.", len(decisions))
        messages.success(request, said % {"n": len(decisions)})
        return redirect("forum:meeting_run", meeting.pk)

    @staticmethod
    def form(meeting: Meeting, data: Mapping[str, object] | None = None, *, chosen: bool = False) -> TogetherForm:
        """Return the form with the cases that fit, all of them ticked where they are ``chosen``."""
        items = [item for item in queries.agenda_of(meeting) if item.withdrawn_at is None and item.decided is None]
        for item in items:
            item.meeting = meeting
        return TogetherForm(data, items=items, voters=participants.now_at_the_table(meeting), chosen=chosen)

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
            "rests": form["rests"] if "rests" in form.fields else None,
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
