"""My page, and the notices that belong to it."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from forum.organisation.queries import stand_ins
from portal import services
from portal.queries import mine as queries
from portal.queries.own_data import own_data
from portal.queries.readable_notices import readable
from trepart.access.web import SIGNED_IN, declare, reader_of
from trepart.notices import undelivered
from trepart.notices.models import Notice


@declare(SIGNED_IN)
@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, before anything else."""
    person = reader_of(request)
    context = {
        "mine": queries.my_page(person),
        "address_is_wrong": undelivered.is_marked(person),
        "may_have_stand_in": stand_ins.may_have_one(person),
    }
    return render(request, "portal/my_page.html", context)


@declare(SIGNED_IN)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show everything the reader has been told, newest first."""
    told = Notice.objects.filter(person=reader_of(request))
    page = Paginator(told, 20).get_page(request.GET.get("page"))
    page.object_list = readable(page.object_list, reader_of(request))
    crumbs = [(_("My page"), reverse("portal:my_page")), (_("Notices"), None)]
    return render(request, "portal/notices.html", {"page": page, "crumbs": crumbs})


@declare(SIGNED_IN)
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one notice in full; another's answers as one that does not exist."""
    [found] = readable([get_object_or_404(Notice, pk=pk, person=reader_of(request))], reader_of(request))
    crumbs = [
        (_("My page"), reverse("portal:my_page")),
        (_("Notices"), reverse("portal:notices")),
        (found.subject, None),
    ]
    return render(request, "portal/notice.html", {"notice": found, "crumbs": crumbs})


@declare(SIGNED_IN)
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read; ``go`` in the form sends the reader on to what it tells of,
    otherwise back to my page."""
    found = get_object_or_404(Notice, pk=pk, person=reader_of(request))
    services.mark_read(found)
    if "go" in request.POST and url_has_allowed_host_and_scheme(found.url, allowed_hosts=None):
        return redirect(found.url)
    return redirect("portal:my_page")


@declare(SIGNED_IN)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all the reader's notices as read."""
    count = services.mark_all_read(reader_of(request))
    if count:
        said = ngettext("%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count)
        messages.success(request, said % {"count": count})
    return redirect("portal:my_page")


@declare(SIGNED_IN)
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Give the reader all that is kept about them, as a file (R31)."""
    content = json.dumps(own_data(reader_of(request)), ensure_ascii=False, indent=2, default=str)
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="trepart.json"'
    return answer
