"""The demo's mailbox: every mail that the portal has written, to read. Exists only where the setting says so."""

from io import BytesIO

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trepart.access.web import PUBLIC, declare
from trepart.notices import letter as letters
from trepart.notices.models import Attachment, Mail
from trepart.text import normal

PER_PAGE = 25
#: A mail shown as a page of its own runs nothing, fetches nothing and sends nothing; its own styles are all it has.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


@declare(PUBLIC)
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show all mail, newest first, or one reader's (``til``). 404 unless TREPART_DEMO is on."""
    _only_in_the_demo()
    wanted = normal.line(request.GET.get("til", ""))[:254]
    mails = Mail.objects.select_related("person").prefetch_related("attachments")
    if wanted:
        mails = mails.filter(to__icontains=wanted)
    context = {
        "page": Paginator(mails, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "crumbs": [(_("Step into a role"), reverse("portal:demo")), (_("The demo's mail"), None)],
    }
    return render(request, "notices/mailbox.html", context)


@declare(PUBLIC)
@never_cache
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail as text, with links that can be followed and files that can be fetched."""
    _only_in_the_demo()
    mail = get_object_or_404(Mail.objects.select_related("person").prefetch_related("attachments"), pk=pk)
    context = {
        "mail": mail,
        "paragraphs": letters.paragraphs(mail.text),
        "crumbs": [
            (_("Step into a role"), reverse("portal:demo")),
            (_("The demo's mail"), reverse("portal:demo_mailbox")),
            (mail.subject or _("A mail"), None),
        ],
    }
    return render(request, "notices/demo_letter.html", context)


@declare(PUBLIC)
@never_cache
@require_safe
def html(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mail as its reader's mail program does."""
    _only_in_the_demo()
    answer = HttpResponse(letters.html(get_object_or_404(Mail, pk=pk)))
    answer["Content-Security-Policy"] = POLICY
    return answer


@declare(PUBLIC)
@never_cache
@require_safe
def enclosed(request: HttpRequest, pk: int, attachment: int) -> FileResponse:
    """Give a file that went with a mail."""
    _only_in_the_demo()
    found = get_object_or_404(Attachment, pk=attachment, mail=pk)
    return FileResponse(
        BytesIO(bytes(found.content)), as_attachment=True, filename=found.name, content_type=found.content_type
    )
