"""A CSV file: columns with names, in any order, divided by semicolon, comma or tab."""

import re
from collections.abc import Mapping

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
from trepart.reading import separated

#: The names of the columns stand among the first lines that say something.
_HEADS_WITHIN = 10
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
    """Read ``text`` as a table, or return None where none of its first lines names a number and a title."""
    delimiter, skipped = separated.said_delimiter(text)
    lines = text.split("\n")
    body = "\n".join(lines[skipped:])
    best: tuple[int, str, int] = (0, delimiter, 0)
    columns: dict[str, int] = {}
    for at in [at for at, line in enumerate(lines, start=1) if line.strip() and at > skipped][:_HEADS_WITHIN]:
        for sign in [delimiter] if delimiter else separated.DELIMITERS:
            named = _columns(next(iter(separated.rows(lines[at - 1], sign)), (1, []))[1])
            # A title above them has their columns too, as spreadsheets save it; above text that is pasted it has not.
            above = all(sign in line for line in lines[skipped : at - 1] if line.strip())
            if above and {"number", "title"} <= named.keys() and len(named) > best[0]:
                best, columns = (len(named), sign, at), named
    if not columns:
        return None
    _count, delimiter, heads = best
    reading = Reading("csv")
    for at in range(1, skipped + 1):
        reading.others.append(Line(at, tidy(lines[at - 1])[:500], _("What divides the columns.")))
    for within, cells in separated.rows(body, delimiter):
        at = within + skipped
        if not any(tidy(cell) for cell in cells):
            if lines[at - 1].strip():
                reading.others.append(Line(at, lines[at - 1].strip()[:500], _("There are no words on it.")))
            continue
        if at < heads:
            said = tidy(" ".join(cells))
            reading.day = reading.day or read_day(said)
            reading.others.append(Line(at, said[:500], _("Above the names of the columns.")))
        elif at == heads:
            reading.others.append(Line(at, tidy(" ".join(cells))[:500], _("The names of the columns.")))
        else:
            _row(reading, columns, cells, at)
    return reading


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
