"""Passages that are exempt: written ``[[so]]``, in whichever way brackets can be doubled, or marked as an element.

Either both brackets are there, and what stands between is marked, wherever it begins and ends; or the text is not
taken in. What is marked within a link marks all of the link: an address tells, too.
"""

import re
from bisect import bisect_right

from trepart.text import normal
from trepart.text.nodes import Node, placed
from trepart.text.refusals import half_marked

_OPEN, _CLOSE = "[\uff3b", "]\uff3d"
#: What may stand between the two: spaces of every width, and what nobody sees.
_BETWEEN = rf"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000{''.join(sorted(normal.BLANK))}]*+"
_BRACKETS = re.compile(
    rf"(?P<open>[{re.escape(_OPEN)}](?:{_BETWEEN}[{re.escape(_OPEN)}])++|[\u27e6\u301a])"
    rf"|(?P<close>[{re.escape(_CLOSE)}](?:{_BETWEEN}[{re.escape(_CLOSE)}])++|[\u27e7\u301b])"
)


def holds_brackets(words: str) -> bool:
    """Say whether something in plain ``words`` is written as exempt."""
    return _BRACKETS.search(words) is not None


def single(words: str) -> str:
    """Return plain ``words`` with single brackets for double ones: where they are nobody's marks."""
    return _BRACKETS.sub(lambda match: "[" if match["open"] else "]", words)


def is_balanced(words: str) -> bool:
    """Say whether each passage in plain ``words`` that begins is ended."""
    depth = 0
    for match in _BRACKETS.finditer(words):
        depth += 1 if match["open"] else -1
        if depth < 0:
            return False
    return depth == 0


def mark(root: Node) -> None:
    """Mark in the tree what stands between double brackets, which go. Raises ``NotTaken``."""
    texts: list[tuple[int, Node]] = []
    said: list[str] = []
    length = 0

    def gather(node: Node, *, in_cell: bool) -> None:
        nonlocal length
        for kid in node.kids:
            if kid.tag == "#text":
                texts.append((length, kid))
                # A line that ends in the markup is a space to who reads it.
                said.append(kid.text.replace("\n", " "))
                length += len(kid.text)
                continue
            # A bracket at the end of a block and one at the beginning of the next are two; a table in a cell becomes
            # lines of text, with a space from cell to cell.
            is_cell = kid.tag in ("td", "th")
            apart = " " if is_cell and in_cell else "\n"
            said.append(apart)
            length += 1
            gather(kid, in_cell=in_cell or is_cell)
            said.append(apart)
            length += 1

    gather(root, in_cell=False)
    gone, marked = _ranges("".join(said))
    if gone:
        cuts = sorted({place for span in (*gone, *marked) for place in span})
        parts = {id(node): _divided(node, at, cuts, gone, marked) for at, node in texts}
        _replace(root, parts)
    links = _marked_links(root, set())
    if links:
        _mark_links(root, links)


Spans = list[tuple[int, int]]


def _ranges(words: str) -> tuple[Spans, Spans]:
    """Return where the brackets stand, and what stands between the outermost."""
    gone: Spans = []
    marked: Spans = []
    depth = begins = 0
    for match in _BRACKETS.finditer(words):
        gone.append(match.span())
        if match["open"]:
            begins = match.end() if depth == 0 else begins
            depth += 1
            continue
        depth -= 1
        if depth < 0:
            raise half_marked()
        if depth == 0:
            marked.append((begins, match.start()))
    if depth:
        raise half_marked()
    return gone, marked


def _divided(node: Node, begins: int, cuts: list[int], gone: Spans, marked: Spans) -> list[Node]:
    ends = begins + len(node.text)
    first = bisect_right(cuts, begins)
    places = [begins]
    while first < len(cuts) and cuts[first] < ends:
        places.append(cuts[first])
        first += 1
    found: list[Node] = []
    for at, until in zip(places, [*places[1:], ends], strict=True):
        if _in(at, gone) or at == until:
            continue
        within = placed({*node.within, "mark"}) if _in(at, marked) else node.within
        found.append(Node("#text", text=node.text[at - begins : until - begins], within=within, link=node.link))
    return found


def _in(place: int, spans: Spans) -> bool:
    at = bisect_right(spans, (place, 1 << 60)) - 1
    return at >= 0 and spans[at][0] <= place < spans[at][1]


def _replace(node: Node, parts: dict[int, list[Node]]) -> None:
    node.kids = [part for kid in node.kids for part in parts.get(id(kid), [kid])]
    for kid in node.kids:
        if kid.tag != "#text":
            _replace(kid, parts)


def _marked_links(node: Node, found: set[int]) -> set[int]:
    for kid in node.kids:
        if kid.tag == "#text":
            if kid.link and "mark" in kid.within and kid.text.strip():
                found.add(kid.link)
        else:
            _marked_links(kid, found)
    return found


def _mark_links(node: Node, links: set[int]) -> None:
    for kid in node.kids:
        if kid.link in links:
            kid.within = placed({*kid.within, "mark"})
        _mark_links(kid, links)
