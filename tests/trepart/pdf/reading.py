"""Reads a tagged PDF as a screen reader would, independently of what wrote it."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont


@dataclass(eq=False)
class Element:
    """A structure element, its kids in order: elements, or (page, MCID), or link annotations."""

    tag: str
    source: Any
    parent: "Element | None"
    kids: list[Any] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        for kid in self.kids:
            if isinstance(kid, Element):
                yield kid
                yield from kid

    @property
    def attributes(self) -> dict[str, Any]:
        found = self.source.get("/A", pikepdf.Array())
        entries: dict[str, Any] = {}
        for each in found if isinstance(found, pikepdf.Array) else [found]:
            entries |= {name: value for name, value in each.items() if name != "/O"}
        return entries


class Tagged:
    """A PDF opened for checking."""

    def __init__(self, content: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(content))
        self.marks: dict[tuple[int, int], str] = {}
        self.artifacts: list[list[str]] = []
        self.nested = 0
        self.glyphs: dict[str, set[int]] = defaultdict(set)
        self.fonts: dict[str, Any] = {}
        self._cmaps: dict[str, dict[int, str]] = {}
        self._numbers = {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}
        for number, page in enumerate(self.pdf.pages):
            self.artifacts.append([])
            self._read_page(number, page)
        (top,) = _array(self.pdf.Root.StructTreeRoot.K)
        self.document = self._element(top, None)

    def _read_page(self, number: int, page: pikepdf.Page) -> None:
        stack: list[Any] = []
        fonts, font = page.Resources.Font, ""
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                tag = str(operands[0])
                self.nested += bool(stack)
                mcid = operands[1].get("/MCID") if name == "BDC" else None
                stack.append((number, int(mcid)) if mcid is not None else tag)
                if mcid is not None:
                    assert stack[-1] not in self.marks, "an MCID is used twice"
                    self.marks[stack[-1]] = ""
                elif tag == "/Artifact" and name == "BDC":
                    self.artifacts[number].append("")
            elif name == "EMC":
                stack.pop()
            elif name == "Tf":
                font = str(fonts[operands[0]].BaseFont)
                if font not in self.fonts:
                    self.fonts[font] = fonts[operands[0]]
                    self._cmaps[font] = _to_unicode(fonts[operands[0]])
            elif name in ("TJ", "Tj"):
                assert stack, "text outside marked content"
                words = self._shown(font, operands[0])
                if stack[-1] in self.marks:
                    self.marks[stack[-1]] += words
                else:
                    self.artifacts[number][-1] += words
        assert not stack

    def _shown(self, font: str, shown: Any) -> str:
        words = ""
        for piece in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if isinstance(piece, pikepdf.String):
                raw = bytes(piece)
                for index in range(0, len(raw), 2):
                    glyph = int.from_bytes(raw[index : index + 2], "big")
                    self.glyphs[font].add(glyph)
                    words += self._cmaps[font][glyph]
        return words

    def _element(self, source: Any, parent: Element | None) -> Element:
        element = Element(str(source.S)[1:], source, parent)
        if parent is not None:
            assert source.P.objgen == parent.source.objgen
        for kid in _array(source.get("/K", pikepdf.Array())):
            if not isinstance(kid, pikepdf.Dictionary):
                element.kids.append((self._page(source.Pg), int(kid)))
            elif kid.get("/Type") == "/MCR":
                element.kids.append((self._page(kid.Pg), int(kid.MCID)))
            elif kid.get("/Type") == "/OBJR":
                element.kids.append(kid.Obj)
            else:
                element.kids.append(self._element(kid, element))
        return element

    def _page(self, page: Any) -> int:
        return self._numbers[page.objgen]

    def all(self, *tags: str) -> list[Element]:
        """The elements with these tags, in reading order."""
        return [each for each in self.document if each.tag in tags]

    def text(self, element: Element | None = None) -> str:
        """What is read aloud of an element, or of everything."""
        words = ""
        for kid in (element or self.document).kids:
            if isinstance(kid, Element):
                words += self.text(kid)
            elif isinstance(kid, tuple):
                words += self.marks[kid]
            if isinstance(kid, Element) and kid.tag not in ("Span", "Link", "Code", "Quote"):
                words += "\n"
        return words

    def missing_glyphs(self) -> list[str]:
        """Every use of .notdef, of a glyph that the embedded font lacks, or of one that draws
        nothing but has a letter."""
        found = []
        for name, used in self.glyphs.items():
            descriptor = self.fonts[name].DescendantFonts[0].FontDescriptor
            font = TTFont(io.BytesIO(bytes(descriptor.FontFile2.read_bytes())))
            order, outlines = font.getGlyphOrder(), font["glyf"]
            for glyph in used:
                text = self._cmaps[name].get(glyph)
                if glyph == 0 or glyph >= len(order) or not text:
                    found.append(f"{name} {glyph} {text!r}")
                elif outlines[order[glyph]].numberOfContours == 0 and text.strip("\u200b\u200d\ufe0f\u00ad").strip():
                    found.append(f"{name} {glyph} {text!r} draws nothing")
        return found


def _array(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _to_unicode(font: Any) -> dict[int, str]:
    cmap = bytes(font.ToUnicode.read_bytes()).decode("ascii")
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]*)>$", cmap, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
