"""Somebody without a seat who attends the meeting, or informs or speaks in one item (koml §§ 8-1, 13-4; R5)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.cases.matters import Nature
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import AROUND_THE_TABLE, hold
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Capacity
from forum.meetings.session.models import Attendee
from trepart.outdated_pages import check_seen
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


def attend(
    meeting: Meeting,
    *,
    name: str,
    capacity: Capacity,
    actor: "User",
    title: str = "",
    item: AgendaItem | None = None,
    seen: int | None = None,
) -> Attendee:
    """Record somebody without a seat who attends: the whole meeting, or one ``item`` (R5).

    In a body under chapter 11 nobody but members, the mayor and the chief executive has a right to speak, and in an
    elected body the employees' representatives in cases between the municipality as employer and its employees; others
    may be invited to inform, and it is recorded as that.

    Raises ``GuardRefused`` without a name, for somebody invited to inform, or a representative of the employees,
    without saying in which case, and for such a representative where § 13-4 gives no right.
    """
    with hold(meeting, actor=actor, permission=RUN, at=AROUND_THE_TABLE) as held:
        check_seen(held.meeting, seen)
        name = " ".join(name.split())
        if not name:
            raise GuardRefused(_("Write the name."))
        if capacity == Capacity.INVITED and item is None:
            raise GuardRefused(_("Say which case they are invited to inform about (Local Government Act § 8-1)."))
        if item is not None and item.meeting_id != held.meeting.pk:
            raise WrongState(_("This case has been taken off the agenda."))
        if capacity == Capacity.EMPLOYEES:
            _check_right_of_employees(held.meeting, item)
        if held.meeting.attendees.filter(name=name, item=item).exists():
            raise WrongState(_("%(name)s is recorded already.") % {"name": name})
        attendee = Attendee(meeting=held.meeting, item=item, name=name, title=title.strip(), capacity=capacity)
        data = {"name": name, "capacity": capacity}
        if item is None:
            with held.about_meeting("forum.attends", data=data):
                attendee.save()
        else:
            with held.about("forum.informs", item, data=data):
                attendee.save()
    return attendee


def _check_right_of_employees(meeting: Meeting, item: AgendaItem | None) -> None:
    """Raise ``GuardRefused`` where the employees' representatives have no right to attend and speak (koml § 13-4)."""
    if not meeting.body.is_elected_body:
        raise GuardRefused(
            _(
                "Only in an elected body do the employees' representatives have a right to attend and speak (Local "
                "Government Act § 13-4). Record them as invited to inform."
            )
        )
    if item is None:
        raise GuardRefused(
            _(
                "Say in which case: the employees' representatives attend and speak where a case is between the "
                "municipality as employer and its employees (Local Government Act § 13-4)."
            )
        )
    if item.folder is not None and item.folder.nature == Nature.NEGOTIATION:
        raise GuardRefused(
            _(
                "The employees' representatives have no right to attend where negotiations, a conflict, a union's "
                "lawsuit or the end of a tariff agreement are prepared (Local Government Act § 13-4)."
            )
        )


def remove_attendee(attendee: Attendee, *, actor: "User", seen: int | None = None) -> None:
    """Take back that somebody without a seat attends. Raises ``GuardRefused`` where that one has moved something."""
    with hold(attendee.meeting, actor=actor, permission=RUN, at=AROUND_THE_TABLE) as held:
        check_seen(held.meeting, seen)
        there = held.meeting.attendees.filter(pk=attendee.pk).first()
        if there is None:
            return
        if held.meeting.items.filter(motions__moved_by_attendee=there).exists():
            raise GuardRefused(_("%(name)s has moved a motion, and stays in the minutes.") % {"name": there.name})
        with held.about_meeting("forum.attendee_removed", data={"name": there.name}):
            there.delete()
