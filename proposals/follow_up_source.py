"""Adopted measures on the list of follow-up of the body that adopted them (`forum.meetings.follow_up.sources`)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess
from forum.meetings.follow_up.sources import Measure
from forum.organisation.models import Body
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.rules import Person


class AdoptedMeasures:
    """What a body has adopted of proposals, until it is carried out."""

    def of_body(self, body: Body, person: "Person", *, done_since: date) -> Sequence[Measure]:
        """Return the measures ``body`` adopted that are not carried out, or were on ``done_since`` or later, as
        ``person`` may read them; one query."""
        running = Q(status=ProposalStatus.ADOPTED)
        carried_out = Q(status=ProposalStatus.IMPLEMENTED, carried_out_on__gte=done_since)
        adopted = Proposal.objects.filter(running | carried_out, adopted_by=body)
        found = policy.visible_to(person, "proposals.view", adopted).select_related("case", "responsible")
        return [
            Measure(
                title=proposal.title,
                label=proposal.case.reference,
                url=proposal.get_absolute_url(),
                responsible=proposal.responsible.name if proposal.responsible is not None else "",
                due_on=proposal.due_on,
                done_on=proposal.carried_out_on if proposal.status == ProposalStatus.IMPLEMENTED else None,
                public=_("Case %(reference)s, not public") % {"reference": proposal.case.reference}
                if proposal.case.access == CaseAccess.RECEIVER
                else "",
            )
            for proposal in found.order_by("due_on", "pk")
        ]
