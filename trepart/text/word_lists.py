"""Word's list paragraphs (a style and a drawn mark) as lists, at the levels and with the numbers they have."""

import re
from dataclasses import dataclass

from trepart.text.nodes import Node
from trepart.text.numerals import Numeral, drawn, is_day

_LEVEL = re.compile(r"\blevel([1-9])")
_SAYS = re.compile(r"[0-9]|^\s*\(?[a-zæøå]{1,5}[.)]|§\s*\S", re.IGNORECASE)


@dataclass(slots=True)
class _Point:
    level: int
    number: Numeral | None
    node: Node


def as_lists(nodes: list[Node], before: dict[str, Numeral]) -> list[Node]:
    """Return ``nodes`` with Word's list paragraphs as lists. A number that no list can show (1.1, § 2) stands as text
    before the words, as does that of a heading. ``before`` keeps the latest number of each of Word's own lists."""
    found: list[Node] = []
    run: list[_Point] = []

    def close() -> None:
        if run:
            found.extend(_nested(run, run[0].level))
            run.clear()

    for node in nodes:
        point = _point(node, before)
        if point is not None:
            run.append(point)
        elif not (run and node.tag == "#text" and not node.text.strip()):
            close()
            found.append(node)
    close()
    return found


def _point(node: Node, before: dict[str, Numeral]) -> _Point | None:
    """Return the point that ``node`` is; None where it is none, with its number before its words."""
    if node.tag == "#text" or not node.text:  # no mark is drawn
        level = _LEVEL.search(node.attrs.get("mso-list", "")) if node.tag == "p" else None
        return _Point(int(level[1]), None, Node("li", kids=node.kids)) if level else None
    level = _LEVEL.search(node.attrs.get("mso-list", "")) if node.tag == "p" else None
    mark = " ".join(node.text.split())
    if level is not None:
        key = node.attrs["mso-list"]
        number = drawn(mark, before.get(key))
        if number is not None and number.kind == "1" and is_day("".join(kid.words() for kid in node.kids).lstrip()):
            number = None  # "17. mai" is a day that the word processor has taken for a point
        if number is not None:
            before[key] = number
        if number is not None or not _SAYS.search(mark):
            return _Point(int(level[1]), number, Node("li", kids=node.kids))
    if _SAYS.search(mark):
        node.kids.insert(0, Node("#text", text=f"{mark} "))
    node.text = ""
    return None


def _nested(run: list[_Point], level: int) -> list[Node]:
    lists: list[Node] = []
    last = 0
    at = 0
    while at < len(run):
        point = run[at]
        if point.level > level and lists:
            ends = next((n for n in range(at, len(run)) if run[n].level <= level), len(run))
            lists[-1].kids[-1].kids += _nested(run[at:ends], point.level)
            at = ends
            continue
        tag = "ol" if point.number else "ul"
        kind, value = (point.number.kind, point.number.value) if point.number else ("", 0)
        if not lists or lists[-1].tag != tag or lists[-1].attrs.get("type", "") != kind or (kind and value <= last):
            lists.append(Node(tag, {"type": kind, "start": str(value)} if kind else {}))
        elif kind and value != last + 1:
            point.node.attrs["value"] = str(value)
        lists[-1].kids.append(point.node)
        last = value
        at += 1
    return lists
