"""Files in a case: what they are is looked at, and what they are called stays usable."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from forum.cases.services import cases
from tests.factories.organisation import Municipality

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.mark.parametrize("name", ["pdf", "skisse.pdf.exe", "skisse", "skisse.PDF.png"])
def test_a_file_without_the_ending_of_its_kind_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        cases.sniff(SimpleUploadedFile(name, PDF))


def test_a_very_long_name_keeps_its_ending(town: Municipality, settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings take any name
    case = cases.open_case(title="Skisser", actor=town.employee())
    upload = SimpleUploadedFile("å" * 240 + ".pdf", PDF)
    document = cases.add_document(case, upload=upload, actor=town.employee())
    assert len(document.title) <= 200
    assert document.title.endswith(".pdf")
