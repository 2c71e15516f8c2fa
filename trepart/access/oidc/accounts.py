"""Who somebody from a sign-in service is here, found by issuer and subject alone.

An account is linked only by whoever owns it.
"""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from trepart import audit
from trepart.access.models import User
from trepart.access.oidc.config import Provider
from trepart.access.oidc.models import Identity, ServiceSession
from trepart.access.oidc.problems import Refused
from trepart.access.oidc.tokens import Vouched
from trepart.access.sign_in import invitations
from trepart.access.sign_in.mailing import send
from trepart.text import normal
from trepart.workflow import reserve_pk


def known(vouched: Vouched) -> User | None:
    """Return whose account is linked to this person at the service."""
    found = Identity.objects.select_related("person").filter(issuer=vouched.issuer, subject=vouched.subject).first()
    return found.person if found else None


def never_confirmed(person: User) -> bool:
    """Say whether the account has been made through a service, and its address has never been confirmed: it
    may have been mistyped."""
    rows = EmailAddress.objects.filter(user=person)
    waits = rows.exists() and not rows.filter(verified=True).exists()
    return waits and person.last_login is None and not person.has_usable_password()


def link(person: User, provider: Provider, vouched: Vouched) -> None:
    """Link ``person``'s account to who they are at the service, under an event, and tell them. Raises ``Refused`` where
    either is linked otherwise.

    The caller has made sure that it is ``person`` who asks. Linking what is linked already changes nothing.
    """
    try:
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
            if not person.is_active:
                raise Refused("refused", "closed account")
            mine = Identity.objects.filter(person=person, issuer=vouched.issuer).first()
            if mine is not None and mine.subject == vouched.subject:
                return
            if Identity.objects.filter(issuer=vouched.issuer, subject=vouched.subject).exists():
                raise Refused("taken")
            if mine is not None:
                raise Refused("other_one")
            with audit.recorded("oidc.linked", actor=person, subject=person, data={"service": provider.label}):
                Identity.objects.create(person=person, issuer=vouched.issuer, subject=vouched.subject)
            send("access/mail/oidc_linked", to=person.email, person=person, context={"service": provider.label})
    except IntegrityError:
        # Somebody was linked to the same one at the same moment.
        raise Refused("taken") from None


@transaction.atomic
def accept_invitation(mark: str, provider: Provider, vouched: Vouched) -> User:
    """Link whom the invitation (its mark) is for, in the place of choosing a password. Raises ``Refused``
    where it cannot be used."""
    person = invitations.accept_elsewhere(mark)
    if person is None:
        raise Refused("invitation")
    link(person, provider, vouched)
    return person


def only_way_in(person: User, issuer: str) -> bool:
    """Say whether ``person`` could not sign in any more without the service ``issuer``."""
    return (
        not person.has_usable_password() and not Identity.objects.filter(person=person).exclude(issuer=issuer).exists()
    )


@transaction.atomic
def unlink(person: User, provider: Provider) -> bool:
    """Unlink ``person`` from the service; return False where it is the only way in, or there is no link."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    mine = Identity.objects.filter(person=person, issuer=provider.issuer).first()
    if mine is None or only_way_in(person, provider.issuer):
        return False
    with audit.recorded("oidc.unlinked", actor=person, subject=person, data={"service": provider.label}):
        mine.delete()
    send("access/mail/oidc_unlinked", to=person.email, person=person, context={"service": provider.label})
    return True


def sign_up(provider: Provider, vouched: Vouched, *, name: str, email: str) -> User | None:
    """Make the account of somebody the service vouches for; None where the address has an account. The address is
    confirmed only where it is the service's own word for it and the service is trusted with that."""
    email, name = normal.address(email).lower(), normal.line(name)
    if _in_use(email):
        return None
    person = User(pk=reserve_pk(User), email=email, name=name, language=get_language() or "")
    person.set_unusable_password()
    try:
        with audit.recorded("oidc.signed_up", actor=None, subject=person, data={"service": provider.label}):
            person.save(force_insert=True)
            Identity.objects.create(person=person, issuer=vouched.issuer, subject=vouched.subject)
            verified = vouched.email_verified and vouched.email == email
            EmailAddress.objects.create(user=person, email=email, verified=verified, primary=True)
    except IntegrityError:
        # Two presses at once, or the address was taken at this very moment: the second one begins anew.
        raise Refused("state", "made at the same moment") from None
    return person


@transaction.atomic
def mend_address(person: User, *, name: str, email: str) -> User | None:
    """Write anew the name and the address of an account that was never confirmed; None where the
    address has another account."""
    email, name = normal.address(email).lower(), normal.line(name)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not never_confirmed(person):
        raise Refused("state", "confirmed in the meantime")
    if person.email == email and person.name == name:
        return person
    if person.email != email and _in_use(email):
        return None
    with audit.recorded("oidc.address_mended", actor=None, subject=person):
        person.email, person.name = email, name
        person.save()
        EmailAddress.objects.filter(user=person).delete()
        EmailAddress.objects.create(user=person, email=email, verified=False, primary=True)
    return person


def _in_use(email: str) -> bool:
    return (
        User.objects.filter(email__iexact=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


def erase(person: User) -> None:
    """Forget who ``person`` is at every service; asked when the account is closed."""
    Identity.objects.filter(person=person).delete()
    ServiceSession.objects.filter(person=person).delete()


def linked(person: User | AnonymousUser) -> dict[str, Identity]:
    """Return the links of ``person``, by issuer."""
    return {row.issuer: row for row in Identity.objects.filter(person_id=person.pk)}
