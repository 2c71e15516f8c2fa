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
_OTHER_PICTURES = (".tif", ".tiff", ".heic", ".heif", ".webp", ".jpe", ".jfif")
_OTHER_FILES = (".bin", ".ole", ".pptx", ".doc", ".xls", ".ppt", ".pdf", ".docm", ".xlsm", ".ods", ".odp")
_WRONG = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, RuntimeError, ValueError, NotImplementedError,
    EOFError,
)  # fmt: skip
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
#: Names as the words of an element.
_ELEMENTS = re.compile(
    rb"(<(?:[\w.-]+:)?(?:author|creator|creator-initials|sender-initials|initial-creator|lastModifiedBy)(?:\s[^>]*)?>)"
    rb"[^<]*(?=</)"
)
#: Where a spreadsheet or a template lay on somebody's machine, and to which printer it went.
_ABS_PATH = re.compile(rb"""(<(?:[\w.-]+:)?absPath\b[^>]*?\surl\s*=\s*)("[^"]*"|'[^']*')""")
_TEMPLATE = re.compile(rb"<Relationship\b[^>]*/attachedTemplate[^>]*>")
_TARGET = re.compile(rb"""(\sTarget\s*=\s*)("[^"]*"|'[^']*')""")
_PRINTER = re.compile(rb"""(<config:config-item\b[^>]*config:name="Printer(?:Name|Setup)"[^>]*>)[^<]*""")
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
    if low.endswith(_PICTURES):
        return _or_noted(pictures.cleaned, content, left, Leftover.PICTURE)
    if low.endswith(_OTHER_PICTURES):
        left.note(Leftover.PICTURE)
    elif low.endswith(_DOCUMENTS) and not inside:
        return _or_noted(lambda found: cleaned(found, left, inside=True), content, left, Leftover.ENCLOSED)
    elif low.endswith((*_DOCUMENTS, *_OTHER_FILES)) and "/printersettings/" not in low:
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
    if name.endswith(".rels"):
        return _TEMPLATE.sub(lambda found: _TARGET.sub(rb'\1"Normal.dotm"', found.group()), content)
    if name.startswith("xl/persons/"):
        content = _DISPLAY_NAMES.sub(rb'\1"-"', content)
    content = _ATTRIBUTES.sub(rb'\1"-"', content)
    content = _DATES.sub(rb'\1"1980-01-01T00:00:00Z"', content)
    content = _ABS_PATH.sub(rb'\1""', content)
    content = _PRINTER.sub(rb"\1", content)
    return _ELEMENTS.sub(rb"\1", content)
