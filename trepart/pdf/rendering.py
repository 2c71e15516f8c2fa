"""Printed documents: a Django template becomes one file that is both PDF/A-2a and PDF/UA-1.

The only place that calls WeasyPrint. What it makes is finished here in four ways, each because WeasyPrint 70 alone
would not hold (docs/decisions/0008): the structure tree (`trepart.pdf.tags`), the XMP that declares both standards,
the fonts (`trepart.pdf.text`, none from the machine), and where files come from (never the network or the disk).
The same input gives the same bytes, so that a document can be known by its SHA-256.
"""

import io
import logging
import os
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, VERSION
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration

from trepart import municipality
from trepart.pdf.box_reader import RecordedPage
from trepart.pdf.fetching import Fetcher, ResourceRefused, static_file
from trepart.pdf.fitting import fit
from trepart.pdf.joining import BLOCKS, UNDRAWN, join
from trepart.pdf.on_demand import drawn_once
from trepart.pdf.tags import write_structure
from trepart.pdf.text import FONT_STACK, PdfError, families_for, font_faces, printable

__all__ = ["MissingGlyph", "PdfError", "ResourceRefused", "Watch", "render_pdf"]

#: Is told, while a document is made, how many pages are done, of how many: 0 while they are laid out and nobody knows
#: yet. What it raises stops the making.
Watch = Callable[[int, int], None]

STYLESHEET = "print/document.css"
#: What a document says of its language (BCP 47), from Django's code; a language not listed says its own code.
LANGUAGE_TAGS = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}

_DRAWN_ATTRIBUTES = ("alt",)
#: White space at the edge of a block says nothing (HTML's own, not a space that keeps words together).
_WHITE = " \t\n\r\f"
_fontconfig_lock = threading.Lock()


class MissingGlyph(PdfError):
    """A style sheet or a list mark draws a character that no font has (ISO 19005-2, 6.2.11.8)."""


def render_pdf(
    template: str,
    context: Mapping[str, object],
    *,
    title: str,
    language: str = "nb",
    author: str,
    subject: str = "",
    created: datetime,
    media: Mapping[str, bytes] | None = None,
    watch: Watch | None = None,
) -> bytes:
    """Print a template that extends `pdf/base.html`; one file, PDF/A-2a and PDF/UA-1 (R32; ISO 19005-2, 14289-1).

    Arguments:
        template: name of the template; it fills the block `content`, and may replace `letterhead`.
        context: the template's variables. The base reads `municipality` (default: as it is now), `document_id` and
            `seal` (both for the foot of each page) and `notice` (a line at the top, such as "not approved").
        title: the document's title, shown by readers instead of a file name.
        language: code of the language that the template is rendered in.
        author: who gives the document out, as a rule the municipality.
        subject: one sentence on what it is; may be empty.
        created: when the document was made (aware); nothing else in the file depends on the clock.
        media: files that the template refers to as `trepart-media:<key>`; the key's ending tells the kind.
        watch: is told how far the making has come, for a document that takes long.

    Raises:
        PdfError: a picture without alternative text, a table without header cells, a file from elsewhere, or a font
            that is not installed.
        ValueError: `created` has no time zone.
    """
    if timezone.is_naive(created):
        raise ValueError("created must be aware: a document says when it was made.")
    tag = LANGUAGE_TAGS.get(language, language)
    arms = _arms()
    said = {
        "municipality": municipality.current(),
        **context,
        "title": title,
        "language_tag": tag,
        "arms": next(iter(arms), ""),
    }
    files = {**arms, **(media or {})}
    about = _About(title=title, language=tag, author=author, subject=subject, created=created)

    def source(**without: str) -> str:
        with translation.override(language):
            return render_to_string(template, {**said, **without})

    def says() -> str:
        # Not when it was drawn, nor what the trail had come to by then.
        marks = [f"{name} {sha256(content).hexdigest()}" for name, content in sorted(files.items())]
        return "\n".join([template, title, tag, author, subject, *marks, source(seal="")])

    return drawn_once(says, lambda: _draw(source(), about, files, watch))


@dataclass(frozen=True)
class _About:
    """What a document says of itself; ``language`` is a BCP 47 tag."""

    title: str
    language: str
    author: str
    subject: str
    created: datetime


def _draw(source: str, about: _About, files: Mapping[str, bytes], watch: Watch | None) -> bytes:
    """Set the pages of a document that is HTML by now, and write the file. Tests that do not read what is printed put
    something quicker in its place (tests/undrawn.py)."""
    fetcher = Fetcher(files)
    html = HTML(string=source, base_url=f"{settings.SITE_URL}/", url_fetcher=fetcher)
    _trim(html.etree_element)
    join(html.etree_element)
    fit(html.etree_element)
    families = families_for(_make_printable(html.etree_element))
    fonts = _own_fonts()
    # One style sheet for all: the fonts, then the look; templates bring none of their own.
    family = f"{{ font-family: {FONT_STACK} }}"
    type_sheet = f"{font_faces(families)}\n:root {family} @page {family}"
    sheets = [CSS(string=type_sheet, url_fetcher=fetcher, font_config=fonts), _look(static_file(STYLESHEET).decode())]
    with _told_of_pages(watch):
        document = html.render(font_config=fonts, stylesheets=sheets, pdf_variant="pdf/a-2a")
    fetcher.check()
    metadata = document.metadata
    metadata.title, metadata.authors = about.title, [about.author]
    metadata.description, metadata.lang = about.subject, about.language
    metadata.created = metadata.modified = timezone.localtime(about.created).isoformat(timespec="seconds")
    metadata.generator = "Trepart"
    spaces: dict[str, int] = {}
    total, written = len(document.pages), 0

    def painted() -> None:
        nonlocal written
        _mend_fonts(document.fonts, spaces)
        written += 1
        if watch is not None:
            watch(written, total)

    pages = [RecordedPage(page, painted) for page in document.pages]
    document.pages[:] = pages

    def finish(_document: Any, pdf: Any) -> None:
        write_structure(pdf, pages, about.language, spaces)
        stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        # Uncompressed, so that tools that search for the declaration without parsing find it.
        stream.stream, stream.compress = [_xmp(metadata, about.language)], False

    content: bytes = document.write_pdf(pdf_variant="pdf/a-2a", finisher=finish)
    fetcher.check()
    return content


def _arms() -> dict[str, bytes]:
    """Return the coat of arms for the letterhead as a file with a name; empty where there is none that paper can have:
    letters in a drawing would ask for fonts of the machine."""
    found = municipality.arms()
    if found is None or (found[0] == "image/svg+xml" and b"<text" in found[1]):
        return {}
    ending = next(ending for ending, kind in municipality.ARMS_TYPES.items() if kind == found[0])
    return {f"letterhead{ending}": found[1]}


class _Listener(logging.Handler):
    """Hears which page WeasyPrint lays out, in its own thread alone: another document may be made beside this one."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.INFO)
        self._watch, self._thread, self._most = watch, threading.get_ident(), 0

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a page; those that are laid out anew, for their numbers, are not counted twice."""
        if record.thread != self._thread or "Page" not in str(record.msg) or not isinstance(record.args, tuple):
            return
        page = record.args[0] if record.args else 0
        if isinstance(page, int) and page > self._most:
            self._most = page
            self._watch(page, 0)


# WeasyPrint's progress is for whoever listens here, and for no log.
PROGRESS_LOGGER.propagate = False
PROGRESS_LOGGER.setLevel(logging.INFO)


@contextmanager
def _told_of_pages(watch: Watch | None) -> Iterator[None]:
    if watch is None:
        yield
        return
    listener = _Listener(watch)
    PROGRESS_LOGGER.addHandler(listener)
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(listener)


@lru_cache(maxsize=1)
def _look(words: str) -> CSS:
    """Return the style sheet of all documents, read once: it brings no font and fetches nothing while it is read, and
    no document changes it."""
    return CSS(string=words)


def _trim(root: Any) -> None:
    """Take away the white space at the edges of blocks: WeasyPrint gives what stands last in a flexible box a line of
    its own, and templates have one element a line."""
    for element in root.iter():
        if element.tag not in BLOCKS:
            continue
        element.text = element.text and element.text.lstrip(_WHITE)
        if len(element):
            element[-1].tail = element[-1].tail and element[-1].tail.rstrip(_WHITE)
        elif element.text:
            element.text = element.text.rstrip(_WHITE)


def _make_printable(root: Any) -> set[str]:
    """Rewrite the text of an HTML tree so that the fonts can draw it; gives the characters in it."""
    characters: set[str] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.text and element.tag not in UNDRAWN:
            element.text = printable(element.text)
            characters.update(element.text)
        if element.tail:
            element.tail = printable(element.tail)
            characters.update(element.tail)
        for name in _DRAWN_ATTRIBUTES:
            if element.get(name):
                element.set(name, printable(element.get(name)))
    return characters


def _own_fonts() -> FontConfiguration:
    """A font configuration that knows no font of the machine.

    Fontconfig reads its file from the environment, and only while a configuration is made; so the variable is set for
    that long only, and browsers and other programs that we start keep theirs.
    """
    path = finders.find("print/fonts.conf")
    if path is None:
        raise PdfError("static/print/fonts.conf is missing.")
    with _fontconfig_lock:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(path)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def _mend_fonts(fonts: Mapping[Any, Any], spaces: dict[str, int]) -> None:
    """Before the fonts are written: refuse a missing glyph, and see that each has a space and says what it draws.

    The glyph of the space, which ends a line where layout dropped it (`trepart.pdf.tags`), is noted in `spaces`.

    WeasyPrint gives the whole text of a cluster of several glyphs (a letter and a loose accent) to its last glyph and
    none to the others: the letter would then be copied and read as nothing everywhere in the document.
    """
    for font in fonts.values():
        if font.missing:
            missing = ", ".join(f"{chr(point)} (U+{point:04X})" for point in sorted(font.missing))
            raise MissingGlyph(f"No font has {missing}, which a style sheet or list mark draws.")
        unsure = [
            glyph
            for glyph, text in font.to_unicode.items()
            if not text or (len(text) > 1 and any(unicodedata.combining(char) for char in text))
        ]
        if unsure or font.hash not in spaces:
            table = TTFont(io.BytesIO(font.file_content), fontNumber=font.index, lazy=True)
            _keep_space(font, table, spaces)
            letters = {table.getGlyphID(name): chr(point) for point, name in table.getBestCmap().items()}
            for glyph in unsure:
                # A glyph that stands for no character of its own (part of a ligature) is read as nothing.
                font.to_unicode[glyph] = letters.get(glyph) or font.to_unicode[glyph] or "\u200b"


def _keep_space(font: Any, table: TTFont, spaces: dict[str, int]) -> None:
    name = table.getBestCmap().get(0x20)
    if name is not None:
        glyph = spaces[font.hash] = table.getGlyphID(name)
        font.to_unicode.setdefault(glyph, " ")
        font.widths.setdefault(glyph, round(table["hmtx"][name][0] * 1000 / font.upem))


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>{subject}
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{generator}</xmp:CreatorTool>
<xmp:CreateDate>{created}</xmp:CreateDate>
<xmp:ModifyDate>{created}</xmp:ModifyDate>
<xmp:MetadataDate>{created}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def _xmp(metadata: Any, tag: str) -> bytes:
    """The metadata packet: both declarations, and the extension schema without which PDF/A forbids the second.

    ISO 19005-2 6.6.2.3 allows only properties of known schemas, and PDF/UA's is not among them.
    """
    words = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(metadata.description)}</rdf:li></rdf:Alt>'
    subject = f"\n<dc:description>{words}</dc:description>"
    return _XMP.format(
        title=escape(metadata.title),
        author=escape(metadata.authors[0]),
        subject=subject if metadata.description else "",
        language=tag,
        generator=metadata.generator,
        created=metadata.created,
        producer=f"WeasyPrint {VERSION}",
    ).encode()
