"""The page of what a body may decide: everybody reads it, its secretary, leaders and the administrator keep it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.cases.views.documents import serve
from forum.delegations import queries, services
from forum.delegations.enums import Power, power_of
from forum.delegations.forms import DelegationForm
from forum.delegations.models import Delegation
from forum.delegations.permissions import KEEP
from forum.organisation.forms.bodies import EndForm, end_initial, refuse
from forum.organisation.models import Body
from trepart.access import interrupted_forms, policy
from trepart.access.web import PUBLIC, declare, permitted, reader_of
from trepart.text.dates import date_text


def _body(request: HttpRequest, slug: str, right: str) -> Body:
    body = policy.get_or_404(request.user, right, Body.objects.all(), slug=slug)
    if power_of(body.legal_basis) != Power.DELEGATED:
        raise Http404
    return body


def _crumbs(body: Body, *further: tuple[object, str | None]) -> list[tuple[object, str | None]]:
    return [(_("Bodies"), reverse("forum:body_list")), (body.name, body.get_absolute_url()), *further]


@declare(PUBLIC.showing("forum.view_body"))
@require_safe
def delegation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a body may decide, with kommunestyret's decisions."""
    body = _body(request, slug, "forum.view_body")
    context = {
        "body": body,
        "lines": queries.lines_of(body),
        "keeps": policy.can(request.user, KEEP, body),
        "crumbs": _crumbs(body, (_("What it may decide"), None)),
    }
    return render(request, "delegations/delegation_list.html", context)


@declare(PUBLIC.showing("forum.view_body"))
@require_safe
def document(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Serve kommunestyret's decision."""
    body = _body(request, slug, "forum.view_body")
    found = get_object_or_404(Delegation.objects.select_related("case"), pk=pk, body=body)
    return serve(found.document)


@declare(permitted(KEEP))
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter one more delegation."""
    body = _body(request, slug, KEEP)
    here = reverse("forum:delegations", args=[body.slug])
    given_back = interrupted_forms.give_back(request)
    sent = request.method == "POST"
    form = DelegationForm(request.POST, request.FILES, body=body) if sent else DelegationForm(given_back, body=body)
    if sent and form.is_valid():
        try:
            services.enter_delegation(body=body, actor=reader_of(request), **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("It is entered. Decisions from its first day can rest on it."))
            return redirect(here)
    context = {
        "form": form,
        "heading": _("Enter a delegation"),
        "meta": body.name,
        "lead": _(
            "What the municipal council has let the body decide. It is never changed afterwards: end it, and enter a "
            "new one."
        ),
        "label": _("Enter the delegation"),
        "cancel_url": here,
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": _crumbs(body, (_("What it may decide"), here), (_("Enter a delegation"), None)),
    }
    return render(request, "organisation/administration/form.html", context, status=422 if sent else 200)


@declare(permitted(KEEP))
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a delegation."""
    body = _body(request, slug, KEEP)
    found = get_object_or_404(Delegation, pk=pk, body=body)
    here = reverse("forum:delegations", args=[body.slug])
    sent = request.method == "POST"
    form = EndForm(request.POST if sent else interrupted_forms.give_back(request), initial=end_initial(found))
    if sent and form.is_valid():
        try:
            services.end_delegation(found, on=form.cleaned_data["on"], actor=reader_of(request))
        except ValidationError as error:
            refuse(form, error)
        else:
            day = date_text(form.cleaned_data["on"], year=True)
            messages.success(request, _("The delegation ends. Its last day is %(date)s.") % {"date": day})
            return redirect(here)
    context = {
        "form": form,
        "heading": _("End the delegation"),
        "meta": body.name,
        "lead": found.matter,
        "label": _("End the delegation"),
        "danger": True,
        "cancel_url": here,
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": _crumbs(body, (_("What it may decide"), here), (_("End the delegation"), None)),
    }
    return render(request, "organisation/administration/form.html", context, status=422 if sent else 200)
