"""Following a meeting while it lasts, on a page that renews itself (følg møtet).

The page asks now and then for its middle part, saying which version it has; an unchanged one is answered with 304 and
nothing else. That works behind any proxy, and without JavaScript the reader presses "refresh", or chooses to have the
page loaded again every half minute.
"""

import hashlib
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core import participants, queries
from forum.meetings.core.closed import noting
from forum.meetings.core.closed.access import is_inside
from forum.meetings.core.models import Meeting
from forum.meetings.core.quorum import is_quorate
from forum.meetings.core.readable_items import own_items
from forum.meetings.core.web import crumbs_of, fetch, title_of
from forum.meetings.enums import MeetingStatus
from forum.meetings.session.live import queries as live_queries
from trepart.access import policy
from trepart.access.web import PUBLIC, Access

#: How often the page asks, in seconds; and how often it is loaded again for who chose that instead.
EVERY, RELOAD = 5, 30


def etag_of(request: HttpRequest, meeting: Meeting, *, sees_closed: bool) -> str:
    """Return the version of what this reader may see: it changes when something has happened, and is
    another's for who may see more."""
    who = request.user.pk or 0
    open_to = sorted(own_items(request.user, meeting))
    said = (
        f"{meeting.pk}/{live_queries.newest(meeting)}/{meeting.status}/{sees_closed}/{open_to}/{who}/{get_language()}"
    )
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def context_of(request: HttpRequest, meeting: Meeting, *, sees_closed: bool) -> dict[str, object]:
    """Return what the middle part shows. Who opened a kept case is written down."""
    own = own_items(request.user, meeting)
    in_session = meeting.status == MeetingStatus.IN_SESSION
    current = live_queries.at_hand(meeting, sees_closed=sees_closed, own=own) if in_session else None
    inside = sees_closed or is_inside(request.user, meeting)
    lines = queries.item_lines(meeting, sees_closed=sees_closed, own=own, inside=inside)
    shown = (line.item for line in lines if not line.hidden)
    noting.note(request, meeting, "meeting_follow", kept=noting.any_kept(shown))
    seats = participants.seats(meeting)
    voters = current.voters if current is not None else []
    enough = is_quorate(meeting.body, voters=len(voters), seats=len(seats))
    return {
        "meeting": meeting,
        "current": current,
        "lines": lines,
        "presence": participants.present_of_each_part(seats, voters) if current is not None else [],
        "quorum": {"enough": enough, "present": len(voters), "seats": len(seats)},
        "ended": meeting.status == MeetingStatus.ENDED,
        "told": any(line.told for line in lines),
    }


class FollowView(View):
    """The page."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show what the meeting has come to; before it opens and long after, the meeting's own page says it."""
        meeting = fetch(request, pk)
        if meeting.status not in (MeetingStatus.IN_SESSION, MeetingStatus.ENDED):
            return redirect(meeting)
        sees_closed = policy.can(request.user, "forum.view_closed", meeting)
        by_itself = request.GET.get("last") == "selv"
        context = {
            **context_of(request, meeting, sees_closed=sees_closed),
            "title": title_of(meeting),
            "etag": etag_of(request, meeting, sees_closed=sees_closed),
            "part_url": reverse("forum:meeting_follow_part", args=[meeting.pk]),
            "every": EVERY,
            "reload": RELOAD if by_itself and meeting.status == MeetingStatus.IN_SESSION else 0,
            "crumbs": crumbs_of(meeting, (_("Follow the meeting"), None)),
        }
        return render(request, "meetings/session/live.html", context)


class FollowPartView(View):
    """The middle part of the page alone, or 304 where nothing has happened."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the part as it is now."""
        meeting = fetch(request, pk)
        sees_closed = policy.can(request.user, "forum.view_closed", meeting)
        etag = etag_of(request, meeting, sees_closed=sees_closed)
        response: HttpResponse
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponseNotModified()
        elif meeting.status not in (MeetingStatus.IN_SESSION, MeetingStatus.ENDED):
            response = HttpResponse(status=204)
        else:
            response = render(
                request, "meetings/session/_live.html", context_of(request, meeting, sees_closed=sees_closed)
            )
        response["ETag"] = etag
        return response
