"""What those whose proposal was merged into another one are told of it: nothing of a case that is closed (R25)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess
from proposals.enums import FeedbackOutcome
from proposals.models import Feedback, Proposal
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.rules import Person


def may_be_told(target: Proposal) -> bool:
    """Say whether what is answered in ``target`` may stand where others read it who were merged into it. What is closed
    is answered to its own proposer alone. What all employees read is told a citizen who asked for the same: the answer
    is written to both (R18)."""
    return target.case.access != CaseAccess.RECEIVER


def may_take_in(target: Proposal) -> bool:
    """Say whether another proposal can become one with ``target`` and still be answered. What nobody has screened yet
    is not closed by that."""
    return may_be_told(target) or not target.screened


def instead(target: Proposal) -> str:
    """Return what is said in place of an answer that may not be told."""
    return _(
        "Something has happened in %(reference)s, which this proposal was merged with. Fewer people may read that "
        "case, so what was answered there does not stand here. Ask the municipality, and give the number."
    ) % {"reference": target.case.reference}


def shown(answers: Sequence[Feedback], proposal: Proposal, reader: "Person") -> Sequence[Feedback]:
    """Return ``answers`` of ``proposal`` as its page shows them to ``reader``. An answer that was given in what it was
    merged with is its proposer's; others read it only where they may read that case too (R25). Each answer comes with
    its event."""
    elsewhere = {answer.event.root_id for answer in answers} - {proposal.case_id}
    if not elsewhere or proposal.is_by(reader):
        return answers
    given_in = {one.case_id: one for one in Proposal.objects.filter(case__in=elsewhere).select_related("case")}
    open_to = policy.visible_to(reader, "proposals.view", Proposal.objects.filter(case__in=elsewhere))
    readable = {proposal.case_id, *open_to.values_list("case", flat=True)}
    for answer in answers:
        source = given_in.get(answer.event.root_id)
        if source is not None and source.case_id not in readable:
            # Never saved: what stands there for somebody who may not read it.
            answer.text, answer.outcome = instead(source), FeedbackOutcome.ON_ITS_WAY
            answer.expected_on = answer.body = None
    return answers
