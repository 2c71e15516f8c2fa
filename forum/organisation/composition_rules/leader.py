"""The one leader that a body which calls meetings must have (R6, koml § 11-2)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.composition_rules.problem import Found, Problem
from forum.organisation.enums import Role

if TYPE_CHECKING:
    from forum.organisation.models import Membership


def one_leader(seats: "Iterable[Membership]") -> Found:
    leaders = sum(m.role == Role.LEADER for m in seats)
    if leaders != 1:
        yield Problem(
            _("The body must have one leader, who calls and presides over its meetings (Local Government Act § 11-2).")
            if leaders == 0
            else _("The body has more than one leader."),
            "R6",
        )
