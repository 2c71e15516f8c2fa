"""The front page: everybody's own view of what happened, and nobody's more than that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.cases.models import Case
from forum.delegations.enums import Authority
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.minutes import services as minutes
from forum.meetings.planning import services
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from portal.queries import front
from proposals.models import Proposal
from tests.factories.consent import take
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart import clock
from trepart.workflow import perform

Make = Callable[..., Proposal]


@pytest.fixture
def decided(town: Municipality) -> Meeting:
    """A committee meeting whose decisions, the closed one included, are of the kind the front page tells."""
    meeting = held_meeting(town)
    with connection.cursor() as cursor:  # held_meeting takes note of everything; news takes a decision
        cursor.execute("UPDATE meetings_decision SET resolution = %s", [Resolution.ADOPT])
    return meeting


def text(client: Client, person: Any = None) -> str:
    client.logout()
    if person is not None:
        client.force_login(person)
    response = client.get(reverse("portal:front"))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_an_empty_portal_says_what_belongs_there(client: Client) -> None:
    said = text(client)
    assert "Nothing has been decided yet" in said
    assert "No meetings planned" in said
    assert "have had an answer" not in said


def test_decisions_are_told_when_the_minutes_are_out_and_never_the_closed_ones(
    client: Client, town: Municipality, decided: Meeting
) -> None:
    assert "Felles vaktmester" not in text(client)
    perform(minutes.begin(decided), "publish", actor=town.secretary)
    for person in (None, town.employee(), town.secretary, town.chair):
        said = text(client, person)
        assert "Felles vaktmester" in said
        assert "PS " in said
        assert SECRET not in said
        assert "Personalsak" not in said
        assert "Trukket sak" not in said


def test_a_withdrawn_decision_and_what_changes_nothing_is_no_news(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    perform(minutes.begin(meeting), "publish", actor=town.secretary)
    assert Decision.objects.filter(item__meeting=meeting).exists()
    assert "Felles vaktmester" not in text(client)


def test_what_an_lmu_concluded_is_told_to_those_who_may_read_it(
    client: Client, town: Municipality, propose: Make, turn_down: Make
) -> None:
    turn_down(propose(title="Åpen for ansatte", access="employees"))
    turn_down(propose(title="Åpen for alle", access="public"))
    turn_down(propose(title="Bare for dem som behandlet", access="receiver"))
    public, employee, stranger = text(client), text(client, town.employee(1)), text(client, town.outsider)
    for said in (public, stranger):
        assert "Åpen for alle" in said
        assert "Åpen for ansatte" not in said
        assert "Bare for dem" not in said
    assert "Åpen for ansatte" in employee
    assert "Bare for dem" not in employee
    assert "Bare for dem som behandlet" in text(client, town.lmu_leader())
    for said in (public, employee):
        assert town.employee().name not in said
    assert "Declined" in public
    assert "Agreement" in public


def test_what_one_may_read_is_found_behind_much_that_one_may_not(
    town: Municipality, propose: Make, turn_down: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "_NEWEST", 3)
    for number in range(6):
        turn_down(propose(title=f"Åpen {number}", access="employees"))
    for number in range(4):
        turn_down(propose(title=f"Lukket {number}", access="receiver"))
    told = [item.title for item in front.latest_decisions(town.employee(1))]
    assert told == [f"Åpen {number}" for number in (5, 4, 3, 2, 1)]


def test_considered_further_says_when(client: Client, town: Municipality, propose: Make) -> None:
    proposal = propose(title="Felles vikarpool", access="public")
    people = [town.membership(person, town.lmus[0]).pk for person in town.lmu_members[0]]
    again = clock.today() + timedelta(days=40)
    data = {"participants": people, "held_on": clock.today(), "answer": "Vi må regne mer.", "resumes_on": again}
    take(proposal, "think_further", actor=town.lmu_leader(), data=data)
    (news,) = front.latest_decisions(town.employee())
    assert (news.label, news.meaning, news.where) == ("Considered further", "warning", "LMU Solbakken barnehage")
    assert "comes up again on" in news.note
    assert "Felles vikarpool" in text(client)


def test_meetings_are_announced_to_those_who_may_know(client: Client, town: Municipality) -> None:
    when = clock.now() + timedelta(days=3)
    for body, actor in ((town.committee, town.secretary), (town.coordination, town.coordination_secretary)):
        services.plan_meeting(body=body, starts_at=when, place="Rådhuset", actor=actor)
    public = text(client)
    assert "Partssammensatt utvalg" in public
    assert "Koordineringsgruppa" not in public
    assert "Koordineringsgruppa" not in text(client, town.employee())
    assert "Koordineringsgruppa" in text(client, town.coordination_members[0])


def test_how_many_have_had_an_answer(client: Client, town: Municipality, propose: Make, turn_down: Make) -> None:
    waiting = propose(title="Venter")
    with clock.at(clock.now()):
        turn_down(propose(title="Svart", access="employees"))
    gone = propose(1, title="Trukket")
    perform(gone, "withdraw", actor=town.employee(1), data={"reason": ""})
    answers = front.answers_this_year()
    assert (answers.asked, answers.answered, answers.median_days) == (2, 1, 0)
    assert "1 of 2" in text(client)
    perform(waiting, "withdraw", actor=town.employee(), data={"reason": ""})
    assert front.answers_this_year().asked == 1


def test_html_in_a_title_stays_text(client: Client, town: Municipality, propose: Make, turn_down: Make) -> None:
    turn_down(propose(title="<script>alert('æøå')</script> 🚲", access="public"))
    said = text(client)
    assert "<script>alert" not in said
    assert "&lt;script&gt;" in said
    assert "🚲" in said


def test_it_costs_the_same_for_three_and_thirty(
    client: Client, town: Municipality, propose: Make, turn_down: Make
) -> None:
    def grow(count: int) -> None:
        for number in range(count):
            turn_down(propose(title=f"Forslag {number}", access="public"))
            when = clock.now() + timedelta(days=number + 1)
            services.plan_meeting(body=town.committee, starts_at=when, actor=town.secretary)

    def cost(person: Any) -> int:
        text(client, person)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("portal:front"))
        return len(captured)

    grow(3)
    few = [cost(None), cost(town.lmu_leader())]
    grow(6)
    assert [cost(None), cost(town.lmu_leader())] == few
    assert few[0] <= 9
    assert few[1] <= 20


def test_only_decided_items_of_ended_meetings(town: Municipality) -> None:
    assert not AgendaItem.objects.exists()
    assert front.latest_decisions(town.chair) == []


def test_who_agrees_and_who_recommends_has_adopted_nothing(client: Client, town: Municipality) -> None:
    def told() -> dict[str, tuple[str, str]]:
        return {news.where: (str(news.label), news.note) for news in front.latest_decisions(town.outsider)}

    lmu = Road(town, title="Felles vaktmester").begin()
    details = {"responsible": lmu.leader.pk, "due_on": clock.today() + timedelta(days=30)}
    lmu.agree("carry_out", **details)
    council = Road(town, 1, needs_grant="yes", title="Elsykler").to_committee()
    Case.objects.update(access=CaseAccess.PUBLIC)
    item = council.decided(Resolution.TO_COUNCIL, goes_to=Authority.COUNCIL, due_on=clock.today() + timedelta(days=90))
    perform(minutes.begin(item.meeting), "publish", actor=town.secretary)
    assert told()[lmu.lmu.name][0] == "Agreed"
    assert "Agreement" not in told()[lmu.lmu.name][1]
    assert told()[town.committee.name][0] == "Recommended to the municipal council"
    Decision.objects.filter(item=item).update(resolution=Resolution.ADOPT, goes_to="")
    assert told()[town.committee.name][0] == "Adopted"
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    assert told()[town.committee.name][0] == "Supported"
    Decision.objects.filter(item=item).update(options={"own_affairs": True})
    for page in (text(client), client.get(reverse("portal:press")).content.decode()):
        assert "The body&#x27;s own affairs" in page
        assert "Adopted" not in page
    assert "Adopted" not in client.get(reverse("portal:press_feed")).content.decode()
