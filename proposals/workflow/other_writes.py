"""A write on a proposal that is no step: the case locked, the right asked afresh, the event written."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Model

from forum.cases.models import Case
from proposals.enums import OPEN_TO_TREATMENT, ProposalStatus
from proposals.models import Proposal
from proposals.workflow import preparing
from trepart import audit
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.authorising import authorise
from trepart.refusals import GuardRefused, WrongState

#: Where a proposal is with a body.
UNDER_TREATMENT = frozenset({ProposalStatus.RECEIVED, *OPEN_TO_TREATMENT})


def holder(proposal: Proposal) -> dict[str, object]:
    """Return what the event says of who has the proposal."""
    referral = proposal.referral
    return {"body": referral.body.name if referral else ""}


@contextmanager
def writing(
    proposal: Proposal,
    action: str,
    *,
    actor: User,
    permission: str,
    states: frozenset[ProposalStatus],
    seen: int | None = None,
    data: Callable[[Proposal], Mapping[str, object]] = lambda fresh: {},
    text: Mapping[str, object] | None = None,
    subject: Model | None = None,
) -> Iterator[tuple[Proposal, Event]]:
    """Lock the case, ask for the right afresh, and write the event everything in the block carries; about the proposal
    itself unless ``subject`` is said."""
    with transaction.atomic():
        fresh = locked_proposal(proposal)
        if fresh.status not in states or (seen is not None and seen != fresh.status_event_id):
            raise WrongState
        by = authorise(actor, permission, fresh)
        if permission in preparing.RIGHTS and (why := preparing.why_not(fresh, by.actor)):
            raise GuardRefused(why)
        with audit.recorded(
            action,
            actor=by.actor,
            subject=subject or fresh,
            root=fresh.case,
            acting=by.acting,
            data=data(fresh),
            text=text,
        ) as event:
            yield fresh, event


def locked_proposal(proposal: Proposal) -> Proposal:
    """Lock the case and the proposal, in that order, and return it as it stands."""
    list(Case.objects.select_for_update(no_key=True).filter(pk=proposal.case_id).values_list("pk"))
    locked = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related("case")
    return locked.get(pk=proposal.pk)
