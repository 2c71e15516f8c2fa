"""Who may what in this room. Each owner appends below a header of its own; roles are given them in `trepart/access/roles.py`."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.enums import BodyKind
from forum.models import AgendaItem, Attendance, Body, Employment, Meeting, Minutes
from trepart.access import policy
from trepart.access.policy import Permission, register
from trepart.access.rules import Everyone, InBody, InOffice, Personal, When

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.audit.models import Event

#: How many steps up the line of superior bodies a list looks (LMU, coordination group, committee, council, and one to spare).
_LEVELS = 5


def body_of(obj: Any) -> Body:
    """Return the body that ``obj`` belongs to: itself, or that of a meeting, an agenda item, minutes, a referral or a membership."""
    if isinstance(obj, Body):
        return obj
    if isinstance(obj, AgendaItem | Minutes):
        obj = obj.meeting
    body: Body = obj.body
    return body


def body_ids(obj: Any) -> list[int]:
    """Return the id of the body that ``obj`` belongs to, as the rules want it, without fetching the body."""
    if isinstance(obj, Body):
        return [obj.pk]
    if isinstance(obj, AgendaItem | Minutes):
        obj = obj.meeting
    return [obj.body_id]


def body_ids_upwards(obj: Any) -> list[int]:
    """Return the ids of the body that ``obj`` belongs to and of every body above it."""
    found: list[int] = []
    body: Body | None = body_of(obj)
    while body is not None and body.pk not in found:
        found.append(body.pk)
        body = body.superior if body.superior_id else None
    return found


def _in(path: str) -> Callable[[Collection[int]], Q]:
    return lambda ids: Q(**{f"{path}__in": ids})


def _in_or_below(path: str) -> Callable[[Collection[int]], Q]:
    """Return the condition that the body at ``path`` ("" for the body itself) is one of the ids or stands below one of them."""

    def where(ids: Collection[int]) -> Q:
        found = Q(**{f"{path or 'pk'}__in": ids})
        step = path
        for _level in range(_LEVELS):
            step = f"{step}__superior" if step else "superior"
            found |= Q(**{f"{step}__in": ids})
        return found

    return where


def _works_in_unit(person: "User", obj: Any, on: date) -> bool:
    body = body_of(obj)
    if body.kind != BodyKind.LMU:
        return False
    return Employment.objects.running(on).filter(person=person, unit=body.unit_id).exists()


def _of_own_unit(path: str) -> Callable[["User", date], Q]:
    prefix = f"{path}__" if path else ""

    def mine(person: "User", on: date) -> Q:
        units = Employment.objects.running(on).filter(person=person).values("unit")
        return Q(**{f"{prefix}kind": BodyKind.LMU, f"{prefix}unit__in": units})

    return mine


def _who_works_in_unit(obj: Any, on: date) -> Q:
    body = body_of(obj)
    if body.kind != BodyKind.LMU:
        return Q(pk__in=[])
    return Q(pk__in=Employment.objects.running(on).filter(unit=body.unit_id).values("person"))


def _unit_employees(path: str) -> Personal:
    """Return the rule for those employed in the unit of an LMU: what it does is theirs to read."""
    return Personal(test=_works_in_unit, mine=_of_own_unit(path), whose=_who_works_in_unit)


#: For rights asked about a meeting, an agenda item or minutes; lists are of meetings.
IN_OWN_BODY = InBody(bodies=body_ids, where=_in("body"))

# Organisation ---------------------------------------------------------------------------------------------------------
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
        rule=InBody(bodies=body_ids_upwards, where=_in_or_below("")) | _unit_employees(""),
    ),
    Permission(
        name="forum.view_queue",
        label=_("see the body's queue of cases"),
        rule=InBody(bodies=body_ids, where=_in("pk")),
    ),
    Permission(
        name="forum.manage_organisation",
        label=_("enter units, bodies, members and employees"),
        rule=InOffice(),
    ),
)

# Meetings -------------------------------------------------------------------------------------------------------------


def _meeting_of(obj: Any) -> Meeting | None:
    if isinstance(obj, AgendaItem | Minutes):
        return obj.meeting
    return obj if isinstance(obj, Meeting) else None


def _is_called_as_deputy(person: "User", obj: Any, on: date) -> bool:
    meeting = _meeting_of(obj)
    if meeting is None:
        return False
    called = meeting.attendances.filter(membership__person=person, stands_for__isnull=False, present=True)
    return called.exists()


def _who_is_called_as_deputy(obj: Any, on: date) -> Q:
    meeting = _meeting_of(obj)
    if meeting is None:
        return Q(pk__in=[])
    return Q(pk__in=meeting.attendances.filter(stands_for__isnull=False, present=True).values("membership__person"))


#: A deputy who has been called to a meeting reads and hears what its members do (koml § 8-1, R5).
_SEATED_DEPUTY = Personal(
    test=_is_called_as_deputy,
    mine=lambda person, on: Q(
        pk__in=Attendance.objects.filter(membership__person=person, stands_for__isnull=False, present=True).values(
            "meeting"
        )
    ),
    whose=_who_is_called_as_deputy,
)

register(
    Permission(
        name="forum.view_meeting",
        label=_("see the body's meetings"),
        rule=(
            When(test=lambda obj: body_of(obj).meetings_open, where=Q(body__meetings_open=True)) & Everyone()
            | InBody(bodies=body_ids_upwards, where=_in_or_below("body"))
            | _unit_employees("body")
        ),
    ),
    Permission(
        name="forum.view_closed",
        label=_("see items treated behind closed doors"),
        rule=IN_OWN_BODY | _SEATED_DEPUTY,
    ),
    Permission(name="forum.plan_meeting", label=_("plan, call and cancel meetings"), rule=IN_OWN_BODY),
    Permission(
        name="forum.run_meeting", label=_("run a meeting: who met, motions, votes and decisions"), rule=IN_OWN_BODY
    ),
    Permission(name="forum.log_meeting", label=_("write down a meeting in the LMU's log"), rule=IN_OWN_BODY),
)

# Minutes --------------------------------------------------------------------------------------------------------------
register(
    Permission(name="forum.write_minutes", label=_("write the minutes"), rule=IN_OWN_BODY),
    Permission(name="forum.publish_minutes", label=_("publish and correct the minutes"), rule=IN_OWN_BODY),
    Permission(name="forum.approve_minutes", label=_("approve the minutes"), rule=IN_OWN_BODY),
)


def behind_closed_doors(event: "Event", reader: Any) -> bool:
    """Say whether ``event`` tells of an item behind closed doors, or of an exempt case, and is to be kept from ``reader`` (a curtain of the timeline, R8)."""
    if event.subject_type != AgendaItem._meta.label_lower:
        return False
    item = getattr(event, "thing", None)
    closed = event.data.get("closed") or (isinstance(item, AgendaItem) and item.is_kept)
    return bool(closed) and not (isinstance(item, AgendaItem) and policy.can(reader, "forum.view_closed", item))
