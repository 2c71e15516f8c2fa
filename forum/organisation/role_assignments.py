"""The truth about who stands where: what `trepart.access` asks, answered from memberships and appointments."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from forum.organisation.body_kinds import BODY_KINDS
from forum.organisation.enums import BodyKind, DecidesBy, OfficeKind, Role
from forum.organisation.models import Appointment, Body, Membership, StandIn
from trepart import clock
from trepart.access.role_assignments import Running, Standing

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
    """Return who stands in for somebody that day: within its own days, while the place or office
    runs, in a body at work."""
    place = _runs(on, "membership__") & at_work(on, "membership__body__")
    return StandIn.objects.running(on).filter(place | _runs(on, "appointment__"))


_PLACES, _OFFICES, _WORK = 1, 2, 3
#: Everything that runs for one person, in one question: it is asked on every page and in every write, and the ORM's own
#: work on it cost more than the answer.
_RUNNING = f"""
WITH lent AS MATERIALIZED (
    SELECT membership_id, appointment_id FROM organisation_standin
    WHERE person_id = %(person)s AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to >= %(on)s)
)
SELECT {_PLACES},
    body.id, body.kind, place.role, body.name, place.deputy_number, place.id, place.person_id = %(person)s,
    holder.name
FROM organisation_membership place
JOIN organisation_body body ON body.id = place.body_id
JOIN access_user holder ON holder.id = place.person_id
WHERE (place.person_id = %(person)s OR place.id = ANY(ARRAY(SELECT membership_id FROM lent)))
    AND place.valid_from <= %(on)s AND (place.valid_to IS NULL OR place.valid_to >= %(on)s)
    AND body.active_from <= %(on)s AND (body.closed_on IS NULL OR body.closed_on > %(on)s)
UNION ALL
SELECT {_OFFICES}, NULL, '{OFFICE}', office.office, '', NULL, office.person_id, office.person_id = %(person)s,
    holder.name
FROM organisation_appointment office
JOIN access_user holder ON holder.id = office.person_id
WHERE (office.person_id = %(person)s OR office.id = ANY(ARRAY(SELECT appointment_id FROM lent)))
    AND office.valid_from <= %(on)s AND (office.valid_to IS NULL OR office.valid_to >= %(on)s)
UNION ALL
SELECT {_WORK}, work.unit_id, '', '', '', NULL, NULL, bool_or(work.leads), ''
FROM organisation_employment work
WHERE work.person_id = %(person)s AND work.valid_from <= %(on)s AND (work.valid_to IS NULL OR work.valid_to >= %(on)s)
GROUP BY work.unit_id
ORDER BY 1, 5, 4, 6, 7
"""  # noqa: S608 (three numbers and a word of our own)


class Memberships:
    """The `StandingSource` of the portal. A place counts from its first day to the end of its last,
    in a body that is at work.

    Whoever stands in for somebody stands where that person does, on the days agreed on
    (`forum.organisation.services.stand_ins`), and it says so.
    """

    def running(self, person: "User", on: date) -> Running:
        """Return where ``person`` stands on that day, bodies first, then offices (body None), and where the person
        is employed. One query."""
        with connection.cursor() as cursor:
            cursor.execute(_RUNNING, {"person": person.pk, "on": on})
            rows = cursor.fetchall()
        places = [
            Standing(person.pk, body, kind, role, _label(role, name, kind, holder, own), own)
            for sort, body, kind, role, name, _number, _pk, own, holder in rows
            if sort != _WORK
        ]
        return Running(tuple(places), {row[1]: row[7] for row in rows if row[0] == _WORK})

    def lasting(self, on: date, bodies: Collection[int | None] | None = None) -> Iterable[Standing]:
        """Return everything that has not ended before ``on``, coming places included; ``bodies`` limits it
        (None inside: offices)."""
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


def place_in_words(role: str, body: str, kind: str) -> str:
    """Return a place in ``body`` in words. A body that is one leader has the name of it: "Leder, Granli skole"."""
    if role == Role.LEADER and BODY_KINDS[BodyKind(kind)].decides_by == DecidesBy.LEADER:
        return body
    return _("%(role)s in %(body)s") % {"role": Role(role).label, "body": body}


def _in_words(role: str, body: str, kind: str, holder: str, own: bool) -> str:
    """Return the place in words, with whose it is where somebody stands in for the holder; no longer than
    the trail has room for."""
    words = place_in_words(role, body, kind) if body else str(OfficeKind(role).label)
    return words if own else (_("%(place)s, standing in for %(name)s") % {"place": words, "name": holder})[:200]


#: Put into words where it is read: a page in the reader's language, the trail in the municipality's.
_label = lazy(_in_words, str)
