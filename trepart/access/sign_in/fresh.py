"""The pages on which one's ways in are changed ask for the password or the second step once more. Whoever has neither,
since a sign-in service is the only way in, has signed in a moment ago, or does so again: a session that somebody has
taken over is not made into an account for good."""

import time
from collections.abc import Callable

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from trepart.access.models import User

#: Beginning and whole names of the addresses.
_GUARDED = ("mfa_activate", "mfa_deactivate", "mfa_add", "mfa_remove", "mfa_edit", "mfa_view", "mfa_generate")
_GUARDED_FULL = frozenset(
    {"mfa_download_recovery_codes", "account_set_password", "account_email", "access:close", "oidc:link", "oidc:unlink"}
)


class SignedInLately:
    """Middleware: leads whoever has nothing to confirm with, and did not sign in lately, to sign in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
        """Ask on the pages named; allauth asks everybody else by itself."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not (name.startswith(_GUARDED) or name in _GUARDED_FULL) or not isinstance(request.user, User):
            return None
        # Without a record: the demo, where nobody signs in.
        records = get_authentication_records(request, request.user)
        if not records or time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return None
        if get_reauthentication_flows(request.user):
            return None
        # What is sent is not gone on with: the page is opened anew.
        logout(request)
        messages.info(request, _("To change how you sign in, sign in once more first."))
        return redirect_to_login(request.path, settings.LOGIN_URL)
