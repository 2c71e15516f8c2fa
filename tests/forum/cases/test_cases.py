"""Files in a case: called by what they are, and never as their sender calls them."""

from pathlib import PurePath
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from forum.cases.models import Document
from forum.cases.services import cases
from tests.factories import files
from tests.factories.files import NAME, PDF, upload
from tests.factories.organisation import Municipality
from trepart.uploads.leftovers import Leftover

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_title_that_is_too_long_is_refused_and_not_cut(town: Municipality) -> None:
    case = cases.open_case(title="Skisser", actor=town.employee())
    with pytest.raises(ValidationError, match="200"):
        cases.add_document(case, upload=upload("a.pdf", PDF), title="å" * 240 + ".pdf", actor=town.employee())
    assert not case.documents.exists()


def test_nothing_of_what_is_stored_says_who_sent_it(town: Municipality) -> None:
    case = cases.open_case(title="Skisser", actor=town.employee())
    sent = {
        "IMG_Kari_Testesen.jpg": files.jpeg(),
        "Kari Testesens notat.docx": files.docx(),
        "Kari.xlsx": files.xlsx(),
        "signert av Kari.pdf": files.pdf(signed=True),
    }
    with translation.override("en"):
        for name, content in sent.items():
            cases.add_document(case, upload=upload(name, content), actor=town.employee())
    found = list(case.documents.all())
    assert [document.title for document in found] == [
        "Bilde 1.jpg",
        "Dokument 2.docx",
        "Regneark 3.xlsx",
        "Dokument 4.pdf",
    ]
    assert [document.file_name for document in found] == [document.title for document in found]
    for document in found:
        assert "Kari" not in PurePath(document.file.name).name
    assert NAME.encode() not in found[0].file.read()
    assert [document.left for document in found] == [[], [], [], [Leftover.SIGNED]]
    assert found[3].left_words == [str(Leftover.SIGNED.label)]
    assert "Kari" not in str(list(Document.history.values("title", "file")))


def test_what_is_taken_out_has_the_ending_of_what_it_is(town: Municipality) -> None:
    case = cases.open_case(title="Skisser", actor=town.employee())
    document = cases.add_document(case, upload=upload("x.png", files.png()), title="Kart", actor=town.employee())
    assert (document.title, document.file_name) == ("Kart", "Kart.png")
