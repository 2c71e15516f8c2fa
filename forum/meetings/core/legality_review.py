"""How long a review of a decision's legality can be asked for, and of which decisions (koml § 27-1, R15)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from forum.cases.enums import Resolution

if TYPE_CHECKING:
    from forum.meetings.core.models import Decision
    from forum.organisation.models import Body

#: Three weeks from the day the decision was taken.
DAYS = 21
#: How many members of the municipal council must ask together.
MEMBERS = 3
#: What ends a case here. To postpone, send on, send back, recommend or take note of is no final decision.
FINAL = frozenset({Resolution.ADOPT.value, Resolution.DECLINE.value})


def deadline(decision: "Decision", body: "Body") -> date | None:
    """Return the last day on which a review of ``decision`` can be asked for, or None: not a final one, or not a body
    under chapter 11 of the act."""
    if not body.chapter_11 or decision.resolution not in FINAL:
        return None
    return timezone.localtime(decision.decided_at).date() + timedelta(days=DAYS)
