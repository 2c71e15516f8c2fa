"""How the groups of the demo agree: one writes the conclusion, each of the others answers in their own name."""

from collections.abc import Mapping

from proposals.consent import services, who_answers
from proposals.consent.models import Conclusion
from proposals.models import Proposal
from trepart.access.models import User
from trepart.workflow import perform


def take(proposal: Proposal, name: str, *, actor: User, data: Mapping[str, object]) -> None:
    """Take a step on a proposal; where its body must agree to it first, everybody with a seat says yes."""
    if not services.is_concluded_by_consent(proposal, name):
        perform(proposal, name, actor=actor, data=data)
        return
    everybody_agrees(services.conclude(proposal, name, actor=actor, data=data))


def everybody_agrees(conclusion: Conclusion) -> None:
    """Let everybody who answers for a seat say yes, until the conclusion stands."""
    for person in who_answers.answerers(conclusion.referral.body_id):
        conclusion.refresh_from_db(fields=["status"])
        if conclusion.status == "provisional":
            services.take_position(conclusion, agrees=True, actor=person)
