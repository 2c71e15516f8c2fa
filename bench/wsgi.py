"""The server that is measured: /bench/ leads to bare views, everything else to the portal as it is.

Every answer says in ``X-Bench-Cpu`` how many microseconds of processor time this process spent on it (one thread:
nothing else is counted in).
"""

import os
import time
from collections.abc import Callable, Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import django

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponseBase  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import set_urlconf  # noqa: E402

Start = Callable[[str, list[tuple[str, str]]], object]


class BareHandler(WSGIHandler):
    """Django's own handler with Django's own middleware and the addresses of the bench."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain that `startproject` would build."""
        with override_settings(MIDDLEWARE=settings.BARE_MIDDLEWARE):
            super().load_middleware(is_async)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from ``bench.urls``."""
        set_urlconf("bench.urls")
        request.urlconf = "bench.urls"
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self._middleware_chain(request)
        response._resource_closers.append(request.close)
        return response


_portal, _bare = WSGIHandler(), BareHandler()


def application(environ: dict[str, object], start_response: Start) -> Iterable[bytes]:
    """Answer one request."""
    began = time.process_time_ns()
    handler = _bare if str(environ["PATH_INFO"]).startswith("/bench/") else _portal
    kept: list[tuple[str, list[tuple[str, str]]]] = []
    response = handler(environ, lambda status, headers, exc_info=None: kept.append((status, headers)))
    body = b"".join(response)
    response.close()
    [(status, headers)] = kept
    start_response(status, [*headers, ("X-Bench-Cpu", str((time.process_time_ns() - began) // 1000))])
    return [body]
