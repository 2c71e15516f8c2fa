"""Documents that fetch something when they are opened, or start something, however that is spelled."""

import io
import time
import zipfile
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from tests.factories import files
from tests.factories.files import upload
from trepart.uploads import budget, door, office
from trepart.uploads.leftovers import Leftover, Leftovers

ELSEWHERE = "http://vert.example/hentes"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>det som vises</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def kept(member: str, given: str | bytes, left: Leftovers | None = None) -> str:
    whole = files.zipped({"word/document.xml": "<w:document/>"} | {member: given})
    clean = office.cleaned(whole, Leftovers() if left is None else left)
    with zipfile.ZipFile(io.BytesIO(clean)) as book:
        return book.read(member).decode()


def relation(kind: str, target: str = ELSEWHERE) -> str:
    return (
        f'<r:Relationships xmlns:r="x"><r:Relationship Id="a" Type="{KIND}{kind}" Target="{target}" '
        "TargetMode='External'/></r:Relationships>"
    )


@pytest.mark.parametrize("kind", ["image", "oleObject", "attachedTemplate", "externalLinkPath", "mailMergeSource"])
@pytest.mark.parametrize("spelled", ["utf-8", "utf-16", "numbers"])
def test_a_relation_that_fetches_leads_nowhere(kind: str, spelled: str) -> None:
    given = relation(kind)
    if spelled == "numbers":
        given = given.replace("http:", "&#x68;&#116;tp&#58;").replace("External", "Exter&#110;al")
    left = Leftovers()
    said = kept("word/_rels/document.xml.rels", given.encode("utf-16" if spelled == "utf-16" else "utf-8"), left)
    assert "vert.example" not in said
    assert left == ([Leftover.OUTSIDE] if kind in ("image", "oleObject") else [])


@pytest.mark.parametrize("target", ["https://trepart.example/", "mailto:a@b.example", "#avsnitt"])
def test_what_a_reader_chooses_to_press_on_stays(target: str) -> None:
    assert target in kept("word/_rels/document.xml.rels", relation("hyperlink", target))
    assert target in kept("content.xml", files.part(f'<text:a xlink:href="{target}">x</text:a>'))


@pytest.mark.parametrize("target", ["file:///c:/a", "\\\\vert\\deling\\a", "smb://vert/a", "ms-word:ofe|u|http://a"])
def test_a_link_to_something_else_leads_nowhere(target: str) -> None:
    assert target not in kept("word/_rels/document.xml.rels", relation("hyperlink", target))
    assert target not in kept("content.xml", files.part(f'<text:a xlink:href="{target}">x</text:a>'))


def test_parts_of_the_document_are_found_still() -> None:
    given = (
        f'<Relationships><Relationship Id="a" Type="{KIND}image" Target="../media/a.png"/>'
        f'<Relationship Id="b" Type="{KIND}styles" Target="/word/styles.xml"/></Relationships>'
    )
    said = kept("word/_rels/document.xml.rels", given)
    assert '"../media/a.png"' in said
    assert '"/word/styles.xml"' in said


@pytest.mark.parametrize("kind", ["aFChunk", "subDocument", "frame"])
def test_a_document_that_reads_others_in_is_refused_with_a_word(kind: str) -> None:
    with pytest.raises(ValidationError, match=r"notat\.docx") as refused:
        door.taken_in(upload("notat.docx", files.docx(**{"word/_rels/document.xml.rels": relation(kind, "a.html")})))
    assert refused.value.code == "fetches"


@pytest.mark.parametrize(
    "code",
    [
        "<w:r><w:instrText> INCLUDEPICTURE &quot;http://vert.example/a&quot; \\d </w:instrText></w:r>",
        "<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\vert.example</w:instrText></w:r>",
        "<w:r><w:instrText> &#68;DEAUTO vert.example</w:instrText></w:r>",
        "<w:r><w:instrText> LINK Excel.Sheet vert.example</w:instrText></w:r>",
        "<v:r xmlns:v='x'><v:instrText> INCLUDETEXT vert.example</v:instrText></v:r>",
        FIELD.format("<w:instrText>QUOTE 68 68 69</w:instrText>") + "<w:instrText> cmd vert.example</w:instrText>",
        '<w:r><w:instrText>HYPERLINK "file:///c:/vert.example"</w:instrText></w:r>',
    ],
)
def test_a_field_that_fetches_or_starts_something_says_what_is_seen(code: str) -> None:
    said = kept("word/document.xml", files.part(FIELD.format(code)))
    assert "vert.example" not in said
    assert "AUTO" not in said
    assert "det som vises" in said


def test_simple_fields_too() -> None:
    given = files.part("<w:fldSimple w:dirty='1' w:instr='DDEAUTO vert.example'><w:t>det som vises</w:t></w:fldSimple>")
    said = kept("word/document.xml", given)
    assert "vert.example" not in said
    assert "dirty" not in said
    assert "det som vises" in said


@pytest.mark.parametrize(
    "asked", ["PAGE", " REF _Ref1 \\h ", " TOC \\o ", "=SUM(ABOVE)", ' HYPERLINK "https://a.example"']
)
def test_other_fields_stay_as_they_are(asked: str) -> None:
    given = files.part(FIELD.format(f"<w:instrText>{asked}</w:instrText>"))
    assert f"<w:instrText>{asked}</w:instrText>" in kept("word/document.xml", given)


@pytest.mark.parametrize(
    ("kind", "value", "then"),
    [("", "12.5", "12.5"), ("str", 'sa "ja"', '"sa ""ja"""'), ("b", "1", "TRUE"), ("e", "#N/A", "#N/A")],
)
@pytest.mark.parametrize(
    "formula", ['_xlfn.WEBSERVICE("http://a")', "cmd|'/c calc'!A0", "rtd (1)", 'IMAGE("http://a")']
)
def test_a_formula_that_fetches_gives_what_is_seen(formula: str, kind: str, value: str, then: str) -> None:
    said = kept(
        "xl/worksheets/sheet1.xml", files.part(f'<c t="{kind}"><f>{formula}</f><v>{value}</v></c><c><f>1+1</f></c>')
    )
    assert f"<f>{then}</f>" in said
    assert "<f>1+1</f>" in said


@pytest.mark.parametrize(
    ("member", "given"),
    [
        ("xl/externalLinks/externalLink1.xml", "<ddeLink ddeService='cmd' ddeTopic='/c calc'/>"),
        ("content.xml", "<office:dde-source office:dde-application='soffice'/>"),
        ("word/_rels/document.xml.rels", relation("vbaProject", "uskyldig.bin")),
        ("[Content_Types].xml", '<Override PartName="/a" ContentType="application/vnd.ms-office.vbaProject"/>'),
        ("Dialogs/Standard/a.xml", "<a/>"),
        ("xl/macrosheets/sheet1.xml", "<a/>"),
        ("word/embeddings/a.bin", b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT".encode("utf-16-le")),
        ("word/embeddings/a.bin", b"\xd0\xcf\x11\xe0" + "\x01Ole10Native".encode("utf-16-le")),
        ("word/embeddings/a.dat", files.zipped({"word/vbaProject.bin": "x"})),
    ],
)
def test_what_starts_something_is_refused(member: str, given: str | bytes) -> None:
    with pytest.raises(office.HoldsPrograms):
        kept(member, given)


@pytest.mark.parametrize(
    ("member", "given"),
    [
        ("content.xml", f'<draw:image xlink:href="{ELSEWHERE}"/>'),
        ("content.xml", '<draw:image xlink:href="../utenfor"/>'),
        ("content.xml", '<x:image xmlns:x="u" xmlns:y="v" y:href="&#x2f;&#x2f;vert.example/a"/>'),
        ("content.xml", f'<text:section-source xlink:href="{ELSEWHERE}"/>'),
        ("word/header1.xml", f'<v:imagedata src="{ELSEWHERE}" o:href="{ELSEWHERE}"/>'),
        ("word/vmlDrawing1.vml", f'<v:fill src="{ELSEWHERE}"/><br>'),
        ("word/uten_endelse", f'<v:imagedata src="{ELSEWHERE}"/>'),
    ],
)
def test_what_is_fetched_is_taken_away_and_that_is_said(member: str, given: str) -> None:
    left = Leftovers()
    said = kept(member, files.part(given), left)
    assert "vert.example" not in said
    assert "utenfor" not in said
    assert Leftover.OUTSIDE in left


def test_a_drawing_runs_and_fetches_nothing() -> None:
    given = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="vert.example"><script>vert.example</script>'
        '<style>@import "vert.example";</style><image href="http://vert.example/a"/><rect fill="url(#a)"/>'
        '<rect style="fill:url(http://vert.example/)"/><image href="data:image/png;base64,AA"/></svg>'
    )
    said = kept("word/media/a.svg", given)
    assert "vert.example" not in said
    assert "url(#a)" in said
    assert "data:image/png" in said


def test_macros_of_an_open_document_are_bound_to_nothing() -> None:
    given = files.part(
        '<office:scripts><office:event-listeners><script:event-listener xlink:href="vnd.sun.star.script:a"/>'
        '</office:event-listeners></office:scripts><text:script xlink:href="a.js">vert</text:script>'
        "<text:p>Benk</text:p>"
    )
    said = kept("content.xml", given)
    assert "script" not in said.replace("<office:", "")
    assert "Benk" in said


@pytest.mark.parametrize("spelled", ["windows-1252", "utf-7", "cp037"])
def test_other_ways_of_writing_letters_are_refused(spelled: str) -> None:
    with pytest.raises(office.UnreadableDocument):
        kept("word/a.xml", f'<?xml version="1.0" encoding="{spelled}"?><a/>')


def test_a_part_stays_what_it_was() -> None:
    given = (
        '<w:p xmlns:w="u" xml:space="preserve" w:a="&lt;&quot;&#10;ø"> a &amp; &lt; c <w:br/><![CDATA[<x>]]>\U0001f600'
        "<!-- Kari --><?word x?></w:p>"
    )
    assert kept("word/document.xml", given).partition("?>\n")[2] == (
        '<w:p xmlns:w="u" xml:space="preserve" w:a="&lt;&quot;&#10;ø"> a &amp; &lt; c <w:br/>&lt;x&gt;\U0001f600</w:p>'
    )


def test_there_are_not_elements_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_ELEMENTS", 5_000)
    with pytest.raises(budget.TooMuch):
        kept("word/document.xml", files.part("<a/>" * 7_000))


# What is not seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "given"),
    [
        ("xl/worksheets/sheet1.xml", '<sheetFormatPr zeroHeight="1"/>'),
        ("xl/worksheets/sheet1.xml", '<row r="1" ht="0" customHeight="1"/>'),
        ("xl/worksheets/sheet1.xml", '<x:col xmlns:x="u" min="1" width="0"/>'),
        ("xl/workbook.xml", '<definedName name="Lønn" hidden="1">Ark1!$A$1</definedName>'),
        ("xl/styles.xml", '<numFmt numFmtId="164" formatCode=";;;"/>'),
        ("xl/pivotCache/pivotCacheRecords1.xml", "<pivotCacheRecords><r><n v='1'/></r></pivotCacheRecords>"),
        ("xl/drawings/drawing1.xml", '<xdr:cNvPr id="1" name="a" hidden="1"/>'),
        ("word/document.xml", "<q:vanish xmlns:q='u'/>"),
        ("content.xml", '<text:section text:display="none"><text:p>x</text:p></text:section>'),
        ("content.xml", '<style:table-properties table:display="false"/>'),
        ("ppt/slides/slide1.xml", '<p:sld show="0"/>'),
        ("ppt/notesSlides/notesSlide1.xml", "<a:t>notat</a:t>"),
    ],
)
def test_what_is_hidden_is_said(member: str, given: str) -> None:
    left = Leftovers()
    kept(member, files.part(given), left)
    assert left == [Leftover.HIDDEN]


STYLES = (
    "<w:style w:styleId='Skjult'><w:rPr><w:vanish/></w:rPr></w:style>"
    "<w:style w:styleId='Under'><w:basedOn w:val='Skjult'/></w:style><w:style w:styleId='Annet'/>"
)


@pytest.mark.parametrize(("used", "said"), [("Skjult", True), ("Under", True), ("Annet", False)])
def test_a_style_that_hides_is_said_where_it_is_used(used: str, said: bool) -> None:
    left = Leftovers()
    text = files.part(f"<w:rStyle w:val='{used}'/>")
    office.cleaned(files.zipped({"word/document.xml": text, "word/styles.xml": files.part(STYLES)}), left)
    assert left == ([Leftover.HIDDEN] if said else [])


def test_what_nobody_needs_is_left_out() -> None:
    secret = "Kari Testesen"
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{KIND}{kind}" Target="a"/>'
        for kind in ("printerSettings", "usernames", "sheet")
    )
    whole = files.zipped(
        {
            "[Content_Types].xml": '<Types><Override PartName="/xl/revisions/a.xml" ContentType="x+xml"/></Types>',
            "xl/workbook.xml": "<workbook/>",
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
            "xl/revisions/a.xml": f"<a>{secret}</a>",
            "xl/printerSettings/printerSettings1.bin": secret,
            "xl/worksheets/sheet1.xml": '<sheet><pageSetup orientation="portrait" r:id="rId1"/></sheet>',
            "word/settings.xml": f"<s><w:docVars><w:docVar w:val='{secret}'/></w:docVars></s>",
            "customXml/item1.xml": f"<a b='{secret}'><c>{secret}</c></a>",
            "docProps/thumbnail.jpeg": files.jpeg(),
        }
    )
    left = Leftovers()
    clean = office.cleaned(whole, left)
    with zipfile.ZipFile(io.BytesIO(clean)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert left == []
    assert secret not in "".join(parts.values())
    assert not any("revisions" in name or "printer" in name or "thumbnail" in name for name in parts)
    assert "revisions" not in parts["[Content_Types].xml"]
    assert parts["xl/_rels/workbook.xml.rels"].count("<Relationship ") == 1
    assert '<pageSetup orientation="portrait"/>' in parts["xl/worksheets/sheet1.xml"]


def test_sources_of_literature_stay() -> None:
    given = '<b:Sources xmlns:b="http://schemas.openxmlformats.org/officeDocument/2006/bibliography"><b:T>NOU</b:T></b:Sources>'
    assert "NOU" in kept("customXml/item1.xml", given)


@pytest.mark.parametrize(
    "piece",
    [
        '<w:sdt><w:sdtPr><w:dataBinding xpath="creator"/></w:sdtPr></w:sdt><w:fldChar w:fldCharType="end"/>',
        '<w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/>',
        "<w:fldSimple w:instr='AUTHOR'>x</w:fldSimple>",
        '<w:fldChar w:fldCharType="begin"/><w:instrText>AUTHOR</w:instrText>',
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText>DDEAUTO</w:instrText>",
        "<c><f>WEBSERVICE(</f><v>1</v></c>",
        "<f>DDE (</f>",
        "<a xmlns='x'/>",
        "<script><a/></script>",
        "<a href='../x' src='file:' title='C:' formula='|' descr='c:\\'/>",
        "&amp;&#60;\n",
    ],
)
def test_twice_as_much_takes_twice_as_long(piece: str) -> None:
    def seconds(times: int) -> float:
        content = files.zipped({"word/document.xml": files.part(piece * times)})
        begins = time.process_time()
        with suppress(office.UnreadableDocument):
            office.cleaned(content, Leftovers())
        return time.process_time() - begins

    once = min(seconds(5_000) for _n in range(3))
    assert min(seconds(10_000) for _n in range(3)) < 2.5 * once + 0.05
