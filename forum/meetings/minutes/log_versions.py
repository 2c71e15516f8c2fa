"""What was written down afterwards, as it stands: which version, from which day, what changed since the first (R29).

Nothing is kept but the trail: each event that changed the log after it was written is a version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from forum.meetings.attendance.log_presence import PUT_IN, TOOK_OUT
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import building
from forum.meetings.minutes.structure import Audience, Correction, MinutesDocument
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.text.dates import date_text

_COMPLETED, _CORRECTED = "forum.log_completed", "forum.log_corrected"
_CHANGES = (_COMPLETED, TOOK_OUT, PUT_IN, _CORRECTED)


def of_log(meeting: Meeting, audience: Audience, *, notice: str = "") -> MinutesDocument:
    """Build the minutes of a logged meeting as they stand, with the number and the day of the version, and what each
    later version changed."""
    changed = list(
        Event.objects.about(meeting).filter(action__in=_CHANGES).select_related("actor", "content").order_by("pk")
    )
    names = _names(changed) if audience == Audience.INTERNAL else {}
    corrections = [
        Correction(version=number, date=_day(event), reason=_what(event, audience, names))
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
    return Event.objects.about(meeting).filter(action__in=_CHANGES).count() + 1


def _day(event: Event) -> str:
    return date_text(timezone.localtime(event.at), year=True)


def _what(event: Event, audience: Audience, names: Mapping[int, str]) -> str:
    """Return what a version changed: to those outside that it was so, to the group itself who, and what it said."""
    if event.action == _COMPLETED:
        return _("What was concluded afterwards was written in.")
    if event.action == _CORRECTED:
        return " ".join(_corrected(event, audience, names))
    if audience == Audience.PUBLIC or event.actor is None:
        return _("Who met was put right.")
    if event.action == PUT_IN:
        return _("%(name)s was there, and put themselves among those who met.") % {"name": event.actor.name}
    return _("%(name)s was not there, and took themselves out of those who met.") % {"name": event.actor.name}


def _corrected(event: Event, audience: Audience, names: Mapping[int, str]) -> list[str]:
    inside, said = audience == Audience.INTERNAL, []
    before = parse_date(event.data.get("before_on") or "")
    if before is not None:
        said.append(_("The day was put right. It said %(day)s.") % {"day": date_text(before, year=True)})
    came, left = event.data.get("came", []), event.data.get("left", [])
    if (came or left) and not inside:
        said.append(_("Who met was put right."))
    if came and inside:
        said.append(_("Written in as present: %(names)s.") % {"names": _named(came, names)})
    if left and inside:
        said.append(_("Taken out of those who met: %(names)s.") % {"names": _named(left, names)})
    for label in event.data.get("points", []):
        words = str(event.text.get(label) or "") if inside else ""
        told = {"label": label, "words": words}
        if words:
            said.append(_("The words of %(label)s were put right. They were: “%(words)s”") % told)
        else:
            said.append(_("The words of %(label)s were put right.") % told)
    return said


def _named(people: Iterable[int], names: Mapping[int, str]) -> str:
    return ", ".join(names.get(pk, "") for pk in people)


def _names(events: Iterable[Event]) -> dict[int, str]:
    people = {pk for event in events for key in ("came", "left") for pk in event.data.get(key, [])}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def _number_that_day(meeting: Meeting) -> int | None:
    """Return which log of its day it is, so that two have two names; None where it is the only one."""
    day = timezone.localtime(meeting.starts_at).date()
    same = Meeting.objects.filter(
        body=meeting.body_id, kind=MeetingKind.LOG, status=MeetingStatus.ENDED, starts_at__date=day
    )
    written = list(same.order_by("pk").values_list("pk", flat=True))
    return written.index(meeting.pk) + 1 if len(written) > 1 and meeting.pk in written else None
