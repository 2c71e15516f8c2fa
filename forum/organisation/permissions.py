"""Who may what in the organisation, and the rules the other rooms build theirs from."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from forum.organisation import body_kinds
from forum.organisation.models import Appointment, Body, Employment
from trepart.access import grants
from trepart.access.policy import Permission, register
from trepart.access.rules import EVERYTHING, NOTHING, Everyone, InBody, InOffice, Personal, When

if TYPE_CHECKING:
    from trepart.access.models import User


def body_of(obj: Any) -> Body:
    """Return the body that ``obj`` belongs to: itself, or that of a meeting, an agenda item, minutes, a
    referral or a membership."""
    if isinstance(obj, Body):
        return obj
    body: Body = getattr(obj, "meeting", obj).body
    return body


def body_ids(obj: Any) -> list[int]:
    """Return the id of the body that ``obj`` belongs to, as the rules want it, without fetching the body."""
    if isinstance(obj, Body):
        return [obj.pk]
    return [getattr(obj, "meeting", obj).body_id]


def body_ids_upwards(obj: object) -> list[int]:
    """Return the ids of the body that ``obj`` belongs to and of every body above it."""
    found: list[int] = []
    body: Body | None = body_of(obj)
    while body is not None and body.pk not in found:
        found.append(body.pk)
        body = body.superior if body.superior_id else None
    return found


def within(path: str) -> Callable[[Collection[int]], Q]:
    return lambda ids: Q(**{f"{path}__in": ids})


#: The bodies with these numbers and all below them. One question inside the question: a join for every step of the road
#: was more than the database plans well.
_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT unnest(%s::bigint[]) UNION
    SELECT body.id FROM organisation_body body JOIN below ON body.superior_id = below.id
) SELECT id FROM below
"""


def within_or_below(path: str) -> Callable[[Collection[int]], Q]:
    """Return the condition that the body at ``path`` ("pk" for the body itself) is one of the ids or
    stands below one of them."""
    return lambda ids: Q(**{f"{path}__in": RawSQL(_BELOW, [sorted(ids)])})  # noqa: S611 (our own words)


def _works_in_unit(person: "User", obj: object, on: date) -> bool:
    body = body_of(obj)
    if not body.kind_row.read_by_workplace:
        return False
    return body.unit_id in grants.of(person).workplaces


def _of_own_unit(path: str) -> Callable[["User", date], Q]:
    prefix = f"{path}__" if path else ""

    def mine(person: "User", on: date) -> Q:
        return Q(
            **{
                f"{prefix}kind__in": body_kinds.READ_BY_WORKPLACE,
                f"{prefix}unit__in": list(grants.of(person).workplaces),
            }
        )

    return mine


def _who_works_in_unit(obj: object, on: date) -> Q:
    body = body_of(obj)
    if not body.kind_row.read_by_workplace:
        return Q(pk__in=[])
    return Q(pk__in=Employment.objects.running(on).filter(unit=body.unit_id).values("person"))


def employees_of_the_unit(path: str) -> Personal:
    """Return the rule for those employed in the unit of an LMU: what it does is theirs to read."""
    return Personal(test=_works_in_unit, mine=_of_own_unit(path), whose=_who_works_in_unit)


register(
    Permission(
        name="forum.view_body",
        label=_("see the body's own page"),
        rule=(When(test=lambda body: body.active_from is not None, where=Q(active_from__isnull=False)) & Everyone())
        | InOffice(),
    ),
    Permission(
        name="forum.view_internal",
        label=_("see what the body keeps to itself: its queue, its log, its members' names"),
        rule=InBody(bodies=body_ids_upwards, where=within_or_below("pk")) | employees_of_the_unit(""),
    ),
    Permission(
        name="forum.view_queue",
        label=_("see the body's queue of cases"),
        rule=InBody(bodies=body_ids, where=within("pk")),
    ),
    Permission(
        name="forum.manage_organisation",
        label=_("enter units, bodies, members and employees"),
        rule=InOffice(),
    ),
)

#: A place or an office is its holder's own: they choose who stands in for them.
_OWN_PLACE = Personal(
    test=lambda person, place, on: place is not None and place.person_id == person.pk,
    mine=lambda person, on: Q(person=person),
    whose=lambda place, on: Q(pk=place.person_id),
)
register(
    Permission(
        name="forum.choose_stand_in",
        label=_("choose who stands in for a place or an office while its holder is away"),
        rule=_OWN_PLACE | InOffice(),
    ),
)


def leader_of_the_workplace(path: str) -> Personal:
    """Return the rule for whoever leads the workplace at ``path`` of the thing: receives what the workplace is asked
    for, with an LMU or without."""
    return Personal(
        test=lambda person, obj, on: grants.of(person).workplaces.get(getattr(obj, f"{path}_id"), False),
        mine=lambda person, on: Q(
            **{f"{path}__in": [unit for unit, leads in grants.of(person).workplaces.items() if leads]}
        ),
        whose=lambda obj, on: Q(
            pk__in=Employment.objects.running(on)
            .filter(unit=getattr(obj, f"{path}_id") or 0, leads=True)
            .values("person")
        ),
    )


def local_group_at(path: str) -> InBody:
    """Return the rule for the group at the workplace at ``path``, or its leader in the line: what the workplace is
    asked for is never nobody's.

    So whoever stands in for the leader has it, and where the leader is gone, the deputy leader or
    the next one in the place.
    """

    def bodies(obj: object) -> list[int]:
        unit = getattr(obj, f"{path}_id")
        return (
            []
            if unit is None
            else list(Body.objects.filter(unit=unit, kind__in=body_kinds.LOCAL).values_list("pk", flat=True))
        )

    return InBody(
        bodies,
        lambda held: Q(**{f"{path}__in": Body.objects.filter(pk__in=held, kind__in=body_kinds.LOCAL).values("unit")}),
    )


def _in_the_house(person: "User", on: date) -> bool:
    from forum.organisation.queries.bodies import is_employee  # the queries read the permissions' module

    return is_employee(person)


def _all_in_the_house(on: date) -> Q:
    return Q(pk__in=Employment.objects.running(on).values("person")) | Q(
        pk__in=Appointment.objects.running(on).values("person")
    )


#: "All employees": those who are employed, or hold an office of the municipality; a seat in a body is neither.
EMPLOYEE = Personal(
    test=lambda person, obj, on: _in_the_house(person, on),
    mine=lambda person, on: EVERYTHING if _in_the_house(person, on) else NOTHING,
    whose=lambda obj, on: _all_in_the_house(on),
)
