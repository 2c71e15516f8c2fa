"""The key of a draft stands in addresses; it is nobody's way in."""

import pytest
from django.core.cache import cache
from django.test import Client

from proposals.models import ProposalDraft
from tests.proposals.asking import page, png
from tests.proposals.citizens import TITLE
from tests.proposals.drafts.test_drafts import HERE, KEY, write


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def test_the_key_of_a_draft_opens_it_to_nobody(town):
    """It stands in the address of "Change something": in a log, a history. Whoever reads it there has nothing."""
    writer, other = Client(), Client()
    writer.get("/forslag/ny/")
    write(writer, png("skisse.png"))
    draft = ProposalDraft.objects.get()
    assert TITLE not in page(other, f"/forslag/ny/?submission_key={KEY}")
    # A form sent under it is a draft of its own: nobody's words are replaced, and no file is seen.
    write(other, title="Noe helt annet enn benker")
    assert "skisse.png" not in page(other, HERE)
    assert TITLE not in page(other, HERE)
    draft.refresh_from_db()
    assert (draft.title, draft.files.count()) == (TITLE, 1)
    assert ProposalDraft.objects.count() == 2
    # The writer's browser keeps on with it, also where the first answer never came, and its session with it.
    late = Client()
    late.cookies["csrftoken"] = writer.cookies["csrftoken"].value
    write(late, title="Benk ved brua, og ei søppelkasse")
    draft.refresh_from_db()
    assert draft.title == "Benk ved brua, og ei søppelkasse"
    assert ProposalDraft.objects.count() == 2
