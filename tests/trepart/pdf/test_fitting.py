"""What is printed fits the paper: wide tables, long words, tall rows, and lists with the numbers they have."""

import io

import pikepdf
import pypdf
import pytest

from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.samples import print_html

pytestmark = [pytest.mark.printed, pytest.mark.django_db]

WORD = "Menneskerettighetskonvensjonsbrudd" * 6


def table(columns: int, rows: int = 3, *, cell: str = "verdi {}") -> str:
    head = "".join(f"<th scope=col>Kolonne {n}</th>" for n in range(1, columns + 1))
    row = "".join(f"<td>{cell.format(n)}</td>" for n in range(1, columns + 1))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{f'<tr>{row}</tr>' * rows}</tbody></table>"


def pages(body: str) -> list[tuple[bool, str]]:
    """Return for each page whether it is turned, and what stands on it. Nothing stands outside the paper's margins."""
    found = []
    for page in pypdf.PdfReader(io.BytesIO(print_html(body))).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        said: list[str] = []

        def seen(text: str, cm: list[float], tm: list[float], *_more: object, most: float = width) -> None:
            if text.strip():
                assert 0 < tm[4] * cm[0] + tm[5] * cm[2] + cm[4] < most - 60, text

        said.append(page.extract_text(visitor_text=seen))
        found.append((width > height, " ".join(" ".join(said).split())))
    return found


@pytest.mark.parametrize(("columns", "turned"), [(3, False), (8, False), (14, True), (20, True)])
def test_a_wide_table_gets_smaller_or_turns_the_page_with_its_heading(columns: int, turned: bool) -> None:
    found = pages(f"<p>Før</p><h2>Regnskap</h2>{table(columns)}<p>etter</p>")
    at = next(n for n, (_turned, said) in enumerate(found) if "Kolonne 1" in said.replace("Kolonne\n", "Kolonne "))
    assert found[at][0] is turned
    assert "Regnskap" in found[at][1]
    everything = " ".join(said for _turned, said in found)
    assert all(f"verdi {n}" in everything for n in range(1, columns + 1))
    assert "Før" in found[0][1]


def test_a_word_longer_than_the_line_is_broken() -> None:
    facts = f'<div class="facts"><dl><dt>{WORD}</dt></dl></div>'
    for body in (f"<h2>{WORD}</h2><p>{WORD}</p>", table(4, cell=WORD), facts):
        said = "".join(text for _turned, text in pages(body)).replace(" ", "").replace("-", "")
        assert WORD in said


@pytest.mark.parametrize("fill", [0, 12, 24, 26, 28, 30, 32])
def test_a_heading_stays_with_its_table_and_the_head_is_on_the_first_page_too(fill: int) -> None:
    tall = "<br>".join(f"linje {n}" for n in range(90))
    body = f"{'<p>x</p>' * fill}<h2>Overskrift</h2><table><thead><tr><th scope=col>Hode</th></tr></thead>"
    found = [said for _turned, said in pages(f"{body}<tbody><tr><td>{tall}</td></tr></tbody></table>")]
    with_rows = [said for said in found if "linje" in said]
    assert all("Hode" in said for said in with_rows)
    assert "Overskrift" in with_rows[0]


def test_lists_keep_their_numbers() -> None:
    read = Tagged(
        print_html(
            '<ol start="4"><li>fire</li><li value="9">ni</li><li>ti<ol><li>under</li></ol></li></ol>'
            '<ol type="a" start="3"><li>ce</li></ol><ol type="I"><li>en</li></ol>'
        )
    )
    assert [read.text(label).strip() for label in read.all("Lbl")] == ["4.", "9.", "10.", "1.", "c.", "I."]


def test_a_turned_page_is_still_a_document_for_all() -> None:
    with pikepdf.open(io.BytesIO(print_html(f"<h2>a</h2>{table(14)}"))) as pdf:
        assert pdf.Root.MarkInfo.Marked


MIXED = "".join(f"<b>abc{n}</b><i>def</i>" for n in range(60))


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{'a' * 50}<b>{'b' * 50}</b>{'c' * 50}</p>",
        f"<h2>{'a' * 30}<em>{'b' * 30}</em>{'c' * 30}</h2>",
        f"<p>{MIXED}</p>",
        f"<ul><li>{MIXED}</li></ul>",
        f"<table><tr><th>a</th><th>b</th></tr><tr><td>{MIXED}</td><td>x</td></tr></table>",
    ],
)
def test_a_long_word_with_markup_in_it_stays_on_the_paper(body: str) -> None:
    said = "".join(text for _turned, text in pages(body)).replace(" ", "").replace("\u200b", "")
    assert "abc59def" in said or f"{'b' * 30}" in said.replace("-", "")


@pytest.mark.parametrize("columns", [26, 40])
def test_a_table_of_more_columns_than_any_page_has_stays_on_the_paper(columns: int) -> None:
    found = pages(table(columns, cell="Tilrettelegging {}"))
    assert any(turned for turned, _said in found)
    said = "".join(text for _turned, text in found).replace(" ", "").replace("-", "")
    assert said.count("T") >= 3 * columns


@pytest.mark.parametrize(
    ("columns", "sum_of"), [(20, "1 250 {:03d}"), (9, "12 500 {:03d},50"), (14, "kr 85 {:03d}"), (12, "12,{} %")]
)
def test_the_sums_of_a_wide_table_are_whole(columns: int, sum_of: str) -> None:
    everything = "\n".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(print_html(table(columns, cell=sum_of)))).pages
    )
    pages(table(columns, cell=sum_of))
    for number in range(1, columns + 1):
        assert sum_of.format(number).replace(" ", "\N{NO-BREAK SPACE}") in everything
