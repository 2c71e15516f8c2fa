"""The same of what reads one text and answers: every such function of ours takes time in proportion."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from forum.cases import legal_bases
from forum.cases.forms import hidden_names
from forum.meetings.minutes import public_version_checks
from forum.meetings.packets import document
from forum.meetings.session.decisions import consistency
from tests.trepart.text.doubling import is_linear
from trepart.notices import letter, writing
from trepart.pdf import text as printing
from trepart.search import typed_numbers
from trepart.server import logs
from trepart.text import exempt, numbers
from trepart.uploads import addresses, office_fields

READERS: dict[Callable[[str], object], tuple[str, ...]] = {
    logs.scrubbed: ("a", "a@", "@", "1", "1 ", "12.", ":", "?", "?a ", "a.b", "1:"),
    exempt.holds_brackets: ("[", "[ ", "]", "[\u200b", "\uff3b "),
    exempt.is_balanced: ("[[", "]]", "[[a]]", "[", "[ "),
    exempt.single: ("[[", "[ ", "]"),
    office_fields.names_somebody: ("a", " ", '"', "USER", "\\", "A "),
    office_fields.reaches_out: ("a", " ", '"', "INCLUDE", "DDE", "\\", '" '),
    office_fields.fetches: ("a", "(", '"', "WEBSERVICE", "'", "[", "!", "|", "a!"),
    addresses.is_on_a_machine: ("a", "file", "c:", "\\", "\\\\"),
    addresses.is_within: ("a", "#", ":", "/", "a+"),
    addresses.may_be_pressed: ("a", "http", ":", "a."),
    addresses.style_fetches: ("url(", "url( ", "@", "(", " ", "expression"),
    writing.clean: ("a", "\x00", "\n", " ", "\r"),
    letter.paragraphs: ("a", "http://", "https://a ", "\n", "\n\n", "- ", "<"),
    printing.unbroken: ("1", "1 ", "kr ", "§ ", "12,50 ", "-"),
    printing.printable: ("a", "\u0378", "😀", "\u200d"),
    legal_bases.find: ("offl. ", "§ ", "a", "1", " "),
    legal_bases.is_internal_only: ("offl ", "offl. § ", "§", "14 ", "; "),
    legal_bases.is_valid: ("offl. ", "§ ", "a", "1"),
    legal_bases.is_second_paragraph: ("ledd ", "2", "§ 11-5 ", "a"),
    hidden_names._plain: ("-", "a", "\u2010", " "),
    lambda text: hidden_names.named_in([text], ["Kari Nordmann"]): ("Kari ", "-", "KariNordmann", "Kari-"),
    lambda text: document.deeper(text, 1): ("<h1", "<", "</h", "h1"),
    lambda text: consistency._QUOTED.sub("", text): ("«", "“", '"', "a ", "ikke ", "avvis", "ikke a "),
    public_version_checks.has_identity_number: ("1", "12345678901", "1 ", ".", "123456 "),
    typed_numbers.typed_number: ("1", "26/", " ", "/", "a", "ps ", "-"),
    numbers.number: ("1", "٣", " "),
}  # fmt: skip


@pytest.mark.parametrize("read", READERS, ids=lambda read: f"{read.__module__}.{read.__qualname__}")
def test_readers(read: Callable[[str], object]) -> None:
    def tried(text: str) -> None:
        with suppress(ValueError):
            read(text)

    assert [piece for piece in READERS[read] if not is_linear(tried, piece, most=100_000)] == []
