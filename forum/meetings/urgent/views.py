"""Urgent cases on the web: calling one, a member's answer or demand, and counting the answers (koml § 11-8, R10)."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings import ending
from forum.meetings.agenda.forms import ReadersForm
from forum.meetings.core.closed import noting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.readable_items import own_items
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.urgent import rules as asked
from forum.meetings.urgent import services
from forum.meetings.urgent.forms import AnswerForm, ConcludeForm, UrgentForm
from forum.meetings.urgent.models import WrittenAnswer
from forum.organisation.models import Body
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import InvalidInput, Refused

KINDS = (MeetingKind.WRITTEN, MeetingKind.URGENT)


class BeginView(View):
    """An urgent case is sent out."""

    access: ClassVar[Access] = permitted("forum.plan_meeting")

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Show the form."""
        body = self.body(request, slug)
        return self.page(request, body, self.form(request, body, interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Call it, or say why not."""
        body = self.body(request, slug)
        form = self.form(request, body, request.POST)
        if not form.is_valid():
            return self.page(request, body, form, status=422)
        data = {name: value for name, value in form.cleaned_data.items() if name not in ReadersForm.base_fields}
        data |= {"kind": MeetingKind(data["kind"]), **form.closing()}
        data.pop("full_basis", None)
        try:
            meeting = services.begin(body, **data, actor=reader_of(request))
        except InvalidInput as refusal:
            said = "; ".join(str(line) for lines in refusal.form.errors.values() for line in lines)
            return self.page(request, body, form, refusal=said, status=422)
        except Refused as refusal:
            return self.page(request, body, form, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(request, _("It is sent to every member, at the same time."))
        return redirect(meeting)

    @staticmethod
    def form(request: HttpRequest, body: Body, data: Mapping[str, object] | None) -> UrgentForm:
        """Return the form: whoever does not lead the body says that the leader has chosen."""
        return UrgentForm(data, leads=asked.leads(body, reader_of(request)))

    @staticmethod
    def body(request: HttpRequest, slug: str) -> Body:
        """Fetch a body that the reader may call to urgent meetings, or answer 404."""
        body = get_object_or_404(Body, slug=slug)
        if not policy.can(request.user, "forum.plan_meeting", body) or not body.is_active or body.by_consensus:
            raise Http404
        return body

    @staticmethod
    def page(
        request: HttpRequest, body: Body, form: UrgentForm, *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        """Render the form."""
        context = {
            "body": body,
            "form": form,
            "refusal": refusal,
            "form_owner": interrupted_forms.owner_token(request),
            "cancel_url": reverse("forum:meeting_list"),
            "crumbs": [(_("Meetings"), reverse("forum:meeting_list")), (_("Urgent case"), None)],
        }
        return render(request, "meetings/urgent/urgent_begin.html", context, status=status)


class AnswerView(View):
    """A member answers in writing, or demands that an urgent meeting waits."""

    access: ClassVar[Access] = permitted("forum.take_part")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show what is proposed, and what one has answered."""
        meeting = self.meeting(request, pk)
        if meeting.status != MeetingStatus.CALLED:
            return redirect(meeting)
        items = self.items(request, meeting)
        noting.note(request, meeting, "urgent_answer", kept=noting.any_kept(items))
        return self.page(request, meeting, self.forms(request, items, interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Record the answers to every case, or the demand."""
        meeting = self.meeting(request, pk)
        actor = reader_of(request)
        forms = self.forms(request, self.items(request, meeting), request.POST)
        try:
            if meeting.kind == MeetingKind.URGENT:
                services.demand_postponement(meeting, actor=actor)
                messages.success(request, _("Your demand is recorded."))
                return redirect("forum:urgent_answer", meeting.pk)
            lacking = [form for form in forms if not form.is_valid()]
            if lacking:
                return self.page(request, meeting, forms, status=422)
            with transaction.atomic():
                for form in forms:
                    services.answer(form.item, **form.cleaned_data, actor=actor)
        except Refused as refusal:
            return self.page(request, meeting, forms, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(request, _("Your answer is recorded. You may change it until the answers are counted."))
        return redirect("forum:urgent_answer", meeting.pk)

    @staticmethod
    def meeting(request: HttpRequest, pk: int) -> Meeting:
        """Fetch an urgent meeting of a body the reader has a seat in, or answer 404."""
        meeting = fetch(request, pk, "forum.take_part")
        if meeting.kind not in KINDS:
            raise Http404
        return meeting

    @staticmethod
    def items(request: HttpRequest, meeting: Meeting) -> list[AgendaItem]:
        """Return the cases, without those kept from the reader, who has stepped aside in them."""
        rows = meeting.items.filter(withdrawn_at__isnull=True).select_related("case", "referral__case")
        kept = own_items(request.user, meeting)
        return [item for item in rows.order_by("position") if not item.is_withheld or item.pk in kept]

    @staticmethod
    def forms(
        request: HttpRequest, items: list[AgendaItem], data: Mapping[str, object] | None = None
    ) -> list[AnswerForm]:
        """Return a form for each case, with what was answered before."""
        own = WrittenAnswer.objects.filter(item__in=items, membership__person=reader_of(request))
        there = {answer.item_id: answer for answer in own}
        return [AnswerForm(data, item=item, there=there.get(item.pk)) for item in items]

    @staticmethod
    def page(
        request: HttpRequest, meeting: Meeting, forms: list[AnswerForm], *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        """Render the page."""
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "forms": forms,
            "in_writing": meeting.kind == MeetingKind.WRITTEN,
            "demanded": meeting.postponement_demands.filter(membership__person=reader_of(request)).exists(),
            "must_wait": asked.must_wait(meeting),
            "demands": asked.demands_in_words(meeting),
            "answered": bool(forms) and all(form.initial for form in forms),
            "refusal": refusal,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (_("Your answer"), None)),
        }
        return render(request, "meetings/urgent/urgent_answer.html", context, status=status)


class ConcludeView(View):
    """The answers in writing are looked at, and counted."""

    access: ClassVar[Access] = permitted("forum.run_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show who has answered what."""
        meeting = fetch(request, pk, "forum.run_meeting")
        if meeting.kind != MeetingKind.WRITTEN or meeting.status != MeetingStatus.CALLED:
            return redirect(meeting)
        return self.page(request, meeting, self.form(meeting))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Count them, and end it."""
        meeting = fetch(request, pk, "forum.run_meeting")
        form = self.form(meeting, request.POST)
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        try:
            ended = services.conclude(meeting, actor=reader_of(request), rests=form.rests())
        except Refused as refusal:
            return self.page(request, meeting, form, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(request, _("The answers are counted. The minutes are ready to be published."))
        messages.success(request, ending.said(request, ended))
        return redirect(ended)

    @staticmethod
    def form(meeting: Meeting, data: Mapping[str, object] | None = None) -> ConcludeForm:
        """Return the form for what a yes rests on, where every member has said yes and something is to be said."""
        items = meeting.items.filter(withdrawn_at__isnull=True).select_related("meeting__body", "referral__case")
        item = items.prefetch_related("written_answers").first()
        answers = list(item.written_answers.all()) if item is not None else []
        agreed = answers and all(one.accepts for one in answers) and not asked.waiting_for(meeting)
        return ConcludeForm(data, item=item if agreed else None)

    @staticmethod
    def page(
        request: HttpRequest, meeting: Meeting, form: ConcludeForm, *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        """Render the answers."""
        answers = WrittenAnswer.objects.filter(item__meeting=meeting).select_related("membership__person", "item")
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "answers": list(answers.order_by("item__position", "pk")),
            "silent": [seat.person.name for seat in asked.waiting_for(meeting)],
            "form": form,
            "refusal": refusal,
            "offers_list": policy.can(request.user, "forum.publish_minutes", meeting),
            "crumbs": crumbs_of(meeting, (_("Answers in writing"), None)),
        }
        return render(request, "meetings/urgent/urgent_conclude.html", context, status=status)
