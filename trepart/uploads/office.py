"""Word, Excel and OpenDocument without who wrote them: plain work on the zip file they are.

The words, sums and pictures a reader sees are not touched; who wrote, changed and remarked, when, where it lay on
somebody's machine and for which employer, goes.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable

from trepart.uploads import pictures
from trepart.uploads.leftovers import Leftover, Leftovers

#: Bytes that a document may unfold to, and files in it: a small file can unfold to a huge one.
MOST_BYTES, MOST_FILES = 300 * 1024 * 1024, 5000
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
    {b"author", b"creator", b"creator-initials", b"sender-initials", b"initial-creator", b"lastModifiedBy"}
)
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


class UnreadableDocument(ValueError):
    """It cannot be opened as a document, or is too large to be."""


def cleaned(content: bytes, left: Leftovers, *, inside: bool = False) -> bytes:
    """Return the document without what it tells of people; what could not be taken out is noted in ``left``.

    ``inside`` says that it lies in another document. Raises ``UnreadableDocument``.
    """
    saved = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w") as new:
            members = old.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
                raise UnreadableDocument
            for member in members:
                told = zipfile.ZipInfo(member.filename, _LONG_AGO)
                told.compress_type = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
                told.external_attr = member.external_attr
                new.writestr(told, _member(member.filename, old.read(member), left, inside=inside))
    except _WRONG as error:
        raise UnreadableDocument from error
    return saved.getvalue()


def _member(name: str, content: bytes, left: Leftovers, *, inside: bool) -> bytes:
    """Return one file of the document as it is stored."""
    low = name.lower()
    if low in _INSTEAD:
        return _INSTEAD[low]
    if low.endswith("/meta.xml"):  # of a chart or a formula that lies in it
        return _META
    if low.startswith(_TELLING):
        left.note(Leftover.ENCLOSED)
    if low.endswith(_PICTURES) or content[:3] in _FIRST_BYTES:
        return _or_noted(pictures.cleaned, content, left, Leftover.PICTURE)
    if low.endswith(_OTHER_PICTURES):
        left.note(Leftover.PICTURE)
    elif low.endswith(_DOCUMENTS) and not inside:
        return _or_noted(lambda found: cleaned(found, left, inside=True), content, left, Leftover.ENCLOSED)
    elif not low.endswith(_PARTS) and "/printersettings/" not in low:
        left.note(Leftover.ENCLOSED)
    if low.endswith((".xml", ".rels")):
        return _xml(low, content)
    return content


def _or_noted(clean: Callable[[bytes], bytes], content: bytes, left: Leftovers, what: Leftover) -> bytes:
    try:
        return clean(content)
    except (pictures.UnreadablePicture, UnreadableDocument):
        left.note(what)
        return content


def _xml(name: str, content: bytes) -> bytes:
    if name.startswith("customxml/") and _SHARED in content:
        return _NOTHING_SHARED
    if content[:2] in _TWO_BYTES:
        content = content.decode("utf-16").encode().replace(b"UTF-16", b"UTF-8", 1).replace(b"utf-16", b"utf-8", 1)
    if name.endswith(".rels"):
        return _TAG.sub(_relation, content)
    if name.startswith("xl/persons/"):
        content = _DISPLAY_NAMES.sub(rb'\1"-"', content)
    content = _ATTRIBUTES.sub(rb'\1"-"', content)
    content = _DATES.sub(rb'\1"1980-01-01T00:00:00Z"', content)
    return _TAG.sub(_element, content)


def _relation(found: re.Match[bytes]) -> bytes:
    """Return a relation that leads to nobody's machine: the template, and what lies in a folder there."""
    tag, words = found.groups()
    target = _TARGET.search(tag)
    if b"/attachedTemplate" in tag:
        tag = _TARGET.sub(rb'\1"Normal.dotm"', tag)
    elif target is not None and _ON_A_MACHINE.search(target.group(2)):
        tag = _TARGET.sub(rb'\1"-"', tag)
    return bytes(tag + words)


def _element(found: re.Match[bytes]) -> bytes:
    """Return the beginning of an element, and the words after it, without names and places."""
    tag, words = found.groups()
    named = _NAME.match(tag)
    name = named.group(1) if named else b""
    if name == b"absPath":
        tag = _URL.sub(rb'\1""', tag)
    elif name in _SOURCES:
        tag = _VALUE.sub(rb'\1""', tag)
    elif _ON_A_MACHINE.search(tag):
        tag = _DESCRIBED.sub(_told_without_place, tag)
    if name in _NAMING or (name == b"config-item" and any(printer in tag for printer in _PRINTERS)):
        words = b""
    return bytes(tag + words)


def _told_without_place(found: re.Match[bytes]) -> bytes:
    return bytes(found.group(1) + b'"-"' if _ON_A_MACHINE.search(found.group(2)) else found.group())
