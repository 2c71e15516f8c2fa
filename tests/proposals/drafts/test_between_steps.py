"""Between the steps of sending in: Back opens the step before, and a file that was chosen is kept or asked for anew."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from proposals.models import Proposal
from tests.proposals.asking import as_, page, png
from tests.proposals.citizens import TITLE, citizen, idea
from tests.proposals.drafts.test_drafts import HERE, KEY, write

pytestmark = pytest.mark.django_db
NEW = "/forslag/ny/"
LOOK = f"{NEW}?submission_key={KEY}&se-over=1"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def press(client: Client, go: str, *files: Any, **changes: Any) -> Any:
    return client.post(NEW, idea(**changes) | {"go": go, "submission_key": KEY, "attachments": list(files)})


@pytest.mark.parametrize("known", [False, True])
def test_a_chosen_file_comes_along_where_something_is_changed(town: Any, known: bool) -> None:
    """It was gone without a word, and the proposal was sent without it."""
    client = as_(citizen()) if known else Client()
    assert press(client, "look").url == LOOK
    back = client.get(press(client, "edit", png("benken.png")).url)
    assert "benken.png" in back.content.decode()
    looked = client.get(press(client, "look", title="En annen tittel").url)
    assert [file.name for file in looked.context["files"]] == ["benken.png"]
    assert "En annen tittel" in looked.content.decode()
    sent = write(client)
    if known:
        assert Proposal.objects.get().case.documents.count() == 1
    else:
        assert (sent.url, "benken.png" in page(client, HERE)) == (HERE, True)


@pytest.mark.parametrize("known", [False, True])
def test_a_file_that_does_not_come_along_is_named(town: Any, known: bool, settings: Any) -> None:
    client = as_(citizen()) if known else Client()
    bad = SimpleUploadedFile("virus.exe", b"MZ", content_type="application/octet-stream")
    back = client.get(press(client, "edit", bad, png("benken.png")).url).content.decode()
    assert "kom ikke med" in back
    assert "virus.exe" in back
    assert TITLE in back


def test_back_opens_the_step_before_with_what_was_written(town: Any) -> None:
    """The browser said that it could not show the page."""
    client = Client()
    assert press(client, "look").url == LOOK
    # Not on the plain form: the next one at this computer begins with an empty page.
    assert TITLE not in page(client, NEW)
    assert write(client, show_name="on").url == HERE
    again = client.get(LOOK)
    assert TITLE in again.content.decode()
    assert again.context["form"]["show_name"].value()
    assert TITLE in page(client, f"{NEW}?submission_key={KEY}")
    assert TITLE not in page(Client(), LOOK)


def test_back_from_the_receipt_leads_to_the_receipt(town: Any) -> None:
    client = as_(citizen())
    press(client, "look")
    receipt = write(client).url
    assert client.get(LOOK).url == receipt
    assert TITLE not in page(as_(citizen("Eva Bø")), LOOK)


def test_what_is_refused_has_an_address_with_the_words_too(town: Any) -> None:
    client = Client()
    refused = press(client, "look", title="")
    assert refused.status_code == 422
    assert f'data-answers="{refused.context["opened_at"]}"' in refused.content.decode()
    assert idea()["what"] in page(client, refused.context["opened_at"])


def test_where_nothing_is_kept_the_page_is_the_answer(town: Any, settings: Any) -> None:
    settings.SESSIONS_MAX_BYTES = 0
    answer = press(Client(), "look")
    assert answer.status_code == 200
    assert TITLE in answer.content.decode()
