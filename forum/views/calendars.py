"""Meetings as files for one's own calendar."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.views import View

from forum import calendars
from forum.models import Meeting
from trepart import calendar
from trepart.access import policy
from trepart.access.web import PUBLIC, Access


class MeetingCalendarView(View):
    """One meeting, to take into one's calendar. Says body, day and place, never what stands on the agenda."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> HttpResponse:
        """Answer with the file; 404 to who may not see the meeting."""
        meeting = policy.get_or_404(request.user, "forum.view_meeting", Meeting.objects.select_related("body"), pk=pk)
        answer = HttpResponse(calendars.file(meeting), content_type=f"{calendar.MEDIA_TYPE}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{calendars.FILE_NAME}"'
        return answer
