"""Small addresses that browsers and robots ask for."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal import theme
from trepart import municipality
from trepart.access.web import PUBLIC, declare


@declare(PUBLIC)
@require_safe
@cache_control(public=True, max_age=60 * 60 * 24)
def theme_css(request: HttpRequest) -> HttpResponse:
    """Answer with the municipality's colour as a style sheet; empty where it has set none."""
    return HttpResponse(theme.stylesheet(municipality.current().accent), content_type="text/css; charset=utf-8")


@declare(PUBLIC)
@require_safe
@cache_control(public=True, max_age=60 * 60 * 24)
def logo(request: HttpRequest) -> HttpResponse:
    """Answer with the municipality's coat of arms: the one in the database, else the file MUNICIPALITY_LOGO
    names; 404 where there is none.

    A picture is shown, never run: opened by itself it may do nothing at all.
    """
    found = municipality.arms()
    if found is None:
        raise Http404
    media_type, content = found
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@declare(PUBLIC)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what is for everybody; a demo is for nobody's index."""
    closed = ["/"] if settings.DEMO else [reverse("portal:my_page"), "/konto/", "/teknisk/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@declare(PUBLIC)
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Send browsers that ask by habit to the mark every page names."""
    return redirect(static("img/trepart.svg"))
