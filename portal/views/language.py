"""Choosing a language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal import services
from trepart import languages
from trepart.access.models import User
from trepart.access.web import PUBLIC, declare


# Without a token, so that somebody who only reads is given no cookie. What another site could do with it is to change a language: a session of ours does not
# come along from there (SameSite), so nobody's own choice is touched.
@csrf_exempt
@declare(PUBLIC)
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Read the portal in another language from now on: kept in the browser, and on the person where somebody is signed in. One stays on the page."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    wanted = request.POST.get("language", "")
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
