"""One act in an item on a page of its own: the page, the refusals and what is kept of what was typed."""

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from forum.meetings.core.closed import noting
from forum.meetings.core.web import crumbs_of, fetch, item_of, open_to, status_of, title_of
from forum.meetings.enums import MeetingStatus
from forum.meetings.session.item_page.action import Act
from forum.meetings.session.item_page.actions import BY_SLUG
from forum.meetings.session.item_page.context import Table
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted
from trepart.outdated_pages import version
from trepart.refusals import Refused
from trepart.text.numbers import number

RUN = "forum.run_meeting"


class ActView(View):
    """One act in one item."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int, item: int, act: str) -> HttpResponseBase:
        """Show the form, with what was typed where the reader had been signed out."""
        table, wanted = self.find(request, pk, item, act)
        if table.meeting.status != MeetingStatus.IN_SESSION:
            return redirect(table.meeting)
        if not wanted.offered(table):
            return redirect("forum:meeting_run_item", pk, item)
        noting.note(request, table.item, "meeting_run_item", kept=table.item.is_withheld)
        return self.page(request, table, wanted, wanted.form(table, interrupted_forms.give_back(request), request))

    def post(self, request: HttpRequest, pk: int, item: int, act: str) -> HttpResponseBase:
        """Do it, or say beside the form why not."""
        table, wanted = self.find(request, pk, item, act)
        form = wanted.form(table, request.POST, request)
        if not form.is_valid():
            return self.page(request, table, wanted, form, status=422)
        try:
            said = wanted.do(request, table, form, number(request.POST.get("seen")))
        except Refused as refusal:
            return self.page(request, table, wanted, form, refusal=refusal)
        messages.success(request, said)
        if act == "utsett" and table.item.meeting.items.filter(pk=item, decision__isnull=False).exists():
            return redirect("forum:meeting_run", pk)
        return redirect("forum:meeting_run_item", pk, item)

    @staticmethod
    def find(request: HttpRequest, pk: int, item: int, act: str) -> tuple[Table, Act[Any]]:
        """Fetch the item and the act, or answer 404."""
        meeting = fetch(request, pk, RUN)
        if act not in BY_SLUG:
            raise Http404
        return Table(meeting, open_to(request, item_of(meeting, item, in_full=True))), BY_SLUG[act]

    @staticmethod
    def page(
        request: HttpRequest,
        table: Table,
        act: Act[Any],
        form: BaseForm,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the form."""
        here = reverse("forum:meeting_run_item", args=[table.meeting.pk, table.item.pk])
        context = {
            "meeting": table.meeting,
            "item": table.item,
            "title": title_of(table.meeting),
            "act": act,
            "lead": act.lead_at(table),
            "form": form,
            "hints": act.hints(table) if act.hints is not None else [],
            "refusal": refusal.message if refusal else "",
            "seen": version(table.item),
            "form_owner": interrupted_forms.owner_token(request),
            "cancel_url": here,
            "crumbs": crumbs_of(table.meeting, (table.item.label, here), (act.label, None)),
        }
        return render(
            request,
            "meetings/session/item_action.html",
            context,
            status=status_of(refusal) if refusal is not None else status,
        )
