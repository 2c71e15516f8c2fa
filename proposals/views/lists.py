"""Lists: all proposals one may read, and the follow-up of what is adopted."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from proposals.models import Proposal
from proposals.presenting import overview
from proposals.presenting.display_names import proposer_name
from proposals.queries import lists
from trepart.access import policy
from trepart.access.web import PUBLIC, SIGNED_IN, declare
from trepart.look.paging import CappedPaginator

#: Proposals on one page of the list.
PER_PAGE = 20


class FilterForm(forms.Form):
    """What one looks for in the list."""

    mark_optional = False

    q = forms.CharField(label=gettext_lazy("Words or case number"), max_length=200, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Where it stands"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("under_behandling", gettext_lazy("Under treatment")),
            ("vurderes", gettext_lazy("Considered further")),
            ("vedtatt", gettext_lazy("Adopted, being carried out")),
            ("gjennomfort", gettext_lazy("Carried out")),
            ("avsluttet", gettext_lazy("Declined, withdrawn or merged")),
        ],
    )
    mine = forms.BooleanField(label=gettext_lazy("Only my own"), required=False)


@declare(PUBLIC)
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Show the proposals the reader may read, with search and filters; somebody not signed in sees the public ones."""
    form = FilterForm(request.GET)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    if not request.user.is_authenticated:
        del form.fields["mine"]
    found = lists.proposals_for(
        request.user,
        words=wanted.get("q", ""),
        status=wanted.get("status", ""),
        mine=bool(wanted.get("mine")),
    )
    # There is an index for the newest, in every state and of every person; what has a word in it is
    # found first and sorted then.
    pages = CappedPaginator(found, PER_PAGE, most=lists.COUNTED, in_order=not wanted.get("q"))
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "proposals/proposal_list.html",
        {
            "filter": form,
            "filtered": any(wanted.values()),
            "page": page,
            "lines": [_line(proposal, request.user) for proposal in page.object_list],
            "may_submit": not request.user.is_authenticated or policy.can(request.user, "proposals.submit"),
        },
    )


def _line(proposal: Proposal, reader: object) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "status": overview.status(proposal),
        "late": overview.late(proposal),
        "proposer": proposer_name(proposal, reader, listed=True),
    }


@declare(SIGNED_IN)
@require_safe
def follow_up(request: HttpRequest) -> HttpResponse:
    """Show what is adopted and not yet carried out: who sees to it, by when, what is late; and what waits for
    the municipal council."""
    everything = request.GET.get("vis") == "alle"
    found = lists.follow_up(request.user, everything=everything)
    page = Paginator(found.measures, PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("proposals:follow_up")
    return render(
        request,
        "proposals/follow_up.html",
        {
            "found": found,
            "page": page,
            "lines": [_line(proposal, request.user) for proposal in page.object_list],
            "council": [_line(proposal, request.user) for proposal in found.council],
            "tabs": [
                {"label": _("Those I follow up"), "url": here, "current": not everything},
                {"label": _("All adopted"), "url": f"{here}?vis=alle", "current": everything},
            ],
            "everything": everything,
            "crumbs": [(_("Proposals"), reverse("proposals:list")), (_("Follow-up"), None)],
        },
    )
