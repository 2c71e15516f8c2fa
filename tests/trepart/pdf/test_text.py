"""Nothing that a person wrote is lost on paper, and nothing is fetched from anywhere to print it."""

import logging
import os
import socket
from typing import Any

import pytest

from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.samples import CREATED, print_html, templates_beside
from trepart.pdf import rendering as pdf
from trepart.pdf import text as pdf_text
from trepart.pdf.rendering import MissingGlyph, ResourceRefused
from trepart.pdf.text import EMOJI, FAMILIES, LATIN, MissingFont, alphabet, families_for, printable

pytestmark = pytest.mark.printed

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to reach anything over the network fails, and is noted."""
    tried: list[Any] = []

    def refuse(*address: Any, **_options: Any) -> None:
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_weight_of_a_family_writes_the_same(family: pdf_text.Family) -> None:
    """Bold DejaVu lacks a few rare signs that the upright has; those count as missing."""
    held = alphabet(family)
    assert len(held) > 100
    for face in family.faces:
        font = pdf_text.TTFont(pdf_text.io.BytesIO(pdf_text.font_bytes(face.path)), lazy=True)
        assert held <= set(map(chr, font.getBestCmap())), face


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Sámi: áčđŋšŧž ÁČĐŊŠŦŽ", "Sámi: áčđŋšŧž ÁČĐŊŠŦŽ"),
        ("e\u0301 a\u030a S\u030c", "é å Š"),
        ("æøå ÆØÅ «ja» – § · ✓ →", "æøå ÆØÅ «ja» – § · ✓ →"),
        ("kr 50\u202f000, fem\u2011seks", "kr 50\u00a0000, fem-seks"),
        ("en\x00to\x07\x1b", "ento"),
        ("øst\u202egnirdø\u202c", "østgnirdø"),
        ("takk 😀👍🎉 👩\u200d🚒 🇳🇴", "takk 😀👍🎉 👩\u200d🚒 🇳🇴"),
        ("中文 ord", "[U+4E2D U+6587] ord"),
        ("𓀀", "[U+13000]"),
        ("note \U0001d11e", "note [musical symbol g clef]"),
        ("ny \U0001faff", "ny [U+1FAFF]"),
        ("", ""),
    ],
)
def test_what_is_written_stays_or_is_spelt_out(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_a_plain_document_loads_plain_fonts_only() -> None:
    assert families_for("Vedtak kl. 18.00 – «ja»") == (LATIN,)
    assert EMOJI in families_for("😀")
    assert [family.name for family in families_for("Š")] == ["Trepart Inter latin", "Trepart Inter latin-ext"]


def test_other_scripts_and_emoji_do_not_stop_printing(caplog: pytest.LogCaptureFixture) -> None:
    written = "😀👍🎉 👩\u200d🚒 🇳🇴 ✅ ✔ 1\ufe0f\u20e3 → ≥ Україна Ελλάδα Nguyễn ẹ\u0301 m\u0302 שלום"
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        tagged = Tagged(
            print_html(f"<h1>{written}</h1><p>{written} 中文</p><p><b>{written}</b> <em>{written}</em></p>")
        )
    assert caplog.messages == []
    assert tagged.missing_glyphs() == []
    for word in ("😀", "👍", "👩\u200d🚒", "🇳🇴", "✅", "→", "≥", "Україна", "Ελλάδα", "Nguyễn", "m\u0302", "שלום"[0]):
        assert tagged.text().count(word) >= 4, word
    assert "[U+4E2D U+6587]" in tagged.text()


def test_a_letter_with_a_loose_accent_does_not_silence_the_letter() -> None:
    """The first m has an accent of its own; all other letters m must still be read as m."""
    assert "m\u0302 mamma" in Tagged(print_html("<h1>m\u0302 mamma</h1>")).text()


def test_a_missing_glyph_fires(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the text not made printable first, printing would stop: no file with an empty box is ever made."""
    monkeypatch.setattr(pdf, "printable", lambda text: text)
    with pytest.raises(MissingGlyph, match=r"中 \(U\+4E2D\)"):
        print_html("<h1>中</h1>")


def test_the_reader_of_these_tests_sees_a_missing_glyph(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the finished file is itself tried on a file with an empty box."""
    mend = pdf._mend_fonts

    def forgetful(fonts: Any, spaces: Any) -> None:
        lacking = {id(font): font.missing for font in fonts.values()}
        for font in fonts.values():
            font.missing = {}
        mend(fonts, spaces)
        for font in fonts.values():
            font.missing = lacking[id(font)]

    monkeypatch.setattr(pdf, "printable", lambda text: text)
    monkeypatch.setattr(pdf, "_mend_fonts", forgetful)
    assert Tagged(print_html("<h1>中</h1>")).missing_glyphs()


def test_a_list_mark_that_no_font_has_fires() -> None:
    with pytest.raises(MissingGlyph, match="中"):
        print_html("<h1>A</h1><ul style='list-style-type: \"中\"'><li>x</li></ul>")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.png",
        "https://localhost:8000/a.png",
        "//example.org/a.png",
        "file:///etc/hostname",
        "ftp://example.org/a.png",
        "/media/hemmelig.png",
        "../hemmelig.png",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "trepart-static:../manage.py",
        "trepart-static:print/no-such.png",
        "trepart-static:print",
        "trepart-static:.",
        "/static/print/",
        "data:broken",
        "trepart-media:not-handed-in.png",
        "trepart-font:../manage.py",
        "gopher:x",
    ],
)
def test_a_picture_from_elsewhere_is_refused_and_never_fetched(address: str, no_sockets: list[Any]) -> None:
    with pytest.raises(ResourceRefused):
        print_html(f"<h1>A</h1><p><img src='{address}' alt='x'></p>")
    assert no_sockets == []


@pytest.mark.parametrize(
    "body",
    [
        "<link rel=stylesheet href='http://example.org/a.css'>",
        "<style>@import url(http://example.org/a.css)</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/hostname) }</style>",
        "<p style='background: url(http://example.org/a.png)'>x</p>",
        "<svg width=9 height=9><title>t</title><image href='file:///etc/hostname' width=9 height=9 /></svg>",
        (
            '<img alt=x src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" '
            'height="9"><image href="http://example.org/b.png" width="9" height="9"/></svg>\'>'
        ),
        "<link rel=attachment href='file:///etc/hostname'>",
        "<object data='http://example.org/a.svg' type='image/svg+xml'>x</object>",
        "<embed src='http://example.org/a.svg'>",
    ],
)
def test_no_other_way_out_either(body: str, no_sockets: list[Any]) -> None:
    with pytest.raises(ResourceRefused):
        print_html(f"<h1>A</h1>{body}")
    assert no_sockets == []


def test_links_are_not_fetched(no_sockets: list[Any]) -> None:

    assert Tagged(print_html("<h1>A</h1><p><a href='http://example.org/'>et sted</a></p>")).all("Link")
    assert no_sockets == []


def test_what_is_handed_in_and_what_is_static_is_drawn() -> None:
    body = (
        "<h1>A</h1><p><img alt='en' src='trepart-media:plot.svg'><img alt='to' src='/static/img/trepart.svg'>"
        "<img alt='tre' src='trepart-static:img/trepart.svg'></p>"
    )
    with templates_beside():
        content = pdf.render_pdf(
            "pdf_body.html", {"body": body}, title="A", author="B", created=CREATED, media={"plot.svg": SVG}
        )
    tagged = Tagged(content)
    assert [str(each.source.Alt) for each in tagged.all("Figure")] == ["en", "to", "tre"]


def test_the_fonts_of_the_machine_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that is installed here is not used, and the variable that hides it is put back."""
    monkeypatch.setenv("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    tagged = Tagged(print_html("<h1>A</h1><p style='font-family: DejaVu Serif, serif'>tekst</p><pre>kode</pre>"))
    assert {name.partition("+")[2].partition("-Semi")[0] for name in tagged.fonts} == {"Trepart-Inter-latin"}
    assert os.environ["FONTCONFIG_FILE"] == "/etc/fonts/fonts.conf"


def test_a_font_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    alphabet.cache_clear()
    monkeypatch.setattr(pdf_text.finders, "find", lambda path: None)
    with pytest.raises(MissingFont, match="npm ci"):
        alphabet(LATIN)


def test_our_style_sheet_is_understood_as_a_whole(caplog: pytest.LogCaptureFixture) -> None:
    """WeasyPrint says nothing about properties that it ignores or references that lead nowhere."""
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        print_html("<h1>A</h1><p>b</p>")
    assert caplog.messages == []
