"""What those whose proposal was merged into another one are told of it: nothing of a case that is closed (R25)."""

from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess
from proposals.models import Proposal


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
