"""How often a password may be tried: so that nobody guesses it, and whoever owns the account has a way in meanwhile.

Counted by the pair of place and address, and (widely) by address. A place, which may be a whole town hall, is shut only
where very many different addresses have been tried from it: one colleague's wrong passwords, however many, keep nobody
else out. A browser in which somebody has signed in is known by a cookie, and is counted by itself: what others try does
not keep its owner out of it. In a browser that is not known, whoever tries often enough from several places does: a
hundred wrong passwords an hour. The way in is then
a new password through a mail, which the page offers; the browser in which it was chosen is known from then on, however
others go on trying. The page says the same whether there is such an account or not.
"""

import secrets

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from trepart.access.models import User

COOKIE = "known_browser"
_SALT = "trepart.known_browser"
#: How long a browser is known after somebody signed in, in seconds; and for how many people, the newest first.
_LASTS = 60 * 60 * 24 * 180
_MOST = 5
_APP = "allauth.account"


def count(request: HttpRequest, address: str) -> ratelimit.RateLimitUsage | None:
    """Count one attempt at ``address`` and return what gives it back, or None where there have been too many."""
    place = ratelimit.get_ip(request)
    device = known_by(request, address)
    if device:
        return _consume(request, ("login_known", f"{device}:{address}"))
    pair = f"{place}:{address}"
    # The narrow one first: what it refuses counts against nobody else.
    narrow = _consume(request, ("login_pair", pair))
    if narrow is None:
        return None
    ways = [("login_all", place), ("login_address", address)]
    if first := _consume(request, ("login_first", pair)):
        # An address that has not been tried from here lately.
        ways.insert(0, ("login_place", place))
    wide = _consume(request, *ways)
    taken = [*narrow.usage, *(first.usage if first else [])]
    if wide is None:
        ratelimit.RateLimitUsage(usage=taken).rollback()
        return None
    return ratelimit.RateLimitUsage(usage=[*taken, *wide.usage])


def _consume(request: HttpRequest, *ways: tuple[str, str]) -> ratelimit.RateLimitUsage | None:
    """Count in each of ``ways``; where one refuses, count in none."""
    total = ratelimit.RateLimitUsage(usage=[])
    for action, key in ways:
        used = ratelimit.consume(request, app=_APP, action=action, key=key)
        if not used:
            total.rollback()
            return None
        total.usage += used.usage
    return total


def forget(request: HttpRequest, address: str) -> None:
    """Forget the attempts at ``address``: its owner has chosen a new password through a mail."""
    ratelimit.clear(request, app=_APP, action="login_pair", key=f"{ratelimit.get_ip(request)}:{address}")
    ratelimit.clear(request, app=_APP, action="login_address", key=address)


def remember(request: HttpRequest, person: User, answer: HttpResponse) -> None:
    """Let the browser be known as one ``person`` has signed in with, or chosen a new password in through a mail."""
    others = [entry for entry in _entries(request) if entry[0] != person.pk]
    entries = [[person.pk, secrets.token_urlsafe(9), _mark(person)], *others][:_MOST]
    answer.set_cookie(
        COOKIE,
        signing.dumps(entries, salt=_SALT),
        max_age=_LASTS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def known_by(request: HttpRequest, address: str) -> str:
    """Return the name of the browser where the owner of ``address`` has signed in with it before; else nothing.

    It is not known any more when password or address have been changed.
    """
    entries = _entries(request)
    if not entries:
        return ""
    person = User.objects.filter(email__iexact=address).first()
    for pk, name, mark in entries:
        if person is not None and pk == person.pk and constant_time_compare(str(mark), _mark(person)):
            return str(name)
    return ""


def _mark(person: User) -> str:
    return salted_hmac(_SALT, f"{person.password}\0{person.email}", algorithm="sha256").hexdigest()[:32]


def _entries(request: HttpRequest) -> list[list[object]]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return []
    return found if isinstance(found, list) else []
