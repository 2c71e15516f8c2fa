"""The demo's way in: one click into any role, and no way at all anywhere else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.demo.roles import stands
from tests.factories.organisation import Municipality

URL = "/demo/"


def test_it_does_not_exist_outside_the_demo(client: Client, town: Municipality, settings: Any) -> None:
    assert settings.DEMO is False
    for answer in (client.get(URL), client.post(URL, {"role": "administrator"}), client.head(URL)):
        assert answer.status_code == 404
    assert "_auth_user_id" not in client.session
    for url in (reverse("portal:front"), reverse("account_login")):
        page = client.get(url).content.decode()
        assert "demo-bar" not in page
        assert URL not in page


def test_one_can_be_anybody_in_the_road_of_a_proposal(client: Client, town: Municipality, settings: Any) -> None:
    settings.DEMO = True
    offered = {stand.key: stand.person for stand in stands()}
    assert list(offered) == [
        "proposer", "lmu-leader", "lmu-union", "lmu-safety", "coordination-leader", "coordination-secretary",
        "coordination-member", "committee-leader", "committee-secretary", "committee-elected", "committee-union",
        "committee-deputy", "administrator",
    ]  # fmt: skip
    assert offered["committee-secretary"] == town.secretary
    assert offered["administrator"] == town.administrator
    assert offered["proposer"] in town.employees[0]
    assert len(set(offered.values())) == len(offered)
    page = client.get(URL).content.decode()
    for key, person in offered.items():
        assert f'value="{key}"' in page
        assert person.name in page
        response = client.post(URL, {"role": key})
        assert response.url == reverse("portal:my_page")
        assert client.session["_auth_user_id"] == str(person.pk)
        mine = client.get(response.url)
        assert mine.status_code == 200
        assert "demo-bar" in mine.content.decode()


def test_a_role_s_session_is_listed_and_ended_with_the_others(town: Municipality, settings: Any) -> None:
    """It was missing until its holder opened the page, and lived on when all others were ended."""
    settings.DEMO = True
    here, there = Client(), Client()
    here.post(URL, {"role": "administrator"})
    for client in (here, there):
        client.post(URL, {"role": "proposer"})
    devices = here.get(reverse("access:sessions")).context["devices"]
    assert len(devices) == 2
    assert here.post(reverse("access:sessions")).status_code == 302
    assert there.get(reverse("access:sessions")).status_code == 302
    assert here.get(reverse("access:sessions")).status_code == 200


def test_an_unknown_role_signs_nobody_in(client: Client, town: Municipality, settings: Any) -> None:
    settings.DEMO = True
    for role in ("", "root", str(town.secretary.pk)):
        assert client.post(URL, {"role": role}).status_code == 200
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("asked", "ends"),
    [("/forslag/", "/forslag/"), ("https://ond.example/", "/min-side/"), ("//ond.example", "/min-side/")],
)
def test_it_leads_on_inside_the_portal_only(
    client: Client, town: Municipality, settings: Any, asked: str, ends: str
) -> None:
    settings.DEMO = True
    assert client.post(URL, {"role": "lmu-leader", "next": asked}).url == ends


@pytest.mark.django_db
def test_without_a_municipality_it_says_so(client: Client, settings: Any) -> None:
    settings.DEMO = True
    assert "No demo municipality is loaded" in client.get(URL).content.decode()
