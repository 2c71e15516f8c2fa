"""Files of people as offices have them: a workbook, or text with columns; which column is which; and a template."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from forum.organisation.people_import import hidden
from trepart.reading import encodings, separated
from trepart.text import normal

#: Rows taken at a time: more than any municipality hires in a day, and still entered while one waits.
MOST_ROWS = 500
#: Bytes of a file; far above that many rows.
MOST_BYTES = 500_000
#: Bytes of a workbook's parts when they are unpacked; an honest one of that many rows has a tenth.
_MOST_UNPACKED = 20_000_000
#: Columns of a workbook that are looked at, and rows at most, with the empty ones between.
_MOST_COLUMNS, _MOST_LINES = 40, 20_000
#: The names of the columns stand among the first lines that say something, if anywhere.
_HEADS_WITHIN = 10

#: What the columns may be called, in small letters; bokmål, nynorsk and English.
_HEADS = {
    "name": {"navn", "namn", "name", "fullt navn", "fullt namn", "ansatt", "tilsett"},
    "first": {"fornavn", "førenamn", "fornamn", "first name", "given name"},
    "last": {"etternavn", "etternamn", "last name", "surname", "family name"},
    "email": {"e-post", "epost", "e-postadresse", "epostadresse", "e-mail", "email", "mail", "e-post (arbeid)"},
    "unit": {
        "enhet", "eining", "arbeidsplass", "arbeidssted", "arbeidsstad", "virksomhet", "verksemd", "avdeling", "unit",
        "workplace", "department",
    },
    "title": {"stilling", "tittel", "stillingstittel", "title", "position"},
}  # fmt: skip
_ORDER = ("name", "email", "unit", "title")
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True)
class Record:
    """One person as the file says it. ``line`` is the line in the file, or the row of the sheet, from 1."""

    line: int
    name: str
    email: str
    unit: str
    title: str


def decode(content: bytes) -> str:
    """Return a file's text; of a workbook (.xlsx) the first sheet that can be seen, with tabs between its columns.

    Raises ``ValidationError`` for what is too large, or neither a workbook nor text.
    """
    if len(content) > MOST_BYTES:
        raise _too_large()
    if content.startswith(_WORKBOOK):
        return _sheet(content)
    try:
        return encodings.decode(content)
    except ValueError:
        raise ValidationError(
            _("This is neither a workbook (.xlsx) nor a text file. Save it as one of them, and try again.")
        ) from None


def _sheet(content: bytes) -> str:
    written = io.StringIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > _MOST_UNPACKED:
                raise _too_large()
            unseen = hidden.of_first_sheet(parts)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        lines = csv.writer(written, delimiter="\t", lineterminator="\n")
        for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), 1):
            # What is filtered away or hidden is nobody whoever sends the file sees in it.
            seen = number not in unseen.rows and any(cells)
            lines.writerow(
                ["" if at in unseen.columns else _said(cell) for at, cell in enumerate(cells, 1)] if seen else []
            )
            # A text that is kept once can stand in every cell.
            if number > _MOST_LINES or written.tell() > MOST_BYTES:
                raise _too_large()
    except ValidationError:
        raise
    except Exception:
        raise ValidationError(_("The workbook cannot be opened. Save it once more as .xlsx, and try again.")) from None
    return written.getvalue()


def _too_large() -> ValidationError:
    return ValidationError(_("The file is too large. Divide it into several."))


def _said(cell: Any) -> str:
    """Return what a cell shows, on one line."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def records(text: str) -> list[Record]:
    """Return the people in ``text``, a person to a line, divided by semicolon, tab or comma; nothing is judged yet.

    One of the first lines may name the columns, with a title above them; otherwise they are name, e-mail, workplace,
    title. Raises ``ValidationError`` where there is nobody, or too many.
    """
    text = normal.lines(text)
    delimiter, skipped = separated.said_delimiter(text)
    body = text.partition("\n")[2] if skipped else text
    if not delimiter:
        first = "\n".join([line for line in body.split("\n") if line.strip()][:_HEADS_WITHIN])
        delimiter = max(separated.DELIMITERS, key=first.count)
    lines = [
        (number + skipped, [cell.strip() for cell in cells])
        for number, cells in separated.rows(body, delimiter)
        if any(cell.strip() for cell in cells)
    ]
    columns = list(_ORDER)
    for place, (_number, cells) in enumerate(lines[:_HEADS_WITHIN]):
        if named := _columns(cells):
            columns, lines = named, lines[place + 1 :]
            break
    if not lines:
        raise ValidationError(_("There are no people in it. Each line needs a name and an e-mail address."))
    if len(lines) > MOST_ROWS:
        raise ValidationError(_("At most %(n)s people at a time. Divide it into several.") % {"n": MOST_ROWS})
    return [_record(number, columns, cells) for number, cells in lines]


def _columns(cells: list[str]) -> list[str]:
    """Return which column each head stands for ("" for one we do not use); empty where the line names none."""
    found = [next((key for key, names in _HEADS.items() if normal.line(cell).lower() in names), "") for cell in cells]
    has_name = "name" in found or {"first", "last"} <= set(found)
    return found if has_name and "email" in found else []


def _record(number: int, columns: list[str], cells: list[str]) -> Record:
    said: dict[str, str] = {}
    for key, cell in zip(columns, cells, strict=False):
        if key and not said.get(key):  # of two columns with one name, the one that says something
            said[key] = normal.line(cell)
    name = said.get("name", "") or " ".join(filter(None, (said.get("first", ""), said.get("last", ""))))
    email = normal.address(said.get("email", "")).lower()
    return Record(number, _in_order(name), email, said.get("unit", ""), said.get("title", ""))


def _in_order(name: str) -> str:
    """Return "Kari Nordmann" for "Nordmann, Kari"."""
    last, comma, first = (part.strip() for part in name.partition(","))
    return f"{first} {last}" if comma and first and last and "," not in first else name


def template() -> bytes:
    """Return a workbook to fill in, with the names of the columns in the reader's language."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("People")
    sheet.append(list(_heads()))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (30, 36, 30, 26), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _heads() -> Iterator[str]:
    yield from (_("Name"), _("E-mail address"), _("Workplace"), _("Position"))
