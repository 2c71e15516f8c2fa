"""Writing down an answer: to the proposer, and the same to everybody whose proposal was merged into theirs (R18)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from proposals.enums import FeedbackOutcome
from proposals.models import Feedback, Proposal
from proposals.notifications import duplicates
from proposals.presenting import told_along
from trepart import languages

if TYPE_CHECKING:
    from forum.organisation.models import Body
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
    ``proposal``. ``expected_on``: the day by which more is to be heard. Where fewer may read ``proposal`` than what was
    merged into it, there it says no more than that (R25)."""
    with languages.municipal():
        instead = told_along.instead(proposal)

    def write(each: Proposal, *, in_full: bool) -> Feedback:
        return Feedback.objects.create(
            proposal=each,
            outcome=outcome if in_full else FeedbackOutcome.ON_ITS_WAY,
            text=text if in_full else instead,
            body=body,
            given_by=given_by,
            given_at=given_at,
            expected_on=expected_on if in_full else None,
            event=event,
        )

    told = told_along.may_be_told(proposal)
    for each in duplicates(proposal):
        write(each, in_full=told)
    return write(proposal, in_full=True)
