"""Invitations: whoever the organisation has entered chooses a first password with a link.

It works once, for some days, and only while there is no password.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from trepart import audit, clock, municipality
from trepart.access.models import Invitation, User
from trepart.access.sign_in import addresses
from trepart.access.sign_in.mailing import send

#: Two presses within this send one mail.
_ONE_PRESS = timedelta(minutes=2)


@dataclass
class Sent:
    """What came of inviting several at once."""

    invited: list[User] = field(default_factory=list)
    #: Who got a mail a moment ago, has a password already, or is shut out.
    just_now: list[User] = field(default_factory=list)
    has_password: list[User] = field(default_factory=list)
    shut_out: list[User] = field(default_factory=list)
    #: The links of those invited, by person: they open an account, and stand in the mails alone.
    links: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def invite(people: Iterable[User], *, actor: User | None) -> Sent:
    """Send each of ``people`` an invitation, and return what came of it. An older link to the
    same person stops working.

    The caller has asked whether ``actor`` may. Nobody who has a password is invited, and nobody twice within two
    minutes, however often one presses.
    """
    sent = Sent()
    wanted = sorted({person.pk for person in people})
    # Locked in the order of their numbers: two presses at once meet here, and the second finds the mail sent.
    for person in User.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"):
        row = Invitation.objects.filter(person=person).first()
        if not person.is_active:
            sent.shut_out.append(person)
        elif person.has_usable_password():
            sent.has_password.append(person)
        elif row and row.digest and clock.now() - row.sent_at < _ONE_PRESS:
            sent.just_now.append(person)
        else:
            sent.links[person.pk] = _send(person, actor)
            sent.invited.append(person)
    return sent


def _send(person: User, actor: User | None) -> str:
    secret, now = secrets.token_urlsafe(32), clock.now()
    expires = now + timedelta(days=municipality.current().invitation_days)
    with audit.recorded("access.invited", actor=actor, subject=person):
        Invitation.objects.update_or_create(
            person=person,
            defaults={
                "digest": _digest(secret),
                "sent_at": now,
                "expires_at": expires,
                "accepted_at": None,
                "withdrawn_at": None,
            },
        )
    link = f"{settings.SITE_URL}{reverse('access:invitation', args=[secret])}"
    send("access/mail/invitation", to=person.email, person=person, context={"link": link, "expires": expires})
    return link


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def withdraw(person: User, *, actor: User | None) -> bool:
    """Make the link in ``person``'s invitation worthless, and one for a new password that went to the same address;
    return False where there was none that could be used."""
    # The person first, then the invitation, as below.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = Invitation.objects.select_for_update().filter(person=person).exclude(digest="").first()
    if row is None:
        return False
    with audit.recorded("access.invitation_withdrawn", actor=actor, subject=person):
        row.digest, row.withdrawn_at = "", clock.now()
        row.save(update_fields=["digest", "withdrawn_at"])
        if not person.has_usable_password():
            # Another unusable one: links for a new password are made from it.
            person.set_unusable_password()
            person.save(update_fields=["password"])
    return True


def is_taken_back(person: User) -> bool:
    """Say whether the invitation of somebody who has never been in is withdrawn: the address may be somebody else's, so
    no link for a password goes there either until a new one is sent."""
    return (
        not addresses.in_use(person) and Invitation.objects.filter(person=person, withdrawn_at__isnull=False).exists()
    )


def found(secret: str) -> User | None:
    """Return whom the link with ``secret`` is for, while it can be used: not used, not withdrawn, not too old, no
    password yet, not shut out."""
    row = Invitation.objects.select_related("person").filter(digest=_digest(secret)).first()
    return row.person if row and _usable(row, row.person) else None


def _usable(row: Invitation, person: User) -> bool:
    return row.expires_at > clock.now() and person.is_active and not person.has_usable_password()


def mark_of(secret: str) -> str:
    """Return what the invitation with ``secret`` can be found by without knowing the secret."""
    return _digest(secret)


def accept(secret: str, *, password: str) -> User | None:
    """Give the invited person the password, once; None where the link cannot be used (any more)."""
    return _accept(_digest(secret), password)


def accept_elsewhere(mark: str) -> User | None:
    """Note that the invited person has come through a sign-in service instead of choosing a password, once; None where
    the link cannot be used (any more)."""
    return _accept(mark, None)


@transaction.atomic
def _accept(mark: str, password: str | None) -> User | None:
    known = Invitation.objects.filter(digest=mark).exclude(digest="").values_list("person_id", flat=True).first()
    if known is None:
        return None
    # The person first, then the invitation: the same order as where it is sent.
    person = User.objects.select_for_update(no_key=True).get(pk=known)
    row = Invitation.objects.select_for_update().filter(digest=mark, person=person).first()
    if row is None or not _usable(row, person):
        return None
    person.set_password(password)
    with audit.recorded("access.invitation_accepted", actor=person, subject=person):
        person.save(update_fields=["password"])
        row.digest, row.accepted_at = "", clock.now()
        row.save(update_fields=["digest", "accepted_at"])
    addresses.confirm(person)
    return person


def open_to(people: QuerySet[User]) -> QuerySet[User]:
    """Narrow ``people`` to those who cannot sign in yet: no password, not shut out. Whoever comes through ID-porten or
    Entra ID has signed in."""
    without = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return people.filter(without, is_active=True, last_login__isnull=True)
