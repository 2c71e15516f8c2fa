"""Open tasks of somebody who leaves: somebody has them the same day, or they stand on the administrator's list.

Measures and decisions: tests/proposals/workflow/test_handing_over.py.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from forum.cases.models import Opinion
from forum.cases.services import opinions
from forum.commissions.models import Commission
from forum.organisation import unattended as hanging
from forum.organisation.enums import Role
from forum.organisation.models import Employment, Membership, Unit
from forum.organisation.services import bodies as organisation
from forum.organisation.services import people, stand_ins
from portal.queries import mine
from proposals.paper_intake import services as on_paper
from tests.factories.organisation import Municipality
from tests.forum.cases.test_opinions import citizens, question
from tests.forum.commissions.test_commissions import give
from tests.proposals.conftest import Road
from tests.proposals.paper_intake.test_on_paper import entered
from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


@pytest.fixture
def school(town: Municipality) -> Unit:
    """A workplace of its own: one who leads it, with no group."""
    unit = organisation.add_unit("Ås skole", actor=None)
    leader = organisation.add_person(email="rektor@example.org", name="Rektor Ruud", actor=None)
    people.start_employment(person=leader, unit=unit, leads=True, actor=None)
    return unit


def rector() -> User:
    return User.objects.get(email="rektor@example.org")


def asked(town: Municipality, unit: Unit) -> Opinion:
    data = question(f"unit-{unit.pk}")
    return opinions.ask(citizens(town).case, data=data, actor=town.coordination_secretary)


def given(town: Municipality, unit: Unit) -> Commission:
    return give(town, f"unit-{unit.pk}")


def tasks(person: User) -> str:
    return " ".join(f"{task.where} {task.what}" for task in mine.my_page(User.objects.get(pk=person.pk)).tasks)


def unattended(town: Municipality) -> list[str]:
    return [each.words for each in hanging.unattended()]


def shut(person: User, town: Municipality) -> None:
    people.change_person(person, email=person.email, name=person.name, is_active=False, actor=town.administrator)


@pytest.mark.parametrize("kind", ["opinion", "commission"])
def test_what_a_workplace_is_asked_for_stands_on_the_list_when_its_leader_is_gone(
    town: Municipality, school: Unit, kind: str
) -> None:
    thing = asked(town, school) if kind == "opinion" else given(town, school)
    right = "forum.answer_opinion" if kind == "opinion" else "forum.carry_commission"
    assert thing.case.reference in tasks(rector())
    before = unattended(town)
    shut(rector(), town)
    assert not policy.people_who_can(right, thing).exists()
    [words] = [said for said in unattended(town) if said not in before]
    assert thing.case.reference in words
    assert "Ås skole" in words
    assert thing.case.title not in words
    client = Client()
    client.force_login(town.administrator)
    assert words in client.get("/organisasjon/uten-ansvarlig/").content.decode()
    new = organisation.add_person(email="ny@example.org", name="Ny Rektor", actor=None)
    people.start_employment(person=new, unit=school, leads=True, actor=None)
    assert thing.case.reference in tasks(new)
    assert unattended(town) == before


@pytest.mark.parametrize("kind", ["opinion", "commission"])
def test_where_the_workplace_has_a_group_its_leader_has_it_and_whoever_stands_in(town: Municipality, kind: str) -> None:
    unit, leader = town.units[0], town.lmu_leader(0)
    thing = asked(town, unit) if kind == "opinion" else given(town, unit)
    assert thing.case.reference in tasks(leader)
    stand_in = town.employee(0, 1)
    assert thing.case.reference not in tasks(stand_in)
    stand_ins.start_stand_in(
        place=town.membership(leader, town.lmus[0]), person=stand_in, valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=5), actor=leader,
    )  # fmt: skip
    assert thing.case.reference in tasks(stand_in)
    shut(leader, town)
    assert thing.case.reference in tasks(stand_in)
    assert not any(thing.case.reference in words for words in unattended(town))


@pytest.mark.parametrize("kind", ["opinion", "commission"])
def test_what_a_body_is_asked_for_stands_on_the_list_when_nobody_there_may_answer(
    town: Municipality, kind: str
) -> None:
    body = town.lmus[1]
    if kind == "opinion":
        thing: Any = opinions.ask(
            citizens(town).case, data=question(f"body-{body.pk}"), actor=town.coordination_secretary
        )
    else:
        thing = give(town, f"body-{body.pk}")
    assert not any(thing.case.reference in words for words in unattended(town))
    for seat in Membership.objects.running().filter(body=body, role__in=[Role.LEADER, Role.DEPUTY_LEADER]):
        shut(seat.person, town)
    assert any(thing.case.reference in words for words in unattended(town))


def test_a_commission_sent_back_to_a_body_without_anybody(town: Municipality) -> None:
    commission = give(town, f"body-{town.lmus[0].pk}")
    perform(commission, "send_back", actor=town.lmu_leader(0), data={"reason": "Ikke vårt."})
    assert not any(commission.case.reference in words for words in unattended(town))
    for seat in Membership.objects.running().filter(
        body=town.committee, role__in=[Role.LEADER, Role.DEPUTY_LEADER, Role.SECRETARY]
    ):
        shut(seat.person, town)
    assert any(commission.case.reference in words for words in unattended(town))


def test_a_letter_nobody_is_left_to_send(town: Municipality) -> None:
    proposal = entered(town)
    assert not any("brev" in words.lower() for words in unattended(town))
    for seat in Membership.objects.running().filter(
        body=town.coordination, role__in=[Role.LEADER, Role.DEPUTY_LEADER, Role.SECRETARY]
    ):
        shut(seat.person, town)
    assert any("brev" in words.lower() and proposal.case.reference in words for words in unattended(town))
    assert on_paper.remind() == 0


def test_a_proposal_in_the_queue_of_a_group_whose_leader_is_gone(town: Municipality) -> None:
    """The queue belongs to the place: the other members have it, and when there are none it is on the list."""
    road = Road(town)
    union = town.lmu_members[0][1]
    shut(town.lmu_leader(0), town)
    assert road.proposal.case.reference in tasks(union)
    before = unattended(town)
    for seat in Membership.objects.running().filter(body=town.lmus[0]):
        shut(seat.person, town)
    assert len(unattended(town)) > len(before)
    assert Employment.objects.exists()
