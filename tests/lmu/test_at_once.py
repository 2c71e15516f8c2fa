"""The button pressed twice on the LMU's own pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.models import CaseGuest
from forum.organisation.models import Membership
from lmu import services
from proposals.models import Proposal
from tests.factories.at_once import together
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.access.models import User
from trepart.notices.models import Notice
from trepart.workflow import perform


@pytest.fixture
def town(transactional_db: None) -> Municipality:
    """Fjellvik, committed, so that both threads see it."""
    return municipality()


@pytest.mark.django_db(transaction=True)
def test_a_user_representative_is_brought_in_once(town: Municipality) -> None:
    url = reverse("lmu:user_add", args=[town.lmus[0].slug])
    sent = {"name": "Bruker Vik", "email": "bruker@example.org", "valid_from": clock.today().isoformat()}
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(town.lmu_leader())
        client.raise_request_exception = False
    answers = together(*(lambda client=client: client.post(url, sent).status_code for client in clients))
    assert sorted(answers) == [302, 422]
    person = User.objects.get(email="bruker@example.org")
    assert Membership.objects.filter(person=person, body=town.lmus[0]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_user_representative_is_let_into_a_case_once(town: Municipality, propose: Callable[..., Proposal]) -> None:
    leader = town.lmu_leader()
    stay = perform(propose(), "begin", actor=leader, data={"access": "employees"}).case.referrals.get()
    guest = services.add_user_representative(
        body=town.lmus[0], email="bjorg@bruker.example", name="Bjørg Ås", valid_from=clock.today(), valid_to=None,
        actor=leader,
    )  # fmt: skip
    assert together(*[lambda: services.let_in(guest, cases=[stay], actor=leader)] * 2) == [None, None]
    assert CaseGuest.objects.count() == Notice.objects.filter(kind="lmu.guest_invited").count() == 1
