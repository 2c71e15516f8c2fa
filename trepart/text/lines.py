"""Loose texts as one line: spaces once, none at the ends and around breaks, no breaks at the ends."""

import re
import unicodedata
from dataclasses import replace

from trepart.text import normal
from trepart.text.nodes import INLINE, Node

_WHITE = re.compile(r"[ \t\n\r\f\u00a0]+")


def tidied(texts: list[Node], *, bold: bool = True) -> list[Node]:
    """Return loose ``texts`` (`trepart.text.nodes.Node.within`) set in order; empty where no word is among them.
    ``bold``: a heading is so by itself."""
    found: list[Node] = []
    for one in _joined(texts):
        if one.tag == "br":
            _end_line(found)
        elif not bold:
            one.within = tuple(name for name in one.within if name != "strong")
        found.append(one)
    while found and (found[-1].tag == "br" or not found[-1].text.rstrip(" ")):
        found.pop()
    _end_line(found)
    if all(one.tag == "br" or one.text.isspace() or normal.is_blank(one.text) for one in found):
        return []
    first = next((at for at, one in enumerate(found) if one.tag != "br"), len(found))
    found = found[first:]
    _let_spaces_follow(found)
    return found


def _joined(texts: list[Node]) -> list[Node]:
    """Return ``texts`` in their normal form across them all (`trepart.text.normal`), with spaces once. A sign that is
    drawn upon the one before it stands in the same text as that; at the beginning of a line there is none."""
    found: list[Node] = []
    said: list[list[str]] = []
    last = ""  # the last sign of the line as yet
    for one in texts:
        words = _WHITE.sub(" ", one.text)
        if one.tag == "br" or not last:
            begins = next((at for at, sign in enumerate(words) if sign != " " and not _is_upon(sign)), len(words))
        else:
            begins = 1 if last == words[:1] == " " else 0
            upon = next((at for at in range(begins, len(words)) if not _is_upon(words[at])), len(words))
            if upon > begins:
                said[-1].append(words[begins:upon])
                last, begins = words[upon - 1], upon
        words = words[begins:]
        if words or one.tag == "br":
            found.append(replace(one))
            said.append([words])
            last = words[-1:]
    for one, pieces in zip(found, said, strict=True):
        one.text = unicodedata.normalize("NFC", "".join(pieces))
    return found


def _is_upon(sign: str) -> bool:
    """Say whether ``sign`` is drawn upon the one before it: an accent, a vowel sign, a later part of a Korean
    syllable."""
    return unicodedata.category(sign).startswith("M") or "\u1160" <= sign <= "\u11ff"


def _end_line(found: list[Node]) -> None:
    """Take the space away that stands last."""
    if found and found[-1].tag == "#text" and found[-1].text.endswith(" "):
        found[-1].text = found[-1].text[:-1]
        if not found[-1].text:
            found.pop()


def _let_spaces_follow(texts: list[Node]) -> None:
    """Let a break or a space stand in what is around both of its neighbours, and in nothing of its own."""
    says = [at for at, one in enumerate(texts) if one.tag == "#text" and one.text != " "]
    following = iter([*says, len(texts)])
    before, after = -1, next(following)
    for at, one in enumerate(texts):
        if at == after:
            before, after = at, next(following)
            continue
        left = texts[before].within if before >= 0 else ()
        right = texts[after].within if after < len(texts) else ()
        shared = next(
            (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
        )
        one.within = left[:shared]


def put_behind(text: list[Node], line: list[Node], between: Node) -> None:
    """Put another ``line`` behind ``text``, with a break or a space ``between``, which stands in what is around both:
    so they are found again when they are read as one line."""
    if text and line and _is_alike(text[-1], line[0]):
        put_behind(text[-1].kids, line[0].kids, between)
        text += line[1:]
    else:
        text += [between, *line] if text and line else line


def _is_alike(one: Node, other: Node) -> bool:
    return one.tag in INLINE - {"#text", "br"} and (one.tag, one.attrs) == (other.tag, other.attrs)
