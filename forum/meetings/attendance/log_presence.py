"""Whoever was ticked off in a meeting that was written down puts it right: nobody is there on another's word."""

from django.db import transaction
from django.utils.translation import gettext as _

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from trepart import audit
from trepart.access.models import User
from trepart.authorising import authorise_own
from trepart.db.locking import lock
from trepart.refusals import GuardRefused


@transaction.atomic
def was_not_there(meeting: Meeting, *, actor: User) -> None:
    """Take ``actor`` out of those who met in a logged meeting, and out of the chair (R24).

    Raises ``GuardRefused`` for a meeting that was held otherwise, and for somebody who is not written down as present.
    """
    lock(meeting)
    by = authorise_own(actor, actor.pk, "forum.view_meeting", meeting)
    fresh = Meeting.objects.get(pk=meeting.pk)
    found = fresh.attendances.filter(present=True).select_related("membership__person", "stand_in__person")
    own = [row for row in found if row.who == by.actor]
    if fresh.kind != MeetingKind.LOG or not own:
        raise GuardRefused(_("You are not written down as present there."))
    with audit.recorded(
        "forum.log_presence_corrected", actor=by.actor, subject=fresh, root=fresh, acting=by.acting, data={}
    ):
        for row in own:
            row.present = False
            row.save(update_fields=["present"])
            if fresh.presiding_id == row.membership_id:
                fresh.presiding, fresh.presiding_elected = None, False
                fresh.save(update_fields=["presiding", "presiding_elected"])
