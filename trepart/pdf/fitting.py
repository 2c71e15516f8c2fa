"""What paper asks of a document beyond its look: tables that fit or turn the page, rows that may be divided, and the
numbers that lists have.

Widths are estimated from the longest word of each column, before anything is laid out: a table gets smaller type, then
a turned page, and only where that is not enough are its words broken. Classes are what is set; static/print has the
look of each.
"""

import re
from dataclasses import dataclass
from typing import Any

from trepart.text.numbers import number

_SPACES = re.compile(r"[ \t\n\r\f]+")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: A letter is so wide, in ems: the middle of small and capital ones, with some air.
_LETTER = 0.58
_POINT = 0.3528
#: A head of so few letters stands on one line.
_SHORT_HEAD = 12
#: A word of so many letters is broken, and no reason for smaller type.
_LONG = 24
#: A row that may be of more lines than this can be divided: one that is taller than the page would lose its head.
_TALL = 15


@dataclass(frozen=True)
class _Size:
    classes: tuple[str, ...]
    width: float
    points: float
    padding: float

    def letters(self, millimetres: float) -> float:
        return millimetres / (self.points * _POINT * _LETTER)


#: From the largest: the page upright, then turned. The widths are the page's own (static/print), in millimetres.
_SIZES = (
    _Size((), 163, 9.5, 3),
    _Size(("small-table",), 163, 8, 2),
    _Size(("small-table", "turned"), 247, 8, 2),
    _Size(("tiny-table", "turned"), 247, 6.5, 1.5),
    _Size(("least-table", "turned"), 247, 5, 1),
)


def fit(root: Any) -> None:
    """Set in an HTML tree what makes its tables fit and its lists keep their numbers."""
    for parent in list(root.iter()):
        kids = list(parent)
        for at, kid in enumerate(kids):
            if kid.tag == "table":
                _fit_table(kid, kids[:at])
            elif kid.tag == "ol":
                _number(kid)


def _fit_table(table: Any, before: list[Any]) -> None:
    rows = list(table.iter("tr"))
    columns, longest, heads = _widest(rows)
    size = next((one for one in _SIZES if _fits(heads, columns, one)), None)
    size = size or next((one for one in _SIZES if _fits(longest, columns, one)), _SIZES[-1])
    names = [
        *size.classes,
        *(["broken-words"] if not _fits(longest, columns, size) or _LONG in longest.values() else []),
    ]
    for name in names:
        _add_class(table, name)
        if name == "turned":
            for heading in _right_above(before):
                _add_class(heading, name)
    letters = size.letters(size.width / max(columns, 1))
    for row in rows:
        if max((_lines(cell, letters) for cell in row), default=0) > _TALL:
            _add_class(row, "tall")


def _widest(rows: list[Any]) -> tuple[int, dict[int, int], dict[int, int]]:
    """Return how many columns there are, how many letters the longest word of each has, and the same where a short
    head counts as one word."""
    longest: dict[int, int] = {}
    heads: dict[int, int] = {}
    columns = 0
    for row in rows:
        at = 0
        for cell in row:
            span = min(number(cell.get("colspan"), digits=3) or 1, 100)
            # A sum is one word: its figures are kept together (trepart.pdf.joining).
            words = [word for word in _SPACES.split("".join(cell.itertext())) if word]
            if span == 1:
                longest[at] = max(longest.get(at, 1), *(min(len(word), _LONG) for word in words), 1)
                whole = sum(map(len, words)) + len(words) - 1
                heads[at] = max(
                    heads.get(at, 1), longest[at], whole if cell.tag == "th" and whole <= _SHORT_HEAD else 1
                )
            at += span
        columns = max(columns, at)
    return columns, longest, heads


def _fits(widest: dict[int, int], columns: int, size: _Size) -> bool:
    room = size.letters(size.width - columns * size.padding)
    return sum(widest.get(at, 1) for at in range(columns)) <= room


def _right_above(before: list[Any]) -> list[Any]:
    """Return the headings that stand right above a table: they go with it to the page it is turned on."""
    found: list[Any] = []
    for one in reversed(before):
        if one.tag not in _HEADINGS or (one.tail or "").strip():
            break
        found.append(one)
    return found


def _lines(cell: Any, letters: float) -> float:
    """Return how many lines a cell may take, at most, where every column is equally wide."""
    breaks = sum(1 for one in cell.iter() if one.tag in ("br", "p", "li"))
    return breaks + len("".join(cell.itertext())) / max(letters, 1)


def _number(listed: Any) -> None:
    """Let a list count as its attributes say."""
    start = number(listed.get("start"), digits=6)
    if start is not None and start != 1:
        listed.set("style", f"counter-reset: list-item {start - 1}")
    at = 0 if start is None else start - 1
    for point in listed:
        if point.tag != "li":
            continue
        said = number(point.get("value"), digits=6)
        if said is not None and said != at + 1:
            point.set("style", f"counter-increment: list-item {said - at}")
        at = at + 1 if said is None else said


def _add_class(element: Any, name: str) -> None:
    element.set("class", f"{element.get('class', '')} {name}".strip())
