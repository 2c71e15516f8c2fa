"""The routing of proposals as data: where one comes in, and which body comes next.

Judged as a whole, so that no road is without an end.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.organisation import body_kinds
from forum.organisation.enums import DecidesBy
from forum.organisation.models import Body, Unit
from proposals.enums import IntakeKind, Origin
from proposals.models import Intake
from trepart.alphabet import norwegian


@dataclass(frozen=True)
class Problem:
    """One fault in the roads: the body it was found at (None: the way in itself) and what is wrong."""

    body: Body | None
    message: str | Promise


def next_body(body: Body) -> Body | None:
    """Return where ``body`` sends what it cannot decide itself; None for a body that decides finally within the portal.

    The municipal council is outside the portal: a case goes there by a decision of its own, never as the next body.
    """
    superior = body.superior
    if superior is None or not superior.is_active or superior.kind in body_kinds.OUTSIDE:
        return None
    return superior


def entry(origin: Origin | str, unit: Unit | None = None) -> Body | None:
    """Return the body a proposal of ``origin`` comes in to, or None where there is none. ``unit`` is the
    workplace of an employee's.

    A unit that has neither LMU nor leader of its own uses those of the nearest one above it. Without a row for the
    origin, Øvre Eiker's road holds: an employee's goes to the workplace, everybody else's to the coordination group.
    """
    intake = Intake.objects.filter(origin=origin).select_related("body__superior").first()
    if intake is not None and intake.kind == IntakeKind.BODY:
        return intake.body if intake.body and intake.body.is_active else None
    if origin != Origin.EMPLOYEE:
        groups = Body.objects.filter(kind__in=body_kinds.ENTRY).select_related("superior").order_by("pk")
        return next((body for body in groups if body.is_active), None)
    return nearest_local(unit) if unit is not None else None


def nearest_local(unit: Unit) -> Body | None:
    """Return the LMU at work in ``unit``, or its leader where it has none (Lunner's model); else those of the
    nearest unit above it."""
    seen: set[int] = set()
    place: Unit | None = unit
    while place is not None and place.pk not in seen:
        seen.add(place.pk)
        found = Body.objects.filter(kind__in=body_kinds.LOCAL, unit=place).select_related("superior", "unit")
        active = next((body for body in found if body.is_active), None)
        if active is not None:
            return active
        place = place.parent
    return None


def ways_into(bodies: Collection[int]) -> dict[Origin, list[int] | None]:
    """Return which proposals come in to one of ``bodies`` (ids): each origin, for employees with the units, None where
    it does not go by the unit."""
    if not bodies:
        return {}
    found: dict[Origin, list[int] | None] = {}
    for origin in Origin:
        by_unit = origin == Origin.EMPLOYEE and not Intake.objects.filter(origin=origin, kind=IntakeKind.BODY).exists()
        if by_unit:
            units = _served_by(bodies)
            if units:
                found[origin] = units
        elif (body := entry(origin)) is not None and body.pk in bodies:
            found[origin] = None
    return found


def _served_by(bodies: Collection[int]) -> list[int]:
    """Return the open units whose LMU, or leader, or the nearest above, is one of ``bodies``; three queries
    however many units there are."""
    above = dict(Unit.objects.values_list("pk", "parent"))
    groups = Body.objects.filter(kind__in=body_kinds.LOCAL, unit__isnull=False).order_by("-pk")
    nearest = {body.unit_id: body.pk for body in groups if body.is_active}
    found = []
    for unit in Unit.objects.filter(closed_on__isnull=True).values_list("pk", flat=True):
        place: int | None = unit
        seen: set[int] = set()
        while place is not None and place not in nearest and place not in seen:
            seen.add(place)
            place = above.get(place)
        if place is not None and nearest.get(place) in bodies:
            found.append(unit)
    return found


def ahead(body: Body) -> Iterator[Body]:
    """Yield the bodies that may come after ``body``, in order; stops where a loop would begin."""
    seen = {body.pk}
    following = next_body(body)
    while following is not None and following.pk not in seen:
        seen.add(following.pk)
        yield following
        following = next_body(following)


def below(body: Body) -> QuerySet[Body]:
    """Return the bodies that send to ``body``."""
    return Body.objects.filter(superior=body, active_from__isnull=False, closed_on__isnull=True).order_by(
        norwegian("name")
    )


def problems(intakes: "list[Intake] | None" = None) -> list[Problem]:
    """Return what is wrong with the roads, each fault once; an empty list when every way in leads to a
    body that can decide finally.

    ``intakes`` are the ways in to judge (what is about to be saved); the saved ones unless said.
    """
    bodies = {body.pk: body for body in Body.objects.select_related("superior")}
    ways = list(Intake.objects.select_related("body")) if intakes is None else intakes
    kinds = {way.origin: way for way in ways}
    found: list[Problem] = []
    entries: list[Body] = []
    for origin in Origin:
        way = kinds.get(origin.value)
        if way is not None and way.kind == IntakeKind.BODY:
            body = bodies.get(way.body_id or 0)
            if body is None or not body.is_active:
                found.append(
                    Problem(
                        body,
                        _("Proposals from %(origin)s come in to a body that is not at work.")
                        % {"origin": origin.label},
                    )
                )
            else:
                entries.append(body)
                if origin == Origin.PART and body.decides_by == DecidesBy.LEADER:
                    found.append(Problem(body, _STRAIGHT % {"body": body}))
        elif origin == Origin.EMPLOYEE:
            entries += [body for body in bodies.values() if body.is_local and body.is_active]
        elif way is not None:
            found.append(
                Problem(
                    None,
                    _("Proposals from %(origin)s come from no workplace: choose the body that receives them.")
                    % {"origin": origin.label},
                )
            )
        else:
            entries += _groups(bodies)[:1]
    seen: set[tuple[int | None, str]] = set()
    for body in entries:
        fault = _fault(body, bodies)
        if fault is not None and (fault.body.pk if fault.body else None, str(fault.message)) not in seen:
            seen.add((fault.body.pk if fault.body else None, str(fault.message)))
            found.append(fault)
    return found


def _groups(bodies: dict[int, Body]) -> list[Body]:
    """Return the coordination groups at work: the first receives what no row of its own says otherwise
    about (:func:`entry`)."""
    return [bodies[pk] for pk in sorted(bodies) if bodies[pk].kind in body_kinds.ENTRY and bodies[pk].is_active]


#: A part of a three-party body is equal to the others: nobody selects which of its cases the body gets (R2).
_STRAIGHT = gettext_lazy(
    "%(body)s is one leader. A part of the three-party body puts its cases straight to the body: choose that."
)


def leads_on(body: Body) -> bool:
    """Say whether a proposal that comes to ``body`` can go on from there to an end."""
    return _fault(body, {each.pk: each for each in Body.objects.select_related("superior")}) is None


#: Why a road cannot end with a body that decides this way; what decides by vote can.
_CANNOT_END = {
    DecidesBy.CONSENSUS: gettext_lazy(
        "%(body)s decides by consensus and has nobody to send to: where it does not agree, the road ends."
    ),
    DecidesBy.LEADER: gettext_lazy(
        "%(body)s is one leader and has nobody to send to: what is for the three parties to decide ends there."
    ),
}


def _fault(start: Body, bodies: dict[int, Body]) -> Problem | None:
    """Walk from ``start`` and return the first fault on the way."""
    walked: list[Body] = [start]
    while True:
        here = walked[-1]
        superior = bodies.get(here.superior_id or 0)
        if superior is None or superior.kind in body_kinds.OUTSIDE:
            stuck = _CANNOT_END.get(DecidesBy(here.decides_by))
            return Problem(here, stuck % {"body": here}) if stuck else None
        if superior in walked:
            names = " → ".join(str(body) for body in [*walked[walked.index(superior) :], superior])
            return Problem(superior, _("The bodies send in a ring: %(names)s.") % {"names": names})
        if not superior.is_active:
            return Problem(
                here, _("%(body)s sends on to %(next)s, which is not at work.") % {"body": here, "next": superior}
            )
        walked.append(superior)


def saying(found: list[Problem]) -> dict[str, object]:
    """Return the problems as Django's ``ValidationError`` takes them."""
    return {"__all__": [problem.message for problem in found]}


#: What stands in the way of a proposal from others than employees where no body receives them.
NOBODY_RECEIVES = gettext_lazy(
    "The municipality does not receive proposals from the public here yet. The service centre can tell you "
    "where to turn."
)
#: What stands in the way of a proposal from a workplace nobody receives proposals for.
NO_WAY_IN = gettext_lazy(
    "No group receives proposals from this workplace yet. Your leader or union representative can tell the "
    "administrator."
)
