"""Who must sit in a body: the composition rules R1 to R3, each told in a sentence that names its paragraph.

One function, :func:`problems`, is asked by the body's page and by the service that puts a body to work, so that what
the page shows is what activation refuses. Short names in the rules: koml = kommuneloven (LOV-2018-06-22-83), aml =
arbeidsmiljøloven, seed = Fagforbundet's guide.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis, Part, Role, Sex, Side
from forum.organisation.models import Body, Membership
from trepart import clock

#: Bodies that are folkevalgte organer: koml chapter 11 and § 7-3 apply to them whatever the body
#: itself wishes (§ 5-2, R1).
ELECTED_BODIES = frozenset({LegalBasis.KOML_5_7, LegalBasis.KOML_5_11})

#: What each kind of body may rest on (R1).
BASES: dict[str, frozenset[str]] = {
    BodyKind.COMMITTEE: frozenset({LegalBasis.KOML_5_7, LegalBasis.KOML_5_11, LegalBasis.KOML_5_11_OTHER}),
    BodyKind.COORDINATION: frozenset({LegalBasis.COOPERATION, LegalBasis.AML_7_1}),
    BodyKind.LMU: frozenset({LegalBasis.COOPERATION}),
    BodyKind.LINE: frozenset({LegalBasis.KOML_13_1}),
    BodyKind.GRENDEUTVALG: frozenset({LegalBasis.ASSOCIATION}),
    BodyKind.COUNCIL: frozenset({LegalBasis.COUNCIL}),
}

#: koml § 5-7: a committee has at least three members.
LEAST_MEMBERS = 3
#: koml § 5-11: the employees' representatives are elected for two years at a time.
EMPLOYEES_TERM_YEARS = 2


@dataclass(frozen=True)
class Problem:
    """One broken rule: the sentence the reader sees (it names the paragraph), the rule's number, and
    whether it only warns."""

    message: str
    rule: str
    warning: bool = False


Found = Iterator[Problem]


def problems(body: Body, on: date | None = None) -> list[Problem]:
    """Return what is wrong with ``body`` as it stands on that day (today unless said): what shuts
    activation first, then warnings.

    Reads the memberships that run that day in one query; a body not saved yet is judged as one without members.
    """
    on = on or clock.today()
    people = list(Membership.objects.running(on).filter(body=body).select_related("person")) if body.pk else []
    return judge(body, people, on)


def judge(body: Body, people: Sequence[Membership], on: date) -> list[Problem]:
    """Return what is wrong with ``body`` when ``people`` are all who sit in it on the day ``on``. Asks
    the database for nothing."""
    seats = [m for m in people if m.seated]
    found = list(_foundation(body))
    found += _seats(people, seats)
    for rules in _RULES.get(body.kind, ()):
        found += rules(body, people, seats, on)
    return sorted(found, key=lambda problem: problem.warning)


def hindrances(body: Body, on: date | None = None) -> list[Problem]:
    """Return only what shuts activation."""
    return [problem for problem in problems(body, on) if not problem.warning]


# What it rests on (R1) ------------------------------------------------------------------------------------------------


def _foundation(body: Body) -> Found:
    if not body.legal_basis:
        yield Problem(_("Say on what legal basis the body rests (Local Government Act §§ 5-7, 5-11 or another)."), "R1")
    elif body.kind in BASES and body.legal_basis not in BASES[body.kind]:
        yield Problem(
            _("A %(kind)s cannot rest on “%(basis)s”. Choose another legal basis.")
            % {"kind": body.get_kind_display(), "basis": body.get_legal_basis_display()},
            "R1",
        )
    if body.legal_basis in ELECTED_BODIES:
        if not body.chapter_11:
            yield Problem(
                _("The body must follow the rules for meetings in chapter 11 (Local Government Act § 5-2)."), "R1"
            )
        if not body.meetings_open:
            yield Problem(_("The body's meetings must be open (Local Government Act § 11-5)."), "R8")
        if body.decides_by != DecidesBy.VOTE:
            yield Problem(_("The body must decide by vote (Local Government Act § 11-9)."), "R11")
    if (body.decides_by == DecidesBy.LEADER) != (body.kind == BodyKind.LINE):
        yield Problem(
            _("A leader in the line decides alone, and no other body does (Local Government Act § 13-1)."), "R16"
        )
    if body.kind == BodyKind.COMMITTEE and not body.mandate.strip():
        yield Problem(
            _(
                "The body needs rules that say its mandate, what it may decide and for how long (Local "
                "Government Act § 5-13)."
            ),
            "R2",
        )
    if body.legal_basis == LegalBasis.KOML_5_11_OTHER and not body.evidence.strip():
        yield Problem(
            _(
                "Write down how it is known that at least three quarters of the employees want another "
                "arrangement (Local Government Act § 5-11)."
            ),
            "R1",
        )


def _seats(people: Sequence[Membership], seats: Sequence[Membership]) -> Found:
    """One person has one seat; R11 counts members, and nobody counts twice."""
    for person, count in Counter(m.person for m in seats).items():
        if count > 1:
            yield Problem(_("%(name)s has more than one seat in the body.") % {"name": person.name}, "R11")
    seated = {m.person_id for m in seats}
    for m in people:
        if m.role == Role.DEPUTY and m.person_id in seated:
            yield Problem(
                _(
                    "%(name)s has a seat and is deputy as well. A deputy must be somebody else (Local "
                    "Government Act § 7-10)."
                )
                % {"name": m.person.name},
                "R4",
            )


# The committee: §§ 5-7, 5-11 and another arrangement (R2) -------------------------------------------------------------


def _committee(body: Body, people: Sequence[Membership], seats: Sequence[Membership], on: date) -> Found:
    if len(seats) < LEAST_MEMBERS:
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
        for side, word in (
            (Side.MUNICIPALITY, _("the municipality's side")),
            (Side.EMPLOYEES, _("the employees' side")),
        ):
            yield from _balance([m for m in people if m.side == side], word)
    elif body.legal_basis == LegalBasis.KOML_5_11_OTHER:
        yield from _three_equal_parts(seats)
        yield from _one_leader(seats)
        for part in Part:
            yield from _balance([m for m in people if m.part == part], str(part.label))
    else:
        yield from _one_leader(seats)
        yield from _balance(people, _("the body"))


def _not_eligible(people: Iterable[Membership]) -> Found:
    """koml § 7-3: kommunedirektør, deputy, kommunalsjefer and etatssjefer cannot be elected, neither as
    members nor as deputies."""
    for m in people:
        if m.leads_administration and (m.seated or m.role == Role.DEPUTY):
            yield Problem(
                _("%(name)s is chief executive or head of a sector and cannot be elected (Local Government Act § 7-3).")
                % {"name": m.person.name},
                "R2",
            )


def _two_sides(seats: Sequence[Membership]) -> Found:
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


def _chosen_by_council(seats: Sequence[Membership]) -> Found:
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


def _two_years(people: Iterable[Membership], on: date) -> Found:
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


def term_ends(membership: Membership) -> date:
    """Return the day two years after ``membership`` began: from then on the employees must elect anew (koml § 5-11)."""
    begun = membership.valid_from
    try:
        return begun.replace(year=begun.year + EMPLOYEES_TERM_YEARS)
    except ValueError:  # begun on 29 February
        return begun.replace(year=begun.year + EMPLOYEES_TERM_YEARS, month=3, day=1)


def _three_equal_parts(seats: Sequence[Membership]) -> Found:
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


def _one_leader(seats: Iterable[Membership]) -> Found:
    leaders = sum(m.role == Role.LEADER for m in seats)
    if leaders != 1:
        yield Problem(
            _("The body must have one leader, who calls and presides over its meetings (Local Government Act § 11-2).")
            if leaders == 0
            else _("The body has more than one leader."),
            "R6",
        )


# Both sexes (R3) ------------------------------------------------------------------------------------------------------


def _balance(people: Sequence[Membership], word: str) -> Found:
    """koml §§ 7-4 to 7-7: at least 40 per cent of each sex where four or more are elected, both
    sexes where two or three are.

    Binding for the members kommunestyret elects; advice for its deputies and for everybody else (R3 [?]).
    """
    for chosen, group in (
        (True, [m for m in people if m.seated and m.elected_by_council]),
        (False, [m for m in people if m.role == Role.DEPUTY and m.elected_by_council]),
        (False, [m for m in people if m.seated and not m.elected_by_council]),
    ):
        if len(group) < 2:
            continue
        if any(not m.sex for m in group):
            if chosen:
                names = ", ".join(sorted(m.person.name for m in group if not m.sex))
                yield Problem(
                    _(
                        "Register the sex of %(names)s: the balance among those elected by the municipal "
                        "council must be checked (Local Government Act §§ 7-4 to 7-7)."
                    )
                    % {"names": names},
                    "R3",
                )
            continue
        fewest = min(sum(m.sex == sex for m in group) for sex in Sex)
        if fewest >= least_of_each_sex(len(group)):
            continue
        values = {"group": word, "count": fewest, "total": len(group)}
        if len(group) < 4:
            message = _(
                "Both sexes must be represented among those elected to %(group)s (Local Government Act §§ 7-4 to 7-7)."
            )
        else:
            message = _(
                "At least 40 per cent of those elected to %(group)s must be of each sex. Now it is %(count)s "
                "of %(total)s (Local Government Act §§ 7-4 to 7-7)."
            )
        yield Problem(message % values, "R3", warning=not chosen)


def least_of_each_sex(elected: int) -> int:
    """Return how many of each sex there must be among ``elected`` people: one of two or three, 40 per cent
    rounded up from four on."""
    if elected < 2:
        return 0
    return 1 if elected < 4 else -(-elected * 2 // 5)


# The other bodies -----------------------------------------------------------------------------------------------------


def _coordination(body: Body, people: Sequence[Membership], seats: Sequence[Membership], on: date) -> Found:
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
    yield from _balance(people, _("the body"))


def _lmu(body: Body, people: Sequence[Membership], seats: Sequence[Membership], on: date) -> Found:
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


def _line(body: Body, people: Sequence[Membership], seats: Sequence[Membership], on: date) -> Found:
    """Lunner's model (the guide): the workplace's leader has the proposal first, and the chief executive prepares
    the cases (koml § 13-1)."""
    leaders = [m for m in seats if m.role == Role.LEADER]
    if len(leaders) != 1:
        yield Problem(_("There must be one leader, and there are %(count)s.") % {"count": len(leaders)}, "R16")
    if body.superior_id is None:
        yield Problem(
            _("Say to whom the leader sends what is for others to decide (Local Government Act § 13-1)."), "R16"
        )


def _speaks_for_employees(membership: Membership) -> bool:
    return membership.role == Role.UNION_REPRESENTATIVE or membership.part == Part.UNION


Rules = Callable[[Body, Sequence[Membership], Sequence[Membership], date], Found]

_RULES: dict[str, tuple[Rules, ...]] = {
    BodyKind.COMMITTEE: (_committee,),
    BodyKind.COORDINATION: (_coordination,),
    BodyKind.LMU: (_lmu,),
    BodyKind.LINE: (_line,),
}

__all__ = ["BASES", "ELECTED_BODIES", "Problem", "hindrances", "judge", "least_of_each_sex", "problems", "term_ends"]
