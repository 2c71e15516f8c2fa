"""The pages of those who receive paper: entering a sheet, the letters, how the proposer is reached, the account."""

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from proposals.enums import ProposalStatus
from proposals.forms.fields import StepForm
from proposals.models import Letter, Proposal
from proposals.paper_intake import letters as writing
from proposals.paper_intake import services as on_paper
from proposals.paper_intake.forms import AccountForm, ContactForm, LetterSentForm, PaperEntryForm
from proposals.paper_intake.queries import letters_for
from proposals.paper_intake.services import Way
from proposals.presenting import errands as presenting_errands
from proposals.routing import road
from proposals.views.shared import refused_status
from proposals.views.steps import ErrandView
from trepart import clock
from trepart.access import grants, interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import declare, permitted, reader_of
from trepart.audit.viewing import log_view
from trepart.refusals import InvalidInput, Refused
from trepart.ui import Tab

_PAGE = 25


# Entering a sheet -----------------------------------------------------------------------------------------------------


@declare(permitted("proposals.enter_paper"))
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """Enter what came on paper. ``fra`` says which kind of sheet it is, where the clerk receives several."""
    person = reader_of(request)
    open_ways = on_paper.ways(person)
    if not open_ways:
        raise Http404
    given_back = interrupted_forms.give_back(request) if request.method != "POST" else None
    asked = (request.POST if request.method == "POST" else given_back or request.GET).get("fra", "")
    way = next((way for way in open_ways if way.key == asked), open_ways[0])
    if request.method != "POST":
        return _entry_page(request, way, _form(way, person, given_back, bound=False), uuid.uuid4())
    key = _key(request)
    try:
        proposal = on_paper.enter(
            actor=person, origin=way.origin, data=request.POST, files=request.FILES, submission_key=key
        )
    except InvalidInput as refusal:
        return _entry_page(request, way, refusal.form, key, status=422)
    except Refused as refusal:
        form = _form(way, person, request.POST)
        return _entry_page(request, way, form, key, refusal=str(refusal.message), status=refused_status(refusal))
    said = _("Entered as %(reference)s. Print the receipt and send it to the proposer.")
    messages.success(request, said % {"reference": proposal.case.reference})
    receipt = proposal.letters.first()
    return redirect("proposals:letter", pk=receipt.pk) if receipt is not None else redirect(proposal.get_absolute_url())


def _form(way: Way, person: User, data: Any, *, bound: bool = True) -> PaperEntryForm:
    subject = Proposal(origin=way.origin, on_paper=True)
    if bound:
        return PaperEntryForm(data, {}, subject=subject, actor=person)
    initial = (
        {name: data.get(name) for name in PaperEntryForm.base_fields if data.get(name)} if data is not None else {}
    )
    return PaperEntryForm(subject=subject, actor=person, initial=initial)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return uuid.uuid4()


def _entry_page(
    request: HttpRequest, way: Way, form: object, key: uuid.UUID, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    person = reader_of(request)
    body = road.entry(way.origin) if way.key == "innbygger" else None
    context = {
        "form": form,
        "way": way,
        "ways": [other for other in on_paper.ways(person) if other.key != way.key],
        "receiver": body,
        "key": key,
        "refusal": refusal,
        "form_owner": interrupted_forms.owner_token(request),
        "crumbs": [(_("Proposals"), reverse("proposals:list")), (_("From paper"), None)],
    }
    return render(request, "proposals/paper_new.html", context, status=status)


# Letters --------------------------------------------------------------------------------------------------------------


@declare(permitted("proposals.send_letters"))
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters that wait to be sent, the one due first at the top; ``?vis=sendt`` those that went."""
    person = reader_of(request)
    if not grants.of(person).bodies("proposals.send_letters"):
        raise Http404
    sent = request.GET.get("vis") == "sendt"
    page = Paginator(letters_for(person, sent=sent), _PAGE).get_page(request.GET.get("page"))
    here = reverse("proposals:letters")
    context = {
        "page": page,
        "today": clock.today(),
        "sent": sent,
        "lines": [(letter, letter.is_late(clock.today())) for letter in page],
        "tabs": [Tab(_("To be sent"), here, not sent), Tab(_("Sent"), f"{here}?vis=sendt", sent)],
        "crumbs": [(_("Proposals"), reverse("proposals:list")), (_("Letters"), None)],
    }
    return render(request, "proposals/letter_list.html", context)


def _find(request: HttpRequest, pk: int) -> Letter:
    """Return the letter, or answer 404 to who may not send it."""
    found = Letter.objects.select_related("proposal__case", "proposal__paper", "body", "sent_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not policy.can(reader_of(request), "proposals.send_letters", found.proposal):
        raise Http404
    return found


@declare(permitted("proposals.send_letters"))
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one letter as it is printed, and let whoever has sent it say so."""
    found, person = _find(request, pk), reader_of(request)
    form = LetterSentForm(request.POST or None, letter=found)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            on_paper.mark_sent(found, data=request.POST, actor=person)
        except InvalidInput as problem:
            form, status = problem.form, 422  # type: ignore[assignment]  # the service was given this very form
        except Refused as problem:
            refusal, status = str(problem.message), refused_status(problem)
        else:
            messages.success(request, _("The letter is noted as sent."))
            return redirect(found.proposal.get_absolute_url())
    else:
        log_view(person, found.proposal, "proposals:letter")
    context = {
        "letter": found,
        "proposal": found.proposal,
        "sender": found.proposal.paper,
        "late": found.is_late(clock.today()),
        "form": form,
        "refusal": refusal,
        "crumbs": [
            (_("Letters"), reverse("proposals:letters")),
            (found.proposal.case.reference, found.proposal.get_absolute_url()),
            (_("Letter"), None),
        ],
    }
    return render(request, "proposals/letter_detail.html", context, status=status)


@declare(permitted("proposals.send_letters"))
@require_safe
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Print one letter on the municipality's letterhead."""
    found = _find(request, pk)
    log_view(reader_of(request), found.proposal, "proposals:letter_pdf")
    answer = HttpResponse(writing.pdf(found), content_type="application/pdf")
    name = f"brev-{found.proposal.case.reference.replace('/', '-')}-{found.pk}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# How the proposer is reached ------------------------------------------------------------------------------------------

_ALWAYS = frozenset(ProposalStatus)


def _errand(
    name: str, route: str, label: Any, about: Any, permission: str = "proposals.send_letters"
) -> presenting_errands.Errand:
    return presenting_errands.Errand(name, route, label, permission, _ALWAYS, about)


CONTACT = _errand(
    "contact",
    "proposals:contact",
    gettext_lazy("How the proposer is reached"),
    gettext_lazy("Moved, or entered wrongly? Put it right here. What stood here before is not kept."),
)
ACCOUNT = _errand(
    "account",
    "proposals:account",
    gettext_lazy("Tie to the proposer's account"),
    gettext_lazy(
        "When the proposer has got an account: the case stands on my page there, and the answers go by e-mail."
    ),
)
UNTIE = _errand(
    "untie",
    "proposals:untie",
    gettext_lazy("Take away from the account"),
    gettext_lazy("When it was somebody else's account. The answers go by post again."),
    "proposals.untie_account",
)
ERASE = _errand(
    "erase_contact",
    "proposals:erase_contact",
    gettext_lazy("Erase address and telephone"),
    gettext_lazy(
        "When nothing more is to be sent. The name stays with the case, as the archive law asks. It also "
        "happens by itself after three months."
    ),
)
PAPER_ERRANDS = (CONTACT, ACCOUNT, UNTIE, ERASE)


def desk(proposal: Proposal, person: Any) -> dict[str, object] | None:
    """Return what those who receive paper see beside a proposal that came so: who sent it, the letters, and what can be
    done; None for everybody else."""
    if not proposal.on_paper:
        return None
    may_send = policy.can(person, "proposals.send_letters", proposal)
    if not may_send and not policy.can(person, "proposals.untie_account", proposal):
        return None
    errands = [
        (errand.label, reverse(errand.route, args=[proposal.case_id]))
        for errand in PAPER_ERRANDS
        if presenting_errands.errand_open(errand, proposal, person)
        and (errand is not ERASE or not on_paper.why_not_erased(proposal))
    ]
    found = list(proposal.letters.order_by("-written_at", "-id")) if may_send else []
    return {
        "sender": proposal.paper,
        "tied": not may_send,
        "letters": [(letter, letter.is_late(clock.today())) for letter in found],
        "errands": errands,
    }


class ContactView(ErrandView):
    """How the proposer is reached."""

    access = permitted("proposals.send_letters")
    errand = CONTACT
    form_class = ContactForm

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show it, and write down who looked."""
        answer = super().get(request, pk)
        if answer.status_code == 200:
            log_view(reader_of(request), Proposal.objects.get(case=pk), "proposals:contact")
        return answer

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Change it."""
        on_paper.change_contact(proposal, data=form.data, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("Letters go there from now on.")


class AccountView(ErrandView):
    """The account the proposer has got since."""

    access = permitted("proposals.send_letters")
    errand = ACCOUNT
    form_class = AccountForm

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Tie it."""
        on_paper.link_account(proposal, data=form.data, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The proposer has it on my page now, and is told.")


class _Plain(StepForm):
    """Nothing is asked: the button says it."""


class UntieView(ErrandView):
    """Away from an account that was somebody else's."""

    access = permitted("proposals.untie_account")
    errand = UNTIE
    form_class: ClassVar[type[StepForm]] = _Plain

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Take it away."""
        on_paper.unlink_account(proposal, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("The account has nothing to do with it any more. The answers go by post.")


class EraseContactView(ErrandView):
    """Nothing more is to be sent."""

    access = permitted("proposals.send_letters")
    errand = ERASE
    form_class: ClassVar[type[StepForm]] = _Plain

    def write(self, proposal: Proposal, form: StepForm, seen: int | None) -> None:
        """Erase it."""
        on_paper.erase_contact(proposal, actor=form.actor, seen=seen)

    def said(self) -> str:
        """Return what is said when it is done."""
        return _("Address and telephone are erased.")
