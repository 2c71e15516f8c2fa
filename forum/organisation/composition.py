"""Who must sit in a body: the composition rules R1 to R3, each told in a sentence that names its paragraph.

One function, :func:`problems`, is asked by the body's page and by the service that puts a body to work, so that what
the page shows is what activation refuses. What only some kinds of bodies must keep lies in `composition_rules`. Short
names in the rules: koml = kommuneloven (LOV-2018-06-22-83), aml = arbeidsmiljøloven, seed = Fagforbundet's guide.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from forum.organisation.body_kinds import BODY_KINDS
from forum.organisation.composition_rules.problem import Found, Problem
from forum.organisation.enums import ELECTED_BODIES, DecidesBy, LegalBasis, Role
from forum.organisation.models import Body, Membership
from trepart import clock


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
    if body.kind in BODY_KINDS:
        for rule in BODY_KINDS[body.kind].composition:
            found += rule(body, people, seats, on)
    return sorted(found, key=lambda problem: problem.warning)


def hindrances(body: Body, on: date | None = None) -> list[Problem]:
    """Return only what shuts activation."""
    return [problem for problem in problems(body, on) if not problem.warning]


# What it rests on (R1) ------------------------------------------------------------------------------------------------


def _foundation(body: Body) -> Found:
    row = BODY_KINDS.get(body.kind)
    if not body.legal_basis:
        yield Problem(_("Say on what legal basis the body rests (Local Government Act §§ 5-7, 5-11 or another)."), "R1")
    elif row is not None and body.legal_basis not in row.bases:
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
    if (body.decides_by == DecidesBy.LEADER) != (row is not None and row.decides_by == DecidesBy.LEADER):
        yield Problem(
            _("A leader in the line decides alone, and no other body does (Local Government Act § 13-1)."), "R16"
        )
    if row is not None and row.needs_mandate and not body.mandate.strip():
        yield Problem(
            _(
                "The body needs rules that say its mandate, what it may decide and for how long (Local "
                "Government Act § 5-13)."
            )
            if body.legal_basis in ELECTED_BODIES
            else _("The body needs rules that say what it is for, and for how long."),
            "R2",
        )
    if body.legal_basis == LegalBasis.KOML_5_7 and "utval" not in body.name.lower():
        yield Problem(
            _("The name of the body must contain “utvalg” (Local Government Act § 5-1)."), "R34", warning=True
        )
    if body.is_another_arrangement and not body.evidence.strip():
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
