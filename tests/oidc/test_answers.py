"""What a sign-in service answers: the good answer lets in, and every forged one is refused."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.oidc.conftest import Visitor, environment
from tests.oidc.hostile import HostileService
from trepart.access.models import User
from trepart.access.oidc import config
from trepart.access.oidc.models import ServiceSession
from trepart.audit.models import Event

pytestmark = pytest.mark.django_db


def test_the_question_that_is_asked(visitor: Visitor, hostile: HostileService) -> None:
    asked = visitor.begin()
    assert [path for path, _form in hostile.sent] == ["/par"]
    assert (asked["response_type"], asked["code_challenge_method"], asked["acr_values"], asked["scope"]) == (
        "code",
        "S256",
        "idporten-loa-substantial",
        "openid no_pid",
    )
    assert asked["redirect_uri"] == "http://testserver/konto/oidc/idporten/tilbake/"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    # We prove who we are with our key, for this service alone, for a minute.
    assert asked["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    keys = Client().get("/konto/oidc/nokler.json").json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "n", "e", "kid", "use", "alg"}]
    proof = jwt.decode(asked["client_assertion"], RSAKey.import_key(keys[0]), algorithms=["RS256"])
    assert proof.header["kid"] == "ours" == keys[0]["kid"]
    assert (proof.claims["iss"], proof.claims["sub"], proof.claims["aud"]) == ("trepart", "trepart", hostile.issuer)
    assert proof.claims["exp"] - proof.claims["iat"] == 60
    assert "client_secret" not in asked


def test_a_good_answer_lets_in(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    asked = visitor.begin(next="/forslag/ny/")
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    answer = visitor.back(asked)
    assert (answer.status_code, answer["Location"]) == (302, "/forslag/ny/")
    assert visitor.client.session["_auth_user_id"] == str(kari.pk)
    path, form = hostile.sent[-1]
    assert path == "/token"
    assert (form["grant_type"], form["code"], form["redirect_uri"]) == (
        "authorization_code",
        "a-code",
        asked["redirect_uri"],
    )
    # The verifier is what the challenge was made from.
    from trepart.access.oidc.client import Secrets

    assert Secrets("", "", form["code_verifier"]).challenge == asked["code_challenge"]
    row = ServiceSession.objects.get()
    assert (row.person, row.sid, row.subject, row.session_key) == (
        kari,
        "session-of-kari-01",
        "pairwise-kari",
        visitor.client.session.session_key,
    )
    [event] = Event.objects.filter(action="oidc.signed_in")
    assert (event.actor, event.subject_id, event.data) == (kari, kari.pk, {"service": "ID-porten"})


def test_going_on_leads_nowhere_else(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    for away in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        other = Visitor(Client(), hostile)
        asked = other.begin(next=away)
        hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
        assert other.back(asked)["Location"] == "/min-side/"


_NOW = int(time.time())
#: What is changed in a good ID token -> the word in the log.
FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "issuer"),
    "issuer with a slash more": ({"iss": "http://127.0.0.1/"}, "issuer"),
    "no issuer": ({"iss": None}, "issuer"),
    "for another client": ({"aud": "another"}, "audience"),
    "for us and another": ({"aud": ["trepart", "another"], "azp": "trepart"}, "audience"),
    "for nobody": ({"aud": None}, "audience"),
    "made out to another": ({"azp": "another"}, "audience"),
    "another's nonce": ({"nonce": "another"}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "a nonce that is no text": ({"nonce": 7}, "nonce"),
    "run out": ({"exp": _NOW - 3600}, "expired"),
    "never runs out": ({"exp": None}, "expired"),
    "runs out at yes": ({"exp": True}, "expired"),
    "made long ago": ({"iat": _NOW - 3600}, "expired"),
    "made tomorrow": ({"iat": _NOW + 86400}, "expired"),
    "made never": ({"iat": None}, "expired"),
    "not yet": ({"nbf": _NOW + 86400}, "expired"),
    "a level too low": ({"acr": "idporten-loa-low"}, "level"),
    "an unknown level": ({"acr": "Level4"}, "level"),
    "no level": ({"acr": None}, "level"),
    "a level that is a list": ({"acr": ["idporten-loa-high"]}, "level"),
    "nobody": ({"sub": None}, "subject"),
    "an empty nobody": ({"sub": ""}, "subject"),
    "a national identity number": ({"sub": "13097248022"}, "subject"),
    "a number": ({"sub": 7}, "subject"),
}


def _refused(answer: Any, problem: str, logged: list[str]) -> None:
    assert answer.status_code in (400, 403)
    assert answer.context["problem"] == problem
    page = answer.content.decode()
    assert "<h1>" in page
    assert "{service}" not in page
    lines = [json.loads(line) for line in logged if '"trepart.oidc"' in line]
    assert len(lines) == 1
    assert f"Signing in through idporten: {problem} (" in lines[0]["message"]
    assert not Event.objects.filter(action="oidc.signed_in").exists()
    assert not ServiceSession.objects.exists()


@pytest.mark.parametrize("case", FORGED)
def test_forged_claims(case: str, visitor: Visitor, kari: User, logged: list[str]) -> None:
    changed, problem = FORGED[case]
    answer = visitor.sign_in(**changed)
    _refused(answer, problem, logged)
    assert not visitor.is_in
    assert "pairwise-kari" not in "".join(logged)


def _other_key(service: HostileService, claims: dict[str, Any]) -> str:
    return service.sign(claims, key=RSAKey.generate_key(2048, {"kid": "first"}))


def _broken(service: HostileService, claims: dict[str, Any]) -> str:
    head, _body, signature = service.sign(claims).split(".")
    return ".".join((head, service.sign({**claims, "sub": "another"}).split(".")[1], signature))


#: How the token is signed -> the word in the log.
SIGNED: dict[str, tuple[Callable[[HostileService, dict[str, Any]], str], str]] = {
    "not at all": (lambda s, c: s.unsigned(c), "algorithm"),
    "with a secret, our public key": (lambda s, c: s.confused(c), "algorithm"),
    "with another's key under the same name": (_other_key, "signature"),
    "and changed afterwards": (_broken, "signature"),
    "with a key nobody knows": (lambda s, c: s.sign(c, key=RSAKey.generate_key(2048, {"kid": "unknown"})), "key"),
    "without saying which key": (lambda s, c: s.sign(c, kid=None), "key"),
    "another way than the service says": (
        lambda s, c: s.sign(c, key=RSAKey.import_key(s.key.as_dict(private=True, alg="PS256")), alg="PS256"),
        "algorithm",
    ),
    "as another kind of token": (lambda s, c: s.sign(c, typ="logout+jwt"), "token"),
    "as nonsense": (lambda s, c: "a.b.c", "token"),
    "as two parts": (lambda s, c: "a.b", "token"),
    "endlessly": (lambda s, c: s.sign({**c, "x": "x" * 20_000}), "token"),
}


@pytest.mark.parametrize("case", SIGNED)
def test_forged_signatures(case: str, visitor: Visitor, hostile: HostileService, kari: User, logged: list[str]) -> None:
    forge, problem = SIGNED[case]
    asked = visitor.begin()
    hostile.token = forge(hostile, hostile.claims(asked["nonce"]))
    _refused(visitor.back(asked), problem, logged)
    assert not visitor.is_in


def test_clocks_may_differ_a_little(visitor: Visitor, kari: User) -> None:
    now = int(time.time())
    assert visitor.sign_in(iat=now + 45, nbf=now + 45, exp=now - 30).status_code == 302
    assert visitor.is_in


def test_a_level_above_the_one_asked_for_is_accepted(visitor: Visitor, kari: User) -> None:
    assert visitor.sign_in(acr="idporten-loa-high").status_code == 302
    assert visitor.is_in


def test_another_who_signs_in_in_the_same_browser_finds_nothing_put_away(visitor: Visitor, kari: User) -> None:
    visitor.client.force_login(User.objects.create_user("ola@fjellvik.example", "Ola Nordmann"))
    assert visitor.sign_in().headers["Clear-Site-Data"] == '"cache"'
    assert int(visitor.client.session["_auth_user_id"]) == kari.pk


def test_new_keys_are_fetched_when_they_turn_up(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    visitor.sign_in()
    assert hostile.fetched.count("/jwks") == 1
    hostile.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    hostile.keys = [hostile.key]
    other = Visitor(Client(), hostile)
    assert other.sign_in().status_code == 302
    assert other.is_in
    assert hostile.fetched.count("/jwks") == 2
    # Made-up names do not make us ring the service again and again.
    for number in range(5):
        asked = other.begin()
        hostile.token = hostile.sign(hostile.claims(asked["nonce"]), kid=f"made-up-{number}")
        assert other.back(asked).context["problem"] == "key"
    assert hostile.fetched.count("/jwks") == 2
    assert hostile.fetched.count("/.well-known/openid-configuration") == 1


# The way back ---------------------------------------------------------------------------------------------------------


def test_another_browser_s_answer_is_refused(
    visitor: Visitor, hostile: HostileService, kari: User, logged: list[str]
) -> None:
    """An attacker's own answer, given to somebody else to open, signs nobody in (and the other way round)."""
    asked = visitor.begin()
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    victim = Visitor(Client(), hostile)
    victim.begin()
    _refused(victim.back(asked), "state", logged)
    assert not victim.is_in
    # Nothing was asked of the service with it.
    assert [path for path, _form in hostile.sent] == ["/par", "/par"]
    # Whoever began it can still finish.
    assert visitor.back(asked).status_code == 302


def test_without_a_state(visitor: Visitor, kari: User, logged: list[str]) -> None:
    visitor.begin()
    _refused(visitor.client.get("/konto/oidc/idporten/tilbake/", {"code": "x"}), "state", logged)


def test_an_answer_is_good_once(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    asked = visitor.begin()
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked).status_code == 302
    again = visitor.back(asked)
    assert (again.status_code, again.context["problem"]) == (400, "state")
    assert [path for path, _form in hostile.sent].count("/token") == 1


def test_two_answers_at_the_same_moment(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    """The session is read by both before either has written it: only one goes through."""
    asked = visitor.begin()
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    before = visitor.client.session
    rows = before["oidc_asked"]
    assert visitor.back(asked).status_code == 302
    other = Visitor(Client(), hostile)
    session = other.client.session
    session["oidc_asked"] = rows
    session.save()
    other.client.cookies["sessionid"] = session.session_key
    assert other.back(asked).context["problem"] == "state"


def test_an_answer_that_took_too_long(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    asked = visitor.begin()
    session = visitor.client.session
    session["oidc_asked"] = [{**row, "at": row["at"] - 601} for row in session["oidc_asked"]]
    session.save()
    assert visitor.back(asked).context["problem"] == "state"


def test_several_windows_at_once(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    first, second = visitor.begin(next="/forslag/"), visitor.begin()
    hostile.token = hostile.sign(hostile.claims(first["nonce"]))
    assert visitor.back(first)["Location"] == "/forslag/"
    assert second["state"] != first["state"]


@pytest.mark.parametrize(
    ("given", "problem", "status"),
    [
        ({"error": "access_denied"}, "cancelled", 403),
        ({"error": "login_required"}, "refused", 403),
        ({"error": "<script>alert(1)</script>", "error_description": "<script>"}, "refused", 403),
        ({"error": "temporarily_unavailable"}, "unreachable", 503),
        ({"code": ""}, "code", 400),
        ({"code": "x" * 5000}, "code", 400),
        ({"iss": "https://evil.example"}, "mixed_up", 400),
    ],
)
def test_what_comes_instead_of_an_answer(
    given: dict[str, str], problem: str, status: int, visitor: Visitor, kari: User
) -> None:
    answer = visitor.back(visitor.begin(), **given)
    assert (answer.status_code, answer.context["problem"]) == (status, problem)
    assert b"<script>alert" not in answer.content
    assert not visitor.is_in


def test_a_service_that_says_who_it_is_is_held_to_it(visitor: Visitor, hostile: HostileService, kari: User) -> None:
    hostile.metadata["authorization_response_iss_parameter_supported"] = True
    asked = visitor.begin()
    assert visitor.back(asked).context["problem"] == "mixed_up"
    asked = visitor.begin()
    hostile.token = hostile.sign(hostile.claims(asked["nonce"]))
    assert visitor.back(asked, iss=hostile.issuer).status_code == 302


def test_one_service_s_answer_given_as_another_s(
    visitor: Visitor, hostile: HostileService, kari: User, settings: Any
) -> None:
    evil = HostileService()
    both = {**environment(evil.issuer, "evil"), **environment(hostile.issuer), "OIDC_PROVIDERS": "idporten,evil"}
    settings.OIDC = config.read(both)
    asked = visitor.begin()
    answer = visitor.client.get("/konto/oidc/evil/tilbake/", {"state": asked["state"], "code": "x"})
    assert (answer.status_code, answer.context["problem"]) == (400, "mixed_up")
    # The code has not been given to the other service.
    assert evil.sent == []
    evil.close()


@pytest.mark.parametrize(
    ("status", "said", "problem"),
    [
        (400, {"error": "invalid_grant"}, "code"),
        (401, {"error": "invalid_client"}, "configuration"),
        (500, {"error": "server_error"}, "unreachable"),
        (200, {"access_token": "x"}, "token"),
        (200, {"id_token": 7}, "token"),
        (200, ["x"], "unreachable"),
        (200, b"<html>", "unreachable"),
        (200, b"x" * 300_000, "unreachable"),
        (302, {}, "code"),
    ],
)
def test_what_the_service_answers_to_a_code(
    status: int, said: Any, problem: str, visitor: Visitor, hostile: HostileService, kari: User
) -> None:
    asked = visitor.begin()
    hostile.token_answer = (status, said)
    answer = visitor.back(asked)
    assert answer.context["problem"] == problem
    assert not visitor.is_in


# Out of reach ---------------------------------------------------------------------------------------------------------


def test_what_is_not_set_up_is_not_there(client: Client, settings: Any, db: None) -> None:
    settings.OIDC = config.read({})
    for where in ("tilbake", "ute", "utlogging-i-ramme"):
        assert client.get(f"/konto/oidc/idporten/{where}/").status_code == 404
    for where in ("inn", "utlogging"):
        assert client.post(f"/konto/oidc/idporten/{where}/").status_code == 404
    assert "/konto/oidc/" not in client.get("/konto/login/").content.decode()
    assert client.get("/konto/oidc/nokler.json").json() == {"keys": []}
