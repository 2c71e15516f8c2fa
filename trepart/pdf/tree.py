"""The structure tree of a document, apart from how it was read and how it is written.

Rules of PDF/UA-1 that concern the tree alone: what may lie in what, where loose words go, how lists are itemised and
which levels headings have. Sources: ISO 32000-1 14.8.4, ISO 14289-1 clause 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pydyf

from trepart.pdf.text import PdfError

TABLE_PARTS = {"Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Caption"}
_HEADINGS = {"H1", "H2", "H3", "H4", "H5", "H6"}
# Elements whose content is text: whatever lies inside belongs to the same run of words.
_TEXT = {"P", "Lbl", "Span", "Link", "Quote", "Code", "Caption", *_HEADINGS}
_INLINE = {"Span", "Link", "Quote", "Code", "Figure"}


class StructureError(PdfError):
    """The document cannot be tagged as PDF/UA-1 asks; a fault in a template, never in what somebody wrote."""


@dataclass(frozen=True)
class Mark:
    """A piece of marked content: the page (from 0) and its number in that page's content stream."""

    page: int
    number: int


@dataclass(frozen=True)
class Annotation:
    """A link annotation on a page (from 0), and the words of the link."""

    page: int
    dictionary: pydyf.Dictionary
    contents: str


@dataclass(eq=False)
class Node:
    """A structure element in the making; `tag` None stands for a grouping that says nothing and is dissolved."""

    tag: str | None
    inline: bool = False
    kids: list[Node | Mark | Annotation] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    source: Any = None
    parent: Node | None = None
    layout_table: bool = False


Kid: TypeAlias = Node | Mark | Annotation


def leaves(node: Node) -> Iterator[Mark | Annotation]:
    """All content below a node, in reading order."""
    for kid in node.kids:
        if isinstance(kid, Node):
            yield from leaves(kid)
        else:
            yield kid


def run(node: Node) -> Iterator[Mark]:
    """The marks that make up a node's own run of words, those of its links and spans among them."""
    if node.tag in _INLINE:
        return
    yield from _run(node)


def _run(node: Node) -> Iterator[Mark]:
    for kid in node.kids:
        if isinstance(kid, Mark):
            yield kid
        elif isinstance(kid, Node) and kid.tag in _INLINE:
            yield from _run(kid)


def upwards(node: Node) -> Iterator[Node]:
    """The nodes that a node lies in, nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


def local_name(element: Any) -> str:
    """The name of an HTML or SVG element without its namespace; empty for none and for comments."""
    tag = getattr(element, "tag", None)
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def settle(node: Node, in_text: bool) -> list[Kid]:
    """The kids of a node as the standard wants them: groupings dissolved, loose words in paragraphs, lists itemised."""
    kids: list[Kid] = []
    inner_text = in_text or node.inline or node.tag in _TEXT or node.tag == "Figure"
    for kid in node.kids:
        kids += _settled_kid(kid, inner_text) if isinstance(kid, Node) else [kid]
    if node.tag == "L" and local_name(node.source) == "dl":
        node.attributes["List"] = {"ListNumbering": "/None"}
        return _described(kids)
    if node.tag == "LI":
        body = [kid for kid in kids if not (isinstance(kid, Node) and kid.tag == "Lbl")]
        labels = [kid for kid in kids if isinstance(kid, Node) and kid.tag == "Lbl"]
        return [*labels, Node("LBody", source=node.source, kids=_in_paragraphs(body, node.source, only_if_mixed=True))]
    if inner_text or node.tag == "L" or node.tag in TABLE_PARTS - {"TH", "TD"}:
        return kids
    return _in_paragraphs(kids, node.source, only_if_mixed=node.tag in ("TH", "TD", "LBody"))


def _settled_kid(kid: Node, in_text: bool) -> list[Kid]:
    kids = settle(kid, in_text)
    if kid.tag is None or (in_text and kid.tag == "P"):
        return kids
    if not kids and kid.tag not in ("TH", "TD"):
        return []
    kid.kids = kids
    if kid.tag == "Table" and not any(each.tag == "TH" for each in descendants(kid)):
        raise StructureError('A table has no header cells. Give it `th`, or role="presentation" if it is layout.')
    return [kid]


def _in_paragraphs(kids: list[Kid], source: Any, *, only_if_mixed: bool) -> list[Kid]:
    def is_loose(kid: Kid) -> bool:
        return not isinstance(kid, Node) or (kid.tag in _INLINE and local_name(kid.source) != "figure")

    if only_if_mixed and all(map(is_loose, kids)):
        return kids
    result: list[Kid] = []
    paragraph: Node | None = None
    for kid in kids:
        if not is_loose(kid):
            paragraph = None
            result.append(kid)
        elif paragraph is None:
            paragraph = Node("P", kids=[kid], source=source)
            result.append(paragraph)
        else:
            paragraph.kids.append(kid)
    return result


def _described(kids: list[Kid]) -> list[Kid]:
    """The terms and descriptions of a `dl` as items: each term opens one, unless it follows another term."""
    items: list[Node] = []
    for kid in kids:
        opens = isinstance(kid, Node) and kid.tag == "Lbl"
        if not items or (opens and any(isinstance(k, Node) and k.tag == "LBody" for k in items[-1].kids)):
            items.append(Node("LI"))
        items[-1].kids.append(kid)
    return list(items)


def descendants(node: Node) -> Iterator[Node]:
    """All nodes below a node, in reading order."""
    for kid in node.kids:
        if isinstance(kid, Node):
            yield kid
            yield from descendants(kid)


def level_headings(root: Node) -> None:
    """Close the gaps in heading levels (PDF/UA-1 7.4.2: the first is H1, none is skipped going down)."""
    open_levels: list[int] = []
    for node in descendants(root):
        if node.tag in _HEADINGS:
            level = int(node.tag[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
            node.tag = f"H{len(open_levels)}"
