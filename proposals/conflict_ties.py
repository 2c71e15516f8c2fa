"""What ties people to a proposal's case, for the question of who may be partial in it (fvl § 6; R12)."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case
from proposals.models import Proposal


def ties(case: Case) -> Iterator[tuple[int, str | Promise]]:
    """Give who proposed the case."""
    proposal = Proposal.objects.filter(case=case).first()
    if proposal is None:
        return
    if proposal.proposer_id is not None:
        yield proposal.proposer_id, _("sent in the proposal")
