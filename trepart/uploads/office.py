"""Word, Excel and OpenDocument without who wrote them: plain work on the zip file they are.

The words, sums and pictures a reader sees are not touched; who wrote, changed and remarked, when, where it lay on
somebody's machine and for which employer, goes.
"""

import io
import zipfile
import zlib
from collections.abc import Callable

from trepart.uploads import pictures, xml_parts
from trepart.uploads.budget import Budget, TooMuch
from trepart.uploads.leftovers import Leftover, Leftovers
from trepart.uploads.office_parts import OnlyItsRoot, Part, StartsPrograms, Styles
from trepart.uploads.office_relations import ContentTypes, ReachesOut, Relations, is_left_out
from trepart.uploads.xml_parts import Rules, UnreadablePart

_PICTURES = (".jpg", ".jpeg", ".png")
_DOCUMENTS = (".docx", ".xlsx", ".odt")
#: How an archive begins, whatever it is called: what lies in it is looked through too.
_ARCHIVE = b"PK\x03\x04"
#: Pictures that cannot be cleaned where they lie.
_OTHER_PICTURES = (
    ".tif", ".tiff", ".heic", ".heif", ".webp", ".jpe", ".jfif", ".gif", ".svg", ".svm", ".emf", ".wmf", ".jp2", ".bmp",
)  # fmt: skip
#: What a document is made of and tells of nobody; whatever else lies in it is a file enclosed.
_XML = (".xml", ".rels", ".rdf", ".vml")
_PARTS = (*_XML, ".odttf", ".ttf", ".otf", "mimetype", "layout-cache", "/")
#: Parts that tell of other files and people, and cannot be taken out without breaking the document.
_TELLING = ("xl/connections.xml", "xl/externallinks/", "versions/", "versionlist.xml")
_FIRST_BYTES = {b"\xff\xd8\xff", b"\x89PN"}
_WRONG = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError)
#: Programs, and archives in the archive, by how they begin; what Word keeps programs in.
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"MSCF",
)  # fmt: skip
_MACROS = ("/vbaproject.bin", "/vbadata.xml", "/activex/", "/basic/", "/dialogs/", "/scripts/", "/macrosheets/")
#: An object of another program, and what in it can be run: macros, and a file that is opened when it is pressed on.
_OBJECT = b"\xd0\xcf\x11\xe0"
_IN_AN_OBJECT = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "\x01Ole10Native"))
#: The list of all parts, with what each is.
_LIST = "[content_types].xml"
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


class UnreadableDocument(ValueError):
    """It cannot be opened as a document, or is too large to be."""


class HoldsPrograms(UnreadableDocument):
    """There is a program in it, or macros, or it starts one that lies elsewhere."""


class FetchesText(UnreadableDocument):
    """Whole documents are read into it when it is opened."""


class _Parts:
    """What is known of a document across its parts."""

    def __init__(self, left: Leftovers, budget: Budget) -> None:
        self.left, self.budget = left, budget
        self.styles = Styles()
        self.types = ContentTypes()


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
            parts = _Parts(left, budget)
            for member in sorted(members, key=lambda one: one.filename.lower() != _LIST):
                kept = _member(member.filename, _unfolded(old, member), parts)
                if kept is None:
                    continue
                told = zipfile.ZipInfo(member.filename, _LONG_AGO)
                told.compress_type = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
                told.external_attr = member.external_attr
                new.writestr(told, kept)
            if parts.styles.hide_something():
                left.note(Leftover.HIDDEN)
    except (HoldsPrograms, TooMuch):
        raise
    except StartsPrograms as error:
        raise HoldsPrograms from error
    except ReachesOut as error:
        raise FetchesText from error
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


def _member(name: str, content: bytes, parts: _Parts) -> bytes | None:
    """Return one file of the document as it is stored; None where it is left out."""
    low = name.lower()
    left, budget = parts.left, parts.budget
    if content.startswith(_PROGRAMS) or any(macro in f"/{low}" for macro in _MACROS) or _can_be_run(content):
        raise HoldsPrograms
    if is_left_out(low):
        return None
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
    elif not low.endswith((*_PARTS, *_DOCUMENTS)):
        left.note(Leftover.ENCLOSED)
    if low.endswith(_DOCUMENTS) or content.startswith(_ARCHIVE):
        return _or_noted(lambda found: cleaned(found, left, budget), content, left, Leftover.ENCLOSED)
    return _xml(low, content, parts)


def _can_be_run(content: bytes) -> bool:
    """Say whether it is an object of another program that holds something that can be run."""
    return content.startswith(_OBJECT) and any(name in content for name in _IN_AN_OBJECT)


def _or_noted(clean: Callable[[bytes], bytes], content: bytes, left: Leftovers, what: Leftover) -> bytes:
    try:
        return clean(content)
    except (HoldsPrograms, FetchesText):
        raise
    except (pictures.UnreadablePicture, UnreadableDocument):
        left.note(what)
        return content


def _xml(name: str, content: bytes, parts: _Parts) -> bytes:
    """Return a part as it is kept. What calls itself XML is so, whatever it is named; what only begins as it may be
    something else."""
    must = name.endswith(_XML) or parts.types.says_xml(name)
    if not must and not xml_parts.is_xml(content):
        return content
    if name.endswith(".vml"):
        content = content.replace(b"<br>", b"<br/>")  # as Excel writes it
    try:
        return xml_parts.rewritten(content, _rules(name, parts), parts.budget)
    except UnreadablePart as error:
        if must or b"<!" in content[:400]:
            raise UnreadableDocument from error
        return content


def _rules(name: str, parts: _Parts) -> Rules:
    if name == _LIST:
        return parts.types
    if name.endswith(".rels"):
        return Relations(parts.left)
    if name.startswith("customxml/item") and not name.startswith("customxml/itemprops"):
        return OnlyItsRoot()
    return Part(name, parts.left, parts.styles)
