"""Who must sit in a committee: koml §§ 5-7 and 5-11, and another arrangement under § 5-11 (R2)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.organisation.composition_rules.leader import one_leader
from forum.organisation.composition_rules.problem import Found, Problem
from forum.organisation.composition_rules.sexes import balance
from forum.organisation.enums import ELECTED_BODIES, LegalBasis, Part, Role, Side

if TYPE_CHECKING:
    from forum.organisation.models import Body, Membership

#: koml § 5-7: a committee has at least three members.
LEAST_MEMBERS = 3
#: koml § 5-11: the employees' representatives are elected for two years at a time.
EMPLOYEES_TERM_YEARS = 2


def committee(body: "Body", people: "Sequence[Membership]", seats: "Sequence[Membership]", on: date) -> Found:
    if body.legal_basis in ELECTED_BODIES and len(seats) < LEAST_MEMBERS:
        yield Problem(
            _("The body must have at least three members, and it has %(count)s (Local Government Act § 5-7).")
            % {"count": len(seats)},
            "R2",
        )
    if body.legal_basis in ELECTED_BODIES:
        yield from _not_eligible(people)
    if body.legal_basis == LegalBasis.KOML_5_11:
        yield from _two_sides(seats)
        yield from _chosen_by_council(seats)
        yield from _two_years(people, on)
    elif body.is_another_arrangement:
        yield from _three_equal_parts(seats)
        yield from one_leader(seats)
    else:
        yield from one_leader(seats)
    yield from balance(people)


def _not_eligible(people: "Iterable[Membership]") -> Found:
    """koml § 7-3: kommunedirektør, deputy, kommunalsjefer and etatssjefer, the secretaries of kommunestyret, the head
    of accounts and the auditors cannot be elected, neither as members nor as deputies."""
    for m in people:
        if m.leads_administration and (m.seated or m.role == Role.DEPUTY):
            yield Problem(
                _("%(name)s holds a position that shuts out from being elected (Local Government Act § 7-3).")
                % {"name": m.person.name},
                "R2",
            )


def _two_sides(seats: "Sequence[Membership]") -> Found:
    """koml § 5-11: representatives of the municipality and of the employees, with the
    municipality's in the majority."""
    for m in seats:
        if not m.side:
            yield Problem(
                _(
                    "Say which side %(name)s represents, the municipality or the employees (Local Government "
                    "Act § 5-11)."
                )
                % {"name": m.person.name},
                "R2",
            )
    municipality = sum(m.side == Side.MUNICIPALITY for m in seats)
    employees = sum(m.side == Side.EMPLOYEES for m in seats)
    if not employees:
        yield Problem(_("The employees have no representative in the body (Local Government Act § 5-11)."), "R2")
    if 2 * municipality <= len(seats):
        yield Problem(
            _(
                "The municipality's representatives must be more than half of the members. They are %(count)s "
                "of %(total)s (Local Government Act § 5-11)."
            )
            % {"count": municipality, "total": len(seats)},
            "R2",
        )


def _chosen_by_council(seats: "Sequence[Membership]") -> Found:
    """koml § 5-11: kommunestyret elects the municipality's representatives, and leader and deputy leader among them."""
    for m in seats:
        if m.side == Side.MUNICIPALITY and not m.elected_by_council and m.role not in (Role.LEADER, Role.DEPUTY_LEADER):
            yield Problem(
                _(
                    "%(name)s represents the municipality and must be elected by the municipal council (Local "
                    "Government Act § 5-11)."
                )
                % {"name": m.person.name},
                "R2",
            )
    for role, missing, many in (
        (
            Role.LEADER,
            _("The body has no leader. The municipal council elects one (Local Government Act § 5-11)."),
            _("The body has more than one leader. The municipal council elects one (Local Government Act § 5-11)."),
        ),
        (
            Role.DEPUTY_LEADER,
            _("The body has no deputy leader. The municipal council elects one (Local Government Act § 5-11)."),
            _(
                "The body has more than one deputy leader. The municipal council elects one (Local Government "
                "Act § 5-11)."
            ),
        ),
    ):
        holders = [m for m in seats if m.role == role]
        if not holders:
            yield Problem(missing, "R2")
        elif len(holders) > 1:
            yield Problem(many, "R2")
        for m in holders:
            if not m.elected_by_council or m.side != Side.MUNICIPALITY:
                yield Problem(
                    _(
                        "%(name)s is %(role)s and must be elected by the municipal council among the municipality's "
                        "representatives (Local Government Act § 5-11)."
                    )
                    % {"name": m.person.name, "role": m.get_role_display()},
                    "R2",
                )


def _two_years(people: "Iterable[Membership]", on: date) -> Found:
    """koml § 5-11: the employees' representatives are elected for two years; from then on a new election is due."""
    for m in people:
        if m.side == Side.EMPLOYEES and (m.seated or m.role == Role.DEPUTY) and term_ends(m) <= on:
            yield Problem(
                _(
                    "%(name)s has sat for two years. The employees' representatives are elected for two years "
                    "at a time (Local Government Act § 5-11)."
                )
                % {"name": m.person.name},
                "R2",
                warning=True,
            )


def term_ends(membership: "Membership") -> date:
    """Return the day two years after ``membership`` began: from then on the employees must elect anew (koml § 5-11)."""
    begun = membership.valid_from
    try:
        return begun.replace(year=begun.year + EMPLOYEES_TERM_YEARS)
    except ValueError:  # begun on 29 February
        return begun.replace(year=begun.year + EMPLOYEES_TERM_YEARS, month=3, day=1)


def _three_equal_parts(seats: "Sequence[Membership]") -> Found:
    """Another arrangement (koml § 5-11): the three parts are equal, as in Lunner's body of three from each (seed)."""
    for m in seats:
        if not m.part:
            yield Problem(
                _(
                    "Say which of the three parts %(name)s represents: elected politicians, administration or "
                    "union representatives (another arrangement, Local Government Act § 5-11)."
                )
                % {"name": m.person.name},
                "R2",
            )
    counts = {part: sum(m.part == part for m in seats) for part in Part}
    if len(set(counts.values())) > 1 or not all(counts.values()):
        yield Problem(
            _(
                "The three parts must have equally many members. Now it is %(elected)s elected politicians, "
                "%(administration)s from the administration and %(union)s union representatives (another arrangement, "
                "Local Government Act § 5-11)."
            )
            % {str(part): count for part, count in counts.items()},
            "R2",
        )
