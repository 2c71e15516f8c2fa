"""The bodies as everybody reads them: the list, a body's own page, and its queue for those who sit in it."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.case_owners import owner_of
from forum.cases.deadlines import days_to_answer, soon_until
from forum.cases.enums import ReferralStatus
from forum.cases.models import Case, Referral
from forum.delegations.enums import Power, power_of
from forum.meetings.agenda import body_queue as meetings_body_queue
from forum.meetings.agenda.body_queue import Shown
from forum.meetings.case_papers import permissions as paper_permissions
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus
from forum.meetings.minutes.extracts import queries as extract_queries
from forum.organisation import body_links, composition, parity
from forum.organisation.body_kinds import BODY_KINDS, Road
from forum.organisation.enums import Part, Role, Side
from forum.organisation.forms.bodies import BodySearchForm
from forum.organisation.models import Body, Membership
from forum.organisation.queries import bodies as organisation_bodies
from forum.organisation.services import body_functions
from forum.pages import queries as pages_queries
from trepart import clock, ui
from trepart.access import grants, policy
from trepart.access.web import PUBLIC, declare, permitted
from trepart.text.dates import date_text

#: How many cases a page of the queue shows.
PER_PAGE = 50

#: What a body is, for one of three equal parts (another arrangement under koml § 5-11, R2).
EQUAL_PARTS = gettext_lazy(
    "Elected politicians, administration and union representatives sit at one table here, equally many of "
    "each, and treat what concerns the municipality and those who work in it."
)
_MEETING_MEANING: dict[str, ui.StatusMeaning] = {
    MeetingStatus.PLANNED: "neutral",
    MeetingStatus.CALLED: "info",
    MeetingStatus.IN_SESSION: "info",
    MeetingStatus.ENDED: "neutral",
    MeetingStatus.CANCELLED: "neutral",
}


# The list -------------------------------------------------------------------------------------------------------------


@declare(PUBLIC)
def body_list(request: HttpRequest) -> HttpResponse:
    """Every body by kind; the LMUs by sector, with a search, since there may be forty."""
    form = BodySearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    bodies = list(organisation_bodies.bodies_for(request.user, words))
    groups = [
        {
            "kind": row.kind.value,
            "title": row.title,
            "what": row.what,
            "bodies": [] if row.road == Road.WORKPLACE else found,
            "sectors": organisation_bodies.by_sector(found) if row.road == Road.WORKPLACE else [],
            "count": len(found),
        }
        for row in BODY_KINDS.values()
        if (found := [body for body in bodies if body.kind == row.kind])
    ]
    context = {
        "form": form,
        "words": words,
        "groups": groups,
        "own": [] if words else list(organisation_bodies.own_bodies(request.user)),
        "may_manage": policy.can(request.user, "forum.manage_organisation"),
        "crumbs": [(_("Bodies"), None)],
    }
    return render(request, "pages/body_list.html", context)


# One body -------------------------------------------------------------------------------------------------------------


@declare(PUBLIC.showing("forum.view_body"))
def body_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A body: what it is, who sits in it, its meetings, where it sends on to, and what one can do there."""
    person = request.user
    body = policy.get_or_404(
        person, "forum.view_body", Body.objects.select_related("unit__parent", "superior"), slug=slug
    )
    manages = policy.can(person, "forum.manage_organisation")
    running = list(organisation_bodies.running_members(body))
    # Who represents the unions in a body that keeps to itself is not for the public web (R27).
    inside = manages or policy.can(person, "forum.view_internal", body)
    named = body.meetings_open or inside or organisation_bodies.is_employee(person)
    by_name = {m.pk for m in running if inside or organisation_bodies.told_to_all(m)}
    context: dict[str, Any] = {
        "body": body,
        "what": EQUAL_PARTS if parity.is_wanted(body) else body.kind_row.what,
        "members": organisation_bodies.members_of(running),
        "evidence": body.evidence if parity.is_wanted(body) else "",
        "named": named,
        "meetings": pages_queries.meetings_of(body, person),
        "extracts": extract_queries.from_body(body, person),
        "sees_meetings": body.meetings_open or policy.can(person, "forum.view_internal", body),
        "facts": _facts(body),
        "queue": _queue_numbers(body) if policy.can(person, "forum.view_queue", body) else None,
        "links": body_links.of(body, person),
        "takes_attendance": body.kind_row.follows_up and policy.can(person, "forum.export_attendance", body),
        "sees_follow_up": body.kind_row.follows_up and policy.can(person, "forum.view_queue", body),
        "has_functions": body.kind_row.has_functions,
        "meets_here": body.kind_row.road != Road.OUTSIDE,
        "may_plan": body.is_active and policy.can(person, "forum.plan_meeting", body),
        "may_manage": manages,
        "crumbs": [(_("Bodies"), reverse("forum:body_list")), (body.name, None)],
    }
    context["groups"] = [
        {
            "part": group.part,
            "count": len(group.members),
            "people": [_line(m) for m in group.members if m.pk in by_name],
        }
        for group in context["members"].parts
    ]
    context["secretaries"] = [_line(m) for m in context["members"].secretaries if m.pk in by_name]
    lists = context["members"].deputies
    sides = [side for (side, _part, _elected), _found in lists if side]
    several = len(sides) > len(set(sides))
    context["deputies"] = [
        (_list_name(key, several), [_line(m) for m in found])
        for key, found in lists
        if found and found[0].pk in by_name
    ]
    for found in (context["meetings"].coming, context["meetings"].past):
        for meeting in found:
            stage = MeetingStatus(meeting.status)
            meeting.stage, meeting.meaning = stage.label, _MEETING_MEANING[stage]
    if manages:
        found_problems = composition.judge(body, running, clock.today())
        context["problems"] = [problem for problem in found_problems if not problem.warning]
        context["warnings"] = [problem for problem in found_problems if problem.warning]
        context["lasting"] = list(
            Membership.objects.lasting().filter(body=body).select_related("person").order_by("valid_from", "pk")
        )
    return render(request, "pages/body_detail.html", context)


def _queue_numbers(body: Body) -> dict[str, int]:
    counts = meetings_body_queue.queue_counts(body)
    return {"all": counts[Shown.ALL], "overdue": counts[Shown.OVERDUE]}


def _facts(body: Body) -> list[ui.Fact]:
    below = list(organisation_bodies.bodies_below(body))
    facts = [
        ui.Fact(_("Legal basis"), capfirst(body.get_legal_basis_display())),
        ui.Fact(_("Decides by"), capfirst(body.get_decides_by_display())),
        *_authority(body),
        *_meeting_rules(body),
        *(ui.Fact(_("Is also"), function.name) for function in body_functions.of_day(body, clock.today())),
        ui.Fact(_("Meetings"), _("Open to everybody") if body.meetings_open else _("Internal")),
    ]
    if body.unit:
        facts.append(ui.Fact(_("Workplace"), body.unit.name))
        if body.unit.parent:
            facts.append(ui.Fact(_("Sector"), body.unit.parent.name))
    facts.append(ui.Fact(_("Answers within"), _("%(count)s days") % {"count": days_to_answer(body)}))
    if body.superior:
        facts.append(ui.Fact(_("Sends on to"), body.superior.name, body.superior.get_absolute_url()))
    if 0 < len(below) <= organisation_bodies.SHOWN_BELOW:
        facts += [ui.Fact(_("Receives from"), other.name, other.get_absolute_url()) for other in below]
    elif below:
        facts.append(
            ui.Fact(_("Receives from"), _("%(count)s bodies") % {"count": len(below)}, reverse("forum:body_list"))
        )
    if body.active_from:
        facts.append(ui.Fact(_("At work since"), date_text(body.active_from)))
    if body.closed_on:
        facts.append(ui.Fact(_("Closed"), date_text(body.closed_on)))
    return facts


def _authority(body: Body) -> list[ui.Fact]:
    """Say what the body's yes is worth (R34, R35); nothing of one that decides by its own right."""
    said = {
        Power.DELEGATED: _("Decides what is delegated to it, and recommends the rest"),
        Power.RECOMMENDS: _("Recommends, and whoever has the authority decides"),
        Power.AGREES: _("Agrees, and the leader with delegated authority decides"),
    }
    words = said.get(power_of(body.legal_basis))
    return [ui.Fact(_("Authority"), words)] if words else []


def _meeting_rules(body: Body) -> list[ui.Fact]:
    """Say whether the rules for meetings bind the body by law or by its own choice (koml § 5-2, R1)."""
    if not body.chapter_11:
        return []
    words = (
        _("Chapter 11 of the Local Government Act")
        if body.is_elected_body
        else _("Chapter 11 of the Local Government Act, by the body's own choice")
    )
    return [ui.Fact(_("Rules for meetings"), words)]


def _line(m: Membership) -> ui.PersonLine:
    role = capfirst(m.get_role_display())
    if m.role == Role.DEPUTY:
        role = _("%(number)s. deputy") % {"number": m.deputy_number}
    note = _("to %(date)s") % {"date": date_text(m.valid_to)} if m.valid_to else ""
    return ui.PersonLine(name=m.person.name, role=role, party=m.party.short if m.party else "", note=note)


def _list_name(key: tuple[str, str, str], several: bool) -> str:
    """Return what a group's list of deputies is called: of the list they were elected on, for a side, for a part, or
    just deputies. Where a side has ``several`` lists, the part is said too."""
    side, part, elected_on = key
    if elected_on:
        return _("Deputies elected on the list %(list)s") % {"list": elected_on}
    if side and not (several and part):
        return _("Deputies for %(side)s") % {"side": Side(side).label}
    if part:
        return _("Deputies for the %(part)s") % {"part": Part(part).label}
    return _("Deputies")


# The queue ------------------------------------------------------------------------------------------------------------


@declare(permitted("forum.view_queue"))
def body_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a body, whatever it comes from: what is due and overdue, what rests until a day. Only
    for those who sit in it."""
    body = policy.get_or_404(request.user, "forum.view_queue", Body.objects.all(), slug=slug)
    wanted = request.GET.get("vis", "")
    shown = wanted if wanted in (Shown.OVERDUE, Shown.SOON, Shown.RESTING) else Shown.ALL
    counts = meetings_body_queue.queue_counts(body)
    page = Paginator(meetings_body_queue.body_queue(body, shown), PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("forum:body_queue", args=[body.slug])
    labels = (
        (Shown.ALL, _("Everything")),
        (Shown.OVERDUE, _("Overdue")),
        (Shown.SOON, _("Due soon")),
        (Shown.RESTING, _("Considered further")),
    )
    context = {
        "body": body,
        "page": page,
        "lines": [_queue_line(referral) for referral in page],
        "writable": _writable(request, page),
        "counts": counts,
        "overdue": counts[Shown.OVERDUE],
        "enters_paper": body.pk in grants.of(request.user).bodies("proposals.enter_paper"),
        "shown": shown,
        "tabs": [
            ui.Tab(label, f"{here}?vis={value}" if value else here, current=value == shown, count=counts[value])
            for value, label in labels
        ],
        "crumbs": [
            (_("Bodies"), reverse("forum:body_list")),
            (body.name, body.get_absolute_url()),
            (_("Queue"), None),
        ],
    }
    return render(request, "pages/body_queue.html", context)


def _writable(request: HttpRequest, page: Iterable[Referral]) -> set[int]:
    """Return the ids of the cases on ``page`` whose case paper the reader may write."""
    cases = Case.objects.filter(pk__in=[referral.case_id for referral in page]).order_by()
    return set(policy.visible_to(request.user, paper_permissions.WRITE, cases).values_list("pk", flat=True))


def _queue_line(referral: Referral) -> dict[str, object]:
    owner = owner_of(referral)
    status, meaning = _standing(referral)
    items = referral.items_on_agenda  # type: ignore[attr-defined]  # fetched along by queries.body_queue
    meeting: Meeting | None = items[0].meeting if items else None
    return {
        "referral": referral,
        "title": referral.case.title,
        "url": owner.url(referral) if owner else "",
        "summary": owner.summary(referral) if owner else "",
        "sender": referral.sent_by.body.name if referral.sent_by else "",
        "status": status,
        "meaning": meaning,
        "meeting": meeting,
        "function": items[0].function if items else None,
    }


def _standing(referral: Referral) -> tuple[str, ui.StatusMeaning]:
    """Say in words where a stay stands: overdue, due soon, to be answered by a day, or resting until one."""
    if referral.status == ReferralStatus.RESTING:
        day = date_text(referral.resumes_on) if referral.resumes_on else ""
        return _("Considered further, comes back %(date)s") % {"date": day}, "warning"
    values = {"date": date_text(referral.due_on)}
    if referral.is_overdue:
        return _("Overdue, was due %(date)s") % values, "danger"
    if referral.due_on <= soon_until():
        return _("Answer due %(date)s") % values, "warning"
    return _("Answer due %(date)s") % values, "info"
