"""The demo's way in: step into any role with one click. Exists only where the setting says so."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.demo.roles import stands
from trepart.access.sign_in import sessions
from trepart.access.web import PUBLIC, declare

BACKEND = "django.contrib.auth.backends.ModelBackend"


@declare(PUBLIC)
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """List who one can be; POST signs in as the one chosen. 404, whatever the method, unless TREPART_DEMO is on."""
    if not settings.DEMO:
        raise Http404
    offered = stands()
    if request.method == "POST":
        chosen = next((stand for stand in offered if stand.key == request.POST.get("role")), None)
        if chosen is not None:
            login(request, chosen.person, backend=BACKEND)
            sessions.enter(request)
            said = _("You are now %(name)s: %(place)s.") % {"name": chosen.person.name, "place": chosen.place}
            messages.info(request, said)
            return redirect(_safe(request.POST.get("next", "")) or settings.LOGIN_REDIRECT_URL)
        messages.warning(request, _("Nobody has that role in the demo just now. Choose another."))
    context = {"stands": offered, "next": _safe(request.GET.get("next", ""))}
    return render(request, "portal/demo.html", context)


def _safe(url: str) -> str:
    return url if url and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""
