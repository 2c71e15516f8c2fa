"""E-mail addresses: `User.email` and allauth's row beside it, kept in step.

A person is known by the first; the second says whether it is confirmed.
"""

from allauth.account.models import EmailAddress
from django.db import transaction

from trepart import audit
from trepart.access.models import User


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


@transaction.atomic
def follow(person: User) -> None:
    """Let the rows follow `User.email`, which the municipality has changed: one row, confirmed, no
    older and no waiting ones."""
    rows = EmailAddress.objects.filter(user=person)
    if not rows.filter(email=person.email, verified=True, primary=True).exists() or rows.count() != 1:
        rows.delete()
        # Somebody else's wish for the same address falls: it can never be confirmed any more.
        EmailAddress.objects.filter(email=person.email).delete()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


def taken(email: str, *, by_other_than: User) -> bool:
    """Say whether somebody else is known by ``email``."""
    return User.objects.filter(email__iexact=email).exclude(pk=by_other_than.pk).exists()
