"""Why people were absent, on the web: those who run the meeting put right or take out what was written (R51)."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.attendance import reasons
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.models import Meeting
from forum.meetings.core.web import crumbs_of, fetch, title_of
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.audit import viewing
from trepart.db.locking import lock
from trepart.forms import LineField
from trepart.outdated_pages import ComparingForm


class ReasonsForm(ComparingForm):
    """A field for each reason that has been written about one meeting."""

    mark_optional = False

    def __init__(self, data: Mapping[str, object] | None = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        for one in reasons.written(meeting):
            self.fields[one.key] = LineField(
                label=f"{one.name}: {one.what}", max_length=reasons.LONGEST, required=False, initial=one.words
            )


class ReasonsView(View):
    """What has been written about why people were absent, left or were passed over."""

    access: ClassVar[Access] = permitted(RUN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what stands there; that it was read is written down."""
        meeting = fetch(request, pk, RUN)
        viewing.log_view(reader_of(request), meeting, "absence_reasons")
        return self.page(request, meeting, ReasonsForm(interrupted_forms.give_back(request), meeting=meeting))

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Save what was changed."""
        meeting = fetch(request, pk, RUN)
        with transaction.atomic():
            lock(meeting)
            return self.save(request, meeting)

    def save(self, request: HttpRequest, meeting: Meeting) -> HttpResponseBase:
        """Save it under the lock, or show what others have written of the same."""
        form = ReasonsForm(request.POST, meeting=meeting)
        if not form.is_valid():
            return self.page(request, meeting, form, status=422)
        if reasons.rewrite(meeting, words=form.cleaned_data, actor=reader_of(request)):
            messages.success(request, _("Saved. The minutes have never said why, and do not now."))
        return redirect(meeting)

    def page(self, request: HttpRequest, meeting: Meeting, form: ReasonsForm, status: int = 200) -> HttpResponse:
        """Render the form."""
        return render(
            request,
            "meetings/attendance/absence_reasons.html",
            {
                "meeting": meeting,
                "title": title_of(meeting),
                "form": form,
                "form_owner": interrupted_forms.owner_token(request),
                "crumbs": crumbs_of(meeting, (_("Reasons for absence"), None)),
            },
            status=status,
        )
