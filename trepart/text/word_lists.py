"""Word's list paragraphs (a style and a drawn mark) as lists, at the levels they have."""

import re

from trepart.text.nodes import Node

_WORD_LIST = re.compile(r"mso-list:[^;]*\blevel(\d)", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*\(?(\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,5})[.)]")


def as_lists(nodes: list[Node]) -> list[Node]:
    """Return ``nodes`` with Word's list paragraphs (a style and a drawn mark) as lists, at the levels they have."""
    found: list[Node] = []
    run: list[tuple[int, bool, Node]] = []

    def close() -> None:
        if run:
            found.extend(_nested(run, run[0][0]))
            run.clear()

    for node in nodes:
        level = _WORD_LIST.search(node.attrs.get("style", "")) if node.tag == "p" else None
        if level is not None:
            run.append((int(level[1]), bool(_NUMBERED.match(_drawn(node))), Node("li", kids=node.kids)))
        elif not (run and node.tag == "#text" and not node.text.strip()):
            close()
            found.append(node)
    close()
    return found


def _drawn(node: Node) -> str:
    """Return the mark Word has drawn before a point."""
    for kid in node.kids:
        if kid.tag == "span" and "mso-list:ignore" in kid.attrs.get("style", "").replace(" ", "").lower():
            return kid.words()
        if found := _drawn(kid):
            return found
    return ""


def _nested(run: list[tuple[int, bool, Node]], level: int) -> list[Node]:
    lists: list[Node] = []
    at = 0
    while at < len(run):
        depth, numbered, point = run[at]
        if depth > level and lists:
            ends = next((n for n in range(at, len(run)) if run[n][0] <= level), len(run))
            lists[-1].kids[-1].kids += _nested(run[at:ends], depth)
            at = ends
            continue
        tag = "ol" if numbered else "ul"
        if not lists or lists[-1].tag != tag:
            lists.append(Node(tag))
        lists[-1].kids.append(point)
        at += 1
    return lists
