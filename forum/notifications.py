"""Who is told what in this room, as a table: event -> recipients -> template. Each owner appends below a header of its own."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from forum.enums import Role
from forum.models import Meeting, Membership
from trepart import clock
from trepart.access.models import User
from trepart.notices.announcing import Announcement
from trepart.workflow import Step

# Minutes --------------------------------------------------------------------------------------------------------------


def _everybody_in_the_body(step: Step) -> Iterable[User]:
    running = Membership.objects.running(clock.today()).filter(body=step.subject.meeting.body)
    return User.objects.filter(pk__in=running.values("person"))


def _minutes_url(step: Step) -> str:
    return reverse("forum:minutes_detail", args=[step.subject.meeting_id])


MINUTES_PUBLISHED = Announcement(
    name="forum.minutes_published",
    recipients=_everybody_in_the_body,
    template="forum/mail/minutes_published",
    url=_minutes_url,
)
MINUTES_CORRECTED = Announcement(
    name="forum.minutes_corrected",
    recipients=_everybody_in_the_body,
    template="forum/mail/minutes_corrected",
    url=_minutes_url,
    context=lambda step: {"reason": step.data["reason"]},
)
MINUTES_APPROVED = Announcement(
    name="forum.minutes_approved",
    recipients=_everybody_in_the_body,
    template="forum/mail/minutes_approved",
    url=_minutes_url,
    mail=False,
)

# Meetings -------------------------------------------------------------------------------------------------------------


def meeting_people(meeting: Meeting) -> "QuerySet[User]":
    """Return who is told about a meeting: those with a place in the body that day, and the deputies who have been called to it.

    Deputies who have not been called are not told: they are told when they are (R4).
    """
    day = timezone.localtime(meeting.starts_at).date()
    members = Membership.objects.running(day).filter(body=meeting.body_id).exclude(role=Role.DEPUTY)
    called = meeting.attendances.filter(stands_for__isnull=False, present=True)
    return User.objects.filter(Q(pk__in=members.values("person")) | Q(pk__in=called.values("membership__person")))


def _meeting_people(step: Step) -> Iterable[User]:
    return meeting_people(step.subject)


def _meeting_url(step: Step) -> str:
    return reverse("forum:meeting_detail", args=[step.subject.pk])


MEETING_CALLED = Announcement(
    name="forum.meeting_called",
    recipients=_meeting_people,
    template="forum/mail/meeting_called",
    url=_meeting_url,
    context=lambda step: {
        "items": list(step.subject.items.filter(withdrawn_at__isnull=True).select_related("case", "referral__case"))
    },
)
MEETING_POSTPONED = Announcement(
    name="forum.meeting_postponed",
    recipients=_meeting_people,
    template="forum/mail/meeting_postponed",
    url=_meeting_url,
    context=lambda step: {"reason": step.data["reason"], "before": step.data["before"]},
)
MEETING_CANCELLED = Announcement(
    name="forum.meeting_cancelled",
    recipients=_meeting_people,
    template="forum/mail/meeting_cancelled",
    url=_meeting_url,
    context=lambda step: {"reason": step.data["reason"]},
)
#: Told by `services.attendance` when a deputy is called for somebody's absence.
DEPUTY_CALLED = "forum.deputy_called"
