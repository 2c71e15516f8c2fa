"""What allauth does by itself and the trail must know: second steps added and removed, a new address asked for. Told by
allauth's own signals, which it gives for this."""

from typing import Any

from allauth.account.signals import email_added
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from trepart import audit
from trepart.access.models import User


def _added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    # Recovery codes come with the first second step, and are no step of their own.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.write("access.second_step_added", actor=user, subject=user, data={"kind": authenticator.type})


def _removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.write("access.second_step_removed", actor=user, subject=user, data={"kind": authenticator.type})


def _made_anew(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    audit.write("access.recovery_codes_made", actor=user, subject=user)


def _asked_for_address(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.write("access.address_asked", actor=user, subject=user)


def connect() -> None:
    """Listen; called once from ``AppConfig.ready``."""
    signals.authenticator_added.connect(_added, dispatch_uid="trepart.access.trail.added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="trepart.access.trail.removed")
    email_added.connect(_asked_for_address, dispatch_uid="trepart.access.trail.address")
    signals.authenticator_reset.connect(_made_anew, dispatch_uid="trepart.access.trail.reset")
