"""Sending in, by anybody: the form, a look at the whole before it goes, a receipt, and correcting it."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forum.cases.deadlines import days_to_answer
from forum.organisation.models import Body
from proposals import senders, services
from proposals.drafts import services as drafts
from proposals.enums import Origin
from proposals.forms.submission import CorrectForm, SendForm, WriteForm, workplaces
from proposals.models import Proposal
from proposals.presenting import overview, promises
from proposals.queries import lists
from proposals.routing import road
from proposals.senders import Sender
from proposals.views import between
from proposals.views.shared import find, refused_status, seen_of
from trepart.access import interrupted_forms, limits, policy
from trepart.access.models import User
from trepart.access.web import PUBLIC, SIGNED_IN, declare, reader_of
from trepart.refusals import GuardRefused, InvalidInput, Refused
from trepart.text import normal
from trepart.uploads.door import taken_in

#: The field no person sees.
TRAP = "homepage"
#: Letters of a title before what is like it is looked for.
_TITLE_ENOUGH = 4


@declare(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Write a proposal, look it over, send it; anybody may, and signing up is the last thing asked.

    Three kinds of POST, told apart by ``go``: "look" leads to the whole with what is like it, "edit" back to the
    writing, "send" sends. Every one carries the whole text, which the session has between the steps
    (`proposals.views.between`); ``submission_key`` makes it safe to send twice. Where nobody has signed in, "send"
    keeps what was written (`proposals.drafts`) and leads on to signing up. ``som`` says as whom one sends; "as:…" in
    ``go`` changes that with the text kept.
    """
    if (
        request.method == "POST"
        and not request.user.is_authenticated
        and request.POST.get(interrupted_forms.OWNER_FIELD)
    ):
        # Written by somebody who was signed in: it is theirs to send, not the public's.
        interrupted_forms.keep(request)
        return redirect_to_login(request.path)
    # The address of a draft is that draft, whatever else is half written.
    opens = request.method != "POST" and not request.GET.get("submission_key")
    given_back = interrupted_forms.give_back(request) if opens else None
    handed = None
    if request.method != "POST" and not opens:
        if sent := between.sent_already(request):
            return redirect("proposals:receipt", pk=sent)
        handed = between.gone_on_with(request)
    asked = _asked(request, handed, given_back)
    sender = senders.choose(request.user, asked) if asked else _open_way(request.user)
    if sender is None or not receivers(request.user, sender):
        why = road.NOBODY_RECEIVES if sender is not None and sender.origin != Origin.EMPLOYEE else road.NO_WAY_IN
        return render(request, "proposals/proposal_nowhere.html", {"why": why, "crumbs": _crumbs()}, status=403)
    other_way = bool(asked) and sender.key != asked
    if request.method == "POST" and other_way:
        # Nothing goes as something else than the page said it would.
        form = _write_form(request, sender, initial=_initial(request.POST))
        return _write_page(request, form, sender, key=_key(request.POST), other_way=True, status=409)
    if request.method == "POST":
        return _posted(request, sender)
    key = _key(request.GET if handed is not None else given_back)
    if handed is not None and between.LOOK in request.GET and not other_way:
        looked = _write_form(request, sender, handed)
        if looked.is_valid():
            return _look_page(request, looked, sender, key=key, data=handed)
    form = _write_form(request, sender, initial=_initial(handed if handed is not None else given_back))
    return _write_page(request, form, sender, key=key, other_way=other_way)


def _asked(request: HttpRequest, handed: QueryDict | None, given_back: QueryDict | None) -> str:
    """Return as whom it is to be sent: as was chosen just now, else as what is kept was written."""
    go = request.POST.get("go", "")
    chosen = go.removeprefix("as:") if go.startswith("as:") else request.POST.get("som", "")
    if handed is not None:
        chosen = chosen or request.GET.get("som", "") or handed.get("som", "")
    kept = given_back.get("som", "") if given_back is not None else ""
    return chosen or kept or request.GET.get("som", "")


#: Each proposal that is half written is kept for itself (`trepart.access.interrupted_forms`).
new.forms_by = ("submission_key",)  # type: ignore[attr-defined]


def _write_form(request: HttpRequest, sender: Sender, data: Any = None, initial: Any = None) -> WriteForm:
    person: Any = request.user if isinstance(request.user, User) else None
    return WriteForm(data, subject=sender.blank(person), actor=person, initial=initial)


def _send_form(request: HttpRequest, sender: Sender, *, bound: bool, files: bool = True) -> SendForm:
    person: Any = request.user if isinstance(request.user, User) else None
    given = (request.POST, request.FILES if files else None) if bound else (None, None)
    return SendForm(*given, subject=sender.blank(person), actor=person)


def _posted(request: HttpRequest, sender: Sender) -> HttpResponseBase:
    key = _key(request.POST)
    go = request.POST.get("go", "look")
    if go == "edit" or go.startswith("as:"):
        form = _write_form(request, sender, initial=_initial(request.POST))
        _bring_files(request, form, sender, key)
        onward = between.onward(request, key, sender)
        return onward or _write_page(request, form, sender, key=key)
    form = _write_form(request, sender, request.POST)
    if request.POST.get(TRAP):
        # A field no person sees: what fills it in is a machine, or a browser that fills in too
        # much; the latter can empty it.
        form.add_error(None, _("Leave the last field of the form empty, so that we know that a person has written it."))
    if not form.is_valid():
        return _write_page(request, form, sender, key=key, status=422)
    if go != "send":
        return between.onward(request, key, sender, look=True) or _look_page(request, form, sender, key=key)
    return _sent(request, form, sender, key) if request.user.is_authenticated else _kept(request, form, sender, key)


def _sent(request: HttpRequest, form: WriteForm, sender: Sender, key: uuid.UUID) -> HttpResponseBase:
    person = reader_of(request)
    if too_much := limits.exceeded(request, "proposal"):
        return _look_page(request, form, sender, key=key, refusal=GuardRefused(too_much), status=429)
    draft = drafts.claim(request, person, key)
    whose: dict[str, Any] = {"origin": sender.origin, "on_behalf_of": sender.body, "part": sender.part}
    try:
        if draft is not None:
            uploads = request.FILES.getlist("attachments")
            proposal = drafts.send(draft, person=person, data=request.POST, uploads=uploads, **whose)
        else:
            proposal = services.submit(
                proposer=person, data=request.POST, files=request.FILES, submission_key=key, **whose
            )
    except Refused as refusal:
        if isinstance(refusal, InvalidInput) and _keep_the_good_files(request, form, sender, key):
            drafts.claim(request, person, key)
        return _look_page(request, form, sender, key=key, refusal=refusal)
    return between.receipt(request, key, proposal)


def _keep_the_good_files(request: HttpRequest, form: WriteForm, sender: Sender, key: uuid.UUID) -> bool:
    """Keep the files that can be taken in, with the words, where another is refused: nobody chooses them once more."""
    good = []
    for upload in request.FILES.getlist("attachments"):
        with suppress(ValidationError):
            good.append(taken_in(upload))
    if not good:
        return False
    try:
        drafts.keep(request, key=key, words=_words(request, form, sender), uploads=good)
    except Refused:
        return False  # more than fits: the page says what is wrong with the files as they came
    return True


def _bring_files(request: HttpRequest, form: WriteForm, sender: Sender, key: uuid.UUID) -> None:
    """Keep the files that were chosen on the last page while something is changed on the first; which of them do not
    come along is said."""
    uploads = request.FILES.getlist("attachments")
    if not uploads:
        return
    why = limits.exceeded(request, "proposal" if request.user.is_authenticated else "proposal_draft")
    if not why:
        why = " ".join(map(str, _send_form(request, sender, bound=True).errors.get("attachments", [])))
        if _keep_the_good_files(request, form, sender, key) and request.user.is_authenticated:
            drafts.claim(request, reader_of(request), key)
    if lost := between.lost(uploads, drafts.reachable(request, key)):
        said = _("These files did not come along; choose them again before you send: %(names)s.") % {"names": lost}
        messages.warning(request, f"{said} {why}".strip())


def _words(request: HttpRequest, form: WriteForm, sender: Sender) -> dict[str, str]:
    """Return what was written, as a draft keeps it, and as whom."""
    words = {name: normal.lines(request.POST.get(name, "")) for name in [*form.fields, "show_name"]}
    return words | {"som": sender.key}


def _kept(request: HttpRequest, form: WriteForm, sender: Sender, key: uuid.UUID) -> HttpResponseBase:
    """Keep what somebody not signed in has written, and lead on to the last step."""
    # Counted before anything is cleaned: what costs the server most is what is limited.
    if too_much := limits.exceeded(request, "proposal_draft"):
        return _look_page(request, form, sender, key=key, refusal=GuardRefused(too_much), status=429)
    send = _send_form(request, sender, bound=True)
    if not send.is_valid():
        _keep_the_good_files(request, form, sender, key)
        return _look_page(request, form, sender, key=key, status=422)
    try:
        drafts.keep(request, key=key, words=_words(request, form, sender), uploads=send.cleaned_data["attachments"])
    except Refused as refusal:
        return _look_page(request, form, sender, key=key, refusal=refusal)
    return redirect("proposals:kept")


def receivers(reader: User | AnonymousUser, sender: Sender, *, unit: str = "") -> list[Body]:
    """Return the bodies that may come to read it first: one, unless the reader works in several places and has not
    chosen which ``unit`` (its number) it is sent from."""
    if sender.origin != Origin.EMPLOYEE:
        found = [road.entry(sender.origin)]
    else:
        places = list(workplaces(reader))
        found = [road.entry(sender.origin, place) for place in places if unit in ("", str(place.pk))]
    return list({body.pk: body for body in found if body is not None}.values())


def _open_way(reader: User | AnonymousUser) -> Sender | None:
    """Return the likeliest way to send in that somebody receives: who works where no LMU reaches can still propose as
    what else they are. The first, where none is received."""
    ways = senders.senders(reader)
    return next((way for way in ways if receivers(reader, way)), ways[0] if ways else None)


@declare(PUBLIC)
@never_cache
@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Answer with what others have proposed that is like the title being written, as a piece of a page: shown while one
    writes, where there is JavaScript."""
    title = normal.line(request.GET.get("title", ""))[:120]
    found = lists.similar_to(request.user, title=title) if len(title) >= _TITLE_ENOUGH else []
    return render(request, "proposals/_similar.html", {"similar": overview.standing(found)})


def _key(data: QueryDict | None) -> uuid.UUID:
    """Return the key the form carries, or a new one."""
    return between.key_of(data) or uuid.uuid4()


def _initial(data: Any) -> dict[str, Any]:
    """Return what was written as the form's own starting values: shown again without being judged."""
    return {name: data.get(name) for name in WriteForm.base_fields if data.get(name)} if data is not None else {}


def _crumbs(*more: tuple[object, str | None]) -> list[tuple[object, str | None]]:
    last: list[tuple[object, str | None]] = list(more) or [(_("New proposal"), None)]
    return [(_("Proposals"), reverse("proposals:list")), *last]


def _below_title(form: WriteForm) -> list[str]:
    """Return the fields that stand below the title, those that another one opens left to that one."""
    opened = {name for names in form.conditional.values() for name in names}
    return [field.name for field in form.visible_fields() if field.name != "title" and field.name not in opened]


def _write_page(
    request: HttpRequest,
    form: WriteForm,
    sender: Sender,
    *,
    key: uuid.UUID,
    other_way: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render the form; ``other_way``: it goes as something else than was asked for, and says so."""
    found = receivers(request.user, sender)
    days = {days_to_answer(body) for body in found}
    waiting = drafts.reachable(request)
    context = {
        "form": form,
        "files": list(waiting.files.all()) if waiting is not None and waiting.submission_key == key else [],
        "key": key,
        "rest": _below_title(form),
        "sender": sender,
        "senders": [each for each in senders.senders(request.user) if each.key != sender.key],
        "other_way": other_way,
        "promised": [*promises.first_readers(found), promises.afterwards(sender.origin)],
        "days": days.pop() if len(days) == 1 else None,
        "waiting": waiting if waiting is not None and waiting.submission_key != key else None,
        "trap": TRAP,
        "opened_at": between.address_of(request, key, sender) if status != 200 else "",
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": _crumbs(),
    }
    return render(request, "proposals/proposal_new.html", context, status=status)


def _look_page(
    request: HttpRequest,
    form: WriteForm,
    sender: Sender,
    *,
    key: uuid.UUID,
    data: QueryDict | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the last look; ``data``: what was written, where it was not sent just now."""
    words = form.cleaned_data
    # Files of somebody who has sent too much are not looked into.
    send = _send_form(request, sender, bound=status != 200 or refusal is not None, files=status != 429)
    draft = drafts.reachable(request, key)
    if not send.is_bound:
        kept = data if data is not None else draft.words if draft is not None else {}
        send.initial["show_name"] = bool(kept.get("show_name"))
    data = request.POST if data is None else data
    if isinstance(refusal, InvalidInput):
        send.is_valid()
        refusal, status = (None, 422) if send.errors else (refusal, 422)
    elif refusal is not None and status == 200:
        status = refused_status(refusal)
    context = {
        "words": words,
        # Everything written travels along unseen, so that the last page can be sent, or the first one opened again.
        "carried": [(name, value) for name in form.fields for value in data.getlist(name)],
        "form": send,
        "files": list(draft.files.all()) if draft is not None else [],
        "lost": between.lost(request.FILES.getlist("attachments"), draft),
        "key": key,
        "sender": sender,
        "by_employee": sender.origin == Origin.EMPLOYEE,
        "form_owner": interrupted_forms.owner_token(request),
        "similar": overview.standing(lists.similar_to(request.user, title=words["title"], what=words["what"])),
        "refusal": refusal.message if refusal else "",
        "crumbs": _crumbs(),
    }
    return render(request, "proposals/proposal_look.html", context, status=status)


@declare(SIGNED_IN.showing("proposals.correct"))
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number at once, who reads it, when others can, and what happens next. The proposer's own page."""
    proposal = find(request, pk, permission="proposals.correct")
    context = {
        "proposal": proposal,
        "referral": proposal.referral,
        "promised": promises.of_proposal(proposal),
        "crumbs": _crumbs((proposal.case.reference, proposal.get_absolute_url()), (_("Receipt"), None)),
    }
    return render(request, "proposals/proposal_receipt.html", context)


@declare(SIGNED_IN.showing("proposals.correct"))
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the proposer put the own words right, until somebody has begun on it."""
    proposal = find(request, pk)
    if not policy.can(
        request.user, "proposals.send_letters" if proposal.without_account else "proposals.correct", proposal
    ):
        raise Http404
    person = reader_of(request)
    refusal: Refused | None = None
    form: BaseForm
    status = 200
    if request.method == "POST" and (too_much := limits.exceeded(request, "proposal")):
        refusal, status = GuardRefused(too_much), 429
        form = services.correct_form(proposal)(request.POST, subject=proposal, actor=person)
    elif request.method == "POST":
        try:
            services.correct(proposal, data=request.POST, files=request.FILES, actor=person, seen=seen_of(request))
        except Refused as problem:
            refusal, status = problem, refused_status(problem)
            form = problem.form if isinstance(problem, InvalidInput) else _bound(request, proposal)
        else:
            messages.success(request, _("The proposal is corrected."))
            return redirect(proposal.get_absolute_url())
    else:
        if proposal.status != "received" or proposal.screened:
            messages.warning(request, _("Somebody has begun on the proposal, so it can no longer be corrected."))
            return redirect(proposal.get_absolute_url())
        given_back = interrupted_forms.give_back(request)
        form = services.correct_form(proposal)(given_back, subject=proposal, actor=person)
    context = {
        "subject": proposal,
        "transition": {
            "label": _("Put right what was entered") if proposal.without_account else _("Correct the proposal"),
            "help": _("You can, until somebody has begun on it."),
        },
        "form": form,
        "refusal": refusal.message if refusal is not None and not isinstance(refusal, InvalidInput) else "",
        "stale": status == 409,
        "seen": proposal.status_event_id,
        "form_owner": interrupted_forms.owner_token(request),
        "cancel_url": proposal.get_absolute_url(),
        "crumbs": _crumbs((proposal.case.reference, proposal.get_absolute_url()), (_("Correct"), None)),
    }
    return render(request, "proposals/proposal_step.html", context, status=status)


def _bound(request: HttpRequest, proposal: Proposal) -> CorrectForm:
    return services.correct_form(proposal)(request.POST, request.FILES, subject=proposal, actor=reader_of(request))
