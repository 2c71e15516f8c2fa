"""A list saved as text is read alike wherever it is taken in, however it was saved."""

import codecs
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from forum.council import list_import
from forum.organisation.people_import import files
from trepart.reading.encodings import decode

LIST = "Navn;E-post\r\nÅse Ås – «Á»;aase@fjellvik.example\r\nĀnne Čáhppe;anne@fjellvik.example\r\n"
DOORS = [decode, files.decode, list_import.decode]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_way_a_list_is_saved_is_read_at_every_door(door: Callable[[bytes], str], encoding: str) -> None:
    """The wrong side: the council's list took UTF-16 with its mark, the list of employees none, and neither without."""
    assert door(LIST.encode(encoding)) == LIST
    if encoding == "utf-16-be":
        assert door(codecs.BOM_UTF16_BE + LIST.encode(encoding)) == LIST


@pytest.mark.parametrize("door", DOORS)
def test_as_windows_saves_it(door: Callable[[bytes], str]) -> None:
    assert door("Åse Ås – «Á»".encode("cp1252")) == "Åse Ås – «Á»"
    assert door(b"") == ""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "content",
    [
        b"a\0b",
        b"\0",
        b"Saksnr;Tittel\n45/26;\0A",
        b"\0\0",
        bytes(range(256)),
        b"GIF89a\x01\0\x01\0\0\0;\0",
        codecs.BOM_UTF16_LE + b"\0\0a\0\0\0",
        b"\x00\xd8a\x00",
    ],
)
def test_what_is_no_text_is_refused_in_words(door: Callable[[bytes], str], content: bytes) -> None:
    with pytest.raises((ValueError, ValidationError)):
        door(content)
