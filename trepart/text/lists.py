"""Lists as they are kept: points with the numbers that are seen, also where a list begins at 4 or goes on."""

from collections.abc import Callable

from trepart.text.lines import put_behind
from trepart.text.nodes import Node
from trepart.text.numbers import number

_KINDS = {
    "a": "a", "A": "A", "i": "i", "I": "I", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A",
    "upper-latin": "A", "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip
#: A number that a list begins at, at most.
_MOST = 999_999


def list_of(node: Node, point: Callable[[list[Node]], list[Node]]) -> list[Node]:
    """Return a list of its points; what stands loose in it becomes a point. ``point`` sets what stands in one."""
    kind, numbered = _kind(node)
    points: list[Node] = []
    step = -1 if numbered and "reversed" in node.attrs else 1
    theirs = _whole(node.attrs.get("start"))
    if theirs is None:
        theirs = sum(kid.tag == "li" for kid in node.kids) if step < 0 else 1
    ours = 0
    attrs: dict[str, str] = {}
    for kid in node.kids:
        if kid.tag in ("#text", "br", "hr") and not kid.text.strip():
            continue
        if kid.tag in ("ul", "ol", "menu", "dir"):
            inner = list_of(kid, point)
            if points and inner:
                points[-1].kids += inner
            else:
                points += [one for below in inner for one in below.kids]
            continue
        if numbered and points and kid.tag != "li":
            # A paragraph between two points takes no number from them: it belongs to the one before.
            _put_into(points[-1], point([kid]))
            continue
        said = _whole(kid.attrs.get("value")) if kid.tag == "li" else None
        theirs = said if said is not None else theirs
        if kids := point(kid.kids if kid.tag == "li" else [kid]):
            own: dict[str, str] = {}
            if numbered:
                if not points:
                    attrs |= {"start": str(theirs)} if theirs != 1 else {}
                elif theirs != ours + 1:
                    own["value"] = str(theirs)
                ours = theirs
            points.append(Node("li", own, kids))
        if kid.tag == "li":
            theirs = max(theirs + step, 0)
    attrs |= {"type": kind} if kind else {}
    return [Node("ol" if numbered else "ul", attrs, points, last=ours)] if points else []


def _put_into(last: Node, kids: list[Node]) -> None:
    """Put what stands between two points behind the text of the first, and lists in it behind its lists."""
    lists = [one for one in last.kids if one.tag in ("ul", "ol")]
    text = [one for one in last.kids if one.tag not in ("ul", "ol")]
    if line := [one for one in kids if one.tag not in ("ul", "ol")]:
        put_behind(text, line, Node("br"))
    merged(lists, [one for one in kids if one.tag in ("ul", "ol")])
    last.kids = [*text, *lists]


def merged(found: list[Node], lists: list[Node]) -> None:
    """Add ``lists`` to ``found``. One that goes on where the list right before it ended is the same list."""
    for one in lists:
        before = found[-1] if found else None
        if (
            before is not None
            and before.tag == one.tag == "ol"
            and before.attrs.get("type") == one.attrs.get("type")
            and _whole(one.attrs.get("start")) == before.last + 1
        ):
            before.kids += one.kids
            before.last = one.last
        else:
            found.append(one)


def numbers_of(node: Node) -> list[int]:
    """Return the number of each point in a list that is kept."""
    found: list[int] = []
    start = _whole(node.attrs.get("start"))
    at = 0 if start is None else start - 1
    for point in node.kids:
        said = _whole(point.attrs.get("value"))
        at = at + 1 if said is None else said
        found.append(at)
    return found


def _kind(node: Node) -> tuple[str, bool]:
    """Return the kind of a list's numbers ("" for 1, 2, 3), and whether it is numbered."""
    if node.tag != "ol":
        return "", False
    styles = [node.attrs.get("list-style-type", "")]
    styles += [kid.attrs.get("list-style-type", "") for kid in node.kids if kid.tag == "li"][:1]
    if "none" in styles or "disc" in styles:
        return "", False
    return next((_KINDS[one] for one in (*styles, node.attrs.get("type", "")) if one in _KINDS), ""), True


def _whole(said: str | None) -> int | None:
    found = number(said, digits=6)
    return found if found is not None and found <= _MOST else None
