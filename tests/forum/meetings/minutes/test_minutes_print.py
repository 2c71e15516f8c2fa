"""Awkward minutes in print: 40 cases, votes over pages, closed cases, splits inside a party."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from forum.meetings.minutes import services as minutes
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.extracts import views as extract_views
from forum.meetings.minutes.participants import PersonLine
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.structure import BallotBlock, ItemBlock, MinutesDocument, SignatureLine, VoteRow, extract
from tests.trepart.pdf.reading import Element, Tagged
from tests.trepart.pdf.test_document import check_structure, check_with_pdfua

pytestmark = pytest.mark.printed

_CREATED = datetime(2026, 11, 26, 12, tzinfo=UTC)
#: Æ, ø and å; Northern, Lule and South Sámi; accents that are loose, and one that composes with no letter.
NAMES = (
    "Åse Ærlend Øvrebø",
    "Sárá Gáppa Čiŋŋes",
    "Biret Ánne Đuoddar",
    "Ŧŋuvva Žiŋŋá",
    "Ïsfjell Åarjel",
    "Zoe\u0308 A\u030asgard",
    "José Peñarrubia-Łukaszewicz",
)
PARTIES = ("Ap", "Sp", "H")
SECRET = "Kari Normann skal omplasseres"


def rows(number: int) -> tuple[VoteRow, ...]:
    """Return ``number`` votes; each party splits, and three deputies stand in for the same seat in turn."""
    return tuple(
        VoteRow(
            name=f"{NAMES[n % len(NAMES)]} {n}",
            part=("elected", "administration", "union")[n % 3],
            party=PARTIES[n % 3],
            note=f"for {NAMES[0]}" if n == 4 else "",
            choice="for" if n % 4 else "mot",
        )
        for n in range(number)
    )


def split(number: int) -> BallotBlock:
    return BallotBlock(
        motion="Innstillingen fra kommunedirektøren.",
        result="7 for, 2 mot. Innstillingen ble vedtatt",
        by_party="For: Ap (Åse Ærlend Øvrebø 0, Sárá Gáppa Čiŋŋes 1), Sp (2). Mot: Ap (Zoë Åsgard 5), H (1).",
        rows=rows(number),
    )


def item(number: int, **more: Any) -> ItemBlock:
    given: dict[str, Any] = {
        "label": f"PS {number}/26",
        "title": f"Sak {number} om skolene i Åarjelsaemien",
        "case": f"26/{number}",
        "recommendation": "Vi gjør det. " * 12,
        "discussion": f"{NAMES[number % len(NAMES)]} tok ordet.\n\nDeretter gikk forsamlingen videre. " * 2,
        "decision": f"Vedtak nummer {number}.",
        "outcome": "vedtatt",
        "recusals": (f"{NAMES[1]} var inhabil (fvl § 6). {NAMES[2 + number % 3]} møtte som varamedlem i denne saken.",)
        if number in (3, 4, 5)
        else (),
    }
    return ItemBlock(**given | more)


def document(*, audience: str = "public") -> MinutesDocument:
    items = [item(number) for number in range(1, 41)]
    items[1] = item(2, ballots=(split(9), split(9)))
    items[6] = item(7, ballots=(split(130),))
    items[9] = (
        ItemBlock(label="PS 10/26", title="Personalsak", hidden=True, closed_basis="Kommuneloven § 11-5 andre ledd")
        if audience == "public"
        else item(10, title=SECRET, decision=SECRET, closed_basis="Kommuneloven § 11-5 andre ledd")
    )
    items[10] = ItemBlock(label="PS 11/26", title="Trukket sak", withdrawn="Mer utredning trengs")
    return MinutesDocument(
        audience=audience,
        title="Møtebok, Partssammensatt utvalg 26. november 2026",
        body="Partssammensatt utvalg",
        legal_basis="kommuneloven §\u00a05-11",
        date="26. november 2026",
        began="09.00",
        ended="15.30",
        place="Rådhuset",
        called="Innkalt 12. november 2026.",
        presiding=f"{NAMES[0]} (leder)",
        quorum="9 av 9 medlemmer møtte.",
        present=tuple(PersonLine(name, ("elected", "union", "")[n % 3], "medlem, Ap") for n, name in enumerate(NAMES)),
        absent=(PersonLine("Odd Vik", "elected", "Sykdom"),),
        others="Kommunedirektøren",
        remarks="Ingen",
        items=tuple(items),
        by_consensus=False,
        signers=(),
        notice="Godkjent 3. desember 2026",
        version=2,
        language="nb",
        signatures=tuple(SignatureLine(name, "medlem", "3. desember 2026") for name in NAMES[:3]),
    )


def printed(what: MinutesDocument, template: str) -> bytes:
    meeting: Any = SimpleNamespace(pk=1, body=SimpleNamespace(slug="psu"))
    with translation.override("nb"):
        return documents.to_pdf(meeting, what, template=template, seal="12:0123456789abcdef", created=_CREATED)


@pytest.fixture(scope="module")
def whole() -> bytes:
    return printed(document(), minutes.TEMPLATE)


@pytest.fixture(scope="module")
def tagged(whole: bytes) -> Tagged:
    return Tagged(whole)


def text(tagged: Tagged) -> str:
    return unicodedata.normalize("NFC", " ".join(tagged.text().split()))


def test_forty_cases_hold_both_standards(whole: bytes, tagged: Tagged, tmp_path: Path) -> None:
    check_with_pdfua(whole, tmp_path)
    check_structure(tagged)
    said = text(tagged)
    for number in range(1, 41):
        assert f"PS {number}/26" in said
    headings = [tagged.text(each).split()[0] for each in tagged.all("H3") if tagged.text(each).startswith("PS")]
    assert len(headings) == 40


def test_votes_over_pages_are_one_table_whose_head_is_read_once_and_drawn_on_each(tagged: Tagged) -> None:
    tables = tagged.all("Table")
    assert [len([row for row in table if row.tag == "TR"]) for table in tables] == [10, 10, 131]
    long = tables[2]
    pages = sorted({page for each in long for page, _mark in (kid for kid in each.kids if isinstance(kid, tuple))})
    assert len(pages) >= 3
    drawn = [n for n, pieces in enumerate(tagged.artifacts) if "MedlemPart" in "".join(pieces).replace(" ", "")]
    assert set(pages[1:]) <= set(drawn), "the head is drawn again on every later page, as an artifact"
    for table in tables:
        heads = [each for each in table if each.tag == "TH"]
        assert all("/Scope" in each.attributes for each in heads)
        assert sum(_in_head(each) for each in heads) == 4


def _in_head(cell: Element) -> bool:
    return cell.parent is not None and cell.parent.parent is not None and cell.parent.parent.tag == "THead"


def test_every_name_is_read_as_it_is_written(tagged: Tagged) -> None:
    said = text(tagged)
    for name in NAMES:
        assert unicodedata.normalize("NFC", name) in said, name
    assert tagged.missing_glyphs() == []


def test_a_split_party_stands_with_names_and_deputies_with_whom_they_met_for(tagged: Tagged) -> None:
    said = text(tagged)
    # In the table, each with the party: the sentence about it says no more than that (R13).
    assert "For: Ap (" not in said
    assert "Zoë Åsgard 5" in said
    for deputy in NAMES[2:5]:
        assert f"{unicodedata.normalize('NFC', deputy)} møtte som varamedlem i denne saken." in said
    assert f"for {NAMES[0]}" in said


def test_a_closed_case_is_number_and_basis_to_the_public(tagged: Tagged, whole: bytes) -> None:
    said = text(tagged)
    assert "Personalsak" in said
    assert "Kommuneloven § 11-5 andre ledd" in said
    assert "Normann" not in said
    assert SECRET.encode() not in whole
    assert SECRET in text(Tagged(printed(document(audience="internal"), minutes.TEMPLATE)))


def test_signatures_stand_in_the_printed_minutes(tagged: Tagged) -> None:
    said = text(tagged)
    after = said[said.index("Godkjent av") :]
    assert [unicodedata.normalize("NFC", name) in after for name in NAMES[:3]] == [True, True, True]


@pytest.mark.parametrize("what", ["decision list", "extract"])
def test_decision_list_and_extract_hold_both_standards(what: str, tmp_path: Path) -> None:
    if what == "extract":
        one = extract(document(), "PS 7/26")
        assert one is not None
        content = printed(one, extract_views.TEMPLATE)
        said = text(Tagged(content))
        assert "Vedtak nummer 7." in said
        assert "Vedtak nummer 8." not in said
    else:
        content = printed(document(), decision_lists.TEMPLATE)
        said = text(Tagged(content))
        assert "Vedtak nummer 40." in said
        assert "tok ordet" not in said
    check_with_pdfua(content, tmp_path)
    check_structure(Tagged(content))


def test_an_extract_of_what_is_hidden_or_not_there_is_none() -> None:
    assert extract(document(), "PS 10/26") is None
    assert extract(document(), "PS 99/26") is None
    assert extract(document(), "") is None
