"""What waits for whoever has the authority: since when it was recommended, and with whom (R34, R35)."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from forum.cases.deadlines import soon_until
from forum.cases.enums import ReferralOutcome, Resolution
from forum.delegations.enums import Authority
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.queries import day_of
from forum.organisation.enums import OfficeKind
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from trepart.access import grants, policy

if TYPE_CHECKING:
    from trepart.access.models import User


def recommended_on(proposal: Proposal) -> date | None:
    """Return the day the body recommended it: that of its meeting, else the day it let go of the case. None where it
    has not."""
    sent = [stay for stay in proposal.case.referrals.all() if stay.outcome == ReferralOutcome.TO_COUNCIL]
    if not sent or sent[-1].closed_at is None:
        return None
    item = (
        AgendaItem.objects.filter(referral=sent[-1], decision__resolution=Resolution.TO_COUNCIL)
        .select_related("meeting")
        .order_by("pk")
        .last()
    )
    return day_of(item.meeting) if item is not None else timezone.localtime(sent[-1].closed_at).date()


def is_chief_executive(person: "User") -> bool:
    """Say whether ``person`` is the chief executive today."""
    return any(place.role == OfficeKind.CHIEF_EXECUTIVE for place in grants.of(person).standings)


def waiting_for(person: "User") -> list[Proposal]:
    """Return what ``person`` is to write an answer to: as the chief executive from the day it is recommended, else from
    when it is soon to be asked about."""
    due = Q(ask_council_on__lte=soon_until())
    if is_chief_executive(person):
        due |= Q(awaits=Authority.CHIEF_EXECUTIVE)
    waiting = Proposal.objects.filter(due, status=ProposalStatus.AWAITING_COUNCIL)
    mine = policy.visible_to(person, "proposals.record_council", waiting).select_related("case")
    return list(mine.order_by("ask_council_on", "id"))
