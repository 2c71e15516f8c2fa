"""What we ask of a sign-in service: the authorization code flow with PKCE (RFC 7636).

Pushed (RFC 9126) where it can be; who we are is proved with a key (RFC 7523).
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.urls import reverse
from joserfc import jwt

from trepart.access.oidc import transport
from trepart.access.oidc.config import Provider
from trepart.access.oidc.problems import Refused

#: Seconds for which what we sign of ourselves is good.
_ASSERTION_AGE = 60


@dataclass(frozen=True)
class Secrets:
    """What ties an answer to the question it answers; known to us, the browser's session and the service."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Secrets":
        """Make three new ones, 256 bits each."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        """Return what the service is told of the verifier beforehand (S256)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def address(name: str, provider: Provider) -> str:
    """Return one of our own addresses, at the portal's one name, whatever name the request came by."""
    return f"{settings.SITE_URL}{reverse(f'oidc:{name}', args=[provider.name])}"


def authorization_url(provider: Provider, asked: Secrets, *, language: str) -> str:
    """Return where the browser is sent to sign in; pushes the question to the service first where it is set up so."""
    said = transport.metadata(provider)
    question = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": address("back", provider),
        "scope": " ".join(provider.scopes),
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": asked.challenge,
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if provider.acr:
        question["acr_values"] = provider.acr
    if provider.par:
        endpoint = said.get("pushed_authorization_request_endpoint")
        if not isinstance(endpoint, str):
            raise Refused("configuration", "no pushed requests")
        status, answer = _prove(provider, endpoint, question)
        pushed = answer.get("request_uri")
        if status not in (200, 201) or not isinstance(pushed, str):
            raise Refused("configuration", f"pushed request answered {status}")
        question = {"client_id": provider.client_id, "request_uri": pushed}
    elif said.get("require_pushed_authorization_requests") is True:
        raise Refused("configuration", "pushed requests only")
    return _with(said["authorization_endpoint"], question)


def redeem(provider: Provider, code: str, verifier: str) -> str:
    """Give the code and return the ID token. The access token that comes along is not looked at: we ask the
    service for nothing more."""
    question = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": address("back", provider),
        "code_verifier": verifier,
    }
    status, answer = _prove(provider, transport.metadata(provider)["token_endpoint"], question)
    if status >= 500:
        raise Refused("unreachable", f"status {status}")
    if status != 200:
        ours = answer.get("error") in ("invalid_client", "unauthorized_client", "unsupported_grant_type")
        raise Refused("configuration" if ours else "code", f"status {status}")
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise Refused("token", "no ID token")
    return token


def logout_url(provider: Provider, *, token: str, state: str) -> str:
    """Return where the browser is sent to sign out at the service too (RP-Initiated Logout 1.0); empty where
    it has no such address."""
    endpoint = transport.metadata(provider).get("end_session_endpoint")
    if not isinstance(endpoint, str):
        return ""
    question = {"client_id": provider.client_id, "post_logout_redirect_uri": address("out", provider), "state": state}
    if token:
        question["id_token_hint"] = token
    return _with(endpoint, question)


def public_keys(provider: Provider) -> list[dict[str, object]]:
    """Return our own public keys for ``provider``: the one in use, and those published before
    they are used or after."""
    found: dict[str, dict[str, object]] = {}
    for key in (*((provider.key,) if provider.key else ()), *provider.published):
        row = dict(key.as_dict(private=False))
        found.setdefault(str(row["kid"]), row)
    return list(found.values())


def _prove(provider: Provider, endpoint: str, question: dict[str, str]) -> tuple[int, dict[str, object]]:
    """Send ``question``, with the proof of who we are."""
    if provider.key is None:
        # RFC 6749, 2.3.1: both halves are written as in a form before they are put together.
        auth = (quote(provider.client_id, safe=""), quote(provider.secret, safe=""))
        return transport.call("POST", endpoint, data={**question, "client_id": provider.client_id}, auth=auth)
    now = int(time.time())
    header = {"alg": provider.algorithm, "kid": str(provider.key.kid)}
    if provider.certificate_thumbprint:
        header["x5t#S256"] = provider.certificate_thumbprint
    audience = provider.issuer
    if provider.assertion_audience == "token_endpoint":
        audience = transport.metadata(provider)["token_endpoint"]
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + _ASSERTION_AGE,
        "jti": secrets.token_urlsafe(24),
    }
    proof = {
        "client_id": provider.client_id,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(header, claims, provider.key, algorithms=[provider.algorithm]),
    }
    return transport.call("POST", endpoint, data={**question, **proof})


def _with(endpoint: str, question: dict[str, str]) -> str:
    parts = urlsplit(endpoint)
    query = "&".join(filter(None, (parts.query, urlencode(question))))
    return urlunsplit(parts._replace(query=query, fragment=""))
