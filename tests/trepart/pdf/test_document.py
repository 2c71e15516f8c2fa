"""Printed documents hold both standards, by an independent checker and by reading the file ourselves."""

import hashlib
import io
import itertools
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pdfua
import pikepdf
import pypdf
import pytest

from tests.trepart.pdf.reading import Element, Tagged
from tests.trepart.pdf.samples import CREATED, LETTERS, print_html, print_minutes
from trepart.pdf.rendering import PdfError, render_pdf

pytestmark = pytest.mark.printed

ROOT = Path(__file__).resolve().parents[3]
NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
# ISO 32000-1 14.8.4: what may lie directly in what.
ALLOWED = {
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    **{key: {"Span", "Link", "Quote", "Code", "Figure"} for key in ["P", "H1", "H2", "H3", "H4", "Caption", "Lbl"]},
    "Figure": {"Caption"},
}


@pytest.fixture(scope="module")
def content() -> bytes:
    return print_minutes()


@pytest.fixture(scope="module")
def tagged(content: bytes) -> Tagged:
    return Tagged(content)


def check_with_pdfua(content: bytes, tmp_path: Path) -> None:
    """The independent checker finds nothing; the one rule that may crash on a heading of two lines is checked by us."""
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    report = pdfua.validate(path)
    assert [(each.rule_id, each.message) for each in report.findings] == []
    tagged = Tagged(content)
    assert all(tagged.text(each).strip() for each in tagged.all("H1", "H2", "H3", "H4", "H5", "H6"))


def check_structure(tagged: Tagged) -> None:
    """The tree is whole: allowed nesting, no dead ends, and every mark, owner and annotation agrees both ways."""
    for element in tagged.document:
        kids = [kid.tag for kid in element.kids if isinstance(kid, Element)]
        assert set(kids) <= ALLOWED.get(element.tag, set(kids)), (element.tag, kids)
        assert element.kids or element.tag in ("TD", "TH"), f"empty {element.tag}"
        if element.tag in ("Document", "Sect", "Art", "BlockQuote"):
            assert len(kids) == len(element.kids), f"loose words in {element.tag}"
    owners = {kid: each for each in tagged.document for kid in each.kids if isinstance(kid, tuple)}
    assert owners.keys() == tagged.marks.keys()
    nums = list(tagged.pdf.Root.StructTreeRoot.ParentTree.Nums)
    tree = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
    assert tagged.pdf.Root.StructTreeRoot.ParentTreeNextKey == len(tree)
    for number, page in enumerate(tagged.pdf.pages):
        assert page.Tabs == "/S"
        row = tree.pop(int(page.StructParents))
        assert len(row) == sum(1 for where, _ in tagged.marks if where == number)
        for mcid, owner in enumerate(row):
            assert owners[number, mcid].source.objgen == owner.objgen
        for annotation in page.get("/Annots", []):
            owner = tree.pop(int(annotation.StructParent))
            assert owner.S == "/Link"
            assert any(kid.get("/Obj", annotation).objgen == annotation.objgen for kid in owner.K if kid is not None
                       and isinstance(kid, pikepdf.Dictionary))  # fmt: skip
            assert str(annotation.Contents).strip()
            assert annotation.F == 4
    assert tree == {}
    assert tagged.nested == 0
    assert tagged.missing_glyphs() == []


def test_the_independent_checker_finds_nothing(content: bytes, tmp_path: Path) -> None:
    check_with_pdfua(content, tmp_path)


def test_the_structure_is_whole(tagged: Tagged) -> None:
    assert len(tagged.pdf.pages) >= 5
    check_structure(tagged)
    assert tagged.pdf.check_pdf_syntax() == []


def test_both_standards_are_declared(tagged: Tagged, content: bytes) -> None:
    packet = bytes(tagged.pdf.Root.Metadata.read_raw_bytes())
    assert packet in content, "the packet must be readable without decompressing"
    xmp = ElementTree.fromstring(packet)
    said = {name: xmp.findtext(f".//{name}", namespaces=NS) for name in ("pdfaid:part", "pdfaid:conformance")}
    assert said == {"pdfaid:part": "2", "pdfaid:conformance": "A"}
    assert xmp.findtext(".//pdfuaid:part", namespaces=NS) == "1"
    # PDF/A allows the PDF/UA property only with a schema that describes it.
    assert xmp.findtext(".//pdfaSchema:namespaceURI", namespaces=NS) == NS["pdfuaid"]
    assert xmp.findtext(".//pdfaProperty:name", namespaces=NS) == "part"
    assert xmp.findtext(".//dc:title/rdf:Alt/rdf:li", namespaces=NS) == "Møtebok 3. desember 2026"
    assert xmp.findtext(".//dc:language/rdf:Bag/rdf:li", namespaces=NS) == "nb-NO"
    assert xmp.findtext(".//dc:creator/rdf:Seq/rdf:li", namespaces=NS) == "Fjellvik kommune"
    assert xmp.findtext(".//dc:description/rdf:Alt/rdf:li", namespaces=NS) == "Møtebok for partssammensatt utvalg"
    assert xmp.findtext(".//xmp:CreateDate", namespaces=NS) == "2026-12-03T21:00:00+01:00"
    assert tagged.pdf.docinfo["/CreationDate"] == "D:20261203210000+01'00"
    root = tagged.pdf.Root
    assert root.Lang == "nb-NO"
    assert root.MarkInfo.Marked is True
    assert root.ViewerPreferences.DisplayDocTitle is True
    assert root.OutputIntents[0].S == "/GTS_PDFA1"
    assert content.startswith(b"%PDF-1.7\n%\xf0\x9f")
    assert len(tagged.pdf.trailer.ID) == 2
    assert not tagged.pdf.is_encrypted


def test_fonts_are_all_embedded_and_ours(tagged: Tagged) -> None:
    for name, font in tagged.fonts.items():
        assert "+Trepart-" in name
        descendant = font.DescendantFonts[0]
        assert descendant.CIDToGIDMap == "/Identity"
        assert len(descendant.FontDescriptor.FontFile2.read_bytes()) > 500
    weights = {name.partition("+")[2] for name in tagged.fonts}
    for style in ("", "-Semi-Bold", "-Italic"):
        assert {f"Trepart-Inter-latin{style}", f"Trepart-Inter-latin-ext{style}"} <= weights


def test_every_letter_comes_out_in_every_weight(tagged: Tagged) -> None:
    # Upright, semi-bold (also in a heading) and italic; each line may break.
    read = " ".join(tagged.text().split())
    assert read.count(LETTERS) == 4


def test_reading_order_is_the_order_of_the_template(tagged: Tagged) -> None:
    read = " ".join(tagged.text().split())
    parts = ["Partssammensatt utvalg", "Møtebok 3. desember 2026", "Sted", "Møtet ble satt", "Til stede", "PS 1/26",
             "Innstilling", "Løs tekst", "• Første punkt", "1. Under ett", "– Under under ett", "med to avsnitt",
             "Behandling", "Votering", "Stemmer per medlem", "Medlem Part For Mot", "Đorđe Šarić 110", "Sum",
             "Sykefravær", "møteleder"]  # fmt: skip
    places = [read.index(part) for part in parts]
    assert places == sorted(places)


def test_copied_text_comes_in_the_same_order() -> None:
    reader = pypdf.PdfReader(
        io.BytesIO(print_html("<h1>En</h1><p>to <b>og</b> to</p><ul class=list><li>tre</li></ul><p>fire</p>"))
    )
    assert "En to og to tre fire" in " ".join(reader.pages[0].extract_text().split())


def test_words_on_either_side_of_a_line_break_stay_two_words() -> None:
    words = (
        "Utvalget tilrår vaktmesterordning for Nord-Fron, Elvebakken og Sentrum <a href='/x'>skole, Sør-</a>Fron "
        "<i>og</i> bygda"
    )
    body = (
        f"<h1>A</h1><p style='width: {{}}mm'>{words}<br>slutt</p><p style='width: 30mm; overflow-wrap: "
        f"anywhere'>{'ord' * 30}</p>"
    )
    for width in (25, 31, 40, 55):
        tagged = Tagged(print_html(body.format(width)))
        check_structure(tagged)
        plain = "Utvalget tilrår vaktmesterordning for Nord-Fron, Elvebakken og Sentrum skole, Sør-Fron og bygda slutt"
        assert plain in tagged.text()
        assert "ord" * 30 in tagged.text()


def test_running_lines_are_artifacts_and_never_read(tagged: Tagged) -> None:
    read = tagged.text()
    pages = len(tagged.pdf.pages)
    for number, pieces in enumerate(tagged.artifacts, start=1):
        running = " ".join("".join(pieces).split())
        assert f"Side {number} av {pages}" in running
        assert "Dokument TP-2026-0001" in running
        assert "3f9c27aa01be55d09b6e31c7741cfe2288aa9b0c7d1e4f5a6b7c8d9e0f1a2b3c" in running
        assert ("Møtebok 3. desember 2026" in running) is (number > 1)
    assert "Side 1" not in read
    assert "TP-2026" not in read


def test_artifacts_say_what_they_are(tagged: Tagged) -> None:
    kinds = set()
    for operands, operator in pikepdf.parse_content_stream(tagged.pdf.pages[2]):
        if str(operator) == "BDC" and operands[0] == "/Artifact":
            kinds.add((str(operands[1].get("/Type")), str(operands[1].get("/Subtype"))))
    assert {("/Pagination", "/Header"), ("/Pagination", "/Footer")} <= kinds


def test_a_table_over_several_pages_is_one_table_with_its_head_read_once(tagged: Tagged) -> None:
    (table,) = tagged.all("Table")
    assert [kid.tag for kid in table.kids] == ["Caption", "THead", "TBody", "TFoot"]
    pages = {page for each in table for page, _ in (kid for kid in each.kids if isinstance(kid, tuple))}
    assert len(pages) >= 3
    assert tagged.text().count("Medlem\nPart\nFor\nMot") == 1
    heads = [number for number, pieces in enumerate(tagged.artifacts) if "MedlemPartForMot" in "".join(pieces)]
    assert heads == sorted(pages)[1:], "the head is drawn again on every later page, as an artifact"
    assert len([each for each in table if each.tag == "TR"]) == 112
    assert all(len(list(row.kids)) == 4 for row in table if row.tag == "TR")


def test_every_header_cell_has_a_scope(tagged: Tagged) -> None:
    (table,) = tagged.all("Table")
    for cell in (each for each in table if each.tag == "TH"):
        group = cell.parent.parent.tag  # type: ignore[union-attr]  # a cell lies in a row in a group
        assert cell.attributes["/Scope"] == ("/Column" if group == "THead" else "/Row")


def test_spans_of_cells_are_kept() -> None:
    tagged = Tagged(
        print_html(
            "<h1>A</h1><table><thead><tr><th rowspan=2>Organ</th><th colspan=2 "
            "scope=colgroup>Stemmer</th></tr><tr><th>For</th><th>Mot</th></tr></thead><tbody><tr><th>Utvalg</th><td>7</"
            "td><td>1</td></tr></tbody></table>"
        )
    )
    check_structure(tagged)
    first, second = tagged.all("TH")[:2]
    assert first.attributes == {"/RowSpan": 2, "/Scope": "/Column"}
    assert second.attributes == {"/ColSpan": 2, "/Scope": "/Column"}


def test_headings_never_skip_a_level(tagged: Tagged) -> None:
    levels = [int(each.tag[1]) for each in tagged.all("H1", "H2", "H3", "H4", "H5", "H6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert levels == [1, 2, 2, 3, 3, 4, 2, 2]  # the h5 of the template came after an h3


def test_bookmarks_follow_the_headings(content: bytes) -> None:
    def titles(entries: list[object]) -> list[str]:
        return [
            title
            for entry in entries
            for title in (titles(entry) if isinstance(entry, list) else [entry.title])  # type: ignore[attr-defined]
        ]

    found = titles(pypdf.PdfReader(io.BytesIO(content)).outline)
    assert found[:5] == ["Møtebok 3. desember 2026", "Til stede", "PS 1/26 Felles vaktmester for tre skoler",
                         "Innstilling", "Behandling"]  # fmt: skip


def test_lists_keep_their_depth_and_their_numbering(tagged: Tagged) -> None:
    outer = next(each for each in tagged.all("L") if "Første" in tagged.text(each))
    assert outer.attributes["/ListNumbering"] == "/Disc"
    middle = next(each for each in outer if each.tag == "L")
    assert middle.attributes["/ListNumbering"] == "/Decimal"
    assert middle.parent.tag == "LBody"  # type: ignore[union-attr]  # it lies in an item
    inner = next(each for each in middle if each.tag == "L")
    assert [each.tag for each in inner] == ["LI", "Lbl", "LBody"] * 2
    facts = tagged.all("L")[0]
    assert [tagged.text(each).strip() for each in facts if each.tag == "Lbl"] == ["Sted", "Møteleder"]


def test_links_say_where_they_lead_and_are_one_link_over_two_lines(tagged: Tagged) -> None:
    portal, inner, law = tagged.all("Link")
    annotations = [[kid for kid in link.kids if not isinstance(kid, tuple)] for link in (portal, inner, law)]
    assert [str(each[0].Contents) for each in annotations][:2] == ["saken i portalen", "voteringen"]
    assert annotations[0][0].A.URI == "http://localhost:8000/saker/26/123"
    assert str(annotations[1][0].Dest) == "votering"
    assert len(annotations[2]) >= 2
    assert all(str(each.Contents).startswith("kommuneloven § 11-4") for each in annotations[2])


def test_pictures_have_their_words_and_shapes_are_decoration(tagged: Tagged) -> None:
    (figure,) = tagged.all("Figure")
    assert figure.source.Alt == "Stolpediagram: sykefraværet falt fra 9 til 6 prosent"
    assert [kid.tag for kid in figure.kids if isinstance(kid, Element)] == ["Caption"]
    left, bottom, right, top = map(float, figure.attributes["/BBox"])
    assert 0 < left < right < 595
    assert 0 < bottom < top < 842
    assert right - left == pytest.approx(120, abs=0.1)


def test_another_language_is_said(tagged: Tagged) -> None:
    (sami,) = [each for each in tagged.all("Span") if "/Lang" in each.source]
    assert (sami.source.Lang, tagged.text(sami)) == ("se", "Sámi searvi")
    (short,) = [each for each in tagged.all("Span") if "/E" in each.source]
    assert short.source.E == "arbeidsmiljøutvalget"


def test_the_document_is_in_the_language_asked_for() -> None:
    pdf = Tagged(print_html("<h1>Page</h1>", language="en")).pdf
    assert pdf.Root.Lang == "en-GB"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (
            (
                '<h1>A</h1><img src=\'data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg" width="9" '
                'height="9"/>\'>'
            ),
            "alternative text",
        ),
        ("<h1>A</h1><table><tr><td>1</td></tr></table>", "header cells"),
        ("<h1>A</h1><p style='opacity: .5'>svak</p>", "opacity"),
    ],
)
def test_what_cannot_be_tagged_is_refused(body: str, complaint: str) -> None:
    with pytest.raises(PdfError, match=complaint):
        print_html(body)


def test_layout_tables_and_odd_nesting_are_read_as_text() -> None:
    tagged = Tagged(
        print_html(
            "<h1>A</h1><table role=presentation><tr><td>en</td><td>to</td></tr></table>løst "
            "<b>ord</b><dl><dt>T1<dt>T2<dd>D1<dd>D2</dl><blockquote>sitat</blockquote><p aria-hidden=true>pynt</p><a "
            "href='/x'><svg viewBox='0 0 1 1' width=9 height=9><title>Kart</title><rect width=1 height=1 /></svg></a>"
        )
    )
    check_structure(tagged)
    assert tagged.all("Table") == []
    assert "pynt" not in tagged.text()
    (described,) = tagged.all("L")
    assert [each.tag for each in described] == ["LI", "Lbl", "Lbl", "LBody", "LBody"]
    assert tagged.pdf.pages[0].Annots[0].Contents == "Kart"


def test_a_link_in_a_running_line_is_no_link() -> None:
    body = "<div style='position: running(running-head)'><a href='/x'>x</a></div><h1>A</h1>" + "<p>b</p>" * 80
    check_structure(Tagged(print_html(body)))


def test_how_a_template_is_laid_out_does_not_show() -> None:
    close = '<dl class="facts"><div><dt>Sted</dt><dd>Rådhuset, <em>Åsen</em></dd></div></dl>'
    wide = (
        close.replace("<d", "\n  <d").replace("</d", "\n</d").replace(">Sted", ">\n  Sted").replace(">Råd", ">\n  Råd")
    )
    assert print_html(wide) == print_html(close)


def test_the_same_input_gives_the_same_bytes(content: bytes) -> None:
    assert hashlib.sha256(print_minutes()).digest() == hashlib.sha256(content).digest()


def test_the_same_bytes_in_another_process() -> None:
    """Sets and dictionaries in another order must not show in the file."""
    code = (
        "import django, hashlib; django.setup();"
        "from tests.trepart.pdf.samples import print_minutes; print(hashlib.sha256(print_minutes(votes=3)).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    other = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == hashlib.sha256(print_minutes(votes=3)).hexdigest()


def test_only_the_time_given_is_in_the_file(content: bytes) -> None:
    one, other = (print_html("<h1>A</h1>", created=CREATED + timedelta(days=days)) for days in (0, 1))
    assert one != other
    with pytest.raises(ValueError, match="aware"):
        print_html("<h1>A</h1>", created=datetime(2026, 1, 1))  # noqa: DTZ001  # what is tried


def test_a_large_document_holds_too(tmp_path: Path) -> None:
    content = print_minutes(votes=300, cases=40)
    tagged = Tagged(content)
    assert len(tagged.pdf.pages) > 20
    check_structure(tagged)
    check_with_pdfua(content, tmp_path)
    assert len(tagged.all("Sect")) == 40
    assert len(list(tagged.all("TR"))) == 302


def test_render_pdf_is_the_only_way_in() -> None:
    rooms = ("trepart", "forum", "proposals", "lmu", "grendeutvalg", "portal")
    users = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if "weasyprint" in path.read_text().lower()
    }
    outside = {path for path in users if not path.startswith("trepart/pdf/")}
    assert users
    assert outside == set(), "only trepart/pdf/ may know WeasyPrint"
    assert callable(render_pdf)
