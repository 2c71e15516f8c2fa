"""What allauth asks of the portal: who may sign up, what the trail says, which mail goes out, where one arrives."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import handle_verification_email_rate_limit
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, gettext_lazy

from trepart import audit, clock
from trepart.access.models import User
from trepart.access.sign_in import addresses, arrival, attempts, second_step, sessions
from trepart.access.sign_in.mailing import send
from trepart.text import normal
from trepart.workflow import reserve_pk

#: What a mail may say of what allauth knows: not the visitor's network address.
_TOLD = ("activate_url", "password_reset_url", "signup_url", "from_email", "to_email", "deleted_email")


def _own(url: str) -> str:
    """Return ``url`` at the portal's own address, whatever name the request came by."""
    parts = urlsplit(url)
    return f"{settings.SITE_URL}{parts.path}" + (f"?{parts.query}" if parts.query else "")


class AccountAdapter(DefaultAccountAdapter):
    """Citizens sign up by themselves; employees are entered and invited by the organisation."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("The account is closed."),
        "duplicate_email": gettext_lazy("This is the address you have."),
        "email_password_mismatch": gettext_lazy(
            "The address or the password is wrong. Or the address is not confirmed yet: then there is a link in your "
            "mail, which you open first."
        ),
        "email_taken": gettext_lazy("Somebody with this e-mail address is registered already."),
        "enter_current_password": gettext_lazy("This is not the password you have today."),
        "incorrect_code": gettext_lazy("That was not right."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "max_email_addresses": gettext_lazy("One address waits to be confirmed already."),
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts. Wait five minutes and try again, in a browser you have signed in with before if you "
            "can. Or choose a new password: then you come in at once."
        ),
        "rate_limited": gettext_lazy("That went a little fast. Wait a moment and try again."),
        "invalid_password_reset": gettext_lazy("The link cannot be used."),
    }

    # Who comes in -----------------------------------------------------------------------------------------------------

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may have an account: what it opens is said by memberships and employments, and a citizen has none."""
        return True

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """There are no user names: the address is who one is."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Make the account of a citizen, under an event of its own."""
        data = form.cleaned_data
        person = User(pk=reserve_pk(User), email=normal.address(data["email"]).lower(), name=normal.line(data["name"]))
        if hasattr(person, "language"):
            # The language of the page one signs up on is the one one is written to in.
            person.language = get_language() or ""
        person.set_password(data["password1"])
        with audit.recorded("access.signed_up", actor=None, subject=person):
            person.save(force_insert=True)
        return person

    def pre_login(self, request: HttpRequest, user: User, **details: object) -> HttpResponse | None:
        """Turn away whoever is shut out; let whoever the organisation has entered pass with the address it gave."""
        addresses.ensure(user)
        answer: HttpResponse | None = super().pre_login(request, user, **details)
        return answer

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **details: object
    ) -> HttpResponse:
        """Ask the rooms where the person goes, and whether a second step must be set up first."""
        redirect_url = arrival.on_the_way(request, user) or redirect_url
        sessions.begin(request)
        if second_step.required_of(user) and not second_step.has_one(user) and not second_step.vouched(request):
            request.session[second_step.MUST_SET_UP] = True
        answer: HttpResponse = super().post_login(request, user, redirect_url=redirect_url, **details)
        attempts.remember(request, user, answer)
        return answer

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at; one that was right is given back."""
        self._login_failed_rl_usage = attempts.count(request, self._address(credentials))
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Look at the password. A right one gives the attempt back, unless the address was never confirmed.

        An account that anybody can make proves nothing, and is answered as a wrong password is: whoever signs up with
        an address and then in would else be told whether it had an account before. Its owner gets the link once more.
        """
        found: User | None = super().authenticate(request, **credentials)
        if found is None:
            return None
        if addresses.is_confirmed(found):
            super()._rollback_login_failed_rl_usage()
        elif not request.user.is_authenticated:
            self._link_once_more(request, found)
            # A wrong password is hashed by two doors, a right one by the first: the time must not tell.
            make_password(credentials.get("password"))
            return None
        return found

    @staticmethod
    def _link_once_more(request: HttpRequest, person: User) -> None:
        if handle_verification_email_rate_limit(request, person.email):
            with transaction.atomic():
                EmailAddress.objects.get_for_user(person, person.email).send_confirmation(request)

    def _rollback_login_failed_rl_usage(self) -> None:
        """Wait until it is known whose password it was: see :meth:`authenticate`."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        attempts.forget(request, self._address(credentials))

    @staticmethod
    def _address(credentials: dict[str, Any]) -> str:
        return str(credentials.get("email") or "").strip().lower()

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """Say nothing: neither the page, nor the log, nor the time it took tells whether there is such an account."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a mark for where a visitor comes from, for counting attempts: the same all day, another
        tomorrow, and no network address.

        allauth wants the form of an address and may store it (limits, sessions). This one is made from the real one
        with a key, in the range that is nobody's (fd00::/8), and cannot be turned back without the secret key. IPv6
        visitors are told apart by their network, as the limits do.
        """
        given = super().get_client_ip(request)
        # As a server that listens for both kinds writes an IPv4 address: all of them are one IPv6 network.
        mapped = getattr(ipaddress.ip_address(given), "ipv4_mapped", None)
        real = truncate_ip(str(mapped or given))
        digest = salted_hmac("trepart.visitor", f"{clock.today()} {real}", algorithm="sha256").digest()
        # The second half is left empty: the limits look at the first half of an address of this kind only.
        return str(ipaddress.IPv6Address(b"\xfd" + digest[:7] + bytes(8)))

    # Addresses and passwords ------------------------------------------------------------------------------------------

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address, and let it take the place of the one before; under an event.

        A new one ends every session, this one too: the password and the second step are asked anew.
        """
        person: User = email_address.user
        if addresses.taken(email_address.email, by_other_than=person):
            self.add_message(request, messages.ERROR, message=gettext("The address cannot be used."))
            return False
        changing = person.email != email_address.email
        action = "access.address_changed" if changing else "access.address_confirmed"
        with audit.recorded(action, actor=person, subject=person):
            confirmed: bool = super().confirm_email(request, email_address)
        if confirmed and changing:
            addresses.let_go(person, but=request.session.session_key)
            if request.user == person:
                logout(request)
        return confirmed

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Show whoever is signed in the page where addresses are changed; others are told to sign
        in, by the page itself."""
        user = self.request.user
        if isinstance(user, User):
            return arrival.on_the_way(self.request, user) or resolve_url("access:security")
        return ""

    def set_password(self, user: User, password: str) -> None:
        """Set a password; every other session of the person ends with the old one."""
        user.set_password(password)
        with audit.recorded("access.password_set", actor=user, subject=user):
            user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the page about signing in."""
        return resolve_url("access:security")

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Refuse what is far longer than any password: it would only keep the server busy."""
        if len(password) > 1000:
            raise ValidationError(gettext("Choose a shorter password."))
        cleaned: str = super().clean_password(password, user)
        return cleaned

    # Mail -------------------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about signing in, in the language of whoever reads it; the words are `templates/access/mail/`."""
        person = context.get("user") or User.objects.filter(email__iexact=email).first()
        told = {name: context[name] for name in _TOLD if name in context}
        links = {name: _own(url) for name, url in told.items() if name.endswith("_url")}
        links["login_url"] = _own(reverse("account_login"))
        # An address that is to take the place of another is confirmed signed in, and the mail says so.
        changing = person is not None and person.email.lower() != email.lower()
        said = {**told, **links, "changing": changing}
        send(f"access/mail/{template_prefix.rsplit('/', 1)[-1]}", to=email, person=person, context=said)

    def is_safe_url(self, url: str | None) -> bool:
        """Let people go on only to an address within the portal, written as one: no other host,
        whatever ALLOWED_HOSTS says."""
        return bool(url) and url_has_allowed_host_and_scheme(url or "", allowed_hosts=None)

    def get_login_stages(self) -> list[str]:
        """Return the stages of a sign-in that are in use here: the address must be confirmed, then the second step."""
        stages: list[str] = super().get_login_stages()
        used = [name for name in stages if not name.endswith((".LoginByCodeStage", ".PhoneVerificationStage"))]
        own = {"allauth.mfa.stages.AuthenticateStage": "trepart.access.oidc.stages.SecondStepStage"}
        return [own.get(name, name) for name in used]
