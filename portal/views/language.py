"""Choosing a language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal import services
from trepart import languages
from trepart.access import interrupted_forms, limits
from trepart.access.models import User
from trepart.access.web import PUBLIC, declare


# Without a token, so that somebody who only reads is given no cookie. What another site could do with it is to change a
# language: a session of ours does not come along from there (SameSite), so nobody's own choice is touched.
@csrf_exempt
@declare(PUBLIC)
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Read the portal in another language from now on: kept in the browser, and on the person where somebody is signed
    in. One stays on the page."""
    return _switched(request, request.POST.get("language", ""), _page(request, request.POST.get("next", "")))


@declare(PUBLIC)
@require_POST
def set_language_with_text(request: HttpRequest) -> HttpResponse:
    """Do the same from a page with a form: the button sends the form along, and the page opens in the other language
    with what was written in it.

    What is chosen stands in the address, so that it is mixed up with no field; ``files`` says that the form can have
    attachments, which are not sent.
    """
    back = _page(request, request.GET.get("next", ""))
    if not request.user.is_authenticated and not limits.room_for_text(request):
        return render(request, "429.html", status=429)
    if not interrupted_forms.carry(request, urlsplit(back).path, files="files" in request.GET):
        # The language stays as it is: going back in the browser gives the whole text, loading the page anew would not.
        return render(request, "400.html", status=413)
    return _switched(request, request.GET.get("language", ""), back)


def _page(request: HttpRequest, back: str) -> str:
    allowed = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if allowed else "/"


def _switched(request: HttpRequest, wanted: str, back: str) -> HttpResponse:
    response = HttpResponseRedirect(back)
    if wanted not in languages.offered():
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
    )
    if isinstance(request.user, User):
        services.choose_language(request.user, wanted)
    return response
