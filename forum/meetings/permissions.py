"""Who may what in a meeting and its minutes."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.closed import access as closed_access
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingStatus
from forum.meetings.minutes.approvals.models import MinutesSigner
from forum.meetings.minutes.models import Minutes
from forum.organisation.enums import SEATED, DecidesBy
from forum.organisation.models import Body, Membership
from forum.organisation.permissions import (
    body_ids,
    body_ids_upwards,
    body_of,
    employees_of_the_unit,
    within,
    within_or_below,
)
from trepart.access.policy import Permission, register
from trepart.access.rules import Combinable, Everyone, InBody, InOffice, Personal, When

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import AnonymousUser

    from forum.meetings.follow_up.models import FollowUp
    from trepart.access.models import User
    from trepart.access.rules import Person
    from trepart.audit.models import Event


#: For rights asked about a meeting, an agenda item or minutes; lists are of meetings.
IN_OWN_BODY = InBody(bodies=body_ids, where=within("body"))


def _meeting_of(obj: object) -> Meeting | None:
    if isinstance(obj, AgendaItem | Minutes):
        return obj.meeting
    return obj if isinstance(obj, Meeting) else None


@dataclass(frozen=True)
class _ReadsWhatIsKept(Combinable):
    """Whoever takes part in what is kept, or must treat it (`forum.meetings.core.closed.access`): of an item, that
    item; of a meeting, all that is kept in it. Of a body, whoever is inside it. Lists are of meetings."""

    #: What docs/roles.md says of it.
    ground = "what one takes part in or must treat, item by item"

    def allows(self, permission: str, person: "Person", obj: object) -> bool:
        if isinstance(obj, AgendaItem):
            return closed_access.reads_item(person, obj)
        meeting = _meeting_of(obj)
        if meeting is not None:
            return closed_access.reads_all_of(person, meeting)
        return IN_OWN_BODY.allows(permission, person, obj)

    def objects(self, permission: str, person: "Person") -> Q:
        return closed_access.meetings_read_whole(person)

    def people(self, permission: str, obj: object) -> Q:
        if isinstance(obj, AgendaItem):
            return Q(pk__in=closed_access.readers_of_item(obj))
        meeting = _meeting_of(obj)
        if meeting is not None:
            return Q(pk__in=closed_access.readers_of_meeting(meeting))
        return IN_OWN_BODY.people(permission, obj)


register(
    Permission(
        name="forum.view_meeting",
        label=_("see the body's meetings"),
        rule=(
            When(test=lambda obj: body_of(obj).meetings_open, where=Q(body__meetings_open=True)) & Everyone()
            | InBody(bodies=body_ids_upwards, where=within_or_below("body"))
            | employees_of_the_unit("body")
        ),
    ),
    Permission(
        name="forum.view_closed",
        label=_("see items treated behind closed doors"),
        rule=_ReadsWhatIsKept(),
    ),
    Permission(name="forum.plan_meeting", label=_("plan, call and cancel meetings"), rule=IN_OWN_BODY),
    Permission(
        name="forum.run_meeting", label=_("run a meeting: who met, motions, votes and decisions"), rule=IN_OWN_BODY
    ),
    Permission(name="forum.log_meeting", label=_("write down a meeting in the LMU's log"), rule=IN_OWN_BODY),
)

#: The one leader who selects and prepares the cases of a body, for all of the municipality: the chief executive.
_PREPARING = Body.objects.filter(decides_by=DecidesBy.LEADER, unit__isnull=True).order_by()


def _who_prepare(meeting: Meeting) -> list[int]:
    return list(_PREPARING.filter(superior=meeting.body_id).values_list("pk", flat=True))


register(
    Permission(
        name="forum.read_draft_agenda",
        label=_("read the draft of the agenda of a body one prepares cases for, until the meeting is called"),
        rule=When(test=lambda meeting: meeting.status == MeetingStatus.PLANNED, where=Q(status=MeetingStatus.PLANNED))
        & InBody(bodies=_who_prepare, where=lambda ids: Q(body__in=_PREPARING.filter(pk__in=ids).values("superior"))),
    ),
)


def _has_seat(person: "User", obj: object, on: date) -> bool:
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


def _decided_in(follow_up: "FollowUp") -> list[int]:
    return [follow_up.decision.item.meeting.body_id]


_CARRIES_OUT = Personal(
    test=lambda person, follow_up, on: follow_up is not None and follow_up.responsible_id == person.pk,
    mine=lambda person, on: Q(responsible=person),
    whose=lambda follow_up, on: Q(pk=follow_up.responsible_id or 0),
)
_OF_THE_BODY = InBody(bodies=_decided_in, where=within("decision__item__meeting__body"))
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
        rule=InBody(bodies=body_ids, where=within("pk")) | InOffice(),
    ),
)


def behind_closed_doors(events: "Sequence[Event]", reader: "User | AnonymousUser") -> "Callable[[Event], bool]":
    """Say which of ``events`` tell of an item behind closed doors, or of an exempt case, and are to be kept from
    ``reader`` (a curtain of the timeline, R8). What is asked of the database does not grow with the events."""
    found = {item.pk: item for event in events if isinstance(item := getattr(event, "thing", None), AgendaItem)}
    told_closed = {event.subject_id for event in events if _is_about_item(event) and event.data.get("closed")}
    asked = {pk for pk, item in found.items() if item.is_withheld or pk in told_closed}
    if not asked and not told_closed:
        return lambda event: False
    kept = set(AgendaItem.objects.filter(closed_access.KEPT, pk__in=asked).values_list("pk", flat=True))
    readable = set(closed_access.kept_items_open_to(reader, Q(pk__in=kept))) if kept else set()
    if opened := asked - kept:  # told of as closed, and open since
        inside = Meeting.objects.filter(closed_access.inside_meetings(reader)).order_by().values("pk")
        seats = closed_access.own_seats(reader)
        rows = AgendaItem.objects.filter(Q(meeting__in=inside) | seats, pk__in=opened)
        readable |= set(rows.values_list("pk", flat=True))

    def keeps(event: "Event") -> bool:
        pk = event.subject_id
        return _is_about_item(event) and (pk in asked or bool(event.data.get("closed"))) and pk not in readable

    return keeps


def _is_about_item(event: "Event") -> bool:
    return event.subject_type == AgendaItem._meta.label_lower
