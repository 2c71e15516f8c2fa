"""A year in Fjellvik: every proposal walks its road through the portal's own steps, in the order the days came, with
the clock set to each day.

Nothing is put into the database from the side, so the audit trail of the demo verifies, and every deadline, answer and
number is what the portal itself made of it.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Generic, TypeVar

from django.utils import timezone
from django.utils.formats import localize_input

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call as seats
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, ItemKind, MeetingStatus
from forum.meetings.follow_up import services as follow_up
from forum.meetings.planning import services
from forum.meetings.planning.rules import public_holidays
from forum.meetings.session import ballots, decisions
from forum.organisation.enums import Role
from forum.organisation.models import Body
from portal.demo.stories import after_the_meeting, council, logs, session, urgent
from portal.demo.towns.fjellvik import STORIES, Story
from portal.demo.towns.organisation import local_group_members
from proposals import services as proposals
from proposals.models import Proposal
from trepart import clock
from trepart.access.models import User
from trepart.audit import sealing
from trepart.workflow import perform

#: How many days before a meeting it is called.
NOTICE = 8
_COMMITTEE_DAYS = (335, 275, 215, 155, 95, 35)
_COORDINATION_DAYS = (350, 320, 290, 260, 230, 200, 170, 140, 110, 80, 50, 20)


Town = TypeVar("Town")


@dataclass
class Year(Generic[Town]):
    """The year as a calendar: what is to happen, on which day, at what time."""

    town: Town
    today: date
    progress: Callable[[str], None]
    calendar: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    order: Any = field(default_factory=count)
    #: What the bodies will decide when a case comes before them: (body id, case id) -> (resolution, story).
    intentions: dict[tuple[int, int], tuple[Resolution, Story]] = field(default_factory=dict)
    by_title: dict[str, Proposal] = field(default_factory=dict)
    happened: int = 0

    def moment(self, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return the moment so many days ago, at that time of the municipality's day, moved off weekends."""
        day = self.today - timedelta(days=days_ago)
        if days_ago > 0 and day.weekday() >= 5:
            day -= timedelta(days=day.weekday() - 4)
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def meeting_moment(self, days_ago: int, hour: int) -> datetime:
        """Return the moment so many days ago, moved on to the next day on which anybody would hold a meeting: no
        weekend, no public holiday."""
        return timezone.make_aware(datetime.combine(self.coming_day(-days_ago), time(hour)))

    def coming_day(self, days_ahead: int) -> date:
        """Return the first day so many days ahead, or after it, on which anybody would call a meeting: no
        weekend, no public holiday."""
        day = self.today + timedelta(days=days_ahead)
        closed = public_holidays(day, day + timedelta(days=14))
        while day.weekday() >= 5 or day in closed:
            day += timedelta(days=1)
        return day

    def on(self, moment: datetime, deed: Callable[[], object]) -> None:
        """Let ``deed`` happen at ``moment``; what would come after now does not happen."""
        if moment <= timezone.now():
            heapq.heappush(self.calendar, (moment, next(self.order), deed))

    def live(self) -> None:
        """Live through the year, day by day."""
        total = len(self.calendar)
        sealed: date | None = None
        while self.calendar:
            moment, _number, deed = heapq.heappop(self.calendar)
            with clock.at(moment):
                deed()
                if sealed is None or (moment.date() - sealed).days >= 14:
                    sealing.seal_events()
                    sealed = moment.date()
            self.happened += 1
            if self.happened % 25 == 0:
                self.progress(
                    f"{moment:%d.%m.%Y}: {self.happened} av {max(total, self.happened + len(self.calendar))} hendelser"
                )
        sealing.seal_events()


def plan_year(year: Year) -> None:
    """Put the whole year in the calendar: the bodies' meetings and every story."""
    for days in _COORDINATION_DAYS:
        _plan_meeting(year, year.town.coordination, days, hour=12)
    for days in _COMMITTEE_DAYS:
        _plan_meeting(year, year.town.committee, days, hour=9)
    year.on(year.moment(30, 11), lambda: _coming(year, year.town.committee, 10, 9, call=True))
    year.on(year.moment(29, 11), lambda: _coming(year, year.town.committee, 66, 9))
    year.on(year.moment(18, 11), lambda: _coming(year, year.town.coordination, 6, 12))
    for number, story in enumerate(STORIES):
        _tell(year, story, number)
    year.on(year.moment(24, 9), lambda: _preliminary(year))
    logs.plan_logs(year)
    urgent.plan(year)


# The road of a story --------------------------------------------------------------------------------------------------


def _tell(year: Year, story: Story, number: int) -> None:
    town = year.town
    staff = town.staff[story.unit]
    proposer = staff[4 + number % 3] if story.unit not in ("Nordli skole", "Vei og park") else staff[4]
    leader = staff[0]

    def submit() -> None:
        data = {
            "title": story.title, "what": story.what, "why": story.why, "expected_effect": story.effect,
            "unit": town.units[story.unit].pk,
            "several_workplaces": "yes" if story.several else "no", "needs_grant": "yes" if story.grant else "no",
            "grant_amount": str(story.grant) if story.grant else "", "affects_users": "yes" if story.users else "no",
            "show_name": "on" if story.show_name else "",
        }  # fmt: skip
        year.by_title[story.title] = proposals.submit(proposer=proposer, data=data)

    year.on(year.moment(story.days, 8 + number % 3, 7 * number % 60), submit)
    if story.road in ("new", "overdue"):
        return
    if story.road == "withdrawn":
        year.on(
            year.moment(story.days - 5, 15),
            lambda: _step(year, story, "withdraw", proposer, reason="Vi fant en bedre løsning selv."),
        )
        return
    if story.road == "passed_on":
        year.on(year.moment(
            story.days - 3, 12,
        ), lambda: _step(year, story, "pass_on", leader, unit=town.units["Vei og park"].pk,
                answer="Gangveien er det Vei og park som har ansvaret for. Vi har sendt forslaget dit."))  # fmt: skip
        return
    year.on(year.moment(story.days - 2, 12), lambda: _step(year, story, "begin", leader, access="employees"))
    if story.road == "begun":
        return
    if story.road == "merged":
        target = "Felles vikarordning på tvers av sykehjemmene"
        year.on(
            year.moment(205, 13),
            lambda: _step(
                year,
                story,
                "merge",
                leader,
                into=year.by_title[target].case.reference,
                answer="Fjellvik sykehjem har foreslått det samme. Vi slår forslagene sammen, og du får samme svar.",
            ),
        )
        return
    year.on(year.moment(story.days - 12, 13), lambda: _local(year, story, leader))


def _local(year: Year, story: Story, leader: User) -> None:
    """The LMU deals with it, by consensus."""
    road = story.road
    soon = clock.today() + timedelta(days=45)
    if road == "lmu_done":
        _agree(year, story, "done_already", answer=story.answer, carried_out_on=clock.today(), effect=story.result)
    elif road in ("lmu_adopted", "lmu_completed"):
        _agree(
            year,
            story,
            "carry_out",
            answer=story.answer,
            responsible=leader.pk,
            due_on=clock.today() + timedelta(days=90 if road == "lmu_adopted" else 60),
        )
        if road == "lmu_completed":
            year.on(year.moment(story.days - 40, 14), lambda: proposals.report_progress(
                _fresh(year, story), text="Vi er i gang, og det meste er på plass.", actor=leader))  # fmt: skip
            year.on(year.moment(story.days - 72, 14), lambda: _complete(year, story, leader))
    elif road == "lmu_further":
        _agree(year, story, "think_further", answer=story.answer, resumes_on=year.today + timedelta(days=40))
    elif road == "lmu_declined":
        _agree(year, story, "turn_down", answer=story.answer)
    elif road == "disagree":
        members = local_group_members(year.town.lmus[story.unit])
        said = {
            Role.LEADER: (
                "Vi har ikke folk til å dekke en halvtime til hver morgen uten at det går ut over ettermiddagen."
            ),
            Role.UNION_REPRESENTATIVE: (
                "Foreldrene våre trenger det. Vi kan løse det med forskjøvet vakt for dem som ønsker det."
            ),
            Role.SAFETY_REPRESENTATIVE: "Det må være to voksne til stede fra åpning. Én alene er ikke forsvarlig.",
        }
        words = {f"position_{m.pk}": said[Role(m.role)] for m in members if m.role in said}
        _agree(
            year,
            story,
            "disagree",
            answer="Vi ble ikke enige i LMU. Koordineringsgruppa får se hva hver av oss mener, og tar det derfra.",
            **words,
        )
    else:
        _forward(year, story, soon)


def _forward(year: Year, story: Story, soon: date) -> None:
    why = "Det berører flere arbeidsplasser" + (" og trenger tilskudd." if story.grant else ".")
    _agree(
        year,
        story,
        "forward",
        answer=f"LMU støtter forslaget. {why} Derfor er det sendt til koordineringsgruppa.",
        note="LMU er enige om å støtte dette.",
    )
    coordination, committee, case = year.town.coordination.pk, year.town.committee.pk, _fresh(year, story).case_id
    first = {
        "coord_adopted": Resolution.ADOPT, "coord_declined": Resolution.DECLINE, "coord_further": Resolution.CONSIDER,
        "coord_back": Resolution.SEND_BACK,
    }.get(story.road)  # fmt: skip
    if first is not None:
        year.intentions[coordination, case] = (first, story)
    elif story.road != "coord_queue":
        year.intentions[coordination, case] = (Resolution.RECOMMEND, story)
        then = {
            "committee_adopted": Resolution.ADOPT, "committee_completed": Resolution.ADOPT,
            "committee_declined": Resolution.DECLINE,
            "committee_council": Resolution.TO_COUNCIL, "council_adopted": Resolution.TO_COUNCIL,
            "postponed": Resolution.POSTPONE,
        }.get(story.road)  # fmt: skip
        if then is not None:
            year.intentions[committee, case] = (then, story)


def _fresh(year: Year, story: Story) -> Proposal:
    return Proposal.objects.get(pk=year.by_title[story.title].pk)


def _step(year: Year, story: Story, name: str, actor: User, **data: Any) -> None:
    perform(_fresh(year, story), name, actor=actor, data=data)


def _agree(year: Year, story: Story, name: str, **data: Any) -> None:
    lmu = year.town.lmus[story.unit]
    chosen = [member.pk for member in local_group_members(lmu)]
    _step(year, story, name, year.town.leader(story.unit), participants=chosen, held_on=clock.today(), **data)


def _complete(year: Year, story: Story, actor: User) -> None:
    _step(year, story, "complete", actor, carried_out_on=clock.today(), effect=story.result,
          effect_saved=str(story.saved) if story.saved else "",
          effect_absence=localize_input(Decimal(story.absence)) if story.absence else "")  # fmt: skip


# Meetings -------------------------------------------------------------------------------------------------------------


def _plan_meeting(year: Year, body: Body, days: int, *, hour: int) -> None:
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


def _coming(year: Year, body: Body, days_ahead: int, hour: int, *, call: bool = False) -> None:
    secretary = year.town.seat(body, Role.SECRETARY)
    starts = timezone.make_aware(datetime.combine(year.coming_day(days_ahead), time(hour)))
    meeting = services.plan_meeting(body=body, starts_at=starts, place="Rådhuset, kommunestyresalen", actor=secretary)

    def call_it() -> None:
        wanted = Referral.objects.waiting().filter(body=body, case__proposal__title="Felles vaktmester for tre skoler")
        for referral in wanted:
            agenda_services.add_item(meeting, referral=referral, actor=secretary)
        agenda_services.add_item(meeting, title="Orientering om nærvær i enhetene", kind=ItemKind.RS, actor=secretary)
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
    if meeting.body == year.town.committee and meeting.starts_at == year.moment(_COMMITTEE_DAYS[-1], 9):
        session.put_on(meeting, secretary)
    if meeting.body == year.town.committee:
        day = next(d for d in _COMMITTEE_DAYS if meeting.starts_at == year.moment(d, 9))
        after_the_meeting.own_case(meeting, day, secretary)
        council.take_in(year, meeting, day, secretary)
    if meeting.body == year.town.committee and meeting.items.exists():
        agenda_services.add_item(
            meeting, title="Orientering om sykefravær og nærvær", kind=ItemKind.RS, actor=secretary
        )
        if meeting.starts_at == year.moment(155, 9):
            agenda_services.add_item(
                meeting, title="Omplassering av ansatt etter omstilling", kind=ItemKind.PS,
                closed_basis="Kommuneloven § 11-5 andre ledd: tjenstlige forhold",
                public_title="Personalsak", recommendation="Utvalget slutter seg til avtalen som er lagt fram.",
                actor=secretary,
            )  # fmt: skip


def _preliminary(year: Year) -> None:
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
    for item in meeting.items.filter(withdrawn_at__isnull=True).order_by("position"):
        _treat(year, item, secretary)
    with clock.at(begins + timedelta(hours=2)):
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
        decisions.settle_items(meeting, secretary)
    way = _ways(year).get(begins.date(), after_the_meeting.APPROVED) if committee else after_the_meeting.APPROVED
    newest = year.moment(_COORDINATION_DAYS[-1], 9).date()
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
    rows = seats.all_met(meeting)
    if meeting.body == year.town.committee and meeting.starts_at in (year.moment(95, 9), year.moment(35, 9)):
        deputies = [m for m in seats.deputies(meeting) if m.part == "elected"]
        rows = [
            seats.Row(row.membership, present=False, reason="Sykdom", deputy=deputies[0])
            if row.membership.role == Role.MEMBER
            and row.membership.part == "elected"
            and number == _first_elected(rows)
            else row
            for number, row in enumerate(rows)
        ]
    seats.set_attendance(meeting, rows=rows, actor=secretary)


def _first_elected(rows: list[seats.Row]) -> int:
    return next(
        n for n, row in enumerate(rows) if row.membership.role == Role.MEMBER and row.membership.part == "elected"
    )


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
    if item.referral is None:
        if after_the_meeting.decide_own_case(year, item, year.town.leader("Nordli skole"), secretary):
            return
        motion = item.motions.filter(is_recommendation=True).first()
        ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=secretary) if motion else None
        decisions.decide(item, text=item.recommendation, resolution=Resolution.NOTED, ballot=ballot, actor=secretary)
        return
    resolution, story = year.intentions.pop((meeting.body_id, item.referral.case_id))
    text = _decision_text(resolution, story)
    ballot = None
    if resolution != Resolution.POSTPONE:
        motion = item.motions.filter(is_recommendation=True).first()
        if motion is None or resolution not in (Resolution.ADOPT, Resolution.RECOMMEND):
            mover = meeting.attendances.filter(present=True).order_by("id")[0].membership
            motion = ballots.add_motion(item, text=text, moved_by=mover, actor=secretary)
        choices = None
        if meeting.body == year.town.committee and story.road in ("committee_declined", "committee_completed"):
            table = participants.entitled(item)
            choices = {voter.pk: Choice.FOR for voter in table}
            for voter in [v for v in table if v.membership.party and v.membership.party.short in ("H", "V")]:
                choices[voter.pk] = Choice.AGAINST
        ballot = ballots.record_ballot(item, motion=motion, choices=choices, actor=secretary)
    _decide(year, item, resolution, story, text, ballot, secretary)


def _decide(
    year: Year, item: AgendaItem, resolution: Resolution, story: Story, text: str, ballot: Any, secretary: User
) -> None:
    town = year.town
    details: dict[str, Any] = {"answer": story.answer or text}
    if resolution == Resolution.ADOPT:
        days = 40 if story.road == "committee_completed" else 120
        details |= {"responsible": town.leader(story.unit), "due_on": clock.today() + timedelta(days=days)}
    elif resolution == Resolution.CONSIDER:
        details |= {"due_on": year.today + timedelta(days=50)}
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
        details |= {"due_on": clock.today() + timedelta(days=50)}
    elif resolution == Resolution.POSTPONE:
        details |= {"answer": "Utvalget vil vite mer om driftskostnadene, og tar saken opp igjen på neste møte."}
    decisions.decide(item, text=text, resolution=resolution, ballot=ballot, actor=secretary, **details)
    if story.road == "council_adopted" and resolution == Resolution.TO_COUNCIL:
        year.on(clock.now() + timedelta(days=42), lambda: _step(
            year, story, "council_adopted", secretary, council_decided_on=clock.today(),
            council_decision="Kommunestyret vedtar innstillingen enstemmig. Solceller tas inn i prosjektet.",
            answer="Kommunestyret sa ja, enstemmig. Solcellene legges når taket skiftes.",
            responsible=town.leader(story.unit).pk,
            due_on=year.today + timedelta(days=150)))  # fmt: skip
    if story.road == "committee_completed" and resolution == Resolution.ADOPT:
        leader = town.leader(story.unit)
        year.on(
            clock.now() + timedelta(days=20),
            lambda: proposals.report_progress(
                _fresh(year, story), text="Gruppa er i gang. Halvparten av oppgavene er gjennomgått.", actor=leader
            ),
        )
        year.on(clock.now() + timedelta(days=50), lambda: _complete(year, story, leader))


def _decision_text(resolution: Resolution, story: Story) -> str:
    if resolution == Resolution.RECOMMEND:
        return _RECOMMENDED.get(story.road, story.answer)
    if resolution == Resolution.POSTPONE:
        return "Saken utsettes til neste møte. Administrasjonen legger fram et overslag over drift."
    if resolution == Resolution.SEND_BACK:
        return "Saken sendes tilbake til LMU, som skal trekke inn brukerrepresentanter før den konkluderer."
    return story.answer


#: What the coordination group recommended where the committee came to something else.
_RECOMMENDED = {
    "committee_declined": "Det settes av 320 000 kr til egen bil for teamet.",
    "postponed": "Det settes av 90 000 kr til en utstyrsbu ved skateparken.",
    "committee_council": "Forslaget gjennomføres. Saken sendes kommunestyret, siden den krever en ny investering.",
    "council_adopted": "Solceller tas inn i prosjektet. Saken sendes kommunestyret.",
}
