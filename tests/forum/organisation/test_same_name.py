"""Two of the same name are told apart wherever they stand beside each other, and nobody is entered twice unasked."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.meetings.enums import MovementKind
from forum.meetings.session.narrative import coming_and_going
from forum.organisation.models import Employment
from forum.organisation.queries import told_apart
from proposals.forms.fields import people_at_work
from proposals.forms.people import PersonField
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


@pytest.fixture
def two(town: Municipality) -> tuple[User, User]:
    """Two called Per Åsen, at different workplaces."""
    one, other = town.employee(0), town.employee(1)
    for person in (one, other):
        person.name = "Per Åsen"
        person.save(update_fields=["name"])
    return one, other


def _at_one_place(two: tuple[User, User]) -> None:
    unit = Employment.objects.running().get(person=two[0]).unit
    Employment.objects.filter(person=two[1]).update(unit=unit)


def _place(person: User) -> str:
    return Employment.objects.running().filter(person=person).latest("pk").unit.name


def test_by_workplace_else_by_the_address(town: Municipality, two: tuple[User, User]) -> None:
    one, other = two
    said = told_apart.labels([(one, one.name), (other, other.name), (town.secretary, town.secretary.name)])
    assert said == [f"Per Åsen ({_place(one)})", f"Per Åsen ({_place(other)})", town.secretary.name]
    _at_one_place(two)
    local = [person.email.partition("@")[0] for person in two]
    assert told_apart.labels([(p, p.name) for p in two]) == [f"Per Åsen ({part})" for part in local]
    # Everybody reads the sentences of a meeting: nothing of an address.
    assert told_apart.labels([(p, p.name) for p in two], for_all=True) == ["Per Åsen"] * 2
    # The same person twice is one, and a name that stands alone costs nothing.
    with CaptureQueriesContext(connection) as asked:
        assert told_apart.labels([(one, "A"), (one, "A"), (other, "B")]) == ["A", "A", "B"]
    assert not asked.captured_queries


def test_no_choice_has_the_same_words_twice(two: tuple[User, User]) -> None:
    _at_one_place(two)
    field = PersonField(queryset=people_at_work(User.objects.filter(pk__in=[one.pk for one in two])))
    said = [str(label) for _value, label in field.choices]
    assert len(said) == len(set(said)) == 3
    assert _place(two[0]) in said[1]


def test_the_minutes_say_which_of_them_came(two: tuple[User, User]) -> None:
    """It read "Per Åsen kom kl. 10.33 og møtte for Per Åsen"."""
    seat, deputy = (SimpleNamespace(pk=number, person=person) for number, person in enumerate(two))
    movement: Any = SimpleNamespace(
        pk=1, because_id=None, kind=MovementKind.CAME, at=clock.now(),
        membership=deputy, membership_id=deputy.pk, stands_for=seat,
    )  # fmt: skip
    (said,) = coming_and_going([movement])
    assert f"Per Åsen ({_place(two[1])}) kom" in said
    assert f"møtte for Per Åsen ({_place(two[0])})." in said


def test_a_person_who_may_be_there_already_is_asked_about_once(
    town: Municipality, two: tuple[User, User], client: Client
) -> None:
    client.force_login(town.administrator)
    unit = Employment.objects.running().get(person=two[0]).unit
    sent = {"name": "Per Åsen", "email": "per.aasen2@fjellvik.example", "unit": unit.pk, "valid_from": clock.today()}
    page = reverse("forum:person_new")
    asked = client.post(page, sent)
    assert asked.status_code == 422
    assert two[0].email in asked.content.decode()
    assert not User.objects.filter(email=sent["email"]).exists()
    assert client.post(page, sent | {"another": "on"}).status_code == 302
    assert client.post(page, sent | {"name": "Per Bø", "email": "per.bo@fjellvik.example"}).status_code == 302
