"""Who is around the table, as every page of a meeting and every write in one asks."""

from django.db.models import Prefetch, prefetch_related_objects

from forum.meetings.core import one_vote
from forum.meetings.core.models import AgendaItem, Attendance, Meeting, Recusal
from forum.meetings.core.vote_models import Motion
from forum.meetings.session.models import Movement
from forum.organisation.models import Membership


def seats(meeting: Meeting) -> list[Membership]:
    """Return every seat in the body on the day of the meeting, with person and political party."""
    return list(one_vote.seats(meeting).select_related("person", "party").order_by())


def number_of_seats(meeting: Meeting) -> int:
    """Return how many seats the body has on the day of the meeting."""
    return one_vote.seats(meeting).count()


def attended(meeting: Meeting) -> list[Attendance]:
    """Return who met at the roll call and still has the seat, with person, political party and whose seat a deputy
    has."""
    rows = Attendance.objects.filter(one_vote.still_counts(meeting), meeting=meeting, present=True).order_by("pk")
    return list(rows.select_related("membership__person", "membership__party", "stands_for__person"))


def movements(meeting: Meeting) -> list[Movement]:
    """Return the comings and goings of those who still have the seat, in the order they happened, with the people."""
    rows = Movement.objects.filter(one_vote.still_counts(meeting), meeting=meeting).order_by("moment", "pk")
    return list(rows.select_related("membership__person", "membership__party", "stands_for__person", "item"))


def recusals_in(item: AgendaItem, *, moment: int | None = None) -> list[Recusal]:
    """Return who does not take part in ``item``, at ``moment`` or now, and the deputies called for it; a deputy who
    cannot take the seat any more is left out."""
    rows = Recusal.objects.filter(item=item).order_by("pk")
    rows = rows if moment is None else rows.filter(moment__lte=moment)
    rows = rows.annotate(deputy_counts=one_vote.deputy_counts(item.meeting, "deputy", "seat"))
    found: list[Recusal] = []
    for recusal in rows.select_related("membership__person", "deputy__person", "deputy__party", "seat__person"):
        if not recusal.deputy_counts:
            recusal.deputy = None
        found.append(recusal)
    return found


def prefetch_for_a_vote(item: AgendaItem) -> None:
    """Fetch along what a vote in ``item`` asks of it: what has been moved, what has been voted on, who objects."""
    motions = Motion.objects.select_related("moved_by__person", "moved_by__party", "moved_by_attendee").order_by("pk")
    prefetch_related_objects([item], Prefetch("motions", motions), "ballots", "objections")
