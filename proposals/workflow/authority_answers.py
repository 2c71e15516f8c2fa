"""Putting right what was written down as the answer of whoever has the authority: the words and the day, never whether
it was yes or no; what was to be done is stopped instead (R18, R34)."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from proposals import notifications
from proposals.enums import FeedbackOutcome, ProposalStatus
from proposals.models import Proposal
from proposals.queries.awaiting import recommended_on
from proposals.workflow.answering import answer_all
from proposals.workflow.other_writes import writing
from trepart import clock
from trepart.access.models import User
from trepart.refusals import GuardRefused, WrongState

S = ProposalStatus
#: Where the answer stands on the proposal.
ANSWERED = frozenset({S.ADOPTED, S.IMPLEMENTED, S.DECLINED})


def correct(
    proposal: Proposal,
    *,
    decided_on: date,
    decision: str,
    reason: str,
    answer: str,
    actor: User,
    seen: int | None = None,
) -> Proposal:
    """Put right when and what was decided, with the reason in the trail and an answer to the proposer.

    Raises ``GuardRefused`` without words, for a day before the recommendation or to come, or where nothing is
    corrected, ``WrongState`` where nothing was answered, ``NotPermitted``.
    """
    if not (decision.strip() and reason.strip() and answer.strip()):
        raise GuardRefused(_("Write what was decided, what was wrong, and the answer to the proposer."))
    with writing(
        proposal, "proposals.council_corrected", actor=actor, permission="proposals.record_council", states=ANSWERED,
        seen=seen, data=lambda fresh: {
            "authority": fresh.awaits, "was": fresh.council_decided_on, "council_decided_on": decided_on,
        },
        text={"reason": reason, "council_decision": decision, "answer": answer},
    ) as (fresh, event):  # fmt: skip
        if fresh.council_decided_on is None:
            raise WrongState
        first = recommended_on(fresh)
        if decided_on > timezone.localtime(clock.now()).date() or (first is not None and decided_on < first):
            raise GuardRefused(_("It was decided after it was recommended, and not later than today."))
        if (decided_on, decision.strip()) == (fresh.council_decided_on, fresh.council_decision):
            raise GuardRefused(_("Nothing is corrected: the day and the words are those that stand."))
        fresh.council_decided_on, fresh.council_decision = decided_on, decision.strip()
        fresh.save()
        body = next((stay.body for stay in reversed(fresh.case.referrals.all()) if stay.outcome == "to_council"), None)
        declined = fresh.status == S.DECLINED
        answer_all(
            fresh, outcome=FeedbackOutcome.DECLINED if declined else FeedbackOutcome.ADOPTED, text=answer.strip(),
            body=body, given_by=actor, given_at=clock.now(), expected_on=fresh.due_on, event=event,
        )  # fmt: skip
        notifications.tell_proposers(
            fresh, kind="answer_corrected", template="answer_corrected", event=event, answer=answer.strip(),
            body=body, label=fresh.authority,
        )  # fmt: skip
    return fresh
