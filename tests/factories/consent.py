"""What takes consent, in one go: a conclusion is written, and everybody with a seat says yes for their own (R24)."""

from collections.abc import Mapping
from typing import Any

from proposals.consent import services, who_answers
from proposals.consent.models import Conclusion
from proposals.models import Proposal
from trepart.access.models import User
from trepart.workflow import perform


def take(proposal: Proposal, name: str, *, actor: User | None, data: Mapping[str, Any] | None = None) -> Proposal:
    """Take a step on a proposal as its body comes to it, and return the proposal afterwards."""
    if actor is None or not services.is_concluded_by_consent(proposal, name):
        perform(proposal, name, actor=actor, data=data)
    else:
        everybody_agrees(services.conclude(proposal, name, actor=actor, data=data or {}))
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def everybody_agrees(conclusion: Conclusion) -> Conclusion:
    """Let everybody who answers for a seat and has not said yes say so, until the conclusion stands."""
    for person in who_answers.answerers(conclusion.referral.body_id):
        conclusion.refresh_from_db(fields=["status"])
        if conclusion.status == "provisional":
            services.take_position(conclusion, agrees=True, actor=person)
    conclusion.refresh_from_db()
    return conclusion


def disagree(proposal: Proposal, *, writer: User, objections: Mapping[User, str], answer: str, **data: Any) -> Proposal:
    """Let ``writer`` conclude that it is declined, the others object with their reasons, and the last of them send it
    up; return the proposal where it then is."""
    given = {"answer": "Vi gjør det ikke.", **data}
    name = "turn_down" if proposal.referral and proposal.referral.body.by_consensus else "decline"
    conclusion = services.conclude(proposal, name, actor=writer, data=given)
    for person, text in objections.items():
        services.take_position(conclusion, agrees=False, text=text, actor=person)
    perform(conclusion, "send_up", actor=person, data={"answer": answer})
    return Proposal.objects.select_related("case").get(pk=proposal.pk)
