"""PDF files without who made them: document information, XMP, what programs leave behind, authors of remarks."""

import contextlib
import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from trepart.uploads import pictures
from trepart.uploads.leftovers import Leftover, Leftovers

#: Kinds of annotation whose ``/T`` is the name of a field and not of a person.
_FIELDS = frozenset({"/Widget"})
#: What programs write of people, places and days, wherever it stands; who made the layers of a drawing.
_TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/CreatorInfo")
#: How far objects may lie in one another.
_DEEPEST = 100
#: What XMP says of the kind of file, and of nobody: kept so that a PDF/A is still known as one.
_OF_THE_KIND = ("pdfaid:part", "pdfaid:conformance", "pdfaid:rev")


#: What may lie behind the end of a PDF, and before its beginning: nothing that says anything.
_NOTHING = b"\0\t\n\f\r \xef\xbb\xbf"
#: Ways for a PDF to start a program, or send what is filled in somewhere, when it is opened or pressed on.
_STARTING = frozenset({"/Launch", "/SubmitForm", "/ImportData", "/GoToE"})
_ENCLOSED_PROGRAM = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!", b"MSCF")


class UnreadablePdf(ValueError):
    """It cannot be opened as a PDF, or not without a password, or it is something else as well."""


class HoldsPrograms(UnreadablePdf):
    """A file that can be run lies in it."""


def cleaned(content: bytes, left: Leftovers) -> bytes:
    """Return the PDF without what it tells of people besides its pages; what could not be taken out is noted in
    ``left``.

    One with a digital signature is returned as it is: a change would break the signature. Raises ``UnreadablePdf``.
    """
    _alone(content)
    try:
        with Pdf.open(io.BytesIO(content)) as pdf:
            if not pdf.pages:
                raise UnreadablePdf
            if _is_signed(pdf):
                left.note(Leftover.SIGNED)
                return content
            _clean(pdf, left)
            saved = io.BytesIO()
            pdf.save(saved, deterministic_id=True)
    except UnreadablePdf:
        raise
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, ValueError, TypeError) as error:
        raise UnreadablePdf from error
    return saved.getvalue()


def _alone(content: bytes) -> None:
    """Refuse a PDF with anything before its beginning or behind its end: it is another file as well, to another
    program."""
    ends = content.rfind(b"%%EOF")
    if not content.lstrip(_NOTHING).startswith(b"%PDF-") or ends < 0 or content[ends + 5 :].strip(_NOTHING):
        raise UnreadablePdf


def _is_signed(pdf: Pdf) -> bool:
    return any(
        isinstance(one, Dictionary) and one.get("/Type") == Name.Sig and "/Contents" in one for one in pdf.objects
    )


def _clean(pdf: Pdf, left: Leftovers) -> None:
    kind = {}
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        kind = {name: told[name] for name in _OF_THE_KIND if name in told}
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for one in pdf.objects:
        _walk(one, left)
    if kind:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            told.update(kind)


def _walk(one: object, left: Leftovers, depth: int = 0) -> None:
    """Clean an object and what lies in it without a number of its own; what has one comes by itself."""
    if depth > _DEEPEST:
        raise UnreadablePdf
    if isinstance(one, Array):
        children = list(one)
    elif isinstance(one, Dictionary | Stream):
        _clean_object(one, left)
        children = [child for _key, child in one.items()]
    else:
        return
    for child in children:
        if isinstance(child, Array | Dictionary) and not child.is_indirect:
            _walk(child, left, depth + 1)


def _clean_object(one: Dictionary | Stream, left: Leftovers) -> None:
    for key in _TELLING:
        if key in one:
            del one[key]
    if "/Rect" in one and "/Subtype" in one and str(one.Subtype) not in _FIELDS:
        for key in ("/T", "/M", "/CreationDate", "/NM"):
            if key in one:
                del one[key]
    if "/OCGs" in one and isinstance(one.get("/D"), Dictionary) and "/Creator" in one.D:
        del one.D["/Creator"]
    if one.get("/S") == Name.JavaScript and "/JS" in one:
        del one["/JS"]
    if str(one.get("/S", "")) in _STARTING:
        for key in [key for key in one.keys() if key not in ("/Type",)]:  # noqa: SIM118  # a PDF's dictionary
            del one[key]
    if "/EF" in one:
        left.note(Leftover.ENCLOSED)
        _judge_enclosed(one)
    if isinstance(one, Stream) and one.get("/Subtype") == Name.Image:
        _clean_picture(one, left)


def _judge_enclosed(one: Dictionary | Stream) -> None:
    """Refuse a file enclosed that can be run, as far as it can be seen without unpacking all of it."""
    enclosed = one.get("/EF")
    for _name, file in enclosed.items() if isinstance(enclosed, Dictionary) else ():
        if not isinstance(file, Stream):
            continue
        begins = file.read_raw_bytes()
        if file.get("/Filter") in (Name.FlateDecode, Name.Fl):
            with contextlib.suppress(zlib.error):
                begins = zlib.decompressobj().decompress(begins, 64)
        if begins.startswith(_ENCLOSED_PROGRAM):
            raise HoldsPrograms


def _clean_picture(one: Stream, left: Leftovers) -> None:
    """Cut EXIF and XMP out of a photo on a page; the picture itself is not touched."""
    filters = one.get("/Filter")
    if isinstance(filters, Array) and len(filters) == 1:
        filters = filters[0]
    if filters == Name.JPXDecode:
        left.note(Leftover.PICTURE)
    if filters != Name.DCTDecode:
        return
    content = one.read_raw_bytes()
    try:
        shorter = pictures.without_segments(content)
    except pictures.UnreadablePicture:
        left.note(Leftover.PICTURE)
        return
    if shorter != content:
        one.write(shorter, filter=Name.DCTDecode, decode_parms=one.get("/DecodeParms"))
