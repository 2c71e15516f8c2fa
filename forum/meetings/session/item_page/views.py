"""The meeting in session: one item at a time, with the agenda at the side and the quorum in sight."""

from typing import ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from forum.meetings.core import queries, voting
from forum.meetings.core.attendance_records import prefetch_for_a_vote
from forum.meetings.core.closed import noting
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.web import fetch, item_of, open_to, status_of
from forum.meetings.enums import MeetingStatus
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.discussion.sent_along import comes_along
from forum.meetings.session.item_page import buttons
from forum.meetings.session.item_page.context import Table
from forum.meetings.session.item_page.page import context_of
from forum.meetings.session.item_page.page_forms import form_of, keyed, treatment_of, typed_before, vote_form
from forum.meetings.session.votes import ballots
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import NotPermitted, Refused

RUN = "forum.run_meeting"


class RunView(View):
    """To the item the meeting has come to."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Go on to the first item that is not decided."""
        meeting = fetch(request, pk, RUN)
        item = queries.next_item(meeting)
        if meeting.status == MeetingStatus.CALLED:
            return redirect("forum:meeting_attendance", meeting.pk)
        if meeting.status != MeetingStatus.IN_SESSION or item is None:
            return redirect(meeting)
        return redirect("forum:meeting_run_item", meeting.pk, item.pk)


class RunItemView(View):
    """One item of a meeting in session."""

    access: ClassVar[Access] = permitted(RUN)
    #: The page has many forms: what is half written in each is kept for itself (`trepart.access.interrupted_forms`).
    forms_by: ClassVar[tuple[str, ...]] = ("do", "motion", "ballot", "election")

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Show the item."""
        meeting = fetch(request, pk, RUN)
        found = open_to(request, item_of(meeting, item, in_full=True))
        if meeting.status != MeetingStatus.IN_SESSION:
            return redirect(meeting)
        noting.note(request, found, "meeting_run_item", kept=found.is_withheld)
        return self.page(request, meeting, found, *typed_before(request, Table(meeting, found)))

    @comes_along
    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Do one thing in the item. What is refused is said beside what was typed."""
        wanted = request.POST.get("do", "")
        if wanted == "vote" and "set" not in request.POST:
            return self.vote(request, pk, item)
        meeting = fetch(request, pk, RUN)
        found = open_to(request, item_of(meeting, item, in_full=True))
        table = Table(meeting, found)
        if wanted == "vote":
            return self.page(request, meeting, found, keyed(table, request))
        if wanted not in buttons.BUTTONS:
            raise Http404
        form = form_of(table, wanted, request.POST, request.user)
        if form is not None and not form.is_valid():
            return self.page(request, meeting, found, form, status=422)
        try:
            said = buttons.BUTTONS[wanted](request, table, form)
        except Refused as refusal:
            return self.page(request, meeting, item_of(meeting, item, in_full=True), form, refusal=refusal)
        messages.success(request, said)
        decided = AgendaItem.objects.filter(pk=found.pk, decision__isnull=False)
        ahead = wanted in ("decide", "noted") or (wanted == "unanimous" and decided.exists())
        if ahead:
            return redirect("forum:meeting_run", meeting.pk)
        return redirect("forum:meeting_run_item", meeting.pk, found.pk)

    def vote(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Record the votes over one motion. What the form and the vote ask about is read once, under the meeting's
        lock, where it cannot change any more."""
        said, refused, seen = "", None, buttons.seen_of(request)
        sent = AgendaItem(pk=item, meeting=Meeting(pk=pk))
        try:
            with hold_item(sent, actor=reader_of(request), permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
                open_to(request, fresh)
                prefetch_for_a_vote(fresh)
                table = Table(held.meeting, fresh)
                form = vote_form(table, request.POST)
                if form.is_valid():
                    ballot = ballots.vote_on(
                        held,
                        fresh,
                        motion=form.motion,
                        choices=form.choices(),
                        presiding=form.who_presides(),
                        table=table.table,
                        voters=table.voters,
                    )
                    said = voting.result_text(ballot)
        except (Meeting.DoesNotExist, NotPermitted):
            raise Http404 from None
        except Refused as refusal:
            refused = refusal
        if said:
            messages.success(request, said)
            return redirect("forum:meeting_run_item", pk, item)
        meeting = fetch(request, pk, RUN)
        found = open_to(request, item_of(meeting, item, in_full=True))
        form = vote_form(Table(meeting, found), request.POST)
        status = 200 if form.is_valid() else 422
        return self.page(request, meeting, found, form, refusal=refused, status=status)

    @staticmethod
    def page(
        request: HttpRequest,
        meeting: Meeting,
        item: AgendaItem,
        *typed: BaseForm | None,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the item; ``typed`` are the forms that were sent or half written, which keep what they hold."""
        forms = [one for one in typed if one is not None]
        along = treatment_of(request.POST, item)
        if along is not None and not any(isinstance(one, DiscussionForm) for one in forms):
            forms.append(along)  # sent along with what was refused: it stands where it was written
        return render(
            request,
            "meetings/session/item_run.html",
            context_of(request, meeting, item, forms, refusal),
            status=status_of(refusal) if refusal is not None else status,
        )
