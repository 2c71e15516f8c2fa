"""A text with headings, lists and tables as a tree of elements: read, and written again."""

import html as escaping
from dataclasses import dataclass, field
from html.parser import HTMLParser

EXEMPT_TAG = "tt"
#: Elements deeper than this are read as their text: nobody writes so, and what walks the tree must come back.
_DEEPEST = 60


@dataclass
class Node:
    """One element, or (``tag`` "#text") a piece of text."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    kids: list["Node"] = field(default_factory=list)
    text: str = ""

    def words(self) -> str:
        """Return the text in it, without markup."""
        if self.tag == "#text":
            return self.text
        return " " if self.tag == "br" else "".join(kid.words() for kid in self.kids)


class _Reader(HTMLParser):
    """Reads what nh3 has written, which is balanced."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#root")
        self.open = [self.root]
        self.beyond: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br" and (self.beyond or len(self.open) > _DEEPEST):
            self.beyond.append(tag)
            return
        node = Node("mark" if tag == EXEMPT_TAG else tag, {key: value or "" for key, value in attrs})
        self.open[-1].kids.append(node)
        if tag != "br":
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.beyond:
            if self.beyond[-1] == tag:
                self.beyond.pop()
        elif len(self.open) > 1 and self.open[-1].tag == ("mark" if tag == EXEMPT_TAG else tag):
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].kids.append(Node("#text", text=data))


def read(markup: str) -> list[Node]:
    """Return ``markup``, which nh3 has written, as a tree."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.root.kids


def rows_of(node: Node) -> list[tuple[str, Node]]:
    found: list[tuple[str, Node]] = []
    for kid in node.kids:
        if kid.tag == "tr":
            found.append((node.tag, kid))
        elif kid.tag in ("thead", "tbody", "tfoot"):
            found += rows_of(kid)
    return found


def write(node: Node) -> str:
    if node.tag == "#text":
        return escaping.escape(node.text, quote=False)
    if node.tag == "br":
        return "<br>"
    attrs = "".join(f' {key}="{escaping.escape(value)}"' for key, value in node.attrs.items())
    return f"<{node.tag}{attrs}>{''.join(write(kid) for kid in node.kids)}</{node.tag}>"
