"""The page where whoever leads the group puts right what is written of a meeting."""

from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import log_corrections
from lmu.correction_forms import CorrectLogForm
from lmu.views.log import own_lmu
from lmu.views.pages import crumbs
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import NotPermitted, Refused


class CorrectLogView(View):
    """What is written of one meeting, to be put right: the day, who met, the words."""

    access: ClassVar[Access] = permitted("lmu.manage")

    def get(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """Show what is written, or what was put right on the page when the session ran out."""
        meeting = self.meeting(slug, pk)
        given_back = interrupted_forms.give_back(request)
        return self.page(meeting, CorrectLogForm(given_back, meeting=meeting, reader=reader_of(request)))

    def post(self, request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
        """Put it right."""
        meeting = self.meeting(slug, pk)
        form = CorrectLogForm(request.POST, meeting=meeting, reader=reader_of(request))
        if not form.is_valid():
            return self.page(meeting, form, status=422)
        data = form.cleaned_data
        try:
            log_corrections.correct(
                meeting,
                held_on=data["held_on"],
                present=data["present"],
                stand_ins=data.get("stand_ins") or {},
                words=form.words,
                seen=data["seen"],
                actor=reader_of(request),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(meeting, form, status=403 if isinstance(refusal, NotPermitted) else 422)
        messages.success(request, _("It is put right, and the others are told what was changed."))
        return redirect("lmu:detail", slug=slug)

    def meeting(self, slug: str, pk: int) -> Meeting:
        """Fetch a meeting that was written down in the reader's own group, or answer 404."""
        body = own_lmu(self.request, slug, "lmu.manage")
        logged = Meeting.objects.filter(body=body, kind=MeetingKind.LOG, status=MeetingStatus.ENDED)
        found: Meeting = policy.get_or_404(self.request.user, "forum.view_closed", logged.select_related("body"), pk=pk)
        return found

    def page(self, meeting: Meeting, form: CorrectLogForm, *, status: int = 200) -> HttpResponse:
        """Render the page."""
        context = {
            "body": meeting.body,
            "meeting": meeting,
            "form": form,
            "form_owner": interrupted_forms.owner_token(self.request),
            "crumbs": crumbs(meeting.body, _("Put it right")),
        }
        return render(self.request, "lmu/log_correct.html", context, status=status)
