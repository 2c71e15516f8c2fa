"""What files tell besides what can be read in them is taken out before they are stored; what cannot be is said."""

import io
import zipfile

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from tests.factories import files
from tests.factories.files import NAME, SEEN, upload
from trepart.uploads import budget, colour_profiles, door, leftovers, office, pdf_files, pictures
from trepart.uploads.leftovers import Leftover, Leftovers


def everything(content: bytes) -> bytes:
    """Return every byte of a file, unpacked: those of a zip, and the streams of a PDF."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            inside = [everything(book.read(member)) for member in book.infolist()]
            return book.comment + b"".join(inside) + "".join(book.namelist()).encode()
    if content[:4] == b"%PDF":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            streams = [one.read_raw_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
            return (
                content + b"".join(streams) + repr([dict(one) for one in pdf.objects if _is_dictionary(one)]).encode()
            )
    return content


def _is_dictionary(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary)


SENT = {
    "IMG_Kari_Testesen.jpg": files.jpeg,
    "bilde.jpeg": lambda: files.jpeg(progressive=True),
    "skjerm.png": files.png,
    "notat.pdf": files.pdf,
    "notat.docx": files.docx,
    "tall.xlsx": files.xlsx,
    "notat.odt": files.odt,
}


@pytest.mark.parametrize("name", SENT)
def test_nothing_of_who_made_it_is_left(name: str) -> None:
    content = SENT[name]()
    assert NAME.encode() in everything(content)
    taken = door.taken_in(upload(name, content))
    clean = taken.read()
    assert NAME.encode() not in everything(clean)
    assert taken.left == []
    assert door.taken_in(upload(name, clean)).read() == clean, "cleaning what is clean changes nothing"
    if name.endswith(("docx", "xlsx", "odt")):
        assert SEEN.encode() in everything(clean), "what can be read is as it was"


def test_the_file_is_read_once_however_often_it_is_asked_for() -> None:
    sent = upload("a.jpg", files.jpeg())
    first = door.taken_in(sent)
    assert door.taken_in(sent) is first
    assert door.taken_in(first) is first
    assert first.read() != b""


class TestPictures:
    def test_a_jpeg_is_as_sharp_as_it_was_and_the_same_way_up(self) -> None:
        content = files.jpeg()
        clean = pictures.cleaned(content)
        with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(clean)) as after:
            assert before.tobytes() == after.tobytes()
            assert dict(after.getexif()) == {0x0112: 6}

    def test_colours_are_kept(self) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        clean = pictures.cleaned(files.jpeg(icc_profile=profile))
        with Image.open(io.BytesIO(clean)) as after:
            assert after.info["icc_profile"] == colour_profiles.cleaned(profile) != b""

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xe1\xff\xff",
            files.jpeg()[:400],
            b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
            files.png()[:200],
        ],
    )
    def test_what_is_no_picture_is_refused(self, content: bytes) -> None:
        with pytest.raises(pictures.UnreadablePicture):
            pictures.cleaned(content)

    def test_a_small_file_does_not_unfold_to_a_huge_picture(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
        with pytest.raises(pictures.UnreadablePicture):
            pictures.cleaned(files.png())

    def test_heic_is_refused_with_a_clear_word_where_it_cannot_be_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "CAN_READ_HEIC", False)
        with pytest.raises(ValidationError) as refused:
            door.taken_in(upload("IMG_1.HEIC", b"\0\0\0\x1cftypheic" + b"\0" * 40))
        assert refused.value.code == "heic"
        assert "JPEG" in str(refused.value)

    def test_heic_becomes_jpeg(self) -> None:
        sent = io.BytesIO()
        if pictures.CAN_READ_HEIC:
            files.picture().save(sent, "HEIF", exif=files.exif())
            taken = door.taken_in(upload("IMG_Kari.HEIC", sent.getvalue()))
            clean = taken.read()
            assert (taken.media_type, taken.name) == ("image/jpeg", "IMG_Kari.jpg")
            assert clean[:2] == b"\xff\xd8"
            assert NAME.encode() not in clean
        else:
            assert not {".heic", ".heif"} & set(door.ENDINGS), "a telephone that is not told of it sends a JPEG"


class TestPdf:
    def test_the_pages_and_the_kind_are_kept(self) -> None:
        left = Leftovers()
        with pikepdf.open(io.BytesIO(pdf_files.cleaned(files.pdf(), left))) as pdf:
            assert len(pdf.pages) == 1
            assert "/Info" not in pdf.trailer
            remark, field = pdf.pages[0].Annots
            assert (str(remark.Contents), "/T" in remark, str(field.T)) == (SEEN, False, "felt")
            with pdf.open_metadata(set_pikepdf_as_editor=False) as told:
                assert dict(told) == {"{http://www.aiim.org/pdfa/ns/id/}part": "2"}
            with Image.open(io.BytesIO(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes())) as photo:
                assert photo.size == (60, 40)

    def test_a_signed_one_stays_as_it_was_and_that_is_said(self) -> None:
        content = files.pdf(signed=True)
        taken = door.taken_in(upload("avtale.pdf", content))
        assert (taken.read(), taken.left) == (content, [Leftover.SIGNED])
        assert leftovers.words(taken.left) == [Leftover.SIGNED.label]

    def test_files_inside_are_said(self) -> None:
        assert door.taken_in(upload("a.pdf", files.pdf(enclosed=True))).left == [Leftover.ENCLOSED]

    def test_one_with_a_password_is_refused(self) -> None:
        saved = io.BytesIO()
        with pikepdf.open(io.BytesIO(files.pdf())) as pdf:
            pdf.save(saved, encryption=pikepdf.Encryption(owner="a", user="b"))
        with pytest.raises(ValidationError) as refused:
            door.taken_in(upload("a.pdf", saved.getvalue()))
        assert refused.value.code == "unreadable"

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n", b"%PDF-1.4", b""])
    def test_a_broken_one_is_refused(self, content: bytes) -> None:
        with pytest.raises(pdf_files.UnreadablePdf):
            pdf_files.cleaned(content, Leftovers())


class TestOffice:
    def test_what_lies_inside_and_cannot_be_opened_is_said(self) -> None:
        more = {"word/embeddings/ole1.bin": b"x", "word/media/image2.jpg": b"no picture", "word/media/a.tiff": b"x"}
        taken = door.taken_in(upload("a.docx", files.docx(**more)))
        assert sorted(taken.left) == sorted([Leftover.ENCLOSED, Leftover.PICTURE])

    def test_a_document_in_a_document_is_cleaned_too(self) -> None:
        taken = door.taken_in(upload("a.docx", files.docx(**{"word/embeddings/tall.xlsx": files.xlsx()})))
        assert NAME.encode() not in everything(taken.read())
        assert taken.left == []

    def test_tables_keep_their_names(self) -> None:
        clean = office.cleaned(files.xlsx(), Leftovers())
        with zipfile.ZipFile(io.BytesIO(clean)) as book:
            assert b'displayName="Tabell1"' in book.read("xl/tables/table1.xml")

    def test_a_bomb_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(budget, "MOST_BYTES", 1000)
        with pytest.raises(budget.TooMuch):
            office.cleaned(files.docx(), Leftovers())
        monkeypatch.setattr(budget, "MOST_FILES", 2)
        with pytest.raises(budget.TooMuch):
            office.cleaned(files.odt(), Leftovers())

    def test_the_mime_type_of_an_open_document_is_first_and_not_packed(self) -> None:
        with zipfile.ZipFile(io.BytesIO(office.cleaned(files.odt(), Leftovers()))) as book:
            first = book.infolist()[0]
            assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


@pytest.mark.parametrize("name", ["pdf", "skisse.pdf.exe", "skisse", "skisse.PDF.png"])
def test_a_file_without_the_ending_of_its_kind_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        door.taken_in(upload(name, files.PDF))
