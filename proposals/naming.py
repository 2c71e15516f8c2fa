"""What the proposer is called before others: by name only where the name may be shown (domain.md)."""

from typing import Any

from django.utils.translation import gettext as _

from proposals.models import Proposal
from trepart.audit.models import Event


def may_see_proposer(proposal: Proposal, reader: Any) -> bool:
    """Say whether ``reader`` may know who sent ``proposal`` in."""
    return proposal.show_name or proposal.proposer_id == getattr(reader, "pk", None)


def proposer_name(proposal: Proposal, reader: Any) -> str:
    """Return what ``reader`` may know the proposer as: the name, or "Employee, Nordli skole"."""
    if may_see_proposer(proposal, reader):
        return proposal.proposer.name
    return _("Employee, %(unit)s") % {"unit": proposal.unit}


def who_acted(event: Event, reader: Any) -> str:
    """Say who took a step on their own behalf in the story of a proposal's case (`trepart.audit.timeline.register_naming`)."""
    proposal = _proposal_of(event)
    if proposal is not None and event.actor_id == proposal.proposer_id:
        return proposer_name(proposal, reader)
    return str(event.actor) if event.actor_id else ""


def _proposal_of(event: Event) -> Proposal | None:
    thing = getattr(event, "thing", None)
    if isinstance(thing, Proposal):
        return thing
    case = getattr(thing, "case", thing)
    return getattr(case, "proposal", None)
