"""Whoever is told of in a meeting that was written down puts it right: nobody is there on another's word, nor away."""

from django.db import transaction
from django.utils.translation import gettext as _

from forum.meetings.attendance.log_notices import tell_log_changed
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.enums import MeetingKind
from forum.organisation.enums import Role
from trepart import audit
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.authorising import authorise_own
from trepart.db.locking import lock
from trepart.refusals import GuardRefused

TOOK_OUT, PUT_IN = "forum.log_presence_corrected", "forum.log_presence_added"


@transaction.atomic
def was_not_there(meeting: Meeting, *, actor: User) -> None:
    """Take ``actor`` out of those who met in a logged meeting, and out of the chair (R24); the others are told.

    Raises ``GuardRefused`` for a meeting that was held otherwise, and for somebody who is not written down as present.
    """
    _put_right(meeting, actor, present=False)


@transaction.atomic
def was_there(meeting: Meeting, *, actor: User) -> None:
    """Put ``actor``, who has a place in it, among those who met in a logged meeting; the others are told.

    Raises ``GuardRefused`` for a meeting that was held otherwise, for somebody who is written down as present already
    and for somebody who had no place in the body that day.
    """
    _put_right(meeting, actor, present=True)


def took_themselves_out(meeting: Meeting) -> set[int]:
    """Return the ids of those who have said that they were not there, and not taken it back: nobody else puts them in
    again."""
    said: dict[int, str] = {}
    for event in Event.objects.about(meeting).filter(action__in=(TOOK_OUT, PUT_IN)).order_by("pk"):
        said[event.actor_id or 0] = event.action
    return {person for person, action in said.items() if action == TOOK_OUT}


def _put_right(meeting: Meeting, actor: User, *, present: bool) -> None:
    lock(meeting)
    by = authorise_own(actor, actor.pk, "forum.view_meeting", meeting)
    fresh = Meeting.objects.get(pk=meeting.pk)
    found = fresh.attendances.filter(present=not present).select_related("membership__person", "stand_in__person")
    own = [row for row in found if by.actor in (row.who, row.membership.person if present else None)]
    if fresh.kind != MeetingKind.LOG or not own:
        raise GuardRefused(
            _("You are not written down as absent there.") if present
            else _("You are not written down as present there.")
        )  # fmt: skip
    with audit.recorded(
        PUT_IN if present else TOOK_OUT, actor=by.actor, subject=fresh, root=fresh, acting=by.acting, data={}
    ) as event:
        for row in own:
            row.present = present
            if present and row.who != by.actor:
                # The holder was there, and so nobody in the holder's place.
                row.stand_in = None
            row.save(update_fields=["present", "stand_in"])
            _chair(fresh, row)
        who = [by.actor]
        tell_log_changed(fresh, by=by.actor, event=event, came=who if present else (), left=() if present else who)


def _chair(meeting: Meeting, row: Attendance) -> None:
    if not row.present and meeting.presiding_id == row.membership_id:
        meeting.presiding, meeting.presiding_elected = None, False
    elif row.present and meeting.presiding_id is None and row.membership.role == Role.LEADER:
        meeting.presiding = row.membership
    else:
        return
    meeting.save(update_fields=["presiding", "presiding_elected"])
