"""What a body's yes to a proposal is called, agreed or adopted, and who said it (R24, R34, R35)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import Resolution
from forum.delegations.enums import Power, power_of
from forum.meetings.core import outcome_words
from forum.organisation.models import Body
from proposals.enums import ProposalStatus
from proposals.models import Feedback, Proposal

if TYPE_CHECKING:
    from proposals.consent.models import Conclusion
    from trepart.audit.models import Event
    from trepart.workflow import Transition

#: The steps by which what was decided outside the portal is written down, and their events.
_ELSEWHERE = frozenset({"council_adopted", "council_declined"})


def agrees(body: Body) -> bool:
    """Say whether a yes from ``body`` is agreement, and nothing it has adopted (R24)."""
    return power_of(body.legal_basis) == Power.AGREES


def by_agreement(proposal: Proposal) -> bool:
    """Say whether ``proposal`` is to be carried out because a body that adopts nothing has agreed to it (R24)."""
    body = proposal.adopted_by
    return body is not None and agrees(body) and proposal.council_decided_on is None


def standing(proposal: Proposal) -> str:
    """Return how ``proposal`` stands as an answer to the proposer says it, in the words of whoever said yes."""
    body = proposal.adopted_by
    if proposal.status != ProposalStatus.ADOPTED or body is None or proposal.council_decided_on is not None:
        return str(proposal.stage.label)
    if agrees(body):
        return _("agreed, to be done")
    return outcome_words.said(Resolution.ADOPT, body, own_affairs=True)


def decided_elsewhere(proposal: Proposal, step: str) -> str:
    """Return who decided what ``step`` writes down, where that was nobody in the portal; empty otherwise."""
    return capfirst(proposal.authority) if step in _ELSEWHERE else ""


def answered_by(answer: Feedback) -> str:
    """Return whose answer it is: that of whoever had the authority and decided, else that of the body that gave it."""
    elsewhere = decided_elsewhere(answer.proposal, answer.event.action.removeprefix("proposals."))
    return elsewhere or (str(answer.body) if answer.body else "")


def named(transition: "Transition", subject: "Proposal | Conclusion") -> "Transition":
    """Return ``transition`` with the label it has in the body that has ``subject``: who agrees to do it has nothing to
    adopt."""
    if transition.name == "adopt" and subject.referral is not None and agrees(subject.referral.body):
        return replace(transition, label=gettext_lazy("Carry it out"))
    return transition


def did(event: "Event", reader: object) -> str:
    """Say what the body did that said yes, in a sentence of the story (`trepart.audit.timeline.register_word`)."""
    power = event.data.get("power")
    if power == Power.AGREES.value:
        return _("agreed to do it")
    if power == Power.RECOMMENDS.value:
        return _("settled it as its own affair")
    return _("adopted the proposal")
