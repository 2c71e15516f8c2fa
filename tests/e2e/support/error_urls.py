"""The portal's addresses, and beside them one for each error page, drawn by the handlers that draw it in earnest."""

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from trepart import views
from trepart.access.web import PUBLIC, declare
from trepart.urls import handler400, handler403, handler404, handler500
from trepart.urls import urlpatterns as _portals

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@declare(PUBLIC)
def wrong(request: HttpRequest, status: int) -> HttpResponse:
    """Go wrong as asked."""
    raised: dict[int, Any] = {400: SuspiciousOperation, 403: PermissionDenied}
    if status in raised:
        raise raised[status]
    if status == 419:
        return views.csrf_failure(request)
    return views.server_error(request) if status == 500 else render(request, "429.html", status=429)


urlpatterns = [path("feil/<int:status>/", wrong, name="wrong"), *_portals]
#: Every such page; 404 is any address that is none.
ERRORS = ("/feil/400/", "/feil/403/", "/feil/419/", "/feil/429/", "/feil/500/", "/finnes-ikke/")
