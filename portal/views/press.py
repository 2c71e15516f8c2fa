"""The page for the press, and the newest decisions as a feed."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from portal.queries import press as queries
from trepart import languages, municipality
from trepart.access.web import PUBLIC, declare
from trepart.text import normal
from trepart.text.dates import date_text


@declare(PUBLIC)
@require_safe
def press(request: HttpRequest) -> HttpResponse:
    """Show today, what comes, the newest decisions, and whom to ask; the same to everybody."""
    own = municipality.current()
    return render(
        request,
        "portal/press.html",
        {"press": queries.press(), "email": own.feedback_email, "crumbs": [(_("For the press"), None)]},
    )


@declare(PUBLIC)
@require_safe
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with the newest decisions as Atom, in the municipality's own language."""
    with languages.municipal():
        own = municipality.current()
        atom = Atom1Feed(
            title=_("Decisions in %(municipality)s") % {"municipality": normal.line(own.name)},
            link=f"{settings.SITE_URL}{reverse('portal:press')}",
            feed_url=f"{settings.SITE_URL}{reverse('portal:press_feed')}",
            description="",
            language=languages.default(),
            author_name=normal.line(own.name),
        )
        # What is stored may be older than the doors that text comes in by now: one title that XML cannot hold would
        # close the feed for everybody.
        for news in queries.decisions():
            link = f"{settings.SITE_URL}{news.url}"
            told = (news.where, date_text(news.on, year=True), news.label, news.note)
            atom.add_item(
                title=normal.line(f"{news.number} {news.title}"),
                link=link,
                description=normal.line(". ".join(str(part) for part in told if part)),
                unique_id=f"{link}#{quote(str(news.number or news.on))}",
                pubdate=news.out_at,
                updateddate=news.changed_at,
            )
        content = atom.writeString("utf-8")
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response
