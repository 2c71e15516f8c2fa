"""Follow-up on the web: the list of a body, and one decision with its progress."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.closed import noting
from forum.meetings.follow_up import queries, services
from forum.meetings.follow_up.forms import AnswerForm, AssignForm, ProgressForm
from forum.meetings.follow_up.models import FollowUp
from forum.organisation.models import Body
from trepart import ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.db.locking import lock
from trepart.refusals import Refused
from trepart.text.dates import date_text

if TYPE_CHECKING:
    from trepart.access.rules import Person


class BoardView(View):
    """What one body follows up, for those who sit in it; and its way onto the agenda of the next meeting."""

    access: ClassVar[Access] = permitted("forum.view_queue")

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the list."""
        body = policy.get_or_404(request.user, "forum.view_queue", Body.objects.all(), slug=slug)
        board = queries.board(body, request.user)
        noting.note(request, body, "follow_up_board", kept=board.shows_kept)
        may_plan = board.coming is not None and policy.can(request.user, "forum.plan_meeting", board.coming)
        groups = [
            (_("Overdue"), board.overdue, "danger"),
            (_("Nobody is responsible, or there is no date"), board.unassigned, "warning"),
            (_("Due soon"), board.soon, "warning"),
            (_("Under way"), board.open, "info"),
            (_("Done since the last meeting"), board.done, "success"),
            (_("No longer to be carried out, since the decision was corrected"), board.lapsed, "neutral"),
        ]
        return render(
            request,
            "meetings/follow_up/follow_up_board.html",
            {
                "body": body,
                "board": board,
                "groups": [(title, measures, meaning) for title, measures, meaning in groups if measures],
                "may_plan": may_plan and not board.empty,
                "crumbs": [
                    (_("Bodies"), reverse("forum:body_list")),
                    (body.name, body.get_absolute_url()),
                    (_("Follow-up"), None),
                ],
            },
        )

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Put the list on the agenda of the next meeting."""
        body = policy.get_or_404(request.user, "forum.view_queue", Body.objects.all(), slug=slug)
        coming = queries.board(body, request.user).coming
        if coming is None or not policy.can(request.user, "forum.plan_meeting", coming):
            raise Http404
        try:
            item = services.put_on_agenda(coming, actor=reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect("forum:follow_up_board", body.slug)
        messages.success(request, _("On the agenda: %(title)s.") % {"title": item.title})
        return redirect("forum:meeting_agenda", coming.pk)


def _wanted(do: str) -> str:
    """Return which of the page's forms was written in: without a word about it the report."""
    return do if do in ("assign", "answer") else "report"


class FollowUpView(View):
    """One decision: what was decided, who sees to it, how it goes."""

    access: ClassVar[Access] = permitted("forum.view_follow_up")
    #: Its forms are kept each for itself while they are half written (`trepart.access.interrupted_forms`).
    forms_by: ClassVar[tuple[str, ...]] = ("do",)

    def find(self, request: HttpRequest, pk: int) -> FollowUp:
        """Fetch it, or answer 404: to who does not follow it up, and to who may not read a decision
        that is kept from others."""
        found = FollowUp.objects.select_related(
            "responsible",
            "decision__item__meeting__body",
            "decision__item__case",
            "decision__item__referral__case",
        )
        one = policy.get_or_404(request.user, "forum.view_follow_up", found, pk=pk)
        item = one.decision.item
        mine = one.responsible_id == request.user.pk
        if item.is_withheld and not mine and not policy.can(request.user, "forum.view_closed", item):
            raise Http404
        return one

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it, with the forms the reader may use; after an expired session, what had been written."""
        one = self.find(request, pk)
        written = {_wanted(given.get("do", "")): given for given in interrupted_forms.give_back_all(request)}
        return self.page(request, one, self.forms(one, written, request.user))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Write down how it goes, or who sees to it."""
        with transaction.atomic():
            lock(self.find(request, pk))
            return self.write(request, self.find(request, pk))

    def write(self, request: HttpRequest, one: FollowUp) -> HttpResponseBase:
        """Write what was sent of it, unless somebody else has written of the same meanwhile."""
        wanted = _wanted(request.POST.get("do", ""))
        right = services.RIGHT if wanted == "report" else "forum.assign_follow_up"
        if not policy.can(request.user, right, one) or (wanted == "answer" and not one.awaits_answer):
            raise Http404
        forms = self.forms(one, {wanted: request.POST}, request.user)
        form = forms[wanted]
        if not form.is_valid():
            return self.page(request, one, forms, status=422)
        try:
            if wanted == "assign":
                services.assign(one, actor=reader_of(request), **form.cleaned_data)
            elif wanted == "answer":
                services.record_answer(one, actor=reader_of(request), **form.cleaned_data)
            else:
                services.report(one, actor=reader_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, one, forms, status=409)
        messages.success(request, _("Saved."))
        return redirect(one)

    @staticmethod
    def forms(one: FollowUp, written: Mapping[str, Mapping[str, object]], reader: "Person") -> dict[str, BaseForm]:
        """Return the forms by what they do; each that was ``written`` in has its data."""
        return {
            "report": ProgressForm(written.get("report"), follow_up=one, reader=reader),
            "assign": AssignForm(written.get("assign"), follow_up=one),
            "answer": AnswerForm(written.get("answer"), follow_up=one, reader=reader),
        }

    def page(
        self, request: HttpRequest, one: FollowUp, forms: Mapping[str, BaseForm], *, status: int = 200
    ) -> HttpResponse:
        """Render the page; reading a decision that is kept from others is written down."""
        item, person = one.decision.item, request.user
        noting.note(request, item.meeting, "follow_up", kept=item.is_withheld)
        is_open = one.done_on is None
        assigns = policy.can(person, "forum.assign_follow_up", one)
        sits_in = policy.can(person, "forum.view_queue", item.meeting.body)
        board = reverse("forum:follow_up_board", args=[item.meeting.body.slug]) if sits_in else None
        return render(
            request,
            "meetings/follow_up/follow_up_detail.html",
            {
                "follow_up": one,
                "item": item,
                "notes": list(one.notes.select_related("written_by").order_by("-at", "-id")),
                "awaits": one.decision.authority if one.awaits_answer else "",
                "answer": forms["answer"] if one.awaits_answer and assigns else None,
                "report": forms["report"]
                if is_open and not one.awaits_answer and policy.can(person, services.RIGHT, one)
                else None,
                "assign": forms["assign"] if is_open and assigns else None,
                "overdue": one.is_overdue(),
                "facts": [
                    ui.Fact(_("Recommended to"), capfirst(one.decision.authority)),
                    ui.Fact(_("Answered"), capfirst(one.get_answered_display()) if one.answered else ""),
                    ui.Fact(_("Decided there"), date_text(one.answered_on) if one.answered_on else ""),
                    ui.Fact(_("Responsible"), one.responsible.name if one.responsible is not None else ""),
                    ui.Fact(_("To be done by"), date_text(one.due_on) if one.due_on else ""),
                    ui.Fact(_("Done"), date_text(one.done_on) if one.done_on and not one.lapsed else ""),
                    ui.Fact(
                        _("Not to be carried out from"), date_text(one.done_on) if one.lapsed and one.done_on else ""
                    ),
                    ui.Fact(_("Decided by"), item.meeting.body.name, item.meeting.body.get_absolute_url()),
                    ui.Fact(_("Meeting"), date_text(item.meeting.starts_at), item.meeting.get_absolute_url()),
                ],
                "form_owner": interrupted_forms.owner_token(request),
                "crumbs": [
                    (item.meeting.body.name, item.meeting.body.get_absolute_url()),
                    (_("Follow-up"), board),
                    (item.label, None),
                ],
            },
            status=status,
        )
