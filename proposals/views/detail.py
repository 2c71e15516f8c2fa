"""The page of one proposal: where it is, what happens now, what has happened; and its documents."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.cases.enums import CaseAccess
from forum.cases.models import Document
from forum.cases.queries import opinions
from forum.cases.views import documents
from forum.meetings.core.closed import noting
from forum.meetings.minutes.extracts import queries as extract_queries
from proposals.consent import queries as consent
from proposals.consent.who_answers import seats_of
from proposals.enums import Origin
from proposals.heard import who_is_heard
from proposals.models import Feedback, Proposal
from proposals.paper_intake.views import desk
from proposals.presenting import disagreements, errands, overview, told_along, yes_words
from proposals.presenting.display_names import may_open, may_open_exempt, may_see_proposer, opened_to, proposer_name
from proposals.queries import corrected
from proposals.queries.lists import with_road
from proposals.queries.page import Belongings, belongings, guests_for, merged_for, positions_for
from proposals.views.shared import find
from trepart.access import policy
from trepart.access.web import PUBLIC, declare, reader_of
from trepart.audit import timeline
from trepart.templatetags.text_filters import kroner
from trepart.ui import Fact

#: Characters of a proposal that fit below its heading.
LEAD = 260


@declare(PUBLIC.showing("proposals.view"))
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a proposal. ``?spor=1`` opens the whole trail to those who may read it."""
    try:
        proposal = find(request, pk)
    except Http404:
        if not request.user.is_authenticated:
            # Whether there is such a proposal is not told; most who come here from a mail only have to sign in.
            return redirect_to_login(request.get_full_path())
        raise
    audit = request.GET.get("spor") == "1" and policy.can(request.user, "audit.view", proposal)
    item = overview.on_agenda(proposal)
    own = proposal.is_by(request.user)
    there = belongings(proposal)
    answers = told_along.shown(_answers(proposal), proposal, request.user)
    positions = positions_for(proposal, request.user) if there.positions else []
    shown = _documents(proposal, request.user, there)
    conclusion = consent.of_proposal(proposal, request.user)
    has_seat = conclusion is not None and bool(seats_of(reader_of(request), conclusion.referral.body_id))
    _note(request, proposal, "proposals:detail", *shown["documents"])
    context = {
        "proposal": proposal,
        "status": overview.status(proposal),
        "late": overview.late(proposal),
        # What is short stands at the top, and is not said twice.
        "told_above": len(proposal.what) <= LEAD and "\n" not in proposal.what.strip(),
        "stations": overview.stations(proposal, item),
        "now": overview.now(proposal, item, own=own),
        "item": item,
        "hearing": opinions.hearing(
            proposal.case, proposal.referral, request.user, place=proposal.place, none_yet=not there.opinions
        ),
        "case": proposal.case,
        "extracts": extract_queries.of_case(proposal.case, request.user),
        "actions": errands.actions(proposal, request.user) if request.user.is_authenticated else [],
        "own": own,
        "proposer": proposer_name(proposal, request.user),
        "answers": answers,
        "answered_by": yes_words.answered_by(answers[0]) if answers else "",
        "corrected": corrected.lines_for(proposal, request.user) if there.corrected else [],
        "referral": proposal.referral,
        "heard": who_is_heard.lines_for(proposal, request.user, asked=there.heard),
        "guests": guests_for(proposal, request.user) if there.guests and request.user.is_authenticated else [],
        "positions": positions,
        "disagreements": disagreements.of_positions(positions),
        **shown,
        "merged_into": _merged_into(proposal, request.user),
        "facts": _facts(proposal, request.user),
        "merged": merged_for(proposal, request.user) if there.merged else [],
        "entries": timeline.entries(proposal.case, request.user, audit=audit),
        "audit": audit,
        "desk": desk(proposal, request.user) if request.user.is_authenticated else None,
        "may_audit": request.user.is_authenticated and policy.can(request.user, "audit.view", proposal),
        "conclusion": conclusion,
        "answers_conclusion": has_seat,
        "crumbs": [(_("Proposals"), reverse("proposals:list")), (proposal.case.reference, None)],
    }
    return render(request, "proposals/proposal_detail.html", context)


def _note(request: HttpRequest, proposal: Proposal, page: str, *documents: Document) -> None:
    """Write down who reads what is kept: an exempt case, or an exempt document in an open one. Not of whoever sent it
    in, whose own it is (R25)."""
    kept = noting.case_is_kept(proposal.case) or any(document.exempt_basis for document in documents)
    noting.note(request, proposal, page, kept=kept and not proposal.is_by(request.user))


def _merged_into(proposal: Proposal, reader: Any) -> Proposal | None:
    into = proposal.merged_into
    return into if into is not None and policy.can(reader, "proposals.view", into) else None


def _documents(proposal: Proposal, reader: object, there: Belongings) -> dict[str, Any]:
    found = list(proposal.case.documents.received().order_by("id")) if there.documents else []
    # Of the others not even what they are called: that may be what must not be known.
    shown = opened_to(found, proposal, reader)
    bases = {document.exempt_basis for document in found if document not in shown}
    shows_left = any(document.left for document in shown) and may_open_exempt(proposal, reader)
    return {"documents": shown, "kept_back": sorted(bases), "shows_left": shows_left}


def _answers(proposal: Proposal) -> list[Feedback]:
    return list(proposal.feedback.select_related("body", "event").order_by("-given_at", "-id"))


def _facts(proposal: Proposal, reader: object) -> list[Fact]:
    referral = proposal.referral
    return [
        Fact(_("Proposer"), proposer_name(proposal, reader)),
        Fact(_("Workplace"), str(proposal.unit) if proposal.unit and may_see_proposer(proposal, reader) else ""),
        Fact(_("Place"), proposal.place),
        Fact(_("Has it now"), str(referral.body) if referral else ""),
        *_takes(proposal),
        Fact(_("Assessed by the body"), proposal.assessment),
        Fact(_("Can be read by"), _readers(proposal)),
        Fact(_("Settled by"), capfirst(proposal.decided_by) if proposal.adopted_by else ""),
        Fact(_("Responsible"), _responsible(proposal)),
        Fact(_("What was decided there"), proposal.council_decision),
        Fact(_("Saved, a year"), kroner(proposal.effect_saved)),
        Fact(
            _("Sickness absence"),
            _("%(change)s percentage points") % {"change": f"{proposal.effect_absence:+}".replace(".", ",")}
            if proposal.effect_absence is not None
            else "",
        ),
    ]


def _takes(proposal: Proposal) -> list[Fact]:
    """Say what it takes; of what comes from outside only when a body has assessed it: only employees are asked."""
    if proposal.origin != Origin.EMPLOYEE and proposal.assessed_several is None:
        return []
    found = [
        Fact(_("Concerns"), _("several workplaces") if proposal.concerns_several else _("one workplace")),
        Fact(_("Needs a grant"), (kroner(proposal.grant_amount) or _("yes")) if proposal.wants_grant else _("no")),
        Fact(_("Affects the users"), _("yes") if proposal.affects_users else _("no")),
    ]
    return found if proposal.origin == Origin.EMPLOYEE else found[:2]


def _responsible(proposal: Proposal) -> str:
    if proposal.responsible is None:
        return ""
    unit = proposal.responsible_unit
    return f"{proposal.responsible.name}, {unit}" if unit else proposal.responsible.name


def _readers(proposal: Proposal) -> str:
    access = CaseAccess(proposal.case.access)
    if access == CaseAccess.RECEIVER and proposal.case.access_basis:
        return _("only those who treat it (%(basis)s)") % {"basis": proposal.case.access_basis}
    return str(access.label)


@declare(PUBLIC.showing("proposals.view"))
@require_safe
def document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Serve one file of a case to those who may read the proposal: always as a download, never run or
    shown as a page of ours."""
    proposal = policy.get_or_404(request.user, "proposals.view", with_road(Proposal.objects.all()), case=pk)
    found: Document | None = proposal.case.documents.received().filter(pk=document).first()
    if found is None:
        raise Http404
    if not may_open(found, proposal, request.user):
        raise Http404
    try:
        sent = documents.sent(found)
    except FileNotFoundError:
        return render(request, "proposals/document_gone.html", {"document": found}, status=410)
    _note(request, proposal, "proposals:document", found)
    return sent
