"""Why people were absent, left or were passed over: what has been written, put right or taken out (R51).

For those who run the meeting alone, in no minutes, list or packet; and rightly so for as long as the meeting is kept,
since what was written too much of is a matter of health or family.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _

from forum.meetings.attendance.models import Absence, DeputyCall
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import hold
from forum.meetings.core.models import Attendance, Meeting, Recusal
from forum.meetings.enums import CallAnswer, MeetingStatus
from forum.meetings.session.models import Movement
from trepart.access.models import User

#: The longest there is room for.
LONGEST = 200


@dataclass(frozen=True)
class Written:
    """One reason that stands somewhere: under which key, about whom, what it is, and the words."""

    key: str
    name: str
    what: str
    words: str
    row: models.Model
    column: str


def written(meeting: Meeting) -> list[Written]:
    """Return every reason that has been written about ``meeting``, in a constant number of queries."""
    people = ("membership__person",)
    absences = Absence.objects.filter(meeting=meeting).select_related(*people).order_by("pk")
    calls = DeputyCall.objects.filter(absence__meeting=meeting).select_related("deputy__person").order_by("pk")
    attendances = Attendance.objects.filter(meeting=meeting).select_related(*people).order_by("pk")
    movements = Movement.objects.filter(meeting=meeting).select_related(*people).order_by("pk")
    recusals = Recusal.objects.filter(item__meeting=meeting).select_related("deputy__person").order_by("pk")
    passed_over = _("why an earlier deputy was passed over")
    found = [
        *(_one(row, row.membership.person, _("reported absence"), "reason") for row in absences),
        *(_one(row, row.deputy.person, _("call of a deputy"), "reason") for row in calls),
        *(_one(row, row.membership.person, _("absence"), "absence_reason") for row in attendances),
        *(_one(row, row.membership.person, passed_over, "skipped_reason") for row in attendances),
        *(_one(row, row.membership.person, _("why they left"), "reason") for row in movements),
        *(_one(row, row.membership.person, passed_over, "skipped_reason") for row in movements),
        *(_one(row, row.deputy.person, passed_over, "skipped_reason") for row in recusals if row.deputy is not None),
    ]
    return [one for one in found if one.words]


def _one(row: models.Model, person: User, what: str, column: str) -> Written:
    key = f"{row._meta.model_name}-{row.pk}-{column}"
    return Written(key, person.name, what, str(getattr(row, column)), row, column)


def rewrite(meeting: Meeting, *, words: Mapping[str, str], actor: User) -> int:
    """Set the reasons in ``words``, by key; an empty one takes it out. Return how many were changed.

    The trail says that it was done, and by whom, never the words. A deputy passed over is still written down as that.
    Raises ``NotPermitted`` for others than those who run the meeting.
    """
    with hold(meeting, actor=actor, permission=RUN, at=tuple(MeetingStatus)) as held:
        changed = [one for one in written(held.meeting) if words.get(one.key, one.words).strip() != one.words]
        if not changed:
            return 0
        with held.about_meeting("forum.absence_reasons_changed", data={"count": len(changed)}):
            for one in changed:
                said = words[one.key].strip()
                if isinstance(one.row, DeputyCall) and one.row.answer == CallAnswer.SKIPPED:
                    said = said or _("Passed over.")
                setattr(one.row, one.column, said)
                one.row.save()
    return len(changed)
