"""What the page of one proposal reads besides the proposal itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from forum.cases.models import CaseGuest
from proposals.models import Position, Proposal
from trepart.access import grants, policy

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass(frozen=True)
class Belongings:
    """Which of the things that most proposals do not have this one has: then they are looked for, and who
    may see them is asked."""

    opinions: bool
    documents: bool
    positions: bool
    merged: bool
    guests: bool
    heard: bool
    corrected: bool


def belongings(proposal: Proposal) -> Belongings:
    """Return what there is; one query instead of one for each."""
    with connection.cursor() as cursor:
        cursor.execute(_BELONGINGS, {"case": proposal.case_id, "proposal": proposal.pk})
        return Belongings(*cursor.fetchone())


_BELONGINGS = """
SELECT EXISTS (SELECT 1 FROM cases_opinion WHERE case_id = %(case)s),
    EXISTS (SELECT 1 FROM cases_document WHERE case_id = %(case)s),
    EXISTS (SELECT 1 FROM proposals_position said JOIN cases_referral stay ON stay.id = said.referral_id
        WHERE stay.case_id = %(case)s),
    EXISTS (SELECT 1 FROM proposals_proposal WHERE merged_into_id = %(proposal)s),
    EXISTS (SELECT 1 FROM cases_caseguest guest JOIN cases_referral stay ON stay.id = guest.referral_id
        WHERE stay.case_id = %(case)s AND guest.said_at IS NOT NULL),
    EXISTS (SELECT 1 FROM proposals_heardword WHERE proposal_id = %(proposal)s),
    EXISTS (SELECT 1 FROM meetings_recordcorrection correction
        JOIN meetings_agendaitem item ON item.id = correction.item_id
        JOIN cases_referral stay ON stay.id = item.referral_id WHERE stay.case_id = %(case)s)
"""


def deals_with(proposal: Proposal, reader: "Person") -> bool:
    """Say whether ``reader`` sits in a body that has the proposal or has had it: what is kept between the
    bodies is theirs to see."""
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


def guests_for(proposal: Proposal, reader: "Person") -> list[CaseGuest]:
    """Return what representatives of the users have said, the oldest first: to those who deal with the proposal, and to
    each guest what is their own (R24)."""
    found = CaseGuest.objects.filter(referral__case=proposal.case_id, said_at__isnull=False)
    if not deals_with(proposal, reader):
        found = found.filter(membership__person=reader.pk)
    said = list(found.select_related("membership__person", "sheet").order_by("said_at", "pk"))
    if proposal.is_by(reader):
        for guest in said:
            guest.sheet = None  # never saved: a letter from a guest is not for the proposer
    return said


def merged_for(proposal: Proposal, reader: "Person") -> list[Proposal]:
    """Return the proposals that were merged into this one and that ``reader`` may read."""
    found = policy.visible_to(reader, "proposals.view", Proposal.objects.filter(merged_into=proposal))
    return list(found.select_related("case").order_by("pk"))
