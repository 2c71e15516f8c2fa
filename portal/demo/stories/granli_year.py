"""A year in Granli: from the workplace's leader by the chief executive to the three parts, who recommend together.

As in Fjellvik everything happens through the portal's own steps, with the clock set to each day.
"""

from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.delegations.enums import Authority, AuthorityAnswer
from forum.meetings.agenda import demands
from forum.meetings.agenda import services as agenda_services
from forum.meetings.agenda.functions import treat_under
from forum.meetings.attendance import deputy_lists, roll_call
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.vote_models import Motion
from forum.meetings.enums import Choice, DemandKind, ItemKind
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.votes import ballots, motions
from forum.organisation.enums import Part, Role
from forum.organisation.models import Membership
from portal.demo.stories import after_the_meeting
from portal.demo.stories.granli import DEMANDED, OF_A_PART, OWN_ITEMS, TALES, Tale
from portal.demo.stories.meetings import NOTICE
from portal.demo.stories.year import Year
from portal.demo.towns import names
from portal.demo.towns.granli_town import DOMAIN, Granli
from proposals import services as proposals
from proposals.enums import Origin
from proposals.heard import services as heard_services
from proposals.heard import who_is_heard
from proposals.models import Proposal
from trepart import audit, clock
from trepart.access.models import User
from trepart.workflow import perform, reserve_pk

#: How many days ago the body met: five times a year (the guide: four to six).
_MEETINGS = (330, 260, 180, 110, 40)
_WHERE = "Kommunehuset, Storstua"
#: To whom the body recommends a tale, which it cannot decide itself (R34), by its road; kommunestyret has not answered.
_AUTHORITY = {
    "body_completed": Authority.CHIEF_EXECUTIVE,
    "body_adopted": Authority.EXECUTIVE_COMMITTEE,
    "body_declined": Authority.CHIEF_EXECUTIVE,
    "body_council": Authority.COUNCIL,
}
#: To whom it recommends its own cases, by the function they are treated under; the others are its own affairs.
_OWN_AUTHORITY = {
    "IA": Authority.CHIEF_EXECUTIVE,
    "PLAN": Authority.COUNCIL,
    "OMSTILLING": Authority.CHIEF_EXECUTIVE,
}
#: Days until whoever has the authority has answered.
_ANSWERED_AFTER = 21


def plan_year(year: Year[Granli]) -> None:
    """Put the whole year in the calendar."""
    for days in _MEETINGS:
        _plan(year, days)
    year.on(year.moment(30, 11), lambda: _coming(year, 12, call=True))
    for number, tale in enumerate(TALES):
        _tell(year, tale, number)
    year.on(year.moment(26, 10), lambda: _put_by_a_part(year))
    year.on(year.moment(24, 12), lambda: _demand_together(year))


# The road of a tale ---------------------------------------------------------------------------------------------------


def _tell(year: Year[Granli], tale: Tale, number: int) -> None:
    chief = year.town.seat(year.town.chief, Role.LEADER)
    first = year.town.staff[tale.unit][0] if tale.unit else chief
    year.on(year.moment(tale.days, 8 + number % 4, 11 * number % 60), lambda: _submit(year, tale))
    if tale.road in ("new", "citizen_new"):
        return
    if tale.road == "withdrawn":
        year.on(
            year.moment(tale.days - 4, 14),
            lambda: _step(
                year, tale, "withdraw", _fresh(year, tale).proposer, reason="Vi fant ut at det var størrelsen."
            ),
        )
        return
    access = "public" if tale.citizen else "employees"
    year.on(year.moment(tale.days - 2, 12), lambda: _step(year, tale, "begin", first, access=access))
    if tale.road == "begun":
        said = year.moment(tale.days - 5, 10)
        year.on(said, lambda: _hear(year, tale, Role.UNION_REPRESENTATIVE))
        return
    if tale.road.startswith(("leader_", "citizen_")):
        year.on(year.moment(tale.days - 8, 13), lambda: _conclude(year, tale, first))
        return
    year.on(year.moment(tale.days - 8, 13), lambda: _step(
        year, tale, "recommend", first, recommendation=tale.recommendation or tale.what,
        answer="Jeg støtter forslaget. Det angår flere enn oss, så det går videre til kommunedirektøren."))  # fmt: skip
    if tale.road == "chief_queue":
        return
    if tale.road.startswith("chief_"):
        year.on(year.moment(tale.days - 16, 13), lambda: _conclude(year, tale, chief))
        return
    year.on(year.moment(tale.days - 16, 13), lambda: _step(
        year, tale, "recommend", chief, recommendation=tale.recommendation,
        answer="Saken er forberedt for trepartssamarbeidsorganet, som behandler den på sitt neste møte."))  # fmt: skip


def _put_by_a_part(year: Year[Granli]) -> None:
    """A member puts a case of the union part straight to the body, where the secretary begins on it."""
    seat = year.town.body.memberships.filter(part=Part.UNION, role=Role.MEMBER).select_related("person")[0]
    proposal = proposals.submit(proposer=seat.person, data=OF_A_PART, part=Part.UNION)
    perform(proposal, "begin", actor=_secretary(year), data={"access": "employees"})


def _demand_together(year: Year[Granli]) -> None:
    """The three of the union part demand a case, each from their own sign-in: it goes on whatever is selected."""
    seats = year.town.body.memberships.filter(part=Part.UNION, role=Role.MEMBER).select_related("person").order_by("id")
    first, *others = [seat.person for seat in seats]
    demand = demands.raise_demand(
        year.town.body, kind=DemandKind.ITEM, title=DEMANDED["title"], why=DEMANDED["why"], actor=first
    )
    for person in others:
        demand = demands.support(demand, actor=person)


def _submit(year: Year[Granli], tale: Tale) -> None:
    common: dict[str, object] = {
        "title": tale.title,
        "what": tale.what,
        "why": tale.why,
        "expected_effect": tale.effect,
        "show_name": "on" if tale.show_name else "",
    }
    if tale.citizen:
        data = {**common, "place": "", "for_association": "no", "association": ""}
        year.by_title[tale.title] = proposals.submit(
            proposer=_signed_up(tale.citizen), data=data, origin=Origin.CITIZEN
        )
        return
    data = {
        **common,
        "unit": year.town.units[tale.unit].pk,
        "several_workplaces": "yes" if tale.several else "no",
        "needs_grant": "yes" if tale.grant else "no",
        "grant_amount": str(tale.grant) if tale.grant else "",
        "affects_users": "yes" if tale.users else "no",
    }
    year.by_title[tale.title] = proposals.submit(proposer=year.town.staff[tale.unit][4], data=data)


def _signed_up(name: str) -> User:
    person = User(pk=reserve_pk(User), email=names.address(name, f"innbygger.{DOMAIN}"), name=name)
    person.set_password(None)
    with audit.recorded("access.signed_up", actor=None, subject=person):
        person.save(force_insert=True)
    with audit.recorded("access.address_confirmed", actor=person, subject=person):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _fresh(year: Year[Granli], tale: Tale) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=year.by_title[tale.title].pk)


def _step(year: Year[Granli], tale: Tale, name: str, actor: User | None, **data: object) -> None:
    perform(_fresh(year, tale), name, actor=actor, data=data)


def _conclude(year: Year[Granli], tale: Tale, actor: User) -> None:
    """A leader, or the chief executive, decides what is within reach; the representatives have been heard."""
    _hear(year, tale)
    if tale.road.endswith("declined"):
        _step(year, tale, "decline", actor, answer=tale.answer)
    elif tale.road.endswith("considered"):
        _step(year, tale, "consider", actor, answer=tale.answer, resumes_on=year.today + timedelta(days=30))
    else:
        late = 40 if tale.road.endswith("completed") else 130
        _step(
            year,
            tale,
            "adopt",
            actor,
            answer=tale.answer,
            responsible=actor.pk,
            due_on=clock.today() + timedelta(days=late),
        )
        if tale.road.endswith("completed"):
            year.on(clock.now() + timedelta(days=35), lambda: _complete(year, tale, actor))


_SAID = {
    Role.UNION_REPRESENTATIVE: "Vi har snakket om det på avdelingen. De fleste vil gjerne at det prøves.",
    Role.SAFETY_REPRESENTATIVE: "Jeg ser ikke noe her som går ut over arbeidsmiljøet.",
}


def _hear(year: Year[Granli], tale: Tale, *roles: Role) -> None:
    """The representatives asked say a word, from their own sign-in; of what goes to the chief executive the safety
    representative lets the days pass."""
    for word in _fresh(year, tale).heard.filter(text="").select_related("membership__person"):
        role = Role(word.membership.role)
        silent = role == Role.SAFETY_REPRESENTATIVE and tale.road.startswith("chief_")
        if (roles and role not in roles) or (silent and who_is_heard.last_day(word.asked_on) < clock.today()):
            continue
        heard_services.say(_fresh(year, tale), text=_SAID[role], actor=word.membership.person)


def _complete(year: Year[Granli], tale: Tale, actor: User) -> None:
    _step(
        year,
        tale,
        "complete",
        actor,
        carried_out_on=clock.today(),
        effect=tale.result,
        effect_saved=str(tale.saved) if tale.saved else "",
    )


# The body's meetings --------------------------------------------------------------------------------------------------


def _secretary(year: Year[Granli]) -> User:
    return year.town.seat(year.town.body, Role.SECRETARY)


def _plan(year: Year[Granli], days: int) -> None:
    holder: dict[str, Meeting] = {}
    secretary, begins = _secretary(year), year.meeting_moment(days, 17)

    def plan() -> None:
        holder["meeting"] = services.plan_meeting(body=year.town.body, starts_at=begins, place=_WHERE, actor=secretary)

    def call() -> None:
        _fill(year, holder["meeting"], days, secretary)
        perform(Meeting.objects.get(pk=holder["meeting"].pk), "call", actor=secretary)

    year.on(year.moment(days + 40, 10), plan)
    year.on(year.moment(days + NOTICE + 2, 10), call)
    year.on(begins, lambda: _hold(year, Meeting.objects.get(pk=holder["meeting"].pk), days, begins))


def _coming(year: Year[Granli], ahead: int, *, call: bool = False) -> None:
    secretary = _secretary(year)
    starts = timezone.make_aware(datetime.combine(year.coming_day(ahead), time(17)))
    meeting = services.plan_meeting(body=year.town.body, starts_at=starts, place=_WHERE, actor=secretary)

    def call_it() -> None:
        _fill(year, meeting, 0, secretary)
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=secretary)

    if call:
        year.on(year.moment(2, 13), call_it)


def _fill(year: Year[Granli], meeting: Meeting, days: int, secretary: User) -> None:
    for referral in Referral.objects.waiting().filter(body=year.town.body).order_by("received_at"):
        agenda_services.add_item(meeting, referral=referral, actor=secretary)
    for demand in demands.outstanding(year.town.body.pk).filter(kind=DemandKind.ITEM):
        demands.put_on(demand, meeting, actor=secretary)
    for when, function, title, recommendation in OWN_ITEMS:
        if when == days:
            item = agenda_services.add_item(
                meeting, title=title, recommendation=recommendation, recommended_by="Kommunedirektøren", actor=secretary
            )
            treat_under(item, function=year.town.functions[function], actor=secretary)
    agenda_services.add_item(
        meeting, title="Kommunedirektøren orienterer: nærvær, økonomi og enhetene", kind=ItemKind.RS, actor=secretary
    )


def _hold(year: Year[Granli], meeting: Meeting, days: int, begins: datetime) -> None:
    secretary = _secretary(year)
    _meet(meeting, days, secretary)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary)
    for number, item in enumerate(meeting.items.filter(withdrawn_at__isnull=True).order_by("position")):
        with clock.at(begins + timedelta(minutes=5 + 15 * number)):
            _treat(year, item, secretary)
    with clock.at(begins + timedelta(hours=2, minutes=30)):
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
        settlement.settle_items(meeting, secretary)
    way = after_the_meeting.HALF if days == _MEETINGS[-1] else after_the_meeting.APPROVED
    after_the_meeting.publish_and_approve(year, meeting, secretary, begins, way=way)


def _meet(meeting: Meeting, days: int, secretary: User) -> None:
    """Everybody turns up, but once each for a union representative and somebody from the administration; the deputies
    of their own part come."""
    absent = {260: Part.UNION, 110: Part.ADMINISTRATION}.get(days)
    rows = roll_call.all_met(meeting)
    if absent is not None:
        deputies = [deputy for deputy in deputy_lists.deputies(meeting) if deputy.part == absent]
        number = max(n for n, row in enumerate(rows) if row.membership.part == absent)
        rows[number] = roll_call.Row(rows[number].membership, present=False, deputy=deputies[0])
    roll_call.set_attendance(meeting, rows=rows, actor=secretary)


def _treat(year: Year[Granli], item: AgendaItem, secretary: User) -> None:
    if item.kind == ItemKind.RS:
        decisions.decide(item, text="Organet tar saken til orientering.", resolution=Resolution.NOTED, actor=secretary)
        return
    tale = next((t for t in TALES if item.referral is not None and t.title == item.title), None)
    motion = item.motions.filter(is_recommendation=True).first()
    if tale is None:
        _own_case(year, item, motion, secretary)
        return
    choices: dict[int, Choice] | None = None
    text = item.recommendation
    if tale.road == "body_declined":
        text = f"Organet anbefaler at forslaget ikke gjennomføres. {tale.answer}"
        mover = _first_of(item.meeting, Part.ELECTED)
        motion = motions.add_motion(item, text=text, moved_by=mover, actor=secretary)
        # The unions stand by the recommendation; the two other parts do not.
        choices = {
            v.pk: Choice.AGAINST if v.membership.part == Part.UNION else Choice.FOR for v in participants.entitled(item)
        }
    ballot = ballots.record_ballot(item, motion=motion, choices=choices, actor=secretary) if motion else None
    decisions.decide(
        item,
        text=text,
        resolution=Resolution.TO_COUNCIL,
        ballot=ballot,
        answer="Organet har gitt sin anbefaling. Du får svar når den som har myndighet, har bestemt seg.",
        due_on=clock.today() + timedelta(days=30 if tale.road != "body_council" else 60),
        goes_to=_AUTHORITY[tale.road],
        over_a_part=True,
        actor=secretary,
    )
    if tale.road != "body_council":
        year.on(clock.now() + timedelta(days=_ANSWERED_AFTER), lambda: _answered(year, tale, secretary))


def _answered(year: Year[Granli], tale: Tale, secretary: User) -> None:
    """Whoever has the authority has answered, and the secretary writes it down."""
    said = {"council_decided_on": clock.today(), "answer": tale.answer}
    if tale.road == "body_declined":
        words = "Kommunedirektøren følger anbefalingen. Forslaget gjennomføres ikke."
        _step(year, tale, "council_declined", secretary, council_decision=words, **said)
        return
    leader = year.town.staff[tale.unit][0]
    _step(
        year, tale, "council_adopted", secretary, responsible=leader.pk, due_on=clock.today() + timedelta(days=80),
        council_decision=f"Anbefalingen følges. {tale.recommendation}", **said,
    )  # fmt: skip
    if tale.road.endswith("completed"):
        year.on(clock.now() + timedelta(days=70), lambda: _complete(year, tale, leader))


def _own_case(year: Year[Granli], item: AgendaItem, motion: Motion | None, secretary: User) -> None:
    """Treat a case of the body's own: what others decide it recommends, and the answer is written down."""
    ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=secretary) if motion else None
    function = next(function for _days, function, title, _words in OWN_ITEMS if title == item.title)
    authority = _OWN_AUTHORITY.get(function)
    said: dict[str, Any] = {"text": item.recommendation, "ballot": ballot, "actor": secretary}
    if authority is None:
        decisions.decide(item, resolution=Resolution.ADOPT, own_affairs=True, **said)
        return
    ask = clock.today() + timedelta(days=30)
    decisions.decide(item, resolution=Resolution.TO_COUNCIL, goes_to=authority, due_on=ask, **said)
    year.on(
        clock.now() + timedelta(days=_ANSWERED_AFTER),
        lambda: follow_up.record_answer(
            FollowUp.objects.get(decision__item=item),
            text=f"Anbefalingen følges. {item.recommendation}",
            answered=AuthorityAnswer.WHOLLY,
            answered_on=clock.today(),
            actor=secretary,
        ),
    )


def _first_of(meeting: Meeting, part: Part) -> Membership:
    """Return the first of a part who has met."""
    first: Membership = meeting.attendances.filter(present=True, membership__part=part).order_by("id")[0].membership
    return first
