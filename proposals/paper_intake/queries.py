"""Letters to proposers without an account: what waits for whom, and what has been sent."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from proposals.models import Letter, Proposal
from trepart.access import grants, policy

if TYPE_CHECKING:
    from trepart.access.models import User


def letters_for(person: "User", *, sent: bool) -> QuerySet[Letter]:
    """Return the letters ``person`` may send: those that wait, the one due first at the top, or (``sent``) those that
    went, the newest first."""
    mine = policy.visible_to(person, "proposals.send_letters", Proposal.objects.all())
    found = Letter.objects.filter(proposal__in=mine.values("pk")).select_related(
        "proposal__case", "proposal__paper", "body", "sent_by"
    )
    if sent:
        return found.filter(sent_on__isnull=False).order_by("-sent_on", "-id")
    return found.filter(sent_on__isnull=True).order_by("due_on", "id")


def waiting_for(person: "User") -> QuerySet[Letter]:
    """Return the letters that stand as tasks on the page of ``person``: what the own bodies have answered, and what
    nobody else is left to send."""
    held = grants.of(person).bodies("proposals.send_letters")
    if not held:
        return Letter.objects.none()
    left = Q(body__isnull=True) | Q(body__closed_on__isnull=False)
    return letters_for(person, sent=False).filter(Q(body__in=held) | left)
