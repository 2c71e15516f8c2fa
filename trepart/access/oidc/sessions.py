"""Sessions that a sign-in service has begun, and their end, there and here.

They are remembered under the service's own name for them.
"""

import logging
from collections.abc import Callable
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase

from trepart import audit
from trepart.access.models import User
from trepart.access.oidc import client, tokens
from trepart.access.oidc.config import Provider
from trepart.access.oidc.models import ServiceSession
from trepart.access.oidc.problems import Refused

#: In the session while the sign-in goes through our own steps, and afterwards.
_PENDING, _KEPT = "oidc_pending", "oidc"
_SALT = "trepart.oidc.out"

log = logging.getLogger("trepart.oidc")


def expect(request: HttpRequest, provider: Provider, person: User, vouched: tokens.Vouched, token: str) -> None:
    """Remember, until ``person`` has passed our own steps, which session of the service this one comes from."""
    request.session[_PENDING] = {
        "person": person.pk,
        "provider": provider.name,
        "issuer": vouched.issuer,
        "subject": vouched.subject,
        "sid": vouched.sid,
        "token": token if tokens.keepable(token) else "",
    }


@transaction.atomic
def _begun(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    pending = request.session.pop(_PENDING, None)
    provider = settings.OIDC.get(pending["provider"]) if pending else None
    if pending is None or provider is None or pending["person"] != user.pk:
        return
    key = request.session.session_key or ""
    ServiceSession.objects.create(
        person=user, issuer=pending["issuer"], subject=pending["subject"], sid=pending["sid"], session_key=key
    )
    request.session[_KEPT] = {"provider": provider.name, "key": key, "token": pending["token"]}
    audit.write("oidc.signed_in", actor=user, subject=user, data={"service": provider.label})


def connect() -> None:
    """Listen for people who have come all the way in; Django's own signal, given for this. Called once
    from ``AppConfig.ready``."""
    user_logged_in.connect(_begun, dispatch_uid="trepart.access.oidc.begun")


class FollowKey:
    """Middleware: when a session changes its key (a new password does that), what the service knows it by follows.
    Costs nothing otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kept, now = request.session.get(_KEPT), request.session.session_key
        if kept and now and kept["key"] != now:
            ServiceSession.objects.filter(session_key=kept["key"]).update(session_key=now)
            request.session[_KEPT] = {**kept, "key": now}
        return response


def end(provider: Provider, *, subject: str = "", sid: str = "") -> int:
    """End the session of ``provider`` called ``sid``, or all of ``subject``'s where only that is given; return how many
    ended. Nobody else's are touched."""
    if not subject and not sid:
        raise ValueError("Whose session?")
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with transaction.atomic():
        rows = ServiceSession.objects.select_for_update(of=("self",)).filter(issuer=provider.issuer)
        if sid:
            rows = rows.filter(sid=sid)
        if subject:
            rows = rows.filter(subject=subject)
        found = list(rows.select_related("person").order_by("pk"))
        for row in found:
            store(row.session_key).delete()
            UserSession.objects.filter(session_key=row.session_key).delete()
            row.delete()
            audit.write("oidc.signed_out", actor=None, subject=row.person, data={"service": provider.label})
    return len(found)


def leave(request: HttpRequest) -> tuple[Provider | None, str]:
    """Return the service that began this session and where one signs out there too; asked just before the session ends
    here. (None, "") where none did."""
    kept = request.session.get(_KEPT)
    provider = settings.OIDC.get(kept["provider"]) if kept else None
    if kept is None or provider is None:
        return None, ""
    ServiceSession.objects.filter(session_key=request.session.session_key).delete()
    try:
        state = signing.dumps(provider.name, salt=_SALT)
        return provider, client.logout_url(provider, token=kept["token"], state=state)
    except Refused as refusal:
        log.warning("Signing out at %s: %s (%s)", provider.name, refusal.problem, refusal.detail)
        return provider, ""


def left(provider: Provider, state: str) -> bool:
    """Say whether somebody comes back from signing out at ``provider`` as we had sent them
    there, within ten minutes."""
    try:
        return bool(signing.loads(state, salt=_SALT, max_age=10 * 60) == provider.name)
    except signing.BadSignature:
        return False


def tidy() -> int:
    """Forget sessions that are over in another way, and return how many (R31)."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    return ServiceSession.objects.filter(~Exists(alive)).delete()[0]
