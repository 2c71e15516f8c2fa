"""Reads the laid-out boxes of a document into its structure tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from trepart.pdf.tree import (
    TABLE_PARTS,
    Annotation,
    Mark,
    Node,
    StructureError,
    local_name,
    upwards,
)

# CSS pixels (96 to the inch) to PDF points (72 to the inch).
_POINTS = 0.75


_BLOCKS = {
    "p": "P", "pre": "P", "address": "P", "blockquote": "BlockQuote", "section": "Sect", "article": "Art",
    "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
    "ul": "L", "ol": "L", "dl": "L", "li": "LI", "li::marker": "Lbl", "dt": "Lbl", "dd": "LBody",
    "table": "Table", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR", "th": "TH", "td": "TD",
    "caption": "Caption",
}  # fmt: skip


_NUMBERING = {
    "decimal": "Decimal", "lower-alpha": "LowerAlpha", "lower-latin": "LowerAlpha", "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha", "lower-roman": "LowerRoman", "upper-roman": "UpperRoman", "circle": "Circle",
    "square": "Square",
}  # fmt: skip


class RecordedPage:
    """A laid-out page that remembers what it painted: WeasyPrint forgets it once its own tree is built."""

    def __init__(self, page: Any, painted: Callable[[], None]) -> None:
        self._page = page
        self._painted = painted
        self.stream: Any = None
        self.marks: dict[Any, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Paint into a content stream and keep which box became which marked content."""
        self._page.paint(stream, scale)
        self.stream = stream
        self.marks = {box: entry["mcid"] for box, entry in stream._tags.items()}
        self._painted()

    @property
    def box(self) -> Any:
        """The page's box tree."""
        return self._page._page_box


class BoxReader:
    """Walks the boxes of all pages in reading order and gathers them under the elements they come from."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.root = Node("Document")
        self.artifacts: dict[Mark, dict[str, Any]] = {}
        self.dropped: list[Annotation] = []
        self._nodes: dict[tuple[Any, str], Node] = {}
        self._first_page: dict[Any, int] = {}
        self._line: tuple[Any, Any] = (None, None)
        self.words: dict[Mark, tuple[str, Any, Any]] = {}
        self._page = 0
        self._recorded: RecordedPage

    def read_page(self, number: int, page: RecordedPage) -> None:
        """Read the boxes of one page; pages come in order."""
        self._page, self._recorded = number, page
        for child in page.box.children:
            if isinstance(child, boxes.MarginBox):
                edge = "Bottom" if "bottom" in child.at_keyword else "Top"
                kind = "Footer" if edge == "Bottom" else "Header"
                self._set_aside(child, {"Type": "/Pagination", "Subtype": f"/{kind}", "Attached": f"[/{edge}]"})
            else:
                self._read(child, self.root)

    def _read(self, box: Any, parent: Node) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox):
            self._add_content(box, parent)
            return
        element = box.element
        if self._is_repeated(box):
            self._set_aside(box, {"Type": "/Pagination"})
            return
        if element is not None and (
            element.get("aria-hidden") == "true" or (isinstance(box, boxes.ReplacedBox) and _is_decoration(element))
        ):
            self._set_aside(box, {"Type": "/Layout"})
            return
        node = parent if element is None or isinstance(box, boxes.LineBox) else self._node(box, parent)
        if box.link_annotation is not None:
            # A picture in a link has an annotation of its own: it too belongs to the link.
            link = next((each for each in (node, *upwards(node)) if local_name(each.source) == "a"), node)
            link.tag = "Link"
            link.kids.append(Annotation(self._page, box.link_annotation, _words(link.source)))
        if isinstance(box, boxes.ReplacedBox):
            self._add_picture(box, node)
        for child in box.children:
            if isinstance(child, boxes.LineBox):
                self._line = (child, box)
            self._read(child, node)

    def _is_repeated(self, box: Any) -> bool:
        """Whether the box is the head or foot of a table, said already on an earlier page."""
        repeats = isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer)
        return repeats and self._first_page.setdefault(box.element, self._page) != self._page

    def _node(self, box: Any, parent: Node) -> Node:
        """The node of the box's element: the one it has, be it an anonymous box or the next page, or a new one."""
        key = (box.element, box.element_tag)
        if box.element_tag in ("html", "body"):
            return self.root
        if key not in self._nodes:
            self._nodes[key] = node = self._new_node(box, parent)
            parent.kids.append(node)
        return self._nodes[key]

    def _new_node(self, box: Any, parent: Node) -> Node:
        element, name = box.element, box.element_tag
        node = Node(_BLOCKS.get(name), source=element, parent=parent, layout_table=parent.layout_table)
        node.inline = isinstance(box, boxes.InlineLevelBox) and node.tag is None
        if name == "table":
            node.layout_table = element.get("role") in ("presentation", "none")
        if node.layout_table and node.tag in TABLE_PARTS:
            node.tag = None
        if name in ("q", "code"):
            node.tag = name.replace("q", "quote").capitalize()
        elif name == "abbr" and element.get("title"):
            node.tag, node.entries["E"] = "Span", pydyf.String(element.get("title"))
        elif name == "figure" and any(True for _ in _pictures(element)):
            node.tag = "Figure"
        elif name == "figcaption":
            node.tag = "Caption" if parent.tag == "Figure" else "P"
        language = element.get("lang")
        if language and "::" not in name and not _same_language(language, self.language):
            node.tag = node.tag or ("Span" if node.inline else "Div")
            node.entries["Lang"] = pydyf.String(language)
        if node.tag == "LI" and parent.tag == "L":
            style = box.style["list_style_type"]
            parent.attributes.setdefault("List", {"ListNumbering": f"/{_numbering(style)}"})
        if node.tag in ("TH", "TD"):
            self._describe_cell(box, node)
        if node.tag == "Table" and element.get("aria-label"):
            node.attributes["Table"] = {"Summary": pydyf.String(element.get("aria-label"))}
        return node

    @staticmethod
    def _describe_cell(box: Any, node: Node) -> None:
        spans = {"ColSpan": box.colspan, "RowSpan": box.rowspan}
        node.attributes["Table"] = {name: span for name, span in spans.items() if span != 1}
        if node.tag == "TH":
            said = (node.source.get("scope") or "").removesuffix("group")
            in_head = any(each.tag == "THead" for each in upwards(node))
            is_column = said == "col" or (said != "row" and in_head)
            node.attributes["Table"]["Scope"] = "/Column" if is_column else "/Row"

    def _add_content(self, box: Any, node: Node) -> None:
        number = self._recorded.marks.get(box)
        if number is not None:
            mark = Mark(self._page, number)
            node.kids.append(mark)
            if isinstance(box, boxes.TextBox):
                self.words[mark] = (box.text, *self._line)

    def _add_picture(self, box: Any, node: Node) -> None:
        alternative = _alternative(box.element)
        if not alternative:
            source = box.element.get("src", "inline SVG")[:80]
            raise StructureError(f"A picture has no alternative text: {source}. Give it one, or aria-hidden.")
        holder = next((each for each in upwards(node) if each.tag == "Figure"), node)
        holder.tag = "Figure"
        said = holder.entries.get("Alt")
        holder.entries["Alt"] = pydyf.String(f"{said.string} {alternative}" if said else alternative)
        left, top = box.content_box_x(), box.content_box_y()
        height = self._recorded.height
        corners = (left, height - top - box.height, left + box.width, height - top)
        holder.attributes["Layout"] = {"BBox": pydyf.Array([round(value * _POINTS, 2) for value in corners])}
        self._add_content(box, node)

    def _set_aside(self, box: Any, properties: dict[str, Any]) -> None:
        """Mark all that a box holds as artifact; its links stop being links, since those must be in the tree."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        number = self._recorded.marks.get(box)
        if number is not None:
            self.artifacts[Mark(self._page, number)] = properties
        if box.link_annotation is not None:
            self.dropped.append(Annotation(self._page, box.link_annotation, ""))
        for child in box.children:
            self._set_aside(child, properties)


def _same_language(one: str, other: str) -> bool:
    return one.lower().split("-")[0] == other.lower().split("-")[0]


def _numbering(style: Any) -> str:
    # A list without marks has no numbering; one with a mark of our own reads as a bulleted one.
    return "None" if style == "none" else _NUMBERING.get(style, "Disc") if isinstance(style, str) else "Disc"


def _pictures(element: Any) -> Iterator[Any]:
    return (each for each in element.iter() if local_name(each) in ("img", "svg") and not _is_decoration(each))


def _is_decoration(element: Any) -> bool:
    if element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none"):
        return True
    return local_name(element) == "img" and element.get("alt") == ""


def _alternative(element: Any) -> str:
    said = element.get("alt") or element.get("aria-label") or ""
    if not said and local_name(element) == "svg":
        said = next((each.text or "" for each in element if local_name(each) == "title"), "")
    return " ".join(said.split())


def _words(element: Any) -> str:
    """What a link says: its label, its text, or the alternative text of the picture that is the link."""
    said = element.get("aria-label") or "".join(element.itertext())
    pictures = " ".join(map(_alternative, _pictures(element)))
    return " ".join((said if said.strip() else pictures).split())
