"""The button pressed twice on the LMU's own pages."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.organisation.models import Membership
from tests.factories.at_once import together
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.access.models import User


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
