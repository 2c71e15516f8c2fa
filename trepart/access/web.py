"""Access on the web: every address declares who may come, or nobody may; what was typed survives an expired session."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponseBase

from trepart.access import kept, policy
from trepart.access.models import User

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """What an address declares: public, signed in, or a permission (which the view itself asks about its object)."""

    level: str
    permission: str = ""


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")
STAFF = Access("staff")


def permitted(permission: str) -> Access:
    """Declare that an address takes ``permission``: one must be signed in, and the view asks the policy about the object."""
    return Access("permission", permission)


def declare(access: Access) -> Callable[[View], View]:
    """Declare the access of a function view: ``@declare(PUBLIC)``. A class view has an attribute ``access`` instead."""

    def decorate(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # a function carries its declaration, as Django's own decorators do
        return view

    return decorate


def reader_of(request: HttpRequest) -> User:
    """Return the person behind ``request``. Raises ``ImproperlyConfigured`` where nobody has signed in: such an address declared the wrong access."""
    if not isinstance(request.user, User):
        raise ImproperlyConfigured(f"{request.path} needs somebody signed in; its declared access lets others in.")
    return request.user


#: Addresses of libraries, by namespace or name prefix: they cannot carry a declaration of ours.
LIBRARIES: dict[str, Access] = {"admin": STAFF, "account_": PUBLIC}


def declared(view: Any, *, namespace: str = "", url_name: str = "") -> Access | None:
    """Return the access that a view declares, or None where it declares none."""
    own = getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)
    if isinstance(own, Access):
        return own
    if namespace in LIBRARIES:
        return LIBRARIES[namespace]
    for prefix, access in LIBRARIES.items():
        if prefix.endswith("_") and url_name.startswith(prefix):
            return access
    return None


class RequireDeclaredAccess:
    """Middleware: refuses an address that declares nothing, sends the unknown to sign in, and keeps what they had typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Judge by the declaration before the view runs."""
        match = request.resolver_match
        access = declared(
            view, namespace=match.namespace if match else "", url_name=(match.url_name or "") if match else ""
        )
        if access is None:
            raise ImproperlyConfigured(f"{request.path} declares no access (trepart.access.web).")
        if access.permission:
            policy.get(access.permission)
        if access.level == "public":
            return None
        if not request.user.is_authenticated:
            if request.method == "POST":
                kept.keep(request)
                return redirect_to_login(request.path, settings.LOGIN_URL)
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if access.level == "staff" and not request.user.is_staff:
            raise Http404
        return None
