"""Who must sit in a coordination group, an LMU or the line: the cooperation agreement and koml § 13-1 (R16, R24)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.composition_rules.problem import Found, Problem
from forum.organisation.composition_rules.sexes import balance
from forum.organisation.enums import DecidesBy, Part, Role

if TYPE_CHECKING:
    from forum.organisation.models import Body, Membership


def coordination(body: "Body", people: "Sequence[Membership]", seats: "Sequence[Membership]", on: date) -> Found:
    if not any(m.role == Role.LEADER for m in seats):
        yield Problem(_("The coordination group has no leader (the cooperation agreement)."), "R24")
    if not any(_speaks_for_employees(m) for m in seats):
        yield Problem(_("The coordination group has no union representative (the cooperation agreement)."), "R24")
    if body.superior_id is None:
        yield Problem(
            _("The body sends on to nobody: what needs a grant would have nowhere to go (the cooperation agreement)."),
            "R24",
            warning=True,
        )
    yield from balance(people)


def lmu(body: "Body", people: "Sequence[Membership]", seats: "Sequence[Membership]", on: date) -> Found:
    """R24: the unit's leader, union representative and safety representative; consensus; somewhere to send
    what it cannot decide."""
    if not any(m.role == Role.LEADER for m in seats):
        yield Problem(
            _("The LMU has no leader. The unit's leader must be a member (the cooperation agreement on LMU)."), "R24"
        )
    if not any(_speaks_for_employees(m) for m in seats):
        yield Problem(_("The LMU has no union representative (the cooperation agreement on LMU)."), "R24")
    if not any(m.role == Role.SAFETY_REPRESENTATIVE for m in seats):
        yield Problem(_("The LMU has no safety representative (Working Environment Act chapter 6)."), "R20")
    if body.decides_by != DecidesBy.CONSENSUS:
        yield Problem(_("An LMU decides by consensus; it does not vote (the cooperation agreement on LMU)."), "R24")
    if body.superior_id is None:
        yield Problem(
            _("Say to which body the LMU sends what it cannot decide itself (the cooperation agreement on LMU)."), "R24"
        )


def line(body: "Body", people: "Sequence[Membership]", seats: "Sequence[Membership]", on: date) -> Found:
    """Lunner's model (the guide): the workplace's leader has the proposal first, and the chief executive prepares
    the cases (koml § 13-1)."""
    leaders = [m for m in seats if m.role == Role.LEADER]
    if len(leaders) != 1:
        yield Problem(_("There must be one leader, and there are %(count)s.") % {"count": len(leaders)}, "R16")
    if body.superior_id is None:
        yield Problem(
            _("Say to whom the leader sends what is for others to decide (Local Government Act § 13-1)."), "R16"
        )


def _speaks_for_employees(membership: "Membership") -> bool:
    return membership.role == Role.UNION_REPRESENTATIVE or membership.part == Part.UNION
