"""Who represents the users of the service in an LMU: brought in, and thanked."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.cases.models import Case
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership
from lmu import services
from lmu.forms import EndForm, GuestCasesForm, UserRepresentativeForm
from lmu.views.log import own_lmu
from lmu.views.pages import crumbs
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.access.web import declare, permitted
from trepart.refusals import NotPermitted, Refused
from trepart.text.dates import date_text


@declare(permitted("lmu.manage"))
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring a user representative into the LMU for a period."""
    body = own_lmu(request, slug, "lmu.manage")
    if request.method != "POST":
        given_back = interrupted_forms.give_back(request)
        form = UserRepresentativeForm(body=body, initial=given_back.dict() if given_back is not None else None)
        return _add_page(request, body, form)
    form = UserRepresentativeForm(request.POST, body=body)
    if form.is_valid():
        try:
            membership = services.add_user_representative(
                body=body, actor=cast("User", request.user), **form.cleaned_data
            )
        except ValidationError as error:
            _explain(form, error)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            said = _("%(name)s is now user representative from %(date)s.")
            names = {"name": membership.person.name, "date": date_text(membership.valid_from)}
            messages.success(request, said % names)
            if not form.cleaned_data["email"]:
                return redirect("lmu:guest_letter", slug=slug, pk=membership.pk)
            return redirect("lmu:detail", slug=slug)
    return _add_page(request, body, form, status=422)


def representative(body: Body, pk: int) -> Membership:
    """Fetch a user representative of ``body``, or answer 404."""
    lasting = Membership.objects.lasting().filter(body=body, role=Role.USER_REPRESENTATIVE)
    membership = lasting.select_related("person", "body").filter(pk=pk).first()
    if membership is None:
        raise Http404
    return membership


@declare(permitted("lmu.manage"))
def cases(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let a user representative take part in cases the group has, and read exactly those."""
    body = own_lmu(request, slug, "lmu.manage")
    membership = representative(body, pk)
    there = Case.objects.filter(referrals__guests__membership=membership).distinct()
    data = request.POST if request.method == "POST" else interrupted_forms.give_back(request)
    form = GuestCasesForm(data, body=body, beside=there)
    if request.method == "POST" and form.is_valid():
        try:
            services.let_in(membership, cases=form.cleaned_data["cases"], actor=cast("User", request.user))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("lmu:detail", slug=slug)
    return render(
        request,
        "lmu/user_cases.html",
        {
            "body": body,
            "membership": membership,
            "form": form,
            "already": there,
            "form_owner": interrupted_forms.owner_token(request),
            "cancel_url": reverse("lmu:detail", args=[slug]),
            "crumbs": crumbs(body, _("Guest in a case")),
        },
        status=422 if request.method == "POST" else 200,
    )


@declare(permitted("lmu.manage"))
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for the last day of a user representative, and set it."""
    body = own_lmu(request, slug, "lmu.manage")
    membership = representative(body, pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial=None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_user_representative(membership, on=form.cleaned_data["on"], actor=cast("User", request.user))
        except ValidationError as error:
            _explain(form, error)
        except NotPermitted as refusal:
            form.add_error(None, str(refusal.message))
        else:
            said = _("The last day of %(name)s as user representative is %(date)s.")
            names = {"name": membership.person.name, "date": date_text(form.cleaned_data["on"])}
            messages.success(request, said % names)
            return redirect("lmu:detail", slug=slug)
    return render(
        request,
        "lmu/user_end.html",
        {
            "body": body,
            "membership": membership,
            "form": form,
            "cancel_url": reverse("lmu:detail", args=[slug]),
            "crumbs": crumbs(body, _("End a membership")),
        },
        status=422 if form.is_bound else 200,
    )


def _add_page(request: HttpRequest, body: Body, form: Form, *, status: int = 200) -> HttpResponse:
    context = {
        "body": body,
        "form": form,
        "form_owner": interrupted_forms.owner_token(request),
        "cancel_url": reverse("lmu:detail", args=[body.slug]),
        "crumbs": crumbs(body, _("New user representative")),
    }
    return render(request, "lmu/user_add.html", context, status=status)


def _explain(form: Form, error: ValidationError) -> None:
    """Put what a service refused beside the field it is about, or on top where this form has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
