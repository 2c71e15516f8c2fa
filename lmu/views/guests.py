"""A guest's own page, and the letter to one who has no e-mail address."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forum.cases.enums import ReferralStatus
from forum.cases.models import CaseGuest
from forum.organisation.models import Body
from lmu.guests import letters, queries, services
from lmu.guests.forms import SayForm, SheetForm
from lmu.guests.models import GuestLetter
from lmu.views.log import own_lmu
from lmu.views.pages import crumbs
from lmu.views.users import representative
from trepart.access import interrupted_forms
from trepart.access.web import SIGNED_IN, declare, permitted, reader_of
from trepart.audit.viewing import log_view
from trepart.refusals import NotPermitted, Refused, WrongState
from trepart.text.numbers import number


@declare(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Show the reader exactly the cases they are a guest in, and take in what they think of one."""
    found = list(queries.cases_of(reader_of(request)))
    if request.method == "POST":
        return _say(request, found)
    # What was half written of each, when the session ran out or the page was left.
    written = {number(given.get("guest")): given.get("view", "") for given in interrupted_forms.give_back_all(request)}
    return _page(request, found, {g.pk: _form(g, initial={"view": written[g.pk]}) for g in found if g.pk in written})


#: What one has half written of each case is kept for itself (`trepart.access.interrupted_forms`).
own.forms_by = ("guest",)  # type: ignore[attr-defined]


def _say(request: HttpRequest, found: list[CaseGuest]) -> HttpResponse:
    guest = next((one for one in found if one.pk == number(request.POST.get("guest"))), None)
    if guest is None:
        raise Http404
    form = _form(guest, request.POST)
    if not form.is_valid():
        return _page(request, found, {guest.pk: form}, status=422)
    try:
        services.say(guest, text=form.cleaned_data["view"], actor=reader_of(request))
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return _page(request, found, {guest.pk: form}, status=409 if isinstance(refusal, WrongState) else 403)
    messages.success(request, _("The group reads what you have written."))
    return redirect("lmu:guest")


def _form(guest: CaseGuest, data: Any = None, *, initial: Any = None) -> SayForm:
    return SayForm(data, initial=initial, auto_id=f"id_{guest.pk}_%s")


def _page(
    request: HttpRequest, found: list[CaseGuest], forms: dict[int, SayForm] | None = None, *, status: int = 200
) -> HttpResponse:
    filled = forms or {}
    cases = []
    for guest in found:
        there = guest.referral.status != ReferralStatus.CLOSED
        form = filled.get(guest.pk) or _form(guest, initial={"view": guest.view})
        cases.append((guest, form if there else None))
    context = {
        "cases": cases,
        "wrong": next((form for form in filled.values() if form.is_bound), None),
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": [(_("Guest in a case"), None)],
    }
    return render(request, "lmu/guest.html", context, status=status)


# By letter ------------------------------------------------------------------------------------------------------------


def _letter(request: HttpRequest, slug: str, pk: int) -> tuple[Body, GuestLetter]:
    body = own_lmu(request, slug, "lmu.manage")
    membership = representative(body, pk)
    found = GuestLetter.objects.filter(membership=membership).select_related("membership__person", "membership__body")
    letter = found.first()
    if letter is None:
        raise Http404
    return body, letter


@declare(permitted("lmu.manage"))
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Print the letter to a guest, say that it is sent, and take in the sheet that came back."""
    body, found = _letter(request, slug, pk)
    guests = CaseGuest.objects.filter(membership=found.membership).exclude(referral__status=ReferralStatus.CLOSED)
    guests = guests.select_related("referral__case")
    sheet = "sheet" in request.POST or "sheet" in request.FILES or "guest" in request.POST
    form = SheetForm(request.POST, request.FILES, guests=guests) if sheet else SheetForm(guests=guests)
    if request.method == "POST":
        try:
            if not sheet:
                services.letter_sent(found.membership, actor=reader_of(request))
                messages.success(request, _("It is written down that the letter is sent."))
                return redirect("lmu:guest_letter", slug=slug, pk=pk)
            if form.is_valid():
                services.take_in_sheet(
                    form.cleaned_data["guest"], upload=form.cleaned_data["sheet"], actor=reader_of(request)
                )
                messages.success(request, _("The letter lies in the case, as it came."))
                return redirect("lmu:guest_letter", slug=slug, pk=pk)
        except (Refused, ValidationError) as refusal:
            if isinstance(refusal, NotPermitted):
                raise Http404 from None
            words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal.message)]
            form = SheetForm(request.POST, request.FILES, guests=guests)
            for word in words:
                form.add_error(None, word)
    context = {
        "body": body,
        "letter": found,
        "guests": queries.in_letter(found.membership),
        "form": form,
        "has_cases": guests.exists(),
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": crumbs(body, _("Letter to a guest")),
    }
    return render(request, "lmu/guest_letter.html", context, status=422 if request.method == "POST" else 200)


@declare(permitted("lmu.manage"))
@require_safe
def letter_pdf(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Print the letter: where it goes, what one can see and say, and the cases."""
    body, found = _letter(request, slug, pk)
    log_view(reader_of(request), body, "lmu:guest_letter_pdf")
    answer = HttpResponse(letters.pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="brev-{found.pk}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
