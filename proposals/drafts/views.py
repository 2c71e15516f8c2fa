"""The last step for somebody without an account: what was written is kept here, and waits for who it is from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forum.cases.deadlines import days_to_answer
from proposals import senders
from proposals.drafts import services as drafts
from proposals.enums import Origin
from proposals.models import ProposalDraft
from proposals.presenting import promises
from proposals.routing import road
from proposals.senders import Sender
from proposals.views.submission import receivers
from trepart.access import interrupted_forms, limits
from trepart.access.models import User
from trepart.access.web import PUBLIC, declare
from trepart.refusals import InvalidInput, Refused
from trepart.text import numbers


@declare(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept_proposal(request: HttpRequest) -> HttpResponseBase:
    """Show what is kept: to whoever wrote it without an account, what is left to do; to whoever has signed in,
    the button that sends it.

    The address says nothing about the draft: which one it is follows from the session or the person, so
    there is nothing to guess.
    """
    if request.method == "POST":
        return _act(request)
    return _page(request)


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    signed_in = isinstance(request.user, User)
    draft = drafts.reachable(request)
    written_here = drafts.of_session(request)
    sent = written_here.proposal if draft is None and written_here is not None else None
    here = reverse("proposals:kept")
    context: dict[str, object] = {
        "draft": draft,
        "files": list(draft.files.all()) if draft is not None else [],
        "sent": sent,
        "sent_is_own": sent is not None and sent.is_by(request.user),
        "waits_for_mail": draft is not None and not signed_in and draft.person_id is not None,
        "signed_in": signed_in,
        **(_way(request, draft) if draft is not None else {}),
        "signup_url": f"{reverse('account_signup')}?next={here}",
        "login_url": f"{reverse('account_login')}?next={here}",
        "refusal": refusal,
        "crumbs": [(_("Proposals"), reverse("proposals:list")), (_("Your proposal"), None)],
    }
    return render(request, "proposals/proposal_kept.html", context, status=status)


def _sender(draft: ProposalDraft, ways: list[Sender]) -> Sender | None:
    """Return as whom the draft is sent: as what it was written as, and as nothing else; None where that way is no
    longer open."""
    asked = draft.words.get("som", "") or senders.citizen().key
    return next((way for way in ways if way.key == asked), None)


def _way(request: HttpRequest, draft: ProposalDraft) -> dict[str, object]:
    """Return what the page says of the sending: as whom, who reads it, when an answer comes, and the other ways."""
    ways = senders.senders(request.user)
    sender = _sender(draft, ways)
    found = receivers(request.user, sender, unit=draft.words.get("unit", "")) if sender is not None else []
    days = {days_to_answer(body) for body in found}
    nowhere = ""
    if sender is not None and not found:
        nowhere = str(road.NO_WAY_IN if sender.origin == Origin.EMPLOYEE else road.NOBODY_RECEIVES)
    return {
        "sender": sender,
        "senders": [way for way in ways if sender is None or way.key != sender.key],
        "nowhere": nowhere,
        "promised": [*promises.first_readers(found), promises.afterwards(sender.origin)] if found and sender else [],
        "days": days.pop() if len(days) == 1 else None,
    }


def _act(request: HttpRequest) -> HttpResponseBase:
    go = request.POST.get("go", "")
    number = request.POST.get("draft", "")
    draft = drafts.reachable(request)
    if draft is None or number != str(draft.pk):
        # Sent from another window or device, or thrown away: the page says how it is now.
        return _gone(request, number)
    if go == "send" and isinstance(request.user, User):
        if too_much := limits.exceeded(request, "proposal"):
            return _page(request, refusal=too_much, status=429)
        return _send(request, draft, request.user)
    if go == "discard":
        _forget_half_written(request, draft)
        drafts.discard(draft)
        messages.success(request, _("It is thrown away. Nothing of it is kept."))
        return redirect("proposals:new")
    if go.startswith("remove:") and (file := numbers.number(go.removeprefix("remove:"))) is not None:
        drafts.drop_file(draft, file)
    return redirect("proposals:kept")


def _forget_half_written(request: HttpRequest, draft: ProposalDraft) -> None:
    """Forget what had been left half written of it: it would stand in the next proposal's place, under this one's
    key."""
    form = {"submission_key": str(draft.submission_key)}
    interrupted_forms.forget(request, reverse("proposals:new"), form)


def _gone(request: HttpRequest, number: str) -> HttpResponseBase:
    """Answer a second press: where the draft has become a proposal, show its receipt as the first press did."""
    if isinstance(request.user, User) and (pk := numbers.number(number)) is not None:
        sent = ProposalDraft.objects.filter(pk=pk, person=request.user).select_related("proposal").first()
        if sent is not None and sent.proposal is not None and sent.proposal.is_by(request.user):
            return redirect("proposals:receipt", pk=sent.proposal.case_id)
    return redirect("proposals:kept")


def _send(request: HttpRequest, draft: ProposalDraft, person: User) -> HttpResponseBase:
    sender = _sender(draft, senders.senders(person))
    if sender is None or sender.key != request.POST.get("som", ""):
        return _page(request, refusal=_("Look at whom you send it as, and who reads it, before you send."), status=409)
    drafts.claim(request, person, draft.submission_key)
    try:
        proposal = drafts.send(draft, person=person, origin=sender.origin, on_behalf_of=sender.body, part=sender.part)
    except InvalidInput as refusal:
        problems = [str(problem) for found in refusal.form.errors.values() for problem in found]
        return _page(request, refusal=" ".join([_("Something in it must be put right first."), *problems]), status=422)
    except Refused as refusal:
        return _page(request, refusal=str(refusal.message), status=422)
    _forget_half_written(request, draft)
    return redirect("proposals:receipt", pk=proposal.case_id)
