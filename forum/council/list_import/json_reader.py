"""Reads the municipal council's case list from the JSON of a public journal (eInnsyn among them)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from forum.council.list_import.csv_reader import COLUMNS, plain, why_not
from forum.council.list_import.records import (
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

#: Where the list may stand in an object.
LISTS = (
    "saker", "saksliste", "sakliste", "sakskart", "møtesaker", "moetesaker", "møtesak", "moetesak", "cases", "items",
    "agenda", "agendaitems", "agendaitem", "utvalgssaker", "utvalgssak", "resultater", "results", "graph", "hits",
)  # fmt: skip
#: What is looked into on the way to it.
_AROUND = ("møte", "moete", "møtemappe", "moetemappe", "meeting", "data", "source", "content", "embedded")
#: More names than a column has: those of public journals.
_KEYS: Mapping[str, tuple[str, ...]] = {
    **COLUMNS,
    "number": (*COLUMNS["number"], "caseno", "casenr", "agendanumber"),
    "title": (*COLUMNS["title"], "publictitle", "name", "tittelofficial"),
    "archive": (*COLUMNS["archive"], "saksmappenummer", "arkivreferanse", "caseid"),
    "url": (*COLUMNS["url"], "htmlurl", "href", "webside"),
    "day": (*COLUMNS["day"], "moetedato", "starttid", "start"),
}
_YEAR = ("moetesaksaar", "møtesaksår", "saksår", "saksaar", "aar", "år", "year")
_SEQUENCE = ("moetesakssekvensnummer", "møtesakssekvensnummer", "sekvensnummer", "løpenummer", "sequence")
_KIND = ("moetesakstype", "møtesakstype", "type", "serie")
#: What public journals call the kinds of cases (eInnsyn among them), by their first letters, and the series here.
_KINDS = {"refer": "RS", "meld": "RS", "orient": "OS", "deleg": "DS", "inter": "FO", "spør": "FO", "spoer": "FO"}
_DEEPEST = 6


def read(content: Any) -> Reading:
    """Read what a JSON file holds. What is no object, or says no number or title, stands among the others."""
    reading = Reading("json")
    if isinstance(content, dict):
        reading.day = _day(content)
    entries = _list_in(content, reading, 0)
    if entries is None:
        reading.others.append(Line(1, _short(content), _("There is no list of cases in it.")))
        return reading
    for at, entry in enumerate(entries, start=1):
        _entry(reading, entry, at)
    return reading


def _list_in(content: object, reading: Reading, depth: int) -> list[object] | None:
    if isinstance(content, list):
        return content
    if not isinstance(content, dict) or depth > _DEEPEST:
        return None
    keys = {plain(str(key)): key for key in content}
    for name in (*LISTS, *_AROUND):
        if name in keys:
            inner = content[keys[name]]
            if isinstance(inner, dict):
                reading.day = reading.day or _day(inner)
            found = _list_in(inner, reading, depth + 1)
            if found is not None:
                return found
    return None


def _day(entry: Mapping[object, object]) -> Any:
    return read_day(_value(_by_name(entry), _KEYS["day"]))


def _by_name(entry: Mapping[object, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in entry.items():
        found.setdefault(plain(str(key)), value)
    return found


def _value(entry: Mapping[str, object], names: tuple[str, ...]) -> str:
    """Return the first of ``names`` that says something in one word or sentence; a number and a truth value count."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, bool):
            return "true" if value else ""
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
    return ""


def _entry(reading: Reading, entry: object, at: int) -> None:
    if not isinstance(entry, dict):
        reading.others.append(Line(at, _short(entry), _("It is no object with keys.")))
        return
    by_name = _by_name(entry)
    inner = by_name.get("source")
    if isinstance(inner, dict):
        by_name = {**by_name, **_by_name(inner)}
    written = next((said for said in _numbers(by_name) if read_number(said)), _value(by_name, _KEYS["number"]))
    number = read_number(written)
    # "sak" names the number in one journal and the title in another.
    names = tuple(name for name in _KEYS["title"] if tidy(str(by_name.get(name, ""))) != tidy(written))
    title = tidy(_value(by_name, names))
    if why := why_not(number, written, title):
        reading.others.append(Line(at, _short(entry), why))
        return
    reading.day = reading.day or _day(entry)
    url = _value(by_name, _KEYS["url"])
    exempt = says_exempt(_value(by_name, _KEYS["exempt"])) or read_exempt(title)
    archive = read_archive(_value(by_name, _KEYS["archive"]))
    reading.cases.append(Found(number, title, archive, url if is_link(url) else "", exempt, (at,)))


def _numbers(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield what may be the number: as it is written, or a sequence and a year in keys of their own."""
    for name in _KEYS["number"]:
        if isinstance(entry.get(name), str):
            yield entry[name]
    sequence, year = _value(entry, (*_SEQUENCE, "nr", "nummer", "number")), _value(entry, _YEAR)
    if sequence and year:
        kind = _value(entry, _KIND)
        yield f"{kind} {sequence}/{year[-2:]}".strip()
        series = next((here for begins, here in _KINDS.items() if kind.casefold().startswith(begins)), "")
        yield f"{series} {sequence}/{year[-2:]}".strip()


def _short(entry: object) -> str:
    try:
        return tidy(json.dumps(entry, ensure_ascii=False))[:500]
    except (ValueError, RecursionError):
        return "…"
