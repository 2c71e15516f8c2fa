"""The LMU's pages: who sees what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.log import LogItem, log_meeting
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from lmu import queries
from proposals.models import Proposal
from tests.factories.consent import take
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.workflow import perform

Propose = Callable[..., Proposal]


def detail(town: Municipality, number: int = 0) -> str:
    return reverse("lmu:detail", args=[town.lmus[number].slug])


def page(client: Client, url: str, person: Any) -> Any:
    client.force_login(person)
    return client.get(url)


def logged(town: Municipality, *items: LogItem) -> Meeting:
    return log_meeting(
        body=town.lmus[0],
        held_on=clock.today(),
        present=[town.membership(town.lmu_leader(), town.lmus[0])],
        items=items,
        actor=town.lmu_leader(),
    )


def test_members_see_queue_and_log(client: Client, town: Municipality, propose: Propose) -> None:
    propose(title="Grønnere uteområde 🌱 <b>æøå</b>")
    for person in town.lmu_members[0]:
        text = page(client, detail(town), person).content.decode()
        assert "Grønnere uteområde 🌱 &lt;b&gt;æøå&lt;/b&gt;" in text
        assert reverse("lmu:log", args=[town.lmus[0].slug]) in text


def test_only_the_leader_looks_after_user_representatives(client: Client, town: Municipality) -> None:
    leader, union, safety = town.lmu_members[0]
    add = reverse("lmu:user_add", args=[town.lmus[0].slug])
    assert add in page(client, detail(town), leader).content.decode()
    for person in (union, safety):
        assert add not in page(client, detail(town), person).content.decode()
        assert client.get(add).status_code == 403


def test_an_employee_reads_but_does_not_write(client: Client, town: Municipality, propose: Propose) -> None:
    propose(title="Bare for dem som behandler den")
    logged(town, LogItem("Vaktlista", "Vi bytter på torsdag."))
    response = page(client, detail(town), town.employee(0, 1))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Vi bytter på torsdag." in text
    assert town.lmu_leader().name in text
    assert "Bare for dem som behandler den" not in text
    assert response.context["queue"] is None
    assert client.get(reverse("lmu:log", args=[town.lmus[0].slug])).status_code == 403


def test_a_proposal_that_is_not_open_yet_has_no_name_in_the_log(
    client: Client, town: Municipality, propose: Propose
) -> None:
    proposal = propose(title="Noe personlig om en kollega")
    referral = proposal.case.referrals.get()
    logged(town, LogItem(proposal.title, "Vi snakker med hen først.", referral=referral))
    text = page(client, detail(town), town.employee(0, 1)).content.decode()
    assert "Noe personlig" not in text
    assert "Vi snakker med hen" not in text
    assert proposal.case.reference in text
    mine = page(client, detail(town), town.lmu_leader()).content.decode()
    assert "Vi snakker med hen først." in mine


def test_the_coordination_group_sees_every_lmu(client: Client, town: Municipality) -> None:
    for number in range(3):
        assert page(client, detail(town, number), town.coordination_leader).status_code == 200


@pytest.mark.parametrize("name", ["detail", "log", "user_add"])
def test_strangers_do_not_learn_that_it_exists(client: Client, town: Municipality, name: str) -> None:
    url = reverse(f"lmu:{name}", args=[town.lmus[0].slug])
    for person in (town.employee(1), town.lmu_leader(1), town.outsider):
        assert page(client, url, person).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_a_membership_that_has_ended_opens_nothing(client: Client, town: Municipality) -> None:
    safety = town.lmu_members[0][2]
    memberships.end_membership(town.membership(safety, town.lmus[0]), on=clock.today(), actor=None)
    log = reverse("lmu:log", args=[town.lmus[0].slug])
    assert page(client, log, safety).status_code == 200
    with clock.at(clock.now() + timedelta(days=1)):
        assert client.get(log).status_code == 403  # an employee still


def test_the_list_has_the_own_ones_first(client: Client, town: Municipality, propose: Propose) -> None:
    propose(1)
    response = page(client, reverse("lmu:list"), town.lmu_leader(1))
    assert [lmu.body for lmu in response.context["own"]] == [town.lmus[1]]
    assert response.context["own"][0].waiting == 1
    assert response.context["others"] == []
    everything = page(client, reverse("lmu:list"), town.coordination_leader).context["others"]
    assert [lmu.body.name for lmu in everything] == [
        "LMU Solbakken barnehage",
        "LMU Ørneset sykehjem",
        "LMU Åsen skole",
    ]
    assert {lmu.waiting for lmu in everything} == {None}
    assert page(client, reverse("lmu:list"), town.outsider).status_code == 200


def test_what_came_of_it(client: Client, town: Municipality, propose: Propose) -> None:
    proposal = propose()
    leader = town.lmu_leader()
    proposal = perform(proposal, "begin", actor=leader, data={"access": "employees"})
    members = [town.membership(p, town.lmus[0]).pk for p in town.lmu_members[0]]
    data = {
        "participants": members, "held_on": clock.today(), "answer": "Det er gjort.", "carried_out_on": clock.today(),
        "effect": "Ingen sykler velter.",
    }  # fmt: skip
    take(proposal, "done_already", actor=leader, data=data)
    text = page(client, detail(town), town.employee(0, 1)).content.decode()
    assert "Ingen sykler velter." in text
    assert "Det er gjort." in text


def test_the_pages_cost_the_same_for_three_and_thirty(
    client: Client, town: Municipality, propose: Propose, django_assert_num_queries: Any
) -> None:
    def grow(count: int) -> None:
        for number in range(count):
            proposal = propose(title=f"Forslag {number}")
            logged(town, LogItem(proposal.title, "Snakket om.", referral=proposal.case.referrals.get()))

    def cost(url: str) -> int:
        client.force_login(town.lmu_leader())
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    grow(3)
    few = [cost(detail(town)), cost(reverse("lmu:list"))]
    grow(9)
    assert [cost(detail(town)), cost(reverse("lmu:list"))] == few


def test_an_lmu_that_is_closed_has_no_page(client: Client, town: Municipality) -> None:
    organisation.close_body(town.lmus[2], on=clock.today(), actor=None)
    with clock.at(clock.now() + timedelta(days=1)):
        assert not queries.active().filter(pk=town.lmus[2].pk).exists()
        assert page(client, detail(town, 2), town.coordination_leader).status_code == 404
