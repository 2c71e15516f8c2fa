"""Ahead of the municipal council on the web: the lists of a body, taking one in, one list with its cases."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from forum.council import queries, services
from forum.council.enums import CouncilCaseStatus
from forum.council.models import CouncilCase, CouncilList
from forum.meetings.core.closed import noting
from forum.meetings.core.web import status_of, title_of
from forum.meetings.enums import MeetingStatus
from forum.organisation.models import Body
from trepart import ui
from trepart.access import policy
from trepart.access.web import PUBLIC, SIGNED_IN, Access, reader_of
from trepart.refusals import Refused
from trepart.text.dates import date_text
from trepart.views import TransitionView
from trepart.workflow import Transition

PLAN = "forum.plan_meeting"
PER_PAGE = 20
#: Where a list can be taken in: before the meeting begins.
OPEN_FOR_LISTS = (MeetingStatus.PLANNED, MeetingStatus.CALLED)

Crumbs = list[tuple[object, str | None]]


def body_crumbs(body: Body, *more: tuple[object, str | None]) -> Crumbs:
    """Return the way to a page about the council's lists of ``body``."""
    own = reverse("forum:council_lists", args=[body.slug]) if more else None
    return [(body.name, body.get_absolute_url()), (_("The municipal council's case lists"), own), *more]


class CouncilListsView(View):
    """The council's lists that a body has taken in, the newest first."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_body")

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show them; a page for committees, which are the ones that meet ahead of the council."""
        body = policy.get_or_404(request.user, "forum.view_body", Body.objects.all(), slug=slug)
        if not body.kind_row.treats_council_list:
            raise Http404
        plans = policy.can(request.user, PLAN, body)
        page = Paginator(queries.lists_of(body, request.user, plans=plans), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "body": body,
            "page": page,
            "lines": [queries.list_line(one) for one in page],
            "meetings": list(queries.meetings_to_take_in_for(body)) if plans else [],
            "plans": plans,
            "crumbs": body_crumbs(body),
        }
        return render(request, "council/case_lists.html", context)


# Taking a list in -----------------------------------------------------------------------------------------------------


# One list -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseLine:
    """One case of the list as a reader sees it."""

    case: CouncilCase
    #: Its words are not for everybody; `hidden`: not for this reader.
    withheld: bool
    hidden: bool
    title: str
    status: str
    meaning: ui.StatusMeaning
    item: object
    function: str
    #: What may be recorded about it: (address, words).
    actions: list[tuple[str, str]]


_MEANING: dict[str, ui.StatusMeaning] = {
    CouncilCaseStatus.RECEIVED: "info",
    CouncilCaseStatus.TREATED: "success",
    CouncilCaseStatus.DECIDED: "success",
    CouncilCaseStatus.WITHDRAWN: "neutral",
}


def fetch_list(request: HttpRequest, pk: int) -> CouncilList:
    """Fetch a list, or answer 404: to who may not see the body's meetings, and to others than its secretaries
    before the agenda is out."""
    found = CouncilList.objects.select_related("body", "council", "meeting__body").filter(pk=pk).first()
    if found is None or not queries.may_see(request.user, found):
        raise Http404
    return found


class CouncilListView(View):
    """One list: each case, where it stands, the view, and what the council decided."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it; exempt cases show what the public may see to who may not see more."""
        return self.page(request, fetch_list(request, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Put what the council decided on the body's next agenda."""
        case_list = fetch_list(request, pk)
        if not policy.can(request.user, PLAN, case_list):
            raise Http404
        meeting = services.coming_meeting(case_list)
        if meeting is None:
            return self.page(request, case_list, refusal=_("No coming meeting is planned to put it on."), status=422)
        try:
            services.put_decisions_on_agenda(case_list, meeting, actor=reader_of(request))
        except Refused as refusal:
            return self.page(request, case_list, refusal=str(refusal.message), status=status_of(refusal))
        messages.success(
            request, _("It is on the agenda of %(meeting)s, for information.") % {"meeting": title_of(meeting)}
        )
        return redirect("forum:meeting_agenda", meeting.pk)

    def page(
        self, request: HttpRequest, case_list: CouncilList, *, refusal: str = "", status: int = 200
    ) -> HttpResponse:
        """Render the list."""
        plans = policy.can(request.user, PLAN, case_list)
        sends = policy.can(request.user, services.SEND, case_list.meeting)
        inside = queries.sees_everything(request.user, case_list)
        lines = [self.line(one, inside=inside, plans=plans) for one in queries.cases_of(case_list)]
        kept = any(line.withheld and not line.hidden for line in lines)
        noting.note(request, case_list.meeting, "council_list", kept=kept)
        sheets = list(case_list.sheets.defer("internal_pdf", "public_pdf", "internal", "public"))
        coming = services.coming_meeting(case_list) if plans else None
        context = {
            "case_list": case_list,
            "lines": lines,
            "plans": plans,
            "sends": sends and services.ready(case_list),
            "sheet": sheets[0] if sheets else None,
            "decided": sum(1 for line in lines if line.case.status == CouncilCaseStatus.DECIDED),
            "waiting": sum(1 for line in lines if line.case.status == CouncilCaseStatus.RECEIVED),
            "coming": coming,
            "coming_title": title_of(coming) if coming is not None else "",
            "put_on": coming is not None and services.stands_on(case_list, coming),
            "take_in": plans and case_list.meeting.status in OPEN_FOR_LISTS,
            "refusal": refusal,
            "facts": [
                ui.Fact(_("The municipal council meets"), date_text(case_list.held_on)),
                ui.Fact(_("Treated in"), title_of(case_list.meeting), case_list.meeting.get_absolute_url()),
                ui.Fact(_("Taken in"), date_text(case_list.taken_in_at)),
                *([ui.Fact(_("By"), case_list.taken_in_by.name)] if plans else []),
            ],
            "crumbs": body_crumbs(case_list.body, (date_text(case_list.held_on), None)),
        }
        return render(request, "council/case_list_detail.html", context, status=status)

    def line(self, one: CouncilCase, *, inside: bool, plans: bool) -> CaseLine:
        """Return one case as this reader sees it."""
        # Fetched along by the query.
        item = one.case.standing[-1] if one.case.standing else None  # type: ignore[attr-defined]
        withheld = noting.case_is_kept(one.case) or (item is not None and item.is_withheld_by_doors)
        kept_from = not inside and withheld
        outside = item.title_outside if item is not None else _("Exempt from public access")
        actions = []
        if plans and one.status != CouncilCaseStatus.WITHDRAWN:
            words = (
                _("Change what the municipal council decided")
                if one.decision
                else _("Record what the municipal council decided")
            )
            actions.append((reverse("forum:council_case_step", args=[one.pk, "decided"]), words))
            if one.status == CouncilCaseStatus.RECEIVED:
                actions.append(
                    (
                        reverse("forum:council_case_step", args=[one.pk, "withdraw"]),
                        _("Taken off the municipal council's list"),
                    )
                )
        return CaseLine(
            case=one,
            withheld=withheld,
            hidden=kept_from,
            title=outside if kept_from else one.title,
            status=capfirst(str(CouncilCaseStatus(one.status).label)),
            meaning=_MEANING[one.status],
            item=item,
            function=item.function.name if item is not None and item.function is not None and not kept_from else "",
            actions=actions,
        )


class CouncilCaseStepView(TransitionView):
    """What became of one case with the council: it decided, or took it off its list."""

    access: ClassVar[Access] = SIGNED_IN.showing(PLAN)
    view_permission = PLAN

    def queryset(self) -> QuerySet[CouncilCase]:
        """Return cases with what their pages read."""
        return CouncilCase.objects.select_related(
            "case", "body", "case_list__council", "case_list__body", "case_list__meeting"
        )

    def transition(self, subject: Any) -> Transition:
        """Return the step; those that only meetings take answer 404."""
        found = super().transition(subject)
        if not found.offered:
            raise Http404
        return found

    def crumbs(self, subject: CouncilCase, transition: Transition) -> Crumbs:
        """Return the way to this page."""
        case_list = subject.case_list
        return body_crumbs(
            case_list.body, (date_text(case_list.held_on), subject.get_absolute_url()), (transition.label, None)
        )
