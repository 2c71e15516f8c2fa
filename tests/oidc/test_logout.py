"""Signing out here and there, and exactly those sessions that the service says have ended."""

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from joserfc.jwk import RSAKey

from tests.oidc.conftest import Visitor
from tests.oidc.hostile import LOGOUT_EVENT, HostileService
from trepart.access.models import User
from trepart.access.oidc import sessions, tasks
from trepart.access.oidc.models import Identity, ServiceSession
from trepart.audit.models import Event

pytestmark = pytest.mark.django_db
ENDED = "/konto/oidc/idporten/utlogging/"


@pytest.fixture
def people(hostile: HostileService) -> dict[str, User]:
    """Kari and Ola, both linked."""
    made = {}
    for name in ("kari", "ola"):
        made[name] = User.objects.create_user(f"{name}@fjellvik.example", name.title())
        Identity.objects.create(person=made[name], issuer=hostile.issuer, subject=f"pairwise-{name}")
    return made


@pytest.fixture
def devices(hostile: HostileService, people: dict[str, User]) -> dict[str, Visitor]:
    """Kari on two devices, in two sessions of the service; Ola on one."""
    made = {name: Visitor(Client(), hostile) for name in ("kari 1", "kari 2", "ola 1")}
    for name, visitor in made.items():
        who, number = name.split()
        visitor.sign_in(sub=f"pairwise-{who}", sid=f"session-of-{who}-0{number}")
        assert visitor.is_in
    return made


def _in(devices: dict[str, Visitor]) -> set[str]:
    return {name for name, visitor in devices.items() if visitor.client.get("/min-side/").status_code == 200}


def _say(service: HostileService, **claims: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(ENDED, {"logout_token": service.sign(service.logout_claims(**claims))})


def test_one_session_ends_at_once(
    hostile: HostileService, devices: dict[str, Visitor], people: dict[str, User]
) -> None:
    answer = _say(hostile)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert _in(devices) == {"kari 2", "ola 1"}
    [event] = Event.objects.filter(action="oidc.signed_out")
    assert (event.actor, event.subject_id, event.data) == (None, people["kari"].pk, {"service": "ID-porten"})
    assert UserSession.objects.count() == 2


def test_all_of_a_person_s_sessions_end_where_only_the_person_is_named(
    hostile: HostileService, devices: dict[str, Visitor]
) -> None:
    assert _say(hostile, sid=None).status_code == 200
    assert _in(devices) == {"ola 1"}


def test_a_session_without_the_person(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    assert _say(hostile, sub=None, sid="session-of-ola-01").status_code == 200
    assert _in(devices) == {"kari 1", "kari 2"}


def test_another_s_session_is_not_ended_with_one_s_own_name(
    hostile: HostileService, devices: dict[str, Visitor]
) -> None:
    assert _say(hostile, sub="pairwise-ola", sid="session-of-kari-01").status_code == 200
    assert _in(devices) == {"kari 1", "kari 2", "ola 1"}


def test_sessions_with_a_password_are_not_the_service_s_to_end(
    hostile: HostileService, devices: dict[str, Visitor], people: dict[str, User]
) -> None:
    own = Client()
    own.force_login(people["kari"])
    _say(hostile, sid=None)
    assert own.get("/min-side/").status_code == 200


def test_a_session_that_has_changed_its_key_ends_too(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    """A new password changes the key of the session."""
    kari = devices["kari 1"]
    before = kari.client.session.session_key
    password = "noe som er langt nok her"
    answer = kari.client.post("/konto/password/set/", {"password1": password, "password2": password})
    assert answer.status_code == 302
    assert kari.client.session.session_key != before
    assert kari.client.get("/min-side/").status_code == 200
    _say(hostile)
    assert kari.client.get("/min-side/").status_code == 302


def test_a_page_on_its_way_does_not_bring_the_session_back(
    hostile: HostileService, devices: dict[str, Visitor]
) -> None:
    key = devices["kari 1"].client.session.session_key
    running = import_module(settings.SESSION_ENGINE).SessionStore(key)
    running["seen_at"] = 1
    _say(hostile)
    with pytest.raises(UpdateError):
        running.save()
    assert not Session.objects.filter(session_key=key).exists()


_NOW = int(time.time())
#: What is changed in a good logout token.
FORGED: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "for another client": {"aud": "another"},
    "for two": {"aud": ["trepart", "another"]},
    "for nobody": {"aud": None},
    "old": {"iat": _NOW - 3600},
    "from tomorrow": {"iat": _NOW + 86400},
    "without a time": {"iat": None},
    "run out": {"exp": _NOW - 3600},
    "runs out at something": {"exp": "soon"},
    "without a mark": {"jti": None},
    "with an empty mark": {"jti": ""},
    "no event": {"events": None},
    "another event": {"events": {"http://evil.example": {}}},
    "an event that is no object": {"events": {LOGOUT_EVENT: "yes"}},
    "events in a list": {"events": [LOGOUT_EVENT]},
    "with a nonce": {"nonce": "x"},
    "about nobody": {"sid": None, "sub": None},
    "about an empty session": {"sid": ""},
    "about a session that is a list": {"sid": ["session-of-kari-01"]},
    "about an empty person": {"sub": ""},
}
SIGNED: dict[str, Callable[[HostileService, dict[str, Any]], str]] = {
    "not at all": lambda s, c: s.unsigned(c),
    "with our public key as a secret": lambda s, c: s.confused(c),
    "with another's key": lambda s, c: s.sign(c, key=RSAKey.generate_key(2048, {"kid": "first"})),
    "with an unknown key": lambda s, c: s.sign(c, key=RSAKey.generate_key(2048, {"kid": "unknown"})),
    "as an access token": lambda s, c: s.sign(c, typ="at+jwt"),
    "as nonsense": lambda s, c: "nonsense",
    "as nothing": lambda s, c: "",
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_claims_end_nothing(case: str, hostile: HostileService, devices: dict[str, Visitor]) -> None:
    answer = _say(hostile, **FORGED[case])
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert answer["Cache-Control"] == "private, no-store"
    assert ServiceSession.objects.count() == 3
    assert not Event.objects.filter(action="oidc.signed_out").exists()


@pytest.mark.parametrize("case", SIGNED)
def test_forged_signatures_end_nothing(case: str, hostile: HostileService, devices: dict[str, Visitor]) -> None:
    token = SIGNED[case](hostile, hostile.logout_claims())
    assert Client().post(ENDED, {"logout_token": token}).status_code == 400
    assert ServiceSession.objects.count() == 3


def test_an_id_token_is_no_logout_token(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    assert Client().post(ENDED, {"logout_token": hostile.sign(hostile.claims("nonce"))}).status_code == 400
    assert Client().post(ENDED, {}).status_code == 400
    assert Client().get(ENDED).status_code == 405
    assert ServiceSession.objects.count() == 3


def test_a_logout_token_is_good_once(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    token = hostile.sign(hostile.logout_claims())
    assert Client().post(ENDED, {"logout_token": token}).status_code == 200
    devices["kari 1"].sign_in(sub="pairwise-kari", sid="session-of-kari-01")
    assert Client().post(ENDED, {"logout_token": token}).status_code == 400
    assert _in(devices) == {"kari 1", "kari 2", "ola 1"}


def test_a_logout_token_without_exp_is_held_to_its_age(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    assert _say(hostile, exp=None, iat=int(time.time()) - 400).status_code == 400
    assert _say(hostile, exp=None).status_code == 200
    assert _in(devices) == {"kari 2", "ola 1"}


def test_a_typed_logout_token(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    token = hostile.sign(hostile.logout_claims(), typ="logout+jwt")
    assert Client().post(ENDED, {"logout_token": token}).status_code == 200


def test_a_service_whose_keys_are_out_of_reach_is_asked_to_come_back(
    hostile: HostileService, devices: dict[str, Visitor]
) -> None:
    cache.clear()
    hostile.down = True
    assert _say(hostile).status_code == 503
    assert ServiceSession.objects.count() == 3


def test_by_way_of_the_browser(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    where = "/konto/oidc/idporten/utlogging-i-ramme/"
    for given in (
        {"iss": "https://evil.example", "sid": "session-of-kari-01"},
        {"iss": hostile.issuer, "sid": "unknown-unknown-unknown"},
        {"iss": hostile.issuer, "sid": ""},
        {"iss": hostile.issuer},
    ):
        assert Client().get(where, given).status_code == 200
    assert len(_in(devices)) == 3
    assert Client().get(where, {"iss": hostile.issuer, "sid": "session-of-kari-01"}).status_code == 200
    assert _in(devices) == {"kari 2", "ola 1"}


# Signing out here -----------------------------------------------------------------------------------------------------


def test_signing_out_here_signs_out_there(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    kari = devices["kari 1"]
    token = hostile.token
    answer = kari.client.post("/konto/logout/")
    assert answer.status_code == 200
    url = urlsplit(answer["Refresh"].removeprefix("0; url="))
    asked = dict(parse_qsl(url.query))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{hostile.issuer}/logout"
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == (
        "trepart",
        "http://testserver/konto/oidc/idporten/ute/",
    )
    assert set(asked) == {"client_id", "post_logout_redirect_uri", "state", "id_token_hint"}
    assert asked["id_token_hint"].count(".") == 2
    assert asked["id_token_hint"] != token  # Kari's, not the last one's
    assert answer["Clear-Site-Data"]
    assert not kari.is_in
    assert ServiceSession.objects.count() == 2
    back = kari.client.get("/konto/oidc/idporten/ute/", {"state": asked["state"]})
    assert back.status_code == 200
    assert "ID-porten" in back.content.decode()


def test_coming_back_without_having_been_sent(
    client: Client, hostile: HostileService, devices: dict[str, Visitor]
) -> None:
    for state in ("", "made-up"):
        assert client.get("/konto/oidc/idporten/ute/", {"state": state})["Location"] == "/"
    # Another site cannot sign anybody out, or tell them that they are.
    kari = devices["kari 1"]
    assert kari.client.get("/konto/oidc/idporten/ute/", {"state": "x"})["Location"] == "/"
    assert kari.client.get("/konto/logout/").status_code == 200
    assert kari.is_in


def test_signing_out_while_the_service_is_down(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    cache.clear()
    hostile.down = True
    kari = devices["kari 1"]
    answer = kari.client.post("/konto/logout/")
    assert answer.status_code == 302
    assert not kari.is_in
    assert "ID-porten" in kari.client.get("/").content.decode()


def test_a_session_with_a_password_signs_out_here_alone(hostile: HostileService, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["kari"])
    answer = client.post("/konto/logout/")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_token_that_says_too_much_is_not_kept(hostile: HostileService, people: dict[str, User]) -> None:
    visitor = Visitor(Client(), hostile)
    visitor.sign_in(pid="13097248022")
    answer = visitor.client.post("/konto/logout/")
    asked = dict(parse_qsl(urlsplit(answer["Refresh"].removeprefix("0; url=")).query))
    assert "id_token_hint" not in asked
    assert asked["client_id"] == "trepart"


def test_sessions_that_are_over_are_forgotten_each_night(hostile: HostileService, devices: dict[str, Visitor]) -> None:
    Session.objects.filter(session_key=devices["kari 1"].client.session.session_key).delete()
    tasks.tidy(0)
    assert ServiceSession.objects.count() == 2
    assert _in(devices) == {"kari 2", "ola 1"}


def test_ending_asks_whose(hostile: HostileService) -> None:
    with pytest.raises(ValueError, match="Whose"):
        sessions.end(settings.OIDC.providers[0])
