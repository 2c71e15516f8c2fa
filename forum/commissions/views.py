"""Commissions: the list, giving one, its page and its steps."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from forum.cases.queries import opinions
from forum.cases.views.documents import serve
from forum.commissions import queries, services
from forum.commissions.enums import CommissionStatus
from forum.commissions.forms import GiveForm
from forum.commissions.models import Commission
from forum.commissions.workflow import stay_of
from forum.organisation.models import Body
from trepart import ui
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, SIGNED_IN, Access, declare, permitted, reader_of
from trepart.audit import timeline
from trepart.refusals import InvalidInput, Refused
from trepart.text import normal
from trepart.text.dates import date_text
from trepart.views import TransitionView
from trepart.workflow import Transition, available

PER_PAGE = 20


@declare(PUBLIC)
@require_safe
def commission_list(request: HttpRequest) -> HttpResponse:
    """Show the commissions the reader may read, newest first; ``organ`` keeps those of one body."""
    slug = normal.line(request.GET.get("organ", ""))
    body = Body.objects.filter(slug=slug).first() if slug else None
    page = Paginator(queries.commissions_for(request.user, body), PER_PAGE).get_page(request.GET.get("page"))
    person = request.user
    context = {
        "body": body,
        "page": page,
        "lines": [(commission, *queries.standing(commission)) for commission in page],
        "givers": queries.givers(reader_of(request)) if person.is_authenticated else [],
        "crumbs": [(body.name, body.get_absolute_url()), (_("Commissions"), None)] if body else [],
    }
    return render(request, "commissions/commission_list.html", context)


@declare(PUBLIC.showing("forum.view_commission"))
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a commission: what is wanted, where it stands, what has been reported, what has happened."""
    commission = policy.get_or_404(request.user, "forum.view_commission", queries.commissions(), pk=pk)
    status, meaning = queries.standing(commission)
    referral = stay_of(commission)
    reported = {row.document_id for row in commission.report_documents.all()}
    documents = opinions.documents_of(commission.case)
    context = {
        "commission": commission,
        "status": status,
        "meaning": meaning,
        "facts": _facts(commission),
        "now": _now(commission),
        "actions": _actions(commission, request.user) if request.user.is_authenticated else [],
        "documents": [d for d in documents if d.pk not in reported],
        "report_documents": [d for d in documents if d.pk in reported],
        "hearing": opinions.hearing(commission.case, referral, request.user),
        "case": commission.case,
        "entries": timeline.entries(commission.case, request.user),
        "crumbs": _crumbs(commission),
    }
    return render(request, "commissions/commission_detail.html", context)


def _crumbs(commission: Commission, *last: tuple[object, str | None]) -> list[tuple[object, str | None]]:
    here = (commission.case.reference, commission.get_absolute_url() if last else None)
    return [(_("Commissions"), reverse("forum:commission_list")), here, *last]


def _facts(commission: Commission) -> list[ui.Fact]:
    item = commission.item
    return [
        ui.Fact(_("Given by"), str(commission.given_by)),
        ui.Fact(_("The municipal council decided"), commission.council_decision),
        ui.Fact(_("Decided in"), str(item) if item else "", item.meeting.get_absolute_url() if item else None),
        ui.Fact(
            _("Given to"),
            str(commission.receiver),
            commission.receiver_body.get_absolute_url() if commission.receiver_body else None,
        ),
        ui.Fact(_("Report due"), date_text(commission.due_on)),
        ui.Fact(_("Reports to"), str(commission.report_to), commission.report_to.get_absolute_url()),
        ui.Fact(_("Can be read by"), str(commission.case.get_access_display())),
    ]


def _now(commission: Commission) -> str:
    """Say in one sentence what happens now."""
    words = {
        "to": commission.receiver,
        "by": commission.given_by,
        "hears": commission.report_to,
        "date": date_text(commission.due_on),
    }
    said = {
        CommissionStatus.GIVEN: _("%(to)s has got the commission and is to say whether they take it on."),
        CommissionStatus.ACCEPTED: _("%(to)s works with it and reports by %(date)s."),
        CommissionStatus.SENT_BACK: _("It has come back. %(by)s decides whether to give it anew or to call it back."),
        CommissionStatus.REPORTED: _("The report is in. %(hears)s is to hear it."),
        CommissionStatus.CONCLUDED: _("%(hears)s has heard the report. The commission is concluded."),
        CommissionStatus.CALLED_BACK: _("%(by)s has called the commission back."),
    }
    return said[CommissionStatus(commission.status)] % words


def _actions(commission: Commission, person: object) -> list[tuple[str, object, object]]:
    return [
        (reverse("forum:commission_step", args=[commission.pk, a.transition.name]), a.transition.label, a.why)
        for a in available(commission, person)
    ]


@declare(PUBLIC.showing("forum.view_commission"))
@require_safe
def document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Serve one file of the commission's case to those who may read it."""
    commission = policy.get_or_404(request.user, "forum.view_commission", queries.commissions(), pk=pk)
    return serve(commission.case.documents.of_case_itself().filter(pk=document).first())


class CommissionStepView(TransitionView):
    """One step in the life of a commission."""

    access: ClassVar[Access] = SIGNED_IN.showing("forum.view_commission")
    view_permission = "forum.view_commission"
    template_name = "commissions/commission_step.html"

    def queryset(self) -> QuerySet[Commission]:
        """Return commissions with what their pages read."""
        return queries.commissions()

    def crumbs(self, subject: Commission, transition: Transition) -> list[tuple[object, str | None]]:
        """Return the way to this page."""
        return _crumbs(subject, (transition.label, None))

    def context(self, subject: Commission, transition: Transition) -> Mapping[str, object]:
        """Return what stands beside the form."""
        return {"commission": subject}


class GiveView(View):
    """Gives a commission on behalf of a body."""

    access = permitted("forum.give_commission")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer 404 to who may not."""
        self.body = get_object_or_404(Body, slug=kwargs["slug"])
        if not policy.can(request.user, "forum.give_commission", Commission(giver=self.body)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show the form."""
        given_back = interrupted_forms.give_back(request)
        initial = {"item": request.GET.get("sak", "")}
        form = GiveForm(given_back, subject=Commission(giver=self.body), actor=reader_of(request), initial=initial)
        return self.page(request, form)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Give it."""
        actor = reader_of(request)
        try:
            commission = services.give(self.body, data=request.POST, files=request.FILES, actor=actor)
        except InvalidInput as refusal:
            return self.page(request, refusal.form, status=422)
        except Refused as refusal:
            form = GiveForm(request.POST, request.FILES, subject=Commission(giver=self.body), actor=actor)
            return self.page(request, form, refusal=str(refusal), status=422)
        messages.success(request, _("The commission is given to %(to)s.") % {"to": commission.receiver})
        return redirect(commission)

    def page(self, request: HttpRequest, form: BaseForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
        """Render the page."""
        context = {
            "form": form,
            "body": self.body,
            "refusal": refusal,
            "form_owner": interrupted_forms.owner_token(request),
            "cancel_url": f"{reverse('forum:commission_list')}?organ={self.body.slug}",
            "crumbs": [(self.body.name, self.body.get_absolute_url()), (_("Give a commission"), None)],
        }
        return render(request, "commissions/commission_give.html", context, status=status)
