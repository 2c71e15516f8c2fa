"""An awkward agenda and packet of 40 cases in print, held against the screen."""

import difflib
import html
import io
import itertools
import re
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from PIL import Image

from forum.meetings.packets import services as packets
from forum.meetings.packets.document import Attachment, PacketDocument, PacketItem, Section
from forum.meetings.packets.views import AGENDA_TEMPLATE
from tests.forum.meetings.minutes import test_minutes_print as awkward
from tests.forum.meetings.minutes.test_minutes_print import NAMES, text
from tests.trepart.pdf.reading import Element, Tagged
from tests.trepart.pdf.test_document import check_structure, check_with_pdfua

pytestmark = pytest.mark.printed

#: Letters of Northern, Lule and South Sámi that go wrong first, and accents that are loose.
LETTERS = "Áŋŋel, Čohkka, Đ, Ŧ, Ž, a\u030asgard og o\u0304vre"
CLOSED = PacketItem(
    pk=10, label="PS 10/26", title="Personalsak", hidden=True, closed_basis="Kommuneloven § 11-5 andre ledd"
)
LONG_TABLE = (
    "<h3>Kostnader</h3><p>Slik fordeler de seg:</p><table><thead><tr><th scope='col'>Sted</th><th "
    "scope='col'>År</th><th scope='col'>Kroner</th></tr></thead><tbody>"
    + "".join(
        f"<tr><th scope='row'>{NAMES[n % len(NAMES)]} {n}</th><td>{2000 + n}</td><td>{n} 000</td></tr>"
        for n in range(140)
    )
    + "</tbody></table><ul><li>Første punkt<ol><li>Under punktet</li></ol></li><li>Andre punkt</li></ul>"
)


def document() -> PacketDocument:
    items = []
    for number in range(1, 41):
        sections = [
            Section(
                "Innstilling",
                note="Kommunedirektøren",
                text=f"Vedtak {number}: {NAMES[number % len(NAMES)]} følger opp. " * 6,
            )
        ]
        attachments: tuple[Attachment, ...] = ()
        if number == 1:
            sections.insert(0, Section("Møtebok 12. november", note="Ikke godkjent", minutes=awkward.document()))
        if number == 3:
            sections.append(Section("Saksframlegg", html=LONG_TABLE, left_out="Noe er tatt ut, offentleglova § 13"))
        if number == 4:
            attachments = (
                Attachment(1, "Kart over Áŋŋel.png", "PNG", 1234, "aa", picture="bilde-1.jpg"),
                Attachment(2, "Rapport.pdf", "PDF", 999999, "bb", pages=48),
                Attachment(3, "", "", 0, "", exempt_basis="Offentleglova § 13", hidden=True),
            )
        if number == 6:
            sections = [Section("Spørsmål", text=f"Hva med {LETTERS}?"), Section("Svar", text="Det kommer.\n\nSnart.")]
        items.append(
            PacketItem(
                pk=number,
                label=f"PS {number}/26",
                title=f"Sak {number} om skolene i Åarjelsaemien, {LETTERS}"
                if number % 7 == 0
                else f"Sak {number} om skolene",
                case=f"26/{number}",
                sections=tuple(sections),
                attachments=attachments,
                url="/forslag/4/" if number == 4 else "",
                withdrawn="Mer utredning trengs" if number == 8 else "",
                late="Satt opp etter innkallingen." if number == 39 else "",
            )
        )
    items[9] = CLOSED
    return PacketDocument(
        audience="public",
        title="Møtepapirer, Partssammensatt utvalg 3. desember 2026",
        body="Partssammensatt utvalg",
        date="3. desember 2026",
        time="09.00",
        place="Rådhuset, Čohkka",
        remote=True,
        called="26. november 2026",
        items=tuple(items),
        language="nb",
    )


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 260), "teal").save(made, "JPEG")
    return made.getvalue()


def printed(template: str) -> bytes:
    meeting: Any = SimpleNamespace(pk=1, body=SimpleNamespace(slug="psu"))
    return packets.to_pdf(
        meeting, document(), template=template, stem="x", seal="12:01", media={"bilde-1.jpg": picture()}
    )


def on_screen() -> str:
    """Return the words of the same papers as a page shows them."""
    with translation.override("nb"):
        shown = render_to_string("meetings/packets/_packet_document.html", {"packet": document()})
    return " ".join(unicodedata.normalize("NFC", html.unescape(re.sub(r"<[^>]+>", " ", shown))).split())


@pytest.fixture(scope="module")
def content() -> bytes:
    return printed(packets.TEMPLATE)


@pytest.fixture(scope="module")
def tagged(content: bytes) -> Tagged:
    return Tagged(content)


def test_the_packet_holds_both_standards(content: bytes, tagged: Tagged, tmp_path: Path) -> None:
    check_with_pdfua(content, tmp_path)
    check_structure(tagged)
    assert tagged.pdf.check_pdf_syntax() == []
    assert len(tagged.pdf.pages) > 55
    assert tagged.missing_glyphs() == []
    for name, font in tagged.fonts.items():
        assert "+Trepart-" in name
        assert len(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) > 500
    assert tagged.pdf.Root.Lang == "nb-NO"
    assert tagged.pdf.docinfo["/Title"] == document().title


def test_the_agenda_alone_holds_both_standards(tmp_path: Path) -> None:
    content = printed(AGENDA_TEMPLATE)
    check_with_pdfua(content, tmp_path)
    tagged = Tagged(content)
    check_structure(tagged)
    (table,) = tagged.all("Table")
    rows = [each for each in table if each.tag == "TR"]
    assert len(rows) == 41
    said = text(tagged)
    places = [said.index(f"PS {number}/26") for number in range(1, 41)]
    assert places == sorted(places)
    assert "Vedtak 1:" not in said
    assert unicodedata.normalize("NFC", LETTERS) in said


def test_all_that_stands_on_the_screen_stands_in_the_packet_in_the_same_order(tagged: Tagged) -> None:
    """Word by word: the print adds its letterhead, when it was made, page numbers and the marks of lists,
    and leaves nothing out."""
    screen, print_ = on_screen().split(), text(tagged).split()
    added: list[str] = []
    for operation, start, end, first, last in difflib.SequenceMatcher(
        None, screen, print_, autojunk=False
    ).get_opcodes():
        if operation != "equal":
            assert operation == "insert", f"{screen[start - 4 : end]} became {print_[first - 4 : last]}"
            added += print_[first:last]
    numbers = [word for word in added if word.isdigit() and len(word) <= 2]
    assert len(numbers) == 40, "a page number for each case"
    rest = " ".join(word for word in added if word not in numbers)
    assert re.fullmatch(
        (
            r"Fjellvik kommune Innkalling og møtepapirer Satt sammen \w+ \d+\. \w+ \d{4} kl\. \d\d\.\d\d Side • "
            r"1\. • 1\. 2\. 3\."
        ),
        rest,
    ), rest


def test_long_tables_are_one_table_each_whose_head_is_drawn_on_every_page(tagged: Tagged) -> None:
    tables = tagged.all("Table")
    sizes = [sum(each.tag == "TR" for each in table) for table in tables]
    assert sizes == [41, 10, 10, 131, 141]
    for table, words in ((tables[3], "MedlemPartPartiStemme"), (tables[4], "StedÅrKroner")):
        pages = sorted({page for each in table for page, _mark in (kid for kid in each.kids if isinstance(kid, tuple))})
        assert len(pages) >= 3
        drawn = [n for n, pieces in enumerate(tagged.artifacts) if words in "".join(pieces).replace(" ", "")]
        assert set(pages[1:]) <= set(drawn), "the head is drawn again on each later page, as an artifact"
    for table in tables:
        heads = [each for each in table if each.tag == "TH"]
        assert {str(each.attributes["/Scope"]) for each in heads} == {"/Column", "/Row"}


def test_bookmarks_lead_to_each_case_and_each_paper(content: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content))
    _top, below = reader.outline
    assert isinstance(below, list)
    cases = [one for one in below if not isinstance(one, list)]
    assert [one.title.split(" Sak ")[0] for one in cases] == [
        "Saksliste",
        *(f"PS {n}/26" for n in range(1, 10)),
        "PS 10/26 Personalsak",
        *(f"PS {n}/26" for n in range(11, 41)),
    ]
    first = below[below.index(cases[1]) + 1]
    assert [one.title for one in first if not isinstance(one, list)] == [
        "Møtebok 12. november",
        "Innstilling · Kommunedirektøren",
    ]
    assert not any(isinstance(one, list) for one in first), "what stands within a paper has no bookmark of its own"
    places = [reader.get_destination_page_number(one) for one in cases]
    assert places == sorted(places)
    assert len(set(places)) == len(places), "every case begins on a page of its own"


def test_the_table_of_contents_says_the_right_page_and_leads_there(tagged: Tagged, content: bytes) -> None:
    table = tagged.all("Table")[0]
    rows = [
        [tagged.text(cell).strip() for cell in row.kids if isinstance(cell, Element)]
        for row in table
        if row.tag == "TR"
    ][1:]
    reader = pypdf.PdfReader(io.BytesIO(content))
    below = reader.outline[1]
    assert isinstance(below, list)
    cases = [one for one in below if not isinstance(one, list)][1:]
    # Pypdf says perhaps.
    assert [int(row[2]) for row in rows] == [  # type: ignore[operator,arg-type]
        reader.get_destination_page_number(one) + 1 for one in cases
    ]
    titles = [each for each in table if each.tag == "Link" and "Sak" in tagged.text(each)]
    assert len(titles) == 39, "each case but the closed one is called Sak"


def test_names_are_read_as_they_are_written(tagged: Tagged) -> None:
    said = text(tagged)
    for name in (*NAMES, LETTERS):
        assert unicodedata.normalize("NFC", name) in said, name


def test_deputies_in_turn_and_split_parties_stand_in_the_minutes_to_approve(tagged: Tagged) -> None:
    said = text(tagged)
    for deputy in NAMES[2:5]:
        assert f"{unicodedata.normalize('NFC', deputy)} møtte som varamedlem i denne saken." in said
    # Where parties split, who voted what stands in the table, and not a second time in words.
    assert "H mot 7 for, 2 mot. Innstillingen ble vedtatt" in said
    assert "For: Ap (" not in said


def test_a_closed_case_is_number_basis_and_public_title(tagged: Tagged) -> None:
    said = text(tagged)
    start = said.index("PS 10/26 Personalsak Behandlet for lukkede dører. Hjemmel: Kommuneloven § 11-5 andre ledd")
    assert said[start:].split("PS 11/26")[0].strip().endswith("andre ledd")


def test_pictures_say_what_they_are_and_files_are_named_with_the_way_to_them(tagged: Tagged) -> None:
    (figure,) = tagged.all("Figure")
    assert figure.source.Alt == "Bilde: Kart over Áŋŋel.png"
    said = text(tagged)
    assert "Rapport.pdf (PDF, " in said
    assert "48 sider)" in said
    assert "Et vedlegg er unntatt offentlighet. Hjemmel: Offentleglova § 13" in said
    assert any(
        "/forslag/4/" in str(kid.A.URI)
        for each in tagged.all("Link")
        for kid in each.kids
        if not isinstance(kid, (tuple, Element)) and "/A" in kid
    )


def test_headings_never_skip_a_level(tagged: Tagged) -> None:
    levels = [int(each.tag[1]) for each in tagged.all("H1", "H2", "H3", "H4", "H5", "H6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_making_is_told_page_by_page() -> None:
    told: list[tuple[int, int]] = []
    meeting: Any = SimpleNamespace(pk=1, body=SimpleNamespace(slug="psu"))
    packets.to_pdf(
        meeting, document(), template=AGENDA_TEMPLATE, stem="x", watch=lambda done, total: told.append((done, total))
    )
    pages = told[-1][1]
    assert pages >= 2
    assert told == [*((n, 0) for n in range(1, pages + 1)), *((n, pages) for n in range(1, pages + 1))]
