"""The second step at sign-in: codes from an app, passkeys and recovery codes; and who must have one."""

import base64
import hashlib
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from trepart import audit, municipality
from trepart.access import grants
from trepart.access.models import User
from trepart.access.sign_in import sessions
from trepart.access.sign_in.mailing import send

#: In the session of somebody who must have a second step and has none yet: nothing else is open until it is set up.
MUST_SET_UP = "must_set_up_second_step"


def _locks() -> MultiFernet:
    """Return what opens the secrets in the database: made from the secret key, and from those before it
    while they are still named."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"trepart.second_step\0" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def required_of(person: User) -> bool:
    """Say whether a role or office that ``person`` holds today asks for a second step (decided by the municipality), or
    the technical pages do, which they always do outside the demo."""
    if person.is_active and (person.is_staff or person.is_superuser) and settings.TECHNICAL_PAGES_TWO_STEP:
        return True
    wanted = set(municipality.current().two_step_roles)
    return bool(wanted) and any(place.role in wanted for place in grants.of(person).standings)


def vouched(request: HttpRequest) -> bool:
    """Say whether ID-porten or Entra ID has vouched for who signed in: the second step is theirs."""
    methods = request.session.get("account_authentication_methods") or []
    return bool(methods) and methods[-1].get("vouched") is True


def has_one(person: User) -> bool:
    """Say whether ``person`` has an app or a passkey; recovery codes alone are none."""
    return Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


@transaction.atomic
def take_away(person: User, *, actor: User) -> bool:
    """Remove every second step of somebody who has lost theirs, end the person's sessions and tell the person; return
    False where there was none.

    The caller has asked whether ``actor`` may. Where the person's role asks for a second step, a new one is
    set up at the next sign-in.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    kinds = list(Authenticator.objects.filter(user=person).order_by("pk").values_list("type", flat=True))
    steps = [kind for kind in kinds if kind != Authenticator.Type.RECOVERY_CODES]
    if not kinds:
        return False
    for kind in steps:
        audit.write("access.second_step_taken_away", actor=actor, subject=person, data={"kind": kind})
    Authenticator.objects.filter(user=person).delete()
    sessions.end_all(person)
    send("access/mail/second_step_taken_away", to=person.email, person=person, context={"actor": actor})
    return True


class SecondStepAdapter(DefaultMFAAdapter):
    """Where allauth's second step meets our own people: secrets are kept encrypted, the site is the one
    address of the portal."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "That was not right. Codes from the app change every half minute: try the next one."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "Your role asks for a second step. Add another one before you remove this."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an app or a passkey first."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
        "add_email_blocked": gettext_lazy("The address cannot be changed now."),
    }

    def encrypt(self, text: str) -> str:
        """Lock a secret before it is stored."""
        return _locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        return _locks().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Say no to the last one of somebody whose role asks for one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        if others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            return True
        return not required_of(User.objects.get(pk=authenticator.user_id))

    def get_totp_issuer(self) -> str:
        """Return the name the app shows."""
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return f"Trepart, {municipality.current().name}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site passkeys belong to: the portal's own address, whatever name a request came by."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": self._get_site_name()}

    # Allauth's own name.
    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """Suggest a name for a new passkey."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("My passkey") if number == 1 else gettext("Passkey number %(n)s") % {"n": number}
