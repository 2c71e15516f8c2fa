"""Small files that unfold to very much: refused before anything is built of them, however they are made."""

import io
import resource
import struct
import time
import zlib
from collections.abc import Callable

import pikepdf
import pytest

from tests.factories import files
from trepart.uploads import budget, office, pdf_files
from trepart.uploads.budget import Budget
from trepart.uploads.leftovers import Leftovers

_NONE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>"


def document(inside: bytes, name: str = "word/document.xml") -> bytes:
    return files.zipped({"[Content_Types].xml": "<Types/>", name: b"<a>" + inside + b"</a>"})


def pdf(*packed: bytes) -> bytes:
    """Return a PDF whose objects from 10 on lie packed in one stream."""
    whole, places = b"%PDF-1.7\n", []
    body, numbers = b" ".join(packed), []
    at = 0
    for number, one in enumerate(packed, start=10):
        numbers.append(b"%d %d" % (number, at))
        at += len(one) + 1
    head = b" ".join(numbers) + b" "
    objects = zlib.compress(head + body)
    told = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(packed), len(head), len(objects))
    for number, one in enumerate((*_NONE, told + b"stream\n" + objects + b"\nendstream"), start=1):
        places.append(struct.pack(">BIH", 1, len(whole), 0))
        whole += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    free = struct.pack(">BIH", 0, 0, 65535)
    rows = [free, *places, *[free] * 5, *(struct.pack(">BIH", 2, 4, each % 65_536) for each in range(len(packed)))]
    table = zlib.compress(b"".join(rows))
    told = b"<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>" % (len(rows), len(table))
    end = b"5 0 obj\n" + told + b"stream\n" + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(whole)
    return whole + end


HEAVY: dict[str, Callable[[int], bytes]] = {
    "beside each other": lambda n: document(b"<w:p/>" * n),
    "in one another": lambda n: document(b"<w:p>" * n + b"</w:p>" * n),
    "cells": lambda n: document(b'<c r="A1"><v>1</v></c>' * n, "xl/worksheets/sheet1.xml"),
    "paragraphs of OpenDocument": lambda n: document(b"<text:p/>" * n, "content.xml"),
    "in two parts": lambda n: files.zipped({"[Content_Types].xml": "<Types/>", "word/a.xml": b"<a>" + b"<b/>" * (n // 2)
                                            + b"</a>", "word/b.xml": b"<a>" + b"<b/>" * (n // 2) + b"</a>"}),
    "a document in it": lambda n: files.zipped({"[Content_Types].xml": "<Types/>", "word/embeddings/a.docx":
                                                document(b"<w:p/>" * n)}),
    "of two bytes": lambda n: files.zipped({
        "[Content_Types].xml": "<Types/>", "word/document.xml": ("<a>" + "<b/>" * n + "</a>").encode("utf-16")}),
    "attributes": lambda n: document(b"<a " + b" ".join(b'a%d=""' % each for each in range(n * 2)) + b"/>"),
    "lists of a PDF": lambda n: pdf(b"[" + b"[]" * (n // 2) + b"]"),
    "dictionaries of a PDF": lambda n: pdf(b"[" + b"<<>>" * (n // 2) + b"]"),
    "numbers of a PDF": lambda n: pdf(b"[" + b"0 " * n * 8 + b"]"),
    "objects of a PDF": lambda n: pdf(*[b"<<>>"] * (n // 2)),
}  # fmt: skip


@pytest.mark.parametrize("made", HEAVY.values(), ids=HEAVY)
def test_twice_as_much_is_refused_as_soon(made: Callable[[int], bytes]) -> None:
    for times in (1, 2):
        content = made(budget.MOST_ELEMENTS * times + 1)
        clean = pdf_files.cleaned if content.startswith(b"%PDF") else office.cleaned
        begun, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(budget.TooMuch):
            clean(content, Leftovers())
        assert time.process_time() - begun < 2
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 400 * 1024


def test_elements_are_not_in_one_another_without_end() -> None:
    for times in (10, 20, 10_000):
        with pytest.raises(office.UnreadableDocument):
            office.cleaned(document(b"<w:p>" * times * 26 + b"</w:p>" * times * 26), Leftovers())
    # Also in what is left out.
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(document(b"<w:author><w:p>" * 300 + b"</w:p></w:author>" * 300), Leftovers())


def test_a_document_of_hundreds_of_pages_is_taken() -> None:
    """As Word writes it: some 300 elements a page, and one page in ten full of tables."""
    run = b'<w:r w:rsidRPr="0"><w:rPr><w:lang w:val="nb-NO"/></w:rPr><w:t xml:space="preserve">Noen ord </w:t></w:r>'
    paragraph = b"<w:p><w:pPr><w:jc w:val='left'/></w:pPr>" + run * 8 + b"</w:p>"
    cell = b"<w:tc><w:tcPr><w:tcW w:w='0'/></w:tcPr><w:p>" + run + b"</w:p></w:tc>"
    page = paragraph * 8
    table = b"<w:tbl>" + (b"<w:tr>" + cell * 5 + b"</w:tr>") * 30 + b"</w:tbl>"
    room = Budget()
    office.cleaned(document((page * 9 + table) * 50), Leftovers(), room)
    assert room._elements > 0


def test_a_pdf_of_hundreds_of_pages_is_taken_whole() -> None:
    given = pdf(*[b"<</S/P/Pg 3 0 R/K 1>>"] * 40_000)
    with pikepdf.open(io.BytesIO(pdf_files.cleaned(given, Leftovers()))) as clean:
        assert clean.Root.Type == pikepdf.Name.Catalog
