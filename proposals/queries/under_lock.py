"""What a step reads of its proposal under the executor's locks."""

from forum.cases.enums import LetterFrom
from forum.cases.models import Document
from proposals.models import Proposal


def of_case(case: int) -> Proposal | None:
    """Return the proposal of the case with this number, with the case; None where there is none. Says
    nothing of who may see it."""
    return Proposal.objects.select_related("case").filter(case_id=case).first()


def under_lock(pk: int) -> Proposal | None:
    """Return the proposal with its case and where it comes from, as `Workflow.fetch` is to."""
    return Proposal.objects.select_related("case", "unit", "on_behalf_of", "proposer").filter(pk=pk).first()


def documents(proposal: Proposal) -> list[Document]:
    """Return the files in the case of ``proposal``, the oldest first; what came with its case
    paper is read with that, and a guest's letter is never opened to others."""
    found = Document.objects.filter(case_id=proposal.case_id).received().exclude(letter_from=LetterFrom.GUEST)
    return list(found.order_by("id"))
