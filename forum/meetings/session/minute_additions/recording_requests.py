"""A request to record or stream the meeting, and the answer of the person presiding (koml § 11-6, R14)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import AROUND_THE_TABLE, hold
from forum.meetings.core.models import Meeting
from forum.meetings.session.models import RecordingRequest
from trepart.outdated_pages import check_seen
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User


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
