"""allauth's pages where the portal asks for more of them: all or nothing, said kindly, nothing left behind."""

from allauth.account import app_settings
from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.email_verification import send_verification_email_at_login
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress, Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import flows as webauthn_flows
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from trepart.access.models import User
from trepart.access.sign_in import addresses, arrival, attempts
from trepart.access.web import reader_of


class AllOrNothing:
    """A form whose rows, trail and mail are written together or not at all. The limits are counted before: a refusal is
    not undone by what fails later."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Carry out the form in one transaction."""
        with transaction.atomic():
            # The view it is mixed into.
            answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
            return answer


class SignupView(AllOrNothing, account.SignupView):
    """An account of one's own. What a room keeps for the visitor is tied to the new person at once: the link may be
    opened on another device."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Make the account and let the rooms know who the visitor is."""
        answer: HttpResponse = super().form_valid(form)
        if self.user is not None:
            arrival.on_the_way(self.request, self.user)
        return answer


class PasswordChangeView(AllOrNothing, account.PasswordChangeView):
    """A new password for somebody who knows the old one."""


@method_decorator(reauthentication_required, name="dispatch")
class PasswordSetView(AllOrNothing, account.PasswordSetView):
    """A first password: a way in for good, so that whoever has a passkey or an app shows it first."""


class PasswordResetView(AllOrNothing, account.PasswordResetView):
    """A link for a new password."""


class PasswordResetFromKeyView(AllOrNothing, account.PasswordResetFromKeyView):
    """A new password for somebody who came with a link, which works once."""

    reset_user: User

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Carry out the form with the person's row held: the link is judged anew, it may have been used just now."""
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).get(pk=self.reset_user.pk)
            if not default_token_generator.check_token(person, self.key):
                return self.render_to_response(self.get_context_data(token_fail=True))
            self.reset_user = person
            return super().post(request, *args, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Set it, and know the browser: whatever others try, its owner comes in here."""
        answer: HttpResponse = super().form_valid(form)
        attempts.remember(self.request, self.reset_user, answer)
        return answer


class EmailView(AllOrNothing, account.EmailView):
    """The address one is known by, and the one that waits to be confirmed."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> object:
        """See to that whoever the organisation has entered has an address to change."""
        addresses.ensure(reader_of(request))
        return super().dispatch(request, *args, **kwargs)


class VerificationSentView(account.EmailVerificationSentView):
    """ "Look in your e-mail", and the button that sends the link again: the same words, and the same limit, whether the
    address has an account or not."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Send the link again to whoever is in the middle of signing up or in."""
        login = unstash_login(request, peek=True)
        if login is None:
            return HttpResponseRedirect(reverse("account_login"))
        with transaction.atomic():
            sent = send_verification_email_at_login(request, login)
        if sent:
            messages.success(request, _("A new mail is on its way."))
        else:
            messages.info(request, _("A mail was sent a moment ago. Give it two minutes before you ask for another."))
        return HttpResponseRedirect(reverse("account_email_verification_sent"))


class ConfirmEmailView(account.ConfirmEmailView):
    """The page behind the link in the mail: asks for one press, on whatever device. A mail program that opens links by
    itself confirms nothing.

    An address that is to take the place of another is confirmed by nobody but the person, signed in as such: a slip of
    the pen sends the link to a stranger, who would have the account with it.
    """

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """Confirm; a link that was used a moment ago is answered as kindly as on GET."""
        try:
            self.object = self.get_object()
            if self._sign_in_first():
                return self.render_to_response(self.get_context_data(), status=403)
            with transaction.atomic():
                answer: HttpResponse = super().post(*args, **kwargs)
                return answer
        except Http404:
            return self.get(*args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Add why the link cannot be used: used already, too old, or not a link of ours."""
        context: dict[str, object] = super().get_context_data(**kwargs)
        context["why"] = "" if context.get("confirmation") else self._why()
        context["sign_in_first"] = self._sign_in_first()
        return context

    def _sign_in_first(self) -> bool:
        """Say whether the link changes an address, and whoever opened it is not signed in as the person."""
        if self.object is None or self.object.email_address.verified:
            return False
        row = self.object.email_address
        return bool(row.email != row.user.email and self.request.user != row.user)

    def _why(self) -> str:
        key = self.kwargs["key"]
        days = app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS
        try:
            pk = signing.loads(key, salt=app_settings.SALT)
        except signing.BadSignature:
            return "wrong"
        if EmailAddress.objects.filter(pk=pk, verified=True).exists():
            return "used"
        try:
            signing.loads(key, salt=app_settings.SALT, max_age=60 * 60 * 24 * days)
        except signing.SignatureExpired:
            return "old"
        return "wrong"


class LoginKeyView(webauthn.LoginWebAuthnView):
    """Signing in with a passkey alone; goes on to where one was on the way."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Sign the owner of the key in."""
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = webauthn_flows.perform_passwordless_login(self.request, authenticator, login)
        return answer


class RemoveKeyView(AllOrNothing, webauthn.RemoveWebAuthnView):
    """Removing a passkey, unless the person's role asks for it."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Remove it, or say why not."""
        key: Authenticator = self.get_object()
        adapter = get_mfa_adapter()
        if not adapter.can_delete_authenticator(key):
            messages.warning(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return HttpResponseRedirect(self.get_success_url())
        answer: HttpResponse = super().form_valid(form)
        return answer
