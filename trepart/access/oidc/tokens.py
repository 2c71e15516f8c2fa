"""Reading what a sign-in service signs: everything is checked first, and only what we need is taken out.

ID token: OpenID Connect Core 1.0, 3.1.3.7. Logout token: Back-Channel Logout 1.0, 2.6. Refusals name the rule that was
broken and hold no claim.
"""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.cache import cache
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError

from trepart.access.oidc import transport
from trepart.access.oidc.config import Provider
from trepart.access.oidc.problems import Refused
from trepart.reading import outside_json
from trepart.text import normal

#: Signatures with the service's own key pair alone: never `none`, never with a secret both know.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "PS384", "PS512")
#: Seconds two clocks may differ.
LEEWAY = 60
#: How old a token may be when it reaches us, in seconds.
_ID_AGE, _LOGOUT_AGE = 10 * 60, 5 * 60
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
#: All that a kept ID token may say (see `keepable`).
_HARMLESS = frozenset({
    "iss", "sub", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "acr", "amr", "auth_time", "sid", "at_hash",
    "c_hash", "s_hash", "locale", "tid", "oid", "ver", "uti", "rh", "aio", "acct", "idp",
})  # fmt: skip


@dataclass(frozen=True)
class Vouched:
    """What a service says of somebody, as far as it concerns us. There is no place here for anything else."""

    issuer: str
    subject: str
    sid: str
    acr: str
    name: str = ""
    email: str = ""
    email_verified: bool = False


def read_id_token(provider: Provider, token: str, *, nonce: str, since: float | None = None) -> Vouched:
    """Check an ID token and return what concerns us. ``since``: the person must have signed in at the service after
    this (seconds since 1970)."""
    claims = _signed(provider, token, kinds=("", "jwt"))
    _addressed(provider, claims)
    now = time.time()
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if expires is None or issued is None or expires <= now - LEEWAY or not now - _ID_AGE <= issued <= now + LEEWAY:
        raise Refused("expired", "exp or iat")
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise Refused("nonce")
    if provider.kind == "entra":
        _of_tenant(provider, claims)
    acr = claims.get("acr")
    acr = acr if isinstance(acr, str) else ""
    if provider.acr and acr not in provider.accepted:
        raise Refused("level", "acr")
    if since is not None and (_moment(claims, "auth_time") or 0) < since - LEEWAY:
        raise Refused("expired", "auth_time")
    trusted = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")
    return Vouched(
        issuer=provider.issuer,
        subject=_subject(claims),
        sid=_short(claims, "sid"),
        acr=acr[:255],
        name=normal.line(_short(claims, "name", 150)),
        email=normal.address(_short(claims, "email", 254)).lower(),
        email_verified=provider.trust_email and trusted,
    )


@dataclass(frozen=True)
class LoggedOut:
    """Which sessions a service has ended: the one called ``sid``, or all of ``subject``'s (never both empty)."""

    subject: str
    sid: str


def read_logout_token(provider: Provider, token: str) -> LoggedOut:
    """Check a logout token and return whose session it ends; the same token is good once."""
    claims = _signed(provider, token, kinds=("", "jwt", "logout+jwt"))
    _addressed(provider, claims)
    now = time.time()
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    # `exp` came with the errata of 2023: a service that does not send it is held to the age of the token alone.
    if issued is None or not now - _LOGOUT_AGE <= issued <= now + LEEWAY:
        raise Refused("expired", "iat")
    if "exp" in claims and (expires is None or expires <= now - LEEWAY):
        raise Refused("expired", "exp")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
        raise Refused("token", "events")
    if "nonce" in claims:
        raise Refused("nonce", "an ID token is no logout token")
    subject = _subject(claims) if "sub" in claims else ""
    sid = _short(claims, "sid")
    if ("sid" in claims and not sid) or (not subject and not sid):
        raise Refused("subject", "neither sid nor sub")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise Refused("token", "jti")
    mark = hashlib.sha256(f"{provider.issuer}\0{jti}".encode()).hexdigest()
    if not cache.add(f"oidc:jti:{mark}", 1, _LOGOUT_AGE + 2 * LEEWAY):
        raise Refused("code", "jti used already")
    return LoggedOut(subject, sid)


def keepable(token: str) -> bool:
    """Say whether an ID token (checked already) may be kept until signing out: only where it says nothing of the person
    but the service's own marks.

    A token that names a national identity number (`pid`), a name or an address is not kept; signing out at the
    service then goes without it.
    """
    try:
        part = token.split(".")[1]
        claims = outside_json.read(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError):
        return False
    words = json.dumps(
        {name: value for name, value in claims.items() if name not in ("exp", "iat", "nbf", "auth_time")}
    )
    return set(claims) <= _HARMLESS and not re.search(r"(?<!\d)\d{11}(?!\d)", words)


def _signed(provider: Provider, token: str, *, kinds: tuple[str, ...]) -> dict[str, object]:
    """Return the claims of ``token``, after its signature has been held against the service's own key."""
    if not isinstance(token, str) or len(token) > 16 * 1024 or token.count(".") != 2:
        raise Refused("token", "no JWT")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise Refused("token", "no JWT") from None
    offered = transport.metadata(provider).get("id_token_signing_alg_values_supported")
    allowed = [name for name in ALGORITHMS if not isinstance(offered, list) or name in offered]
    if header.get("alg") not in allowed:
        raise Refused("algorithm")
    kind = header.get("typ", "")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in kinds:
        raise Refused("token", "typ")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Refused("key", "no kid")
    try:
        found = jws.deserialize_compact(token, transport.key(provider, kid), algorithms=allowed)
        claims = outside_json.read(found.payload)
    except BadSignatureError:
        raise Refused("signature") from None
    except (JoseError, ValueError, TypeError) as error:
        raise Refused("token", type(error).__name__) from None
    if not isinstance(claims, dict):
        raise Refused("token", "no object")
    return claims


def _addressed(provider: Provider, claims: Mapping[str, object]) -> None:
    """See to that the token comes from the service and is for us alone."""
    if claims.get("iss") != provider.issuer:
        raise Refused("issuer")
    audience = claims.get("aud")
    if audience not in (provider.client_id, [provider.client_id]):
        raise Refused("audience", "aud")
    if "azp" in claims and claims["azp"] != provider.client_id:
        raise Refused("audience", "azp")
    if "nbf" in claims and ((early := _moment(claims, "nbf")) is None or early > time.time() + LEEWAY):
        raise Refused("expired", "nbf")


def _of_tenant(provider: Provider, claims: Mapping[str, object]) -> None:
    tenant = claims.get("tid")
    if not isinstance(tenant, str) or not tenant or tenant not in urlsplit(provider.issuer).path.split("/"):
        raise Refused("tenant", "tid")


def _moment(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _subject(claims: Mapping[str, object]) -> str:
    value = claims.get("sub")
    # Something that looks like a national identity number is never taken in, whatever it is called.
    if not isinstance(value, str) or not 0 < len(value) <= 255 or re.fullmatch(r"\d{11}", value):
        raise Refused("subject", "sub")
    return value


def _short(claims: Mapping[str, object], name: str, most: int = 255) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) and len(value) <= most and "\0" not in value else ""
