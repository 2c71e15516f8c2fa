"""Who has a seat in an urgent case, who has not answered, and whether it must wait (koml § 11-8, R10)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.meetings.core import participants
from forum.meetings.urgent.models import WrittenAnswer
from forum.organisation.enums import Role
from trepart import clock

if TYPE_CHECKING:
    from forum.meetings.core.models import Meeting
    from forum.organisation.models import Body, Membership
    from trepart.access.models import User


def seat_of(meeting: "Meeting", person: "User") -> "Membership | None":
    """Return the seat that ``person`` has in the body on the day of the meeting, or None."""
    return next((seat for seat in participants.seats(meeting) if seat.person_id == person.pk), None)


def leads(body: "Body", person: "User") -> bool:
    """Say whether ``person`` is the leader of ``body`` today, or the deputy leader: whose choice an urgent case is."""
    lead = (Role.LEADER, Role.DEPUTY_LEADER)
    return body.memberships.running().filter(person=person, role__in=lead).exists()


def must_wait(meeting: "Meeting") -> bool:
    """Say whether a third of the members demand that an urgent meeting waits."""
    demands, seats = _demands(meeting)
    return demands > 0 and demands * 3 >= seats


def demands_in_words(meeting: "Meeting") -> str:
    """Return how many demand that an urgent meeting waits, and how many it takes; empty where nobody does."""
    demands, seats = _demands(meeting)
    if not demands:
        return ""
    return _(
        "%(demands)s of %(seats)s members demand that it waits. %(wanted)s are enough (Local Government Act § 11-8)."
    ) % {
        "demands": demands,
        "seats": seats,
        "wanted": -(-seats // 3),
    }


def _demands(meeting: "Meeting") -> tuple[int, int]:
    """Return how many of those who have a seat that day demand that it waits, and how many seats there are."""
    seats = [seat.pk for seat in participants.seats(meeting)]
    return meeting.postponement_demands.filter(membership__in=seats).count(), len(seats)


def answers(meeting: "Meeting") -> "list[WrittenAnswer]":
    """Return what those who have a seat that day have answered in writing."""
    seats = [seat.pk for seat in participants.seats(meeting)]
    return list(WrittenAnswer.objects.filter(item__meeting=meeting, membership__in=seats).order_by("pk"))


def waiting_for(meeting: "Meeting") -> "list[Membership]":
    """Return the members who have not answered in writing, in every case of the meeting."""
    answered = set(WrittenAnswer.objects.filter(item__meeting=meeting).values_list("membership", flat=True))
    return [seat for seat in participants.seats(meeting) if seat.pk not in answered]


def may_be_counted(meeting: "Meeting") -> bool:
    """Say whether the answers in writing can be counted: everybody has answered, somebody has said
    no, or the time is out."""
    if clock.now() >= meeting.starts_at or not waiting_for(meeting):
        return True
    return any(not said.accepts for said in answers(meeting))
