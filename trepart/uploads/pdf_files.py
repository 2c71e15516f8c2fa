"""PDF files without who made them: document information, XMP, what programs leave behind, authors of remarks."""

import io
import re
import zlib
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
#: What an action of a PDF may be: to go to another page of it, or to where a reader chooses to go. Any other starts a
#: program, sends what is filled in, fetches something, or opens another file.
_GOING = frozenset({"/GoTo", "/URI", "/Named", "/Hide", "/SetOCGState", "/Thread", "/Trans", "/GoTo3DView"})
#: Kinds of action that start something, wherever they lie.
_STARTING = frozenset({
    "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/JavaScript", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/ResetForm",
})  # fmt: skip
_NAMED = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
#: Where a reader may choose to go; an address that says nothing of its kind is one of the web.
_PRESSED = re.compile(rb"\s*(?:https?:|mailto:|tel:|(?![a-z][a-z0-9+.-]*:|//|\\))", re.IGNORECASE)
#: What is done without anybody pressing on it; scripts of an action, of a film and of a drawing in space; a form of
#: another kind, which holds scripts of its own; films and what they are played with; pages of another file.
_BY_ITSELF = ("/AA", "/JS", "/JavaScript", "/OnInstantiate", "/XFA", "/RichMediaContent", "/RichMediaSettings",
              "/Movie", "/3DD", "/Requirements", "/SpiderInfo", "/OPI")  # fmt: skip
#: Of a remark or a field: it is not shown, or not at all unless it is printed.
_HIDDEN = 0b100010
#: How a dictionary that is an action says so, beside its kind.
_ACTIONS = ("/A", "/PA", "/Next", "/OpenAction")
#: What no object keeps; and what one has that is looked at closer.
_NEVER = frozenset({*_TELLING, *_BY_ITSELF})
_JUDGED = frozenset({*_ACTIONS, "/F", "/OCGs", "/Rect", "/Ref", "/S", "/Subtype", "/Type"})
_ENCLOSED_PROGRAM = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!", b"MSCF")
#: LZW makes so much more of what it is given, at most; the library has no limit of its own for it.
_LZW_TIMES = 2800
#: Fields that lie in one another, and signatures, at most.
_MOST_FIELDS = 10_000

#: Streams that hold its objects are unfolded when it is opened, and what is in them takes forty times the place: a
#: program writes some hundred objects in each, so they are small. Nothing else is unfolded by the library.
_MOST_OF_OBJECTS = 2 * 1024 * 1024
pikepdf.settings.set_qpdf_limits(
    parser_max_nesting=_DEEPEST,
    parser_max_container_size=budget.MOST_OBJECTS,
    max_stream_filters=2,
    flate_max_memory=_MOST_OF_OBJECTS,
    png_max_memory=_MOST_OF_OBJECTS,
    tiff_max_memory=_MOST_OF_OBJECTS,
    run_length_max_memory=_MOST_OF_OBJECTS,
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
                if _opens_by_itself(pdf) or any(_starts(one) for one in _all(pdf)):
                    raise HoldsPrograms
                _note_hidden(pdf, left)
                left.note(Leftover.SIGNED)
                return content
            _clean(pdf, left)
            # Where a limit stops it, the library goes on without those objects.
            if any("limit" in str(warning) for warning in pdf.get_warnings()):
                raise budget.TooMuch
            saved = io.BytesIO()
            pdf.save(saved, deterministic_id=True)
    except UnreadablePdf:
        raise
    except (pikepdf.PdfError, pikepdf.PasswordError, zlib.error, RuntimeError, ValueError, TypeError) as error:
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
    room = budget.Budget()
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
        room.take(objects=1 + len(children) // 10)
        # What has a number of its own comes by itself.
        waiting += [
            (child, depth + 1) for child in children if isinstance(child, Array | Dictionary) and not child.is_indirect
        ]


def _starts(one: Dictionary | Stream) -> bool:
    """Say whether something is done with it that is none of a document's own."""
    if any(key in one for key in _BY_ITSELF) or _is_kept_elsewhere(one) or _shows_another(one):
        return True
    return any(_leads_out(action) for action in _actions(one)) or (_is_an_action(one) and _leads_out(one))


def _actions(one: Dictionary | Stream) -> Iterator[Dictionary]:
    for key in _ACTIONS:
        said = one.get(key)
        for action in said if isinstance(said, Array) else [said]:
            if isinstance(action, Dictionary):
                yield action


def _is_an_action(one: Dictionary | Stream) -> bool:
    """Say whether it is an action, also where nothing is seen to lead to it. Other things have an ``/S``, too."""
    return str(one.get("/Type", "")) == "/Action" or str(one.get("/S", "")) in _STARTING


def _leads_out(action: Dictionary | Stream) -> bool:
    kind = str(action.get("/S", ""))
    if kind == "/Named":
        return str(action.get("/N", "")) not in _NAMED
    if kind == "/URI":
        address = action.get("/URI")
        said = bytes(address) if isinstance(address, pikepdf.String) else b""
        return _PRESSED.match(said) is None
    return ("/S" in action and kind not in _GOING) or (kind == "/Thread" and "/F" in action)


def _opens_by_itself(pdf: Pdf) -> bool:
    """Say whether it goes further than to one of its own pages when it is opened."""
    opens = pdf.Root.get("/OpenAction")
    return isinstance(opens, Dictionary) and (str(opens.get("/S", "")) != "/GoTo" or "/Next" in opens)


def _is_kept_elsewhere(one: Dictionary | Stream) -> bool:
    """Say whether a stream is kept outside the file, and fetched when it is shown."""
    return isinstance(one, Stream) and "/F" in one and str(one.get("/Type", "")) != "/EmbeddedFile"


def _clean(pdf: Pdf, left: Leftovers) -> None:
    kind = {}
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        kind = {name: told[name] for name in _OF_THE_KIND if name in told}
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    if _opens_by_itself(pdf):
        del pdf.Root["/OpenAction"]
    if isinstance(base := pdf.Root.get("/URI"), Dictionary) and "/Base" in base:
        del base["/Base"]
    _note_hidden(pdf, left)
    for one in _all(pdf):
        _clean_object(one, left)
    if kind:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            told.update(kind)


def _clean_object(one: Dictionary | Stream, left: Leftovers) -> None:
    keys = one.keys()
    for key in keys & _NEVER:
        del one[key]
    if keys.isdisjoint(_JUDGED):
        return
    if "/Rect" in one and "/Subtype" in one and str(one.Subtype) not in _FIELDS:
        for key in ("/T", "/M", "/CreationDate", "/NM"):
            if key in one:
                del one[key]
    if "/OCGs" in one and isinstance(one.get("/D"), Dictionary) and "/Creator" in one.D:
        del one.D["/Creator"]
    if _is_kept_elsewhere(one):
        raise UnreadablePdf
    if _shows_another(one):
        del one["/Ref"]
    for action in _actions(one):
        if _leads_out(action):
            _empty(action)
    if _is_an_action(one) and _leads_out(one):
        _empty(one)
    if isinstance(one, Stream) and one.get("/Subtype") == Name.Image:
        _clean_picture(one, left)


def _shows_another(one: Dictionary | Stream) -> bool:
    """Say whether a drawing stands for a page of another file."""
    return isinstance(one, Stream) and isinstance(one.get("/Ref"), Dictionary)


def _empty(action: Dictionary | Stream) -> None:
    for key in [key for key in action.keys() if key not in ("/Type",)]:  # noqa: SIM118  # a PDF's dictionary
        del action[key]


def _note_hidden(pdf: Pdf, left: Leftovers) -> None:
    """Say that there are layers that are not shown, or remarks and fields that are not."""
    layers = pdf.Root.get("/OCProperties")
    shown = layers.get("/D") if isinstance(layers, Dictionary) else None
    if isinstance(shown, Dictionary) and (
        (isinstance(off := shown.get("/OFF"), Array) and len(off)) or shown.get("/BaseState") == Name.OFF
    ):
        left.note(Leftover.HIDDEN)
    for page in pdf.pages:
        for one in notes if isinstance(notes := page.obj.get("/Annots"), Array) else ():
            if isinstance(one, Dictionary) and _is_hidden(one):
                left.note(Leftover.HIDDEN)


def _is_hidden(one: Dictionary) -> bool:
    flags = one.get("/F")
    return isinstance(flags, int) and bool(flags & _HIDDEN) and ("/Contents" in one or "/V" in one)


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
    """Return the file as it is when its filters are undone, of which the library knows all that are used for files. The
    usual one is undone here: the library is held to what streams of objects need."""
    filters = file.get("/Filter")
    named = {str(each) for each in filters} if isinstance(filters, Array) else {str(filters)}
    if named & {"/LZWDecode", "/LZW"} and len(file.read_raw_bytes()) * _LZW_TIMES > room.left:
        raise budget.TooMuch
    if "/F" in file:  # it is kept outside the file
        raise UnreadablePdf
    if named == {"/FlateDecode"} and "/DecodeParms" not in file and not isinstance(filters, Array):
        content = zlib.decompressobj().decompress(file.read_raw_bytes(), room.left + 1)
    else:
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
