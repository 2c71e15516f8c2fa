"""Reads of the LMU's pages."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess, ReferralStatus, Resolution
from forum.cases.models import Referral
from forum.meetings.core import outcome_words
from forum.meetings.core.closed.access import kept_items_open_to
from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting
from forum.meetings.core.queries import day_of
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.organisation.enums import BodyKind, Part, Role
from forum.organisation.models import Body, Membership
from lmu.forms import STEPS
from lmu.models import Agreement
from proposals.enums import ProposalStatus
from proposals.models import Conclusion, Proposal
from trepart import clock
from trepart.access import grants, policy
from trepart.alphabet import sort_key
from trepart.ui import StatusMeaning

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: Leader first, then the employees' representatives, then those who speak for the users.
_ORDER = [
    Role.LEADER, Role.DEPUTY_LEADER, Role.MEMBER, Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE, Role.SECRETARY,
    Role.DEPUTY, Role.USER_REPRESENTATIVE,
]  # fmt: skip
_PARTS = [Part.ADMINISTRATION, Part.UNION, Part.ELECTED, ""]
_MEANING: dict[str, StatusMeaning] = {
    Resolution.ADOPT: "success",
    Resolution.CONSIDER: "warning",
    Resolution.DECLINE: "neutral",
    Resolution.DISAGREE: "warning",
}


@dataclass(frozen=True)
class Lmu:
    """One line of the list: the body, who leads it, and, where the reader may see its queue, what waits there."""

    body: Body
    leader: str
    mine: bool
    waiting: int | None
    overdue: int | None


@dataclass(frozen=True)
class Taken:
    """One thing the LMU took up, as the reader may know it. ``url`` is the proposal, where the reader may open it."""

    title: str
    text: str
    label: str
    meaning: StatusMeaning
    url: str
    #: How many said yes and how many have not answered, where it was agreed on.
    consent: str = ""


@dataclass(frozen=True)
class Entry:
    """One meeting of the LMU: when, who was there by part, what was taken up."""

    meeting: Meeting
    parts: list[tuple[str, int]]
    names: list[str]
    taken: list[Taken]
    #: Whether the reader is written down as present in what somebody wrote down afterwards.
    ticked: bool = False
    #: Whether the reader, who had a place there, is written down as not having been there.
    left_out: bool = False


def active() -> QuerySet[Body]:
    """Return the LMUs that are at work today."""
    today = clock.today()
    return Body.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=today), kind=BodyKind.LMU, active_from__lte=today
    )


def all_for(person: "Person") -> list[Lmu]:
    """Return the LMUs ``person`` may see, the own ones first, each group by name with æ, ø and å last."""
    leaders = Membership.objects.running().filter(role=Role.LEADER).select_related("person")
    today = clock.today()
    open_now = Q(referrals__status=ReferralStatus.OPEN)
    bodies = (
        policy.visible_to(person, "lmu.view", active())
        .select_related("unit")
        .prefetch_related(Prefetch("memberships", leaders, to_attr="leaders"))
        .annotate(
            waiting=Count("referrals", filter=open_now),
            overdue=Count("referrals", filter=open_now & Q(referrals__due_on__lt=today)),
        )
    )
    held = grants.of(person)
    own = {place.body_id for place in held.standings}
    queues = held.bodies("forum.view_queue")
    found = []
    for body in bodies:
        sees = body.pk in queues
        leader = next((m.person.name for m in body.leaders), "")
        found.append(Lmu(body, leader, body.pk in own, body.waiting if sees else None, body.overdue if sees else None))
    return sorted(found, key=lambda lmu: (not lmu.mine, sort_key(lmu.body.name)))


def members(body: Body) -> list[Membership]:
    """Return who sits in the LMU today, the leader first, and with each role by part."""
    running = Membership.objects.running().filter(body=body).select_related("person", "party")
    return sorted(
        running, key=lambda m: (_ORDER.index(Role(m.role)), _PARTS.index(m.part), sort_key(m.person.name), m.pk)
    )


def queue(body: Body) -> list[Referral]:
    """Return what waits for the LMU, what is due first at the top; what rests until a day comes last."""
    waiting = Referral.objects.waiting().filter(body=body).select_related("case__proposal", "status_event")
    return list(waiting.order_by(F("resumes_on").asc(nulls_first=True), "due_on", "id"))


def agreements(body: Body) -> list[Agreement]:
    """Return what has been agreed on proposals and still waits for its answer."""
    waiting = Agreement.objects.filter(
        sheet__body=body, referral_event=F("referral__status_event_id"), referral__body=body
    ).exclude(referral__status=ReferralStatus.CLOSED)
    # What has been written as a conclusion since waits for answers, and no longer for somebody to write it.
    waiting = waiting.exclude(
        Exists(
            Conclusion.objects.filter(referral=OuterRef("referral"), concluded_at__gte=OuterRef("sheet__written_at"))
        )
    )
    newest = {a.referral_id: a for a in waiting.select_related("sheet", "referral__case__proposal").order_by("id")}
    return list(newest.values())


def written_on(proposal: Proposal, step: str) -> dict[str, object]:
    """Return what the form of ``step`` on ``proposal`` opens with: what the group that has it wrote last on it in its
    log, with the day and who were there. Empty where nothing is written since the group's last conclusion."""
    referral = proposal.referral
    if referral is None or step not in STEPS:
        return {}
    point = (
        AgendaItem.objects.filter(
            Q(decision__isnull=True) | Q(decision__resolution=Resolution.NOTED),
            referral=referral, meeting__body=referral.body_id, meeting__kind=MeetingKind.LOG,
            withdrawn_at__isnull=True,
        )
        .select_related("meeting", "decision")
        .order_by("-settled_at", "-pk")
        .first()
    )  # fmt: skip
    if point is None or Conclusion.objects.filter(referral=referral, concluded_at__gte=point.settled_at).exists():
        return {}
    agreed = Agreement.objects.filter(referral=referral, sheet__meeting=point.meeting).order_by("-pk").first()
    met = list(point.meeting.attendances.filter(present=True))
    return {
        "participants": [row.membership_id for row in met if row.stand_in_id is None],
        "stand_ins": [row.stand_in_id for row in met if row.stand_in_id is not None],
        "held_on": day_of(point.meeting),
        "answer": agreed.text if agreed is not None else point.decided.text if point.decided is not None else "",
    }


def waiting_step(proposal: Proposal) -> str:
    """Return the step that what the group wrote on ``proposal`` in its log leads to, while nobody has written the
    conclusion; empty otherwise."""
    referral = proposal.referral
    if referral is None:
        return ""
    newest = Agreement.objects.filter(referral=referral).select_related("sheet").order_by("-pk").first()
    if newest is None:
        return ""
    since = Conclusion.objects.filter(referral=referral, concluded_at__gte=newest.sheet.written_at)
    return "" if since.exists() else newest.step


def log(person: "Person", body: Body) -> QuerySet[Meeting]:
    """Return the meetings of ``body`` that have been held and that ``person`` may read, newest first:
    logged and ordinary alike."""
    items = (
        AgendaItem.objects.filter(withdrawn_at__isnull=True)
        .select_related("decision", "case", "referral__case")
        .order_by("position")
    )
    rows = Attendance.objects.select_related("membership__person", "stand_in__person")
    held = Meeting.objects.filter(body=body, status=MeetingStatus.ENDED)
    return (
        policy.visible_to(person, "forum.view_meeting", held)
        .prefetch_related(Prefetch("items", items), Prefetch("attendances", rows))
        .order_by("-starts_at", "-id")
    )


def entries(person: "Person", body: Body, meetings: Sequence[Meeting]) -> list[Entry]:
    """Return ``meetings`` as the log shows them to ``person``: a proposal that is not theirs to read is
    named by its number alone."""
    cases = {case for meeting in meetings for item in meeting.items.all() if (case := _case_id(item))}
    readable = {
        proposal.case_id: proposal
        for proposal in policy.visible_to(person, "proposals.view", Proposal.objects.filter(case__in=cases))
    }
    closed = kept_items_open_to(person, Q(meeting__in=[meeting.pk for meeting in meetings]))
    return [
        Entry(
            meeting=meeting,
            parts=_parts(meeting),
            names=[a.who.name for a in meeting.attendances.all() if a.present],
            taken=[_taken(item, body, readable, closed) for item in meeting.items.all()],
            ticked=_own_row(meeting, person, present=True),
            left_out=_own_row(meeting, person, present=False) and not _own_row(meeting, person, present=True),
        )
        for meeting in meetings
    ]


def _own_row(meeting: Meeting, person: "Person", *, present: bool) -> bool:
    return meeting.kind == MeetingKind.LOG and any(
        a.present == present and person.pk in (a.who.pk, 0 if present else a.membership.person_id)
        for a in meeting.attendances.all()
    )


def outcomes(person: "Person", body: Body, *, limit: int = 10) -> list[Proposal]:
    """Return what ``body`` has agreed to do and ``person`` may read: what was carried out, with its effect,
    and what is on its way."""
    adopted = Proposal.objects.filter(
        adopted_by=body, status__in=[ProposalStatus.ADOPTED, ProposalStatus.IMPLEMENTED]
    ).select_related("case", "responsible")
    visible = policy.visible_to(person, "proposals.view", adopted)
    return list(visible.order_by(F("carried_out_on").desc(nulls_first=True), "due_on", "-id")[:limit])


def _case_id(item: AgendaItem) -> int | None:
    return item.case_id or (item.referral.case_id if item.referral else None)


def _parts(meeting: Meeting) -> list[tuple[str, int]]:
    # A guest is there in a matter, and is not one of those who agree.
    met = [a.membership for a in meeting.attendances.all() if a.present]
    rows = [seat for seat in met if seat.role != Role.USER_REPRESENTATIVE]
    counted = Counter(m.part or m.role for m in rows)
    return sorted(counted.items(), key=lambda pair: _PARTS.index(pair[0]) if pair[0] in _PARTS else len(_PARTS))


def _taken(item: AgendaItem, body: Body, readable: dict[int, Proposal], closed: Collection[int]) -> Taken:
    decision: Decision | None = item.decided
    case_id = _case_id(item)
    proposal = readable.get(case_id) if case_id else None
    case = item.case or (item.referral.case if item.referral else None)
    hidden = (item.is_withheld_by_doors and item.pk not in closed) or (
        case is not None and case.access != CaseAccess.PUBLIC and proposal is None
    )
    if hidden:
        reference = case.reference if case is not None and not item.is_withheld_by_doors else ""
        return Taken(item.public_title or reference or item.label, "", "", "neutral", "")
    label: str | Promise = ""
    meaning: StatusMeaning = "info"
    if decision is not None and decision.resolution != Resolution.NOTED:
        label, meaning = outcome_words.words(decision, body), _MEANING.get(decision.resolution, "info")
    if decision is None and item.meeting.kind == MeetingKind.LOG:
        label = _("no conclusion yet")
    return Taken(
        title=item.title,
        text=decision.text if decision else "",
        label=capfirst(str(label)),
        meaning=meaning,
        url=proposal.get_absolute_url() if proposal else "",
        consent=outcome_words.consent(decision) if decision else "",
    )
