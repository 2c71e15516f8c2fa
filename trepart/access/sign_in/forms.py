"""The forms of the sign-in pages: allauth's, with our own words, in the portal's layout."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from trepart.access.models import User
from trepart.access.sign_in import addresses, invitations
from trepart.forms import LineField

_ADDRESS = _("E-mail address")
_PASSWORD = _("Password")
_NEW_PASSWORD = _("New password")
_NEW_AGAIN = _("The new password once more")
_LONG = _("At least 12 characters. A few words that you can remember are better than a short, difficult one.")
_CODE_HELP = _("Six digits from the app, or one of your recovery codes.")

_format_lazy = lazy(format_html, str)
#: Help beside a password that is asked for: the way out for whoever has forgotten it.
_FORGOTTEN = _format_lazy('<a href="{}">{}</a>', reverse_lazy("account_reset_password"), _("Forgotten the password?"))


def _say(form: forms.Form, name: str, label: Any, help_text: Any = "") -> None:
    """Give a field of a library our words, and take away the hint inside it that goes when one writes."""
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    """Address and password."""

    mark_optional = False

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", _ADDRESS)
        _say(self, "password", _PASSWORD, _FORGOTTEN)


class SignupForm(account.SignupForm):
    """An account of one's own: name, address, password. Says the same whether the address has an account or not."""

    name = LineField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As you want to be addressed in the answer."),
    )
    field_order = ("name", "email", "password1")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", _ADDRESS, _("We send a link there, to make sure that it is yours."))
        _say(self, "password1", _PASSWORD, _LONG)

    def clean_name(self) -> str:
        """Return the name with single spaces."""
        return " ".join(self.cleaned_data["name"].split())

    def try_save(self, request: HttpRequest) -> object:
        """Make the account, or tell the owner of the address that there is one already; both take the same time."""
        if self.account_already_exists:
            # A password is hashed on the other road: without this, the time would tell who has an account.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ChangeAddressForm(account.AddEmailForm):
    """A new address; the old one stays until the new one is confirmed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", _("New e-mail address"), _("The old one is used until you have opened the link we send."))


class ChangePasswordForm(account.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", _("The password you have today"), _FORGOTTEN)
        _say(self, "password1", _NEW_PASSWORD, _LONG)
        _say(self, "password2", _NEW_AGAIN)


class SetPasswordForm(account.SetPasswordForm):
    """A first password for somebody who signs in another way."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", _NEW_PASSWORD, _LONG)
        _say(self, "password2", _NEW_AGAIN)


class ResetPasswordForm(account.ResetPasswordForm):
    """The address a link for a new password is sent to."""

    #: Who gets a link; found while the address is cleaned.
    users: list[User]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", _ADDRESS)

    def clean_email(self) -> str:
        """Return the address; only whoever is known by it gets a link, not somebody who once wrote it as a new address
        and never confirmed it, nor somebody whose invitation was withdrawn because it went astray."""
        email: str = super().clean_email()
        known = [person for person in self.users if person.email.lower() == email.lower()]
        self.users = [person for person in known if not invitations.is_taken_back(person)]
        for person in self.users:
            addresses.ensure(person)
        return email


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    """The new password of somebody who came with a link."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", _NEW_PASSWORD, _LONG)
        _say(self, "password2", _NEW_AGAIN)

    def save(self) -> None:
        """Set the password. The link came by mail: with it the address is confirmed, if it was not."""
        super().save()
        addresses.confirm(self.user)


class ReauthenticateForm(account.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", _PASSWORD, _FORGOTTEN)


# The second step ------------------------------------------------------------------------------------------------------


def _code_field(form: forms.Form, help_text: Any) -> None:
    _say(form, "code", _("Code"), help_text)
    form.fields["code"].widget.attrs.update({"inputmode": "numeric", "size": "12"})


class CodeForm(second_step.AuthenticateForm):
    """A code from the app, or a recovery code, at sign-in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _CODE_HELP)


class CodeAgainForm(second_step.ReauthenticateForm):
    """A code once more, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _CODE_HELP)


class ActivateCodesForm(totp.ActivateTOTPForm):
    """The first code from a new app: proof that it is set up."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("The six digits that the app shows now."))


class AddKeyForm(webauthn.AddWebAuthnForm):
    """A new passkey: what it is called, and what the browser says of it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", _("Name"), _("So that you know which one it is, for example “My telephone”."))
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = "60"
        # A passkey can be signed in with alone; a plain security key, which only comes after the
        # password, is the exception.
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Sign in with this key alone, without a password")
        passwordless.help_text = _(
            "Your telephone or computer asks for fingerprint, face or PIN. Leave it open for a security key "
            "without a PIN."
        )
        passwordless.initial = True


class RenameKeyForm(webauthn.EditWebAuthnForm):
    """What a passkey is called."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", _("Name"))
        self.fields["name"].widget.attrs["maxlength"] = "60"


# Our own pages --------------------------------------------------------------------------------------------------------


class NameForm(forms.Form):
    """What a person is called."""

    name = LineField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def clean_name(self) -> str:
        """Return the name with single spaces."""
        return " ".join(self.cleaned_data["name"].split())


class CloseAccountForm(forms.Form):
    """The answer to "are you sure?"."""

    sure = forms.BooleanField(
        label=_("I want to close my account"),
        error_messages={"required": _("Tick the box if you want to close the account.")},
    )


class AcceptInvitationForm(forms.Form):
    """The first password of somebody the municipality has invited."""

    password1 = forms.CharField(
        label=_("Choose a password"),
        help_text=_LONG,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        """Return the password, if it is good enough."""
        password: str = get_adapter().clean_password(self.cleaned_data["password1"], user=self.person)
        return password
