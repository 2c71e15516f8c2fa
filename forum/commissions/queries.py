"""Reads about commissions. None costs more for thirty rows than for three."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from forum.cases.queries.opinions import standing_in_words
from forum.commissions.enums import CommissionStatus
from forum.commissions.models import Commission
from forum.organisation.enums import BodyKind
from forum.organisation.models import Body
from forum.organisation.role_assignments import at_work
from trepart import clock, ui
from trepart.access import grants, policy
from trepart.alphabet import norwegian

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person

COMMISSION_MEANING: dict[str, ui.StatusMeaning] = {
    CommissionStatus.GIVEN: "info",
    CommissionStatus.ACCEPTED: "info",
    CommissionStatus.SENT_BACK: "warning",
    CommissionStatus.REPORTED: "info",
    CommissionStatus.CONCLUDED: "success",
    CommissionStatus.CALLED_BACK: "neutral",
}


def standing(commission: Commission) -> tuple[str, ui.StatusMeaning]:
    """Say in words where a commission stands; what is late is said before all else."""
    return standing_in_words(
        commission.is_overdue, commission.due_on, CommissionStatus(commission.status), COMMISSION_MEANING
    )


def commissions() -> QuerySet[Commission]:
    """Return commissions with what their lines and pages read."""
    return Commission.objects.select_related(
        "case", "giver", "council", "receiver_body", "receiver_unit", "report_to", "item__meeting__body"
    )


def commissions_for(person: "Person", body: Body | None = None) -> QuerySet[Commission]:
    """Return the commissions ``person`` may read, newest first; those ``body`` gave, has or
    hears where one is named."""
    found = policy.visible_to(person, "forum.view_commission", commissions())
    if body is not None:
        found = found.filter(Q(giver=body) | Q(receiver_body=body) | Q(report_to=body))
    return found.order_by("-given_at", "-pk")


def commissions_to_carry(person: "User") -> QuerySet[Commission]:
    """Return what waits for ``person`` as one of those who got it, soonest due first."""
    running = commissions().filter(status__in=[CommissionStatus.GIVEN, CommissionStatus.ACCEPTED])
    return policy.visible_to(person, "forum.carry_commission", running).order_by("due_on", "pk")


def commissions_sent_back(person: "User") -> QuerySet[Commission]:
    """Return what has come back to ``person`` as one of those who gave it."""
    back = commissions().filter(status=CommissionStatus.SENT_BACK)
    return policy.visible_to(person, "forum.give_commission", back).order_by("due_on", "pk")


def givers(person: "User") -> list[Body]:
    """Return the bodies for which ``person`` may give a commission."""
    held: Any = grants.of(person).bodies("forum.give_commission")
    bodies = Body.objects.filter(at_work(clock.today()), pk__in=held)
    return list(bodies.exclude(kind=BodyKind.COUNCIL).order_by(norwegian("name"), "pk"))
