"""Middleware for those signed in: the second step that must be set up, and what a browser may keep."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.access.sign_in import second_step

#: What somebody who must set up a second step can reach before it is done.
_OPEN = ("mfa_", "account_logout", "account_reauthenticate")
_OPEN_FULL = frozenset({"access:must_set_up", "portal:theme", "set_language", "set_language_with_text"})

#: The pages on which one signs in and keeps one's account: secrets in their addresses and forms are nobody's to go back
#: to.
_SIGNING_IN = ("account_", "mfa_")
_OWN = frozenset({"access", "oidc"})
#: Ends everything the browser has put away of the portal: where a session ends, and somebody else may be next.
CLEAR = '"cache"'


class RequireSecondStep:
    """Middleware: leads whoever must have a second step to where it is set up. Costs nothing for everybody else: the
    sign-in has noted who it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
        """Let the pages through on which it is set up; lead everything else there until it is. The technical pages ask
        at every request: somebody may have been given them while signed in."""
        match = request.resolver_match
        if match and match.namespaces[:1] == ["admin"] and self._lacks_one(request):
            request.session[second_step.MUST_SET_UP] = True
        if not request.session.get(second_step.MUST_SET_UP) or not isinstance(request.user, User):
            return None
        if second_step.has_one(request.user):
            del request.session[second_step.MUST_SET_UP]
            return None
        name = match.view_name if match else ""
        if name.startswith(_OPEN) or name in _OPEN_FULL:
            return None
        if request.method == "POST":
            interrupted_forms.leave(request, request.path)
        return HttpResponseRedirect(reverse("access:must_set_up"))

    @staticmethod
    def _lacks_one(request: HttpRequest) -> bool:
        person = request.user
        if not isinstance(person, User) or second_step.vouched(request):
            return False
        return second_step.required_of(person) and not second_step.has_one(person)


class KeepNothing:
    """Middleware: what is shown to somebody signed in is never put away by the browser, so that Back shows nobody
    another's page, however the session ended (docs/decisions/0015); nor are the pages on which one signs in.

    What was half written is kept another way: on the server (`trepart.access.interrupted_forms.leave`). Where a session
    ends, or becomes another's, at whatever door, the browser is told here to forget what it has put away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = request.session.get(SESSION_KEY)
        others = interrupted_forms.of_others(request)
        response = self.get_response(request)
        if before is not None and request.session.get(SESSION_KEY) != before:
            response.headers["Clear-Site-Data"] = CLEAR
            interrupted_forms.put_back(request, others)
        match = request.resolver_match
        own = match is not None and (match.view_name.startswith(_SIGNING_IN) or match.namespace in _OWN)
        if not own and (not getattr(request, "user", None) or not request.user.is_authenticated):
            return response
        # A picture or style sheet that says itself how long it lasts is nobody's page.
        if "public" in response.headers.get("Cache-Control", ""):
            return response
        response.headers["Cache-Control"] = "private, no-store"
        return response
