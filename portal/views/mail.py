"""Mail, for its readers (how often) and for the clerk (what does not arrive)."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trepart import clock
from trepart.access import policy
from trepart.access.models import User
from trepart.access.web import SIGNED_IN, declare, permitted, reader_of
from trepart.notices import choosing, undelivered
from trepart.notices.health import oldest_waiting
from trepart.notices.models import Cadence, Mail, MailState
from trepart.server import health

#: Whoever manages people and bodies also sees to their addresses.
MANAGE = "forum.manage_organisation"
PER_PAGE = 30


class ChoiceForm(forms.Form):
    """How often one wants mail."""

    cadence = forms.ChoiceField(
        label=gettext_lazy("How often do you want mail from the portal?"),
        choices=Cadence.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "What cannot wait always comes at once: notices of meetings, calls as a deputy, the receipt for "
            "your proposal, and mail about signing in."
        ),
    )


@declare(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: HttpRequest) -> HttpResponse:
    """Let the reader choose how often to get mail."""
    person = reader_of(request)
    form = ChoiceForm(
        request.POST if request.method == "POST" else None, initial={"cadence": choosing.cadence_of(person)}
    )
    if request.method == "POST" and form.is_valid():
        choosing.choose(person, form.cleaned_data["cadence"])
        messages.success(request, _("Your choice is saved."))
        return redirect("portal:mail_choice")
    crumbs = [(_("My page"), reverse("portal:my_page")), (_("E-mail"), None)]
    context = {"form": form, "crumbs": crumbs, "address_is_wrong": undelivered.is_marked(person)}
    return render(request, "notices/choice.html", context, status=422 if form.errors else 200)


def _clerk(request: HttpRequest) -> User:
    """Return the clerk behind ``request``; to everybody else the page does not exist."""
    if not policy.can(request.user, MANAGE):
        raise Http404
    return reader_of(request)


@declare(permitted(MANAGE))
@require_safe
def trouble(request: HttpRequest) -> HttpResponse:
    """Show what does not arrive: to whom, why and since when. Never what it says."""
    _clerk(request)
    oldest = oldest_waiting()
    page = Paginator(undelivered.by_address(undelivered.stopped()), PER_PAGE).get_page(request.GET.get("page"))
    tried = Paginator(undelivered.by_address(undelivered.under_way()), PER_PAGE).get_page(request.GET.get("tried"))
    context = {
        "page": page,
        "stopped": undelivered.rows(list(page.object_list)),
        "tried_page": tried,
        "tried": undelivered.rows(list(tried.object_list)),
        "waiting": Mail.objects.filter(state=MailState.QUEUED).count(),
        "oldest": oldest,
        "slow": oldest is not None and clock.now() - oldest > health.JOB_WAITS,
        "crumbs": [
            (_("Bodies"), reverse("forum:body_list")),
            (_("Organisation"), reverse("forum:organisation")),
            (_("Mail that does not arrive"), None),
        ],
    }
    return render(request, "notices/trouble.html", context)


@declare(permitted(MANAGE))
@require_POST
def again_all(request: HttpRequest) -> HttpResponse:
    """Send everything that failed once more."""
    return _sent_again(request, undelivered.try_all_again(actor=_clerk(request)))


@declare(permitted(MANAGE))
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what failed to one address once more."""
    actor = _clerk(request)
    return _sent_again(request, undelivered.try_again(_mail(pk).to, actor=actor))


def _sent_again(request: HttpRequest, count: int) -> HttpResponse:
    said = ngettext("%(count)s mail is being sent again.", "%(count)s mails are being sent again.", count)
    if count:
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("There was nothing left to send."))
    return redirect("portal:mail_trouble")


@declare(permitted(MANAGE))
@require_POST
def wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an address as wrong."""
    actor = _clerk(request)
    mail = _mail(pk)
    undelivered.mark_wrong(mail, actor=actor)
    said = _(
        "%(address)s is marked as wrong. Whoever has it is told on my page, and the mail goes out when there "
        "is a right one."
    )
    messages.success(request, said % {"address": mail.to})
    return redirect("portal:mail_trouble")


@declare(permitted(MANAGE))
@require_POST
def right(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mark off an address."""
    actor = _clerk(request)
    mail = _mail(pk)
    undelivered.mark_right(mail, actor=actor)
    messages.success(request, _("%(address)s is used again. What has waited is being sent.") % {"address": mail.to})
    return redirect("portal:mail_trouble")


@declare(permitted(MANAGE))
@require_POST
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what failed to one address off the list."""
    _clerk(request)
    count = undelivered.set_aside(_mail(pk).to)
    said = ngettext("%(count)s mail is put aside.", "%(count)s mails are put aside.", count)
    messages.success(request, said % {"count": count})
    return redirect("portal:mail_trouble")


def _mail(pk: int) -> Mail:
    return get_object_or_404(Mail, pk=pk)
