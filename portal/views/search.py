"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.queries import search as queries
from trepart.access.web import PUBLIC, declare
from trepart.text import normal
from trepart.text.numbers import number

#: The longest words that are looked for.
LONGEST = 200


@declare(PUBLIC)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find proposals, cases and decisions the reader may read, narrowed by facets; works by links and one form."""
    words = normal.line(request.GET.get("q", ""))[:LONGEST]
    chosen = {name: normal.line(value)[:LONGEST] for name in queries.FACETS if (value := request.GET.get(name, ""))}
    wanted = queries.Wanted(words, chosen)
    page = number(request.GET.get("page"), digits=5)
    results = queries.search(request.user, wanted, page=1 if page is None else page)
    return render(
        request,
        "portal/search.html",
        {
            "words": words,
            "chosen": chosen,
            "results": results,
            "reset_url": queries.Wanted(words).url(),
            "earlier": wanted.url(page=str(results.page - 1)) if results.page > 1 else "",
            "later": wanted.url(page=str(results.page + 1)) if results.page < results.pages else "",
            "crumbs": [(_("Search"), None)],
        },
    )
