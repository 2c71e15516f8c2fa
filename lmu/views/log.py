"""The quick log, and the way from what was agreed to the answer on the proposal."""

from collections.abc import Callable
from typing import ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from forum.meetings.attendance.log_presence import was_not_there, was_there
from forum.meetings.core.models import Meeting
from forum.organisation.models import Body
from lmu import queries, services
from lmu.forms import LogForm
from lmu.models import LogSheet
from lmu.views.pages import crumbs
from proposals.models import Proposal
from trepart.access import interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import Access, declare, permitted
from trepart.refusals import NotPermitted, Refused
from trepart.workflow import available


def own_lmu(request: HttpRequest, slug: str, permission: str) -> Body:
    """Fetch the LMU at ``slug``: 404 to whoever may not see it, 403 to whoever sees it without
    having ``permission``."""
    body = policy.get_or_404(request.user, "lmu.view", queries.active().select_related("unit"), slug=slug)
    if not policy.can(request.user, permission, body):
        raise PermissionDenied
    return body


class LogView(View):
    """One screen, for a phone: what the LMU took up, and what was agreed."""

    access: ClassVar[Access] = permitted("forum.log_meeting")

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Show the screen, empty or with what was on it when the session ran out."""
        body = own_lmu(request, slug, "forum.log_meeting")
        given_back = interrupted_forms.give_back(request)
        if given_back is None:
            return self.page(body, LogForm(body=body))
        return self.page(body, LogForm.again(given_back, body=body))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Write it down; or, for the button that says so, give one more row to write in."""
        body = own_lmu(request, slug, "forum.log_meeting")
        if "more" in request.POST:
            return self.page(body, LogForm.again(request.POST, body=body, more=1))
        form = LogForm(request.POST, body=body, reader=cast("User", request.user))
        if not form.is_valid():
            return self.page(body, form, status=422)
        data = form.cleaned_data
        try:
            sheet = services.write_log(
                key=data["key"],
                body=body,
                held_on=data["held_on"],
                present=data["present"],
                taken=data["taken"],
                stand_ins=data["stand_ins"],
                actor=cast("User", request.user),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(body, form, status=403 if isinstance(refusal, NotPermitted) else 422)
        return self.done(body, sheet)

    def done(self, body: Body, sheet: LogSheet) -> HttpResponse:
        """Say what was written, and lead on to the answer where something was concluded."""
        waiting = list(sheet.agreements.all())
        if sheet.meeting is not None:
            messages.success(self.request, _("It is written in the log."))
        if len(waiting) == 1:
            return redirect("lmu:answer", slug=body.slug, pk=waiting[0].pk)
        if waiting:
            said = ngettext(
                "%(count)s conclusion is written in the log, and nobody has confirmed it yet.",
                "%(count)s conclusions are written in the log, and nobody has confirmed them yet.",
                len(waiting),
            )
            messages.info(self.request, said % {"count": len(waiting)})
        return redirect("lmu:detail", slug=body.slug)

    def page(self, body: Body, form: LogForm, *, status: int = 200) -> HttpResponse:
        """Render the screen."""
        context = {
            "body": body,
            "form": form,
            "form_owner": interrupted_forms.owner_token(self.request),
            "crumbs": crumbs(body, _("Write in the log")),
        }
        return render(self.request, "lmu/log.html", context, status=status)


@declare(permitted("lmu.view"))
@require_POST
def not_there(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the reader out of those who met in a meeting that somebody else has written down."""
    done = _("You are no longer written down as present. The others are told. Was it a mistake? Press “I was there”.")
    return _put_right(request, slug, pk, was_not_there, done)


@declare(permitted("lmu.view"))
@require_POST
def there(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put the reader among those who met in a meeting that was written down without them, or take back that they were
    not there."""
    return _put_right(request, slug, pk, was_there, _("You are written down as present. The others are told."))


def _put_right(request: HttpRequest, slug: str, pk: int, service: Callable[..., None], done: str) -> HttpResponse:
    body = own_lmu(request, slug, "lmu.view")
    meeting = policy.get_or_404(request.user, "forum.view_meeting", Meeting.objects.filter(body=body), pk=pk)
    try:
        service(meeting, actor=cast("User", request.user))
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, done)
    return redirect("lmu:detail", slug=slug)


@declare(permitted("forum.log_meeting"))
@require_safe
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lead to the step on the proposal that an agreement leads to, with everything that was written."""
    body = own_lmu(request, slug, "forum.log_meeting")
    agreement = next((a for a in queries.agreements(body) if a.pk == pk), None)
    if agreement is None:
        messages.info(request, _("That proposal has moved on since; the page shows where it is now."))
        return redirect("lmu:detail", slug=slug)
    proposal = Proposal.objects.filter(case=agreement.referral.case_id).first()
    if proposal is None:
        raise Http404
    # What was written stands in the form, read from the log as it is now (`lmu.queries.written_on`).
    url = reverse("proposals:step", args=[proposal.case_id, agreement.step])
    open_now = {a.transition.name for a in available(proposal, request.user) if a.open}
    if agreement.step not in open_now and "begin" in open_now:
        messages.info(
            request, _("Read the proposal through and begin on it first. What you wrote is kept on the LMU's page.")
        )
        return redirect("proposals:step", proposal.case_id, "begin")
    return redirect(url)
