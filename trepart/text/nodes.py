"""A text with headings, lists and tables as a tree of elements: read, and written again."""

import html as escaping
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from trepart.text.tokens import cut

#: What stands within a line.
INLINE = frozenset({"strong", "em", "a", "mark", "sup", "sub", "br", "#text"})
#: In this order, from the outside: what is exempt holds the address of a link, too.
_ORDER = ("mark", "a", "strong", "em", "sup", "sub")


@dataclass(slots=True)
class Node:
    """One element, or (``tag`` "#text") a piece of text."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    kids: list["Node"] = field(default_factory=list)
    text: str = ""
    #: Of text that stands by itself as yet: what it is to stand in, from the outside; a link with its address.
    within: tuple[str, ...] = ()
    #: Which link of the text it stands in, from 1.
    link: int = 0
    #: Of a numbered list: the number of its last point.
    last: int = 0

    def words(self) -> str:
        """Return the text in it, without markup."""
        if self.tag == "#text":
            return self.text
        return " " if self.tag == "br" else "".join(kid.words() for kid in self.kids)


def read(markup: str) -> list[Node]:
    """Return ``markup``, which we have written, as a tree."""
    root = Node("#root")
    opened = [root]
    for token in cut(markup):
        if token.kind == "text":
            opened[-1].kids.append(Node("#text", text=token.value))
        elif token.kind == "start":
            node = Node(token.value, token.attrs)
            opened[-1].kids.append(node)
            if token.value != "br":
                opened.append(node)
        elif len(opened) > 1 and opened[-1].tag == token.value:
            opened.pop()
    return root.kids


def placed(within: set[str]) -> tuple[str, ...]:
    """Return what a text stands in, in the one order; a link is "a " and its address."""
    return tuple(sorted(within, key=lambda name: _ORDER.index(name.split(" ", 1)[0])))


def nested(texts: list[Node], depth: int = 0) -> list[Node]:
    """Return loose ``texts`` in the elements each stands in; neighbours share theirs."""
    found: list[Node] = []
    for name, own in _grouped(texts, depth):
        if not name:
            for tag, same in groupby(own, key=lambda one: one.tag):
                alike = list(same)
                found += (
                    [Node(tag, text="".join(one.text for one in alike))] if tag == "#text" else [Node(tag)] * len(alike)
                )
            continue
        tag, _space, href = name.partition(" ")
        found.append(Node(tag, {"href": href} if href else {}, nested(own, depth + 1)))
    return found


def _grouped(texts: list[Node], depth: int) -> Iterator[tuple[str, list[Node]]]:
    run: list[Node] = []
    current = ""
    for one in texts:
        name = one.within[depth] if len(one.within) > depth else ""
        if run and name != current:
            yield current, run
            run = []
        current = name
        run.append(one)
    if run:
        yield current, run


def rows_of(node: Node) -> list[tuple[str, Node]]:
    """Return the rows of a table with the part each stands in, as they are seen: the head first, the foot last."""
    found: list[tuple[str, Node]] = []
    for kid in node.kids:
        if kid.tag == "tr":
            found.append((node.tag, kid))
        elif kid.tag in ("thead", "tbody", "tfoot"):
            found += rows_of(kid)
    if node.tag == "table":
        found.sort(key=lambda row: {"thead": 0, "tfoot": 2}.get(row[0], 1))
    return found


def write(node: Node) -> str:
    """Return ``node`` as HTML."""
    if node.tag == "#text":
        return escaping.escape(node.text, quote=False)
    if node.tag == "br":
        return "<br>"
    attrs = "".join(f' {key}="{escaping.escape(value)}"' for key, value in node.attrs.items())
    return f"<{node.tag}{attrs}>{''.join(write(kid) for kid in node.kids)}</{node.tag}>"
