"""Meetings as a calendar of one month."""

import calendar
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus
from trepart import clock
from trepart.access import policy
from trepart.access.web import PUBLIC, declare

#: The first and last year that is shown.
YEARS = (1990, 2100)


@dataclass(frozen=True)
class Day:
    """One day of the month with its meetings; None for a day of another month, which fills the week."""

    day: date | None
    meetings: tuple[Meeting, ...] = ()
    today: bool = False


@declare(PUBLIC)
@require_safe
def month(request: HttpRequest, year: int | None = None, number: int | None = None) -> HttpResponse:
    """Show one month, this one unless said, with the meetings the reader may see; one query however many there are."""
    today = clock.today()
    year = today.year if year is None else year
    number = today.month if number is None else number
    if not (YEARS[0] <= year <= YEARS[1] and 1 <= number <= 12):
        raise Http404
    first = date(year, number, 1)
    seen = policy.visible_to(request.user, "forum.view_meeting", Meeting.objects.select_related("body"))
    found = seen.filter(
        starts_at__date__gte=first, starts_at__date__lte=date(year, number, calendar.monthrange(year, number)[1])
    )
    by_day: dict[date, list[Meeting]] = {}
    for meeting in found.exclude(status=MeetingStatus.CANCELLED).order_by("starts_at", "pk"):
        by_day.setdefault(timezone.localtime(meeting.starts_at).date(), []).append(meeting)
    weeks = [
        [
            Day(day, tuple(by_day.get(day, ())), day == today) if day.month == number else Day(None)
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, number)
    ]  # fmt: skip
    return render(
        request,
        "meetings/planning/month.html",
        {
            "heading": capfirst(date_format(first, "F Y")),
            "month": date_format(first, "F Y"),
            "weekdays": [capfirst(str(WEEKDAYS[n])) for n in range(7)],
            "weeks": weeks,
            "any": bool(by_day),
            "earlier": _url(year, number - 1),
            "later": _url(year, number + 1),
            "crumbs": [(_("Meetings"), reverse("forum:meeting_list")), (_("Calendar"), None)],
        },
    )


def _url(year: int, number: int) -> str:
    year, number = (year - 1, 12) if number < 1 else (year + 1, 1) if number > 12 else (year, number)
    return reverse("forum:meeting_month_of", args=[year, number]) if YEARS[0] <= year <= YEARS[1] else ""
