"""The number of a case in every way people type it into a search: "26/118", "2026/118", "sak 11/26", "PS-11/26"."""

import re
from dataclasses import dataclass

#: What may stand before a number without saying which series it is of.
_SAID = frozenset(
    ("sak", "saker", "saksnr", "saksnummer", "sakid", "arkivsak", "møtesak", "vedtak", "nr", "case", "no")
)
_NUMBER = re.compile(
    r"(?P<series>[A-Za-zÆØÅæøå]{2,12})?\.?[\s:_-]*(?:nr\.?\s*)?"
    r"(?P<first>[0-9]{1,9})(?:\s*[/-]\s*(?P<last>[0-9]{1,9}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TypedNumber:
    """A number somebody looks for. ``series``: capital letters before it ("PS"), empty where none were meant.
    ``on_agenda``: the number and year an agenda item has if it is one's (year 0 where none was typed);
    ``folders``: the years and numbers of the case folders it may be."""

    series: str
    on_agenda: tuple[int, int] | None
    folders: tuple[tuple[int, int], ...]


def typed_number(words: str) -> TypedNumber | None:
    """Return the number that ``words`` are and nothing else; None where they are no number. On agendas the number comes
    first ("11/26"), on folders the year ("26/118"), and many turn that one round."""
    typed = _NUMBER.fullmatch(words.strip())
    if typed is None:
        return None
    series = (typed["series"] or "").lower()
    series = "" if series in _SAID else series.upper()
    first, last = typed["first"], typed["last"]
    if last is None:
        return TypedNumber(series, (int(first), 0), ()) if series else None
    on_agenda = (int(first), year) if (year := _year(last)) else None
    pairs = ((first, last), (last, first))
    folders = tuple(dict.fromkeys((year, int(serial)) for written, serial in pairs if (year := _year(written))))
    if on_agenda is None and not folders:
        return None
    return TypedNumber(series, on_agenda, () if series else folders)


def _year(written: str) -> int:
    """Return the year that two or four digits are; 0 for more or fewer."""
    return {2: 2000 + int(written), 4: int(written)}.get(len(written), 0)
