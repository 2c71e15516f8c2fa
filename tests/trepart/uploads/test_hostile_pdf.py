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


def with_action(**said: object) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(**said))
        pdf.pages[0].obj.Annots = Array([link])

    return change


def with_opening_an_address(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.URI, URI="http://cmd.exe")


def with_a_chain(pdf: Pdf) -> None:
    following = Array([Dictionary(S=Name.GoToR, F="\\\\cmd.exe\\a")])
    with_action(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]), Next=following)(pdf)


def with_named_scripts(pdf: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS="cmd.exe")
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)])))


def with_rich_media(pdf: Pdf) -> None:
    content = Dictionary(Configurations=Array([Dictionary(Name="cmd.exe")]))
    rect = Array([0, 0, 9, 9])
    pdf.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=rect, RichMediaContent=content)]
    )


def with_another_page(pdf: Pdf) -> None:
    drawing = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, Ref=Dictionary(F="cmd.exe", Page=0))
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(a=drawing))


def with_a_base(pdf: Pdf) -> None:
    pdf.Root.URI = Dictionary(Base="http://cmd.exe")


STARTING = [
    with_opening_an_address, with_a_chain, with_named_scripts, with_rich_media, with_another_page,
    *[with_action(S=kind, F="cmd.exe") for kind in (Name.GoToR, Name.GoToE, Name.ImportData, Name("/Egen"))],
    with_action(S=Name.URI, URI="file:///c:/cmd.exe"), with_action(S=Name.URI, URI="javascript:cmd.exe"),
    with_launch, with_script, with_script_in_an_annotation, with_another_form, with_submitting,
]  # fmt: skip


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


def packed(content: bytes) -> bytes:
    """Return it with its objects in streams, locked with a password that is empty, and with a part of before."""
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            saved,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            encryption=pikepdf.Encryption(owner="a", user=""),
        )
    return saved.getvalue()


def changed_after(content: bytes) -> bytes:
    """Return it with a later part of its own, as a program writes what is changed."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        count = int(pdf.trailer["/Size"])
        root = int(pdf.Root.objgen[0])
    before = content.rindex(b"startxref") + 10
    where = content[before:].split()[0]
    added = f"{count} 0 obj\n<< /Type /Action /S /Launch /F (cmd.exe) >>\nendobj\n".encode()
    table = len(content) + len(added)
    tail = (
        f"xref\n{count} 1\n{len(content):010d} 00000 n \ntrailer\n<< /Size {count + 1} /Root {root} 0 R "
        f"/Prev {where.decode()} >>\nstartxref\n{table}\n%%EOF\n"
    )
    return content + added + tail.encode()


@pytest.mark.parametrize("change", [*STARTING, with_a_base])
@pytest.mark.parametrize("wrapped", [bytes, packed, changed_after])
def test_nothing_is_started(change: Callable[[Pdf], None], wrapped: Callable[[bytes], bytes]) -> None:
    clean = taken(wrapped(made(change))).read()
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


@pytest.mark.parametrize(
    "said",
    [
        {"S": Name.URI, "URI": "https://trepart.example/"},
        {"S": Name.URI, "URI": "www.trepart.example"},
        {"S": Name.URI, "URI": "mailto:a@b.example"},
        {"S": Name.Named, "N": Name.NextPage},
    ],
)
def test_what_a_reader_chooses_to_press_on_stays(said: dict[str, object]) -> None:
    with pikepdf.open(io.BytesIO(taken(made(with_action(**said))).read())) as pdf:
        assert Dictionary(**said) == pdf.pages[0].obj.Annots[0].A


def test_a_document_opens_at_the_page_it_says() -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])

    with pikepdf.open(io.BytesIO(taken(made(change)).read())) as pdf:
        assert "/OpenAction" in pdf.Root


def test_a_picture_kept_outside_is_refused() -> None:
    def change(pdf: Pdf) -> None:
        picture = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image)
        picture.F = Dictionary(FS=Name.URL, F="http://vert.example/a")
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(a=picture))

    assert code(made(change)) == "unreadable"


def with_a_hidden_layer(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Kladd"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def with_a_hidden_remark(pdf: Pdf) -> None:
    remark = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), F=2, Contents="x")
    pdf.pages[0].obj.Annots = Array([remark])


@pytest.mark.parametrize("change", [with_a_hidden_layer, with_a_hidden_remark])
def test_what_is_hidden_is_said(change: Callable[[Pdf], None]) -> None:
    assert taken(made(change)).left == [Leftover.HIDDEN]


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
    assert code(enclosing(zlib.compress(bytes(most + 1)), Name.FlateDecode)) == "too_much"
    assert taken(enclosing(zlib.compress(bytes(most // 8)), Name.FlateDecode)).left == [Leftover.ENCLOSED]
    with pytest.raises(budget.TooMuch):
        pdf_files.cleaned(enclosing(bytes(40_000), Name.LZWDecode), Leftovers())


def test_files_inside_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_BYTES", 4)
    assert code(made(with_text, lambda pdf: pdf.attachments.__setitem__("to.txt", b"hei"))) == "too_much"
    assert taken(made(with_text)).left == [Leftover.ENCLOSED]
