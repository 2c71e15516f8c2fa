"""Open tasks of a person removed: to the stand-in, else the leader, else an administrator."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from forum.organisation import responsibilities, unattended
from forum.organisation.models import Membership
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships, stand_ins
from forum.organisation.tasks import hand_over
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = [("en", "English")]
    with translation.override("en"):
        yield


def measure(town: Municipality, responsible: User) -> Road:
    road = Road(town, proposer=town.employee(0, 1)).begin()
    road.agree("carry_out", responsible=responsible.pk, due_on=soon())
    return road


def told() -> list[tuple[str, User]]:
    kinds = ("proposals.handed_over", "proposals.handed_on")
    return [(n.kind, n.person) for n in Notice.objects.filter(kind__in=kinds).order_by("pk")]


def test_shut_out_today_handed_over_today(town: Municipality) -> None:
    person, leader = town.employee(), town.lmu_leader()
    road = measure(town, person)
    assert [(h.task.pk, h.to) for h in responsibilities.foreseen(person)] == [(road.proposal.pk, leader)]
    organisation.change_person(person, email=person.email, name=person.name, is_active=False, actor=town.administrator)
    assert road.fresh().responsible == leader
    assert told() == [("proposals.handed_over", leader)]  # nobody writes to who is shut out
    event = Event.objects.get(action="proposals.measure_handed_over")
    assert (event.actor, event.data) == (town.administrator, {"before": person.pk, "after": leader.pk})
    assert unattended.unattended() == []


def test_what_ends_with_the_day_goes_over_the_night_after(town: Municipality) -> None:
    person = town.employee()
    road = measure(town, person)
    organisation.end_employment(person.employments.get(), on=clock.today(), actor=town.administrator)
    hand_over(0)
    assert road.fresh().responsible == person
    with clock.at(clock.now() + timedelta(days=1)):
        assert [u.url for u in unattended.unattended()] == [road.proposal.get_absolute_url()]
        hand_over(0)
        hand_over(0)
        assert road.fresh().responsible == town.lmu_leader()
        assert told() == [("proposals.handed_over", town.lmu_leader()), ("proposals.handed_on", person)]
        assert unattended.unattended() == []


def test_the_stand_in_goes_before_the_leader_and_the_administrator_comes_last(town: Municipality) -> None:
    leader, stand_in = town.lmu_leader(), town.employee(0, 1)
    road = measure(town, leader)
    place = town.membership(leader, town.lmus[0])
    stand_ins.start_stand_in(place=place, person=stand_in, valid_from=clock.today(), valid_to=soon(5), actor=leader)
    assert [h.to for h in responsibilities.foreseen(leader)] == [stand_in]
    organisation.change_person(leader, email=leader.email, name=leader.name, is_active=False, actor=town.administrator)
    assert road.fresh().responsible == stand_in
    # Nobody leads there any more, and whoever has it goes too: an administrator is always left.
    for m in Membership.objects.running().filter(body=town.lmus[0], role="leader"):
        memberships.end_membership(m, on=clock.today(), actor=None)
    with clock.at(clock.now() + timedelta(days=1)):
        organisation.change_person(
            stand_in, email=stand_in.email, name=stand_in.name, is_active=False, actor=town.administrator
        )
        assert road.fresh().responsible == town.administrator


def test_somebody_who_only_leaves_one_place_keeps_it(town: Municipality) -> None:
    leader = town.lmu_leader()
    road = measure(town, leader)
    memberships.end_membership(town.membership(leader, town.lmus[0]), on=clock.today(), actor=None)
    with clock.at(clock.now() + timedelta(days=1)):
        assert responsibilities.settle(actor=None) == 0
        assert road.fresh().responsible == leader


def test_a_queue_without_anybody_is_on_the_list_until_somebody_stands_in(town: Municipality, client: Client) -> None:
    Road(town, proposer=town.employee(0, 1))
    for person in town.lmu_members[0]:
        memberships.end_membership(town.membership(person, town.lmus[0]), on=clock.today(), actor=None)
    assert unattended.unattended() == []
    with clock.at(clock.now() + timedelta(days=1)):
        found = unattended.unattended()
        assert [(u.url, "1 case waits" in u.words) for u in found] == [(town.lmus[0].get_absolute_url(), True)]
        client.force_login(town.administrator)
        assert town.lmus[0].name in client.get(reverse("forum:unattended")).content.decode()
        assert client.get(reverse("forum:organisation")).context["unattended"] == 1


def test_the_list_costs_the_same_however_long_it_is(town: Municipality, django_assert_num_queries: Any) -> None:
    measure(town, town.employee())
    with CaptureQueriesContext(connection) as few:
        unattended.unattended()
    for _n in range(6):
        measure(town, town.employee())
    with CaptureQueriesContext(connection) as many:
        unattended.unattended()
    assert len(many) == len(few)


def test_the_person_and_the_pages_that_end_things_show_what_hangs(town: Municipality, client: Client) -> None:
    person = town.employee()
    road = measure(town, person)
    client.force_login(town.administrator)
    for url in (
        reverse("forum:person", args=[person.pk]),
        reverse("forum:person_change", args=[person.pk]),
        reverse("forum:employment_end", args=[person.employments.get().pk]),
    ):
        page = client.get(url).content.decode()
        assert road.fresh().case.reference in page, url
