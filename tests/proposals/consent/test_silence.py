"""Silence is told as silence wherever a conclusion is told: trail, minutes, meeting, the group's page (R24)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience
from proposals import tasks
from proposals.consent import services
from tests.factories.consent import everybody_agrees
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(road: Road) -> list[User]:
    road.begin()
    return road.town.lmu_members[0]


def test_whoever_has_not_answered_is_not_among_those_who_agreed(road: Road, people: list[User], client: Client) -> None:
    leader, union, safety = people
    data = {"participants": road.table(), "held_on": clock.today(), "answer": "Vi har ikke plass."}
    conclusion = services.conclude(road.fresh(), "turn_down", actor=leader, data=data)
    services.take_position(conclusion, agrees=True, actor=union)
    with clock.at(clock.now() + timedelta(days=12)):
        tasks.settle_conclusions()
    told = road.fresh().status_event.data
    assert (told["parts"], told["silent"]) == ([["administration", 1], ["union", 1]], [["safety_representative", 1]])
    said = "Har sagt ja: Administrasjon 1, Tillitsvalgt 1. Har ikke svart: Verneombud 1."
    meeting = Meeting.objects.get()
    inside, outside = (building.build(meeting, audience).items[0] for audience in (Audience.INTERNAL, Audience.PUBLIC))
    assert (inside.consent, outside.consent) == (said, said)
    assert (safety.name, "Har ikke svart.") in inside.positions
    assert outside.positions == ()
    client.force_login(road.proposer)
    assert "Har ikke svart:" in client.get(road.proposal.get_absolute_url()).content.decode()
    for page in (
        reverse("lmu:detail", args=[road.lmu.slug]), meeting.get_absolute_url(),
        reverse("forum:minutes_detail", args=[meeting.pk]),
    ):  # fmt: skip
        assert said in client.get(page).content.decode(), page


def test_where_all_have_said_yes_nobody_is_silent(road: Road, people: list[User]) -> None:
    leader = people[0]
    data = {"participants": road.table()[:2], "held_on": clock.today(), "answer": "Vi har ikke plass."}
    everybody_agrees(services.conclude(road.fresh(), "turn_down", actor=leader, data=data))
    told = road.fresh().status_event.data
    assert (told["silent"], sum(count for _part, count in told["parts"])) == ([], 3)
    item = building.build(Meeting.objects.get(), Audience.INTERNAL).items[0]
    assert (item.consent.count("Har ikke svart"), item.positions) == (0, ())


def test_a_coordination_groups_conclusion_tells_it_too(road: Road, client: Client) -> None:
    """It has no log of its meetings: the story is where it is read."""
    road.begin()
    road.agree("forward", note="")
    data = {"answer": "Vi gjør det.", "responsible": road.town.coordination_leader.pk, "due_on": soon()}
    conclusion = services.conclude(road.fresh(), "adopt", actor=road.town.coordination_leader, data=data)
    everybody_agrees(conclusion)
    told = road.fresh().status_event.data
    assert told["silent"] == []
    assert sum(count for _part, count in told["parts"]) == conclusion.stances.filter(agrees=True).count()
