"""The meetings of the demo's year: planned, called, held, and what is decided in them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from forum.cases.deadlines import farthest
from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.delegations.enums import Scope
from forum.delegations.models import Delegation
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import deputy_lists, roll_call
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, ItemKind, MeetingStatus, Settled
from forum.meetings.follow_up import services as follow_up
from forum.meetings.planning import services
from forum.meetings.session.decisions import postponement, settlement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots, motions
from forum.organisation.enums import Role
from forum.organisation.models import Body
from portal.demo.stories import after_the_meeting, council, session
from portal.demo.stories.decisions import _decision_text, _first_elected
from portal.demo.stories.steps import complete, fresh, step
from portal.demo.stories.year import Year
from portal.demo.towns.fjellvik import Story
from proposals import services as proposals
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

#: How many days before a meeting it is called.
NOTICE = 8


COMMITTEE_DAYS = (335, 275, 215, 155, 95, 35)


COORDINATION_DAYS = (350, 320, 290, 260, 230, 200, 170, 140, 110, 80, 50, 20)


def plan_meeting(year: Year, body: Body, days: int, *, hour: int) -> None:
    holder: dict[str, Meeting] = {}
    secretary = year.town.seat(body, Role.SECRETARY)
    begins = year.moment(days, hour)

    def plan() -> None:
        holder["meeting"] = services.plan_meeting(
            body=body, starts_at=begins, place="Rådhuset, møterom Åsen", actor=secretary
        )

    def call() -> None:
        meeting = holder["meeting"]
        _fill(year, meeting, secretary)
        if not meeting.items.exists():
            perform(meeting, "cancel", actor=secretary, data={"reason": "Ingen saker er klare."})
            return
        perform(meeting, "call", actor=secretary)

    def hold() -> None:
        meeting = Meeting.objects.get(pk=holder["meeting"].pk)
        if meeting.status == MeetingStatus.CALLED:
            _hold(year, meeting, secretary, begins)

    year.on(year.moment(days + 25, 10), plan)
    year.on(year.moment(days + NOTICE, 10), call)
    year.on(begins, hold)


def coming(year: Year, body: Body, days_ahead: int, hour: int, *, call: bool = False) -> None:
    secretary = year.town.seat(body, Role.SECRETARY)
    starts = timezone.make_aware(datetime.combine(year.coming_day(days_ahead), time(hour)))
    meeting = services.plan_meeting(body=body, starts_at=starts, place="Rådhuset, kommunestyresalen", actor=secretary)

    def call_it() -> None:
        # What was postponed to this meeting, and what has been promised to come up at it.
        for referral in Referral.objects.waiting().filter(body=body, case__proposal__isnull=False).order_by("pk"):
            agenda_services.add_item(meeting, referral=referral, actor=secretary)
        session.again(meeting, secretary)
        agenda_services.add_item(meeting, title="Orientering om nærvær i enhetene", kind=ItemKind.RS, actor=secretary)
        agenda_services.add_item(
            meeting, title="Erfaringer etter en arbeidsulykke på teknisk drift",
            closed_basis="koml. § 11-5 (3) a", public_title="Erfaringer etter en hendelse på en arbeidsplass",
            recommendation="Utvalget ber kommunedirektøren følge opp forslagene fra verneombudet.", actor=secretary,
        )  # fmt: skip
        follow_up.put_on_agenda(meeting, actor=secretary)
        council.before_the_coming_one(meeting, secretary)
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=secretary)

    if call:
        year.on(year.moment(1, 13), call_it)


def _fill(year: Year, meeting: Meeting, secretary: User) -> None:
    waiting = Referral.objects.waiting().filter(body=meeting.body).select_related("case").order_by("received_at")
    for referral in waiting:
        if (meeting.body_id, referral.case_id) in year.intentions:
            agenda_services.add_item(meeting, referral=referral, actor=secretary)
    if meeting.body == year.town.committee and meeting.starts_at == year.moment(COMMITTEE_DAYS[-1], 9):
        session.put_on(meeting, secretary)
    if meeting.body == year.town.committee:
        day = next(d for d in COMMITTEE_DAYS if meeting.starts_at == year.moment(d, 9))
        after_the_meeting.own_case(meeting, day, secretary)
        council.take_in(year, meeting, day, secretary)
    if meeting.body == year.town.committee and meeting.items.exists():
        agenda_services.add_item(
            meeting, title="Orientering om sykefravær og nærvær", kind=ItemKind.RS, actor=secretary
        )
        if meeting.starts_at == year.moment(155, 9):
            agenda_services.add_item(
                meeting, title="Gransking etter varsel mot en leder", kind=ItemKind.PS,
                closed_basis="koml. § 11-5 (2)",
                public_title="Arbeidsmiljøsak", recommendation="Utvalget tar redegjørelsen til orientering.",
                actor=secretary,
            )  # fmt: skip


def preliminary(year: Year) -> None:
    """What the committee cannot answer within a month gets a preliminary answer, with the day it is expected (R18)."""
    committee = year.town.committee
    secretary = year.town.seat(committee, Role.SECRETARY)
    for referral in (
        Referral.objects.waiting().filter(body=committee, case__proposal__isnull=False).select_related("case__proposal")
    ):
        if referral.case.proposal.status == "in_treatment":
            proposals.give_preliminary_answer(
                referral.case.proposal,
                text=(
                    "Utvalget møtes annenhver måned. Forslaget ditt er klart til behandling og kommer opp på neste "
                    "møte."
                ),
                expected_on=year.today + timedelta(days=14),
                actor=secretary,
            )


def _hold(year: Year, meeting: Meeting, secretary: User, begins: datetime) -> None:
    committee = meeting.body == year.town.committee
    _meet(year, meeting, secretary)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary)
    if meeting.items.filter(title=session.PLAN).exists():
        session.before(meeting, secretary)
    for number, item in enumerate(meeting.items.filter(withdrawn_at__isnull=True).order_by("position")):
        with clock.at(begins + timedelta(minutes=5 + 6 * number)):
            _treat(year, item, secretary)
    with clock.at(begins + timedelta(hours=2)):
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
        settlement.settle_items(meeting, secretary)
    way = _ways(year).get(begins.date(), after_the_meeting.APPROVED) if committee else after_the_meeting.APPROVED
    newest = year.moment(COORDINATION_DAYS[-1], 9).date()
    if not committee and begins.date() >= newest:
        way = after_the_meeting.WAITING
    after_the_meeting.publish_and_approve(year, meeting, secretary, begins, way=way)


def _ways(year: Year[Any]) -> dict[date, str]:
    """Return how the minutes of the committee's meetings fare, by their day; the others are approved by all three."""
    return {
        year.moment(155, 9).date(): after_the_meeting.CORRECTED,
        year.moment(95, 9).date(): after_the_meeting.WAITING,
        year.moment(35, 9).date(): after_the_meeting.HALF,
    }


def _meet(year: Year, meeting: Meeting, secretary: User) -> None:
    """Everybody meets, but for one elected member in the autumn, whose deputy comes."""
    rows = roll_call.all_met(meeting)
    if meeting.body == year.town.committee and meeting.starts_at in (year.moment(95, 9), year.moment(35, 9)):
        deputies = [m for m in deputy_lists.deputies(meeting) if m.part == "elected"]
        rows = [
            roll_call.Row(row.membership, present=False, deputy=deputies[0])
            if row.membership.role == Role.MEMBER
            and row.membership.part == "elected"
            and number == _first_elected(rows)
            else row
            for number, row in enumerate(rows)
        ]
    roll_call.set_attendance(meeting, rows=rows, actor=secretary)


def _treat(year: Year, item: AgendaItem, secretary: User) -> None:
    meeting = item.meeting
    if session.treat(item, secretary):
        return
    session.comes_back(item, secretary)
    if council.treat(item, secretary):
        return
    if item.kind == ItemKind.RS:
        decisions.decide(item, text="Utvalget tar saken til orientering.", resolution=Resolution.NOTED, actor=secretary)
        return
    if item.is_proposed_closed:
        item = session.close(item, secretary)
    if item.referral is None:
        if after_the_meeting.decide_own_case(year, item, year.town.leader("Nordli skole"), secretary):
            return
        motion = item.motions.filter(is_recommendation=True).first()
        ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=secretary) if motion else None
        decisions.decide(item, text=item.recommendation, resolution=Resolution.NOTED, ballot=ballot, actor=secretary)
        return
    resolution, story = year.intentions.pop((meeting.body_id, item.referral.case_id))
    text = _decision_text(resolution, story)
    if resolution == Resolution.POSTPONE:
        answer = "Utvalget vil vite mer om driftskostnadene, og tar saken opp igjen på neste møte."
        postponement.postpone_item(item, text=text, answer=answer, settled=Settled.VOTE, actor=secretary)
        return
    ballot = None
    if resolution != Resolution.NOTED:
        motion = item.motions.filter(is_recommendation=True).first()
        if motion is None or resolution not in (Resolution.ADOPT, Resolution.RECOMMEND):
            mover = meeting.attendances.filter(present=True).order_by("id")[0].membership
            motion = motions.add_motion(item, text=text, moved_by=mover, actor=secretary)
        choices = None
        if meeting.body == year.town.committee and story.road in ("committee_declined", "committee_completed"):
            table = participants.entitled(item)
            choices = {voter.pk: Choice.FOR for voter in table}
            for voter in [v for v in table if v.membership.party and v.membership.party.short in ("H", "V")]:
                choices[voter.pk] = Choice.AGAINST
        ballot = ballots.record_ballot(item, motion=motion, choices=choices, actor=secretary)
        text = motion.text  # what was voted on is what is decided
    _decide(year, item, resolution, story, text, ballot, secretary)


def _of_the_pot(item: AgendaItem) -> Delegation | None:
    """Return what lets the committee give money to a proposal; nothing in the coordination group, which agrees."""
    return item.meeting.body.delegations.filter(scope=Scope.EMPLOYEE_GRANTS).first()


def _decide(
    year: Year, item: AgendaItem, resolution: Resolution, story: Story, text: str, ballot: Any, secretary: User
) -> None:
    town = year.town
    details: dict[str, Any] = {"answer": story.answer or text}
    if resolution == Resolution.ADOPT:
        days = 40 if story.road == "committee_completed" else 120
        details |= {"responsible": town.leader(story.unit), "due_on": clock.today() + timedelta(days=days)}
    elif resolution == Resolution.CONSIDER:
        details |= {"due_on": min(year.today + timedelta(days=50), farthest())}
    elif resolution == Resolution.SEND_BACK:
        details |= {
            "options": {
                "back_to": town.lmus[story.unit].pk,
                "user_representatives": True,
                "note": "Ta med brukerrepresentant før dere konkluderer.",
            }
        }
    elif resolution == Resolution.RECOMMEND:
        details |= {
            "options": {"recommendation": text},
            "answer": (
                "Koordineringsgruppa anbefaler forslaget. Det trenger tilskudd, og går derfor videre til "
                "partssammensatt utvalg."
            ),
        }
    elif resolution == Resolution.TO_COUNCIL:
        answered = story.road == "council_adopted"
        due = clock.today() + timedelta(days=50) if answered else year.today + timedelta(days=20)
        details |= {"due_on": min(due, farthest())}
    if story.grant and resolution in (Resolution.ADOPT, Resolution.DECLINE):
        details |= {"delegation": _of_the_pot(item)}
    decisions.decide(
        item, text=text, resolution=resolution, ballot=ballot, over_a_part=True, actor=secretary, **details
    )
    if story.road == "council_adopted" and resolution == Resolution.TO_COUNCIL:
        year.on(clock.now() + timedelta(days=42), lambda: step(
            year, story, "council_adopted", secretary, council_decided_on=clock.today(),
            council_decision="Kommunestyret vedtar innstillingen enstemmig. Solceller tas inn i prosjektet.",
            answer="Kommunestyret sa ja, enstemmig. Solcellene legges når taket skiftes.",
            responsible=town.leader(story.unit).pk,
            due_on=year.today + timedelta(days=150)))  # fmt: skip
    if story.road == "committee_completed" and resolution == Resolution.ADOPT:
        leader = town.leader(story.unit)
        year.on(
            clock.now() + timedelta(days=20),
            lambda: proposals.report_progress(fresh(year, story), text=story.progress, actor=leader),
        )
        year.on(clock.now() + timedelta(days=50), lambda: complete(year, story, leader))
