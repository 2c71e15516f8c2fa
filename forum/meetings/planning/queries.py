"""Which meetings stand in which calendar."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from forum.organisation import body_kinds
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership, StandIn
from forum.organisation.queries.bodies import bodies_for, own_bodies
from trepart import clock
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.models import User

#: Meetings leave a calendar so long after they were held.
_KEPT = timedelta(days=180)


def _lately() -> QuerySet[Meeting]:
    # What was written down afterwards was never in anybody's calendar.
    found = Meeting.objects.filter(starts_at__gte=clock.now() - _KEPT).exclude(kind=MeetingKind.LOG)
    return found.select_related("body").order_by("starts_at", "pk")


def public_meetings(body: Body) -> QuerySet[Meeting]:
    """Return the meetings of ``body`` that everybody may see."""
    return policy.visible_to(AnonymousUser(), "forum.view_meeting", _lately().filter(body=body))


def own_meetings(person: "User") -> QuerySet[Meeting]:
    """Return the meetings ``person`` is to come to: with a place in the body that day, as a deputy who meets, or
    standing in for somebody who has a place."""
    runs = Q(valid_from__lte=OuterRef("day")) & (Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("day")))
    places = Membership.objects.filter(runs, person=person, body=OuterRef("body")).exclude(role=Role.DEPUTY)
    for_others = StandIn.objects.filter(runs, person=person, membership__body=OuterRef("body"))
    meets = Q(attendances__membership__person=person, attendances__stands_for__isnull=False, attendances__present=True)
    as_deputy = Meeting.objects.filter(meets).values("pk")
    found = _lately().annotate(day=TruncDate("starts_at"))
    return found.filter(Exists(places) | Exists(for_others) | Q(pk__in=as_deputy))


def open_bodies(person: "User") -> list[Body]:
    """Return the bodies whose calendar everybody can follow, the person's own first."""
    own = set(own_bodies(person).values_list("pk", flat=True))
    found = [
        body
        for body in bodies_for(person)
        if body.meetings_open and body.is_active and body.kind not in body_kinds.OUTSIDE
    ]
    return sorted(found, key=lambda body: body.pk not in own)
