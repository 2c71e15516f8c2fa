"""How long a review of legality can be asked for, and of what (koml §§ 27-1, 27-2; R15)."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.cases.case_owners import is_view
from forum.cases.enums import Resolution
from forum.meetings.enums import MotionPurpose, Reviewed
from trepart.text.dates import date_text

if TYPE_CHECKING:
    from forum.meetings.core.models import AgendaItem

#: Three weeks from the day the decision was made.
DAYS = 21
#: How many members of the municipal council must ask together.
MEMBERS = 3
#: What ends a case here. To postpone, send on, send back, recommend or take note of is no final decision.
FINAL = frozenset({Resolution.ADOPT.value, Resolution.DECLINE.value})


def last_days(item: "AgendaItem") -> dict[Reviewed, date]:
    """Return until which day a review of what was decided in ``item`` can be asked for: the decision, where it is a
    final one (§ 27-1), and besides it that the doors were closed or kept open, and who took part (§ 27-2). Empty in a
    body that is no elected one: what it says is no decision in the sense of the act (R34); nor is a view. Counted from
    the day each was decided. Reads ballots, recusals and doors of the item, prefetched or not."""
    if not item.meeting.body.is_elected_body or item.withdrawn_at is not None:
        return {}
    days = {
        Reviewed.DECISION: _decided(item),
        Reviewed.DOORS: _procedural(item, MotionPurpose.DOORS, settled=bool(item.door_periods.all())),
        Reviewed.PARTIALITY: _procedural(item, MotionPurpose.IMPARTIALITY, settled=bool(item.recusals.all())),
    }
    return {what: timezone.localtime(at).date() + timedelta(days=DAYS) for what, at in days.items() if at is not None}


def _decided(item: "AgendaItem") -> datetime | None:
    decision = item.decided
    if decision is None or decision.resolution not in FINAL or is_view(item.referral):
        return None
    return decision.decided_at


def _procedural(item: "AgendaItem", purpose: MotionPurpose, *, settled: bool) -> datetime | None:
    """Return when the body last decided something of its own procedure in the item: by vote, or without one, where
    ``settled``, on the day the case was treated."""
    votes = [ballot.held_at for ballot in item.ballots.all() if ballot.motion.purpose == purpose]
    if votes or not settled:
        return max(votes, default=None)
    decision = item.decided
    return decision.decided_at if decision is not None else item.meeting.ended_at


def sentence(what: Reviewed, last: date, *, over: bool = False) -> str:
    """Return until when a review can be asked for, with the paragraph; ``over``: that the day has passed."""
    words = {
        (Reviewed.DECISION, False): _(
            "Three members of the municipal council can ask for a review of the decision's legality until %(date)s "
            "(Local Government Act § 27-1)."
        ),
        (Reviewed.DECISION, True): _(
            "The last day to ask for a review of the decision's legality was %(date)s (Local Government Act § 27-1)."
        ),
        (Reviewed.DOORS, False): _(
            "Three members of the municipal council can ask for a review of whether the doors were rightly open or "
            "closed until %(date)s (Local Government Act § 27-2)."
        ),
        (Reviewed.DOORS, True): _(
            "The last day to ask for a review of whether the doors were rightly open or closed was %(date)s (Local "
            "Government Act § 27-2)."
        ),
        (Reviewed.PARTIALITY, False): _(
            "Three members of the municipal council can ask for a review of who took part in the case until %(date)s "
            "(Local Government Act § 27-2)."
        ),
        (Reviewed.PARTIALITY, True): _(
            "The last day to ask for a review of who took part in the case was %(date)s (Local Government Act § 27-2)."
        ),
    }[what, over]
    return (words % {"date": date_text(last, year=True)}).replace("§ ", "§\u00a0")
