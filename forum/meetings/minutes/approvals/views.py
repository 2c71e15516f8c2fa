"""Approving minutes on the web: naming who is asked, the one click, the remark."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from forum.meetings.core.web import crumbs_of, fetch
from forum.meetings.enums import MinutesStatus
from forum.meetings.minutes.approvals import queries, services
from forum.meetings.minutes.approvals.models import MinutesSignature
from forum.meetings.minutes.forms import RemarkForm, ReplyForm, SignersForm
from forum.meetings.minutes.models import Minutes
from forum.organisation.enums import MinutesApproval
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.db.locking import lock
from trepart.refusals import Refused
from trepart.text.numbers import number
from trepart.workflow import Words


def minutes_of(request: HttpRequest, pk: int, permission: str) -> Minutes:
    """Fetch the minutes of a meeting, or answer 404 to who has not ``permission`` over it, or where the reader
    may not see the meeting."""
    meeting = fetch(request, pk, permission)
    found = Minutes.objects.select_related("status_event").filter(meeting=meeting).first()
    if found is None or not policy.can(request.user, "forum.view_meeting", meeting):
        raise Http404
    found.meeting = meeting
    return found


def _version(request: HttpRequest) -> int:
    return number(request.POST.get("version"), digits=5) or 0


class _Page(View):
    """A form about the approval of minutes."""

    permission: ClassVar[str]
    heading: ClassVar[Words]

    def minutes(self, request: HttpRequest, pk: int) -> Minutes:
        """Fetch the minutes."""
        return minutes_of(request, pk, self.permission)

    def page(self, request: HttpRequest, minutes: Minutes, form: forms.Form, **more: Any) -> HttpResponse:
        """Render the form."""
        heading = str(self.heading)
        status = more.pop("status", 200)
        return render(
            request,
            "meetings/minutes/minutes_form.html",
            {
                "form": form,
                "heading": heading,
                "meeting": minutes.meeting,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": minutes.get_absolute_url(),
                "crumbs": crumbs_of(minutes.meeting, (_("Minutes"), minutes.get_absolute_url()), (heading, None)),
                **more,
            },
            status=status,
        )


class SignersView(_Page):
    """Who approves the minutes: the one who presided, and two the meeting appointed."""

    access: ClassVar[Access] = permitted("forum.publish_minutes")
    permission = "forum.publish_minutes"
    heading = gettext_lazy("Who approves the minutes")

    def minutes(self, request: HttpRequest, pk: int) -> Minutes:
        """Fetch the minutes; there is nobody to name where they are approved, or approved another way."""
        found = super().minutes(request, pk)
        if found.status == MinutesStatus.APPROVED or found.meeting.body.minutes_approval != MinutesApproval.SIGNERS:
            raise Http404
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the form, with those who are named already."""
        minutes = self.minutes(request, pk)
        return self.show(request, minutes, SignersForm(interrupted_forms.give_back(request), minutes=minutes))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Name them."""
        with transaction.atomic():
            lock(self.minutes(request, pk).meeting)
            return self.name(request, self.minutes(request, pk))

    def name(self, request: HttpRequest, minutes: Minutes) -> HttpResponseBase:
        """Name those chosen, unless somebody else has named others meanwhile."""
        form = SignersForm(request.POST, minutes=minutes)
        if not form.is_valid():
            return self.show(request, minutes, form, status=409 if form.theirs else 422)
        try:
            services.appoint(minutes, members=form.cleaned_data["members"], actor=reader_of(request))
        except Refused as refusal:
            form.add_error("members", str(refusal.message))
            return self.show(request, minutes, form, status=422)
        messages.success(request, _("Saved. They are asked as soon as the minutes are published."))
        return redirect(minutes)

    def show(self, request: HttpRequest, minutes: Minutes, form: SignersForm, status: int = 200) -> HttpResponse:
        """Render the page."""
        presiding = minutes.meeting.presiding
        lead = _("Nobody presided: two of those who answered are asked. The next meeting can always approve them.")
        if presiding is not None:
            lead = _(
                "%(name)s presided, and is asked together with two of those who met. They can be of any part. Their "
                "names stand on the signature lines if you name them before you publish."
            ) % {"name": presiding.person.name}
        return self.page(request, minutes, form, lead=lead, label=_("Save"), status=status)


class SignView(View):
    """The one click: approve the version that is on the screen."""

    access: ClassVar[Access] = permitted("forum.sign_minutes")

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Approve it."""
        minutes = minutes_of(request, pk, "forum.sign_minutes")
        try:
            services.sign(minutes, version=_version(request), actor=reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect(minutes)
        minutes.refresh_from_db()
        if minutes.status == MinutesStatus.APPROVED:
            messages.success(request, _("You approved the minutes, and so have all who were asked. They are approved."))
        else:
            messages.success(request, _("You have approved the minutes."))
        return redirect(minutes)


class RemarkView(_Page):
    """A remark instead of an approval."""

    access: ClassVar[Access] = permitted("forum.sign_minutes")
    permission = "forum.sign_minutes"
    heading = gettext_lazy("Answer with a remark")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the form."""
        minutes = self.minutes(request, pk)
        progress = queries.progress_of(minutes)
        if progress.version is None or not progress.waits_for(request.user):
            messages.info(request, _("These minutes do not wait for you."))
            return redirect(minutes)
        form = RemarkForm(interrupted_forms.give_back(request), initial={"version": progress.version.number})
        return self.show(request, minutes, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send the remark to those who write the minutes."""
        minutes = self.minutes(request, pk)
        form = RemarkForm(request.POST)
        if not form.is_valid():
            return self.show(request, minutes, form, status=422)
        try:
            services.remark(
                minutes,
                version=form.cleaned_data["version"],
                text=form.cleaned_data["remark"],
                actor=reader_of(request),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.show(request, minutes, form, status=409)
        messages.success(request, _("Your remark is sent. If the minutes are corrected, you are asked again."))
        return redirect(minutes)

    def show(self, request: HttpRequest, minutes: Minutes, form: RemarkForm, status: int = 200) -> HttpResponse:
        """Render the page."""
        lead = _("Say what is wrong. The secretary is told, and corrects the minutes if you are right.")
        return self.page(request, minutes, form, lead=lead, label=_("Send the remark"), status=status)


class ReplyView(_Page):
    """The secretary's answer to a remark that leads to no correction."""

    access: ClassVar[Access] = permitted("forum.publish_minutes")
    permission = "forum.publish_minutes"
    heading = gettext_lazy("Answer the remark")

    def remark(self, minutes: Minutes, pk: int) -> MinutesSignature:
        """Fetch a remark that waits for an answer, or answer 404."""
        waiting = queries.remarks_waiting([minutes.meeting.body_id])
        found = waiting.filter(pk=pk, version__minutes=minutes).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, pk: int, remark: int) -> HttpResponse:
        """Show the form, with the remark."""
        minutes = self.minutes(request, pk)
        return self.show(
            request, minutes, self.remark(minutes, remark), ReplyForm(interrupted_forms.give_back(request))
        )

    def post(self, request: HttpRequest, pk: int, remark: int) -> HttpResponseBase:
        """Send the answer to who made the remark."""
        minutes = self.minutes(request, pk)
        found = self.remark(minutes, remark)
        form = ReplyForm(request.POST)
        if not form.is_valid():
            return self.show(request, minutes, found, form, status=422)
        try:
            services.reply(found, text=form.cleaned_data["text"], actor=reader_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.show(request, minutes, found, form, status=409)
        messages.success(request, _("The answer is sent."))
        return redirect(minutes)

    def show(
        self, request: HttpRequest, minutes: Minutes, found: MinutesSignature, form: ReplyForm, status: int = 200
    ) -> HttpResponse:
        """Render the page."""
        lead = _("%(name)s wrote: “%(remark)s” If it is right, correct the minutes instead.") % {
            "name": found.name,
            "remark": found.remark,
        }
        return self.page(request, minutes, form, lead=lead, label=_("Send the answer"), status=status)
