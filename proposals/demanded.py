"""Proposals that wait with one leader, as the members of the body above can demand them (koml § 11-3; R6)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.cases.demanded_cases import Demanded
from forum.cases.models import Referral
from forum.organisation.enums import DecidesBy
from forum.organisation.models import Body
from proposals.enums import ProposalStatus
from proposals.forms.fields import Answered
from proposals.models import Proposal
from proposals.workflow.effects import municipal_words
from proposals.workflow.other_writes import UNDER_TREATMENT, locked_proposal
from trepart.access import policy
from trepart.workflow import perform

if TYPE_CHECKING:
    from trepart.access.models import User


class DemandedProposals:
    """Answers for the cases of proposals (`forum.cases.demanded_cases.Room`)."""

    def waiting_below(self, body: Body, reader: "User") -> list[tuple[int, str]]:
        """Return those that wait with one leader below ``body`` and that ``reader`` may read, by number."""
        waiting = Referral.objects.waiting().filter(body__superior=body, body__decides_by=DecidesBy.LEADER)
        found = policy.visible_to(
            reader, "proposals.view", Proposal.objects.filter(case__in=waiting.order_by().values("case"))
        )
        return [
            (proposal.case_id, f"{proposal.case.reference} {proposal.case.title}")
            for proposal in found.select_related("case").order_by("case__year", "case__number")
        ]

    def bring_up(self, demand: Demanded) -> None:
        """Let the body whose members demand it have the proposal, where one leader below it still has it. What has
        gone on, or come to an end, is left where it is: the body then treats what is demanded as a case of its own."""
        proposal = Proposal.objects.filter(case=demand.case).first() if demand.case is not None else None
        if proposal is None:
            return
        fresh = locked_proposal(proposal)
        referral = fresh.referral
        if fresh.status not in UNDER_TREATMENT or referral is None:
            return
        if referral.body.superior_id != demand.body.pk or referral.body.decides_by != DecidesBy.LEADER:
            return
        if fresh.status == ProposalStatus.CONSIDERED:
            fresh = perform(fresh, "resume", actor=None, data={"note": ""})
        words = municipal_words(
            _("The members of %(body)s demand that the proposal is treated there."), body=demand.body.name
        )
        perform(fresh, "bring_up", actor=None, given=Answered(answer=words), basis=demand)
