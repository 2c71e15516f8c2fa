"""Every file that is sent in is looked at by the antivirus before anything reads it, and named in one form."""

from collections.abc import Callable

import puremagic
import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forum.council import list_import
from forum.council.forms import ListForm
from forum.organisation.forms.people_import import PeopleFileForm
from forum.organisation.models import Logo
from tests.factories import files
from tests.factories.organisation import Municipality as Town
from trepart.uploads import antivirus, door

VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> list[bytes]:
    """What the antivirus has been sent."""
    seen: list[bytes] = []

    def look(content: bytes) -> str:
        seen.append(content)
        return "Eicar-Signature" if VIRUS in content else ""

    settings.CLAMD_ADDRESS = "unix:/nobody"
    monkeypatch.setattr(antivirus, "look", look)
    return seen


def people(sent: SimpleUploadedFile) -> list[str]:
    form = PeopleFileForm({}, {"file": sent})
    return [] if form.is_valid() else form.errors["file"]


def council_list(sent: SimpleUploadedFile) -> list[str]:
    form = ListForm({}, {"file": sent}, councils=[])
    form.is_valid()
    return list(form.errors.get("file", []))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("read", "well"),
    [(people, b"Kari;kari@skole.example\n"), (council_list, b"Saksnr;Tittel\n1/26;Skolebruk\n")],
)
def test_lists_are_looked_at(read: Callable[[SimpleUploadedFile], list[str]], well: bytes, asked: list[bytes]) -> None:
    assert read(SimpleUploadedFile("folk\u202e.csv", well)) == []
    assert asked == [well]
    (said,) = read(SimpleUploadedFile("folk\u202e.csv", well + VIRUS))
    assert "folk.csv" in said


def test_a_list_that_is_too_long_is_not_read_to_its_end(asked: list[bytes]) -> None:
    sent = SimpleUploadedFile("liste.csv", b"x" * (list_import.MOST_BYTES * 2))
    assert len(door.looked_at(sent, list_import.MOST_BYTES)) == list_import.MOST_BYTES + 1
    assert asked == []


def test_a_coat_of_arms_is_looked_at(town: Town, asked: list[bytes]) -> None:
    administrator, address = Client(), reverse("forum:municipality_logo")
    administrator.force_login(town.administrator)
    refused = administrator.post(address, {"logo": SimpleUploadedFile("v.png", files.png() + VIRUS)})
    assert refused.status_code == 422
    assert not Logo.objects.exists()
    assert administrator.post(address, {"logo": SimpleUploadedFile("v.png", files.png())}).status_code == 302
    assert Logo.objects.exists()
    assert len(asked) == 2


def test_nothing_reads_a_file_before_the_antivirus(asked: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_said: object) -> None:
        raise AssertionError

    monkeypatch.setattr(puremagic, "magic_string", never)
    with pytest.raises(ValidationError) as refused:
        door.taken_in(files.upload("notat.docx", files.docx(**{"word/a.xml": VIRUS})))
    assert (refused.value.code, len(asked)) == ("virus", 1)


@pytest.mark.parametrize("name", ["A\u030a\u202ersplan\u200b .pdf", " A\u00ad\u030arsplan  .pdf"])
def test_a_file_has_a_name_in_one_form(name: str) -> None:
    assert door.taken_in(files.upload(name, files.PDF)).name == "Årsplan .pdf"
    for content in (b"x", b"%PDF-1.7\n%%EOF", b"PK\x03\x04"):
        with pytest.raises(ValidationError) as refused:
            door.taken_in(files.upload(name, content))
        assert "Årsplan .pdf" in str(refused.value.messages)
        assert "\u202e" not in str(refused.value.messages)
