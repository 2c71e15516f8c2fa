"""A sign-in service that is out of reach, or speaks strangely of itself."""

from typing import Any

import pytest
from django.core.cache import cache

from tests.oidc.conftest import Visitor, environment
from tests.oidc.hostile import HostileService
from trepart.access.models import User
from trepart.access.oidc import config, transport
from trepart.access.oidc.problems import Refused

pytestmark = pytest.mark.django_db


def test_a_service_that_is_down_is_said_kindly_and_the_password_still_works(
    visitor: Visitor, hostile: HostileService, kari: User, logged: list[str]
) -> None:
    hostile.down = True
    answer = visitor.client.post("/konto/oidc/idporten/inn/")
    assert (answer.status_code, answer.context["problem"]) == (503, "unreachable")
    assert hostile.issuer not in answer.content.decode()
    assert visitor.client.get("/konto/login/").status_code == 200
    given = {"login": kari.email, "password": "hemmelig nok som passord"}
    assert visitor.client.post("/konto/login/", given).status_code == 302
    assert visitor.is_in


def test_a_service_that_goes_down_on_the_way(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    asked = visitor.begin()
    hostile.close()
    answer = visitor.back(asked)
    assert (answer.status_code, answer.context["problem"]) == (503, "unreachable")


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": None},
        {"token_endpoint": 7},
        {"pushed_authorization_request_endpoint": None},
        {"pushed_authorization_request_endpoint": "http://evil.example/par"},
    ],
)
def test_a_service_that_says_strange_things_of_itself(
    metadata: dict[str, Any], visitor: Visitor, hostile: HostileService
) -> None:
    hostile.metadata = metadata
    answer = visitor.client.post("/konto/oidc/idporten/inn/")
    assert (answer.status_code, answer.context["problem"]) == (503, "configuration")


def test_an_older_copy_will_do_while_the_service_is_down(
    visitor: Visitor, hostile: HostileService, kari: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.begin()
    monkeypatch.setattr(transport, "_FRESH", -1)
    before = len(hostile.fetched)
    hostile.metadata = {}
    hostile.down = True
    provider = config.read(environment(hostile.issuer)).providers[0]
    assert transport.metadata(provider)["issuer"] == hostile.issuer
    assert len(hostile.fetched) == before + 1
    cache.clear()
    with pytest.raises(Refused):
        transport.metadata(provider)
