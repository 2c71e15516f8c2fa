"""The addresses that sign-in services call: our keys, and "this session has ended".

Back-Channel and Front-Channel Logout 1.0. No person meets them.
"""

import logging
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from trepart.access.oidc import client, sessions, tokens
from trepart.access.oidc.problems import Refused
from trepart.access.oidc.views import service
from trepart.access.web import PUBLIC, Access

log = logging.getLogger("trepart.oidc")


class KeysView(View):
    """Our public keys, where the services fetch them (RFC 7517): what they check our signature with."""

    access: ClassVar[Access] = PUBLIC

    def get(self, request: HttpRequest) -> JsonResponse:
        """Return every key in use or about to be, each once."""
        rows = {row["kid"]: row for provider in settings.OIDC.providers for row in client.public_keys(provider)}
        answer = JsonResponse({"keys": list(rows.values())})
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer


@method_decorator(
    csrf_exempt, name="dispatch"
)  # the service sends it, from no page of ours; the signature says who it is
class BackChannelView(View):
    """A service says that a session of its own has ended: ours that came from it end at once."""

    access: ClassVar[Access] = PUBLIC
    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer so that nobody keeps it."""
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        """Check the token, and end exactly those sessions."""
        provider = service(name)
        given = request.POST.getlist("logout_token")
        try:
            if len(given) != 1:
                raise Refused("token", "no logout_token")
            ended = tokens.read_logout_token(provider, given[0])
        except Refused as refusal:
            log.warning("Logout from %s: %s (%s)", provider.name, refusal.problem, refusal.detail or "-")
            # What cannot be checked just now may be sent again; anything else is wrong for good.
            status = 503 if refusal.answer == 503 else 400
            return JsonResponse({"error": "invalid_request"}, status=status)
        count = sessions.end(provider, subject=ended.subject, sid=ended.sid)
        log.info("Logout from %s: %s sessions ended", provider.name, count)
        return HttpResponse(status=200)


class FrontChannelView(View):
    """The same by way of the browser, in a frame on the service's page (what Entra ID does).

    The name of the session is known to the service and us alone, and says which one ends; the browser's own cookie is
    not asked, since it does not come along.
    """

    access: ClassVar[Access] = PUBLIC

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """End the session; say the same whether there was one or not."""
        provider = service(name)
        sid = request.GET.get("sid", "")
        if request.GET.get("iss", provider.issuer) == provider.issuer and 16 <= len(sid) <= 255 and "\0" not in sid:
            sessions.end(provider, sid=sid)
        answer = HttpResponse("", content_type="text/plain")
        answer.headers["Cache-Control"] = "no-store"
        return answer
