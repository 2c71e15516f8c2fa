"""The routing of proposals changed as a whole: where each kind enters, and who sends on to whom.

Judged as a whole, looked at before it is saved, and no proposal that is under way is lost by it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.cases.enums import ReferralStatus
from forum.cases.models import Referral
from forum.organisation import body_kinds
from forum.organisation.models import Body
from forum.organisation.services.grants import acting as office_of
from proposals.enums import IntakeKind, Origin
from proposals.models import Intake
from proposals.routing import road
from trepart import audit
from trepart.access.models import User
from trepart.alphabet import sort_key
from trepart.workflow import reserve_pk


@dataclass(frozen=True)
class Plan:
    """A whole road: where proposals of each origin enter (None: the workplace, its LMU or its leader), and whom each
    body sends on to (None: nobody)."""

    entries: Mapping[Origin, Body | None]
    superiors: Mapping[int, int | None]


@dataclass
class Stop:
    """One body on a drawn road, with the faults found there."""

    words: str
    url: str = ""
    faults: list[str] = field(default_factory=list)
    ends: bool = False


@dataclass
class Drawn:
    """The road of one origin, as it is drawn: one line for each way it can begin."""

    origin: str
    lines: list[list[Stop]]


@dataclass
class Outlook:
    """How a road would be: drawn, with its faults, and what it means for proposals that are under way."""

    drawn: list[Drawn]
    problems: list[road.Problem]
    under_way: list[str]


def state() -> str:
    """Return what the road is now, as a short word: two administrators at once are told by it."""
    intakes = sorted(Intake.objects.values_list("origin", "kind", "body"))
    superiors = sorted(Body.objects.values_list("pk", "superior"))
    return hashlib.sha256(repr((intakes, superiors)).encode()).hexdigest()[:16]


def bodies_on_the_road() -> list[Body]:
    """Return the bodies that can send on or be sent to: at work, no village council and not the municipal council; by
    name, those of the workplaces last."""
    found = [
        body
        for body in Body.objects.select_related("superior")
        if body.is_active and body.kind not in body_kinds.NEVER_NEXT
    ]
    return sorted(found, key=lambda body: (body.is_local, sort_key(body.name)))


def today() -> Plan:
    """Return the road as it is."""
    ways = {way.origin: way for way in Intake.objects.select_related("body")}
    entries: dict[Origin, Body | None] = {}
    for origin in Origin:
        way = ways.get(origin.value)
        if way is not None:
            entries[origin] = way.body if way.kind == IntakeKind.BODY else None
        else:
            entries[origin] = None if origin == Origin.EMPLOYEE else road.entry(origin)
    return Plan(entries, dict(Body.objects.values_list("pk", "superior")))


def look_at(plan: Plan | None = None) -> Outlook:
    """Return how the road is (no plan), or would be: everything is written, looked at, and taken back."""
    before = dict(Body.objects.values_list("pk", "superior"))
    with _tried(plan):
        problems = _problems()
        return Outlook(_draw(problems), problems, _under_way(before) if plan else [])


def hold() -> None:
    """Hold the road to the end of the transaction: nobody else changes it meanwhile."""
    list(Body.objects.select_for_update(no_key=True).order_by("pk"))
    list(Intake.objects.select_for_update().order_by("pk"))


@transaction.atomic
def change_road(plan: Plan, *, seen: str, actor: User | None) -> None:
    """Make ``plan`` the road, all of it or nothing.

    Raises ``ValidationError`` where the road has changed since ``seen`` was shown (code "stale"), and where a road
    would have no end, a loop, or a body that is not at work, naming each fault.
    """
    hold()
    if seen and seen != state():
        raise ValidationError(
            _(
                "Somebody else has changed the road since you opened the page. Your choices stand here; look "
                "at the drawing before you save."
            ),
            code="stale",
        )
    _write(plan, actor)
    if found := _problems():
        raise ValidationError(road.saying(found))


def _write(plan: Plan, actor: User | None) -> None:
    acting = office_of(actor)
    for body in Body.objects.filter(pk__in=plan.superiors):
        wanted = plan.superiors[body.pk]
        if body.superior_id == wanted:
            continue
        if body.pk == wanted:
            raise ValidationError(_("%(body)s cannot send on to itself.") % {"body": body})
        body.superior_id = wanted
        with audit.recorded(
            "forum.body_changed", actor=actor, subject=body, acting=acting, data={"fields": ["superior"]}
        ):
            body.save(update_fields=["superior"])
    for origin, entry in plan.entries.items():
        way = Intake.objects.filter(origin=origin).first()
        kind = IntakeKind.UNIT_LMU if entry is None else IntakeKind.BODY
        if kind == IntakeKind.UNIT_LMU and origin != Origin.EMPLOYEE:
            # Nothing is written down: then the coordination group receives it, where there is one.
            continue
        if way is not None and way.kind == kind and way.body_id == (entry.pk if entry else None):
            continue
        adding = way is None
        way = way or Intake(pk=reserve_pk(Intake), origin=origin)
        way.kind, way.body = kind, entry
        data = {"origin": origin, "kind": kind, "body": entry.name if entry else ""}
        with audit.recorded("proposals.intake_set", actor=actor, subject=way, acting=acting, data=data):
            way.save(force_insert=adding)


class _TakenBack(Exception):  # no error: the end of a try
    """Ends a try."""


@contextmanager
def _tried(plan: Plan | None) -> Iterator[None]:
    """Within the block the road is as in ``plan``; afterwards as it was, with nothing left in the trail."""
    if plan is None:
        yield
        return
    try:
        with transaction.atomic():
            _write(plan, None)
            yield
            raise _TakenBack
    except _TakenBack:
        pass


def _problems() -> list[road.Problem]:
    """Return what is wrong anywhere: on the roads that begin somewhere, and rings of bodies
    that no road reaches yet."""
    found = road.problems()
    said = {str(problem.message) for problem in found}
    bodies = {body.pk: body for body in Body.objects.all()}
    for start in bodies.values():
        walked: list[int] = []
        here: int | None = start.pk
        while here is not None and here not in walked:
            walked.append(here)
            here = bodies[here].superior_id
        if here == start.pk and min(walked) == start.pk:
            names = " → ".join(str(bodies[pk]) for pk in [*walked, here])
            fault = road.Problem(start, _("The bodies send in a ring: %(names)s.") % {"names": names})
            ring = set(walked)
            if (
                not any(p.body and p.body.pk in ring and "→" in str(p.message) for p in found)
                and fault.message not in said
            ):
                found.append(fault)
    return found


def _draw(problems: list[road.Problem]) -> list[Drawn]:
    faults: dict[int, list[str]] = {}
    for problem in problems:
        if problem.body is not None:
            faults.setdefault(problem.body.pk, []).append(str(problem.message))
    bodies = {body.pk: body for body in Body.objects.select_related("superior")}
    plan = today()
    drawn = []
    for origin in Origin:
        entry = plan.entries[origin]
        if entry is not None:
            lines = [_line(entry, bodies, faults)]
        elif origin == Origin.EMPLOYEE:
            lines = _local_lines(bodies, faults)
        else:
            lines = [[Stop(_("nobody receives them"), faults=[_("There is no body for these to come in to.")])]]
        drawn.append(Drawn(str(origin.label), lines))
    return drawn


def _local_lines(bodies: dict[int, Body], faults: dict[int, list[str]]) -> list[list[Stop]]:
    """Return one line for all workplaces that go the same way: forty lines that say the same are one."""
    ways: dict[tuple[int | None, str], list[Body]] = {}
    for body in bodies.values():
        if body.is_local and body.is_active:
            ways.setdefault((body.superior_id, body.kind), []).append(body)
    lines = []
    for (superior, kind), lmus in sorted(ways.items(), key=lambda way: -len(way[1])):
        words = str(lmus[0]) if len(lmus) == 1 else body_kinds.BODY_KINDS[kind].several % {"n": len(lmus)}
        own = sorted({fault for lmu in lmus for fault in faults.get(lmu.pk, [])})[:3]
        rest = _line(bodies[superior], bodies, faults) if superior in bodies else []
        lines.append([Stop(words, lmus[0].get_absolute_url() if len(lmus) == 1 else "", own, ends=not rest), *rest])
    return lines


def _line(start: Body, bodies: dict[int, Body], faults: dict[int, list[str]]) -> list[Stop]:
    stops: list[Stop] = []
    seen: set[int] = set()
    here: Body | None = start
    while here is not None:
        again = here.pk in seen
        own = list(faults.get(here.pk, []))
        if not here.is_active and here.kind not in body_kinds.OUTSIDE:
            own.append(_("is not at work"))
        stops.append(Stop(here.name, here.get_absolute_url(), [_("back to where it was")] if again else own))
        if again:
            break
        seen.add(here.pk)
        here = bodies.get(here.superior_id or 0)
    stops[-1].ends = True
    return stops


def _under_way(before: Mapping[int, int | None]) -> list[str]:
    """Return, in sentences, what the change means for proposals that wait somewhere now: they stay where they are,
    and go on the new way."""
    bodies = {body.pk: body for body in Body.objects.all()}
    changed = [pk for pk, body in bodies.items() if before.get(pk) != body.superior_id]
    if not changed:
        return []
    waiting = Counter(
        Referral.objects.exclude(status=ReferralStatus.CLOSED).filter(body__in=changed).values_list("body", flat=True)
    )
    together: Counter[tuple[str, str, str]] = Counter()
    for pk in changed:
        if waiting[pk]:
            body, old, new = bodies[pk], bodies.get(before.get(pk) or 0), bodies.get(bodies[pk].superior_id or 0)
            where = _("the workplaces") if body.is_local else body.name
            together[where, old.name if old else "", new.name if new else ""] += waiting[pk]
    found = []
    for (where, old_name, new_name), n in together.items():
        said = {"n": n, "where": where, "old": old_name or _("nobody"), "new": new_name or _("nobody")}
        found.append(
            ngettext(
                "%(n)s proposal waits with %(where)s and was on its way to %(old)s. It stays where it is, and "
                "can be sent on to: %(new)s.",
                "%(n)s proposals wait with %(where)s and were on their way to %(old)s. They stay where they "
                "are, and can be sent on to: %(new)s.",
                n,
            )
            % said
        )
    return found
