"""A meeting as a line in a list: its status, and how far its minutes have come."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.meetings.core import queries
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus, MinutesStatus
from forum.meetings.minutes.models import LONG, Minutes
from trepart import clock, ui
from trepart.text.dates import date_text
from trepart.workflow import Words


@dataclass(frozen=True)
class MeetingRow:
    """One meeting in a list."""

    meeting: Meeting
    status: str
    meaning: ui.StatusMeaning
    minutes: str


def row_of(meeting: Meeting) -> MeetingRow:
    """Return what a list shows of a meeting; asks the database for nothing where ``body`` and
    ``minutes`` were fetched along."""
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    said = ""
    if minutes is not None and minutes.status != MinutesStatus.DRAFT:
        said = _("Minutes approved") if minutes.status == MinutesStatus.APPROVED else _waiting(minutes)
    return MeetingRow(meeting, capfirst(str(status_label(meeting))), queries.MEANING[meeting.status], said)


def _waiting(minutes: Minutes) -> str:
    """Say that minutes wait for approval, and since when where that is long ago."""
    if minutes.published_at is None or (clock.now() - minutes.published_at).days < LONG:
        return _("Minutes published, not yet approved")
    return _("Minutes wait for approval since %(date)s") % {"date": date_text(timezone.localtime(minutes.published_at))}


def status_label(meeting: Meeting) -> Words:
    """Return the status in words; a logged meeting was simply held."""
    return _("held") if meeting.kind == MeetingKind.LOG else MeetingStatus(meeting.status).label
