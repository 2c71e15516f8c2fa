"""What pages read about stand-ins. Each costs the same number of queries for three rows and for thirty."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from forum.organisation import responsibilities
from forum.organisation.body_links import BodyLink
from forum.organisation.enums import UNDER_CHAPTER_11, Role
from forum.organisation.models import Appointment, Body, Membership, StandIn
from forum.organisation.queries.bodies import people_found
from forum.organisation.role_assignments import at_work, place_in_words, standing_in
from forum.organisation.services import stand_in_days
from forum.organisation.services import stand_ins as services
from trepart import clock
from trepart.access import grants
from trepart.access.models import User

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass
class Place:
    """One place or office, whether somebody can stand in for it, and who does or is to."""

    words: str
    url: str
    why_not: str
    stand_ins: list[StandIn] = field(default_factory=list)


def in_words(place: Membership | Appointment) -> str:
    """Return a place in words, with whose it is."""
    return f"{place.person.name}, {stand_in_days.what(place)}"


def places_of(person: User) -> list[Place]:
    """Return the places and offices ``person`` holds today or from a coming day, each with its
    stand-ins; four queries."""
    lasting = Prefetch(
        "stand_ins", StandIn.objects.lasting().select_related("person").order_by("valid_from"), to_attr="lasting"
    )
    seats = (
        Membership.objects.lasting()
        .filter(person=person)
        .filter(at_work(clock.today(), "body__"))
        .select_related("body", "person")
        .prefetch_related(lasting)
        .order_by("body__name", "pk")
    )
    offices = Appointment.objects.lasting().filter(person=person).select_related("person").prefetch_related(lasting)
    found = []
    for seat in seats:
        words = capfirst(place_in_words(seat.role, seat.body.name, seat.body.kind))
        url = reverse("forum:stand_in_new", args=["plass", seat.pk])
        found.append(Place(words, url, services.why_not(seat), seat.lasting))
    for office in offices.order_by("office", "pk"):
        url = reverse("forum:stand_in_new", args=["verv", office.pk])
        found.append(Place(capfirst(office.get_office_display()), url, "", office.lasting))
    return found


def standing_in_for_others(person: User) -> QuerySet[StandIn]:
    """Return where ``person`` stands in for others, today or from a coming day."""
    return _with_places(StandIn.objects.lasting().filter(person=person))


def everybodys() -> QuerySet[StandIn]:
    """Return everybody who stands in for somebody, today or from a coming day."""
    return _with_places(StandIn.objects.lasting())


def _with_places(found: QuerySet[StandIn]) -> QuerySet[StandIn]:
    return found.select_related(
        "person", "membership__body", "membership__person", "appointment__person"
    ).order_by("valid_from", "pk")  # fmt: skip


def may_stand_in(place: Membership | Appointment, words: str) -> QuerySet[User]:
    """Return those found by ``words`` who belong to the municipality, without the holder."""
    return people_found(words).filter(responsibilities.belongs("pk")).exclude(pk=place.person_id)


#: The places that have a stand-in and no deputies: the administration's own (`services.why_not` says it of each).
_CHOOSE = frozenset({Role.LEADER, Role.DEPUTY_LEADER, Role.SECRETARY})


def may_have_one(person: User, body: Body | None = None) -> bool:
    """Say whether ``person`` holds a place or an office somebody could stand in for; in ``body``, where it is said."""
    places = [place for place in grants.of(person).standings if place.own]
    if body is not None:
        return any(
            place.body_id == body.pk
            and (place.role == Role.SECRETARY or (place.role in _CHOOSE and body.legal_basis not in UNDER_CHAPTER_11))
            for place in places
        )
    return any(place.body_id is None or place.role in _CHOOSE for place in places)


def links_of(body: Body, person: "Person") -> list[BodyLink]:
    """Lead from a body's page to who stands in, for whoever holds a place there that can have a stand-in."""
    if not isinstance(person, User) or not may_have_one(person, body):
        return []
    return [BodyLink(gettext_lazy("Stand-ins"), reverse("forum:stand_ins"))]


def today_in(body: Body) -> dict[int, StandIn]:
    """Return who stands in for places of ``body`` today, by the place."""
    found = standing_in(clock.today()).filter(membership__body=body).select_related("person")
    return {one.membership_id: one for one in found if one.membership_id is not None}
