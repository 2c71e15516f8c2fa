"""The truth about who stands where: what `trepart.access` asks, answered from memberships and appointments."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from forum.models import Appointment, Body, Membership, StandIn
from trepart import clock
from trepart.access.standing import Standing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trepart.access.models import User

#: The kind under which `trepart/access/roles.py` lists the offices outside the bodies.
OFFICE = "office"


def at_work(on: date, prefix: str = "") -> Q:
    """Return the condition for a body that is at work on that day: put to work, and not closed."""
    return Q(**{f"{prefix}active_from__lte": on}) & (
        Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": on})
    )


def _not_over(on: date, prefix: str = "") -> Q:
    """Return the condition for a body that has been put to work, now or from a coming day, and is not closed."""
    return Q(**{f"{prefix}active_from__isnull": False}) & (
        Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": on})
    )


def _runs(on: date, prefix: str) -> Q:
    """Return the condition for a period, reached by ``prefix``, that runs on that day."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    )


def standing_in(on: date) -> "QuerySet[StandIn]":
    """Return who stands in for somebody that day: within its own days, while the place or office runs, in a body at work."""
    place = _runs(on, "membership__") & at_work(on, "membership__body__")
    return StandIn.objects.running(on).filter(place | _runs(on, "appointment__"))


class Memberships:
    """The `StandingSource` of the portal. A place counts from its first day to the end of its last, in a body that is at work.

    Whoever stands in for somebody stands where that person does, on the days agreed on (`forum.services.standins`), and it says so.
    """

    def running(self, person: "User", on: date) -> Iterable[Standing]:
        """Return where ``person`` stands on that day, bodies first, then offices (body None)."""
        for_others = StandIn.objects.running(on).filter(person=person)
        places = (
            Membership.objects.running(on)
            .filter(at_work(on, "body__"))
            .filter(Q(person=person) | Q(pk__in=for_others.filter(membership__isnull=False).values("membership")))
            .select_related("body", "person")
        )
        found = [
            Standing(
                person.pk,
                m.body_id,
                m.body.kind,
                m.role,
                _label(m, person),
            )
            for m in places
        ]
        offices = (
            Appointment.objects.running(on)
            .filter(Q(person=person) | Q(pk__in=for_others.filter(appointment__isnull=False).values("appointment")))
            .select_related("person")
        )
        return found + [Standing(person.pk, None, OFFICE, a.office, _label(a, person)) for a in offices]

    def lasting(self, on: date, bodies: Collection[int | None] | None = None) -> Iterable[Standing]:
        """Return everything that has not ended before ``on``, coming places included; ``bodies`` limits it (None inside: offices)."""
        places = Membership.objects.lasting(on).filter(_not_over(on, "body__"))
        offices = Appointment.objects.lasting(on)
        for_others = StandIn.objects.lasting(on)
        if bodies is not None:
            inside = [pk for pk in bodies if pk is not None]
            places = places.filter(body__in=inside)
            offices = offices if None in bodies else offices.none()
            limit = Q(membership__body__in=inside)
            for_others = for_others.filter(limit | Q(membership=None) if None in bodies else limit)
        rows = places.order_by().values_list("person_id", "body_id", "body__kind", "role")
        held = offices.order_by().values_list("person_id", "office")
        in_bodies = for_others.filter(membership__in=Membership.objects.lasting(on).filter(_not_over(on, "body__")))
        lent = in_bodies.order_by().values_list(
            "person_id", "membership__body_id", "membership__body__kind", "membership__role"
        )
        in_offices = for_others.filter(appointment__in=Appointment.objects.lasting(on))
        found = {Standing(person, body, kind, role) for person, body, kind, role in [*rows, *lent] if body is not None}
        for person, office in [*held, *in_offices.order_by().values_list("person_id", "appointment__office")]:
            found.add(Standing(person, None, OFFICE, office))
        return found

    def people(self, places: Iterable[tuple[int | None, str]], on: date) -> Q:
        """Return a condition on `User` for those who stand in one of ``places`` (body, role) on that day."""
        seats = lent = Q(pk__in=[])
        offices = []
        for body, role in places:
            if body is None:
                offices.append(role)
            else:
                seats |= Q(body_id=body, role=role)
                lent |= Q(membership__body_id=body, membership__role=role)
        sitting = Membership.objects.running(on).filter(at_work(on, "body__")).filter(seats).values("person")
        appointed = Appointment.objects.running(on).filter(office__in=offices).values("person")
        for_others = standing_in(on).filter(lent | Q(appointment__office__in=offices)).values("person")
        return Q(pk__in=sitting) | Q(pk__in=appointed) | Q(pk__in=for_others)

    def scopes(self) -> Iterable[tuple[int | None, str]]:
        """Return every body that is or will be at work, with its kind, and the offices."""
        bodies = Body.objects.filter(_not_over(clock.today())).order_by().values_list("pk", "kind")
        return [*bodies, (None, OFFICE)]


def _in_words(place: Membership | Appointment, person: "User") -> str:
    """Return the place in words, with whose it is where ``person`` stands in for the holder; no longer than the trail has room for."""
    if isinstance(place, Membership):
        words = _("%(role)s in %(body)s") % {"role": place.get_role_display(), "body": place.body.name}
    else:
        words = place.get_office_display()
    if place.person_id == person.pk:
        return words
    return (_("%(place)s, standing in for %(name)s") % {"place": words, "name": place.person.name})[:200]


#: Put into words where it is read: a page in the reader's language, the trail in the municipality's.
_label = lazy(_in_words, str)
