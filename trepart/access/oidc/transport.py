"""Talking to a sign-in service: short time limits, small answers, no detours.

What it says of itself is fetched once an hour, its keys when a new one turns up.
"""

import hashlib
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from trepart.access.oidc.config import Provider
from trepart.access.oidc.problems import Refused
from trepart.reading import outside_json

#: Seconds to wait for a connection and for an answer; back-channel callers give us five in all.
_LIMITS = (3.05, 5)
_MOST_BYTES = 256 * 1024
#: Seconds for which what a service says of itself is believed, and for which an older copy will do
#: while it cannot be reached.
_FRESH, _KEPT = 60 * 60, 60 * 60 * 24
#: Keys are fetched anew for an unknown one at most this often, in seconds: whoever sends made-up tokens must not make
#: us ring the service all day.
_ANEW = 30
_KEYS = {"RSA": RSAKey, "EC": ECKey}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def call(
    method: str, url: str, *, data: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
) -> tuple[int, dict[str, object]]:
    """Send a request and return the status and the JSON object that came. Raises ``Refused`` ("unreachable") where
    there is no such answer."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Refused("configuration", "not https")
    try:
        with requests.Session() as session:
            answer = session.request(
                method, url, data=data, auth=auth, timeout=_LIMITS, allow_redirects=False, stream=True,
                headers={"Accept": "application/json", "User-Agent": "Trepart"},
            )  # fmt: skip
            body, until = b"", time.monotonic() + 10
            for part in answer.iter_content(16 * 1024):
                body += part
                if len(body) > _MOST_BYTES or time.monotonic() > until:
                    raise Refused("unreachable", "too much or too slow")
            status = answer.status_code
        said = outside_json.read(body)
    except requests.RequestException as error:
        raise Refused("unreachable", type(error).__name__) from None
    except ValueError:
        raise Refused("unreachable", "no JSON") from None
    if not isinstance(said, dict):
        raise Refused("unreachable", "no JSON object")
    return status, said


def _remembered(what: str, url: str, *, anew: bool = False) -> dict[str, object]:
    mark = f"oidc:{what}:{hashlib.sha256(url.encode()).hexdigest()}"
    kept: dict[str, Any] | None = cache.get(mark)
    if kept and not anew and time.time() - kept["at"] < _FRESH:
        said: dict[str, object] = kept["said"]
        return said
    try:
        status, said = call("GET", url)
        if status != 200:
            raise Refused("unreachable", f"status {status}")
    except Refused:
        if kept:
            old: dict[str, object] = kept["said"]
            return old
        raise
    cache.set(mark, {"at": time.time(), "said": said}, _KEPT)
    return said


def metadata(provider: Provider) -> dict[str, Any]:
    """Return what the service says of itself (OpenID Connect Discovery 1.0), after seeing to
    that it speaks of itself."""
    said = _remembered("metadata", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != provider.issuer:
        raise Refused("configuration", "another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(said.get(name), str):
            raise Refused("configuration", f"no {name}")
    return said


def key(provider: Provider, kid: str) -> RSAKey | ECKey:
    """Return the service's public key called ``kid``; asks anew, now and then, where it is unknown. Raises ``Refused``
    ("key") where there is none."""
    url = metadata(provider)["jwks_uri"]
    found = _among(_remembered("keys", url), kid)
    mark = f"oidc:anew:{hashlib.sha256(url.encode()).hexdigest()}"
    if found is None and cache.add(mark, 1, _ANEW):
        found = _among(_remembered("keys", url, anew=True), kid)
    if found is None:
        raise Refused("key", "unknown kid")
    return found


def _among(said: Mapping[str, object], kid: str) -> RSAKey | ECKey | None:
    keys = said.get("keys")
    for row in keys if isinstance(keys, list) else ():
        if (
            isinstance(row, dict)
            and row.get("kid") == kid
            and row.get("kty") in _KEYS
            and row.get("use", "sig") == "sig"
        ):
            public = {
                name: value for name, value in row.items() if name not in ("d", "p", "q", "dp", "dq", "qi", "x5c")
            }
            try:
                return _KEYS[row["kty"]].import_key(public)  # type: ignore[attr-defined]  # both kinds have it
            except (JoseError, ValueError, TypeError):
                return None
    return None
