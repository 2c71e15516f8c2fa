"""What the room's views share: finding a proposal, and saying how a refusal answers on the web."""

from django.http import HttpRequest

from proposals.models import Proposal
from proposals.queries.lists import with_road
from trepart.access import policy
from trepart.refusals import NotPermitted, Refused, WrongState
from trepart.text.numbers import number


def find(request: HttpRequest, case: int, *, permission: str = "proposals.view") -> Proposal:
    """Return the proposal of ``case`` with what its page reads, or answer 404 to who has not ``permission``."""
    return policy.get_or_404(request.user, permission, with_road(Proposal.objects.all()), case=case)


def seen_of(request: HttpRequest) -> int | None:
    """Return which state of the proposal the page was made from, as the form says."""
    return number(request.POST.get("seen"))


def refused_status(refusal: Refused) -> int:
    """Return the HTTP status a refusal answers with."""
    if isinstance(refusal, NotPermitted):
        return 403
    if isinstance(refusal, WrongState):
        return 409
    return 422
