"""Pages that say what the portal is and how it treats people: help, accessibility, privacy, and forms on paper."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import help as helping
from portal import papers, privacy_statement
from trepart import municipality
from trepart.access import grants
from trepart.access.web import PUBLIC, declare


@declare(PUBLIC)
@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """Show which help there is."""
    return render(request, "portal/help_index.html", {"topics": helping.TOPICS, "crumbs": [(_("Help"), None)]})


@declare(PUBLIC)
@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one help page."""
    topic = helping.topic(slug)
    if topic is None:
        raise Http404
    crumbs = [(_("Help"), reverse("portal:help")), (topic.title, None)]
    # Only those who may do it are led there.
    enters_paper = request.user.is_authenticated and bool(grants.of(request.user).bodies("proposals.enter_paper"))
    context = {"topic": topic, "topics": helping.TOPICS, "crumbs": crumbs, "enters_paper": enters_paper}
    return render(request, topic.template, context)


@declare(PUBLIC)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the portal is, and how one tells what does not work (R32)."""
    return render(request, "portal/accessibility.html", {"crumbs": [(_("Accessibility"), None)]})


@declare(PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is known of people here, who reads it, for how long, and which rights they have (R31)."""
    context = {"kept": privacy_statement.what_is_kept(), "crumbs": [(_("Privacy"), None)]}
    return render(request, "portal/privacy.html", context)


@declare(PUBLIC)
@require_safe
def paper(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a form to print and write on, in the reader's language (PDF)."""
    form = papers.FORMS.get(name)
    if form is None:
        raise Http404
    own = municipality.current()
    content = _printed(name, get_language() or "nb", own.name, own.address, own.logo)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@lru_cache(maxsize=32)
def _printed(name: str, language: str, municipality_name: str, address: str, arms: str) -> bytes:
    # Printing takes a second and anybody may ask: it is done once for each language, until the
    # letterhead changes (``arms`` too).
    return papers.FORMS[name].pdf(language=language, name=municipality_name, address=address)
