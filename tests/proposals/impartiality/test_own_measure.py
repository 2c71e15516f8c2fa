"""Whoever stops a measure they have proposed, or gives an opinion on it, is asked first (fvl § 6; R12)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.services import opinions
from proposals.consent.impartiality.services import answer
from proposals.models import PartialityAnswer
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road, soon
from tests.proposals.impartiality.test_own_proposal import ASIDE, ASK, own
from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def adopted(town: Municipality, who: User) -> Road:
    """What ``who`` has proposed themselves, adopted by a group, with ``who`` to see to it."""
    road = own(town, who)
    answer(road.fresh(), partial=False, actor=who)
    road.agree("carry_out", responsible=who.pk, due_on=soon(5))
    return road


def test_nobody_stops_their_own_measure_before_they_have_answered(town: Municipality, client: Client) -> None:
    employee, leader = town.employee(0), town.lmu_leader()
    road = Road(town, proposer=employee).begin()
    road.agree("carry_out", responsible=employee.pk, due_on=soon(5))
    with pytest.raises(GuardRefused, match=ASK):
        perform(road.fresh(), "stop", actor=employee, data={"answer": "Delene finnes ikke."})
    page = reverse("proposals:step", args=[road.proposal.case_id, "stop"])
    client.force_login(employee)
    assert "partial" in client.get(page).content.decode()
    client.post(page, {"answer": "Delene finnes ikke.", "partial": "yes"})
    assert road.fresh().status == "adopted"
    assert PartialityAnswer.objects.get(person=employee).partial
    assert leader in {notice.person for notice in Notice.objects.filter(kind="proposals.stepped_aside")}
    with pytest.raises(GuardRefused, match=ASIDE):
        perform(road.fresh(), "stop", actor=employee, data={"answer": "Delene finnes ikke."})
    # Those who have not sent it in are asked nothing, and see to it.
    perform(road.fresh(), "stop", actor=leader, data={"answer": "Delene finnes ikke."})
    assert road.fresh().status == "declined"


def test_who_has_answered_in_the_stay_is_not_asked_again(town: Municipality) -> None:
    road = adopted(town, town.lmu_leader())
    perform(road.fresh(), "stop", actor=town.lmu_leader(), data={"answer": "Delene finnes ikke."})
    assert PartialityAnswer.objects.count() == 1
    with pytest.raises(NotPermitted):
        answer(adopted(town, town.lmu_leader()).fresh(), partial=True, actor=town.employee(1))


def test_nobody_gives_the_opinion_of_a_body_on_their_own_without_being_asked(
    town: Municipality, client: Client
) -> None:
    leader = town.lmu_leader()
    road = own(town, leader)
    answer(road.fresh(), partial=False, actor=leader)
    road.forward()
    due = (clock.today() + timedelta(days=10)).isoformat()
    data = {"to": f"body-{town.lmus[0].pk}", "question": "Hva mener dere?", "due_on": due}
    opinion = opinions.ask(road.fresh().case, data=data, actor=town.coordination_secretary)
    step = reverse("forum:opinion_step", args=[opinion.pk, "answer"])
    client.force_login(leader)
    assert "Er du inhabil" in client.get(step).content.decode()
    for said in ({}, {"partial": "yes"}):
        assert client.post(step, {"answer": "Gjør det.", **said}).status_code == 422
        opinion.refresh_from_db()
        assert (opinion.status, opinion.answer, opinion.own) == ("asked", "", False)
    client.post(step, {"answer": "Gjør det.", "partial": "no"})
    opinion.refresh_from_db()
    assert (opinion.status, opinion.own) == ("answered", True)
    for who, told in ((town.coordination_secretary, True), (leader, True), (town.employee(0, 1), False)):
        client.force_login(who)
        page = client.get(opinion.get_absolute_url()).content.decode()
        assert "Gjør det." in page
        assert ("spørsmålet om inhabilitet" in page) == told, who


def test_others_give_an_opinion_as_before(town: Municipality, client: Client) -> None:
    road = Road(town).begin().forward()
    due = (clock.today() + timedelta(days=10)).isoformat()
    data = {"to": f"body-{town.lmus[1].pk}", "question": "Hva mener dere?", "due_on": due}
    opinion = opinions.ask(road.fresh().case, data=data, actor=town.coordination_secretary)
    client.force_login(town.lmu_leader(1))
    step = reverse("forum:opinion_step", args=[opinion.pk, "answer"])
    assert "inhabil" not in client.get(step).content.decode()
    client.post(step, {"answer": "Gjør det."})
    opinion.refresh_from_db()
    assert (opinion.status, opinion.own) == ("answered", False)
