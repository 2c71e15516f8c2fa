"""Reads about meetings, one function for each page."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from forum.models import Meeting


def day_of(meeting: "Meeting") -> date:
    """Return the day the meeting is held, in the municipality's time zone: memberships are read as they run that day."""
    return timezone.localtime(meeting.starts_at).date()
