"""No text hangs the server: every parser of ours takes time in proportion to what is sent in."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from forum.council import list_import
from forum.organisation.people_import import entering, hidden
from tests.trepart.text.doubling import is_linear
from trepart.notices import bounces
from trepart.reading import outside_json
from trepart.search import words as stored_words
from trepart.text import normal, numerals, plain, rich
from trepart.text.refusals import NotTaken

MARKUP = [
    "<b>", "</b>", "<b>x</b>", "<b><i>", "<div>", "<div>x</div>", "<p>x", "<p><b>x</p>", "<br>", "<br> ",
    "<mark>x</mark>",
    "<mark>x", "<a href='https://a.example/x'>x</a>", "<ol><li>x</ol>", "<ol start=2><li>x</ol>", "<li>x", "<td>x",
    "<tr><td>x", "<table><tr><td>x</table>", "<p style='mso-list:l0 level1 lfo1'>x</p>",
    "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>a.</span>x</p>", "<span style='mso-list:'>",
    "<span style='mso-element:field-begin'></span>", "<style>.a{display:none}</style>", "<style>a", "<!--", "<![if x]>",
    '<a =">"', '<a x="', "<a x='\">", "<", "</", "&", "&#x", "<x ", "<sup>2</sup>", "<img src=x alt=y>", "<pre>\n",
]  # fmt: skip
WRITTEN = [
    "*", "**", "**x", "** ", "x** ", "**a**", "[[", "]]", "[[x]]", "[ ", "[", "] ]", "\n", "\n ", " \n", " ",
    "- x\n", "1. ",
    "1. x\n", "## x\n", "#", "x\n\n", "17. mai\n", "a\u0301", "\u202e", "\u200b", "é", "x", "\t", "\r",
]  # fmt: skip
LISTS = [
    ".", "·.", ". ", " ", " x", "…", "_", "-", "*", "* ", "| ", "\t", "PS 1/26 ", "1/26", "1/26\n", "26/1 ",
    "PS 1/26 x ... 3\n",
    "PS 1/26 x\n", "https://a.example/x ", "https://", "1. ",
    "1. 1/26 x\n", '"', '";', ";", '"\n', "Saksnr;Tittel\n", "x-\n",
    "unntatt ", "sak nr ", "saksnummer ", "{", "[", '{"a":', "1.1.2026 ", "lukket", "§ ", "off. ",
]  # fmt: skip
PEOPLE = ["x;", '"', '";', "x;y@z.example;w\n", ",", "\t", "\n", "\r", "@", "Navn;E-post\n", "a\u0301;"]
MAIL = [
    "a: b\n", " b\n", "\n", "=", "=?utf-8?q?a?=", "<a@b.example>", "@", "--x\n",
    "Content-Type: multipart/mixed; boundary=x\n",
    "Final-Recipient: rfc822; a@b.example\n", "Message-ID: <a@b>\n", "Status: 5.1.1\n", '"', "(", ",", "a@b.example,",
]  # fmt: skip


def trying(work: Callable[[str], object]) -> Callable[[str], None]:
    """Return ``work`` as a portal does it: what is refused is refused."""

    def tried(text: str) -> None:
        with suppress(NotTaken, ValidationError, ValueError):
            work(text)

    return tried


def both(text: str) -> None:
    """Read what somebody has written, show it in a text area, and say it as plain text."""
    markup = plain.from_written(text)
    plain.to_written(markup)
    plain.plain(markup)
    plain.paragraphs_of(markup)
    rich.redacted(markup, "X")


@pytest.mark.parametrize("piece", MARKUP)
def test_markup(piece: str) -> None:
    assert is_linear(trying(both), piece)
    assert is_linear(trying(lambda text: both(f"<p>{text}")), piece)


MOST_SHEETS = 60_000
STYLES = ["a", ":", ";", "a:b;", "(", "((a", "[", "{", "'", "/*", "/**/", "!important", "a:b!important;", "\\", "url(",
          "1e9", "display:none;", "x(1,", "@media all{", "@a", "#a", ".a", "-", "--a:b;", "\\6e"]  # fmt: skip


@pytest.mark.parametrize("piece", STYLES)
def test_styles(piece: str) -> None:
    for around in (
        '<p style="{}">x</p>',
        "<style>.a{{{}}}</style><p class=a>x</p>",
        "<style>{}</style><p class=a>x</p>",
    ):
        assert is_linear(trying(lambda text: rich.clean(around.format(text))), piece, most=MOST_SHEETS)  # noqa: B023


SHEETS = ["a", "{", "}", "a{", ".a{}", ".a{display:none}", ",", ", ", " ", "a,", ".a,.b ", "a{b:c;", ";", "/*", "<!--"]
CLASSES = ["trackchange", "trackchange delet", "comment", "mso", "commentstart", "a ", "\n", "msocom_"]


@pytest.mark.parametrize("piece", SHEETS)
def test_a_sheet_of_styles(piece: str) -> None:
    for before in ("", ".a{", ".a"):
        assert is_linear(trying(lambda text: rich.clean(f"<style>{before}{text}{{display:none}}</style>x")), piece)  # noqa: B023
        assert is_linear(trying(lambda text: rich.clean(f"<style>{before}{text}")), piece)  # noqa: B023


@pytest.mark.parametrize("piece", CLASSES)
def test_the_classes_of_an_element(piece: str) -> None:
    assert is_linear(trying(lambda text: rich.clean(f"<p class='{text}'>x")), piece)


def test_the_largest_sheet_is_read_at_once() -> None:
    begun = time.thread_time()
    rich.clean(f"<style>{'a' * (rich.MOST_RAW - 20)}")
    assert time.thread_time() - begun < 0.5


@pytest.mark.parametrize("piece", WRITTEN)
def test_what_is_written(piece: str) -> None:
    assert is_linear(trying(both), piece)
    assert is_linear(trying(lambda text: rich.clean(f"<p>{text}x")), piece)
    assert is_linear(trying(plain.from_text), f"{piece}<b>")


@pytest.mark.parametrize("piece", [*WRITTEN, *PEOPLE])
def test_normal_form(piece: str) -> None:
    for work in (normal.lines, normal.line, normal.address):
        assert is_linear(work, piece)
        assert is_linear(lambda text: normal.address(f"mailto:{text}"), piece)
        assert is_linear(lambda text: normal.address(f"{text}<a@b.example>"), piece)


@pytest.mark.parametrize("piece", LISTS)
def test_case_lists(piece: str) -> None:
    for before in ("", "PS 1/26 ", "Saksnr;Tittel\n1/26;", "* "):
        assert is_linear(trying(lambda text: list_import.read(f"{before}{text}x")), piece)  # noqa: B023


@pytest.mark.django_db
@pytest.mark.parametrize("piece", PEOPLE)
def test_files_of_people(piece: str) -> None:
    assert is_linear(trying(entering.read), piece)


@pytest.mark.parametrize("piece", ["<row ", "<row>", "<row r='", "<col min=1 max=9>", "a=", '"', "<x:", ":", "x", "<"])
def test_what_is_hidden_in_a_sheet(piece: str) -> None:
    for before in ("", "<row ", "<col hidden='1' "):
        assert is_linear(lambda text: hidden.hidden_in(f"{before}{text}".encode()), piece)  # noqa: B023


@pytest.mark.parametrize("piece", ["-", "- ", '-"', "a-", "_-", '"', "or ", "--a", "|-", "a "])
def test_what_is_searched_for(piece: str) -> None:
    assert is_linear(lambda text: stored_words.word_query(text), piece)


@pytest.mark.parametrize("piece", ["[", '{"a":', "9", '"', "\\ud800", "[],", '"\\', "1e9", " "])
def test_json_from_outside(piece: str) -> None:
    for before in ("", "[", '["'):
        with_refusals = trying(lambda text: outside_json.read(f"{before}{text}"))  # noqa: B023
        assert is_linear(with_refusals, piece)


@pytest.mark.parametrize("piece", ["1", "I", "a)", "(", "1.", "x", "iv", ".", "aa"])
def test_numbers_of_lists(piece: str) -> None:
    assert is_linear(numerals.drawn, piece)


def report(text: str) -> None:
    """Read a mail that comes back."""
    parsed = bounces.parse(text.encode("utf-8", "replace"))
    bounces.came_to(parsed)
    with suppress(bounces.NotABounce):
        bounces.read(parsed)


@pytest.mark.parametrize("piece", MAIL)
def test_mail_that_comes_back(piece: str) -> None:
    assert is_linear(report, piece)
    assert is_linear(lambda text: report(f"To: {text}\n\n"), piece)
    head = "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    assert is_linear(lambda text: report(f"{head}{text}"), piece)
