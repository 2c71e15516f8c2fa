"""What is pasted is cleaned once, on the server: nothing hostile comes through, and headings, lists and tables do."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trepart.text import exempt, seen
from trepart.text import rich as rich_text
from trepart.text.plain import from_written, paragraphs_of, plain, to_written
from trepart.text.refusals import NotTaken
from trepart.text.rich import clean, redacted

WORD = (Path(__file__).parent / "word_paste.html").read_text()
ALLOWED = set(rich_text.TAGS)


def tags_of(markup: str) -> set[str]:
    return set(re.findall(r"</?([a-z0-9]+)", markup))


class TestWord:
    def test_headings_lists_and_tables_are_kept_and_nothing_else(self) -> None:
        assert clean(WORD) == (
            "<h3>Sak om vikarordning</h3><h3>Bakgrunn</h3><p><strong>Viktig:</strong> dette er <em>vedtatt</em>.</p>"
            "<ul><li>Første punkt<ul><li>Under</li></ul></li><li>Andre</li></ul><ol><li>En</li><li>To</li></ol>"
            '<table><thead><tr><th scope="col"><strong>År</strong></th><th scope="col">Kr</th></tr></thead>'
            '<tbody><tr><td>2026</td><td colspan="2">50<br>60</td></tr></tbody></table>'
            '<p>Se <a href="https://lovdata.example/?a=1&amp;b=2">loven</a> og innholdet.</p>'
        )

    def test_a_paste_of_200_kb_is_taken_in_quickly(self) -> None:
        body = WORD * (200_000 // len(WORD))
        said = clean(body)
        assert said.count("Første punkt") == 200_000 // len(WORD)
        assert "mso" not in said

    def test_more_than_can_be_taken_in_is_refused(self) -> None:
        with pytest.raises(ValueError, match="too long"):
            clean("x" * (rich_text.MOST_RAW + 1))
        with pytest.raises(ValueError, match="too long"):
            from_written("x" * (rich_text.MOST_RAW + 1))
        with pytest.raises(ValueError, match="too long"):
            clean("x" * (rich_text.MOST_CLEAN + 1))


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("<script>alert(1)</script>x", "<p>x</p>"),
        ("<p onclick='alert(1)' style='color:red' class=x id=y>x</p>", "<p>x</p>"),
        ("<a href='javascript:alert(1)'>x</a>", "<p>x</p>"),
        ("<a href=' JaVaScRiPt:alert(1)'>x</a>", "<p>x</p>"),
        ("<a href='data:text/html,x'>x</a>", "<p>x</p>"),
        ("<a href='/admin/'>x</a><a href='#_Toc12'>y</a>", "<p>xy</p>"),
        ("<img src=x onerror=alert(1)>x", "<p>(bilde – legges ved som vedlegg) x</p>"),
        ("<iframe src='https://evil.example'></iframe>x", "<p>x</p>"),
        ("<svg><script>alert(1)</script></svg>x", "<p>x</p>"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ("<form action=/x><input name=y><button>x</button></form>", "<p>x</p>"),
        ("<p>a<!-- <script> -->b</p>", "<p>ab</p>"),
        ("<textarea><script>x</script></textarea>y", "<p>y</p>"),
        ("<style>body{display:none}</style>x", "<p>x</p>"),
        ("<p>\u0000x</p>", "<p>x</p>"),
        (
            "<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td><td>d</td></tr></table>",
            '<table><thead><tr><th scope="col">a<br>b c</th><th scope="col">d</th></tr></thead></table>',
        ),
        ("<table><tr><td>bare en ramme</td></tr></table>", "<p>bare en ramme</p>"),
        (
            "<table><tr><td colspan=99999>a</td><td rowspan=-1>b</td><td colspan=3>c</td></tr></table>",
            (
                '<table><thead><tr><th scope="col">a</th><th scope="col">b</th><th scope="col" '
                'colspan="3">c</th></tr></thead></table>'
            ),
        ),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("<ul>løs<li>a</li></ul>", "<ul><li>løs</li><li>a</li></ul>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<h4>a</h4><h2>b</h2><h6>c</h6>", "<h3>a</h3><h3>b</h3><h4>c</h4>"),
        ("<h1>a</h1><h2>b</h2><h5>c</h5>", "<h3>a</h3><h3>b</h3><h4>c</h4>"),
        ("<b>a</b> <i>b</i>", "<p><strong>a</strong> <em>b</em></p>"),
        ("<p>&nbsp;</p><p> </p>", ""),
        ("<p>1 &lt; 2 &amp; <em>&lt;script&gt;</em></p>", "<p>1 &lt; 2 &amp; <em>&lt;script&gt;</em></p>"),
        ("<mark><p>a</p><ul><li>b</li></ul></mark>", "<p><mark>a</mark></p><ul><li><mark>b</mark></li></ul>"),
    ],
)
def test_hostile_and_untidy_input(hostile: str, kept: str) -> None:
    assert clean(hostile) == kept
    assert clean(kept) == kept


@pytest.mark.parametrize("tag", ["div", "ul><li", "blockquote", "b", "span", "table><tr><td", "font", "mark"])
def test_what_is_nested_deeper_than_anybody_writes_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="too deep"):
        clean(f"<{tag}>" * 5_000 + "x")


def test_more_elements_than_anybody_writes_are_refused() -> None:
    with pytest.raises(ValueError, match="too deep"):
        clean("<p>x</p>" * (seen.MOST_TAGS // 2 + 1))


_PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<ul>",
        "<li>",
        "</ul>",
        "<mark>",
        "</mark>",
        "<b>",
        "</b>",
        "<a href='https://a.example/x'>",
        "</a>",
        "<h2>",
        "</h2>",
        "<br>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<p style='mso-list:l0 level2 lfo1'>",
        "hemmelig",
        "æøå",
        "&nbsp;",
        "&lt;",
        "<",
        ">",
        '"',
        " ",
        "\n",
        "<svg>",
        "<template>",
        "<td onclick=x>",
        "<blockquote>",
        "**",
        "[[",
        "]]",
        "- ",
    ]
)


#: What begins something that nobody sees; where it is not ended, the rest of the text is not seen either.
_UNSEEN = {"<script>", "<!--", "<svg>", "<template>"}


@example(["[[", "<svg>", "]]"])
@given(st.lists(_PIECES, max_size=40))
def test_whatever_comes_in_only_what_is_allowed_comes_out_and_stays_as_it_is(pieces: list[str]) -> None:
    try:
        said = clean("".join(pieces))
    except NotTaken:
        assert not exempt.is_balanced("".join(pieces)) or _UNSEEN & set(pieces)
        return
    assert not exempt.holds_brackets(said)
    assert tags_of(said) <= ALLOWED
    assert not re.search(r"<[^>]*\b(?:on\w+|style|class)=", said)
    assert clean(said) == said
    assert from_written(to_written(said)) == said
    assert "table" not in tags_of(said) or "<th " in said


@given(st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<ul><li>", "</li></ul>", "åpent", " "]), max_size=20),
       st.integers(0, 20), st.integers(0, 20))  # fmt: skip
def test_what_is_marked_never_reaches_the_redacted_text(pieces: list[str], begins: int, length: int) -> None:
    inside = ["HEMMELIG" if piece == "åpent" else piece for piece in pieces[begins : begins + length]]
    raw = "".join([*pieces[:begins], "<mark>", *inside, "</mark>", *pieces[begins + length :]])
    said = clean(raw)
    marked = sum("HEMMELIG" in words for words in re.findall(r"<mark>(.*?)</mark>", said))
    assert ("HEMMELIG" in said) == bool(marked)
    # A reader takes a tag that closes elsewhere as closing there; then the mark ends there too, and what stands
    # after it was never marked.
    public = redacted(said, "[X]")
    assert "<mark>" not in public
    for words in re.findall(r"<mark>(.*?)</mark>", said):
        assert words not in re.sub(r"\[X\]", "", public) or words == ""


class TestWritten:
    def test_plain_text_becomes_paragraphs_lists_and_headings(self) -> None:
        said = from_written(
            "## Bakgrunn\nEn linje\r\nog en til\r\n\r\n- a\n- b **viktig**\n\n1. x\n2. y\n\n3 < 4 & [[hemmelig]]"
        )
        assert said == (
            "<h3>Bakgrunn</h3><p>En linje<br>og en til</p><ul><li>a</li><li>b <strong>viktig</strong></li></ul>"
            "<ol><li>x</li><li>y</li></ol><p>3 &lt; 4 &amp; <mark>hemmelig</mark></p>"
        )
        assert "<" not in to_written("<h3>Bakgrunn</h3><p>a</p><ul><li>b</li></ul>")

    def test_a_table_is_shown_as_it_is_where_plain_text_would_lose_it(self) -> None:
        table = '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead></table>'
        assert "<table>" in to_written(table)
        assert from_written(to_written(table)) == table

    def test_plain_words_for_places_without_markup(self) -> None:
        said = plain(
            "<h3>A</h3><p>b<br>c</p><ul><li>d<ol><li>e</li></ol></li></ul><table><tbody><tr><th>f</th><td>g</"
            "td></tr></tbody></table>"
        )
        assert said == "A\n\nb\nc\n\n– d\n  1. e\n\nf | g"
        assert paragraphs_of("<p>a</p><ul><li>b</li></ul>") == ["a", "– b"]


class TestRedacted:
    def test_the_words_their_length_and_their_links_are_gone(self) -> None:
        said = redacted(
            (
                "<p>Hun heter <mark>Kari <em>Hemmelig</em></mark>, se <a "
                'href="https://a.example/kari"><mark>her</mark></a>.</p>'
            ),
            "[X]",
        )
        assert said == "<p>Hun heter <strong>[X]</strong>, se <strong>[X]</strong>.</p>"
