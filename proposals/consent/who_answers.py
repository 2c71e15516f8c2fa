"""Whose answers to a conclusion count: seats filled today, who stands in, who has stepped aside (R24, R12)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from forum.cases.models import Referral
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Membership, StandIn
from proposals.consent.impartiality import queries as impartiality
from proposals.consent.rules import Seat

if TYPE_CHECKING:
    from trepart.access.models import User


def seats(body_id: int) -> list[Membership]:
    """Return the seats of a body that are filled today; secretary, deputies and user representatives have none, and
    nobody answers from an account that is closed."""
    order = {role: n for n, role in enumerate(SEATED)}
    running = Membership.objects.running().filter(body=body_id, role__in=SEATED, person__is_active=True)
    running = running.select_related("person")
    return sorted(running, key=lambda seat: (order[seat.role], seat.pk))  # type: ignore[index]  # a role of these


def seats_of(person: "User", body_id: int) -> dict[int, StandIn | None]:
    """Return the seats ``person`` answers for today, their own and those they stand in for, by number."""
    found: dict[int, StandIn | None] = {}
    filled = {seat.pk: seat for seat in seats(body_id)}
    standing = StandIn.objects.running().filter(person=person, membership__in=filled)
    found.update({stand_in.membership_id: stand_in for stand_in in standing if stand_in.membership_id is not None})
    found.update({pk: None for pk, seat in filled.items() if seat.person_id == person.pk})
    return found


def answerers(body_id: int) -> "list[User]":
    """Return everybody who answers for a seat today: holders, and those who stand in."""
    filled = seats(body_id)
    standing = StandIn.objects.running().filter(membership__in=[seat.pk for seat in filled]).select_related("person")
    people = {seat.person_id: seat.person for seat in filled}
    people.update({stand_in.person_id: stand_in.person for stand_in in standing})
    return list(people.values())


def judging(referral: Referral, filled: Sequence[Membership]) -> list[Seat]:
    """Return the seats whose answers count: not those of whoever has stepped aside as partial, and where that is a
    leader in the line nobody directly below answers as the leader instead (fvl § 6, R12)."""
    aside = impartiality.stepped_aside(referral)
    gone = [seat for seat in filled if seat.person_id in aside and seat.role == Role.LEADER]
    found = []
    for seat in filled:
        if seat.person_id in aside:
            continue
        below = seat.role == Role.DEPUTY_LEADER and any(impartiality.is_below(seat, leader) for leader in gone)
        found.append(Seat(seat.pk, Role.MEMBER if below else seat.role, seat.part))
    return found
