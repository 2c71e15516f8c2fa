"""Where a person is signed in: seen and ended by the person, ended for whoever is shut out.

No network address is kept (docs/decisions/0014).
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from trepart import clock
from trepart.access.models import User

#: When the session was last seen is written at most this often, in seconds.
_NOTE_EVERY = 10 * 60
_NOTED = "seen_at"
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """One session as its owner reads it."""

    pk: int
    name: str
    since: datetime
    seen: datetime
    current: bool


def reader_mark(request: HttpRequest) -> str:
    """Return the mark of who reads and in which session; empty for somebody not signed in. It tells nobody either."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return salted_hmac("trepart.reader", f"{request.session.session_key}:{user.pk}").hexdigest()[:24]


def device_name(user_agent: str) -> str:
    """Return a browser's own description in a few words: "Firefox, Windows"."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"(\b|Headless){mark}/", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown device")


def of(request: HttpRequest, person: User) -> list[Device]:
    """Return where ``person`` is signed in, this device first, then the newest; sessions that are
    over are cleared away."""
    key = request.session.session_key
    rows = UserSession.objects.purge_and_list(person)
    if not any(row.session_key == key for row in rows):
        enter(request)
        rows = UserSession.objects.purge_and_list(person)
    devices = [
        Device(row.pk, device_name(row.user_agent), row.created_at, row.last_seen_at, row.session_key == key)
        for row in rows
    ]
    return sorted(devices, key=lambda device: (device.current, device.seen), reverse=True)


def enter(request: HttpRequest) -> None:
    """Write down a session that began another way than through allauth's pages (the demo): it is listed, and ended with
    the others, from the first moment."""
    if request.session.session_key is None:
        request.session.save()  # another's was ended just now, and this one has no name yet
    UserSession.objects.create_from_request(request)
    begin(request)


def end(person: User, pk: int) -> bool:
    """End one session of ``person``; return False where there is none of that number."""
    row = UserSession.objects.filter(user=person, pk=pk).first()
    if row is not None:
        row.end()
    return row is not None


def end_all(person: User, *, but: str | None = None) -> int:
    """End every session of ``person``, except the one with key ``but``, and return how many ended."""
    rows = list(UserSession.objects.filter(user=person).exclude(session_key=but or ""))
    for row in rows:
        row.end()
    return len(rows)


def begin(request: HttpRequest) -> None:
    """Note that a session has begun, so that :class:`LastSeen` follows it."""
    request.session[_NOTED] = int(time.time())


class LastSeen:
    """Middleware: notes, every ten minutes at most, that a session is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        noted = request.session.get(_NOTED)
        if noted is not None and time.time() - noted > _NOTE_EVERY:
            begin(request)
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=clock.now())
        return self.get_response(request)
