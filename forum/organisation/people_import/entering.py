"""Many employees held against what is known, shown row by row before it is written."""

import difflib
from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from forum.organisation.models import Employment, Unit
from forum.organisation.people_import import files
from forum.organisation.services import bodies as services
from trepart import clock
from trepart.access.models import User
from trepart.access.sign_in import invitations


class Outcome(Enum):
    """What becomes of a row."""

    NEW = "new"
    EMPLOYED = "employed"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass
class Row:
    """One person in the file, as written, and what becomes of it. ``line`` is the line in the file, from 1."""

    line: int
    name: str
    email: str
    unit_name: str
    title: str
    outcome: Outcome = Outcome.NEW
    problem: str = ""
    unit: Unit | None = None
    person: User | None = None


def read(text: str) -> list[Row]:
    """Return the people in ``text`` (`files.records`), held against what is known; nothing is written. Raises
    ``ValidationError`` where there is nobody, or too many."""
    rows = [Row(one.line, one.name, one.email, one.unit, one.title) for one in files.records(text)]
    _judge(rows)
    return rows


def _judge(rows: list[Row]) -> None:
    """Say what becomes of each row; four queries, however many there are."""
    today = clock.today()
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.all():
        if unit.closed_on is None or unit.closed_on > today:
            units.setdefault(unit.name.casefold(), []).append(unit)
    addresses = [row.email for row in rows]
    people = {person.email.lower(): person for person in User.objects.filter(email__in=addresses)}
    employed = set(
        Employment.objects.running(today).filter(person__in=people.values()).values_list("person_id", "unit_id")
    )
    before: dict[str, list[Row]] = {}
    for row in rows:
        row.person = people.get(row.email)
        row.problem = _problem(row, units) or _repeated(row, before.get(row.email, []))
        if row.problem:
            row.outcome = Outcome.WRONG
            continue
        others = before.setdefault(row.email, [])
        others.append(row)
        if row.person is None:
            row.outcome = Outcome.NEW if len(others) == 1 else Outcome.EMPLOYED
        elif row.unit is not None and (row.person.pk, row.unit.pk) not in employed:
            row.outcome = Outcome.EMPLOYED
        else:
            row.outcome = Outcome.KNOWN


def _repeated(row: Row, others: list[Row]) -> str:
    """Say why a line about somebody who stands further up cannot be used; nothing where it tells of another post."""
    for other in others:
        if other.name.casefold() != row.name.casefold():
            return _("The address stands on line %(n)s with another name.") % {"n": other.line}
        if row.unit is None or (other.unit is not None and other.unit.pk == row.unit.pk):
            return _("The address stands on line %(n)s, too.") % {"n": other.line}
    return ""


def _problem(row: Row, units: dict[str, list[Unit]]) -> str:
    if not row.name:
        return _("The name is missing.")
    if len(row.name) > 150 or len(row.title) > 100:
        return _("The name or the title is too long.")
    try:
        validate_email(row.email)
    except ValidationError:
        return _("The e-mail address is missing or not written as one.")
    if row.person is not None and not row.person.is_active:
        return _("This person is shut out. Let the person in again first.")
    if row.unit_name:
        named = units.get(row.unit_name.casefold(), [])
        if len(named) > 1:
            return _("There are several workplaces called “%(name)s”.") % {"name": row.unit_name}
        if not named:
            like = difflib.get_close_matches(row.unit_name.casefold(), units, 1)
            if like:
                return _("There is no workplace called “%(name)s”. Is it “%(like)s”?") % {
                    "name": row.unit_name,
                    "like": units[like[0]][0].name,
                }
            return _("There is no workplace called “%(name)s”.") % {"name": row.unit_name}
        row.unit = named[0]
    return ""


@dataclass
class Entered:
    """How many were entered, employed anew, and invited."""

    people: int = 0
    employments: int = 0
    invited: int = 0


def enter(text: str, *, invite: bool, actor: User) -> Entered:
    """Enter those rows of ``text`` that are right, all or none, and invite those who cannot sign in yet. What is
    known already is left alone.

    The rows are read again here: what changed since they were shown is held against what is known now.
    """
    done = Entered()
    waiting: dict[str, User] = {}
    with services.in_bulk():
        for row in read(text):
            if row.outcome == Outcome.WRONG:
                continue
            person = row.person or waiting.get(row.email)
            if person is None:
                person = services.add_person(email=row.email, name=row.name, actor=actor)
                done.people += 1
            if row.unit is not None and row.outcome in (Outcome.NEW, Outcome.EMPLOYED):
                services.start_employment(person=person, unit=row.unit, title=row.title, actor=actor)
                done.employments += 1
            waiting[row.email] = person
        if invite:
            done.invited = len(invitations.invite(waiting.values(), actor=actor).invited)
    return done
