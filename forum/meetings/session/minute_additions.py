"""What goes into the minutes at somebody's request, and those who attend without a seat (R5, R13, R14)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants
from forum.meetings.core.locking import AROUND_THE_TABLE, IN_SESSION, check_seen, hold, hold_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Capacity
from forum.meetings.session.models import Addition, Attendee, RecordingRequest
from forum.organisation.models import Membership
from trepart.workflow import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


def add_to_minutes(
    item: AgendaItem,
    *,
    membership: Membership,
    text: str,
    actor: "User",
    on_behalf: str = "",
    seen: int | None = None,
) -> Addition:
    """Put a statement from somebody at the table into the minutes (protokolltilførsel), also after the item is
    decided; until the meeting ends.

    Raises ``GuardRefused`` without words, or from somebody who did not take part in the item.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if not text.strip():
            raise GuardRefused(_("Write what is to stand in the minutes."))
        took_part = {voter.pk for voter in participants.entitled(fresh)}
        took_part |= set(fresh.ballots.values_list("votes__membership", flat=True))
        if membership.pk not in took_part:
            raise GuardRefused(
                _("%(name)s does not take part in this case, and can add nothing to its minutes.")
                % {"name": membership.person.name}
            )
        addition = Addition(item=fresh, membership=membership, on_behalf=on_behalf.strip(), text=text.strip())
        with held.about(
            "forum.minutes_added_to", fresh, data={"name": membership.person.name}, text={"addition": addition.text}
        ):
            addition.save()
    return addition


def take_out(addition: Addition, *, actor: "User", seen: int | None = None) -> None:
    """Take an addition out again before the meeting ends; what it said stays in the trail."""
    with hold_item(addition.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = fresh.additions.filter(pk=addition.pk).select_related("membership__person").first()
        if there is None:
            return
        data = {"name": there.membership.person.name}
        with held.about("forum.addition_taken_out", fresh, data=data, text={"addition": there.text}):
            there.delete()


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
    """Record somebody without a seat who attends: the whole meeting, or to inform in one ``item`` (R5).

    In a body under chapter 11 nobody but members, the mayor and the chief executive has a right to speak; others may be
    invited to inform, and it is recorded as that.

    Raises ``GuardRefused`` without a name, for somebody invited to inform without saying in which case, and for
    one who is there already.
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


def answer_recording(
    meeting: Meeting, *, by: str, what: str, allowed: bool, reason: str, actor: "User", seen: int | None = None
) -> RecordingRequest:
    """Record a request to record or stream the meeting, and the answer of the person presiding (koml § 11-6, R14).

    Everybody may record an open meeting unless it disturbs it: a refusal needs a reason. Raises ``GuardRefused``
    without one, or without saying who asks for what.
    """
    with hold(meeting, actor=actor, permission=RUN, at=AROUND_THE_TABLE) as held:
        check_seen(held.meeting, seen)
        if not by.strip() or not what.strip():
            raise GuardRefused(_("Write who asks, and for what."))
        if not allowed and not reason.strip():
            raise GuardRefused(
                _("Say why it is refused: it takes that it would disturb the meeting (Local Government Act § 11-6).")
            )
        request = RecordingRequest(
            meeting=held.meeting, by=by.strip(), what=what.strip(), allowed=allowed, reason=reason.strip()
        )
        action = "forum.recording_allowed" if allowed else "forum.recording_refused"
        with held.about_meeting(action, data={"by": request.by, "what": request.what}):
            request.save()
    return request
