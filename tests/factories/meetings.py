"""Meetings for tests, held through the services: planned, called, opened, treated, ended."""

from datetime import timedelta
from typing import Any

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import deputy_lists, roll_call
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, ItemKind, RecusalKind, Settled
from forum.meetings.planning import services
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions.settlement import settle_items
from forum.meetings.session.participation import recusals
from forum.meetings.session.votes import ballots, motions
from tests.factories.organisation import Municipality
from tests.factories.snapshot import upon
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

CLOSED_BASIS = "koml. § 11-5 (2)"
SECRET = "Hemmelig: Kari Normann skal omplasseres"


def held_meeting(town: Municipality, *, place: str = "Rådhuset") -> Meeting:
    """Return an ended committee meeting with all that minutes can hold: absence and a deputy, a unanimous vote, a split
    inside a party's line and a motion, a disqualification, a closed case, a withdrawn case, a case for information."""
    return upon(("held meeting", place), lambda: _held(town, place))


def _held(town: Municipality, place: str) -> Meeting:
    secretary = town.secretary
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place=place, actor=secretary
    )
    for title, recommendation in (
        ("Felles vaktmester", "Det opprettes én felles stilling."),
        ("Ny åpningstid", "Biblioteket åpner klokka åtte."),
        ("Habilitet", "Avtalen godkjennes."),
    ):
        agenda_services.add_item(meeting, title=title, recommendation=recommendation, actor=secretary)
    agenda_services.add_item(
        meeting,
        title=SECRET,
        recommendation=SECRET,
        closed_basis=CLOSED_BASIS,
        public_title="Personalsak",
        actor=secretary,
    )
    agenda_services.add_item(meeting, title="Trukket sak", recommendation="Nei", actor=secretary)
    agenda_services.add_item(meeting, title="Orientering om nærvær", kind=ItemKind.RS, actor=secretary)
    meeting = perform(meeting, "call", actor=secretary)
    with clock.at(clock.now() + timedelta(days=10)):
        return _hold(town, meeting, secretary)


def close(item: AgendaItem, secretary: User) -> None:
    """Close the doors for an item proposed closed, as the law has it."""
    closed_doors.close_doors(
        item, basis=item.closed_basis, public_title=item.public_title, settled=Settled.LAW, actor=secretary
    )


def _hold(town: Municipality, meeting: Meeting, secretary: Any) -> Meeting:
    rows = roll_call.all_met(meeting)
    absent = next(i for i, row in enumerate(rows) if row.membership.person == town.elected[3])
    deputy = next(m for m in deputy_lists.deputies(meeting) if m.person == town.deputies["municipality"][0])
    rows[absent] = roll_call.Row(rows[absent].membership, present=False, reason="Sykdom", deputy=deputy)
    roll_call.set_attendance(meeting, rows=rows, actor=secretary)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary, data={"other_day": "on"})
    unanimous, split, partial, closed, withdrawn, noted = meeting.items.order_by("position")
    agenda_services.withdraw_item(withdrawn, reason="Mer utredning trengs", actor=secretary)
    ballots.record_ballot(unanimous, actor=secretary)
    decisions.decide(unanimous, text="Det opprettes én felles stilling.", resolution=Resolution.NOTED, actor=secretary)
    _split(town, split, secretary)
    recusals.recuse(
        partial,
        membership=town.membership(town.union[0]),
        kind=RecusalKind.PARTIALITY,
        basis="fvl § 6 andre ledd",
        actor=secretary,
    )
    ballots.record_ballot(partial, actor=secretary)
    decisions.decide(partial, text="Avtalen godkjennes.", resolution=Resolution.NOTED, actor=secretary)
    close(closed, secretary)
    ballots.record_ballot(closed, actor=secretary)
    decisions.decide(closed, text=SECRET, resolution=Resolution.NOTED, actor=secretary)
    decisions.decide(noted, text="Tatt til orientering.", resolution=Resolution.NOTED, actor=secretary)
    with clock.at(clock.now() + timedelta(hours=2)):
        return perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)


def _split(town: Municipality, item: Any, secretary: Any) -> None:
    motion = motions.add_motion(
        item, text="Biblioteket åpner klokka ni.", moved_by=town.membership(town.elected[1]), actor=secretary
    )
    against = {town.membership(town.elected[1]).pk, town.membership(town.union[1]).pk}
    table = [voter.pk for voter in participants.entitled(item)]
    recommended = item.motions.get(is_recommendation=True)
    ballots.record_ballot(
        item,
        motion=recommended,
        choices={pk: Choice.AGAINST if pk in against else Choice.FOR for pk in table},
        actor=secretary,
    )
    ballots.record_ballot(
        item,
        motion=motion,
        choices={pk: Choice.FOR if pk in against else Choice.AGAINST for pk in table},
        actor=secretary,
    )
    decisions.decide(item, text="Biblioteket åpner klokka åtte.", resolution=Resolution.NOTED, actor=secretary)


def end_meeting(meeting: Meeting, *, actor: User, seen: int | None = None) -> Meeting:
    """End a meeting and carry its decisions into their cases. What could not be carried out is kept on the items
    (:func:`settle_items`)."""
    ended: Meeting = perform(meeting, "end", actor=actor, seen=seen)
    settle_items(ended, actor)
    return ended
