"""Headers that tell the browser what a page may do, and the address where it tells what it stopped.

A page loads its own files and sends its own forms, and nothing else.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from trepart.access.web import PUBLIC, declare
from trepart.reading import outside_json
from trepart.text.numbers import number

log = logging.getLogger("trepart.security")

#: Where a browser tells what the policy stopped.
REPORTS = "/csp-rapport/"


def content_security_policy() -> str:
    """Return the policy of every page.

    `data:` pictures are the small signs Designsystemet draws from its style sheet. No inline script, no inline style,
    no frame, no foreign host; a form may lead on to the sign-in services the municipality has set up
    (``settings.CSP_FORM_TARGETS``, origins), since browsers hold redirects to it too.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            " ".join(("form-action 'self'", *settings.CSP_FORM_TARGETS)),
            "frame-ancestors 'none'",
            f"report-uri {REPORTS}",
            "report-to csp",
        )
    )


#: What no page here ever asks a browser for.
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class SecurityHeaders:
    """Middleware: puts the policy on every answer, errors and the technical administration included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self._policy)
        response.headers.setdefault("Reporting-Endpoints", f'csp="{REPORTS}"')
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


# Reports --------------------------------------------------------------------------------------------------------------

#: Bytes of a report that are read; more than that is no browser.
_MOST = 16 * 1024
#: Reports that are logged in a minute, by each process; the rest are counted, so that nobody can fill the log.
_A_MINUTE = 20


class _Valve:
    """Lets ``_A_MINUTE`` through each minute and counts the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = 0.0
        self._let = 0
        self.held_back = 0

    def lets(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now - self._since >= 60:
                self._since, self._let = now, 0
            self._let += 1
            if self._let <= _A_MINUTE:
                return True
            self.held_back += 1
            return False


_valve = _Valve()


@declare(PUBLIC)
@csrf_exempt  # a browser sends it by itself, without our token; nothing is changed by it
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what a browser stopped: the directive, whose file it was, and the pattern of the page's address. Nothing
    about who was there is kept (R31)."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    length = number(request.META.get("CONTENT_LENGTH"), digits=9)
    if length is None or length > _MOST:
        return HttpResponse(status=413)
    try:
        sent = outside_json.read(request.body)
    except ValueError:
        return HttpResponse(status=400)
    for report in _reports(sent):
        if _valve.lets():
            log.warning("content security policy", extra={"told": {**report, "held_back": _valve.held_back}})
    return HttpResponse(status=204)


def _reports(sent: object) -> Iterator[dict[str, str]]:
    """Yield what may be logged of each report, whether it came the old way (`report-uri`) or the new (`report-to`)."""
    for one in (sent if isinstance(sent, list) else [sent])[:_A_MINUTE]:
        body = (one.get("csp-report") or one.get("body")) if isinstance(one, Mapping) else None
        if not isinstance(body, Mapping):
            continue

        def said(*names: str, body: Mapping[str, object] = body) -> str:
            return next((value for name in names if isinstance(value := body.get(name), str)), "")

        yield {
            "directive": _directive(said("effectiveDirective", "effective-directive", "violated-directive")),
            "blocked": _origin(said("blockedURL", "blocked-uri")),
            "source": _origin(said("sourceFile", "source-file")),
            "page": _pattern(said("documentURL", "document-uri")),
        }


def _directive(text: str) -> str:
    word = text.split(" ", 1)[0]
    return word if word.replace("-", "").isalpha() and len(word) < 40 else ""


def _origin(text: str) -> str:
    """Return whose file it was: "inline", "eval", or scheme and host. Never the path: it may be somebody's."""
    if text in ("inline", "eval", "self", "wasm-eval", "trusted-types-policy"):
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return f"{parts.scheme[:20]}://{host[:100]}" if host else parts.scheme[:20]


def _pattern(text: str) -> str:
    try:
        return f"/{resolve(urlsplit(text).path).route}"
    except (Resolver404, ValueError):
        return ""
