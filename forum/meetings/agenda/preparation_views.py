"""Questions to the leader, demands from members and the order of the agenda, on the web."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.cases import demanded_cases
from forum.cases.case_owners import owner_of
from forum.cases.models import Referral
from forum.meetings.agenda import demands, questions
from forum.meetings.agenda import services as agenda
from forum.meetings.agenda.body_queue import undemanded
from forum.meetings.agenda.models import Demand, Question
from forum.meetings.agenda.preparation_forms import AnswerForm, DemandForm, QuestionForm, UsualOrderForm
from forum.meetings.core.locking import BEFORE_THE_END
from forum.meetings.core.models import Meeting
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from forum.meetings.enums import DemandKind, MeetingStatus
from forum.organisation.models import Body
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.db.locking import lock
from trepart.refusals import Refused, WrongState
from trepart.text.numbers import number
from trepart.workflow import Words

PLAN = "forum.plan_meeting"
#: What goes on inside a body: its members, deputies and clerks.
INSIDE = "forum.view_queue"


def _body_crumbs(body: Body, *more: tuple[Words, str | None]) -> list[tuple[Words, str | None]]:
    return [(_("Bodies"), reverse("forum:body_list")), (body.name, body.get_absolute_url()), *more]


# Questions ------------------------------------------------------------------------------------------------------------


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    """Fetch a meeting for somebody in its body, or answer 404."""
    meeting = fetch(request, pk)
    if not policy.can(request.user, INSIDE, meeting.body):
        raise Http404
    return meeting


class AskView(View):
    """A member asks the leader a question, to be answered at the meeting (§ 11-2)."""

    access: ClassVar[Access] = permitted(INSIDE)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the form, to those with a seat."""
        meeting = _meeting(request, pk)
        if questions.seat_of(reader_of(request), meeting) is None:
            raise Http404
        return self.page(request, meeting, QuestionForm(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Ask."""
        meeting = _meeting(request, pk)
        form = QuestionForm(request.POST)
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        try:
            question = questions.ask(meeting, **form.cleaned_data, actor=reader_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, meeting, form, status=status_of(refusal))
        messages.success(request, _("Your question is sent. The secretary and the leader have been told."))
        return redirect(question)

    def page(self, request: HttpRequest, meeting: Meeting, form: QuestionForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        context = {
            "form": form,
            "heading": _("Ask the leader a question"),
            "meta": title_of(meeting),
            "lead": _("It is answered at the meeting (Local Government Act § 11-2)."),
            "label": _("Send the question"),
            "cancel_url": meeting.get_absolute_url(),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (_("Ask the leader a question"), None)),
        }
        return render(request, "parts/forms/form_page.html", context, status=status)


class QuestionView(View):
    """One question: who asked what, and the answer; for the secretary, on the agenda by one click."""

    access: ClassVar[Access] = permitted(INSIDE)

    def question(self, request: HttpRequest, meeting: Meeting, pk: int) -> Question:
        """Fetch a question of the meeting, or answer 404."""
        found = meeting.questions.select_related("asked_by__person", "item").filter(pk=pk).first()
        if found is None:
            raise Http404
        found.meeting = meeting
        return found

    def get(self, request: HttpRequest, pk: int, question: int) -> HttpResponse:
        """Show the question."""
        meeting = _meeting(request, pk)
        found = self.question(request, meeting, question)
        return self.page(
            request, meeting, found, AnswerForm(interrupted_forms.give_back(request), initial={"text": found.answer})
        )

    def post(self, request: HttpRequest, pk: int, question: int) -> HttpResponseBase:
        """Put it on the agenda, or write down the answer."""
        meeting = _meeting(request, pk)
        found = self.question(request, meeting, question)
        form = AnswerForm(request.POST if request.POST.get("do") != "put_on" else None)
        try:
            if request.POST.get("do") == "put_on":
                item = questions.put_on(found, actor=reader_of(request))
                messages.success(request, _("On the agenda: %(title)s.") % {"title": item.title})
                return redirect("forum:meeting_agenda", meeting.pk)
            if not form.is_valid():
                return self.page(request, meeting, found, form, status=422)
            seen = request.POST.get("seen", "").replace("\r\n", "\n")
            questions.answer(found, text=form.cleaned_data["text"], actor=reader_of(request), seen=seen)
        except Refused as refusal:
            return self.page(request, meeting, found, form, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(request, _("The answer is written down."))
        if meeting.status == MeetingStatus.IN_SESSION and found.item is not None:
            return redirect("forum:meeting_run_item", meeting.pk, found.item.pk)
        return redirect(found)

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        question: Question,
        form: AnswerForm,
        *,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Render the question."""
        plans = policy.can(request.user, PLAN, meeting) and meeting.status in BEFORE_THE_END
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "question": question,
            "form": form,
            "plans": plans,
            "on_agenda": question.item is not None and question.item.withdrawn_at is None,
            "refusal": refusal,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (_("Question to the leader"), None)),
        }
        return render(request, "meetings/agenda/question_detail.html", context, status=status)


# Demands --------------------------------------------------------------------------------------------------------------


def _body(request: HttpRequest, slug: str, permission: str = INSIDE) -> Body:
    return policy.get_or_404(request.user, permission, Body.objects.all(), slug=slug)


class DemandsView(View):
    """What members of a body demand, and raising a demand."""

    access: ClassVar[Access] = permitted(INSIDE)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the demands."""
        body = _body(request, slug)
        return self.page(request, body, self.form(request, body, interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Raise a demand."""
        body = _body(request, slug)
        form = self.form(request, body, request.POST)
        if not form.is_valid():
            return self.page(request, body, form, status=422)
        try:
            demand = demands.raise_demand(body, **form.cleaned_data, actor=reader_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, body, form, status=status_of(refusal))
        messages.success(request, _("The demand is raised, and the other members have been told."))
        return redirect(demand)

    @staticmethod
    def form(request: HttpRequest, body: Body, data: Mapping[str, object] | None) -> DemandForm:
        """Return the form, with the cases the reader can name where one leader selects what the body gets."""
        return DemandForm(data, cases=demanded_cases.waiting_below(body, reader_of(request)))

    def page(self, request: HttpRequest, body: Body, form: DemandForm, status: int = 200) -> HttpResponse:
        """Render the list and the form."""
        found = list(queries_of(body)[:50])
        context = {
            "body": body,
            "form": form,
            "found": found,
            "open": {demand.pk for demand in demands.outstanding(body.pk)},
            "by_part": body.is_another_arrangement,
            "needed": demands.needed(demands.seats_in(body).count()),
            "may_raise": demands.seat_of(reader_of(request), body) is not None and body.is_active,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": _body_crumbs(body, (_("Demands from members"), None)),
        }
        return render(request, "meetings/agenda/demand_list.html", context, status=status)


def queries_of(body: Body) -> QuerySet[Demand]:
    """Return the demands of a body with how many stand behind each, newest first."""
    found = Demand.objects.filter(body=body).select_related("body", "raised_by__person", "item__meeting", "meeting")
    return found.annotate(behind=Count("supports"))


class DemandView(View):
    """One demand: who stands behind it, how many are lacking, and what the paragraph says."""

    access: ClassVar[Access] = permitted(INSIDE)

    def demand(self, request: HttpRequest, slug: str, pk: int) -> Demand:
        """Fetch a demand of the body, or answer 404."""
        body = _body(request, slug)
        found = (
            Demand.objects.select_related("raised_by__person", "item__meeting", "item__decision", "meeting", "case")
            .filter(pk=pk, body=body)
            .first()
        )
        if found is None:
            raise Http404
        found.body = body
        return found

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Show the demand."""
        return self.page(request, self.demand(request, slug, pk))

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """Stand behind it, or take one's support back."""
        demand = self.demand(request, slug, pk)
        act = {"support": demands.support, "withdraw": demands.withdraw_support}.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        try:
            act(demand, actor=reader_of(request))
        except Refused as refusal:
            return self.page(request, demand, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(request, _("Written down."))
        return redirect(demand)

    @staticmethod
    def case_url(demand: Demand) -> str:
        """Return the page of the case that is named; whoever may not read it is told so there."""
        stay = Referral.objects.filter(case=demand.case_id).order_by("-pk").first() if demand.case_id else None
        owner = owner_of(stay)
        return owner.url(stay) if owner is not None and stay is not None else ""

    def page(self, request: HttpRequest, demand: Demand, *, refusal: str = "", status: int = 200) -> HttpResponse:
        """Render the demand."""
        person = reader_of(request)
        seat = demands.seat_of(person, demand.body)
        supports = list(demand.supports.select_related("membership__person"))
        seats = set(demands.seats_in(demand.body).values_list("pk", flat=True))
        behind = sum(support.membership_id in seats for support in supports)
        wanted = demands.needed(len(seats))
        coming = (
            demand.body.meetings.filter(status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED])
            .order_by("starts_at")
            .first()
        )
        context = {
            "demand": demand,
            "supports": supports,
            "behind": behind,
            "needed": wanted,
            "lacking": max(0, wanted - behind),
            "is_meeting": demand.kind == DemandKind.MEETING,
            "may_support": seat is not None and demand.binding_at is None,
            "supported": seat is not None and any(support.membership_id == seat.pk for support in supports),
            "plans": policy.can(person, PLAN, demand.body),
            "must": demands.outstanding(demand.body_id).filter(pk=demand.pk).exists(),
            "put_off": demands.put_off_by(demand),
            "by_part": demand.body.is_another_arrangement,
            "case_url": self.case_url(demand),
            "coming": coming,
            "refusal": refusal,
            "crumbs": _body_crumbs(
                demand.body,
                (_("Demands from members"), reverse("forum:demands", args=[demand.body.slug])),
                (demand.title, None),
            ),
        }
        return render(request, "meetings/agenda/demand_detail.html", context, status=status)


# What was postponed ---------------------------------------------------------------------------------------------------


def put_on_again(request: HttpRequest, meeting: Meeting) -> str:
    """Put on what an earlier meeting postponed, and return what is said of it."""
    wanted = undemanded(meeting.body_id).filter(pk=number(request.POST.get("postponed")) or 0).first()
    if wanted is None:
        raise WrongState(_("It stands on an agenda already, or is decided."))
    item = agenda.add_item(meeting, again=wanted, actor=reader_of(request))
    return _("On the agenda: %(title)s.") % {"title": item.title}


# The order of the agenda ----------------------------------------------------------------------------------------------


class UsualOrderView(View):
    """In which order a body treats its cases."""

    access: ClassVar[Access] = permitted(PLAN)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the order."""
        body = _body(request, slug, PLAN)
        return self.page(
            request,
            body,
            UsualOrderForm(interrupted_forms.give_back(request), groups=agenda.usual_order(body.pk)),
        )

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Change it."""
        body = _body(request, slug, PLAN)
        with transaction.atomic():
            lock(body)
            return self.save(request, body)

    def save(self, request: HttpRequest, body: Body) -> HttpResponseBase:
        """Save it under the lock, or show how others have it now."""
        form = UsualOrderForm(request.POST, groups=agenda.usual_order(body.pk))
        if not form.is_valid():
            return self.page(request, body, form, status=422)
        agenda.set_standing_order(body, groups=form.cleaned_data["groups"], actor=reader_of(request))
        messages.success(request, _("Saved. It is used from the next case that is put on an agenda."))
        return redirect(body)

    def page(self, request: HttpRequest, body: Body, form: UsualOrderForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        context = {
            "form": form,
            "heading": _("The order of the agenda"),
            "meta": body.name,
            "lead": _("Cases are put in here by themselves. On each agenda they can be moved afterwards."),
            "label": _("Save"),
            "cancel_url": body.get_absolute_url(),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": _body_crumbs(body, (_("The order of the agenda"), None)),
        }
        return render(request, "parts/forms/form_page.html", context, status=status)
