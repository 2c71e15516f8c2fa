"""Who is around the table, as every page of a meeting and every write in one asks: each question the same for all, and worked out once (`trepart.prepared`)."""

from django.db.models import Q

from forum.meetings.core.models import AgendaItem, Attendance, Ballot, Meeting, Motion, Recusal
from forum.meetings.core.queries import day_of
from forum.meetings.session.models import Movement, Objection
from forum.organisation.enums import SEATED
from forum.organisation.models import Membership
from trepart.prepared import Given, Prepared, keep

_RUNNING = Q(valid_from__lte=Given(1)) & (Q(valid_to__isnull=True) | Q(valid_to__gte=Given(1)))
_BARE_SEATS: Prepared[Membership] = Prepared(
    lambda: Membership.objects.filter(_RUNNING, body_id=Given(0), role__in=SEATED).order_by()
)
_SEATS: Prepared[Membership] = Prepared(
    lambda: (
        Membership.objects.select_related("person", "party")
        .filter(_RUNNING, body_id=Given(0), role__in=SEATED)
        .order_by()
    )
)
_ATTENDED: Prepared[Attendance] = Prepared(
    lambda: (
        Attendance.objects.select_related("membership__person", "membership__party", "stands_for__person")
        .filter(meeting_id=Given(0), present=True)
        .order_by("pk")
    )
)
_MOVEMENTS: Prepared[Movement] = Prepared(
    lambda: (
        Movement.objects.select_related("membership__person", "membership__party", "stands_for__person", "item")
        .filter(meeting_id=Given(0))
        .order_by("pk")
    )
)
_RECUSALS: Prepared[Recusal] = Prepared(
    lambda: (
        Recusal.objects.select_related("membership__person", "deputy__person", "deputy__party")
        .filter(item_id=Given(0))
        .order_by("pk")
    )
)
_MOTIONS: Prepared[Motion] = Prepared(
    lambda: (
        Motion.objects.select_related("moved_by__person", "moved_by__party", "moved_by_attendee")
        .filter(item_id=Given(0))
        .order_by("pk")
    )
)
_BALLOTS: Prepared[Ballot] = Prepared(lambda: Ballot.objects.filter(item_id=Given(0)).order_by("pk"))
_OBJECTIONS: Prepared[Objection] = Prepared(lambda: Objection.objects.filter(item_id=Given(0)).order_by("pk"))


def seats(meeting: Meeting) -> list[Membership]:
    """Return every seat in the body on the day of the meeting, with person and political party."""
    return _SEATS.all(meeting.body_id, day_of(meeting))


def number_of_seats(meeting: Meeting) -> int:
    """Return how many seats the body has on the day of the meeting."""
    return len(_BARE_SEATS.all(meeting.body_id, day_of(meeting)))


def attended(meeting: Meeting) -> list[Attendance]:
    """Return who met at the roll call, with person, political party and whose seat a deputy has."""
    return _ATTENDED.all(meeting.pk)


def movements(meeting: Meeting) -> list[Movement]:
    """Return the comings and goings as they were recorded, with the people."""
    return _MOVEMENTS.all(meeting.pk)


def recusals_in(item: AgendaItem) -> list[Recusal]:
    """Return who does not take part in ``item``, and the deputies called for it."""
    return _RECUSALS.all(item.pk)


def keep_for_a_vote(item: AgendaItem) -> None:
    """Fetch along what a vote in ``item`` asks of it, once, under the meeting's lock: what has been moved, what has been voted on, who objects."""
    keep(item, "motions", _MOTIONS.all(item.pk))
    keep(item, "ballots", _BALLOTS.all(item.pk))
    keep(item, "objections", _OBJECTIONS.all(item.pk))
