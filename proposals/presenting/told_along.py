"""What those whose proposal was merged into another one are told of it: nothing of a case that fewer may read (R25)."""

from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess
from proposals.models import Proposal

_FROM_NARROW_TO_WIDE = (CaseAccess.RECEIVER, CaseAccess.EMPLOYEES, CaseAccess.PUBLIC)


def may_be_told(duplicate: Proposal, target: Proposal) -> bool:
    """Say whether what is answered in ``target`` may stand in ``duplicate``, where it was merged into it: whoever reads
    that one must be able to read this one too. What is closed is answered to its own proposer alone."""
    access = CaseAccess(target.case.access)
    return access != CaseAccess.RECEIVER and _width(access) >= _width(CaseAccess(duplicate.case.access))


def may_become_one(duplicate: Proposal, target: Proposal) -> bool:
    """Say whether ``duplicate`` can be merged into ``target`` and still be answered. What nobody has screened yet
    counts as what it can become."""
    reach = _reach(target)
    return reach != CaseAccess.RECEIVER and _width(reach) >= _width(_reach(duplicate))


def instead(target: Proposal) -> str:
    """Return what is said in place of an answer that may not be told."""
    return _(
        "Something has happened in %(reference)s, which this proposal was merged with. Fewer people may read that "
        "case, so what was answered there does not stand here. Ask the municipality, and give the number."
    ) % {"reference": target.case.reference}


def _reach(proposal: Proposal) -> CaseAccess:
    if proposal.screened:
        return CaseAccess(proposal.case.access)
    return CaseAccess.PUBLIC if proposal.goes_public else CaseAccess.EMPLOYEES


def _width(access: CaseAccess) -> int:
    return _FROM_NARROW_TO_WIDE.index(access)
