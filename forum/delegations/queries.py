"""Reads about delegations: a body's own, with what has been decided by each, and the way there from its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.delegations.enums import Power, power_of
from forum.delegations.models import Delegation
from forum.organisation.body_links import BodyLink
from forum.organisation.models import Body
from trepart import clock

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass(frozen=True)
class Line:
    """One delegation as its page shows it: how many decisions rest on it, and how much they gave this year."""

    delegation: Delegation
    decisions: int
    given: int

    @property
    def runs(self) -> bool:
        """Say whether it is in force today."""
        return self.delegation.runs()

    @property
    def over(self) -> bool:
        """Say whether it has ended."""
        return self.delegation.valid_to is not None and self.delegation.valid_to < clock.today()


def lines_of(body: Body) -> list[Line]:
    """Return the delegations of ``body``, those in force first, each with what rests on it; in two queries."""
    year = timezone.localtime(clock.now()).year
    found = (
        Delegation.objects.filter(body=body)
        .select_related("case")
        .prefetch_related("case__documents")
        .annotate(
            used=Count("decisions", distinct=True),
            given=Sum("decisions__amount", filter=Q(decisions__decided_at__year=year)),
        )
        .order_by("-valid_from", "pk")
    )
    lines = [Line(one, one.used, one.given or 0) for one in found]
    return sorted(lines, key=lambda line: line.over)


def links_of(body: Body, person: "Person") -> Iterable[BodyLink]:
    """Lead everybody from the page of a body that can be given something to decide to what that is."""
    if power_of(body.legal_basis) == Power.DELEGATED and body.active_from is not None:
        yield BodyLink(_("What it may decide"), reverse("forum:delegations", args=[body.slug]))
