"""A person has at most one seat and one vote in an item, and a seat at most one vote (koml §§ 7-10, 8-1; R4, R5).

Places begin and end between the notice, the roll call and the cases. Whatever was recorded before, only these count:
a member whose place runs that day, and a deputy whose own place runs that day, who has no seat of the own, and who
meets for a seat that runs that day. The database holds the same for the votes of a ballot.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from forum.meetings.core.queries import day_of
from forum.meetings.core.voter import Voter
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Membership

if TYPE_CHECKING:
    from forum.meetings.core.models import Meeting


def seats(meeting: "Meeting") -> QuerySet[Membership]:
    """Return the seats of the body on the day the meeting is held."""
    return Membership.objects.running(day_of(meeting)).filter(body=meeting.body_id, role__in=SEATED)


def still_counts(meeting: "Meeting", *, who: str = "membership", seat: str = "stands_for") -> Q:
    """Return the condition for a row of the table that still counts: ``who`` names its place, ``seat`` the one a
    deputy has taken."""
    own = _runs(who, meeting) & Q(**{f"{seat}__isnull": True, f"{who}__role__in": SEATED})
    return own | deputy_counts(meeting, who, seat)


def deputy_counts(meeting: "Meeting", who: str, seat: str) -> Q:
    """Return the condition for a deputy, named by ``who``, who may take the ``seat`` that day."""
    deputy = _runs(who, meeting) & Q(**{f"{who}__role": Role.DEPUTY})
    return deputy & _runs(seat, meeting) & ~Q(has_own_seat(meeting, who))


def has_own_seat(meeting: "Meeting", who: str) -> Exists:
    """Return the condition that the person at ``who`` has a seat of the own in the body that day."""
    return Exists(seats(meeting).filter(person=OuterRef(f"{who}__person")))


def _runs(place: str, meeting: "Meeting") -> Q:
    day = day_of(meeting)
    return Q(**{f"{place}__valid_from__lte": day}) & (
        Q(**{f"{place}__valid_to__isnull": True}) | Q(**{f"{place}__valid_to__gte": day})
    )


def one_each(voters: Sequence[Voter]) -> list[Voter]:
    """Return ``voters`` with each person and each seat once: a member in the own seat goes before a deputy, and
    otherwise whoever stands first."""
    found: list[Voter] = []
    people: set[int] = set()
    filled: set[int] = set()
    for voter in sorted(voters, key=lambda voter: voter.stands_for is not None):
        if voter.membership.person_id in people or voter.seat.pk in filled:
            continue
        people.add(voter.membership.person_id)
        filled.add(voter.seat.pk)
        found.append(voter)
    return found
