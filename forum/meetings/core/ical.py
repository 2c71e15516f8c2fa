"""Meetings in calendars: the invitation with a notice, the file on a meeting's page, and the feeds.

A calendar entry says body, day, place and where the agenda is; what stands on the agenda it does not say (R8,
R25): calendars are shared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from trepart import calendar, municipality
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.calendar import Happening, Mailbox
from trepart.notices.mail import Enclosed
from trepart.text.dates import time_text

#: A notice says when a meeting begins, not when it ends: so long is kept free in the calendar.
KEPT_FREE = timedelta(hours=2)
#: What changes an entry in the calendars. Their number is the entry's SEQUENCE: it rises by each, and never falls.
CHANGES = tuple(f"forum.meeting_{what}" for what in ("called", "moved", "rearranged", "postponed", "cancelled"))
#: What changes it for somebody alone: a deputy called or let go, a place that began or ended. An invitation counts
#: these too, so that whoever is called, let go and called again is sent a higher number each time.
OWN_CHANGES = (
    *(f"forum.deputy_{what}" for what in ("called", "released", "answered", "late")),
    *("forum.attendance_set", "forum.member_invited", "forum.invitations_withdrawn"),
)
FILE_NAME = "mote.ics"

_STATUS = {MeetingStatus.PLANNED: calendar.TENTATIVE, MeetingStatus.CANCELLED: calendar.CANCELLED}


def changes(meeting: Meeting) -> int:
    """Return how many times the entry of ``meeting`` has been changed."""
    return _events(meeting).filter(action__in=CHANGES).count()


def was_called(meeting: Meeting) -> bool:
    """Say whether the meeting has been called, so that it stands in calendars."""
    return _events(meeting).filter(action="forum.meeting_called").exists()


def _events(meeting: Meeting) -> "QuerySet[Event]":
    return Event.objects.filter(subject_type=Meeting._meta.label_lower, subject_id=meeting.pk)


def entry(meeting: Meeting, *, sequence: int, changed_at: datetime | None = None) -> Happening:
    """Return the entry of ``meeting``, with words in the active language."""
    url = f"{settings.SITE_URL}{meeting.get_absolute_url()}"
    # What is treated in writing is no meeting: nobody meets, and the last moment to answer is what is remembered.
    written = meeting.kind == MeetingKind.WRITTEN
    title = _("Answer in writing by %(time)s: %(body)s") if written else _("Meeting: %(body)s")
    return Happening(
        name=f"meeting-{meeting.pk}",
        title=title % {"body": meeting.body.name, "time": time_text(meeting.starts_at)},
        all_day=written,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + KEPT_FREE,
        place="" if written else meeting.place,
        text=_("Agenda and documents: %(url)s") % {"url": url},
        url=url,
        sequence=sequence,
        status=_STATUS.get(MeetingStatus(meeting.status), calendar.CONFIRMED),
        changed_at=changed_at,
    )


def file(meeting: Meeting) -> bytes:
    """Return the file for download: an entry to take into one's own calendar."""
    return calendar.calendar([entry(meeting, sequence=changes(meeting))])


@dataclass(frozen=True)
class Feed:
    """What a calendar program is given: the calendar, and when something in it was last changed."""

    content: bytes
    changed_at: datetime


def feed(meetings: "QuerySet[Meeting]", *, name: str, since: datetime) -> Feed:
    """Return ``meetings`` as a calendar called ``name``, in the active language: the same bytes until something
    has changed, in two queries.

    ``since`` is when the feed itself began, for one that has nothing in it yet.
    """
    found = list(meetings)
    events = Event.objects.filter(subject_type=Meeting._meta.label_lower, subject_id__in=[m.pk for m in found])
    told = events.filter(action__in=("forum.meeting_planned", *CHANGES)).order_by().values("subject_id")
    rows = told.annotate(changed=Count("pk", filter=Q(action__in=CHANGES)), newest=Max("at"))
    known: dict[int, tuple[int, datetime]] = {row["subject_id"]: (row["changed"], row["newest"]) for row in rows}
    entries, newest = [], since
    for meeting in found:
        sequence, changed_at = known.get(meeting.pk, (0, since))
        newest = max(newest, changed_at)
        entries.append(entry(meeting, sequence=sequence, changed_at=changed_at))
    return Feed(calendar.calendar(entries, name=name), newest)


def invitations(meeting: Meeting) -> Callable[[User], Sequence[Enclosed]]:
    """Return what makes the invitation that goes with a notice to one person, to a meeting that is called, changed or
    postponed; nothing where it was never called."""
    return _letters(meeting, calendar.REQUEST) if was_called(meeting) else _nothing


def withdrawals(meeting: Meeting, *, starts_at: datetime | None = None) -> Callable[[User], Sequence[Enclosed]]:
    """Return what takes ``meeting`` out of the calendar of one person again, from the day it stood there: ``starts_at``
    where it has another now."""
    stood = starts_at or meeting.starts_at
    return _letters(meeting, calendar.CANCEL, starts_at=stood, ends_at=stood + KEPT_FREE, status=calendar.CANCELLED)


def _nothing(person: User) -> Sequence[Enclosed]:
    return ()


def _letters(meeting: Meeting, method: str, **changed: Any) -> Callable[[User], Sequence[Enclosed]]:
    own = Event.objects.filter(root_type=Meeting._meta.label_lower, root_id=meeting.pk, action__in=OWN_CHANGES)
    sequence = changes(meeting) + own.count()
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    # The portal is the organizer, never the secretary: who gets an invitation from the own address is not shown it.
    organizer = Mailbox(address, municipality.current().name)

    def letter(person: User) -> Sequence[Enclosed]:
        attendee = Mailbox(person.email, person.name)
        words = replace(entry(meeting, sequence=sequence), organizer=organizer, attendee=attendee, **changed)
        content = calendar.calendar([words], method=method)
        return [Enclosed(name=FILE_NAME, content_type=calendar.MEDIA_TYPE, content=content, method=method)]

    return letter
