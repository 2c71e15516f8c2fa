"""The questions to sign-in services that a browser has on the way, kept in its session.

Each is good for one answer and ten minutes, so that nobody can finish what another began.
"""

import hashlib
import hmac
import time
from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from trepart.access.oidc import transport
from trepart.access.oidc.client import Secrets
from trepart.access.oidc.config import Provider
from trepart.access.oidc.problems import Refused

_KEY = "oidc_asked"
#: Questions on the way at a time (tabs), and seconds each is good for.
_MOST, _SECONDS = 5, 10 * 60


@dataclass(frozen=True)
class Asked:
    """One question: to whom, what for, and where the person goes afterwards.

    ``purpose``: "sign_in", "link" (then ``person`` says whose account) or "invitation" (then ``invitation``
    is the mark of the link).
    """

    provider: str
    state: str
    nonce: str
    verifier: str
    at: float
    purpose: str = "sign_in"
    next: str = ""
    person: int = 0
    invitation: str = ""


def ask(
    request: HttpRequest, provider: Provider, *, purpose: str, onwards: str = "", person: int = 0, invitation: str = ""
) -> Secrets:
    """Note a new question in the browser's session and return its secrets."""
    made = Secrets.new()
    if onwards and not url_has_allowed_host_and_scheme(onwards, allowed_hosts=None):
        onwards = ""
    asked = Asked(
        provider.name, made.state, made.nonce, made.verifier, time.time(), purpose, onwards[:2000], person, invitation
    )
    waiting = [row for row in request.session.get(_KEY, []) if time.time() - row["at"] < _SECONDS]
    request.session[_KEY] = [*waiting[-(_MOST - 1) :], asdict(asked)]
    return made


def answered(request: HttpRequest, provider: Provider) -> Asked:
    """Return, once, the question that this answer (the request) belongs to. Raises ``Refused`` where it belongs to
    none of this browser's."""
    state = request.GET.get("state", "")
    rows = request.session.get(_KEY, [])
    found = next((row for row in rows if hmac.compare_digest(row["state"].encode(), state.encode())), None)
    if found is None:
        raise Refused("state", "not this browser's")
    request.session[_KEY] = [row for row in rows if row is not found]
    asked = Asked(**found)
    # Two answers at the same moment read the same session: the second finds the mark of the first.
    mark = hashlib.sha256(asked.state.encode()).hexdigest()
    if time.time() - asked.at > _SECONDS or not cache.add(f"oidc:state:{mark}", 1, 2 * _SECONDS):
        raise Refused("state", "too old or used")
    if asked.provider != provider.name:
        raise Refused("mixed_up", "another service's answer")
    # RFC 9207: who answers says so, and a service that says it always does is held to it.
    issuer = request.GET.get("iss")
    always = transport.metadata(provider).get("authorization_response_iss_parameter_supported") is True
    if (issuer is None and always) or (issuer is not None and issuer != provider.issuer):
        raise Refused("mixed_up", "iss")
    return asked


def code(request: HttpRequest) -> str:
    """Return the code in the answer. Raises ``Refused`` with what the service says instead."""
    error = request.GET.get("error", "")
    if error == "access_denied":
        raise Refused("cancelled")
    if error in ("server_error", "temporarily_unavailable"):
        raise Refused("unreachable", error)
    if error:
        raise Refused("refused", "error")
    found = request.GET.get("code", "")
    if not found or len(found) > 4096:
        raise Refused("code", "no code")
    return found
