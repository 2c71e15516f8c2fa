"""How often one person, or somebody unknown from one place, may send anything at all, whichever the address.

Far more than anybody writes by hand, also with a page that saves by itself in each of several windows. Counted in the
memory of each process, so that a press asks the database for nothing: with several processes it is so many in each.
What is costly has narrower limits of its own, counted by all processes together (`trepart.access.limits`).
"""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from trepart.access import interrupted_forms

#: Whoever has had enough can always leave.
_OPEN = frozenset({"account_logout"})
_SECONDS = 60
#: So many of those that are refused have their text kept: a flood would have it written as often as it is refused.
_KEPT = 20


class Writing:
    """Middleware, before what asks who may: lets a press through, or says in words why not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
        """Count it. What is no form of ours (reports of browsers, messages of sign-in services) is its view's own."""
        match = request.resolver_match
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or (match and match.view_name in _OPEN):
            return None
        known = request.user.is_authenticated
        who = f"person-{request.user.pk}" if known else f"place-{get_adapter().get_client_ip(request)}"
        most = settings.WRITING_A_MINUTE["person" if known else "place"]
        number = _count(who)
        if number <= most:
            return None
        if number <= most + _KEPT:
            interrupted_forms.leave(request, request.path)
        if known:
            said = _("You have sent very much in a short time. Wait a minute, go back and press once more.")
        else:
            said = _("Very much has been sent from here in a short time. Wait a minute, go back and press once more.")
        if "text/html" not in request.headers.get("Accept", "text/html"):
            return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
        return render(request, "429.html", {"said": said}, status=429)


def _count(who: str) -> int:
    """Count one more within the minute, and return how many that makes."""
    counted = caches["counted"]
    counted.add(who, 0, _SECONDS)
    try:
        return counted.incr(who)
    except ValueError:  # the minute was over between the two
        return 1
