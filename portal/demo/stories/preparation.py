"""What happens before the demo's meetings: year plans, demands, questions, absences, notes."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from forum.meetings.agenda import demands, questions
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import absences, conflict_reports, deputy_calls
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.case_papers import notes
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import DemandKind, ItemKind, MeetingKind, MeetingStatus, Rhythm, WhenOff
from forum.meetings.planning import feed_services
from forum.meetings.planning import services as year_plans
from forum.meetings.planning.meeting_days import Pattern, days_off, lines
from forum.meetings.planning.models import DayOff, YearPlan
from forum.organisation.enums import Part, Role
from forum.organisation.models import Body, Membership
from portal.demo.stories import packets
from portal.demo.stories.year import Town, Year
from trepart.access.models import User
from trepart.workflow import perform

_WHERE = "Rådhuset, kommunestyresalen"


def plan_ahead(year: Year[Town], bodies: dict[Body, Pattern], administrator: User) -> None:
    """Put in the calendar: the municipality's days without meetings, and a published plan of each body for
    this year and the next."""
    year.on(year.moment(50, 9), lambda: _days_off(year.today, administrator))
    for number, (body, pattern) in enumerate(bodies.items()):
        # Bound at once.
        year.on(year.moment(20, 10, number), lambda body=body, pattern=pattern: _publish(body, pattern))  # type: ignore[misc]
    year.on(
        year.moment(19, 12), lambda: [feed_services.make(person) for body in bodies for person in _people(body)[:2]]
    )


def pattern(year: int, *, weekday: int, which: int, at: time, place: str = _WHERE, every: int = 0) -> Pattern:
    """Return a body's usual pattern for a year."""
    return Pattern(
        first=date(year, 1, 1), last=date(year, 12, 31), weekday=weekday, which=which, at=at, place=place,
        rhythm=Rhythm.WEEKLY if every else Rhythm.MONTHLY, every=every or 1, when_off=WhenOff.NEXT_WEEK,
    )  # fmt: skip


def committee_pattern(year: int) -> Pattern:
    """Return when the committee of Fjellvik usually meets."""
    return pattern(year, weekday=1, which=2, at=time(9))


def before_the_committee_meets(year: Year[Town], committee: Body) -> None:
    """Put in the calendar what happens around the committee's coming meeting, called yesterday at 13."""
    seats = _seats(committee)
    elected = [seat.person for seat in seats if seat.part == Part.ELECTED]
    union = [seat.person for seat in seats if seat.part == Part.UNION]
    secretary = _holder(committee, Role.SECRETARY)
    # Days are moved off weekends, so what follows something else also has a later hour: then it follows on
    # whatever day the demo is loaded.
    year.on(
        year.moment(7, 8),
        lambda: demands.raise_demand(
            committee,
            kind=DemandKind.ITEM,
            title="Bemanning på kveldstid i hjemmetjenesten",
            actor=elected[2],
            why="Vi har fått flere bekymringsmeldinger, og vil ha tallene på bordet før budsjettet behandles.",
        ),
    )
    year.on(year.moment(6, 9), lambda: _support(committee, union[0]))
    year.on(year.moment(5, 10), lambda: _support(committee, union[1]))
    year.on(year.moment(4, 11), lambda: demands.raise_demand(
        committee, kind=DemandKind.MEETING, title="Turnus i jula", actor=union[2],
        why="Turnusen for jula bør drøftes før den settes."))  # fmt: skip
    year.on(
        year.moment(3, 11, 30),
        lambda: demands.put_on(demands.outstanding(committee.pk)[0], _coming(committee), actor=secretary),
    )
    year.on(year.moment(3, 12), lambda: questions.ask(
        _coming(committee), title="Sommervikarer", actor=union[3],
        text="Hvor mange av sommervikarene fra i fjor har fått tilbud om fast stilling?"))  # fmt: skip
    year.on(year.moment(2, 12, 30), lambda: questions.put_on(_coming(committee).questions.get(), actor=secretary))
    year.on(year.moment(1, 13, 30), lambda: packets.made(_coming(committee)))
    year.on(
        year.moment(1, 14),
        lambda: absences.report(_coming(committee), actor=elected[-1], reason="Begravelse i familien"),
    )
    year.on(year.moment(1, 15), lambda: _answer(committee, comes=False, reason="Er på reise den dagen"))
    year.on(year.moment(1, 16), lambda: _answer(committee, comes=True))
    year.on(year.moment(1, 16, 20), lambda: absences.report(_coming(committee), actor=union[-1]))
    year.on(
        year.moment(1, 16, 40),
        lambda: conflict_reports.report(
            _item(committee, "Bemanning"), why="Jeg jobber selv kveldsvakter i hjemmetjenesten nord.", actor=union[0]
        ),
    )
    year.on(year.moment(1, 17), lambda: _after_the_notice(committee, secretary))
    year.on(year.moment(1, 19), lambda: _notes(committee, elected[2]))


# How it is done -------------------------------------------------------------------------------------------------------


def _days_off(today: date, administrator: User) -> None:
    for year in (today.year, today.year + 1):
        for name, first, days in (
            ("Vinterferie", date.fromisocalendar(year, 8, 1), 5),
            ("Sommerferie", date(year, 7, 1), 31),
            ("Høstferie", date.fromisocalendar(year, 40, 1), 5),
        ):
            last = first + timedelta(days=days - 1)
            if not DayOff.objects.filter(first_day=first, last_day=last).exists():
                year_plans.add_day_off(name=name, first_day=first, last_day=last, actor=administrator)


def _publish(body: Body, wanted: Pattern) -> None:
    secretary = _holder(body, Role.SECRETARY)
    # This year's meetings are planned already: the plan says that they are, and where.
    this = wanted.first.year - 1
    if not YearPlan.objects.filter(body=body, year=this).exists():
        year_plans.publish(body=body, year=this, wanted=[], actor=secretary)
    found = [line.day for line in lines(wanted, days_off(wanted.first, wanted.last)) if line.taken]
    moments = [(timezone.make_aware(datetime.combine(day, wanted.at)), wanted.place) for day in found]
    year_plans.publish(body=body, year=wanted.first.year, wanted=moments, actor=secretary)


def _seats(body: Body) -> list[Membership]:
    rows = body.memberships.running().exclude(role__in=[Role.DEPUTY, Role.SECRETARY]).select_related("person")
    return list(rows.order_by("pk"))


def _holder(body: Body, role: Role) -> User:
    return body.memberships.running().filter(role=role).select_related("person").order_by("pk")[0].person


def _people(body: Body) -> list[User]:
    return [_holder(body, Role.SECRETARY), *(seat.person for seat in _seats(body))]


def _coming(body: Body) -> Meeting:
    open_ = body.meetings.filter(kind=MeetingKind.ORDINARY, status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED])
    return open_.select_related("body").order_by("starts_at")[0]


def _item(body: Body, begins: str) -> AgendaItem:
    return _coming(body).items.select_related("meeting__body").get(title__startswith=begins)


def _support(body: Body, person: User) -> None:
    demands.support(body.demands.filter(kind=DemandKind.ITEM).order_by("pk")[0], actor=person)


def _answer(body: Body, *, comes: bool, reason: str = "") -> None:
    call = DeputyCall.objects.select_related("deputy__person", "absence__meeting").get(
        absence__meeting=_coming(body), answer="waiting"
    )
    deputy_calls.answer(call, comes=comes, actor=call.deputy.person, reason=reason)


def _after_the_notice(body: Body, secretary: User) -> None:
    meeting = _coming(body)
    item = _item(body, "Bemanning")
    agenda.change_item(
        item, title=item.title, recommendation="Utvalget ber om tall for kveldsbemanningen til neste møte.",
        recommended_by="Kommunedirektøren", actor=secretary,
    )  # fmt: skip
    agenda.add_item(
        meeting, title="Midlertidig stengt garderobe på Nordli skole", kind=ItemKind.PS, actor=secretary,
        recommendation="Garderoben åpnes når ventilasjonen er målt på nytt.", recommended_by="Kommunedirektøren",
        wanted_by="utvalgets leder", why_late="Målingene kom etter innkallingen, og skolen må vite hva som gjelder.",
    )  # fmt: skip
    data = {"starts_at": meeting.starts_at + timedelta(minutes=30), "place": "Rådhuset, møterom Åsen"}
    perform(meeting, "rearrange", actor=secretary, data=data)


def _notes(body: Body, person: User) -> None:
    item = _item(body, "Bemanning")
    notes.add(item, person=person, text="Spør om tallene gjelder alle tre sonene.")
    notes.add(
        item,
        person=person,
        quote="kveldsbemanningen",
        block="recommendation",
        start=item.recommendation.index("kveldsbemanningen"),
    )
