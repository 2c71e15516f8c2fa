"""Documents that are printed when they are asked for: drawn once for those who have not signed in, and how often.

Drawing takes a second of a processor, and anybody may ask for what is public. What was drawn is kept for some days by
what it says, so that a document that has changed in a letter, or is open to nobody any more, is never given from there:
whoever asks gets what the page would say now. What is drawn for somebody who has signed in is kept nowhere.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from hashlib import sha256
from threading import Lock
from typing import Any, Concatenate, ParamSpec

from allauth.core.internal import ratelimit
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views import View

P = ParamSpec("P")
#: The method of a view that answers with a print.
Get = Callable[Concatenate[Any, HttpRequest, P], HttpResponse]

#: Who asks for what is being printed, where they have not signed in.
_asked_by: ContextVar[HttpRequest | None] = ContextVar("printed_for", default=None)
#: Many ask at once when a newspaper links to a page: the first draws, the others wait and find it drawn.
_drawing = Lock()


class TooMuchPrinted(Exception):
    """Somebody who has not signed in, or all of them, asked for more than is drawn in a minute."""


def drawn_once(says: Callable[[], str], draw: Callable[[], bytes]) -> bytes:
    """Return the print that ``draw`` makes of a document that ``says`` what it says, or the one kept of the same.

    Raises ``TooMuchPrinted`` where it would have to be drawn and no more is drawn now.
    """
    request = _asked_by.get()
    if request is None:
        return draw()
    kept, key = caches["prints"], sha256(says().encode()).hexdigest()
    if (found := kept.get(key)) is not None:
        return bytes(found)
    with _drawing:
        if (found := kept.get(key)) is not None:
            return bytes(found)
        if not _may_be_printed(request):
            raise TooMuchPrinted
        content = draw()
        kept.set(key, content)
    return content


def _may_be_printed(request: HttpRequest) -> bool:
    """Say whether one more document may be drawn for ``request`` now: for whoever has not signed in only so many a
    minute, from each address and in all (``ACCOUNT_RATE_LIMITS``)."""
    # The library's public function counts no GET; this one does where it is told to.
    app = "allauth.account"
    return bool(
        ratelimit.consume(request, app=app, action="printed", limit_get=True)
        and ratelimit.consume(request, app=app, action="printed_by_all", key="everybody", limit_get=True)
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer that this went too fast, and when to try again."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "60"
    return answer


def printed_on_demand(get: "Get[P]") -> "Get[P]":
    """Let the method of a view that may have to print answer those who have not signed in with what was drawn before,
    and draw so often and no more for them. Who has the same file already is told so (its mark, RFC 9110 § 8.8.3)."""

    @wraps(get)
    def limited(view: View, request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return get(view, request, *args, **kwargs)
        asking = _asked_by.set(request)
        try:
            answer = get(view, request, *args, **kwargs)
        except TooMuchPrinted:
            return too_many(request)
        finally:
            _asked_by.reset(asking)
        if answer.status_code != 200 or answer.streaming:
            return answer
        # Open to everybody: it may be kept, and is asked about each time, so that what is taken back is gone.
        answer["Cache-Control"] = "public, no-cache"
        answer["ETag"] = quote_etag(sha256(answer.content).hexdigest()[:32])
        return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer

    return limited
