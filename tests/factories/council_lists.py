"""The municipal council's list in tests: a list of three, taken in and treated through the services."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from forum.cases.enums import Resolution
from forum.council import services as council_lists
from forum.council.services import Row
from forum.meetings.attendance import roll_call
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, ItemKind
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from forum.organisation.enums import Role
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

RAW = "PS 45/26 Reguleringsplan for Sagatunet\nPS 46/26 Budsjett 2027\nRS 7/26 Orientering om skolene\nSide 1 av 2\n"
ROWS = [
    Row("PS 45/26", "PS 45/26", "Reguleringsplan for Sagatunet", "26/1234", "https://innsyn.fjellvik.example/45"),
    Row("PS 46/26", "PS 46/26", "Budsjett 2027"),
    Row("RS 7/26", "RS 7/26", "Orientering om skolene"),
]
SECRET = "Kari Normanns oppsigelse"


def coming_meeting(town: Municipality) -> Meeting:
    """Plan a meeting of the committee in twenty days."""
    wanted = {"body": town.committee, "place": "Salen", "actor": town.secretary}
    return walked("coming meeting", lambda: services.plan_meeting(starts_at=clock.now() + timedelta(days=20), **wanted))


def secretary_of_the_council(town: Municipality) -> User:
    """Let the municipal council have a secretary in the portal."""
    return walked("secretary of the council", lambda: _secretary_of_the_council(town))


def _secretary_of_the_council(town: Municipality) -> User:
    person = organisation.add_person(email="politisk@fjellvik.example", name="Solveig Sekretær", actor=None)
    yesterday = clock.today() - timedelta(days=1)
    memberships.start_membership(
        person=person, body=town.council, role=Role.SECRETARY, valid_from=yesterday, actor=None
    )
    return person


def day(meeting: Meeting) -> date:
    """Return when the council meets: a week after the committee."""
    return clock.today() + timedelta(days=27)


def take(town: Municipality, meeting: Meeting, rows: list[Row] | None = None, **more: Any) -> council_lists.Taken:
    """Take the list in as the secretary does."""
    details: dict[str, Any] = {
        "council": town.council,
        "held_on": day(meeting),
        "rows": rows or ROWS,
        "raw": RAW,
        "source": "text",
        "recommendation": "Utvalget har ingen merknader.",
        "actor": town.secretary,
    }
    return council_lists.take_in(meeting, **{**details, **more})


def hold(town: Municipality, meeting: Meeting) -> Iterator[AgendaItem]:
    """Call and open the meeting, give its items to be treated, then end it."""
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
    yield from AgendaItem.objects.filter(meeting=meeting).order_by("position")
    end_meeting(Meeting.objects.get(pk=meeting.pk), actor=town.secretary)


def treat_all(town: Municipality, meeting: Meeting) -> None:
    """The plan gets a split vote, the budget is agreed on, the rest is heard."""
    for item in hold(town, meeting):
        if item.kind == ItemKind.RS:
            decisions.decide(item, text="Tatt til orientering.", resolution=Resolution.NOTED, actor=town.secretary)
            continue
        choices = None
        if item.title.startswith("Regulering"):
            against = town.membership(town.elected[1]).pk
            choices = {v.pk: Choice.AGAINST if v.pk == against else Choice.FOR for v in participants.entitled(item)}
        ballots.record_ballot(item, choices=choices, actor=town.secretary)
        decisions.decide(
            item,
            text=f"Uttalelse: {item.title}.",
            resolution=Resolution.ADOPT,
            differs="Uttalt i egne ord.",
            actor=town.secretary,
        )
