"""The numbers of points in lists, as they stand: 4, d, iv."""

import re
from dataclasses import dataclass

_DRAWN = re.compile(r"\s*\(?(?:(\d{1,6})|([a-zæøå]{1,6})|([A-ZÆØÅ]{1,6}))[.):]?\)?\s*")
_ROMAN = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ONES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_SIGNS = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
#: A number is no point's where a month follows: "17. mai".
_MONTH = re.compile(
    r"(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|nov|des)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """The number of a point. ``kind`` is HTML's: "1", "a", "A", "i" or "I"."""

    kind: str
    value: int


def drawn(mark: str, before: Numeral | None = None) -> Numeral | None:
    """Return the number that a word processor has drawn, None for a bullet and for a number of several parts.
    ``before`` is that of the point before, which tells whether "i" is a letter or a number."""
    match = _DRAWN.fullmatch(mark)
    if match is None or not re.search(r"[.):]", mark):
        return None
    if match[1]:
        return Numeral("1", int(match[1]))
    letters = (match[2] or match[3]).lower()
    roman, letter = _roman(letters), ord(letters) - 96 if len(letters) == 1 and letters.isascii() else 0
    kinds = ("i", "a") if match[2] else ("I", "A")
    if before is not None and before.kind in kinds:
        found = {kinds[0]: roman, kinds[1]: letter}
        if found[before.kind] == before.value + 1:
            return Numeral(before.kind, before.value + 1)
    if roman and (roman == 1 or not letter):
        return Numeral(kinds[0], roman)
    return Numeral(kinds[1], letter) if letter else None


def said(number: int, kind: str) -> str:
    """Return ``number`` as a list of this kind shows it."""
    low = kind.lower()
    if low == "a" and number > 0:
        words, left = "", number
        while left:
            left, at = divmod(left - 1, 26)
            words = chr(97 + at) + words
    elif low == "i" and 0 < number < 400:
        words, left = "", number
        for value, sign in _SIGNS:
            words += sign * (left // value)
            left %= value
    else:
        return str(number)
    return words.upper() if kind.isupper() else words


def is_day(after: str) -> bool:
    """Say whether a number with a full stop is a day: a month follows in ``after``."""
    return _MONTH.match(after) is not None


def _roman(letters: str) -> int:
    if not _ROMAN.fullmatch(letters):
        return 0
    ones = [_ONES[letter] for letter in letters]
    return sum(-one if one < after else one for one, after in zip(ones, [*ones[1:], 0], strict=True))
