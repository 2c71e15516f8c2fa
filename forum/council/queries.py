"""Reads of the municipal council's lists: which somebody may see, one with its cases, what is here already."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.council.enums import CouncilCaseStatus
from forum.council.models import CouncilCase, CouncilList, CouncilSheet
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import agenda_is_out
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.organisation.models import Body
from trepart import clock
from trepart.access import policy
from trepart.text.dates import date_text
from trepart.ui import Fact, StatusMeaning

if TYPE_CHECKING:
    from trepart.access.rules import Person

RECEIVE = "forum.receive_views"
#: The list is for others than the secretaries once its cases stand on an agenda that is out.
OUT = Q(meeting__called_at__isnull=False) | Q(meeting__status=MeetingStatus.ENDED.value)


def lists_of(body: Body, person: "Person", *, plans: bool) -> QuerySet[CouncilList]:
    """Return the lists ``body`` has taken in that ``person`` may see, the newest first, counted;
    one query however many."""
    found = CouncilList.objects.filter(body=body)
    if not plans:
        found = policy.visible_to(person, "forum.view_meeting", found).filter(OUT)
    sent = CouncilSheet.objects.filter(case_list=OuterRef("pk"))
    return (
        found.select_related("council", "meeting__body")
        .annotate(
            all_cases=Count("cases"),
            waiting=Count("cases", filter=Q(cases__status=CouncilCaseStatus.RECEIVED)),
            decided=Count("cases", filter=Q(cases__status=CouncilCaseStatus.DECIDED)),
            is_sent=Exists(sent),
        )
        .order_by("-held_on", "-pk")
    )


@dataclass(frozen=True)
class ListLine:
    """One list among others."""

    case_list: CouncilList
    status: str
    meaning: StatusMeaning
    cases: str


def list_line(one: CouncilList) -> ListLine:
    """Return what is said of a list counted by :func:`lists_of`."""
    n: int = one.all_cases  # type: ignore[attr-defined]  # counted along
    status, meaning = _standing(one)
    return ListLine(one, status, meaning, ngettext("%(n)s case", "%(n)s cases", n) % {"n": n})


def _standing(one: CouncilList) -> tuple[str, StatusMeaning]:
    if one.decided:  # type: ignore[attr-defined]  # counted along
        return _("The municipal council has decided"), "success"
    if one.is_sent:  # type: ignore[attr-defined]  # as above
        return _("Views sent"), "success"
    if one.meeting.status != MeetingStatus.ENDED:
        return _("To be treated"), "info"
    if one.held_on < clock.today():
        return _("Views were not sent"), "warning"
    return _("Views not sent yet"), "warning"


def may_see(person: "Person", case_list: CouncilList) -> bool:
    """Say whether ``person`` may see that the list is here: its secretaries at once, others when the agenda is out."""
    if policy.can(person, "forum.plan_meeting", case_list):
        return True
    if not agenda_is_out(case_list.meeting):
        return False
    return policy.can(person, "forum.view_meeting", case_list) or policy.can(person, RECEIVE, case_list)


def sees_everything(person: "Person", case_list: CouncilList) -> bool:
    """Say whether ``person`` may read what is exempt too: those who treat the cases, and those in the council
    who receive the views."""
    return policy.can(person, "forum.view_closed", case_list.meeting) or policy.can(person, RECEIVE, case_list)


def meetings_to_take_in_for(body: Body) -> QuerySet[Meeting]:
    """Return the body's coming meetings that a list can be taken in for, the next first."""
    return (
        Meeting.objects.filter(
            body=body,
            kind=MeetingKind.ORDINARY,
            status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED],
            starts_at__gte=clock.now(),
        )
        .select_related("body")
        .order_by("starts_at", "pk")[:3]
    )


def facts_of(meeting: Meeting, person: "Person") -> list[Fact]:
    """Return the way from a meeting to the council's lists that are treated in it, for who may see them; one query."""
    found = (
        CouncilList.objects.filter(meeting=meeting).select_related("body", "meeting__body").order_by("held_on", "pk")
    )
    words = _("The municipal council's case list")
    return [Fact(words, date_text(one.held_on), one.get_absolute_url()) for one in found if may_see(person, one)]


def cases_of(case_list: CouncilList) -> QuerySet[CouncilCase]:
    """Return the cases of a list in its order, with their folders and the items they stand on or stood on
    (``case.standing``); two queries."""
    items = (
        AgendaItem.objects.filter(Q(withdrawn_at__isnull=True) | Q(number__isnull=False))
        .select_related("meeting__body", "function", "decision", "case", "referral__case")
        .order_by("pk")
    )
    return case_list.cases.select_related("case", "case_list").prefetch_related(
        Prefetch("case__items", items, to_attr="standing")
    )


def here_already(body: Body, council: Body, held_on: date | None) -> dict[str, CouncilCase]:
    """Return what is taken in of that meeting of the council's, by the number's key."""
    if held_on is None:
        return {}
    found = CouncilCase.objects.filter(
        case_list__body=body, case_list__council=council, case_list__held_on=held_on
    ).select_related("case_list")
    return {one.key: one for one in found}
