"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import front_page_links
from portal.queries import front as queries
from trepart.access.web import PUBLIC, declare


@declare(PUBLIC)
def front(request: HttpRequest) -> HttpResponse:
    """Ask for ideas, and show what became of the last ones."""
    return render(
        request,
        "portal/front.html",
        {
            "news": queries.latest_decisions(request.user),
            "meetings": queries.next_meetings(request.user),
            "answers": queries.answers_this_year(),
            "ways": front_page_links.ways_in(signed_in=request.user.is_authenticated),
        },
    )
