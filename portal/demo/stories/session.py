"""One meeting of the demo's committee where everything that can happen in a meeting happens."""

from collections.abc import Callable
from typing import Any

from forum.cases import legal_bases
from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import deputy_lists
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Capacity, Choice, ItemKind, PollKind, RecusalKind, Settled
from forum.meetings.planning.meeting_days import days_off, lines
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import objections, postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.elections import services as elections
from forum.meetings.session.minute_additions import recording_requests
from forum.meetings.session.minute_additions import services as minute_additions
from forum.meetings.session.participation import attendees, movements, recusals
from forum.meetings.session.votes import ballots, en_bloc, motions
from forum.organisation.enums import Part
from forum.organisation.models import Membership
from portal.demo.stories import preparation
from trepart import clock, languages
from trepart.access.models import User
from trepart.text.dates import date_text

PLAN, RULES, FUND, TREE, LEAVE, STAFF, CHOICE, LATE = (
    "Møteplan for første halvår",
    "Utvalgets arbeidsmåte",
    "Velferdsmidler til enhetene",
    "Juletrefest for alle ansatte",
    "Forsøk med fleksibel arbeidstid i stab",
    "Vold og trusler på en avdeling",
    "Valg av to kontaktpersoner for medarbeiderskapskurset",
    "Tilbud om vaksine til ansatte i turnus",
)
RECOMMENDED = {
    RULES: "Innkallingen sendes ut åtte dager før møtet, og hvert møte begynner med en runde rundt bordet.",
    FUND: "Velferdsmidlene fordeles likt per årsverk.",
    TREE: "Det holdes en felles juletrefest, innenfor velferdsmidlene som enhetene har.",
    LEAVE: "Forsøket med fleksibel arbeidstid i stab videreføres ut året.",
    STAFF: "Avdelingen gjennomfører de fem tiltakene som er lagt fram.",
}

#: The month that the second half of a year begins with.
_HALF = 7

#: Proposed closed on the agenda: until the body decides, others read this title.
CLOSED: dict[str, dict[str, Any]] = {STAFF: {"closed_basis": "koml. § 11-5 (3) a", "public_title": "Arbeidsmiljøsak"}}


def _days_planned() -> str:
    """Return when the committee meets in the first half of next year, as its plan has it."""
    wanted = preparation.committee_pattern(clock.today().year + 1)
    found = [line.day for line in lines(wanted, days_off(wanted.first, wanted.last)) if line.taken]
    with languages.municipal():
        days = [date_text(day, year=False) for day in found if day.month < _HALF]
    return f"Utvalget møtes {', '.join(days[:-1])} og {days[-1]} {wanted.first.year}, klokka {wanted.at.hour}."


def put_on(meeting: Meeting, secretary: User) -> None:
    """Put the cases on the agenda before the meeting is called."""
    for title, recommendation in {PLAN: _days_planned(), **RECOMMENDED}.items():
        agenda_services.add_item(
            meeting, title=title, recommendation=recommendation, actor=secretary, **CLOSED.get(title, {})
        )
    agenda_services.add_item(meeting, title=CHOICE, actor=secretary)


def before(meeting: Meeting, secretary: User) -> None:
    """What happens as the meeting opens: a case that came late, somebody from the administration, the
    newspaper that asks to record."""
    again(meeting, secretary)
    attendees.attend(
        meeting,
        name="Marit Solheim",
        title="kommunedirektørens stedfortreder",
        capacity=Capacity.CHIEF_EXECUTIVE,
        actor=secretary,
    )
    recording_requests.answer_recording(
        meeting, by="Fjellvik Blad", what="lydopptak", allowed=True, reason="Ikke under lukkede saker.", actor=secretary
    )


def again(meeting: Meeting, secretary: User) -> None:
    """Put the late case on the agenda: it is postponed to the next meeting, and comes up there."""
    agenda_services.add_item(
        meeting, title=LATE, recommendation="Alle som går turnus, får tilbud om vaksine i arbeidstida.", actor=secretary
    )


def treat(item: AgendaItem, secretary: User) -> bool:
    """Treat ``item`` as the story has it; say whether it is one of the story's."""
    act = _ACTS.get(item.title)
    if act is None:
        return False
    if item.decided is None:
        act(item, secretary)
    return True


def _members(item: AgendaItem, part: Part) -> list[Membership]:
    return [v.membership for v in participants.entitled(item) if v.membership.part == part and v.stands_for is None]


def _votes(item: AgendaItem, against: list[Membership]) -> dict[int, Choice]:
    opposed = {member.pk for member in against}
    return {v.pk: Choice.AGAINST if v.pk in opposed else Choice.FOR for v in participants.entitled(item)}


def _free_deputy(item: AgendaItem, who: Membership) -> Membership | None:
    taken = {voter.pk for voter in participants.at_the_table(item.meeting, item)}
    listed = deputy_lists.list_of(who, deputy_lists.deputies(item.meeting))
    return next((deputy for deputy in listed if deputy.pk not in taken), None)


def _adopt(item: AgendaItem, secretary: User, against: list[Membership] | None = None) -> None:
    choices = _votes(item, against) if against else None
    ballot = ballots.record_ballot(item, choices=choices, actor=secretary)
    winner = voting.winner(ballot)
    if winner is not None:
        decisions.decide(
            item, text=winner.text, resolution=Resolution.ADOPT, ballot=ballot, over_a_part=True, actor=secretary
        )
    else:
        decisions.decide(
            item,
            text="Innstillingen ble ikke vedtatt.",
            resolution=Resolution.DECLINE,
            ballot=ballot,
            over_a_part=True,
            actor=secretary,
        )


def _together(item: AgendaItem, secretary: User) -> None:
    """Two small cases are taken as one."""
    both = item.meeting.items.filter(title__in=(PLAN, RULES)).order_by("position")
    en_bloc.treat_together(list(both), rests={"own_affairs": True}, actor=secretary)


def _fund(item: AgendaItem, secretary: User) -> None:
    """A union representative leaves for the rest, the deputy takes the seat; somebody moves something else; the two are
    set against each other."""
    leaving = _members(item, Part.UNION)[0]
    own = deputy_lists.list_of(leaving, deputy_lists.deputies(item.meeting))
    movements.leave(
        item, membership=leaving, reason="Vakt på sykehjemmet", deputy=own[0] if own else None, actor=secretary
    )
    elected = _members(item, Part.ELECTED)
    motion = motions.add_motion(
        item,
        text="Velferdsmidlene fordeles med et grunnbeløp per enhet og resten per årsverk.",
        moved_by=elected[1],
        actor=secretary,
    )
    discussion.save_discussion(item, text="Utvalget drøftet hva som treffer de små enhetene best.", actor=secretary)
    choices = _votes(item, [*_members(item, Part.UNION), elected[1], elected[2]])
    ballot = ballots.record_ballot(
        item,
        motion=item.motions.filter(is_recommendation=True).get(),
        opponent=motion,
        choices=choices,
        actor=secretary,
    )
    winner = voting.winner(ballot)
    decisions.decide(
        item,
        text=winner.text if winner else "",
        resolution=Resolution.ADOPT,
        ballot=ballot,
        over_a_part=True,
        actor=secretary,
    )
    minute_additions.add_to_minutes(
        item, membership=elected[0], text="Ordningen bør evalueres etter ett år.", actor=secretary
    )


def _step_aside(item: AgendaItem, secretary: User, kind: RecusalKind, basis: str) -> None:
    """The last of the elected politicians leaves the table for this case, and a deputy comes."""
    who = _members(item, Part.ELECTED)[-1]
    recusals.recuse(
        item, membership=who, kind=kind, basis=basis, deputy=_free_deputy(item, who), settled=Settled.AGREED,
        actor=secretary,
    )  # fmt: skip


def _tree(item: AgendaItem, secretary: User) -> None:
    """An elected politician is exempted for weighty personal reasons and a deputy comes; it is won by one vote."""
    _step_aside(item, secretary, RecusalKind.EXEMPTION, "koml. § 11-11")
    there = [voter.membership for voter in participants.entitled(item)]
    chair = next(member for member in there if member.pk == item.meeting.presiding_id)
    others = [member for member in there if member != chair]
    _adopt(item, secretary, against=others[: len(there) // 2])


def _leave(item: AgendaItem, secretary: User) -> None:
    """An elected politician who has prepared the case as an employee is disqualified, and a
    deputy comes for this case."""
    _step_aside(item, secretary, RecusalKind.PARTIALITY, "koml. § 11-10 andre ledd")
    _adopt(item, secretary)


def close(item: AgendaItem, secretary: User) -> AgendaItem:
    """Close the doors that the agenda proposes to close: as the law has it, or by a vote where the body chooses."""
    settled = Settled.LAW if legal_bases.is_second_paragraph(item.closed_basis) else Settled.VOTE
    closed_doors.close_doors(
        item, basis=item.closed_basis, public_title=item.public_title, settled=settled, actor=secretary
    )
    return AgendaItem.objects.get(pk=item.pk)


def _staff(item: AgendaItem, secretary: User) -> None:
    _adopt(close(item, secretary), secretary)


def _choice(item: AgendaItem, secretary: User) -> None:
    """One place is filled at once, the other by lot after two rounds."""
    first = elections.propose_candidates(
        item, kind=PollKind.ELECTION, place="Kontaktperson for de folkevalgte", names=["Åse Lien"], actor=secretary
    )
    voters = [voter.pk for voter in participants.entitled(item)]
    only = first.candidates.get().pk
    elections.hold_round(first, choices=dict.fromkeys(voters, only), actor=secretary)
    second = elections.propose_candidates(
        item,
        kind=PollKind.ELECTION,
        place="Kontaktperson for de ansatte",
        names=["Sára Eira", "Jon Nærø"],
        actor=secretary,
    )
    one, other = second.candidates.values_list("pk", flat=True)
    half = len(voters) // 2
    for _round in range(2):
        elections.hold_round(second, counts={one: half, other: half}, blank=len(voters) - 2 * half, actor=secretary)
    drawn = elections.draw_lot(second, actor=secretary)
    decisions.decide(
        item,
        text=f"Kontaktperson for de folkevalgte: Åse Lien.\nKontaktperson for de ansatte: {drawn.name}.",
        resolution=Resolution.ADOPT,
        actor=secretary,
    )


def _late(item: AgendaItem, secretary: User) -> None:
    """One objects to deciding a late case, which is not enough; the body postpones it by vote all the same."""
    members = _members(item, Part.ELECTED)
    objections.object_to(item, members=[members[1]], actor=secretary)
    postponement.postpone_item(
        item,
        text="Saken utsettes til neste møte, så kostnaden kan regnes ut.",
        settled=Settled.VOTE,
        choices=_votes(item, _members(item, Part.UNION)[:2]),
        actor=secretary,
    )


def comes_back(item: AgendaItem, secretary: User) -> None:
    """The union representative who left comes back for the cases for information, and the deputy steps down."""
    if item.kind != ItemKind.RS:
        return
    away = list(item.meeting.movements.filter(kind="left", only=False, because__isnull=True))
    there = {voter.pk for voter in participants.at_the_table(item.meeting, item)}
    for movement in (one for one in away if one.membership_id not in there):
        movements.come(item, membership=movement.membership, actor=secretary)


_ACTS: dict[str, Callable[[AgendaItem, User], None]] = {
    PLAN: _together,
    RULES: _together,
    FUND: _fund,
    TREE: _tree,
    LEAVE: _leave,
    STAFF: _staff,
    CHOICE: _choice,
    LATE: _late,
}
