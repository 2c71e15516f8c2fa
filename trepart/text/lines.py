"""Loose texts as one line: spaces once, none at the ends and around breaks, no breaks at the ends."""

import re
from dataclasses import replace

from trepart.text.nodes import Node

_WHITE = re.compile(r"[ \t\n\r\f\u00a0]+")


def tidied(texts: list[Node], *, bold: bool = True) -> list[Node]:
    """Return loose ``texts`` (`trepart.text.nodes.Node.within`) set in order; empty where no word is among them.
    ``bold``: a heading is so by itself."""
    found: list[Node] = []
    after_space = True  # at the beginning, too
    for one in texts:
        if one.tag == "br":
            _end_line(found)
            found.append(replace(one))
            after_space = True
            continue
        words = _WHITE.sub(" ", one.text)
        words = words[1:] if after_space and words.startswith(" ") else words
        if words:
            within = one.within if bold else tuple(name for name in one.within if name != "strong")
            found.append(replace(one, text=words, within=within))
            after_space = words.endswith(" ")
    while found and (found[-1].tag == "br" or not found[-1].text.rstrip(" ")):
        found.pop()
    _end_line(found)
    first = next((at for at, one in enumerate(found) if one.tag != "br"), len(found))
    found = found[first:]
    _let_spaces_follow(found)
    return found


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
