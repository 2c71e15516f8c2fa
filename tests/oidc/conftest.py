"""The services the tests sign in through: one that lies, and a real one."""

import base64
import json
import logging
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from joserfc.jwk import RSAKey

from tests.oidc.hostile import CLIENT, HostileService
from trepart.access.models import User
from trepart.access.oidc import config
from trepart.access.oidc.models import Identity
from trepart.server.logs import JsonFormatter

_KEY = RSAKey.generate_key(2048)
PEM = _KEY.as_pem(private=True).decode()


def environment(issuer: str, name: str = "idporten", **more: str) -> dict[str, str]:
    """Return what a municipality would set for one service."""
    prefix = f"OIDC_{name.upper()}_"
    said = {"ISSUER": issuer, "CLIENT_ID": CLIENT, "PRIVATE_KEY": PEM, "KEY_ID": "ours", **more}
    return {"OIDC_PROVIDERS": name, **{prefix + key: value for key, value in said.items()}}


@dataclass
class Visitor:
    """A browser on the way through a service that lies."""

    client: Client
    service: HostileService
    name: str = "idporten"

    def begin(self, where: str = "inn", **form: str) -> dict[str, str]:
        """Press the button, and return what the service was asked."""
        answer = self.client.post(f"/konto/oidc/{self.name}/{where}/", form)
        assert answer.status_code == 200, answer.status_code
        url = answer["Refresh"].removeprefix("0; url=")
        asked = dict(parse_qsl(urlsplit(url).query))
        return self.service.pushed[asked["request_uri"]] if "request_uri" in asked else asked

    def back(self, asked: dict[str, str], **more: str) -> Any:
        """Come back with the answer."""
        given = {"state": asked["state"], "code": "a-code", **more}
        return self.client.get(f"/konto/oidc/{self.name}/tilbake/", given)

    def sign_in(self, **claims: Any) -> Any:
        """Go all the way, with a good token but for ``claims``."""
        asked = self.begin()
        self.service.token = self.service.sign(self.service.claims(**{"nonce": asked["nonce"], **claims}))
        return self.back(asked)

    @property
    def is_in(self) -> bool:
        return "_auth_user_id" in self.client.session


@pytest.fixture
def hostile(db: None, settings: Any) -> Iterator[HostileService]:
    """A service that lies, set up as ID-porten."""
    cache.clear()
    service = HostileService()
    settings.SITE_URL = "http://testserver"
    settings.OIDC = config.read(environment(service.issuer))
    assert settings.OIDC.faults == ()
    yield service
    service.close()


@pytest.fixture
def visitor(hostile: HostileService) -> Visitor:
    return Visitor(Client(), hostile)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Everything that is logged, as it would be written, down to DEBUG."""
    handler, root = _Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


@dataclass
class RealService:
    """npm `oidc-provider`, running."""

    issuer: str
    process: "subprocess.Popen[str]"


def start_service(portal: str, **more: Any) -> RealService:
    """Start the real service for the portal at ``portal`` on a port nobody has; the caller ends it."""
    key = config.read(environment("https://op.example")).providers[0].key
    assert key is not None
    given = {"port": 0, "portal": portal, "jwks": {"keys": [key.as_dict(private=False)]}, **more}
    process = subprocess.Popen(
        ["node", str(Path(__file__).with_name("op.mjs")), json.dumps(given)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "NODE_ENV": "test"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("ready "):
            return RealService(line.split()[1], process)
    raise AssertionError("the service did not start")


@pytest.fixture(scope="session")
def real() -> Iterator[RealService]:
    """The real service, for a portal at http://testserver; it tells a national identity number, as ID-porten does."""
    service = start_service("http://testserver", pid="13097248022")
    yield service
    service.process.terminate()
    service.process.wait(10)
    if service.process.stdout:
        service.process.stdout.close()


def decoded(token: str) -> dict[str, Any]:
    """Return the claims of a token without checking anything."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@pytest.fixture
def kari(hostile: HostileService) -> User:
    """Kari, linked to the service."""
    person = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", "hemmelig nok som passord")
    Identity.objects.create(person=person, issuer=hostile.issuer, subject="pairwise-kari")
    return person
