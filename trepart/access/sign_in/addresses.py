"""E-mail addresses: `User.email` and allauth's row beside it, kept in step.

A person is known by the first; the second says whether it is confirmed. Nobody's address is changed by another
alone: what the municipality writes is confirmed by whoever owns it, and whoever had the old one is told and can
stop it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from trepart import audit, clock
from trepart.access.models import Invitation, User
from trepart.access.sign_in import sessions
from trepart.access.sign_in.mailing import send
from trepart.audit.models import Event
from trepart.authorising import Acting

#: How long whoever has the old address has to object, where the new one is confirmed by somebody not signed in.
WAITS = timedelta(days=3)
#: How long the links about an address that the municipality has written can be used.
LINK_LASTS = timedelta(days=14)
_GIVEN, _STOP = "trepart.address.given", "trepart.address.stop"


def ensure(person: User) -> None:
    """Give a person whom the organisation has entered the row that says so: confirmed, since the
    municipality vouches for it.

    Whoever signs up gets an unconfirmed row in the same transaction as the account; an account without any row was
    therefore entered by the municipality, and can be signed in to only with a password set through a mail to this very
    address (invitation, new password), or by whoever runs the server.
    """
    if not EmailAddress.objects.filter(user=person).exists():
        EmailAddress.objects.get_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )


def is_confirmed(person: User) -> bool:
    """Say whether the address ``person`` has is confirmed, or vouched for by the municipality (no row: see above)."""
    return not EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=False).exists()


@transaction.atomic
def confirm(person: User) -> None:
    """Note that ``person`` has opened a link sent to `User.email`: it is confirmed, under an event, if it was not."""
    row = EmailAddress.objects.select_for_update().filter(user=person, email=person.email).first()
    if row is None:
        ensure(person)
    elif not row.verified:
        with audit.recorded("access.address_confirmed", actor=person, subject=person):
            EmailAddress.objects.filter(user=person, primary=True).exclude(pk=row.pk).update(primary=False)
            row.verified = row.primary = True
            row.save(update_fields=["verified", "primary"])


# An address that the municipality writes -----------------------------------------------------------------------------


def in_use(person: User) -> bool:
    """Say whether ``person`` has signed in, or could: an account that somebody has made their own."""
    return person.last_login is not None or person.has_usable_password()


@transaction.atomic
def give(person: User, email: str, *, actor: User | None, acting: Acting | None = None) -> EmailAddress:
    """Note that the municipality wants ``person`` to be known by ``email``, and return the row that waits.

    It changes nothing by itself: a link goes to the new address, and the old one is told how it is stopped. The caller
    has asked whether ``actor`` may, and that nobody else has the address.
    """
    ensure(person)
    EmailAddress.objects.filter(user=person, verified=False).exclude(email=person.email).delete()
    with audit.recorded("access.address_given", actor=actor, subject=person, acting=acting):
        row = EmailAddress.objects.create(user=person, email=email, verified=False, primary=False)
    said = {"actor": actor, "new": email, "old": person.email, "first": clock.now() + WAITS}
    send(
        "access/addresses/mail/address_given",
        to=email,
        person=person,
        context={**said, "link": _link("given", row, _GIVEN)},
    )
    tell_old(row, said)
    return row


def tell_old(row: EmailAddress, said: Mapping[str, object] | None = None) -> None:
    """Tell the address a person has that ``row`` is to take its place, and how that is stopped. ``said`` is what the
    municipality's wish adds (by whom, from when); None where the person asked."""
    person: User = row.user
    if _reached(person.email):
        told = {"new": row.email, **(said or {}), "link": _link("stop", row, _STOP)}
        send("access/addresses/mail/address_asked", to=person.email, person=person, context=told)


def _link(what: str, row: EmailAddress, salt: str) -> str:
    return f"{settings.SITE_URL}{reverse(f'access:address_{what}', args=[signing.dumps(row.pk, salt=salt)])}"


def _reached(email: str) -> bool:
    """Say whether mail goes anywhere: whoever is reached by letter, or has closed the account, has no address."""
    return not email.endswith(".invalid")


def given(key: str) -> EmailAddress | None:
    """Return the address that the link with ``key`` confirms; None where it waits no longer, or the link is too old."""
    return _waiting(key, _GIVEN)


def stopped_by(key: str) -> EmailAddress | None:
    """Return the address that the link with ``key`` stops; None where it waits no longer, or the link is too old."""
    return _waiting(key, _STOP)


def _waiting(key: str, salt: str) -> EmailAddress | None:
    try:
        pk: int = signing.loads(key, salt=salt, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    row = EmailAddress.objects.select_related("user").filter(pk=pk, verified=False, user__is_active=True).first()
    return row if row is not None and row.email != row.user.email else None


def waiting(person: User) -> EmailAddress | None:
    """Return the address that waits to take the place of ``person``'s."""
    return EmailAddress.objects.filter(user=person, verified=False).exclude(email=person.email).first()


def opens_at(person: User) -> datetime:
    """Return when the newest address the municipality has written for ``person`` can be confirmed by somebody who is
    not signed in as ``person``."""
    mine = Event.objects.filter(action="access.address_given", subject_type=User._meta.label_lower)
    newest = mine.filter(subject_id=person.pk).order_by("-id").values_list("at", flat=True).first()
    return (newest or clock.now()) + WAITS


@transaction.atomic
def take_into_use(row: EmailAddress, *, by_owner: bool) -> bool:
    """Let an address that waits take the place of the one before, and return whether it could.

    Every session ends, and every invitation: whoever signs in next does so with the password and the second step. The
    old address is told. ``by_owner`` is False where nobody signed in as the person confirmed it: then the password
    falls too. Somebody else may have chosen it, by an invitation that went astray.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=row.user_id)
    found = EmailAddress.objects.select_for_update().filter(pk=row.pk, verified=False).first()
    if found is None or found.email == person.email or taken(found.email, by_other_than=person):
        return False
    used = in_use(person)
    if not by_owner:
        person.set_unusable_password()
    with audit.recorded("access.address_changed", actor=person, subject=person):
        replace(person, found.email, used=used)
    return True


@transaction.atomic
def replace(person: User, email: str, *, used: bool) -> None:
    """Give ``person`` the address ``email`` under the running event: one confirmed row, no older and no waiting ones,
    no session and no invitation of the old address; which is told where the account was ``used``. Where it was not, the
    old one was a slip of the pen: whoever has it is told nothing of the person."""
    old, person.email = person.email, email
    person.save()
    EmailAddress.objects.filter(user=person).delete()
    # Somebody else's wish for the same address falls: it can never be confirmed any more.
    EmailAddress.objects.filter(email__iexact=email).delete()
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    let_go(person)
    if used and _reached(old):
        context = {"from_email": old, "to_email": email}
        send("access/mail/email_changed", to=old, person=person, context=context)


def let_go(person: User, *, but: str | None = None) -> None:
    """End what hangs on the address ``person`` had: every session (except the one with key ``but``), and the link in
    an invitation that went there."""
    sessions.end_all(person, but=but)
    Invitation.objects.filter(person=person).exclude(digest="").update(digest="", withdrawn_at=clock.now())


@transaction.atomic
def stop(row: EmailAddress, *, actor: User | None, acting: Acting | None = None) -> bool:
    """Take back an address that waits, and return whether there was one. ``actor`` is None where whoever has the old
    address did it."""
    deleted, _each = EmailAddress.objects.filter(pk=row.pk, verified=False).delete()
    if deleted:
        audit.write("access.address_stopped", actor=actor, subject=row.user, acting=acting)
    return bool(deleted)


def taken(email: str, *, by_other_than: User) -> bool:
    """Say whether somebody else is known by ``email``."""
    return User.objects.filter(email__iexact=email).exclude(pk=by_other_than.pk).exists()
