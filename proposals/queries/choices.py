"""What can be chosen in the forms: where a proposal can be sent back to, what it can be merged into."""

from django.db.models import Q, QuerySet

from forum.organisation.body_kinds import NEVER_NEXT
from forum.organisation.models import Body
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from proposals.notifications import duplicates
from proposals.routing import road
from trepart import clock
from trepart.alphabet import norwegian


def bodies_back(proposal: Proposal) -> QuerySet[Body]:
    """Return the bodies the proposal can be sent back to from where it is: those that have had it, what its own
    workplace has, and the groups below."""
    referral = proposal.referral
    if referral is None:
        return Body.objects.none()
    today = clock.today()
    own = road.nearest_local(proposal.unit) if proposal.unit else None
    been = [stay.body_id for stay in proposal.case.referrals.all()]
    found = Q(pk__in=been) | Q(superior=referral.body_id) | Q(pk=own.pk if own else None)
    # Upwards is a recommendation, never a sending back.
    above = [body.pk for body in road.ahead(referral.body)]
    at_work = Body.objects.filter(found, active_from__lte=today).exclude(closed_on__lte=today)
    return at_work.exclude(pk__in=[referral.body_id, *above]).order_by(norwegian("name"))


def bodies_beside(body: Body | None) -> QuerySet[Body]:
    """Return the bodies that ``body`` can hand a proposal over to when it belongs with them: those at
    work that lead on to an end.

    Never those ahead of it: what goes up goes with a recommendation (domain.md, step 5).
    """
    today = clock.today()
    at_work = Body.objects.filter(active_from__lte=today).exclude(closed_on__lte=today).select_related("superior")
    others = at_work.exclude(kind__in=NEVER_NEXT)
    shut = {body.pk, *(above.pk for above in road.ahead(body))} if body is not None else set()
    fit = [each.pk for each in others if each.pk not in shut and road.leads_on(each)]
    return Body.objects.filter(pk__in=fit).order_by(norwegian("name"))


def may_be_merged_into(proposal: Proposal | None) -> QuerySet[Proposal]:
    """Return the proposals that ``proposal`` can be merged into: those whose last answer has not been given."""
    alive = (
        ProposalStatus.RECEIVED,
        ProposalStatus.IN_TREATMENT,
        ProposalStatus.CONSIDERED,
        ProposalStatus.AWAITING_COUNCIL,
        ProposalStatus.ADOPTED,
    )
    found = Proposal.objects.filter(status__in=alive).select_related("case")
    if proposal is not None:
        found = found.exclude(pk__in=[proposal.pk, *(each.pk for each in duplicates(proposal))])
    return found
