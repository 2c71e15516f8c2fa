"""Opinions: asking for one, its page, its steps; and who is always heard."""

from datetime import timedelta
from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from forum.cases import own_cases
from forum.cases.case_owners import owner_of
from forum.cases.enums import CaseAccess
from forum.cases.forms.opinions import OPINION_DAYS, AskForm, HearingForm
from forum.cases.models import Case, HearingRule, Opinion
from forum.cases.queries import opinions
from forum.cases.services import opinions as services
from forum.cases.views.documents import serve
from forum.cases.workflow.opinion import usual_question
from forum.organisation.models import Body
from trepart import clock, ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, SIGNED_IN, Access, declare, permitted, reader_of
from trepart.db.locking import lock
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, Refused, WrongState
from trepart.text.dates import date_text
from trepart.views import TransitionView
from trepart.workflow import available


@declare(PUBLIC.showing("forum.view_opinion"))
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was asked and what was answered; what the case is about stands there for those who are asked, as
    far as they may read it."""
    opinion = policy.get_or_404(request.user, "forum.view_opinion", opinions.opinions(), pk=pk)
    owner = owner_of(opinion.referral)
    opens = opinions.can_read_case(opinion, request.user)
    shown = opens or opinion.case.access != CaseAccess.RECEIVER
    status, meaning = opinions.standing(opinion)
    facts = [
        ui.Fact(_("Asked by"), str(opinion.asker), opinion.asker.get_absolute_url()),
        ui.Fact(_("Asked"), str(opinion.of)),
        ui.Fact(_("Answer by"), date_text(opinion.due_on)),
    ]
    context = {
        "opinion": opinion,
        "title": opinion.case.title
        if shown
        else _("Case %(reference)s, not public") % {"reference": opinion.case.reference},
        "status": status,
        "meaning": meaning,
        "facts": facts,
        "summary": owner.summary(opinion.referral) if owner and shown else "",
        "case_url": owner.url(opinion.referral) if owner and opens else "",
        "documents": opinions.documents_of(opinion.case) if shown else [],
        "own": opinion.own and own_cases.may_know_who(opinion.case, request.user, opinion.closed_by),
        "attached": {row.document_id for row in opinion.attached.all()},
        "actions": _actions(opinion, request.user) if request.user.is_authenticated else [],
        "crumbs": [(_("Bodies"), reverse("forum:body_list")), (str(opinion.of), _home(opinion)), (_("Opinion"), None)],
    }
    return render(request, "cases/opinion_detail.html", context)


def _home(opinion: Opinion) -> str | None:
    return opinion.asked.get_absolute_url() if opinion.asked else None


def _actions(opinion: Opinion, person: object) -> list[tuple[str, object, object]]:
    return [
        (reverse("forum:opinion_step", args=[opinion.pk, a.transition.name]), a.transition.label, a.why)
        for a in available(opinion, person)
    ]


@declare(PUBLIC.showing("forum.view_opinion"))
@require_safe
def document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Serve one file of the case to those who may read the opinion, as long as the case is not closed to them."""
    opinion = policy.get_or_404(request.user, "forum.view_opinion", opinions.opinions(), pk=pk)
    if opinion.case.access == CaseAccess.RECEIVER and not opinions.can_read_case(opinion, request.user):
        raise Http404
    return serve(opinion.case.documents.of_case_itself().filter(pk=document).first())


class OpinionStepView(TransitionView):
    """One step in the life of an opinion."""

    access: ClassVar[Access] = SIGNED_IN.showing("forum.view_opinion")
    view_permission = "forum.view_opinion"
    template_name = "cases/opinion_step.html"

    def queryset(self) -> QuerySet[Opinion]:
        """Return opinions with what their pages read."""
        return opinions.opinions()

    def context(self, subject: Opinion, transition: object) -> dict[str, object]:
        """Return what stands beside the form."""
        return {"opinion": subject}


def _blank(request: HttpRequest, case: int) -> Opinion:
    """Return the unsaved question that the reader may ask about ``case``; 404 where it is not theirs to ask."""
    try:
        blank = services.blank(get_object_or_404(Case, pk=case))
    except GuardRefused:
        raise Http404 from None
    if not policy.can(request.user, "forum.ask_opinion", blank):
        raise Http404
    return blank


class AskView(View):
    """Asks somebody for an opinion on a case."""

    access = permitted("forum.ask_opinion")

    def get(self, request: HttpRequest, case: int) -> HttpResponse:
        """Show the form, filled in with the usual question."""
        blank = _blank(request, case)
        due = clock.today() + timedelta(days=OPINION_DAYS)
        initial = {"question": usual_question(blank.referral), "due_on": due}
        given_back = interrupted_forms.give_back(request)
        form = AskForm(given_back, subject=blank, actor=reader_of(request), initial=initial)
        return self.page(request, blank, form)

    def post(self, request: HttpRequest, case: int) -> HttpResponseBase:
        """Ask."""
        blank = _blank(request, case)
        try:
            opinion = services.ask(blank.case, data=request.POST, actor=reader_of(request))
        except InvalidInput as refusal:
            return self.page(request, blank, refusal.form, status=422)
        except Refused as refusal:
            form = AskForm(request.POST, subject=blank, actor=reader_of(request))
            return self.page(request, blank, form, refusal=str(refusal), status=_status(refusal))
        messages.success(request, _("%(name)s has been asked.") % {"name": opinion.of})
        return redirect(_case_url(opinion))

    def page(
        self, request: HttpRequest, blank: Opinion, form: BaseForm, *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        """Render the page."""
        context = {
            "form": form,
            "case": blank.case,
            "refusal": refusal,
            "cancel_url": _case_url(blank),
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": [(str(blank.case), _case_url(blank)), (_("Ask for an opinion"), None)],
        }
        return render(request, "cases/opinion_ask.html", context, status=status)


def _case_url(opinion: Opinion) -> str:
    owner = owner_of(opinion.referral)
    return owner.url(opinion.referral) if owner else opinion.asker.get_absolute_url()


def _status(refusal: Refused) -> int:
    return 403 if isinstance(refusal, NotPermitted) else 409 if isinstance(refusal, WrongState) else 422


@declare(permitted("forum.ask_opinion"))
@require_POST
def ask_at_once(request: HttpRequest, case: int, slug: str) -> HttpResponseBase:
    """Ask a body the usual question in one press."""
    blank = _blank(request, case)
    body = get_object_or_404(Body, slug=slug)
    try:
        services.ask(blank.case, data=services.usual(blank.case, body), actor=reader_of(request))
    except InvalidInput as refusal:
        said = [str(error) for errors in refusal.form.errors.values() for error in errors]
        messages.warning(request, " ".join(said))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has been asked.") % {"name": body})
    return redirect(_case_url(blank))


class HearingView(View):
    """Says by whom a body is heard, about which places, and whether always."""

    access = permitted("forum.manage_organisation")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer 404 to who may not, and for a body or a rule there is none of."""
        if not policy.can(request.user, "forum.manage_organisation"):
            raise Http404
        self.body = get_object_or_404(Body, slug=kwargs["slug"])
        self.rule = get_object_or_404(HearingRule, pk=kwargs["pk"], asked=self.body) if "pk" in kwargs else None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
        """Show the rules and the form."""
        return self.page(
            request, HearingForm(interrupted_forms.give_back(request), instance=self.rule, asked=self.body)
        )

    def post(self, request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponseBase:
        """Store the rule, or take it away."""
        if "remove" in request.POST and self.rule is not None:
            services.remove_hearing_rule(self.rule, actor=reader_of(request))
            messages.success(request, _("The rule is taken away."))
            return redirect("forum:hearing", slug)
        with transaction.atomic():
            if self.rule is not None and lock(self.rule):
                self.rule.refresh_from_db()
            return self.store(request, HearingForm(request.POST, instance=self.rule, asked=self.body))

    def store(self, request: HttpRequest, form: HearingForm) -> HttpResponseBase:
        """Store the rule as the form says it, or show what others have written of the same."""
        if not form.is_valid():
            return self.page(request, form, status=409 if form.theirs else 422)
        try:
            services.set_hearing_rule(form.save(commit=False), actor=reader_of(request))
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.page(request, form, status=422)
        messages.success(request, _("The rule is stored."))
        return redirect("forum:hearing", self.body.slug)

    def page(self, request: HttpRequest, form: HearingForm, *, status: int = 200) -> HttpResponse:
        """Render the page."""
        context = {
            "body": self.body,
            "rule": self.rule,
            "rules": list(HearingRule.objects.filter(asked=self.body).select_related("asker")),
            "form": form,
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": [
                (_("Bodies"), reverse("forum:body_list")),
                (self.body.name, self.body.get_absolute_url()),
                (_("When it is heard"), None),
            ],
        }
        return render(request, "cases/opinion_rules.html", context, status=status)
