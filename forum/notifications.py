"""Who is told what in this room, as a table: event -> recipients -> template. Each owner appends below a header of its own."""

from collections.abc import Iterable

from django.urls import reverse

from forum.models import Membership
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
