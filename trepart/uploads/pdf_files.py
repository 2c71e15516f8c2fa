"""PDF files without who made them: document information, XMP, what programs leave behind, authors of remarks."""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from trepart.uploads import budget, pictures
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
#: Scripts of an action, of a film and of a drawing in space; a form of another kind, which holds scripts of its own.
_SCRIPTS = ("/JS", "/OnInstantiate", "/XFA")
_ENCLOSED_PROGRAM = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!", b"MSCF")
#: LZW makes so much more of what it is given, at most; the library has no limit of its own for it.
_LZW_TIMES = 2800
#: Fields that lie in one another, and signatures, at most.
_MOST_FIELDS = 10_000

# No stream of a PDF is unfolded to more than an upload may be: those that hold its objects are, when it is opened.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=budget.MOST_BYTES,
    run_length_max_memory=budget.MOST_BYTES,
)


class UnreadablePdf(ValueError):
    """It cannot be opened as a PDF, or not without a password, or it is something else as well."""


class HoldsPrograms(UnreadablePdf):
    """A file that can be run lies in it, or it starts something and cannot be changed."""


def cleaned(content: bytes, left: Leftovers) -> bytes:
    """Return the PDF without what it tells of people besides its pages; what could not be taken out is noted in
    ``left``.

    One with a digital signature is judged as every other, and returned as it is: a change would break the signature.
    Raises ``UnreadablePdf``, and ``TooMuch``.
    """
    _alone(content)
    try:
        with Pdf.open(io.BytesIO(content)) as pdf:
            if not pdf.pages:
                raise UnreadablePdf
            _judge_enclosed(pdf, left)
            if _is_signed(pdf, content):
                if any(_starts(one) for one in _all(pdf)):
                    raise HoldsPrograms
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


def _is_signed(pdf: Pdf, content: bytes) -> bool:
    """Say whether a field of its form is signed, for bytes of this very file. What calls itself a signature anywhere
    else is none."""
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, Dictionary) else None
    waiting = [(field, False) for field in fields] if isinstance(fields, Array) else []
    for _number in range(_MOST_FIELDS):
        if not waiting:
            return False
        field, signs = waiting.pop()
        if not isinstance(field, Dictionary):
            continue
        signs = field.get("/FT") == Name.Sig if "/FT" in field else signs
        if signs and _is_signature(field.get("/V"), content):
            return True
        if isinstance(kids := field.get("/Kids"), Array):
            waiting += [(kid, signs) for kid in kids]
    raise UnreadablePdf


def _is_signature(said: object, content: bytes) -> bool:
    """Say whether it is one, for all of ``content`` from its beginning but the place of the signature itself."""
    if not isinstance(said, Dictionary) or not isinstance(said.get("/Contents"), pikepdf.String):
        return False
    spans = said.get("/ByteRange")
    if not isinstance(spans, Array):
        return False
    try:
        begins, length, after, rest = (int(each) for each in spans)
    except (TypeError, ValueError):
        return False
    between = content[length:after]
    return (
        begins == 0
        and 0 < length < after <= after + rest <= len(content)
        and (between[:1], between[-1:]) == (b"<", b">")
        and between[1:-1].strip(b"0123456789abcdefABCDEF\t\r\n ") == b""
    )


def _all(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Yield every dictionary and stream of the file, wherever it lies."""
    waiting = [(one, 0) for one in (*pdf.objects, pdf.trailer)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            raise UnreadablePdf
        if isinstance(one, Array):
            children = list(one)
        elif isinstance(one, Dictionary | Stream):
            yield one
            children = [child for _key, child in one.items()]
        else:
            continue
        # What has a number of its own comes by itself.
        waiting += [
            (child, depth + 1) for child in children if isinstance(child, Array | Dictionary) and not child.is_indirect
        ]


def _starts(one: Dictionary | Stream) -> bool:
    return str(one.get("/S", "")) in _STARTING or any(key in one for key in _SCRIPTS)


def _clean(pdf: Pdf, left: Leftovers) -> None:
    kind = {}
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        kind = {name: told[name] for name in _OF_THE_KIND if name in told}
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for one in _all(pdf):
        _clean_object(one, left)
    if kind:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            told.update(kind)


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
    for key in _SCRIPTS:
        if key in one:
            del one[key]
    if str(one.get("/S", "")) in _STARTING:
        for key in [key for key in one.keys() if key not in ("/Type",)]:  # noqa: SIM118  # a PDF's dictionary
            del one[key]
    if isinstance(one, Stream) and one.get("/Subtype") == Name.Image:
        _clean_picture(one, left)


def _judge_enclosed(pdf: Pdf, left: Leftovers) -> None:
    """Refuse a file enclosed that can be run, and one that cannot be unpacked: nobody knows what it is."""
    room = budget.Budget()
    for file in {file.objgen: file for one in _all(pdf) for file in _enclosed(one)}.values():
        left.note(Leftover.ENCLOSED)
        if _unpacked(file, room).startswith(_ENCLOSED_PROGRAM):
            raise HoldsPrograms


def _enclosed(one: Dictionary | Stream) -> Iterator[Stream]:
    if isinstance(one, Stream) and one.get("/Type") == Name.EmbeddedFile:
        yield one
    for key in ("/EF", "/RF"):
        for _name, each in named.items() if isinstance(named := one.get(key), Dictionary) else ():
            yield from (file for file in (each if isinstance(each, Array) else [each]) if isinstance(file, Stream))


def _unpacked(file: Stream, room: budget.Budget) -> bytes:
    """Return the file as it is when its filters are undone, of which the library knows all that are used for files."""
    filters = file.get("/Filter")
    named = {str(each) for each in filters} if isinstance(filters, Array) else {str(filters)}
    if named & {"/LZWDecode", "/LZW"} and len(file.read_raw_bytes()) * _LZW_TIMES > room.left:
        raise budget.TooMuch
    if "/F" in file:  # it is kept outside the file
        raise UnreadablePdf
    content = file.read_bytes(pikepdf.StreamDecodeLevel.specialized)
    room.take(unfolded=len(content), files=1)
    return content


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
