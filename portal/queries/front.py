"""What the front page shows: decisions, coming meetings, how many proposers have had an answer.

Only what the reader may see.
"""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases.enums import ReferralOutcome, ReferralStatus, Resolution
from forum.cases.models import Referral
from forum.meetings.core import outcome_words
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.readable_items import decisions_published
from forum.meetings.core.withheld import told_unanimous
from forum.meetings.enums import Corrected, MeetingKind, MeetingStatus
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.organisation.queries.bodies import is_employee
from proposals.enums import FeedbackOutcome, ProposalStatus
from proposals.models import UNSCREENED, Feedback, Proposal
from proposals.paper_intake.models import Letter
from trepart import clock
from trepart.access import policy
from trepart.text.dates import date_text
from trepart.ui import StatusMeaning

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: The colour of a decision, whose words are `outcomes`' alone; what changes nothing for anybody is no news.
_RESOLUTIONS: dict[str, StatusMeaning] = {
    Resolution.ADOPT: "success",
    Resolution.CONSIDER: "warning",
    Resolution.DECLINE: "neutral",
    Resolution.TO_COUNCIL: "info",
}
_OUTCOMES: dict[str, Resolution] = {
    ReferralOutcome.ADOPTED: Resolution.ADOPT,
    ReferralOutcome.DECLINED: Resolution.DECLINE,
    ReferralOutcome.TO_COUNCIL: Resolution.TO_COUNCIL,
}
#: What ends the waiting (R18): carried out or to be carried out, declined, or where it belongs. "On its way", a
#: preliminary answer and "considered further" do not: the proposer waits on.
_NO_ANSWER = (FeedbackOutcome.ON_ITS_WAY, FeedbackOutcome.PRELIMINARY, FeedbackOutcome.CONSIDERED)
ANSWERS = tuple(outcome for outcome in FeedbackOutcome if outcome not in _NO_ANSWER)
#: Meetings that are looked through at a time for what was decided, and stays for what was concluded without one.
_MEETINGS = 8
_NEWEST = 20
_NOT_OWED = (ProposalStatus.WITHDRAWN, ProposalStatus.MERGED)


@dataclass(frozen=True)
class News:
    """One decision as the front page tells it."""

    where: str
    on: date
    #: When it was out, and when what is said of it last changed.
    out_at: datetime
    changed_at: datetime
    number: str
    title: str
    url: str
    label: str | Promise
    meaning: StatusMeaning
    note: str


@dataclass(frozen=True)
class Answers:
    """How proposers have fared this year: ``answered`` of ``asked``, half of them within ``median_days``
    (None without answers)."""

    year: int
    asked: int
    answered: int
    median_days: int | None


def latest_decisions(person: "Person", *, limit: int = 5) -> list[News]:
    """Return the newest decisions that ``person`` may read, from meetings and from bodies that decide
    without one, newest first.

    Never what was treated behind closed doors, and from a meeting nothing before its decision list or its minutes are
    published: the front page is read over shoulders.
    """
    decided = _decided(person, limit)
    told = {_case_id(decision.item) for decision in decided}
    # Who works here may read nearly everything: the newest are looked at first, and all of them only
    # where these hold too few.
    newest = list(_concluded()[:_NEWEST]) if is_employee(person) else None
    proposals = _readable(person, told | {stay.case_id for stay in newest}) if newest is not None else {}
    concluded = [stay for stay in newest or () if stay.case_id in proposals][:limit]
    if newest is None or (len(concluded) < limit and len(newest) == _NEWEST):
        readable = policy.visible_to(person, "proposals.view", Proposal.objects.all())
        concluded = list(_concluded().filter(case__proposal__in=readable)[:limit])
        proposals = _readable(person, told | {stay.case_id for stay in concluded})
    news = [_of_decision(decision, proposals.get(_case_id(decision.item))) for decision in decided]
    news += [_of_referral(r, proposals[r.case_id]) for r in concluded if r.case_id in proposals]
    return sorted(news, key=lambda item: item.on, reverse=True)[:limit]


def _readable(person: "Person", cases: set[int]) -> dict[int, Proposal]:
    """Return the proposals of ``cases`` that ``person`` may read, by case, with what a line says."""
    visible = policy.visible_to(person, "proposals.view", Proposal.objects.filter(case__in=cases))
    return {proposal.case_id: proposal for proposal in visible.only(*_PROPOSAL).order_by()}


def next_meetings(person: "Person", *, limit: int = 4) -> QuerySet[Meeting]:
    """Return the coming meetings that ``person`` may know of, the nearest first; one that began today still counts."""
    coming = Meeting.objects.filter(
        kind=MeetingKind.ORDINARY,
        status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED, MeetingStatus.IN_SESSION],
        starts_at__gte=_midnight(),
    )
    visible = policy.visible_to(person, "forum.view_meeting", coming)
    lines = visible.select_related("body").only(
        "starts_at", "status", "place", "called_at", "body__name", "body__meetings_open"
    )
    return lines.order_by("starts_at", "id")[:limit]


def meetings_today(person: "Person", *, limit: int) -> QuerySet[Meeting]:
    """Return the meetings of today that ``person`` may know of, those that are over too, in the order they are held."""
    begins = _midnight()
    today = Meeting.objects.filter(
        kind__in=[MeetingKind.ORDINARY, MeetingKind.URGENT],
        status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED, MeetingStatus.IN_SESSION, MeetingStatus.ENDED],
        starts_at__gte=begins,
        starts_at__lt=begins + timedelta(days=1),
    )
    return (
        policy.visible_to(person, "forum.view_meeting", today)
        .select_related("body")
        .order_by("starts_at", "pk")[:limit]
    )


def answers_this_year() -> Answers:
    """Return how many of the proposals sent in this year have had their answer, and how soon: the portal's own promise,
    so everybody may see it."""
    year = clock.today().year
    first = (
        Feedback.objects.filter(proposal=OuterRef("pk"), outcome__in=ANSWERS)
        .order_by("given_at")
        .values("given_at")[:1]
    )
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED)
        key = (connection.settings_dict["NAME"], year, *cursor.fetchone())
    kept = _counted.get("front")
    if kept is None or kept[0] != key:
        rows = (
            Proposal.objects.filter(submitted_at__year=year)
            .exclude(status__in=_NOT_OWED)
            .exclude(UNSCREENED)
            .order_by()
        )
        # A letter that nobody has sent has answered nobody: who is reached on paper only has an answer with the letter.
        final = Feedback.objects.filter(proposal=OuterRef(OuterRef("pk")), outcome__in=ANSWERS).values("event")
        unsent = Letter.objects.filter(proposal=OuterRef("pk"), sent_on__isnull=True, event__in=final)
        rows = rows.annotate(answered_at=Subquery(first), waits_for_letter=Exists(unsent))
        times = list(rows.values_list("submitted_at", "answered_at", "waits_for_letter"))
        days = [(answered - sent).days for sent, answered, unsent in times if answered is not None and not unsent]
        kept = (key, Answers(year, len(times), len(days), round(statistics.median(days)) if days else None))
        _counted["front"] = kept
    return kept[1]


_CHANGED = (
    "SELECT (SELECT max(history_id) FROM proposals_historicalproposal), (SELECT max(id) FROM proposals_feedback), "
    "(SELECT max(history_id) FROM proposals_historicalletter)"
)
#: The last count and what it was made of: counted anew when a proposal or an answer has changed,
#: and not for every reader.
_counted: dict[str, tuple[object, Answers]] = {}


#: What a line of news says about a decision, its item and its meeting.
_DECIDED = (
    "resolution", "due_on", "ballot__unanimous", "ballot__held_at",
    "item__kind", "item__series", "item__number", "item__year", "item__title",
    "item__case_id", "item__meeting_id", "item__referral__case_id", "goes_to", "goes_to_name", "options",
)  # fmt: skip
_CONCLUDED = (
    "case_id", "status", "outcome", "resumes_on", "body__name", "body__decides_by", "body__legal_basis",
    "status_event__at",
)  # fmt: skip
#: What a line of news says about a proposal.
_PROPOSAL = ("case_id", "status", "title", "due_on", "awaits", "awaits_name")


def _decided(person: "Person", limit: int) -> list[Decision]:
    """Return the newest decisions of meetings ``person`` may see: out of the newest meetings, and further back only
    where these hold too few."""
    lists = DecisionList.objects.filter(meeting=OuterRef("pk")).order_by("number")
    meetings = (
        policy.visible_to(
            person,
            "forum.view_meeting",
            Meeting.objects.filter(decisions_published(), status=MeetingStatus.ENDED).exclude(kind=MeetingKind.LOG),
        )
        .select_related("body")
        .only("starts_at", "body__name", "body__legal_basis")
        # Whichever came first; the database leaves out what is not there.
        .annotate(out_at=Least("minutes__published_at", Subquery(lists.values("created_at")[:1])))
        .order_by("-starts_at", "-id")
    )
    found: list[Decision] = []
    begin = 0
    while len(found) < limit:
        some = {meeting.pk: meeting for meeting in meetings[begin : begin + _MEETINGS]}
        decisions = list(_decisions_of([*some])[: limit - len(found)]) if some else []
        for decision in decisions:
            decision.item.meeting = some[decision.item.meeting_id]
        found += decisions
        if len(some) < _MEETINGS:
            break
        begin += _MEETINGS
    return found


def _decisions_of(meetings: list[int]) -> QuerySet[Decision]:
    corrected = RecordCorrection.objects.filter(item=OuterRef("item"), kind=Corrected.DECISION)
    return (
        Decision.objects.filter(
            item__in=AgendaItem.objects.not_withheld().filter(meeting__in=meetings).order_by().values("pk"),
            item__meeting__in=meetings,
            item__withdrawn_at__isnull=True,
            item__approves__isnull=True,
            resolution__in=list(_RESOLUTIONS),
        )
        .select_related("item__referral", "ballot")
        .prefetch_related("item__door_periods")
        .only(*_DECIDED)
        .annotate(corrected_at=Subquery(corrected.order_by("-pk").values("at")[:1]))
        .order_by("-item__meeting__starts_at", "item__position")
    )


def _concluded() -> QuerySet[Referral]:
    """Return the stays that ended, or rest, without a meeting having decided, newest first; whoever may read them."""
    by_decision = AgendaItem.objects.filter(
        ~Q(meeting__kind=MeetingKind.LOG), referral=OuterRef("pk"), decision__isnull=False
    )
    return (
        Referral.objects.filter(
            Q(status=ReferralStatus.CLOSED, outcome__in=list(_OUTCOMES)) | Q(status=ReferralStatus.RESTING),
            ~Exists(by_decision),
        )
        .select_related("body", "status_event")
        .only(*_CONCLUDED)
        .order_by("-status_event_id")
    )


def _of_decision(decision: Decision, proposal: Proposal | None) -> News:
    item = decision.item
    # Annotated where they were fetched.
    out_at = getattr(item.meeting, "out_at", None) or item.meeting.starts_at
    corrected_at: datetime | None = getattr(decision, "corrected_at", None)
    notes = [_("Unanimous")] if told_unanimous(item, decision.ballot) else []
    notes += [said] if (said := outcome_words.silent(decision)) else []
    if decision.due_on and decision.resolution == Resolution.ADOPT:
        notes.append(_("to be done by %(date)s") % {"date": date_text(decision.due_on, year=True)})
    if decision.due_on and decision.resolution == Resolution.CONSIDER:
        notes.append(_("comes up again on %(date)s") % {"date": date_text(decision.due_on, year=True)})
    # What was put right before it was out, nobody has read otherwise.
    if corrected_at is not None and corrected_at > out_at:
        notes.append(_("corrected on %(date)s") % {"date": date_text(corrected_at, year=True)})
    return News(
        where=item.meeting.body.name,
        on=_day(item.meeting.starts_at),
        out_at=out_at,
        changed_at=max(out_at, corrected_at or out_at),
        number=item.label,
        title=item.title,
        url=proposal.get_absolute_url() if proposal else item.meeting.get_absolute_url(),
        label=capfirst(outcome_words.words(decision, item.meeting.body)),
        meaning=_RESOLUTIONS[decision.resolution],
        note=_joined(notes),
    )


def _of_referral(referral: Referral, proposal: Proposal) -> News:
    notes = [_("Agreement")] if referral.body.by_consensus else []
    if referral.status == ReferralStatus.RESTING:
        label: str | Promise = ReferralStatus.RESTING.label
        meaning: StatusMeaning = "warning"
        if referral.resumes_on:
            notes.append(_("comes up again on %(date)s") % {"date": date_text(referral.resumes_on, year=True)})
    else:
        resolution = _OUTCOMES[referral.outcome]
        meaning = _RESOLUTIONS[resolution]
        label = outcome_words.said(resolution, referral.body, authority=proposal.authority if proposal.awaits else "")
        if resolution == Resolution.ADOPT and proposal.status == ProposalStatus.IMPLEMENTED:
            label = ProposalStatus.IMPLEMENTED.label
        elif resolution == Resolution.ADOPT:
            # That they agreed is what the label says.
            day = {"date": date_text(proposal.due_on, year=True)} if proposal.due_on else None
            notes = [_("to be done by %(date)s") % day] if day else []
    return News(
        where=referral.body.name,
        on=_day(referral.status_event.at),
        out_at=referral.status_event.at,
        changed_at=referral.status_event.at,
        number="",
        title=proposal.title,
        url=proposal.get_absolute_url(),
        label=capfirst(str(label)),
        meaning=meaning,
        note=_joined(notes),
    )


def _case_id(item: AgendaItem) -> int:
    return item.case_id or (item.referral.case_id if item.referral else 0)


def _joined(notes: Iterable[str]) -> str:
    return capfirst(" · ".join(notes))


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _midnight() -> datetime:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
