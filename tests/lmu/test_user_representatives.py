"""Who speaks for the users: brought in and thanked by the leader."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.organisation.enums import Role
from forum.organisation.models import Membership
from forum.organisation.services import memberships
from lmu import services
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.refusals import NotPermitted


@pytest.fixture
def url(client: Client, town: Municipality) -> str:
    client.force_login(town.lmu_leader())
    return reverse("lmu:user_add", args=[town.lmus[0].slug])


def fields(**more: Any) -> dict[str, Any]:
    base = {
        "name": "Bjørg Ås",
        "email": "Bjorg@Bruker.example",
        "valid_from": clock.today().isoformat(),
        "valid_to": "",
    }
    return {**base, **more}


def representatives(town: Municipality) -> list[Membership]:
    return list(Membership.objects.filter(body=town.lmus[0], role=Role.USER_REPRESENTATIVE).select_related("person"))


def test_somebody_new_is_entered_and_sees_nothing_of_what_the_group_keeps(
    client: Client, town: Municipality, url: str
) -> None:
    until = clock.today() + timedelta(days=200)
    response = client.post(url, fields(valid_to=until.isoformat()))
    assert response.url == reverse("lmu:detail", args=[town.lmus[0].slug])
    (member,) = representatives(town)
    assert (member.person.name, member.person.email) == ("Bjørg Ås", "bjorg@bruker.example")
    assert (member.valid_from, member.valid_to, member.part) == (clock.today(), until, "")
    assert not member.person.has_usable_password()
    event = Event.objects.get(action="forum.membership_started", subject_id=member.pk)
    assert event.actor == town.lmu_leader()
    client.force_login(member.person)
    assert client.get(response.url).status_code == 404, "a guest: what the group keeps to itself is not theirs to read"
    assert client.get(reverse("lmu:log", args=[town.lmus[0].slug])).status_code in (403, 404)


def test_somebody_known_keeps_the_name(client: Client, town: Municipality, url: str) -> None:
    people = User.objects.count()
    client.post(url, fields(email=town.outsider.email.upper(), name="Et annet navn"))
    (member,) = representatives(town)
    assert member.person == town.outsider
    assert User.objects.get(pk=town.outsider.pk).name == town.outsider.name
    assert User.objects.count() == people


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "ikke en adresse"}, "email"),
        ({"name": " "}, "name"),
        ({"valid_to": "2000-01-01"}, "valid_to"),
        ({"valid_from": ""}, "valid_from"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_half_done(
    client: Client, town: Municipality, url: str, wrong: dict[str, str], field: str
) -> None:
    people = User.objects.count()
    response = client.post(url, fields(**wrong))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert representatives(town) == []
    assert User.objects.count() == people


def test_twice_is_once(client: Client, town: Municipality, url: str) -> None:
    client.post(url, fields())
    response = client.post(url, fields())
    assert response.status_code == 422
    assert len(representatives(town)) == 1


def test_the_leader_ends_it(client: Client, town: Municipality, url: str) -> None:
    client.post(url, fields())
    (member,) = representatives(town)
    end = reverse("lmu:user_end", args=[town.lmus[0].slug, member.pk])
    assert "Bjørg Ås" in client.get(end).content.decode()
    early = (clock.today() - timedelta(days=1)).isoformat()
    assert client.post(end, {"on": early}).status_code == 422
    assert client.post(end, {"on": clock.today().isoformat()}).status_code == 302
    (member,) = representatives(town)
    assert member.valid_to == clock.today()
    client.force_login(member.person)
    with clock.at(clock.now() + timedelta(days=1)):
        assert client.get(reverse("lmu:detail", args=[town.lmus[0].slug])).status_code == 404


def test_nobody_else_can_be_ended_here(client: Client, town: Municipality, url: str) -> None:
    union = town.membership(town.lmu_members[0][1], town.lmus[0])
    assert client.get(reverse("lmu:user_end", args=[town.lmus[0].slug, union.pk])).status_code == 404
    with pytest.raises(NotPermitted):
        services.end_user_representative(union, on=clock.today(), actor=town.lmu_leader())
    other = memberships.start_membership(
        person=town.outsider, body=town.lmus[1], role=Role.USER_REPRESENTATIVE, actor=None
    )
    with pytest.raises(NotPermitted):
        services.end_user_representative(other, on=clock.today(), actor=town.lmu_leader())


def test_the_text_comes_back_after_signing_in_again(client: Client, town: Municipality, url: str) -> None:
    owner = client.get(url).context["form_owner"]
    client.logout()
    client.post(url, fields(form_owner=owner))
    assert User.objects.filter(email="bjorg@bruker.example").count() == 0
    client.force_login(town.lmu_leader())
    assert client.get(url).context["form"]["name"].value() == "Bjørg Ås"
