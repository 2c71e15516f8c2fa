"""Recording on the web that a review of legality has been asked for."""

from datetime import date
from typing import ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core import legality_review
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.web import crumbs_of, fetch
from forum.meetings.enums import Reviewed
from forum.meetings.follow_up import legality as services
from forum.meetings.follow_up.legality_forms import LegalityForm
from trepart.access import interrupted_forms, policy
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import Refused


class LegalityView(View):
    """A request for review of what was decided in one case: of what, the day, who, and why."""

    access: ClassVar[Access] = permitted("forum.write_minutes")
    #: Until when each thing in the case can be reviewed.
    days: dict[Reviewed, date]
    #: What the case is called to this reader.
    name: str

    def item(self, request: HttpRequest, pk: int, item: int) -> AgendaItem:
        """Fetch the case, or answer 404: to who does not write the minutes, and where there is nothing to review."""
        meeting = fetch(request, pk, "forum.write_minutes")
        found = AgendaItem.objects.filter(meeting=meeting, pk=item).select_related("decision").first()
        if found is None:
            raise Http404
        found.meeting = meeting
        self.name = str(found)
        if found.is_withheld and not policy.can(request.user, "forum.view_closed", found):
            self.name = f"{found.label} {found.title_outside}".strip()
        self.days = legality_review.last_days(found)
        if not self.days:
            raise Http404
        return found

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Show the form."""
        found = self.item(request, pk, item)
        return self.page(request, found, LegalityForm(interrupted_forms.give_back(request), offered=list(self.days)))

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Record it."""
        found = self.item(request, pk, item)
        form = LegalityForm(request.POST, offered=list(self.days))
        if not form.is_valid():
            return self.page(request, found, form, status=422)
        try:
            made = services.record(found, actor=reader_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, found, form, status=409)
        if made.late:
            messages.warning(request, _("Recorded. It came after the last day, and the page says so."))
        else:
            messages.success(request, _("Recorded."))
        return redirect(found.meeting)

    def page(self, request: HttpRequest, item: AgendaItem, form: LegalityForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        heading = _("A review of legality is asked for")
        said = " ".join(legality_review.sentence(what, last) for what, last in self.days.items())
        return render(
            request,
            "meetings/minutes/minutes_form.html",
            {
                "form": form,
                "heading": heading,
                "lead": f"{self.name}. {said}",
                "label": _("Record it"),
                "meeting": item.meeting,
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": item.meeting.get_absolute_url(),
                "crumbs": crumbs_of(item.meeting, (heading, None)),
            },
            status=status,
        )
