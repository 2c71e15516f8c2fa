"""What was written down afterwards, as it stands: which version, from which day, what changed since the first (R29).

Nothing is kept but the trail: each event that changed the log after it was written is a version.
"""

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience, Correction, MinutesDocument
from trepart.audit.models import Event
from trepart.text.dates import date_text

_COMPLETED, _PRESENCE = "forum.log_completed", "forum.log_presence_corrected"


def of_log(meeting: Meeting, audience: Audience, *, notice: str = "") -> MinutesDocument:
    """Build the minutes of a logged meeting as they stand, with the number and the day of the version, and what each
    later version changed."""
    changed = list(
        Event.objects.about(meeting).filter(action__in=(_COMPLETED, _PRESENCE)).select_related("actor").order_by("pk")
    )
    corrections = [
        Correction(version=number, date=_day(event), reason=_what(event, audience))
        for number, event in enumerate(changed, start=2)
    ]
    version = len(changed) + 1
    written = corrections[-1].date if corrections else date_text(timezone.localtime(meeting.ended_at), year=True)
    which = _("Version %(number)s, %(date)s") % {"number": version, "date": written}
    document = building.build(
        meeting, audience, version=version, notice=f"{notice}. {which}" if notice else which, corrections=corrections
    )
    number = _number_that_day(meeting)
    return replace(document, title=f"{document.title} ({number})") if number else document


def version_of(meeting: Meeting) -> int:
    """Return which version of a logged meeting stands now."""
    return Event.objects.about(meeting).filter(action__in=(_COMPLETED, _PRESENCE)).count() + 1


def _day(event: Event) -> str:
    return date_text(timezone.localtime(event.at), year=True)


def _what(event: Event, audience: Audience) -> str:
    if event.action == _COMPLETED:
        return _("What was concluded afterwards was written in.")
    if audience == Audience.PUBLIC or event.actor is None:
        return _("Who met was put right.")
    return _("%(name)s was not there, and took themselves out of those who met.") % {"name": event.actor.name}


def _number_that_day(meeting: Meeting) -> int | None:
    """Return which log of its day it is, so that two have two names; None where it is the only one."""
    day = timezone.localtime(meeting.starts_at).date()
    same = Meeting.objects.filter(
        body=meeting.body_id, kind=MeetingKind.LOG, status=MeetingStatus.ENDED, starts_at__date=day
    )
    written = list(same.order_by("pk").values_list("pk", flat=True))
    return written.index(meeting.pk) + 1 if len(written) > 1 and meeting.pk in written else None
