"""What a step reads of its proposal under the executor's locks: each question is the same for every step, and worked out once (`trepart.prepared`)."""

from forum.cases.models import Document, Referral
from proposals.models import Proposal
from trepart.prepared import Given, Prepared, forget, keep

_STAYS = "referrals"
_PROPOSAL: Prepared[Proposal] = Prepared(
    lambda: Proposal.objects.select_related("case", "unit", "on_behalf_of", "proposer").filter(pk=Given(0)).order_by()
)
_OF_CASE: Prepared[Proposal] = Prepared(
    lambda: Proposal.objects.select_related("case").filter(case_id=Given(0)).order_by()
)
_REFERRALS: Prepared[Referral] = Prepared(
    lambda: Referral.objects.select_related("body").filter(case_id=Given(0)).order_by("received_at", "id")
)
_DOCUMENTS: Prepared[Document] = Prepared(
    lambda: Document.objects.filter(case_id=Given(0), with_paper=False).order_by("id")
)


def of_case(case: int) -> Proposal | None:
    """Return the proposal of the case with this number, with the case; None where there is none. Says nothing of who may see it."""
    return _OF_CASE.get(case)


def under_lock(pk: int) -> Proposal | None:
    """Return the proposal with its case, where it comes from, and its stays, as `Workflow.fetch` is to."""
    proposal = _PROPOSAL.get(pk)
    if proposal is not None:
        _keep_stays(proposal)
    return proposal


def _keep_stays(proposal: Proposal) -> None:
    case = proposal.case
    stays = _REFERRALS.all(case.pk)
    for stay in stays:
        stay.case = case
    keep(case, _STAYS, stays)


def forget_stays(proposal: Proposal) -> None:
    """Let the next question about the stays of ``proposal`` be answered from the database: one of them has begun or ended."""
    forget(proposal.case, _STAYS)


def documents(proposal: Proposal) -> list[Document]:
    """Return the files in the case of ``proposal``, the oldest first; what came with its case paper is read with that."""
    return _DOCUMENTS.all(proposal.case_id)
