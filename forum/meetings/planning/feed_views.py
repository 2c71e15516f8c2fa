"""Meetings as files for one's own calendar, and as feeds a calendar program follows."""

import hashlib
from datetime import datetime, time
from typing import ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core import ical as calendars
from forum.meetings.core.models import Meeting
from forum.meetings.planning import feed_services, queries
from forum.meetings.planning.feed_models import CalendarFeed
from forum.organisation.models import Body
from trepart import calendar, clock, languages
from trepart.access import policy
from trepart.access.web import PUBLIC, SIGNED_IN, Access, reader_of
from trepart.text.numbers import number


class MeetingCalendarView(View):
    """One meeting, to take into one's calendar. Says body, day and place, never what stands on the agenda."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, *args: object, pk: int, **kwargs: object) -> HttpResponse:
        """Answer with the file; 404 to who may not see the meeting."""
        meeting = policy.get_or_404(request.user, "forum.view_meeting", Meeting.objects.select_related("body"), pk=pk)
        answer = HttpResponse(calendars.file(meeting), content_type=f"{calendar.MEDIA_TYPE}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{calendars.FILE_NAME}"'
        return answer


# Feeds ----------------------------------------------------------------------------------------------------------------


def _answer(request: HttpRequest, feed: calendars.Feed, *, caching: str) -> HttpResponseBase:
    """Answer with a feed, or with 304 to a program that has it already."""
    etag = f'"{hashlib.sha256(feed.content).hexdigest()[:32]}"'
    changed = int(feed.changed_at.timestamp())
    answer = HttpResponse(feed.content, content_type=f"{calendar.MEDIA_TYPE}; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="moter.ics"'
    found = get_conditional_response(request, etag=etag, last_modified=changed, response=answer) or answer
    found["ETag"], found["Last-Modified"] = etag, http_date(changed)
    found["Cache-Control"], found["X-Robots-Tag"] = caching, "noindex"
    return found


class BodyFeedView(View):
    """The meetings of a body that everybody may see, for a calendar program: it has no session, so nobody sees more
    here than the public does."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Answer with the feed; 404 for a body that keeps its meetings to itself."""
        body = Body.objects.filter(slug=slug, active_from__isnull=False, meetings_open=True).first()
        if body is None:
            raise Http404
        # A feed that is empty has been so since the body began its work.
        begun = timezone.make_aware(datetime.combine(body.active_from or clock.today(), time()))
        with languages.municipal():
            feed = calendars.feed(queries.public_meetings(body), name=body.name, since=begun)
        return _answer(request, feed, caching="public, max-age=300")


class OwnFeedView(View):
    """The meetings of one person, at an address that is a secret. Whatever is wrong with the
    address answers alike: 404."""

    access: ClassVar[Access] = PUBLIC

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Answer with the feed of whoever the address belongs to, while the account is open."""
        first, _dash, mark = token.partition("-")
        pk = number(first)
        if pk is None:
            raise Http404
        found = CalendarFeed.objects.select_related("person").filter(pk=pk).first()
        if found is None or not found.opens(mark) or not found.person.is_active:
            raise Http404
        with languages.reading(found.person):
            meetings = queries.own_meetings(found.person)
            feed = calendars.feed(meetings, name=_("My meetings"), since=found.made_at)
        return _answer(request, feed, caching="private, no-cache")


class CalendarsView(View):
    """How to get meetings into one's calendar: the own address, and those of the bodies."""

    access: ClassVar[Access] = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the addresses."""
        person = reader_of(request)
        own = CalendarFeed.objects.filter(person=person).first()
        bodies = [(body, *_addresses("forum:body_feed", body.slug)) for body in queries.open_bodies(person)]
        address, subscribe = _addresses("forum:own_feed", own.token) if own else ("", "")
        context = {
            "own": own,
            "address": address,
            "subscribe": subscribe,
            "bodies": bodies,
            "crumbs": [(_("Meetings"), reverse("forum:meeting_list")), (_("Meetings in your calendar"), None)],
        }
        answer = render(request, "meetings/planning/calendars.html", context)
        # The page shows a secret: no other site is told where its reader came from.
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make an address, make it anew, or close it."""
        person = reader_of(request)
        if request.POST.get("do") == "revoke":
            feed_services.revoke(person)
            messages.success(request, _("The address is closed. Calendars that followed it get nothing more."))
        elif request.POST.get("do") == "make":
            feed_services.make(person)
            messages.success(
                request,
                _("Here is your address. Whoever has it can see where you meet, and when: share it with nobody."),
            )
        return redirect("forum:calendars")


def _addresses(name: str, *given: str) -> tuple[str, str]:
    """Return an address to copy, and the one that opens a calendar program."""
    address = f"{settings.SITE_URL}{reverse(name, args=given)}"
    return address, f"webcal://{address.split('://', 1)[1]}"
