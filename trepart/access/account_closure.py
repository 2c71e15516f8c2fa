"""Closing an account (R31): what is erased, what the law keeps, and what stands in the way.

The rooms say what ties a person; `access` only asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from trepart import audit
from trepart.access.models import Invitation, User
from trepart.access.sign_in import sessions
from trepart.audit import Acting
from trepart.audit.history import erase_past
from trepart.notices.models import Mail

if TYPE_CHECKING:
    from trepart.audit.models import Event


#: How the address of a closed account ends; nobody can have such a one.
CLOSED = "@closed.invalid"


@dataclass(frozen=True)
class Tie:
    """One thing that ties a person to the portal, in a sentence the person reads.

    ``stops``: the account cannot be closed while it stands. ``keeps_name``: the law keeps the name with it (a case that
    was received, R28; elections of bodies, R30), so that only what is not needed for that is erased.
    """

    sentence: str
    url: str = ""
    stops: bool = False
    keeps_name: bool = False


TiesOf = Callable[[User], Iterable[Tie]]
OnClose = Callable[[User, "Event"], None]

_rooms: dict[str, tuple[TiesOf, OnClose | None]] = {}
_erasers: list[Callable[[User], None]] = []


def register(name: str, ties_of: TiesOf, on_close: OnClose | None = None) -> None:
    """Let a room say what ties a person, and do what follows in its own tables when the account is closed (inside the
    transaction, under its event)."""
    _rooms[name] = (ties_of, on_close)


def erases(eraser: Callable[[User], None]) -> None:
    """Let something more of a person as one who signs in go whenever :func:`erase` does. Called once
    from ``AppConfig.ready``."""
    _erasers.append(eraser)


def ties_of(person: User) -> list[Tie]:
    """Return everything that ties ``person``: what stops the closing first."""
    found = [tie for of, _on_close in _rooms.values() for tie in of(person)]
    return sorted(found, key=lambda tie: not tie.stops)


@transaction.atomic
def close(person: User, *, actor: User) -> User:
    """Close ``person``'s account: address, second steps, sessions and, where no law keeps it, the name are
    erased, in the history too.

    What the person has sent in goes on as the municipality's case, and the name is not shown on it any more. Raises
    ``ValidationError`` where something stands in the way. It cannot be undone.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    ties = ties_of(person)
    in_the_way = [tie.sentence for tie in ties if tie.stops]
    if in_the_way:
        raise ValidationError(in_the_way)
    if not person.is_active:
        return person
    keeps_name = any(tie.keeps_name for tie in ties)
    with audit.recorded("access.account_closed", actor=actor, subject=person, data={"name_kept": keeps_name}) as event:
        for _of, on_close in _rooms.values():
            if on_close is not None:
                on_close(person, event)
        erase(person, keeps_name=keeps_name)
    return person


@transaction.atomic
def leave_to_its_owner(person: User, *, actor: User | None, acting: Acting | None = None) -> bool:
    """Make worthless what somebody chose who signed up with an address and never confirmed it, and return whether that
    was so. Called before ``person`` is given a place, a workplace or an office.

    Anybody can sign up with another's address and wait for it to matter. From here on the account is the municipality's
    entry: only a mail to that very address gives a password.
    """
    rows = EmailAddress.objects.filter(user=person)
    if person.last_login is not None or not rows.exists() or rows.filter(verified=True).exists():
        return False
    with audit.recorded("access.left_to_owner", actor=actor, subject=person, acting=acting):
        person.set_unusable_password()
        person.save(update_fields=["password"])
        rows.delete()
        Authenticator.objects.filter(user=person).delete()
        for eraser in _erasers:
            eraser(person)
    sessions.end_all(person)
    return True


def erase(person: User, *, keeps_name: bool) -> None:
    """Erase what the portal holds on ``person`` as somebody who signs in; call it under an event, in a transaction."""
    old = person.email
    # One that can never be written to: the name at its end is reserved for that.
    person.email = f"closed-{person.pk}{CLOSED}"
    if not keeps_name:
        with translation.override(settings.LANGUAGE_CODE):
            person.name = _("Closed account")
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    # The history would otherwise keep what was erased: its rows stay, with who and when, and say what stands now.
    erase_past(person, email=person.email, name=person.name)
    Mail.objects.filter(to__iexact=old).update(to=person.email)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    Invitation.objects.filter(person=person).delete()
    for eraser in _erasers:
        eraser(person)
    sessions.end_all(person)
