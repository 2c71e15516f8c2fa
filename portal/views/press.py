"""The page for the press, and the newest decisions as a feed."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.queries import press as queries
from trepart import languages, municipality
from trepart.access.web import PUBLIC, declare


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
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with the newest decisions as Atom, in the municipality's own language."""
    with languages.municipal():
        own = municipality.current()
        atom = Atom1Feed(
            title=_("Decisions in %(municipality)s") % {"municipality": own.name},
            link=f"{settings.SITE_URL}{reverse('portal:press')}",
            feed_url=f"{settings.SITE_URL}{reverse('portal:press_feed')}",
            description="",
            language=languages.default(),
            author_name=own.name,
        )
        for news in queries.decisions():
            link = f"{settings.SITE_URL}{news.url}"
            atom.add_item(
                title=f"{news.number} {news.title}".strip(),
                link=link,
                description=". ".join(str(part) for part in (news.where, news.label, news.note) if part),
                unique_id=f"{link}#{quote(str(news.number or news.on))}",
                pubdate=news.out_at,
                updateddate=news.changed_at,
            )
        content = atom.writeString("utf-8")
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response
