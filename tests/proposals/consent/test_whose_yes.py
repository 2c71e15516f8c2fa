"""A yes is one person's own, to the words that were read (R24)."""

import pytest
from django.test import Client

from forum.organisation.services import stand_ins
from proposals import services as proposals
from proposals.consent import services
from tests.proposals.conftest import Road, soon
from tests.proposals.consent.test_consent import after, conclude, say
from trepart import clock
from trepart.access.models import User
from trepart.refusals import GuardRefused, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(road: Road) -> list[User]:
    road.begin()
    return road.town.lmu_members[0]


def test_the_words_stay_as_they_were_read(road: Road) -> None:
    leader = road.leader
    conclusion = services.conclude(
        road.fresh(), "elsewhere", actor=leader, data={"answer": "Fylket har veien.", "belongs_to": "Fylket"}
    )
    words = {"title": "Noe helt annet", "what": "A", "why": "B", "several_workplaces": "no", "needs_grant": "no"}
    with pytest.raises(WrongState):
        proposals.correct(road.fresh(), data=words, actor=road.proposer)
    assert road.fresh().title != "Noe helt annet"
    client = Client()
    client.force_login(road.proposer)
    client.post(f"{road.proposal.get_absolute_url()}rett/", words)
    assert road.fresh().title != "Noe helt annet"
    assert conclusion.status == "provisional"


def test_a_stand_in_does_not_answer_over_the_holder(road: Road, people: list[User]) -> None:
    leader, union, safety = people
    conclusion = conclude(road, actor=union)
    say(conclusion, leader, agrees=False, text="Jeg er uenig.")
    seat, other = road.town.membership(leader, road.lmu), road.town.employee(0, 1)
    stand_ins.start_stand_in(place=seat, person=other, valid_from=clock.today(), valid_to=soon(9), actor=leader)
    with pytest.raises(GuardRefused):
        say(conclusion, User.objects.get(pk=other.pk))
    assert conclusion.stances.get(membership=seat).text == "Jeg er uenig."
    say(conclusion, safety)
    assert road.fresh().status == "in_treatment"


def test_nobody_says_yes_from_a_closed_account(road: Road, people: list[User]) -> None:
    _leader, union, safety = people
    conclusion = conclude(road)
    say(conclusion, union)
    User.objects.filter(pk=union.pk).update(is_active=False)
    with after(30):
        assert services.settle_due() == 0
    conclusion.refresh_from_db()
    assert conclusion.status == "provisional", "the yes of the union is nobody's any more"
    # Where no union seat is filled, the safety representative answers.
    say(conclusion, safety)
    assert road.fresh().status == "declined"
