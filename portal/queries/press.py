"""What the press page shows: today, what comes, what was decided, and whom to ask.

Always as somebody who has not signed in sees it.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from forum.meetings.core.models import Meeting
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership
from forum.organisation.role_assignments import at_work
from portal.queries import front
from portal.queries.front import News
from trepart import clock
from trepart.access import policy
from trepart.alphabet import norwegian

#: How much of each list the page shows.
SHOWN = 15
_ASKED = (Role.LEADER, Role.SECRETARY)


@dataclass(frozen=True)
class Contact:
    """Whom to ask about an open body."""

    body: Body
    people: list[Membership]


@dataclass(frozen=True)
class Press:
    """All that the page shows."""

    today: list[Meeting]
    coming: list[Meeting]
    decisions: list[News]
    contacts: list[Contact]


def press() -> Press:
    """Return the page, in a number of queries that does not grow."""
    today = list(front.meetings_today(AnonymousUser(), limit=SHOWN))
    coming = front.next_meetings(AnonymousUser(), limit=SHOWN + len(today))
    return Press(
        today=today,
        coming=[meeting for meeting in coming if timezone.localtime(meeting.starts_at).date() > clock.today()],
        decisions=decisions(),
        contacts=_contacts(),
    )


def decisions() -> list[News]:
    """Return the newest decisions everybody may read, newest first."""
    return front.latest_decisions(AnonymousUser(), limit=SHOWN)


def _contacts() -> list[Contact]:
    bodies: QuerySet[Body] = Body.objects.filter(at_work(clock.today()), meetings_open=True)
    seen = list(policy.visible_to(AnonymousUser(), "forum.view_body", bodies).order_by(norwegian("name"), "pk"))
    people = (
        Membership.objects.running(clock.today())
        .filter(body__in=seen, role__in=_ASKED)
        .select_related("person", "body")
        .order_by("role", "pk")
    )
    by_body: dict[int, list[Membership]] = {}
    for membership in people:
        by_body.setdefault(membership.body_id, []).append(membership)
    return [Contact(body, by_body[body.pk]) for body in seen if body.pk in by_body]
