"""The LMUs one may see, and the page of one."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.meetings.minutes.extracts import queries as extract_queries
from forum.organisation.enums import Role
from forum.organisation.models import Membership, StandIn
from forum.organisation.queries import stand_ins
from forum.organisation.services import stand_in_days
from lmu import queries
from lmu.models import GuestLetter
from proposals.consent import notifications as consent_words
from proposals.consent import queries as consent
from proposals.models import Proposal
from trepart.access import policy
from trepart.access.web import SIGNED_IN, declare, permitted
from trepart.text.dates import date_text
from trepart.ui import PersonLine
from trepart.workflow import workflow_of

if TYPE_CHECKING:
    from forum.organisation.models import Body

PAGE = 10


@declare(SIGNED_IN)
@require_safe
def lmu_list(request: HttpRequest) -> HttpResponse:
    """List the LMUs the reader may see, the own ones first."""
    found = queries.all_for(request.user)
    return render(
        request,
        "lmu/lmu_list.html",
        {
            "own": [lmu for lmu in found if lmu.mine],
            "others": [lmu for lmu in found if not lmu.mine],
            "crumbs": [(_("LMU"), None)],
        },
    )


@declare(permitted("lmu.view"))
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one LMU: who sits there, what waits, what it has taken up, what came of it. 404 to
    those it is not open to."""
    body = policy.get_or_404(request.user, "lmu.view", queries.active().select_related("unit"), slug=slug)
    logs = policy.can(request.user, "forum.log_meeting", body)
    inside = policy.can(request.user, "forum.view_queue", body)
    manages = policy.can(request.user, "lmu.manage", body)
    page = Paginator(queries.log(request.user, body), PAGE).get_page(request.GET.get("page"))
    table = workflow_of(Proposal)
    members = queries.members(body)
    away = stand_ins.today_in(body)
    letters = set(GuestLetter.objects.filter(membership__body=body).values_list("membership", flat=True))
    return render(
        request,
        "lmu/lmu_detail.html",
        {
            "body": body,
            "logs": logs,
            "manages": manages,
            # Who speaks for the users is known to those who deal with their cases, and not to a whole workplace.
            "inside": inside,
            "people": [line(m, away.get(m.pk)) for m in members if m.role != Role.USER_REPRESENTATIVE],
            "users": [(line(m), m.pk, m.pk in letters) for m in members if m.role == Role.USER_REPRESENTATIVE],
            "queue": queries.queue(body) if inside else None,
            "agreements": [(a, table[a.step].label) for a in queries.agreements(body)] if logs else [],
            "conclusions": [(c, consent_words.label(c)) for c in consent.of_body(body)] if inside else [],
            "page": page,
            "entries": queries.entries(request.user, body, list(page.object_list)),
            "outcomes": queries.outcomes(request.user, body),
            "extracts": extract_queries.from_body(body, request.user),
            "crumbs": [(_("LMU"), reverse("lmu:list")), (body.name, None)],
        },
    )


def line(membership: Membership, stand_in: StandIn | None = None) -> PersonLine:
    """Return a member as the list of people shows one, with whoever stands in today."""
    note = _("until %(date)s") % {"date": date_text(membership.valid_to)} if membership.valid_to else ""
    if stand_in is not None:
        note = _("%(name)s stands in until %(date)s") % {
            "name": stand_in.person.name, "date": date_text(stand_in_days.last_day(stand_in)),
        }  # fmt: skip
    return PersonLine(
        name=membership.person.name, role=capfirst(membership.get_role_display()), part=membership.part, note=note
    )


def crumbs(body: "Body", last: str) -> list[tuple[str, str | None]]:
    """Return the way to a page below the LMU's own."""
    return [(_("LMU"), reverse("lmu:list")), (body.name, reverse("lmu:detail", args=[body.slug])), (last, None)]
