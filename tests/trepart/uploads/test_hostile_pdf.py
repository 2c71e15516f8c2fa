"""PDF files that start something, enclose programs, or call themselves signed."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.factories import files
from tests.factories.files import upload
from trepart.uploads import budget, door, pdf_files
from trepart.uploads.leftovers import Leftover, Leftovers

PROGRAM = b"MZ\x90\x00" + bytes(500)


def with_launch(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F="cmd.exe")


def with_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Rendition, OP=0, JS="app.alert('cmd.exe')")


def with_script_in_an_annotation(pdf: Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"cmd.exe"))
    rect = Array([0, 0, 9, 9])
    pdf.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect, AA=Dictionary(U=action))]
    )


def with_another_form(pdf: Pdf) -> None:
    form = pdf.Root.get("/AcroForm") or Dictionary(Fields=Array([]))
    form.XFA = Array([String("template"), pdf.make_stream(b"<script>cmd.exe</script>")])
    pdf.Root.AcroForm = form


def with_submitting(pdf: Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.SubmitForm, F="http://cmd.exe"))


def with_program(pdf: Pdf) -> None:
    pdf.attachments["faktura.pdf"] = PROGRAM


def with_text(pdf: Pdf) -> None:
    pdf.attachments["vedlegg.txt"] = b"hei"


STARTING = [with_launch, with_script, with_script_in_an_annotation, with_another_form, with_submitting]


def made(*changes: Callable[[Pdf], None], signed: bool = False) -> bytes:
    """Return a PDF with these, signed after them where it is signed."""
    saved = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if signed:
            pdf.Root.AcroForm = Dictionary(Fields=Array([files.signature(pdf)]))
        for change in changes:
            change(pdf)
        pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return files.signed_over(saved.getvalue()) if signed else saved.getvalue()


def taken(content: bytes) -> door.TakenIn:
    return door.taken_in(upload("a.pdf", content))


def code(content: bytes) -> str:
    with pytest.raises(ValidationError) as refusal:
        taken(content)
    return str(refusal.value.code)


@pytest.mark.parametrize("change", STARTING)
def test_nothing_is_started(change: Callable[[Pdf], None]) -> None:
    clean = taken(made(change)).read()
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        said = [one.unparse() for one in pdf.objects] + [
            one.read_bytes() for one in pdf.objects if isinstance(one, Stream)
        ]
    assert b"cmd.exe" not in b"".join(said)


@pytest.mark.parametrize("change", [*STARTING, with_program])
def test_a_signed_one_is_judged_as_every_other_and_cannot_be_changed(change: Callable[[Pdf], None]) -> None:
    assert code(made(change, signed=True)) == "program"


def test_a_signed_one_with_a_file_inside_says_both() -> None:
    content = made(with_text, signed=True)
    found = taken(content)
    assert (found.read(), sorted(found.left)) == (content, sorted([Leftover.ENCLOSED, Leftover.SIGNED]))


def forged(pdf: Pdf) -> None:
    pdf.Root.Signed = pdf.make_indirect(Dictionary(Type=Name.Sig, Contents=b"x"))


def forged_field(pdf: Pdf) -> None:
    value = Dictionary(Type=Name.Sig, Contents=b"x", ByteRange=Array([0, 10, 20, 10]))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(Dictionary(FT=Name.Sig, V=value))]))


def forged_without_a_field(pdf: Pdf) -> None:
    pdf.Root.Signed = pdf.make_indirect(Dictionary(Type=Name.Sig, Contents=b"x", ByteRange=Array([0, 0, 0, 0])))


@pytest.mark.parametrize("change", [forged, forged_field, forged_without_a_field])
def test_what_calls_itself_a_signature_is_none(change: Callable[[Pdf], None]) -> None:
    found = taken(made(change, with_launch))
    assert found.left == []
    assert b"cmd.exe" not in found.read()
    assert code(made(change, with_program)) == "program"


def enclosing(content: bytes, filters: Name | Array | None, **more: object) -> bytes:
    """Return a PDF that encloses ``content`` as it stands, said to be packed in these ways."""

    def change(pdf: Pdf) -> None:
        file = pdf.make_stream(content)
        file.Type = Name.EmbeddedFile
        if filters is not None:
            file.Filter = filters
        for key, value in more.items():
            file[f"/{key}"] = value
        told = Dictionary(Type=Name.Filespec, F="a.txt", EF=Dictionary(F=file))
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), told])))

    saved = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(saved, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return saved.getvalue()


def in_hexadecimal(content: bytes) -> bytes:
    return content.hex().encode() + b">"


def in_runs(content: bytes) -> bytes:
    pieces = [content[at : at + 100] for at in range(0, len(content), 100)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces) + b"\x80"


@pytest.mark.parametrize(
    ("content", "filters"),
    [
        (PROGRAM, None),
        (zlib.compress(PROGRAM), Name.FlateDecode),
        (zlib.compress(PROGRAM), Array([Name.FlateDecode])),
        (in_hexadecimal(PROGRAM), Name.ASCIIHexDecode),
        (in_hexadecimal(zlib.compress(PROGRAM)), Array([Name.ASCIIHexDecode, Name.FlateDecode])),
        (in_runs(PROGRAM), Name.RunLengthDecode),
        (zlib.compress(zlib.compress(PROGRAM)), Array([Name.FlateDecode, Name.FlateDecode])),
    ],
)
def test_a_program_is_found_however_it_is_packed(content: bytes, filters: Name | Array | None) -> None:
    assert code(enclosing(content, filters)) == "program"


@pytest.mark.parametrize(
    ("content", "filters"),
    [
        (b"hei", Name.DCTDecode),
        (b"hei", Name.JPXDecode),
        (b"hei", Name("/Egen")),
        (b"hei", Name.LZWDecode),
        (b"hei", Name.FlateDecode),
    ],
)
def test_a_file_inside_that_cannot_be_unpacked_is_refused(content: bytes, filters: Name) -> None:
    assert code(enclosing(content, filters)) == "unreadable"


def test_a_file_kept_outside_is_refused() -> None:
    assert code(enclosing(b"hei", None, F="\\\\vert\\fil")) == "unreadable"


def test_a_file_inside_unfolds_to_no_more_than_an_upload_may() -> None:
    most = budget.MOST_BYTES
    assert code(enclosing(zlib.compress(bytes(most + 1)), Name.FlateDecode)) == "unreadable"
    with pytest.raises(budget.TooMuch):
        pdf_files.cleaned(enclosing(bytes(40_000), Name.LZWDecode), Leftovers())


def test_files_inside_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_BYTES", 4)
    assert code(made(with_text, lambda pdf: pdf.attachments.__setitem__("to.txt", b"hei"))) == "too_much"
    assert taken(made(with_text)).left == [Leftover.ENCLOSED]
