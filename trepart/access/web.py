"""Access on the web: every address declares who may come, or nobody may; what was typed survives an expired session."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from trepart.access import interrupted_forms, policy
from trepart.access.models import User

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """What an address declares: public, signed in, or a permission (which the view itself asks about its object).

    ``about`` names the right that decides which objects are shown at an address that lets everybody (or whoever is
    signed in) come: what one may not see answers as what does not exist.
    """

    level: str
    permission: str = ""
    about: str = ""

    def showing(self, permission: str) -> "Access":
        """Return the same, for an address that shows its object only to who has ``permission`` over it."""
        return replace(self, about=permission)


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")
STAFF = Access("staff")


def permitted(permission: str) -> Access:
    """Declare that an address takes ``permission``: one must be signed in, and the view asks the
    policy about the object."""
    return Access("permission", permission)


def declare(access: Access) -> Callable[[View], View]:
    """Declare the access of a function view: ``@declare(PUBLIC)``. A class view has an attribute ``access`` instead."""

    def decorate(view: View) -> View:
        # A function carries its declaration, as Django's own decorators do.
        view.access = access  # type: ignore[attr-defined]
        return view

    return decorate


def reader_of(request: HttpRequest) -> User:
    """Return the person behind ``request``. Raises ``ImproperlyConfigured`` where nobody has signed in: such an address
    declared the wrong access."""
    if not isinstance(request.user, User):
        raise ImproperlyConfigured(f"{request.path} needs somebody signed in; its declared access lets others in.")
    return request.user


#: Addresses of libraries, by namespace or by name: they cannot carry a declaration of ours. A name
#: that is not here is refused.
LIBRARIES: dict[str, Access] = {
    "admin": STAFF,
    # Signing up and in, and out: also for whoever is not, or not any more
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    # One's own account
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
}


def declared(view: object, *, namespace: str = "", url_name: str = "") -> Access | None:
    """Return the access that a view declares, or None where it declares none."""
    own = getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)
    if isinstance(own, Access):
        return own
    return LIBRARIES.get(namespace) or LIBRARIES.get(url_name)


def signed_out(request: HttpRequest, *, kept: bool, status: int) -> JsonResponse:
    """Answer a page's script, where the session that the page was made in is over: what has become of the text, and
    where to sign in."""
    said = (
        _("Not saved: you have been signed out. What you have written is kept for an hour, until you sign in again.")
        if kept
        else _("Not saved: you have been signed out. Copy what you have written before you leave the page.")
    )
    page = interrupted_forms.page_of(request) or "/"
    told = {"said": said, "kept": kept, "go": page, "word": _("Go on from here")}
    if not request.user.is_authenticated:
        told |= {"go": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}", "word": _("Sign in again")}
    return JsonResponse(told, status=status)


def _takes_forms(view: View) -> bool:
    """Say whether what is sent to ``view`` is a form of ours, with its token. What a browser or another machine sends
    is the view's own to read, once and to its own limit."""
    return not getattr(view, "csrf_exempt", False)


def _is_page_shown_again(response: HttpResponseBase) -> bool:
    """Say whether what was sent was answered with a page, and nothing is done yet: one more row, a look before it is
    sent. What is done is answered with the way to where it stands."""
    return response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")


class RequireDeclaredAccess:
    """Middleware: refuses an address that declares nothing, sends the unknown to sign in, and
    keeps what they had typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        refused = response.status_code >= 400 and response.status_code != 404
        unsent = refused or _is_page_shown_again(response)
        if request.method == "POST" and unsent and match is not None and _takes_forms(match.func):
            self._keep_unsent(request, response)
        return response

    @staticmethod
    def _keep_unsent(request: HttpRequest, response: HttpResponseBase) -> None:
        """Keep what was refused, met a fault of ours, or was looked over and shown again: whoever leaves the answer
        finds the text again."""
        if not request.user.is_authenticated or interrupted_forms.is_from_script(request):
            return
        if interrupted_forms.IS_KEPT in request.META:
            return  # whole, since the form's protection no longer held
        interrupted_forms.leave(request, request.path)
        if response.status_code >= 500 and request.session.modified:
            try:
                request.session.save()  # not done by itself after a fault
            except DatabaseError:
                return

    def process_view(self, request: HttpRequest, view: View, args: object, kwargs: object) -> HttpResponseBase | None:
        """Judge by the declaration before the view runs."""
        match = request.resolver_match
        access = declared(
            view, namespace=match.namespace if match else "", url_name=(match.url_name or "") if match else ""
        )
        if access is None:
            raise ImproperlyConfigured(f"{request.path} declares no access (trepart.access.web).")
        for name in filter(None, (access.permission, access.about)):
            policy.get(name)
        if request.method == "POST" and request.user.is_authenticated and _takes_forms(view):
            interrupted_forms.sent(request)
        if access.level == "public":
            return None
        if not request.user.is_authenticated:
            if request.method == "POST":
                kept = interrupted_forms.keep(request)
                if interrupted_forms.is_from_script(request):
                    return signed_out(request, kept=kept, status=401)
                return redirect_to_login(request.path, settings.LOGIN_URL)
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if access.level == "staff" and not request.user.is_staff:
            raise Http404
        return None
