"""Events for what allauth does by itself: second steps added and removed, a new address asked for.

Told by allauth's own signals, which it gives for this.
"""

from allauth.account.models import EmailAddress
from allauth.account.signals import email_added
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from trepart import audit
from trepart.access.models import User
from trepart.access.sign_in import addresses


def _added(sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    # Recovery codes come with the first second step, and are no step of their own.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.write("access.second_step_added", actor=user, subject=user, data={"kind": authenticator.type})


def _removed(sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.write("access.second_step_removed", actor=user, subject=user, data={"kind": authenticator.type})


def _made_anew(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object
) -> None:
    audit.write("access.recovery_codes_made", actor=user, subject=user)


def _asked_for_address(
    sender: object, request: HttpRequest, user: User, email_address: EmailAddress, **kwargs: object
) -> None:
    audit.write("access.address_asked", actor=user, subject=user)
    if email_address.pk and email_address.email != user.email:
        addresses.tell_old(email_address)


def connect() -> None:
    """Listen; called once from ``AppConfig.ready``."""
    signals.authenticator_added.connect(_added, dispatch_uid="trepart.access.sign_in.trail.added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="trepart.access.sign_in.trail.removed")
    email_added.connect(_asked_for_address, dispatch_uid="trepart.access.sign_in.trail.address")
    signals.authenticator_reset.connect(_made_anew, dispatch_uid="trepart.access.sign_in.trail.reset")
