"""Sending in: one calm form, a look at the whole before it goes, a receipt; and correcting it until somebody has begun."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from proposals import services
from proposals.forms.submission import CorrectForm, SendForm, WriteForm
from proposals.models import Proposal
from proposals.queries import lists
from proposals.views.shared import find, refused_status, seen_of
from trepart.access import kept, policy
from trepart.access.web import SIGNED_IN, declare, reader_of
from trepart.workflow import InvalidInput, Refused


@declare(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a proposal, look it over, send it.

    Three kinds of POST, told apart by ``go``: "look" shows the whole with what is like it, "edit" goes back to the writing, "send" sends. Every one carries the
    whole text, so nothing is stored before it is sent; ``submission_key`` makes it safe to send twice.
    """
    person = reader_of(request)
    if not policy.can(person, "proposals.submit"):
        return render(request, "proposals/proposal_nowhere.html", {"crumbs": _crumbs()}, status=403)
    if request.method == "POST":
        return _posted(request)
    given_back = kept.give_back(request)
    if given_back is not None:
        messages.info(
            request, _("You had been signed out. What you had written is here again; files must be attached anew.")
        )
    form = WriteForm(None, subject=Proposal(proposer=person), actor=person, initial=_initial(given_back))
    return _write_page(request, form, key=_key(given_back))


def _posted(request: HttpRequest) -> HttpResponse:
    person = reader_of(request)
    key = _key(request.POST)
    go = request.POST.get("go", "look")
    if go == "edit":
        form = WriteForm(None, subject=Proposal(proposer=person), actor=person, initial=_initial(request.POST))
        return _write_page(request, form, key=key)
    form = WriteForm(request.POST, subject=Proposal(proposer=person), actor=person)
    if not form.is_valid():
        return _write_page(request, form, key=key, status=422)
    if go != "send":
        return _look_page(request, form, SendForm(None, subject=form.subject, actor=person), key=key)
    try:
        proposal = services.submit(proposer=person, data=request.POST, files=request.FILES, submission_key=key)
    except InvalidInput:
        send = SendForm(request.POST, request.FILES, subject=form.subject, actor=person)
        send.is_valid()
        return _look_page(request, form, send, key=key, status=422)
    except Refused as refusal:
        send = SendForm(request.POST, request.FILES, subject=form.subject, actor=person)
        return _look_page(request, form, send, key=key, refusal=refusal, status=refused_status(refusal))
    return redirect("proposals:receipt", pk=proposal.case_id)


def _key(data: Any) -> uuid.UUID:
    """Return the key the form carries, or a new one."""
    try:
        return uuid.UUID(data.get("submission_key", "")) if data is not None else uuid.uuid4()
    except ValueError:
        return uuid.uuid4()


def _initial(data: Any) -> dict[str, Any]:
    """Return what was written as the form's own starting values: shown again without being judged."""
    return {name: data.get(name) for name in WriteForm.base_fields if data.get(name)} if data is not None else {}


def _crumbs(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    last: list[tuple[Any, str | None]] = list(more) or [(_("New proposal"), None)]
    return [(_("Proposals"), reverse("proposals:list")), *last]


def _write_page(request: HttpRequest, form: WriteForm, *, key: uuid.UUID, status: int = 200) -> HttpResponse:
    context = {"form": form, "key": key, "form_owner": kept.owner_token(request), "crumbs": _crumbs()}
    return render(request, "proposals/proposal_new.html", context, status=status)


def _look_page(
    request: HttpRequest,
    form: WriteForm,
    send: SendForm,
    *,
    key: uuid.UUID,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    words = form.cleaned_data
    context = {
        "words": words,
        # Everything written travels along unseen, so that the last page can be sent, or the first one opened again.
        "carried": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
        "form": send,
        "key": key,
        "form_owner": kept.owner_token(request),
        "similar": lists.similar_to(request.user, title=words["title"], what=words["what"]),
        "refusal": refusal.message if refusal else "",
        "crumbs": _crumbs(),
    }
    return render(request, "proposals/proposal_look.html", context, status=status)


@declare(SIGNED_IN)
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number at once, who reads it, when others can, and what happens next. The proposer's own page."""
    proposal = find(request, pk, permission="proposals.correct")
    context = {
        "proposal": proposal,
        "referral": proposal.referral,
        "crumbs": _crumbs((proposal.case.reference, proposal.get_absolute_url()), (_("Receipt"), None)),
    }
    return render(request, "proposals/proposal_receipt.html", context)


@declare(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the proposer put the own words right, until somebody has begun on it."""
    proposal = find(request, pk, permission="proposals.correct")
    person = reader_of(request)
    refusal: Refused | None = None
    status = 200
    if request.method == "POST":
        try:
            services.correct(proposal, data=request.POST, files=request.FILES, actor=person, seen=seen_of(request))
        except Refused as problem:
            refusal, status = problem, refused_status(problem)
            form: Any = problem.form if isinstance(problem, InvalidInput) else _bound(request, proposal)
        else:
            messages.success(request, _("The proposal is corrected."))
            return redirect(proposal.get_absolute_url())
    else:
        if proposal.status != "received":
            messages.warning(request, _("Somebody has begun on the proposal, so it can no longer be corrected."))
            return redirect(proposal.get_absolute_url())
        given_back = kept.give_back(request)
        if given_back is not None:
            messages.info(
                request, _("You had been signed out. What you had written is here again; files must be attached anew.")
            )
        form = CorrectForm(given_back, subject=proposal, actor=person)
    context = {
        "subject": proposal,
        "transition": {"label": _("Correct the proposal"), "help": _("You can, until somebody has begun on it.")},
        "form": form,
        "refusal": refusal.message if refusal is not None and not isinstance(refusal, InvalidInput) else "",
        "stale": status == 409,
        "seen": proposal.status_event_id,
        "form_owner": kept.owner_token(request),
        "cancel_url": proposal.get_absolute_url(),
        "crumbs": _crumbs((proposal.case.reference, proposal.get_absolute_url()), (_("Correct"), None)),
    }
    return render(request, "proposals/proposal_step.html", context, status=status)


def _bound(request: HttpRequest, proposal: Proposal) -> CorrectForm:
    return CorrectForm(request.POST, request.FILES, subject=proposal, actor=reader_of(request))
