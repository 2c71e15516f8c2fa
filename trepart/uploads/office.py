"""Word, Excel and OpenDocument without who wrote them: plain work on the zip file they are.

The words, sums and pictures a reader sees are not touched; who wrote, changed and remarked, when, where it lay on
somebody's machine and for which employer, goes.
"""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable

from trepart.uploads import pictures
from trepart.uploads.budget import Budget, TooMuch
from trepart.uploads.leftovers import Leftover, Leftovers

_PICTURES = (".jpg", ".jpeg", ".png")
_DOCUMENTS = (".docx", ".xlsx", ".odt")
#: Pictures that cannot be cleaned where they lie.
_OTHER_PICTURES = (
    ".tif", ".tiff", ".heic", ".heif", ".webp", ".jpe", ".jfif", ".gif", ".svg", ".svm", ".emf", ".wmf", ".jp2", ".bmp",
)  # fmt: skip
#: What a document is made of and tells of nobody; whatever else lies in it is a file enclosed.
_PARTS = (".xml", ".rels", ".rdf", ".odttf", ".ttf", ".otf", "mimetype", "layout-cache", "/")
#: Parts that tell of other files and people, and cannot be taken out without breaking the document.
_TELLING = ("xl/revisions/", "xl/connections.xml", "xl/externallinks/", "versions/", "versionlist.xml")
_FIRST_BYTES = {b"\xff\xd8\xff", b"\x89PN"}
_WRONG = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError)
_TWO_BYTES = (b"\xff\xfe", b"\xfe\xff")
#: Programs, and archives in the archive, by how they begin; what Word keeps programs in.
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"MSCF",
)  # fmt: skip
_MACROS = ("/vbaproject.bin", "/vbadata.xml", "/activex/", "/basic/", "/scripts/")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_META = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/></office:document-meta>'
)
_INSTEAD = {"docprops/core.xml": _CORE, "docprops/app.xml": _APP, "docprops/custom.xml": _CUSTOM, "meta.xml": _META}

#: Names in attributes, whichever prefix they come under: authors of changes and remarks, and their accounts.
_ATTRIBUTES = re.compile(
    rb"""(\s(?:[\w.-]+:)?(?:author|initials|userId|providerId|userName|refreshedBy|lastModifiedBy)\s*=\s*)"""
    rb"""("[^"]*"|'[^']*')"""
)
_DISPLAY_NAMES = re.compile(rb"""(\sdisplayName\s*=\s*)("[^"]*"|'[^']*')""")
_DATES = re.compile(rb"""(\sw:date\s*=\s*)("[^"]*"|'[^']*')""")
#: One element's beginning, and the words after it. Nothing here reaches past the next "<", so that what is no document
#: at all takes no longer to read than it is long.
_TAG = re.compile(rb"""(<[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>)([^<]*)""")
_NAME = re.compile(rb"<(?:[\w.-]+:)?([\w-]+)")
#: Elements whose words are a name, or an address on somebody's machine.
_NAMING = frozenset(
    {
        b"author", b"creator", b"creator-initials", b"initial-creator", b"lastModifiedBy",
        # Fields of OpenDocument whose words stand in the text.
        b"author-name", b"author-initials", b"printed-by", b"file-name", b"template-name",
    }
)  # fmt: skip
#: Fields of Word whose words stand in the text: who wrote it, where, and what it was called at home.
_FIELD = re.compile(
    rb"""\s*(?:AUTHOR|LASTSAVEDBY|USERNAME|USERINITIALS|USERADDRESS|FILENAME|TEMPLATE|"""
    rb"""DOCPROPERTY\s+(?:"|&quot;)?(?:Author|Manager|Company|LastSavedBy))\b""",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(rb"""\sw:instr\s*=\s*(?:"([^"]{0,200})|'([^']{0,200}))""")
_FIELD_CHAR = re.compile(rb"""\sw:fldCharType\s*=\s*["'](\w+)""")
#: What a frame in the text repeats of what is told of the document (a cover page).
_TOLD = re.compile(rb"""\sw:xpath\s*=\s*["'][^"']*(?:creator|lastModifiedBy|Manager|Company)""")
_END = re.compile(rb"</(?:[\w.-]+:)?([\w-]+)")
#: What the reader of the document does not see at once: deleted and moved text, comments, hidden rows and sheets.
_UNSEEN = frozenset({b"delText", b"deletion", b"moveFrom", b"comment", b"threadedComment", b"annotation"})
_HIDING = {
    b"vanish": re.compile(rb"""(?!.*\sw:val\s*=\s*["'](?:0|false|off))""", re.DOTALL),
    **dict.fromkeys((b"row", b"col"), re.compile(rb""".*\shidden\s*=\s*["'](?:1|true)""", re.DOTALL)),
    b"sheet": re.compile(rb""".*\sstate\s*=\s*["'](?:hidden|veryHidden)""", re.DOTALL),
    b"text-properties": re.compile(rb""".*\stext:display\s*=\s*["']none""", re.DOTALL),
    **dict.fromkeys((b"hidden-text", b"hidden-paragraph"), re.compile(b"")),
    **dict.fromkeys(
        (b"table-row", b"table-column"),
        re.compile(rb""".*\stable:visibility\s*=\s*["'](?:collapse|filter)""", re.DOTALL),
    ),
}
_URL = re.compile(rb"""(\surl\s*=\s*)("[^"]*"|'[^']*')""")
_TARGET = re.compile(rb"""(\sTarget\s*=\s*)("[^"]*"|'[^']*')""")
_PRINTERS = (b'config:name="PrinterName"', b'config:name="PrinterSetup"')
#: Where a template, a picture or another spreadsheet lay on somebody's machine.
_ON_A_MACHINE = re.compile(rb"file:|[A-Za-z]:[\\/]|\\\\", re.IGNORECASE)
#: How a letter was merged with a list, and from which account.
_SOURCES = frozenset({b"connectString", b"query", b"dataSource"})
_VALUE = re.compile(rb"""(\sw:val\s*=\s*)("[^"]*"|'[^']*')""")
_DESCRIBED = re.compile(rb"""(\s(?:descr|title)\s*=\s*)("[^"]*"|'[^']*')""")
#: What a document archive writes of a document: title, author, who approved.
_SHARED = b"schemas.microsoft.com/office/2006/metadata/properties"
_NOTHING_SHARED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<p:properties xmlns:p='
    b'"http://schemas.microsoft.com/office/2006/metadata/properties"/>'
)
#: What the cover page asks for: abstract, address, telephone, e-mail.
_COVER = b"schemas.microsoft.com/office/2006/coverPageProps"
_NO_COVER = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<CoverPageProperties xmlns='
    b'"http://schemas.microsoft.com/office/2006/coverPageProps"/>'
)

#: A document type that only names one, as early OpenDocument files have: it is left out.
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]{0,400}>")


class UnreadableDocument(ValueError):
    """It cannot be opened as a document, or is too large to be."""


class HoldsPrograms(UnreadableDocument):
    """There is a program in it, or macros."""


def cleaned(content: bytes, left: Leftovers, budget: Budget | None = None) -> bytes:
    """Return the document without what it tells of people; what could not be taken out is noted in ``left``.

    ``budget`` is what is left for the upload it lies in. Raises ``UnreadableDocument``, and ``TooMuch``.
    """
    budget = budget or Budget()
    saved = io.BytesIO()
    try:
        with budget.deeper(), zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w") as new:
            members = old.infolist()
            budget.take(unfolded=sum(member.file_size for member in members), files=len(members))
            _whole(content, old, members)
            for member in members:
                told = zipfile.ZipInfo(member.filename, _LONG_AGO)
                told.compress_type = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
                told.external_attr = member.external_attr
                new.writestr(told, _member(member.filename, _unfolded(old, member), left, budget))
    except (HoldsPrograms, TooMuch):
        raise
    except _WRONG as error:
        raise UnreadableDocument from error
    return saved.getvalue()


def _unfolded(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return one file of the archive: as much as it says that it is, however much lies in it."""
    with archive.open(member) as packed:
        content = packed.read(member.file_size)
    if len(content) != member.file_size:
        raise UnreadableDocument
    return content


def _whole(content: bytes, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that is something else as well: with anything before its first file or after its end, with two
    files of one name, files locked or outside the archive. Two programs would read two different documents of it."""
    behind = 22 + len(archive.comment)
    if content[:4] != b"PK\x03\x04" or content[-behind : -behind + 4] != b"PK\x05\x06":
        raise UnreadableDocument
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names) or min(member.header_offset for member in members) != 0:
        raise UnreadableDocument
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        # Other ways of packing are no document's, and are not unfolded a piece at a time.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableDocument
        if member.flag_bits & 0x1 or ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in member.orig_filename:
            raise UnreadableDocument


def _member(name: str, content: bytes, left: Leftovers, budget: Budget) -> bytes:
    """Return one file of the document as it is stored."""
    low = name.lower()
    if content.startswith(_PROGRAMS) or any(macro in f"/{low}" for macro in _MACROS):
        raise HoldsPrograms
    if low in _INSTEAD:
        return _INSTEAD[low]
    if low.endswith("/meta.xml"):  # of a chart or a formula that lies in it
        return _META
    if low.startswith(_TELLING):
        left.note(Leftover.ENCLOSED)
    if low.endswith(_PICTURES) or content[:3] in _FIRST_BYTES:
        return _or_noted(lambda found: pictures.cleaned(found, budget), content, left, Leftover.PICTURE)
    if low.endswith(_OTHER_PICTURES):
        left.note(Leftover.PICTURE)
    elif low.endswith(_DOCUMENTS):
        return _or_noted(lambda found: cleaned(found, left, budget), content, left, Leftover.ENCLOSED)
    elif not low.endswith(_PARTS) and "/printersettings/" not in low:
        left.note(Leftover.ENCLOSED)
    if low.endswith((".xml", ".rels")):
        return _xml(low, content, left)
    return content


def _or_noted(clean: Callable[[bytes], bytes], content: bytes, left: Leftovers, what: Leftover) -> bytes:
    try:
        return clean(content)
    except HoldsPrograms:
        raise
    except (pictures.UnreadablePicture, UnreadableDocument):
        left.note(what)
        return content


def _xml(name: str, content: bytes, left: Leftovers) -> bytes:
    if name.startswith("customxml/") and _SHARED in content:
        return _NOTHING_SHARED
    if name.startswith("customxml/") and _COVER in content:
        return _NO_COVER
    if content[:2] in _TWO_BYTES:
        content = content.decode("utf-16").encode().replace(b"UTF-16", b"UTF-8", 1).replace(b"utf-16", b"utf-8", 1)
    # A document type with entities lets whoever opens the file next fetch from that machine, or unfold without end.
    content = _DOCTYPE.sub(b"", content, count=1)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableDocument
    if name.endswith(".rels"):
        return _TAG.sub(_relation, content)
    if name.startswith("xl/persons/"):
        content = _DISPLAY_NAMES.sub(rb'\1"-"', content)
    content = _ATTRIBUTES.sub(rb'\1"-"', content)
    content = _DATES.sub(rb'\1"1980-01-01T00:00:00Z"', content)
    reader = _Reader(told_in_use=not name.endswith("/styles.xml"))
    content = _TAG.sub(reader.element, content)
    if reader.unseen:
        left.note(Leftover.HIDDEN)
    return content


def _relation(found: re.Match[bytes]) -> bytes:
    """Return a relation that leads to nobody's machine: the template, and what lies in a folder there."""
    tag, words = found.groups()
    target = _TARGET.search(tag)
    if b"/attachedTemplate" in tag:
        tag = _TARGET.sub(rb'\1"Normal.dotm"', tag)
    elif target is not None and _ON_A_MACHINE.search(target.group(2)):
        tag = _TARGET.sub(rb'\1"-"', tag)
    return bytes(tag + words)


class _Reader:
    """Reads one part from its beginning to its end, and knows whether it is in a field that names somebody."""

    def __init__(self, *, told_in_use: bool) -> None:
        #: Whether something in it is not seen at once. A style that nothing needs to have hides nothing.
        self.unseen = False
        self._told_in_use = told_in_use
        #: What is open, innermost last: which element, and whether its words name somebody.
        self._open: list[tuple[bytes, bool]] = []
        self._often: Counter[bytes] = Counter()
        self._naming = 0
        #: The fields one is in: what each asks for, and whether its words have begun.
        self._fields: list[tuple[bytes, bool]] = []

    def element(self, found: re.Match[bytes]) -> bytes:
        """Return the beginning or end of an element, and the words after it, without names and places."""
        tag, words = found.groups()
        ended = _END.match(tag)
        if ended is not None:
            if ended.group(1) in (b"sdt", b"fldSimple"):
                self._close(ended.group(1))
            return bytes(tag + words)
        named = _NAME.match(tag)
        name = named.group(1) if named else b""
        self.unseen = self.unseen or (self._told_in_use and _is_unseen(name, tag))
        self._follow(name, tag, words)
        if self._naming and name in (b"t", b"delText"):
            words = b""
        return _without_names(name, tag, words)

    def _follow(self, name: bytes, tag: bytes, words: bytes) -> None:
        if name == b"sdt" and not tag.endswith(b"/>"):
            self._begin(b"sdt", False)
        elif name == b"dataBinding" and self._open and self._open[-1] == (b"sdt", False) and _TOLD.search(tag):
            self._close(b"sdt")
            self._begin(b"sdt", True)
        elif name == b"fldSimple" and not tag.endswith(b"/>"):
            told = _INSTRUCTION.search(tag)
            self._begin(b"fldSimple", bool(told and _FIELD.match(told.group(1) or told.group(2) or b"")))
        elif name == b"instrText" and self._fields:
            asked, begun = self._fields[-1]
            self._fields[-1] = (asked + words[:200])[:200], begun
        elif name == b"fldChar" and (kind := _FIELD_CHAR.search(tag)):
            self._field(kind.group(1))

    def _field(self, kind: bytes) -> None:
        if kind == b"begin":
            self._fields.append((b"", False))
        elif self._fields and kind == b"separate":
            asked, _begun = self._fields[-1]
            self._fields[-1] = asked, True
            self._begin(b"fldChar", bool(_FIELD.match(asked)))
        elif self._fields and self._fields.pop()[1]:
            self._close(b"fldChar")

    def _begin(self, kind: bytes, naming: bool) -> None:
        self._open.append((kind, naming))
        self._often[kind] += 1
        self._naming += naming

    def _close(self, kind: bytes) -> None:
        """Leave the innermost of ``kind``, and whatever in it was never left."""
        while self._often[kind]:
            left, naming = self._open.pop()
            self._often[left] -= 1
            self._naming -= naming
            if left == kind:
                return


def _is_unseen(name: bytes, tag: bytes) -> bool:
    if name in _UNSEEN:
        # Formulas and schemas have annotations of another kind; what is empty says nothing.
        return not tag.endswith(b"/>") and (name != b"annotation" or tag.startswith(b"<office:"))
    return name in _HIDING and _HIDING[name].match(tag) is not None


def _without_names(name: bytes, tag: bytes, words: bytes) -> bytes:
    if name == b"absPath":
        tag = _URL.sub(rb'\1""', tag)
    elif name in _SOURCES:
        tag = _VALUE.sub(rb'\1""', tag)
    elif _ON_A_MACHINE.search(tag):
        tag = _DESCRIBED.sub(_told_without_place, tag)
    if (
        name in _NAMING
        or name.startswith(b"sender-")
        or (name == b"config-item" and any(printer in tag for printer in _PRINTERS))
    ):
        words = b""
    return bytes(tag + words)


def _told_without_place(found: re.Match[bytes]) -> bytes:
    return bytes(found.group(1) + b'"-"' if _ON_A_MACHINE.search(found.group(2)) else found.group())
