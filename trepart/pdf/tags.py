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
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pydyf

from trepart.pdf.box_reader import BoxReader, RecordedPage
from trepart.pdf.tree import (
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
)

# The last glyph of a shown text, and the kerning after it, if any.
_LAST_GLYPH = re.compile(rb"([0-9a-f]{4})>[-.0-9]*\] TJ$")


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
    reader = BoxReader(language)
    for number, page in enumerate(pages):
        reader.read_page(number, page)
    root = Node("Document", kids=settle(reader.root, False))
    level_headings(root)
    _Writer(pdf, pages, reader, spaces).write(root)


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

    def __init__(self, pdf: Any, pages: list[RecordedPage], reader: BoxReader, spaces: Mapping[str, int]) -> None:
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
