"""Reads that draw on several rooms."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus
from forum.organisation.models import Body
from trepart import clock
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass
class Meetings:
    """The nearest meetings of a body, both ways, as far as somebody may see them."""

    coming: list[Meeting]
    past: list[Meeting]


def meetings_of(body: Body, person: "Person", *, coming: int = 5, past: int = 5) -> Meetings:
    """Return the next and the last meetings of ``body`` that ``person`` may see; cancelled ones only
    while their day is ahead."""
    seen = policy.visible_to(person, "forum.view_meeting", Meeting.objects.filter(body=body)).select_related("body")
    ahead = seen.filter(
        Q(status__in=[MeetingStatus.PLANNED, MeetingStatus.CALLED, MeetingStatus.IN_SESSION])
        | Q(status=MeetingStatus.CANCELLED, starts_at__gte=clock.now())
    )
    return Meetings(
        coming=list(ahead.order_by("starts_at", "pk")[:coming]),
        past=list(seen.filter(status=MeetingStatus.ENDED).order_by("-starts_at", "-pk")[:past]),
    )
