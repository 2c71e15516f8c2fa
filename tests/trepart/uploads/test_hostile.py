"""Files made to stop the portal, and what people's names hide in beside the usual places."""

import io
import time
import zipfile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from tests.factories import files
from tests.factories.files import NAME, upload
from trepart.uploads import door, office
from trepart.uploads.leftovers import Leftover, Leftovers

#: Read as often as it is long, this would take hours.
LONG = 200_000
#: What says of a part that it is XML, whatever it is called.
LISTED = '<Types><Override PartName="/word/egen.dat" ContentType="application/x+xml"/></Types>'
#: A folder on somebody's machine.
PLACE = "\\".join(("D:", NAME, "hus.png"))


def inside(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(name)


@pytest.mark.parametrize(
    "piece",
    [
        b"<x:absPath ",
        b"<author ",
        b"<config:config-item ",
        b"<a b='",
        b'<a b="',
        b"<",
        b"<author>",
        b"<a b=''",
        b"<w:vanish ",
        b"<w:vanish a='",
        b"<row hidden=",
    ],
)
@pytest.mark.parametrize("name", ["word/a.xml", "word/_rels/a.xml.rels", "word/egen.dat"])
def test_what_is_no_document_is_read_once_and_refused(piece: bytes, name: str) -> None:
    begins = time.process_time()
    whole = files.zipped({"[Content_Types].xml": LISTED, "word/document.xml": b"<w:document/>", name: piece * LONG})
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(whole, Leftovers())
    assert time.process_time() - begins < 5


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("word/_rels/document.xml.rels", f'<Relationship Id="r" Target="file:///{PLACE}"/>'),
        ("xl/_rels/a.xml.rels", f'<Relationship Target="\\\\{NAME}\\felles\\a.xlsx" TargetMode="External"/>'),
        ("word/document.xml", f'<pic:cNvPr id="1" descr="{PLACE}"/>'),
        ("word/settings.xml", f'<w:mailMerge><w:connectString w:val="User ID={NAME}"/></w:mailMerge>'),
        ("word/comments.xml", f'<w:comment w:author="{NAME}"/>'.encode("utf-16")),
        ("Object 1/meta.xml", f"<office:meta><meta:printed-by>{NAME}</meta:printed-by></office:meta>"),
        ("word/people.xml", f"<dc:creator a='>'>{NAME}</dc:creator>"),
    ],
)
def test_names_are_taken_out_wherever_they_stand(member: str, content: str | bytes) -> None:
    clean = office.cleaned(files.zipped({"word/document.xml": "<w:document/>", member: content}), Leftovers())
    assert NAME.encode() not in inside(clean, member)


def test_an_alternative_text_that_is_words_stays() -> None:
    given = '<pic:cNvPr id="1" descr="Et hus ved vannet"/>'
    clean = office.cleaned(files.zipped({"word/document.xml": given}), Leftovers())
    assert b"Et hus ved vannet" in inside(clean, "word/document.xml")


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("word/embeddings/brev.msg", Leftover.ENCLOSED),
        ("word/embeddings/mappe.zip", Leftover.ENCLOSED),
        ("xl/connections.xml", Leftover.ENCLOSED),
        ("Versions/Version1", Leftover.ENCLOSED),
        ("word/media/a.gif", Leftover.PICTURE),
        ("word/media/a.svg", Leftover.PICTURE),
        ("word/media/a.emf", Leftover.PICTURE),
    ],
)
def test_what_cannot_be_taken_out_is_said(member: str, what: Leftover) -> None:
    left = Leftovers()
    office.cleaned(files.zipped({"word/document.xml": "<w:document/>", member: b"<x/>"}), left)
    assert left == [what.value]


@pytest.mark.parametrize(
    ("member", "given"),
    [
        ("word/document.xml", "<w:del><w:r><w:delText>strøket</w:delText></w:r></w:del>"),
        ("word/document.xml", "<w:moveFrom><w:r><w:t>flyttet</w:t></w:r></w:moveFrom>"),
        ("word/document.xml", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>skjult</w:t></w:r>"),
        ("word/header1.xml", "<w:r><w:rPr><w:vanish w:val='true'/></w:rPr><w:t>skjult</w:t></w:r>"),
        ("word/comments.xml", "<w:comments><w:comment w:id='0'><w:p/></w:comment></w:comments>"),
        ("xl/comments1.xml", '<comments><comment ref="A1"><text><t>merknad</t></text></comment></comments>'),
        ("xl/threadedComments/threadedComment1.xml", "<threadedComment ref='A1'><text>x</text></threadedComment>"),
        ("xl/workbook.xml", '<sheets><sheet name="Lønn" sheetId="2" state="veryHidden" r:id="rId2"/></sheets>'),
        ("xl/worksheets/sheet1.xml", '<row r="3" hidden="1"><c r="A3"/></row>'),
        ("xl/worksheets/sheet1.xml", '<cols><col min="2" max="2" hidden="true"/></cols>'),
        ("content.xml", "<text:deletion><text:p>strøket</text:p></text:deletion>"),
        ("content.xml", "<office:annotation><text:p>merknad</text:p></office:annotation>"),
        ("content.xml", '<style:text-properties text:display="none"/>'),
        ("content.xml", '<text:hidden-text text:string-value="x"/>'),
        ("content.xml", '<table:table-row table:visibility="collapse"/>'),
    ],
)
def test_what_the_reader_of_a_document_does_not_see_is_said(member: str, given: str) -> None:
    left = Leftovers()
    whole = files.zipped({"mimetype": "x", member: files.part(given)})
    office.cleaned(whole, left)
    assert left == [Leftover.HIDDEN]
    left = Leftovers()
    office.cleaned(files.zipped({"word/embeddings/inni.docx": whole}), left)
    assert left == [Leftover.HIDDEN], "also in a document within"


@pytest.mark.parametrize(
    ("member", "given"),
    [
        (
            "word/document.xml",
            "<w:ins><w:r><w:t>nytt</w:t></w:r></w:ins><w:r><w:rPr><w:vanish w:val='0'/></w:rPr></w:r>",
        ),
        ("word/document.xml", "<w:rPr><w:webHidden/></w:rPr><w:moveTo><w:t>flyttet</w:t></w:moveTo>"),
        ("word/styles.xml", "<w:style w:styleId='z-TopofForm'><w:rPr><w:vanish/></w:rPr></w:style>"),
        ("xl/workbook.xml", '<sheet name="Ark1" sheetId="1" state="visible"/>'),
        ("xl/worksheets/sheet1.xml", '<row r="3" hidden="0"/><col min="2"/>'),
        ("Object 1/content.xml", '<math:annotation encoding="StarMath 5.0">a</math:annotation>'),
    ],
)
def test_what_is_seen_is_not_said_to_be_hidden(member: str, given: str) -> None:
    left = Leftovers()
    office.cleaned(files.zipped({"mimetype": "x", member: files.part(given)}), left)
    assert left == []


def test_a_photo_without_its_suffix_is_cleaned() -> None:
    clean = office.cleaned(files.zipped({"word/media/bilde": files.jpeg()}), Leftovers())
    assert NAME.encode() not in inside(clean, "word/media/bilde")


def test_what_lies_directly_in_a_page_is_cleaned_too() -> None:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.plain_pdf())) as pdf:
        rect = Array([0, 0, 9, 9])
        pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=rect, T=NAME)])
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=f"app.alert('{NAME}')")
        pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary(Creator=NAME))
        pdf.save(saved)
    taken = door.taken_in(upload("notat.pdf", saved.getvalue()))
    with pikepdf.open(io.BytesIO(taken.read())) as pdf:
        assert "/T" not in pdf.pages[0].obj.Annots[0]
        assert "/OpenAction" not in pdf.Root
        assert "/Creator" not in pdf.Root.OCProperties.D


def test_objects_that_lie_in_one_another_without_end_are_refused() -> None:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.plain_pdf())) as pdf:
        deep = Array([])
        for _level in range(300):
            deep = Array([deep])
        pdf.Root.Deep = deep
        pdf.save(saved)
    with pytest.raises(Exception, match="notat"):
        door.taken_in(upload("notat.pdf", saved.getvalue()))


@pytest.mark.parametrize(
    "begins",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a SYSTEM "a.dtd" [<!ENTITY b "&a;&a;">]>',
        b"<!DOCTYPE a><!DOCTYPE b>",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]>'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("name", ["word/document.xml", "word/_rels/document.xml.rels", "META-INF/manifest.xml"])
def test_a_document_type_with_something_in_it_is_refused(begins: bytes, name: str) -> None:
    """Whoever opens the file next would fetch what it names, or unfold it without end."""
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(files.zipped({"word/a.xml": b"<a/>", name: begins + b"<a>&x;</a>"}), Leftovers())


def test_a_document_type_that_only_names_one_is_left_out() -> None:
    """As early OpenDocument files have."""
    named = b'<!DOCTYPE manifest:manifest PUBLIC "-//A//DTD Manifest 1.0//EN" "Manifest.dtd"><a/>'
    saved = office.cleaned(files.zipped({"META-INF/manifest.xml": named}), Leftovers())
    assert inside(saved, "META-INF/manifest.xml").endswith(b"?>\n<a/>")
