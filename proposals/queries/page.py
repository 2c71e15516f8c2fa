"""What the page of one proposal reads besides the proposal itself."""

from typing import TYPE_CHECKING

from proposals.models import Position, Proposal
from trepart.access import grants, policy

if TYPE_CHECKING:
    from trepart.access.rules import Person


def deals_with(proposal: Proposal, reader: "Person") -> bool:
    """Say whether ``reader`` sits in a body that has the proposal or has had it: what is kept between the bodies is theirs to see."""
    if not reader.is_authenticated:
        return False
    bodies = {stay.body_id for stay in proposal.case.referrals.all()}
    return not grants.of(reader).bodies("proposals.view").isdisjoint(bodies)


def positions_for(proposal: Proposal, reader: "Person") -> list[Position]:
    """Return what each held where a group did not agree, newest first, for those who deal with the proposal (R24)."""
    if not deals_with(proposal, reader):
        return []
    found = Position.objects.filter(referral__case=proposal.case_id)
    return list(
        found.select_related("membership__person", "stand_in__person", "referral__body").order_by(
            "-referral__closed_at", "id"
        )
    )


def merged_for(proposal: Proposal, reader: "Person") -> list[Proposal]:
    """Return the proposals that were merged into this one and that ``reader`` may read."""
    found = policy.visible_to(reader, "proposals.view", Proposal.objects.filter(merged_into=proposal))
    return list(found.select_related("case").order_by("pk"))
