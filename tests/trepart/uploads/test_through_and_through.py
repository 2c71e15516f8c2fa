"""Judged through and through: what is two things at once, what can be run, what fields say, and the antivirus."""

import io
import socket
import struct
import threading
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from tests.factories import files
from tests.factories.files import NAME, upload
from trepart.uploads import antivirus, budget, colour_profiles, door, office, pictures
from trepart.uploads.budget import TooMuch
from trepart.uploads.leftovers import Leftovers


def taken(name: str, content: bytes) -> bytes:
    return door.taken_in(upload(name, content)).read()


def refused(name: str, content: bytes, code: str = "unreadable") -> None:
    with pytest.raises(ValidationError) as refusal:
        door.taken_in(upload(name, content))
    assert refusal.value.code == code


# Two things at once ---------------------------------------------------------------------------------------------------


def test_what_lies_before_or_behind_a_document_is_refused() -> None:
    whole = files.docx()
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(b"GIF89a" + whole, Leftovers())
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(whole + b"<script>", Leftovers())
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(whole + files.docx(), Leftovers())


def test_what_lies_before_or_behind_a_pdf_is_refused_signed_or_not() -> None:
    for made in (files.pdf(), files.pdf(signed=True)):
        assert taken("a.pdf", made + b"\r\n\0\0")
        refused("a.pdf", made + b"PK\x03\x04 and so on")
        refused("a.pdf", made + b"<html>")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:/a.xml", "word\\..\\..\\a.xml"])
def test_a_file_outside_the_archive_is_refused(name: str) -> None:
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(files.zipped({"word/document.xml": "<w:document/>", name: "<x/>"}), Leftovers())


def test_two_files_of_one_name_are_refused() -> None:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as book:
        book.writestr("word/document.xml", "<w:document/>")
        book.writestr("Word/Document.xml", "<w:document/>")
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(saved.getvalue(), Leftovers())


def test_what_unfolds_to_far_more_is_refused_before_it_is_unfolded() -> None:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as book:
        for number in range(9):
            book.writestr(f"word/{number}.xml", bytes(10 * 1024 * 1024))
    assert len(saved.getvalue()) < 200_000
    begins = time.process_time()
    with pytest.raises(TooMuch):
        office.cleaned(saved.getvalue(), Leftovers())
    assert time.process_time() - begins < 1


def packed(parts: dict[str, bytes]) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return saved.getvalue()


def test_what_lies_in_a_document_uses_of_the_same_as_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = packed({"word/document.xml": bytes(8 * 1024 * 1024)})
    within = {f"word/embeddings/{number}.docx": inner for number in range(30)}
    whole = packed({"word/document.xml": b"<w:document/>", **within})
    begins = time.process_time()
    refused("notat.docx", packed({**_parts(files.docx()), **within}), "too_much")
    assert time.process_time() - begins < 2, "it stops where the budget is used up"
    monkeypatch.setattr(budget, "MOST_FILES", 50)
    with pytest.raises(TooMuch):
        office.cleaned(whole, Leftovers())


def test_documents_do_not_lie_in_one_another_without_end() -> None:
    whole = files.zipped({"word/document.xml": "<w:document/>"})
    for _level in range(budget.DEEPEST - 1):
        whole = files.zipped({"word/document.xml": "<w:document/>", "word/embeddings/a.docx": whole})
    left = Leftovers()
    office.cleaned(whole, left)
    assert left == []
    with pytest.raises(TooMuch):
        office.cleaned(files.zipped({"word/embeddings/a.docx": whole}), Leftovers())


def test_the_pictures_of_a_document_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_PIXELS", 60 * 40 * 2)
    two = {f"word/media/{number}.png": files.png() for number in range(2)}
    office.cleaned(files.zipped(two), Leftovers())
    with pytest.raises(TooMuch):
        office.cleaned(files.zipped({**two, "word/media/3.jpg": files.jpeg()}), Leftovers())


def test_no_more_is_unfolded_than_a_file_says_that_it_is() -> None:
    content = bytes(30 * 1024 * 1024)
    whole = packed({"word/media/a": content})
    # Both places where the archive says how long it is, and what it should add up to.
    for said, lied in ((len(content), 10), (zlib.crc32(content), zlib.crc32(bytes(10)))):
        whole = whole.replace(struct.pack("<I", said), struct.pack("<I", lied))
    tracemalloc.start()
    with zipfile.ZipFile(io.BytesIO(office.cleaned(whole, Leftovers()))) as book:
        assert book.read("word/media/a") == bytes(10)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1024 * 1024


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(kind: int) -> None:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", kind) as book:
        book.writestr("word/document.xml", "<w:document/>")
    with pytest.raises(office.UnreadableDocument):
        office.cleaned(saved.getvalue(), Leftovers())


def _parts(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        return {name: book.read(name) for name in book.namelist()}


# What can be run ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"),
        ("word/activeX/activeX1.xml", b"<x/>"),
        ("Basic/Standard/Module1.xml", b"<x/>"),
        ("Scripts/python/a.py", b"print()"),
        ("word/embeddings/oleObject1.bin", b"MZ\x90\x00"),
        ("word/media/bilde.png", b"\x7fELF\x02"),
        ("word/embeddings/a.bin", b"#!/bin/sh"),
        ("word/embeddings/a.bin", b"Rar!\x1a\x07"),
    ],
)
def test_a_document_with_a_program_is_refused(member: str, content: bytes) -> None:
    whole = files.docx(**{member: content})
    refused("notat.docx", whole, "program")
    within = files.docx(**{"word/embeddings/inni.docx": whole})
    refused("notat.docx", within, "program")


@pytest.mark.parametrize("packed", [True, False])
def test_a_pdf_with_a_program_is_refused(packed: bool) -> None:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.plain_pdf())) as pdf:
        pdf.attachments["faktura.pdf"] = b"MZ\x90\x00" + bytes(500)
        pdf.save(saved, compress_streams=packed)
    refused("a.pdf", saved.getvalue(), "program")


def test_a_pdf_starts_nothing_when_it_is_opened() -> None:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.plain_pdf())) as pdf:
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe", Next=pikepdf.Dictionary(S=pikepdf.Name.Launch))
        pdf.Root.OpenAction = launch
        pdf.save(saved)
    with pikepdf.open(io.BytesIO(taken("a.pdf", saved.getvalue()))) as clean:
        assert "/OpenAction" not in clean.Root
        assert b"cmd.exe" not in b"".join(one.unparse() for one in clean.objects)


# What is said in fields -----------------------------------------------------------------------------------------------

FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
COMPLEX = (
    FIELD.format("begin")
    + "<w:r><w:instrText> {} </w:instrText></w:r>"
    + FIELD.format("separate")
    + "<w:r><w:t>{}</w:t></w:r>"
    + FIELD.format("end")
    + "<w:r><w:t>Benk</w:t></w:r>"
)


@pytest.mark.parametrize("asked", ["AUTHOR", "LASTSAVEDBY \\* MERGEFORMAT", "FILENAME \\p", 'DOCPROPERTY "Company"'])
def test_a_field_that_names_somebody_says_nothing_and_what_follows_stays(asked: str) -> None:
    simple = f"<w:fldSimple w:instr='{asked}'><w:r><w:t>{NAME}</w:t></w:r></w:fldSimple><w:r><w:t>Benk</w:t></w:r>"
    simple = simple.replace("'" + asked + "'", '"' + asked.replace('"', "&quot;") + '"')
    for given in (simple, COMPLEX.format(asked, NAME)):
        clean = office.cleaned(files.zipped({"word/header1.xml": files.part(given)}), Leftovers())
        with zipfile.ZipFile(io.BytesIO(clean)) as book:
            said = book.read("word/header1.xml").decode()
        assert NAME not in said
        assert "Benk" in said


@pytest.mark.parametrize("asked", ["DATE", "HYPERLINK x", "REF _Ref1", "AUTHORITIES"])
def test_other_fields_keep_their_words(asked: str) -> None:
    given = COMPLEX.format(asked, "3. desember")
    clean = office.cleaned(files.zipped({"word/document.xml": files.part(given)}), Leftovers())
    with zipfile.ZipFile(io.BytesIO(clean)) as book:
        assert "3. desember" in book.read("word/document.xml").decode()


def test_a_cover_page_tells_of_nobody() -> None:
    bound = (
        '<w:sdt><w:sdtPr><w:alias w:val="Author"/><w:dataBinding w:xpath="/ns0:coreProperties[1]/ns1:creator[1]"/>'
        f"</w:sdtPr><w:sdtContent><w:r><w:t>{NAME}</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>Benk</w:t></w:r>"
    )
    asked = (
        '<CoverPageProperties xmlns="http://schemas.microsoft.com/office/2006/coverPageProps">'
        f"<CompanyEmail>{NAME}</CompanyEmail></CoverPageProperties>"
    )
    clean = office.cleaned(
        files.zipped({"word/document.xml": files.part(bound), "customXml/item1.xml": asked}), Leftovers()
    )
    with zipfile.ZipFile(io.BytesIO(clean)) as book:
        assert NAME.encode() not in book.read("word/document.xml") + book.read("customXml/item1.xml")
        assert b"Benk" in book.read("word/document.xml")


def test_the_fields_of_an_open_document_name_nobody() -> None:
    fields = ("author-name", "author-initials", "initial-creator", "printed-by", "sender-firstname", "sender-email")
    given = "".join(f"<text:{field}>{NAME}</text:{field}>" for field in fields) + "<text:p>Benk</text:p>"
    clean = office.cleaned(files.zipped({"content.xml": files.part(given)}), Leftovers())
    with zipfile.ZipFile(io.BytesIO(clean)) as book:
        said = book.read("content.xml")
    assert NAME.encode() not in said
    assert b"Benk" in said


# Pictures -------------------------------------------------------------------------------------------------------------


def profile() -> bytes:
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Another tag, of somebody's own, at the end; and a name where nothing is asked for.
    count = struct.unpack_from(">I", made, 128)[0]
    moved = 12
    table = bytearray(made[132 : 132 + 12 * count])
    for number in range(count):
        at = struct.unpack_from(">I", table, 12 * number + 4)[0]
        struct.pack_into(">I", table, 12 * number + 4, at + moved)
    words = b"text" + bytes(4) + NAME.encode() + b"\0"
    end = len(made) + moved
    table += struct.pack(">4sII", b"priv", end, len(words))
    whole = bytes(made[:128]) + struct.pack(">I", count + 1) + bytes(table) + bytes(made[132 + 12 * count :]) + words
    return struct.pack(">I", len(whole)) + whole[4:]


def test_a_colour_profile_tells_of_colours_alone() -> None:
    given = profile()
    clean = colour_profiles.cleaned(given)
    assert NAME.encode() not in clean
    assert colour_profiles.cleaned(clean) == clean
    # It is one still, and gives the same colours.
    source = Image.effect_noise((32, 32), 90).convert("RGB")
    lab = ImageCms.createProfile("LAB")
    shown = [
        ImageCms.profileToProfile(source, ImageCms.ImageCmsProfile(io.BytesIO(each)), lab, outputMode="LAB").tobytes()
        for each in (given, clean)
    ]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("junk", [b"", b"x" * 20, NAME.encode() * 50, profile()[:200], b"\xff" * 400])
def test_what_is_no_profile_goes(junk: bytes) -> None:
    assert colour_profiles.cleaned(junk) == b""


def test_a_jpeg_keeps_its_colours_and_nothing_beside() -> None:
    small = b"JFIF\0\1\1\0\0\1\0\1\1\1" + b"abc" + NAME.encode()
    own = b"JFXX\0\x10" + NAME.encode()
    adobe = b"Adobe\0\x64\0\0\0\0\1" + NAME.encode()
    plain = io.BytesIO()
    Image.effect_noise((60, 40), 80).convert("RGB").save(plain, "JPEG", icc_profile=profile())
    made = plain.getvalue()
    segments = b"".join(
        b"\xff" + marker + struct.pack(">H", len(words) + 2) + words
        for marker, words in ((b"\xe0", small), (b"\xe0", own), (b"\xee", adobe))
    )
    given = made[:2] + segments + made[20:]
    clean = pictures.cleaned(given)
    assert NAME.encode() not in clean
    assert pictures.cleaned(clean) == clean
    with Image.open(io.BytesIO(clean)) as shown, Image.open(io.BytesIO(given)) as before:
        assert shown.tobytes() == before.tobytes()
        assert shown.info["icc_profile"] == colour_profiles.cleaned(profile())


def test_a_png_keeps_its_colours_and_nothing_beside() -> None:
    saved = io.BytesIO()
    Image.effect_noise((60, 40), 80).convert("RGB").save(saved, "PNG", icc_profile=profile())
    with Image.open(io.BytesIO(pictures.cleaned(saved.getvalue()))) as shown:
        assert shown.info["icc_profile"] == colour_profiles.cleaned(profile())


# The antivirus --------------------------------------------------------------------------------------------------------

VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


@pytest.fixture
def clamd(tmp_path: Path, settings: object) -> Iterator[list[bytes]]:
    """An antivirus that answers as clamd does, and what it has been sent."""
    seen: list[bytes] = []
    place = str(tmp_path / "clamd.ctl")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(place)
    server.listen()

    def read(line: socket.socket, length: int) -> bytes:
        got = b""
        while len(got) < length and (piece := line.recv(length - len(got))):
            got += piece
        return got

    def serve() -> None:
        while True:
            try:
                line, _who = server.accept()
            except OSError:
                return
            with line:
                command = b""
                while not command.endswith(b"\0"):
                    command += line.recv(1)
                if command == b"zPING\0":
                    line.sendall(b"PONG\0")
                    continue
                whole = b""
                while length := struct.unpack(">I", read(line, 4))[0]:
                    whole += read(line, length)
                seen.append(whole)
                line.sendall(b"stream: Eicar-Signature FOUND\0" if VIRUS in whole else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    settings.CLAMD_ADDRESS = f"unix:{place}"
    yield seen
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def test_the_antivirus_sees_every_file_as_it_came(clamd: list[bytes]) -> None:
    whole = files.docx()
    assert taken("notat.docx", whole)
    assert clamd == [whole]
    assert antivirus.antivirus().well
    refused("notat.docx", files.docx(**{"word/embeddings/a.bin": VIRUS}), "virus")


def test_an_antivirus_that_does_not_answer_lets_nothing_in(tmp_path: Path, settings: object) -> None:
    settings.CLAMD_ADDRESS = f"unix:{tmp_path}/nobody"
    refused("notat.docx", files.docx(), "unchecked")
    with pytest.raises(OSError, match="No such file"):
        antivirus.antivirus()


def test_without_one_nothing_is_asked(settings: object) -> None:
    settings.CLAMD_ADDRESS = ""
    assert taken("notat.docx", files.docx())
    assert antivirus.antivirus().well
