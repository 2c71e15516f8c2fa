"""My page: what waits for this person, what became of the own proposals, which meetings come, what was told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases.case_owners import owner_of, with_cases
from forum.cases.deadlines import SOON_DAYS, soon_until
from forum.cases.enums import CaseAccess, ReferralStatus
from forum.cases.models import Referral
from forum.cases.queries import opinions
from forum.commissions import queries as commissions_queries
from forum.commissions.enums import CommissionStatus
from forum.delegations.enums import Authority
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import CallAnswer, MeetingKind, MeetingStatus, MinutesStatus
from forum.meetings.follow_up import queries as follow_up
from forum.meetings.minutes.approvals import queries as approval_queries
from forum.meetings.minutes.corrections import queries as corrections
from forum.meetings.urgent.models import WrittenAnswer
from forum.organisation import body_links
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Body, Membership
from lmu.guests import queries as guests
from portal.queries.readable_notices import readable
from proposals.consent import queries as consent
from proposals.drafts import services as drafts
from proposals.enums import ProposalStatus
from proposals.heard import who_is_heard
from proposals.models import Feedback, Proposal
from proposals.paper_intake.queries import waiting_for
from proposals.presenting import overview
from proposals.queries import awaiting, corrected
from proposals.queries.lists import with_road
from trepart import clock
from trepart.access import grants
from trepart.notices.models import Notice
from trepart.text.dates import date_text, time_text

if TYPE_CHECKING:
    from trepart.access.models import User

#: Minutes are finished, read and approved within a week.
MINUTES_WITHIN = timedelta(days=7)
#: How many days before its notice must go out a planned meeting is a task.
AHEAD = 30
#: How much of each list my page shows; the rest is a link away.
SHOWN = 10


@dataclass(frozen=True)
class Task:
    """One thing that waits for somebody: what, for whom one does it, and by when. ``now`` puts it
    before everything else."""

    title: str
    url: str
    where: str
    what: str
    due: date | None = None
    now: bool = False

    @property
    def overdue(self) -> bool:
        """Say whether it should have been done before today."""
        return self.due is not None and self.due < clock.today()

    @property
    def soon(self) -> bool:
        """Say whether it is due soon."""
        return not self.overdue and self.due is not None and self.due <= soon_until()


@dataclass(frozen=True)
class OwnProposal:
    """One of the reader's proposals: where it stands and the newest answer."""

    proposal: Proposal
    status: overview.Status
    answer: Feedback | None


@dataclass(frozen=True)
class MyPage:
    """All that my page shows."""

    tasks: list[Task]
    proposals: list[OwnProposal]
    more_proposals: bool
    meetings: list[tuple[Meeting, str | Promise]]
    places: list[tuple[str, str]]
    notices: list[Notice]
    queues: list[tuple[str, str]] = field(default_factory=list)
    enters_paper: bool = False


def my_page(person: "User") -> MyPage:
    """Return everything on ``person``'s page in a number of queries that does not grow with how much there is."""
    held = grants.of(person)
    own = {place.body_id for place in held.standings if place.body_id is not None}
    bodies = {body.pk: body for body in Body.objects.filter(pk__in=own)}
    meetings = list(_coming(own))
    tasks = [
        *_meeting_tasks(person, meetings),
        *_call_tasks(person),
        *_writing_tasks(person),
        *_referral_tasks(held.bodies("proposals.handle")),
        *_measure_tasks(person),
        *_follow_up_tasks(person),
        *_council_tasks(person),
        *_approval_tasks(person),
        *_minutes_tasks(held.bodies("forum.write_minutes")),
        *_remark_tasks(person, held.bodies("forum.publish_minutes")),
        *_unsettled_tasks(held.bodies("forum.run_meeting")),
        *_opinion_tasks(person),
        *_commission_tasks(person),
        *_letter_tasks(person),
        *_consent_tasks(person),
        *_guest_tasks(person),
        *_heard_tasks(person),
        *(Task(*draft) for draft in drafts.waiting(person)),
    ]
    far = date.max
    tasks.sort(key=lambda task: (not task.now, task.due or far))
    proposals = _proposals(person)
    return MyPage(
        tasks=tasks,
        proposals=proposals[:SHOWN],
        more_proposals=len(proposals) > SHOWN,
        meetings=[(meeting, MeetingStatus(meeting.status).label) for meeting in meetings[:SHOWN]],
        places=[
            (capfirst(place.label), _page_of(place.role, bodies.get(place.body_id or 0))) for place in held.standings
        ],
        notices=readable(Notice.objects.filter(person=person, read_at__isnull=True)[:SHOWN], person),
        queues=[
            *(
                (bodies[pk].name, reverse("forum:body_queue", args=[bodies[pk].slug]))
                for pk in sorted(held.bodies("proposals.handle") & bodies.keys())
            ),
            *([(_("Letters"), reverse("proposals:letters"))] if held.bodies("proposals.send_letters") else []),
        ],
        enters_paper=bool(held.bodies("proposals.enter_paper")),
    )


def _page_of(role: str, body: Body | None) -> str:
    """Return where a place leads: a guest's to the cases they are a guest in, which is what they may read."""
    if body is None:
        return ""
    return reverse("lmu:guest") if role == Role.USER_REPRESENTATIVE else body_links.page_of(body)


def _guest_tasks(person: "User") -> Iterator[Task]:
    """Cases in which a guest has not said what they think; they need not."""
    if not any(place.role == Role.USER_REPRESENTATIVE for place in grants.of(person).standings):
        return
    for guest in guests.waiting(person):
        title = _("Say what you think: %(title)s") % {"title": guest.referral.case.title}
        yield Task(title, reverse("lmu:guest"), guest.referral.body.name, _("you are a guest in the case"), None)


def _heard_tasks(person: "User") -> Iterator[Task]:
    """What a union or safety representative is asked about, where one leader decides."""
    if not any(place.role in who_is_heard.REPRESENTATIVES for place in grants.of(person).standings):
        return
    for word, by in who_is_heard.waiting_for(person):
        title = _("Say what you think: %(title)s") % {"title": word.proposal.title}
        url = reverse("proposals:word", args=[word.proposal.case_id])
        yield Task(title, url, word.membership.body.name, _("you speak for the employees"), by)


def _coming(bodies: set[int]) -> QuerySet[Meeting]:
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    coming = Q(status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED], starts_at__gte=midnight)
    return (
        Meeting.objects.filter(coming | Q(status=MeetingStatus.IN_SESSION), body__in=bodies)
        .exclude(kind__in=(MeetingKind.LOG, MeetingKind.WRITTEN))
        .select_related("body")
        .order_by("starts_at", "id")
    )


def _meeting_tasks(person: "User", meetings: list[Meeting]) -> Iterator[Task]:
    held = grants.of(person)
    for meeting in meetings:
        day = timezone.localtime(meeting.starts_at).date()
        when = f"{date_text(day)} {time_text(meeting.starts_at)}"
        if meeting.status == MeetingStatus.IN_SESSION:
            runs = meeting.body_id in held.bodies("forum.run_meeting")
            url = reverse("forum:meeting_run", args=[meeting.pk]) if runs else meeting.get_absolute_url()
            yield Task(_("The meeting is in session"), url, meeting.body.name, when, due=day, now=True)
        elif meeting.status == MeetingStatus.CALLED:
            title = _("Read the agenda for the meeting on %(date)s") % {"date": date_text(day)}
            yield Task(
                title,
                meeting.get_absolute_url(),
                meeting.body.name,
                _("the meeting begins %(when)s") % {"when": when},
                day,
            )
        elif meeting.body_id in held.bodies("forum.plan_meeting"):
            notice = day - timedelta(days=meeting.body.notice_days)
            if notice > clock.today() + timedelta(days=AHEAD):
                continue  # a plan for the year is no list of things to do today
            title = _("Set the agenda and call the meeting on %(date)s") % {"date": date_text(day)}
            url = reverse("forum:meeting_agenda", args=[meeting.pk])
            yield Task(
                title,
                url,
                meeting.body.name,
                _("the notice must go out"),
                notice,
            )


def _consent_tasks(person: "User") -> Iterator[Task]:
    """Provisional conclusions that wait for a yes or a no for one's seat (R24)."""
    for conclusion, by in consent.waiting_for(person):
        case = conclusion.referral.case
        title = _("Say whether you agree: %(title)s") % {"title": case.title}
        yield Task(title, conclusion.get_absolute_url(), conclusion.referral.body.name, _("provisional conclusion"), by)


def _writing_tasks(person: "User") -> Iterator[Task]:
    """What is answered in writing: a member who has not answered does so; whoever runs meetings
    counts the answers (R10)."""
    held = grants.of(person)
    own = Membership.objects.running().filter(person=person, role__in=SEATED).values("body")
    said = WrittenAnswer.objects.filter(item__meeting=OuterRef("pk"), membership__person=person)
    waiting = Meeting.objects.filter(kind=MeetingKind.WRITTEN, status=MeetingStatus.CALLED)
    runs = held.bodies("forum.run_meeting")
    found = waiting.filter(Q(body__in=own) | Q(body__in=runs)).annotate(
        seated=Exists(Body.objects.filter(pk=OuterRef("body"), pk__in=own)), answered=Exists(said)
    )
    for meeting in found.select_related("body").order_by("starts_at", "id"):
        by = timezone.localtime(meeting.starts_at).date()
        when = f"{date_text(by)} {time_text(meeting.starts_at)}"
        if meeting.seated and not meeting.answered:
            url = reverse("forum:urgent_answer", args=[meeting.pk])
            what = _("every member must have answered by %(when)s") % {"when": when}
            yield Task(_("Answer in writing: an urgent case"), url, meeting.body.name, what, by, now=True)
        if meeting.body_id in runs:
            url = reverse("forum:urgent_conclude", args=[meeting.pk])
            what = _("when everybody has answered, or at %(when)s") % {"when": when}
            yield Task(_("Count the answers in writing"), url, meeting.body.name, what, by)


def _call_tasks(person: "User") -> Iterator[Task]:
    waiting = DeputyCall.objects.filter(
        deputy__person=person, answer=CallAnswer.WAITING, absence__meeting__status=MeetingStatus.CALLED
    )
    for call in waiting.select_related("absence__meeting__body", "absence__membership__person").order_by("answer_by"):
        meeting = call.absence.meeting
        day = timezone.localtime(meeting.starts_at).date()
        by = timezone.localtime(call.answer_by).date() if call.answer_by else day
        title = _("Can you meet as deputy on %(date)s?") % {"date": date_text(day)}
        yield Task(title, call.get_absolute_url(), meeting.body.name, _("answer yes or no"), by, now=True)


def _referral_tasks(bodies: frozenset[int]) -> Iterator[Task]:
    if not bodies:
        return
    today = clock.today()
    waiting = Referral.objects.filter(
        Q(status=ReferralStatus.OPEN) | Q(status=ReferralStatus.RESTING, resumes_on__lte=today), body__in=bodies
    )
    for referral in with_cases(waiting.select_related("body")).order_by("due_on", "id"):
        owner = owner_of(referral)
        url = owner.url(referral) if owner else reverse("forum:body_queue", args=[referral.body.slug])
        resting = referral.status == ReferralStatus.RESTING
        what = _("was to be taken up again") if resting else _("waits for an answer")
        due = referral.resumes_on if resting else referral.due_on
        yield Task(referral.case.title, url, f"{referral.body.name} · {referral.case.reference}", what, due)


def _measure_tasks(person: "User") -> Iterator[Task]:
    measures = Proposal.objects.filter(responsible=person, status=ProposalStatus.ADOPTED).select_related("case")
    for proposal in measures.order_by("due_on", "id"):
        where = _("You are responsible") + f" · {proposal.case.reference}"
        yield Task(proposal.title, proposal.get_absolute_url(), where, _("to be carried out"), proposal.due_on)


def _follow_up_tasks(person: "User") -> Iterator[Task]:
    for one in follow_up.waiting_for(person):
        item = one.decision.item
        where = _("You are responsible") + f" · {item.meeting.body.name} · {item.label}"
        yield Task(item.title, one.get_absolute_url(), where, _("to be carried out"), one.due_on)


def _council_tasks(person: "User") -> Iterator[Task]:
    own = awaiting.is_chief_executive(person)
    for proposal in awaiting.waiting_for(person):
        where = f"{capfirst(proposal.authority)} · {proposal.case.reference}"
        mine = own and proposal.awaits == Authority.CHIEF_EXECUTIVE
        what = _("recommended to you: write what you decide") if mine else _("ask what they answered")
        yield Task(proposal.title, proposal.get_absolute_url(), where, what, proposal.ask_council_on)


def _minutes_tasks(bodies: frozenset[int]) -> Iterator[Task]:
    if not bodies:
        return
    ended = Meeting.objects.filter(status=MeetingStatus.ENDED, body__in=bodies).exclude(kind=MeetingKind.LOG)
    unpublished = ended.filter(Q(minutes__isnull=True) | Q(minutes__status=MinutesStatus.DRAFT))
    for meeting in unpublished.select_related("body").order_by("starts_at"):
        day = timezone.localtime(meeting.starts_at).date()
        title = _("Finish the minutes of %(date)s") % {"date": date_text(day)}
        url = reverse("forum:minutes_detail", args=[meeting.pk])
        yield Task(title, url, meeting.body.name, _("soon after the meeting"), day + MINUTES_WITHIN)


def _remark_tasks(person: "User", bodies: frozenset[int]) -> Iterator[Task]:
    """Yield the remarks of approvers that wait for a correction or an answer, and what is corrected and not out yet."""
    if not bodies:
        return
    for remark in approval_queries.remarks_waiting(bodies).exclude(person=person):
        minutes = remark.version.minutes
        day = timezone.localtime(minutes.meeting.starts_at).date()
        words = {"name": remark.name, "date": date_text(day)}
        title = _("%(name)s has a remark to the minutes of %(date)s") % words
        by = timezone.localtime(remark.at).date() + timedelta(days=SOON_DAYS)
        what = _("correct the minutes, or answer why they stay")
        yield Task(title, minutes.get_absolute_url(), minutes.meeting.body.name, what, by)
    for meeting in corrections.waiting(bodies):
        day = timezone.localtime(meeting.starts_at).date()
        title = _("Publish the corrected minutes of %(date)s") % {"date": date_text(day)}
        url = reverse("forum:minutes_record", args=[meeting.pk])
        yield Task(title, url, meeting.body.name, _("the published version does not have what you corrected"))
    for one in corrected.waiting_in(bodies):
        if one.item.referral is None:
            continue
        title = _("Send a corrected answer: %(item)s") % {"item": one.item.label}
        url = reverse("proposals:correct_answer", args=[one.item.referral.case_id])
        what = _("the proposer was told what was decided before it was corrected")
        yield Task(title, url, one.item.meeting.body.name, what, now=True)


def _approval_tasks(person: "User") -> Iterator[Task]:
    for minutes in approval_queries.waiting_for(person):
        day = timezone.localtime(minutes.meeting.starts_at).date()
        title = _("Approve the minutes of %(date)s") % {"date": date_text(day)}
        published = timezone.localtime(minutes.published_at or clock.now()).date()
        what = _("read them, and approve or answer with a remark")
        yield Task(title, minutes.get_absolute_url(), minutes.meeting.body.name, what, published + MINUTES_WITHIN)


def _unsettled_tasks(bodies: frozenset[int]) -> Iterator[Task]:
    if not bodies:
        return
    stuck = AgendaItem.objects.filter(meeting__body__in=bodies, settled_at__isnull=True).exclude(settle_error="")
    for item in stuck.select_related("meeting__body"):
        title = _("A decision could not be set in motion: %(item)s") % {"item": item}
        yield Task(title, item.meeting.get_absolute_url(), item.meeting.body.name, item.settle_error, now=True)


def _opinion_tasks(person: "User") -> Iterator[Task]:
    for opinion in opinions.waiting_opinions(person):
        # Where the case has been closed since, its title may be what must not be known (R25).
        kept = opinion.case.access == CaseAccess.RECEIVER
        title = _("Case %(reference)s, not public") % {"reference": opinion.case.reference}
        where = f"{opinion.of} · {opinion.case.reference}"
        what = _("waits for an opinion")
        yield Task(title if kept else opinion.case.title, opinion.get_absolute_url(), where, what, opinion.due_on)


def _commission_tasks(person: "User") -> Iterator[Task]:
    for commission in commissions_queries.commissions_to_carry(person):
        given = commission.status == CommissionStatus.GIVEN
        what = _("a new commission: take it on or send it back") if given else _("the report is due")
        where = f"{commission.receiver} · {commission.case.reference}"
        yield Task(commission.case.title, commission.get_absolute_url(), where, what, commission.due_on)
    for commission in commissions_queries.commissions_sent_back(person):
        where = f"{commission.giver} · {commission.case.reference}"
        what = _("a commission was sent back")
        yield Task(commission.case.title, commission.get_absolute_url(), where, what, commission.due_on)


def _letter_tasks(person: "User") -> Iterator[Task]:
    for letter in waiting_for(person):
        where = f"{letter.body} · {letter.proposal.case.reference}" if letter.body else letter.proposal.case.reference
        url = reverse("proposals:letter", args=[letter.pk])
        yield Task(letter.subject, url, where, _("a letter to print and send"), letter.due_on)


def _proposals(person: "User") -> list[OwnProposal]:
    own = with_road(Proposal.objects.filter(proposer=person)).prefetch_related("feedback")
    return [
        OwnProposal(proposal, overview.status(proposal), next(iter(proposal.feedback.all()), None))
        for proposal in own[: SHOWN + 1]
    ]
