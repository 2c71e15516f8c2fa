"""The structure tree of a printed document: what a screen reader reads, in which order, and as what.

WeasyPrint 70 tags by page: an element that breaks over two pages becomes two elements, the header row repeated on
every page is read again on every page, page numbers are content, header cells have no /Scope, and the items of
`dl` have no labels. So its tree is put aside, and this one written from the same laid-out boxes: one structure
element per HTML element, however many pages it runs over, and everything repeated marked as an artifact.
Sources: ISO 32000-1 14.7-14.8, ISO 14289-1 (PDF/UA-1) clause 7. The choice is in docs/decisions/0008.

It reads two things of WeasyPrint that are not public, `Page._page_box` and `Stream._tags`; hence the pin in
requirements/base.in, and every assumption is checked while the document is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
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
    descendants,
    leaves,
    level_headings,
    local_name,
    run,
    settle,
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
# The last glyph of a shown text, and the kerning after it, if any.
_LAST_GLYPH = re.compile(rb"([0-9a-f]{4})>[-.0-9]*\] TJ$")


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


def write_structure(pdf: Any, pages: list[RecordedPage], language: str, spaces: Mapping[str, int]) -> None:
    """Replace WeasyPrint's structure tree in `pdf` by the one read from `pages`.

    Arguments:
        pdf: the pydyf document, complete but not yet written.
        pages: its pages, painted.
        language: BCP 47 tag of the document; elements in another language get their own /Lang.
        spaces: the glyph of the space in each font, by the font's name in the content streams.

    Raises:
        StructureError: a picture without alternative text, a table without header cells, or drawing that hides
            content from tagging (CSS `opacity`).
    """
    reader = _Reader(language)
    for number, page in enumerate(pages):
        reader.read_page(number, page)
    root = Node("Document", kids=settle(reader.root, False))
    level_headings(root)
    _Writer(pdf, pages, reader, spaces).write(root)


class _Reader:
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


def _before_spaces(root: Node, words: Mapping[Mark, tuple[str, Any, Any]]) -> set[Mark]:
    """The marks after which a space is to be written, because the line ends there, or an
    element does, but no word does.

    Layout drops the space at the end of a line; whoever reads the tags would then run the words together
    (ISO 32000-1 14.8.2.5). Whether there was one is asked of the source: a long word or a hyphen may break too.
    """
    spaced: set[Mark] = set()
    for node in descendants(root):
        # A space that stands alone between two elements is laid out, and never drawn: it is no
        # word, and counts for nothing.
        marks = [leaf for leaf in run(node) if leaf in words and words[leaf][0].strip()]
        source = " ".join(_source_words(node.source).split()) if marks and node.source is not None else ""
        for before, after in pairwise(marks):
            (said, line, container), (following, next_line, next_container) = words[before], words[after]
            if said.endswith(" ") or following.startswith(" "):
                continue
            tail, head = (said.split() or [""])[-1], (following.split() or [""])[0]
            if line is next_line:
                if f"{tail} {head}" in source and tail + head not in source:
                    spaced.add(before)
                continue
            joined = tail + head in source or (tail.endswith("-") and tail[:-1] + head in source)
            whole = container is next_container and joined and f"{tail} {head}" not in source
            if not whole:
                spaced.add(before)
    return spaced


def _source_words(element: Any) -> str:
    if local_name(element) == "br":
        return " "
    inner = "".join(_source_words(child) + (child.tail or "") for child in element)
    return ((element.text or "") + inner).replace("\u00ad", "").replace("\u200b", "")


class _Writer:
    """Writes the tree into the pydyf document: elements, marks in the content streams, and the way back from both."""

    def __init__(self, pdf: Any, pages: list[RecordedPage], reader: _Reader, spaces: Mapping[str, int]) -> None:
        self.pdf, self.pages, self.reader = pdf, pages, reader
        self.page_references = pdf.page_references
        self.spaces = spaces
        self.annotations: list[bytes] = []
        self.owners: dict[Mark, tuple[bytes, str]] = {}

    def write(self, root: Node) -> None:
        """Put aside the old tree, write the new one, and renumber the marked content of every page."""
        _discard_foreign_structure(self.pdf)
        for dropped in self.reader.dropped:
            page = self._page_dictionary(dropped.page)
            page["Annots"].remove(dropped.dictionary.reference)
            if not page["Annots"]:
                del page["Annots"]
        parent_tree = pydyf.Dictionary({"Nums": pydyf.Array()})
        self.pdf.add_object(parent_tree)
        tree = pydyf.Dictionary({"Type": "/StructTreeRoot", "ParentTree": parent_tree.reference})
        self.pdf.add_object(tree)
        self.numbers = self._numbers(root)
        self.spaced = _before_spaces(root, self.reader.words)
        tree["K"] = pydyf.Array([self._write_node(root, tree.reference)])
        for number, page in enumerate(self.pages):
            owners = self._mark_page(number, page)
            parent_tree["Nums"] += [number, pydyf.Array(owners)]
        for key, owner in enumerate(self.annotations, start=len(self.pages)):
            parent_tree["Nums"] += [key, owner]
        tree["ParentTreeNextKey"] = len(self.pages) + len(self.annotations)
        self.pdf.catalog["StructTreeRoot"] = tree.reference

    def _page_dictionary(self, number: int) -> Any:
        return self.pdf.objects[int(self.page_references[number].split()[0])]

    def _numbers(self, root: Node) -> dict[Mark, int]:
        """New numbers of the marked content, in reading order within each page, without the artifacts."""
        following = [0] * len(self.pages)
        numbers = {}
        for kid in leaves(root):
            if isinstance(kid, Mark):
                numbers[kid] = following[kid.page]
                following[kid.page] += 1
        return numbers

    def _write_node(self, node: Node, parent: bytes) -> bytes:
        first = next(leaves(node), None)
        home = first.page if first else None
        element = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.tag}", "P": parent})
        self.pdf.add_object(element)
        if home is not None:
            element["Pg"] = self.page_references[home]
        for name in ("Lang", "Alt", "E"):
            if name in node.entries:
                element[name] = node.entries[name]
        attributes = [{"O": f"/{owner}", **entries} for owner, entries in node.attributes.items() if entries]
        if attributes:
            dictionaries = [pydyf.Dictionary(each) for each in attributes]
            element["A"] = dictionaries[0] if len(dictionaries) == 1 else pydyf.Array(dictionaries)
        kids = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, Node):
                kids.append(self._write_node(kid, element.reference))
            elif isinstance(kid, Annotation):
                kids.append(self._write_annotation(kid, element.reference))
            else:
                self.owners[kid] = element.reference, node.tag or "Span"
                number = self.numbers[kid]
                page = self.page_references[kid.page]
                kids.append(
                    number if kid.page == home else pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": number})
                )
        if kids:
            element["K"] = kids if len(kids) > 1 else kids[0]
        reference: bytes = element.reference
        return reference

    def _write_annotation(self, annotation: Annotation, owner: bytes) -> pydyf.Dictionary:
        annotation.dictionary["StructParent"] = len(self.pages) + len(self.annotations)
        annotation.dictionary["Contents"] = pydyf.String(annotation.contents)
        self.annotations.append(owner)
        page = self.page_references[annotation.page]
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.dictionary.reference, "Pg": page})

    def _mark_page(self, number: int, page: RecordedPage) -> list[bytes]:
        """Rewrite the marked content of a page's stream; gives the owners by new number."""
        operators: list[Any] = page.stream.stream
        owners: dict[int, bytes] = {}
        seen = 0
        mark: Mark | None = None
        fonts = [""]
        for index, operator in enumerate(operators):
            if operator == b"BDC":
                mark = Mark(number, operators[index - 1]["MCID"])
                seen += 1
                operators[index - 2 : index] = self._opening(mark, owners)
            elif operator == b"BMC":
                if mark is not None:
                    raise StructureError(f"An artifact within marked content on page {number + 1}.")
            elif operator == b"EMC":
                mark = None
            elif operator in (b"q", b"Q"):
                fonts = [*fonts, fonts[-1]] if operator == b"q" else fonts[:-1]
            elif isinstance(operator, bytes) and operator.endswith(b" Tf"):
                fonts[-1] = operator[1:].partition(b" ")[0].decode()
            elif mark in self.spaced and operators[index + 1] == b"ET" and fonts[-1] in self.spaces:
                operators[index] = _with_space(operator, self.spaces[fonts[-1]])
        if seen != len(page.marks):
            raise StructureError(f"Page {number + 1} draws content that cannot be tagged; is there CSS opacity?")
        return [owners[new] for new in range(len(owners))]

    def _opening(self, mark: Mark, owners: dict[int, bytes]) -> list[Any]:
        """The tag and properties that a piece of marked content begins with; notes its owner by its new number."""
        if mark in self.owners:
            new = self.numbers[mark]
            owners[new], tag = self.owners[mark]
            return [f"/{tag}", pydyf.Dictionary({"MCID": new})]
        if mark in self.reader.artifacts:
            return ["/Artifact", pydyf.Dictionary(self.reader.artifacts[mark])]
        raise StructureError(f"Page {mark.page + 1} holds content that is in no element.")


def _with_space(operator: Any, space: int) -> Any:
    """The operator that shows a line's last glyphs, ending with a space; unchanged if it does or shows none."""
    shown = _LAST_GLYPH.search(operator) if isinstance(operator, bytes) else None
    if shown is None or int(shown[1], 16) == space:
        return operator
    return operator.removesuffix(b"] TJ") + f"<{space:04x}>] TJ".encode()


def _discard_foreign_structure(pdf: Any) -> None:
    """Take WeasyPrint's structure tree out again: the objects from its parent tree on, but for the metadata."""
    start = int(pdf.catalog["StructTreeRoot"].split()[0]) - 1
    tail = pdf.objects[start:]
    metadata = [each for each in tail if isinstance(each, pydyf.Stream)]
    structure = [each for each in tail[1:] if not isinstance(each, pydyf.Stream)]
    kinds = {each.get("Type") for each in structure}
    if len(metadata) != 1 or set(tail[0]) != {"Nums"} or not kinds <= {"/StructTreeRoot", "/StructElem", "/OBJR"}:
        raise StructureError("WeasyPrint lays out its objects otherwise than expected; see trepart/pdf/tags.py.")
    del pdf.objects[start:]
    pdf.add_object(metadata[0])
    pdf.catalog["Metadata"] = metadata[0].reference
