"""What is clean is clean: the same text cleaned once more is the same text, and in its normal form."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trepart.text import normal
from trepart.text.refusals import NotTaken
from trepart.text.rich import clean

PIECES = [
    "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<br>", "<h2>", "<ul><li>", "</ul>", "<table><tr><td>", "<td>", "<tr>",
    "</table>", "<blockquote>", "</blockquote>", "<mark>", "</mark>", "<a href='https://a.example'>", "</a>", "<sup>",
    "</sup>", "<pre>", "</pre>", "<div>", "</div>", "<del>", "</del>",
    "A", "o", "x ", " ", "\n", "&nbsp;", "&#x30a;", "\u0338", "\u0301", "&shy;", "&zwj;", "\u200c", "\u3164",
    "\ufe0f", "\u202e", "\u1100", "&#x1161;", "[", "]", "[[", "]]", "[[x]]", "&lt;", "&amp;", ">", "1. ", "\u2009",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_cleaned_twice_is_cleaned_once(raw: str) -> None:
    for markup in (raw, normal.lines(raw)):
        with suppress(NotTaken):
            kept = clean(markup)
            assert clean(kept) == kept
            assert unicodedata.is_normalized("NFC", kept)
            assert normal.lines(kept) == kept


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("A<b></b>&#x30a;se", "<p>Åse</p>"),
        ("<b>A</b>&#x30a;se", "<p><strong>Å</strong>se</p>"),
        ("A<b>&shy;</b><i>&#x30a;</i>se", "<p>Åse</p>"),
        ("<p>a </p><p> &#x338;x</p>", "<p>a</p><p>x</p>"),
        ("<b>a</b>&#x338;", "<p><strong>a\u0338</strong></p>"),
        ("<p>&#x1100;<b>&#x1161;</b></p>", "<p>가</p>"),
        ("<p>❤<b></b>&#xfe0f;</p>", "<p>❤\ufe0f</p>"),
        ("<li><b>a</b><p><b>b</b>", "<ul><li><strong>a<br>b</strong></li></ul>"),
        ("<p>\u2009</p>&zwj;\u2009", ""),
        ("<p>\u3164</p><p>&zwj;<b> \u2800</b></p>", ""),
    ],
)
def test_a_letter_is_one_wherever_the_markup_stands(raw: str, kept: str) -> None:
    assert clean(raw) == kept
    assert clean(kept) == kept


@pytest.mark.parametrize(
    "between", ["\u200d", "\u200c", "<b></b>&zwj;", "\n", "\u2009", "\u3164", "&shy;", "\ufe0f", " \u200d ", "\u2800"]
)
def test_no_spelling_of_the_brackets_goes_unseen(between: str) -> None:
    assert clean(f"<p>a [{between}[x]{between}]</p>") == "<p>a <mark>x</mark></p>"
    with pytest.raises(NotTaken):
        clean(f"<p>a [{between}[x</p>")
