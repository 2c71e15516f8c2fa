"""A CSV file: columns with names, in any order, divided by semicolon, comma or tab."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forum.council.list_import.records import (
    LONGEST_LINE,
    Found,
    Line,
    Reading,
    is_link,
    read_archive,
    read_day,
    read_exempt,
    read_number,
    says_exempt,
    tidy,
)

#: What columns may be called, in letters and digits alone. The first that stands there counts.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "utvalgssaksnr", "utvalgssaksnummer", "møtesaksnr", "møtesaksnummer", "saksnr", "saksnummer", "saknr",
        "saknummer", "utvalgssak", "nummer", "nr", "number", "casenumber", "sak",
    ),
    "title": (
        "tittel", "sakstittel", "offentligtittel", "offentlegtittel", "overskrift", "innhold", "innhald", "saken",
        "title", "navn", "sak", "beskrivelse",
    ),
    "archive": (
        "arkivsak", "arkivsaksnr", "arkivsaksnummer", "arkivsakid", "mappe", "saksmappe", "mappenr", "mappenummer",
        "journalnr", "archive", "folder",
    ),
    "url": ("lenke", "lenkje", "link", "url", "nettadresse", "adresse"),
    "day": ("møtedato", "dato", "date", "meetingdate"),
    "exempt": (
        "lukket", "lukka", "unntatt", "unnateke", "hjemmel", "heimel", "offentlighet", "tilgang", "skjerming", "closed",
    ),
}  # fmt: skip


def plain(name: str) -> str:
    """Return a column's or key's name in small letters and digits alone."""
    return re.sub(r"[^0-9a-zæøå]", "", tidy(name).casefold())


def read(text: str) -> Reading | None:
    """Read ``text`` as a table, or return None where its first line does not name a number and a title."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    best: tuple[dict[str, int], str] = ({}, ";")
    for delimiter in (";", "\t", ","):
        columns = _columns(next(iter(_rows(head, delimiter)), (1, []))[1])
        if len(columns) > len(best[0]):
            best = columns, delimiter
    columns, delimiter = best
    if "number" not in columns or "title" not in columns:
        return None
    reading = Reading("csv")
    named = False
    for at, cells in _rows(text, delimiter):
        if not any(tidy(cell) for cell in cells):
            continue
        if not named:
            named = True
            reading.others.append(Line(at, tidy(" ".join(cells))[:500], _("The names of the columns.")))
            continue
        _row(reading, columns, cells, at)
    return reading


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the line each begins on. A quotation mark that is never closed does not swallow the rest:
    then each line is a row."""
    lines = text.split("\n")
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        found, begins = [], 1
        for cells in reader:
            found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        found = [
            (at, [cell.strip().strip('"') for cell in line.split(delimiter)]) for at, line in enumerate(lines, start=1)
        ]
    yield from found


def _columns(cells: list[str]) -> dict[str, int]:
    names = [plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for column, known in COLUMNS.items():
        for name in known:
            if name in names and names.index(name) not in found.values():
                found[column] = names.index(name)
                break
    return found


def _row(reading: Reading, columns: Mapping[str, int], cells: list[str], at: int) -> None:
    said = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    number, title = read_number(said["number"]), tidy(said["title"])
    if why := why_not(number, said["number"], title):
        reading.others.append(Line(at, tidy(" ".join(cells))[:500], why))
        return
    reading.day = reading.day or read_day(said.get("day", ""))
    url = said.get("url", "")
    exempt = says_exempt(said.get("exempt", "")) or read_exempt(title)
    reading.cases.append(
        Found(number, title, read_archive(said.get("archive", "")), url if is_link(url) else "", exempt, (at,))
    )


def why_not(number: str, written: str, title: str) -> str | Promise:
    """Return why a row or an object is no case; empty where it is one."""
    if not number:
        return (
            _("There is no case number in it.")
            if not tidy(written)
            else _("The case number is not written like 45/26.")
        )
    if not title:
        return _("There is no title in it.")
    if len(title) > LONGEST_LINE:
        return _("The title is too long to be one.")
    return ""
