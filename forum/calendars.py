"""Meetings in calendars: the invitation that goes with a notice, and the file on the meeting's page.

A calendar entry says body, day, place and where the agenda is; what stands on the agenda it does not say (R8, R25): calendars are shared.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forum.enums import MeetingStatus
from forum.models import Meeting
from trepart import calendar, municipality
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.calendar import Happening, Mailbox
from trepart.notices.mail import Enclosed

#: A notice says when a meeting begins, not when it ends: so long is kept free in the calendar.
KEPT_FREE = timedelta(hours=2)
#: What changes an entry in the calendars. Their number is the entry's SEQUENCE: it rises by each, and never falls.
CHANGES = ("forum.meeting_called", "forum.meeting_moved", "forum.meeting_postponed", "forum.meeting_cancelled")
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


def entry(meeting: Meeting, *, sequence: int) -> Happening:
    """Return the entry of ``meeting``, with words in the active language."""
    url = f"{settings.SITE_URL}{meeting.get_absolute_url()}"
    return Happening(
        name=f"meeting-{meeting.pk}",
        title=_("Meeting: %(body)s") % {"body": meeting.body.name},
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + KEPT_FREE,
        place=meeting.place,
        text=_("Agenda and documents: %(url)s") % {"url": url},
        url=url,
        sequence=sequence,
        status=_STATUS.get(MeetingStatus(meeting.status), calendar.CONFIRMED),
    )


def file(meeting: Meeting) -> bytes:
    """Return the file for download: an entry to take into one's own calendar."""
    return calendar.calendar([entry(meeting, sequence=changes(meeting))])


def invitations(meeting: Meeting) -> Callable[[User], Sequence[Enclosed]]:
    """Return what makes the invitation that goes with a notice to one person: a call, a move, or (where the meeting is cancelled) that it is off."""
    if not was_called(meeting):
        # Never in anybody's calendar, so there is nothing to change or take away.
        return lambda person: ()
    sequence = changes(meeting)
    method = calendar.CANCEL if meeting.status == MeetingStatus.CANCELLED else calendar.REQUEST
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    # The portal is the organizer, never the secretary: who gets an invitation from the own address is not shown it.
    organizer = Mailbox(address, municipality.current().name)

    def invitation(person: User) -> Sequence[Enclosed]:
        content = calendar.calendar(
            [
                replace(
                    entry(meeting, sequence=sequence), organizer=organizer, attendee=Mailbox(person.email, person.name)
                )
            ],
            method=method,
        )
        return [Enclosed(name=FILE_NAME, content_type=calendar.MEDIA_TYPE, content=content, method=method)]

    return invitation
