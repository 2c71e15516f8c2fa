"""Many employees from a spreadsheet: read, held against what is known, shown row by row before it is written."""

import csv
import difflib
import io
from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from forum.organisation.models import Employment, Unit
from forum.organisation.services import bodies as services
from trepart import clock
from trepart.access.models import User
from trepart.access.sign_in import invitations
from trepart.text import encodings, normal

#: Rows taken at a time: more than any municipality hires in a day, and still entered while one waits.
MOST_ROWS = 500
#: Bytes of a file; far above that many rows.
MOST_BYTES = 500_000

#: What the columns may be called, in lower case; bokmål, nynorsk and English.
_HEADINGS = {
    "name": {"navn", "namn", "name", "fullt navn", "fullt namn"},
    "email": {"e-post", "epost", "e-postadresse", "epostadresse", "e-mail", "email", "mail"},
    "unit": {"enhet", "eining", "arbeidsplass", "arbeidssted", "virksomhet", "verksemd", "unit"},
    "title": {"stilling", "tittel", "stillingstittel", "title"},
}
_ORDER = ("name", "email", "unit", "title")


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


def decode(content: bytes) -> str:
    """Return a file's text (`trepart.text.encodings`). Raises ``ValidationError`` for what is too large, or no text."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is too large. Divide it into several."))
    try:
        return encodings.decode(content)
    except ValueError:
        raise ValidationError(_("This is no text file. Save it as CSV from the spreadsheet, and try again.")) from None


def read(text: str) -> list[Row]:
    """Return the rows of a CSV (divided by semicolon, tab or comma), held against what is known; nothing is written.

    The first line may name the columns; otherwise they are name, e-mail, workplace, title. Raises ``ValidationError``
    where there are no rows, or too many.
    """
    lines = [(number, cells) for number, cells in _lines(text) if any(cells)]
    columns = list(_ORDER)
    if lines and (named := _columns(lines[0][1])):
        columns, lines = named, lines[1:]
    if not lines:
        raise ValidationError(_("There are no people in it. Each line needs a name and an e-mail address."))
    if len(lines) > MOST_ROWS:
        raise ValidationError(_("At most %(n)s people at a time. Divide it into several.") % {"n": MOST_ROWS})
    rows = []
    for number, cells in lines:
        said = {key: normal.line(cell) for key, cell in zip(columns, cells, strict=False) if key}
        email = normal.address(said.get("email", "")).lower()
        rows.append(Row(number, said.get("name", ""), email, said.get("unit", ""), said.get("title", "")))
    _judge(rows)
    return rows


def _lines(text: str) -> list[tuple[int, list[str]]]:
    text = normal.lines(text)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        raise ValidationError(_("Line %(n)s cannot be read.") % {"n": reader.line_num}) from None


def _columns(cells: list[str]) -> list[str]:
    """Return which column each heading stands for ("" for one we do not use); empty where the line names none."""
    found = [
        next((key for key, names in _HEADINGS.items() if normal.line(cell).lower() in names), "") for cell in cells
    ]
    return found if "name" in found and "email" in found else []


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
    seen: dict[str, int] = {}
    for row in rows:
        row.person = people.get(row.email)
        row.problem = _problem(row, units, seen)
        seen.setdefault(row.email, row.line)
        if row.problem:
            row.outcome = Outcome.WRONG
        elif row.person is None:
            row.outcome = Outcome.NEW
        elif row.unit is not None and (row.person.pk, row.unit.pk) not in employed:
            row.outcome = Outcome.EMPLOYED
        else:
            row.outcome = Outcome.KNOWN


def _problem(row: Row, units: dict[str, list[Unit]], seen: dict[str, int]) -> str:
    if not row.name:
        return _("The name is missing.")
    if len(row.name) > 150 or len(row.title) > 100:
        return _("The name or the title is too long.")
    try:
        validate_email(row.email)
    except ValidationError:
        return _("The e-mail address is missing or not written as one.")
    if row.email in seen:
        return _("The address stands on line %(n)s, too.") % {"n": seen[row.email]}
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
    waiting: list[User] = []
    with services.in_bulk():
        for row in read(text):
            if row.outcome == Outcome.WRONG:
                continue
            person = row.person
            if person is None:
                person = services.add_person(email=row.email, name=row.name, actor=actor)
                done.people += 1
            if row.unit is not None and row.outcome in (Outcome.NEW, Outcome.EMPLOYED):
                services.start_employment(person=person, unit=row.unit, title=row.title, actor=actor)
                done.employments += 1
            waiting.append(person)
        if invite:
            done.invited = len(invitations.invite(waiting, actor=actor).invited)
    return done
