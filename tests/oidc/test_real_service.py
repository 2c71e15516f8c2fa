"""The whole way with a real service (npm `oidc-provider`), and what is never kept on it: a national identity number."""

import base64
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from joserfc.jwk import RSAKey

from tests.oidc.conftest import RealService, decoded, environment
from trepart.access.models import User
from trepart.access.oidc import client as asking_client
from trepart.access.oidc import config
from trepart.access.oidc.models import Identity, ServiceSession
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db
NUMBER = "13097248022"


@pytest.fixture
def portal(real: RealService, settings: Any) -> Client:
    """A browser at a portal that is set up with the real service."""
    cache.clear()
    settings.SITE_URL = "http://testserver"
    settings.OIDC = config.read(environment(real.issuer, SCOPES="openid"))
    return Client()


def through(
    url: str,
    *,
    who: str = "kari",
    acr: str = "idporten-loa-substantial",
    cancel: bool = False,
    browser: requests.Session | None = None,
) -> str:
    """Go through the service's own pages as a person does, and return the address it sends the browser
    back to (path and query)."""
    session = browser or requests.Session()
    session.trust_env = False
    form: dict[str, str] | None = None
    for _stop in range(12):
        answer = (
            session.post(url, data=form, allow_redirects=False, timeout=10)
            if form is not None
            else session.get(url, allow_redirects=False, timeout=10)
        )
        form = None
        if answer.is_redirect:
            url = urljoin(url, answer.headers["Location"])
            if url.startswith("http://testserver"):
                parts = urlsplit(url)
                return f"{parts.path}?{parts.query}"
        elif "/who/" in url:
            assert answer.status_code == 200, answer.text
            url, form = (f"{url}/cancel", {}) if cancel else (url, {"who": who, "acr": acr})
        else:
            raise AssertionError(f"{url}: {answer.status_code} {answer.text[:300]}")
    raise AssertionError("going round in circles")


def _onwards(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer["Refresh"]).removeprefix("0; url=")


def test_the_whole_way(portal: Client, real: RealService) -> None:
    back = through(_onwards(portal.post("/konto/oidc/idporten/inn/")))
    assert portal.get(back)["Location"] == "/konto/oidc/ny/"
    portal.post("/konto/oidc/ny/", {"name": "Kari Nordmann", "email": "kari@fjellvik.example"})
    link = re.search(r"http://testserver(/konto/confirm-email/\S+)", Mail.objects.get().text)
    assert link
    portal.post(link[1])
    assert "_auth_user_id" in portal.session
    row, identity = ServiceSession.objects.get(), Identity.objects.get()
    assert (row.issuer, row.subject, row.person) == (real.issuer, f"trepart-{b'kari'.hex()}", User.objects.get())
    assert identity.subject == row.subject
    assert row.sid
    # The same person in another browser, and another one.
    other = Client()
    assert other.get(through(_onwards(other.post("/konto/oidc/idporten/inn/"))))["Location"] == "/min-side/"
    third = Client()
    assert (
        third.get(through(_onwards(third.post("/konto/oidc/idporten/inn/")), who="ola"))["Location"]
        == "/konto/oidc/ny/"
    )
    # The answer was good once, here and there.
    assert other.get(back).status_code == 400


def test_pressing_cancel_at_the_service(portal: Client) -> None:
    answer = portal.get(through(_onwards(portal.post("/konto/oidc/idporten/inn/")), cancel=True))
    assert (answer.status_code, answer.context["problem"]) == (403, "cancelled")


def test_choosing_a_lower_level_at_the_service(portal: Client) -> None:
    answer = portal.get(through(_onwards(portal.post("/konto/oidc/idporten/inn/")), acr="idporten-loa-low"))
    assert (answer.status_code, answer.context["problem"]) == (403, "level")


def test_a_key_the_service_does_not_know(portal: Client, real: RealService, settings: Any) -> None:
    stranger = RSAKey.generate_key(2048).as_pem(private=True).decode()
    settings.OIDC = config.read(environment(real.issuer, PRIVATE_KEY=stranger))
    answer = portal.post("/konto/oidc/idporten/inn/")
    assert (answer.status_code, answer.context["problem"]) == (503, "configuration")


def test_a_code_with_another_verifier(portal: Client) -> None:
    """The service holds us to the challenge (PKCE): a stolen code is worth nothing."""
    back = through(_onwards(portal.post("/konto/oidc/idporten/inn/")))
    session = portal.session
    session["oidc_asked"] = [{**row, "verifier": "x" * 43} for row in session["oidc_asked"]]
    session.save()
    answer = portal.get(back)
    assert (answer.status_code, answer.context["problem"]) == (400, "code")


def _traces(number: str) -> list[str]:
    """Return the tables in which ``number`` stands, as it is or as it is written in a token."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = "\n".join(row[0] for row in cursor.fetchall())
            if number in text or any(number in _opened(part) for part in re.findall(r"[A-Za-z0-9_-]{12,}", text)):
                found.append(table)
    return found


def _opened(part: str) -> str:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "ignore")
    except ValueError:
        return ""


def test_a_national_identity_number_is_never_kept(
    portal: Client, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    redeem = asking_client.redeem

    def watched(*args: Any) -> str:
        seen.append(redeem(*args))
        return seen[-1]

    monkeypatch.setattr(asking_client, "redeem", watched)
    sid_before = len(seen)
    portal.get(through(_onwards(portal.post("/konto/oidc/idporten/inn/")), who="per"))
    # It did reach us: otherwise this would prove nothing.
    assert len(seen) == sid_before + 1
    assert decoded(seen[0])["pid"] == NUMBER
    assert NUMBER not in str(dict(portal.session))
    assert NUMBER not in portal.get("/konto/oidc/ny/").content.decode()
    portal.post("/konto/oidc/ny/", {"name": "Per", "email": "per@fjellvik.example"})
    link = re.search(r"http://testserver(/konto/confirm-email/\S+)", Mail.objects.get().text)
    assert link
    portal.post(link[1])
    assert "_auth_user_id" in portal.session
    session = str(dict(portal.session))
    assert NUMBER not in session
    assert seen[0] not in session
    assert _traces(NUMBER) == []
    for store in apps.get_model("sessions.Session").objects.all():
        assert NUMBER not in str(store.get_decoded())
        assert seen[0] not in str(store.get_decoded())
    assert not [line for line in logged if NUMBER in line or seen[0] in line]
    assert django_settings.OIDC.providers[0].scopes == ("openid",)


def test_the_search_for_traces_finds_what_is_there(portal: Client) -> None:
    """The test above says something only if this one does."""
    person = User.objects.create_user("x@fjellvik.example", f"Nummer {NUMBER}")
    assert "access_user" in _traces(NUMBER)
    token = base64.urlsafe_b64encode(f'{{"pid":"{NUMBER}"}}'.encode()).decode().rstrip("=")
    User.objects.filter(pk=person.pk).update(name=f"x.{token}.y")
    assert "access_user" in _traces(NUMBER)


def test_the_service_says_what_it_needs_when_it_cannot_start() -> None:
    """Started by hand with a broken argument, it stops instead of waiting."""
    path = str(Path(__file__).with_name("op.mjs"))
    done = subprocess.run(["node", path, "{"], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode != 0
