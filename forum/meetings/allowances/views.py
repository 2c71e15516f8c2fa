"""The attendance list for allowances, as a file and as a page that asks for which days."""

from datetime import date
from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.allowances import spreadsheet
from forum.meetings.allowances.forms import PeriodForm
from forum.meetings.core.models import Attendance
from forum.meetings.core.web import fetch
from forum.meetings.enums import MeetingStatus
from forum.organisation.models import Body
from trepart import clock
from trepart.access import policy
from trepart.access.web import Access, permitted, reader_of
from trepart.audit import viewing

RIGHT = "forum.export_attendance"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _rows() -> QuerySet[Attendance]:
    return Attendance.objects.select_related(
        "meeting__body", "membership__person", "membership__party", "stands_for__person", "stand_in__person"
    ).order_by("meeting__starts_at", "meeting_id", "id")


def _file(rows: QuerySet[Attendance], name: str) -> HttpResponse:
    content = spreadsheet.workbook(spreadsheet.lines(rows), spreadsheet.guests(rows))
    response = HttpResponse(content, content_type=_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


class MeetingSheetView(View):
    """Who met in one meeting that has been held."""

    access: ClassVar[Access] = permitted(RIGHT)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the spreadsheet; that it was taken out is written down."""
        meeting = fetch(request, pk, RIGHT)
        viewing.log_view(reader_of(request), meeting, "attendance.xlsx")
        return _file(_rows().filter(meeting=meeting), f"frammote-{meeting.body.slug}-{meeting.pk}")


class PeriodSheetView(View):
    """Who met in one body over a period."""

    access: ClassVar[Access] = permitted(RIGHT)

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Ask for the days, or answer with the spreadsheet where they are given."""
        body = policy.get_or_404(request.user, RIGHT, Body.objects.all(), slug=slug)
        today = clock.today()
        given = "fra" in request.GET or "til" in request.GET
        form = PeriodForm(request.GET if given else None, initial={"fra": date(today.year, 1, 1), "til": today})
        if given and form.is_valid():
            viewing.log_view(reader_of(request), body, "attendance.xlsx")
            begins, ends = form.cleaned_data["fra"], form.cleaned_data["til"]
            rows = _rows().filter(
                meeting__body=body,
                meeting__status=MeetingStatus.ENDED,
                meeting__starts_at__date__gte=begins,
                meeting__starts_at__date__lte=ends,
            )
            return _file(rows, f"frammote-{body.slug}-{begins}-{ends}")
        return render(
            request,
            "meetings/allowances/period.html",
            {
                "body": body,
                "form": form,
                "crumbs": [
                    (_("Bodies"), reverse("forum:body_list")),
                    (body.name, body.get_absolute_url()),
                    (_("Attendance list"), None),
                ],
            },
            status=422 if given else 200,
        )
