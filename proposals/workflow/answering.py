"""Writing down an answer: to the proposer, and the same to everybody whose proposal was merged into theirs (R18)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from proposals.models import Feedback, Proposal
from proposals.notifications import duplicates

if TYPE_CHECKING:
    from forum.organisation.models import Body
    from proposals.enums import FeedbackOutcome
    from trepart.access.models import User
    from trepart.audit.models import Event


def answer_all(
    proposal: Proposal,
    *,
    outcome: "FeedbackOutcome | str",
    text: str,
    body: "Body | None",
    given_by: "User | None",
    given_at: datetime,
    event: "Event",
    expected_on: date | None = None,
) -> Feedback:
    """Write the answer down for ``proposal`` and, in the same words, for all that was merged into it; returns that of
    ``proposal``. ``expected_on``: the day by which more is to be heard."""
    first, *_others = [
        Feedback.objects.create(
            proposal=each,
            outcome=outcome,
            text=text,
            body=body,
            given_by=given_by,
            given_at=given_at,
            expected_on=expected_on,
            event=event,
        )
        for each in (proposal, *duplicates(proposal))
    ]
    return first
