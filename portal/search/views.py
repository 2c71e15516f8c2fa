"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.search import queries
from portal.search.by_name import by_name
from portal.search.facets import FACETS, Wanted
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
    chosen = {name: normal.line(value)[:LONGEST] for name in FACETS if (value := request.GET.get(name, ""))}
    wanted = Wanted(words, chosen)
    page = number(request.GET.get("page"), digits=5)
    results = queries.search(request.user, wanted, page=1 if page is None else page)
    # What is narrowed or paged through is cases: what is found by its name stands before the first of them alone.
    named = by_name(request.user, words) if results.page == 1 and not chosen else []
    return render(
        request,
        "portal/search.html",
        {
            "words": words,
            "chosen": chosen,
            "results": results,
            "named": named,
            "count": results.total + len(named),
            "reset_url": Wanted(words).url(),
            "earlier": wanted.url(page=str(results.page - 1)) if results.page > 1 else "",
            "later": wanted.url(page=str(results.page + 1)) if results.page < results.pages else "",
            "crumbs": [(_("Search"), None)],
        },
    )
