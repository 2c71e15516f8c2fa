"""Who has sent a proposal in, to those in `forum` who ask (`forum.cases.own_cases`; fvl § 6, R12)."""

from typing import TYPE_CHECKING

from forum.cases.models import Case
from proposals.consent.impartiality import queries
from proposals.models import PartialityAnswer, Proposal
from proposals.notifications import duplicates
from proposals.presenting.display_names import may_see_proposer, own_name
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person


class SentProposals:
    """Answers for the cases of proposals."""

    def sent_in(self, case: Case, person: "User") -> bool:
        """Say whether ``person`` has sent in the proposal, or one that was merged into it."""
        proposal = Proposal.objects.filter(case=case).first()
        return proposal is not None and queries.sent_in(proposal, person)

    def may_know_who(self, case: Case, reader: "Person", who: "User | None") -> bool:
        """Say whether ``reader`` may know that ``who`` sent in the proposal, or one that was merged into it."""
        proposal = Proposal.objects.select_related("case").filter(case=case).first()
        if proposal is None:
            return False
        if proposal.is_by(who):
            return may_see_proposer(proposal, reader)
        return policy.can(reader, "proposals.see_proposer", proposal)

    def names_hidden(self, case: Case, reader: "Person") -> list[str]:
        """Return the proposer's name, and of those whose proposals were merged into it, where it is not shown and
        ``reader`` may know it."""
        proposal = Proposal.objects.select_related("case", "proposer", "paper").filter(case=case).first()
        if proposal is None:
            return []
        hidden = [each for each in (proposal, *duplicates(proposal)) if not each.show_name]
        found = [own_name(each) for each in hidden if may_see_proposer(each, reader)]
        return sorted({name for name in found if name})

    def stepped_aside(self, case: Case, person: "User") -> bool:
        """Say whether ``person`` has said that they are partial in the proposal."""
        return PartialityAnswer.objects.filter(referral__case=case, person=person, partial=True).exists()
