"""Who may what in this room. Each owner appends below a header of its own; roles are given them in `trepart/access/roles.py`."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from forum.enums import LOCAL, SEATED, BodyKind, CaseAccess, MovementKind, OpinionStatus
from forum.models import (
    AgendaItem,
    Appointment,
    Attendance,
    Body,
    Employment,
    Meeting,
    Membership,
    Minutes,
    MinutesSigner,
    Movement,
    Opinion,
    Referral,
)
from forum.standing import at_work
from trepart.access import grants, policy
from trepart.access.policy import Permission, register
from trepart.access.rules import EVERYTHING, NOTHING, Everyone, InBody, InOffice, Personal, When

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.audit.models import Event


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


#: The bodies with these numbers and all below them. One question inside the question: a join for every step of the road was more than the database plans well.
_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT unnest(%s::bigint[]) UNION SELECT body.id FROM forum_body body JOIN below ON body.superior_id = below.id
) SELECT id FROM below
"""


def _in_or_below(path: str) -> Callable[[Collection[int]], Q]:
    """Return the condition that the body at ``path`` ("pk" for the body itself) is one of the ids or stands below one of them."""
    return lambda ids: Q(**{f"{path}__in": RawSQL(_BELOW, [sorted(ids)])})  # noqa: S611 (our own words)


def _works_in_unit(person: "User", obj: Any, on: date) -> bool:
    body = body_of(obj)
    if body.kind != BodyKind.LMU:
        return False
    return body.unit_id in grants.of(person).workplaces


def _of_own_unit(path: str) -> Callable[["User", date], Q]:
    prefix = f"{path}__" if path else ""

    def mine(person: "User", on: date) -> Q:
        return Q(**{f"{prefix}kind": BodyKind.LMU, f"{prefix}unit__in": list(grants.of(person).workplaces)})

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
        rule=InBody(bodies=body_ids_upwards, where=_in_or_below("pk")) | _unit_employees(""),
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

# Meetings -------------------------------------------------------------------------------------------------------------


def _meeting_of(obj: Any) -> Meeting | None:
    if isinstance(obj, AgendaItem | Minutes):
        return obj.meeting
    return obj if isinstance(obj, Meeting) else None


#: Deputies who took a seat while the meeting lasted, for the rest of it.
_SAT_IN = Movement.objects.filter(kind=MovementKind.CAME, stands_for__isnull=False, only=False)


def _is_called_as_deputy(person: "User", obj: Any, on: date) -> bool:
    meeting = _meeting_of(obj)
    if meeting is None:
        return False
    called = meeting.attendances.filter(membership__person=person, stands_for__isnull=False, present=True)
    return called.exists() or _SAT_IN.filter(meeting=meeting, membership__person=person).exists()


def _who_is_called_as_deputy(obj: Any, on: date) -> Q:
    meeting = _meeting_of(obj)
    if meeting is None:
        return Q(pk__in=[])
    called = meeting.attendances.filter(stands_for__isnull=False, present=True).values("membership__person")
    return Q(pk__in=called) | Q(pk__in=_SAT_IN.filter(meeting=meeting).values("membership__person"))


def _sits_in_for(person: "User", obj: Any, on: date) -> bool:
    from forum.queries.readable import own_seats  # which builds on the rights of this module

    return isinstance(obj, AgendaItem) and AgendaItem.objects.filter(own_seats(person), pk=obj.pk).exists()


def _who_sits_in_for(obj: Any, on: date) -> Q:
    if not isinstance(obj, AgendaItem):
        return Q(pk__in=[])
    came = obj.movements.filter(kind=MovementKind.CAME, stands_for__isnull=False, only=True)
    called = obj.recusals.filter(deputy__isnull=False)
    return Q(pk__in=came.values("membership__person")) | Q(pk__in=called.values("deputy__person"))


#: A deputy who has been called to a meeting reads and hears what its members do (koml § 8-1, R5). One called for a single item alone (somebody is disqualified, or out just then)
#: reads that item: it is asked of the item, and the meeting gives nothing by it.
_SEATED_DEPUTY = Personal(
    test=lambda person, obj, on: _is_called_as_deputy(person, obj, on) or _sits_in_for(person, obj, on),
    mine=lambda person, on: (
        Q(
            pk__in=Attendance.objects.filter(membership__person=person, stands_for__isnull=False, present=True).values(
                "meeting"
            )
        )
        | Q(pk__in=_SAT_IN.filter(membership__person=person).values("meeting"))
    ),
    whose=lambda obj, on: _who_is_called_as_deputy(obj, on) | _who_sits_in_for(obj, on),
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


def _has_seat(person: "User", obj: Any, on: date) -> bool:
    seats = Membership.objects.running(on).filter(person=person, body=body_of(obj), role__in=SEATED)
    return bool(seats.exists())


#: Those with a seat in the body: what is theirs alone, whoever runs the meeting.
_SEAT = Personal(
    test=_has_seat,
    mine=lambda person, on: Q(
        body__in=Membership.objects.running(on).filter(person=person, role__in=SEATED).values("body")
    ),
    whose=lambda obj, on: Q(
        pk__in=Membership.objects.running(on).filter(body=body_of(obj), role__in=SEATED).values("person")
    ),
)
register(
    Permission(
        name="forum.take_part",
        label=_("answer in writing in an urgent case, and demand that it waits for an ordinary meeting"),
        rule=_SEAT,
    ),
)

# Minutes --------------------------------------------------------------------------------------------------------------
#: Whoever is asked to approve minutes is asked as the one who was there, whatever seat they hold today.
_ASKED_TO_SIGN = Personal(
    test=lambda person, obj, on: (
        (meeting := _meeting_of(obj)) is not None
        and MinutesSigner.objects.filter(minutes__meeting=meeting, membership__person=person).exists()
    ),
    mine=lambda person, on: Q(
        pk__in=MinutesSigner.objects.filter(membership__person=person).values("minutes__meeting")
    ),
    whose=lambda obj, on: (
        Q(pk__in=MinutesSigner.objects.filter(minutes__meeting=meeting).values("membership__person"))
        if (meeting := _meeting_of(obj)) is not None
        else Q(pk__in=[])
    ),
)
register(
    Permission(name="forum.write_minutes", label=_("write the minutes"), rule=IN_OWN_BODY),
    Permission(name="forum.publish_minutes", label=_("publish and correct the minutes"), rule=IN_OWN_BODY),
    Permission(name="forum.approve_minutes", label=_("approve the minutes"), rule=IN_OWN_BODY),
    Permission(name="forum.sign_minutes", label=_("approve the minutes one is asked to approve"), rule=_ASKED_TO_SIGN),
)


# Follow-up ------------------------------------------------------------------------------------------------------------
def _decided_in(follow_up: Any) -> list[int]:
    return [follow_up.decision.item.meeting.body_id]


_CARRIES_OUT = Personal(
    test=lambda person, follow_up, on: follow_up is not None and follow_up.responsible_id == person.pk,
    mine=lambda person, on: Q(responsible=person),
    whose=lambda follow_up, on: Q(pk=follow_up.responsible_id or 0),
)
_OF_THE_BODY = InBody(bodies=_decided_in, where=_in("decision__item__meeting__body"))
register(
    Permission(
        name="forum.view_follow_up",
        label=_("see what the body's decisions have led to"),
        rule=_OF_THE_BODY | _CARRIES_OUT,
    ),
    Permission(
        name="forum.follow_up",
        label=_("tell how it goes with a decision, and that it is carried out"),
        rule=_OF_THE_BODY | _CARRIES_OUT,
    ),
    Permission(
        name="forum.assign_follow_up",
        label=_("say who carries a decision out, and by when"),
        rule=_OF_THE_BODY,
    ),
)


register(
    Permission(
        name="forum.export_attendance",
        label=_("take out the attendance list for allowances"),
        rule=InBody(bodies=body_ids, where=_in("pk")) | InOffice(),
    ),
)


def behind_closed_doors(event: "Event", reader: Any) -> bool:
    """Say whether ``event`` tells of an item behind closed doors, or of an exempt case, and is to be kept from ``reader`` (a curtain of the timeline, R8)."""
    if event.subject_type != AgendaItem._meta.label_lower:
        return False
    item = getattr(event, "thing", None)
    closed = event.data.get("closed") or (isinstance(item, AgendaItem) and item.is_kept)
    return bool(closed) and not (isinstance(item, AgendaItem) and policy.can(reader, "forum.view_closed", item))


# Ahead of the municipal council ---------------------------------------------------------------------------------------
register(
    Permission(
        name="forum.receive_views",
        label=_("receive the views a committee gives the municipal council, with what is exempt in them"),
        rule=InBody(bodies=lambda case_list: [case_list.council_id], where=_in("council")),
    ),
)


# Opinions and commissions ---------------------------------------------------------------------------------------------


def _leads(path: str) -> Personal:
    """Return the rule for whoever leads the workplace at ``path`` of the thing: receives what the workplace is asked for, with an LMU or without."""
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


def _local_to(path: str) -> InBody:
    """Return the rule for the group at the workplace at ``path``, or its leader in the line: what the workplace is asked for is never nobody's.

    So whoever stands in for the leader has it, and where the leader is gone, the deputy leader or the next one in the place.
    """

    def bodies(obj: Any) -> list[int]:
        unit = getattr(obj, f"{path}_id")
        return [] if unit is None else list(Body.objects.filter(unit=unit, kind__in=LOCAL).values_list("pk", flat=True))

    return InBody(
        bodies, lambda held: Q(**{f"{path}__in": Body.objects.filter(pk__in=held, kind__in=LOCAL).values("unit")})
    )


def _in_the_house(person: "User", on: date) -> bool:
    from forum.queries.organisation import is_employee  # the queries read the permissions' module

    return is_employee(person)


def _all_in_the_house(on: date) -> Q:
    places = Membership.objects.running(on).exclude(body__kind=BodyKind.GRENDEUTVALG)
    return (
        Q(pk__in=Employment.objects.running(on).values("person"))
        | Q(pk__in=places.filter(at_work(on, "body__")).values("person"))
        | Q(pk__in=Appointment.objects.running(on).values("person"))
    )


_EMPLOYEE = Personal(
    test=lambda person, obj, on: _in_the_house(person, on),
    mine=lambda person, on: EVERYTHING if _in_the_house(person, on) else NOTHING,
    whose=lambda obj, on: _all_in_the_house(on),
)


def _as_the_case(more: Q, test: Callable[[Any], bool]) -> Any:
    """Return the rule that a thing is read by whoever may read its case (R25): everybody, or all employees, where ``test`` and ``more`` say it is ready for it."""
    public, internal = CaseAccess.PUBLIC.value, [CaseAccess.PUBLIC.value, CaseAccess.EMPLOYEES.value]
    return (
        When(lambda obj: test(obj) and obj.case.access == public, more & Q(case__access=public)) & Everyone()
        | When(lambda obj: test(obj) and obj.case.access in internal, more & Q(case__access__in=internal)) & _EMPLOYEE
    )


def _those_who_treat(opinion: Opinion) -> list[int]:
    stays = Referral.objects.filter(case=opinion.case_id).values_list("body_id", flat=True)
    return [*ids_given(opinion.asker_id, opinion.asked_id), *stays]


def ids_given(*ids: int | None) -> list[int]:
    """Return the ids that are there."""
    return [pk for pk in ids if pk is not None]


register(
    Permission(
        name="forum.view_opinion",
        label=_("read an opinion, and what was asked"),
        rule=_as_the_case(Q(status=OpinionStatus.ANSWERED.value), lambda o: o.status == OpinionStatus.ANSWERED)
        | InBody(
            _those_who_treat,
            lambda bodies: (
                Q(asker__in=bodies)
                | Q(asked__in=bodies)
                | Q(case__in=Referral.objects.filter(body__in=bodies).values("case"))
            ),
        )
        | _leads("unit")
        | _local_to("unit"),
    ),
    Permission(
        name="forum.ask_opinion",
        label=_("ask another body or workplace for its opinion"),
        rule=InBody(lambda opinion: [opinion.asker_id], _in("asker")),
    ),
    Permission(
        name="forum.answer_opinion",
        label=_("give the opinion the body is asked for, or say that it gives none"),
        rule=InBody(lambda opinion: ids_given(opinion.asked_id), _in("asked")) | _leads("unit") | _local_to("unit"),
    ),
    Permission(
        name="forum.view_commission",
        label=_("read a commission"),
        rule=_as_the_case(Q(), lambda commission: True)
        | InBody(
            lambda c: ids_given(c.giver_id, c.report_to_id, c.receiver_body_id),
            lambda bodies: Q(giver__in=bodies) | Q(report_to__in=bodies) | Q(receiver_body__in=bodies),
        )
        | _leads("receiver_unit")
        | _local_to("receiver_unit"),
    ),
    Permission(
        name="forum.give_commission",
        label=_("give a commission, give it anew and call it back"),
        rule=InBody(lambda commission: [commission.giver_id], _in("giver")),
    ),
    Permission(
        name="forum.carry_commission",
        label=_("take on a commission, send it back and report on it"),
        rule=InBody(lambda c: ids_given(c.receiver_body_id), _in("receiver_body"))
        | _leads("receiver_unit")
        | _local_to("receiver_unit"),
    ),
    Permission(
        name="forum.hear_commission",
        label=_("hear the report on a commission and conclude it"),
        rule=InBody(lambda commission: [commission.report_to_id], _in("report_to")),
    ),
)
