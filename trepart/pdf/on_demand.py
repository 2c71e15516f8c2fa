"""Documents that are printed when they are asked for: how often somebody who has not signed in can ask.

Printing takes a second of a processor, and anybody may ask for what is public. What is stored as it was published is
given as it stands and counts for nothing here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

P = ParamSpec("P")
#: The method of a view that answers with a print.
Get = Callable[Concatenate[Any, HttpRequest, P], HttpResponse]


def may_be_printed(request: HttpRequest) -> bool:
    """Say whether one more document may be printed for ``request`` now: for whoever has not signed in only so many a
    minute, from each address and in all (``ACCOUNT_RATE_LIMITS``)."""
    if request.user.is_authenticated:
        return True
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
    """Let the method of a view that prints be asked so often and no more, by those who have not signed in."""

    @wraps(get)
    def limited(view: View, request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return get(view, request, *args, **kwargs) if may_be_printed(request) else too_many(request)

    return limited
