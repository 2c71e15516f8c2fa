"""The truth about who stands where: what `trepart.access` asks, answered from memberships and appointments."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from forum.models import Appointment, Body, Membership
from trepart import clock
from trepart.access.standing import Standing

if TYPE_CHECKING:
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


class Memberships:
    """The `StandingSource` of the portal. A place counts from its first day to the end of its last, in a body that is at work."""

    def running(self, person: "User", on: date) -> Iterable[Standing]:
        """Return where ``person`` stands on that day, bodies first, then offices (body None)."""
        places = Membership.objects.running(on).filter(at_work(on, "body__"), person=person).select_related("body")
        found = [
            Standing(
                person.pk,
                m.body_id,
                m.body.kind,
                m.role,
                _("%(role)s in %(body)s") % {"role": m.get_role_display(), "body": m.body.name},
            )
            for m in places
        ]
        offices = Appointment.objects.running(on).filter(person=person)
        return found + [Standing(person.pk, None, OFFICE, a.office, a.get_office_display()) for a in offices]

    def lasting(self, on: date, bodies: Collection[int | None] | None = None) -> Iterable[Standing]:
        """Return everything that has not ended before ``on``, coming places included; ``bodies`` limits it (None inside: offices)."""
        places = Membership.objects.lasting(on).filter(_not_over(on, "body__"))
        offices = Appointment.objects.lasting(on)
        if bodies is not None:
            places = places.filter(body__in=[pk for pk in bodies if pk is not None])
            offices = offices if None in bodies else offices.none()
        rows = places.order_by().values_list("person_id", "body_id", "body__kind", "role")
        held = offices.order_by().values_list("person_id", "office")
        return [Standing(person, body, kind, role) for person, body, kind, role in rows] + [
            Standing(person, None, OFFICE, office) for person, office in held
        ]

    def people(self, places: Iterable[tuple[int | None, str]], on: date) -> Q:
        """Return a condition on `User` for those who stand in one of ``places`` (body, role) on that day."""
        seats = Q(pk__in=[])
        offices = []
        for body, role in places:
            if body is None:
                offices.append(role)
            else:
                seats |= Q(body_id=body, role=role)
        sitting = Membership.objects.running(on).filter(at_work(on, "body__")).filter(seats).values("person")
        appointed = Appointment.objects.running(on).filter(office__in=offices).values("person")
        return Q(pk__in=sitting) | Q(pk__in=appointed)

    def scopes(self) -> Iterable[tuple[int | None, str]]:
        """Return every body that is or will be at work, with its kind, and the offices."""
        bodies = Body.objects.filter(_not_over(clock.today())).order_by().values_list("pk", "kind")
        return [*bodies, (None, OFFICE)]
