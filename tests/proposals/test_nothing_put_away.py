"""What somebody without an account has written is on no page that the browser, or anything on the way, may keep."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.architecture.test_urls import walk
from tests.proposals.citizens import TITLE, idea
from tests.proposals.drafts.test_drafts import HERE, KEY, confirm, press, sign_in, sign_up, write

NEW = "/forslag/ny/"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def kept_nowhere(answer: Any) -> bool:
    said = {word.strip() for word in answer.headers.get("Cache-Control", "").split(",")}
    return {"private", "no-store"} <= said


def test_no_page_that_shows_an_unsent_draft_is_put_away(town: Any) -> None:
    """The wrong side: the form, opened again by its key, and the look before it is sent, could be kept by the browser
    and shown to the next at the same machine."""
    client = Client()
    assert kept_nowhere(write(client))
    shown = set()
    addresses = {f"{NEW}?submission_key={KEY}"}
    for name, _pattern, _access in walk():
        try:
            addresses.add(reverse(name))
        except NoReverseMatch:
            continue
    for address in sorted(addresses):
        answer = client.get(address)
        if not answer.streaming and (TITLE in answer.content.decode(errors="replace") or KEY in str(answer.content)):
            shown.add(address)
            assert kept_nowhere(answer), address
    assert {f"{NEW}?submission_key={KEY}", HERE} <= shown
    assert len(addresses) > 40


@pytest.mark.parametrize(
    ("go", "changed", "code"), [("look", {}, 200), ("edit", {}, 200), ("look", {"title": ""}, 422)]
)
def test_nor_is_what_is_written_before_it_is_kept(town: Any, go: str, changed: dict[str, str], code: int) -> None:
    answer = Client().post(NEW, idea() | {"go": go, "submission_key": KEY} | changed, follow=True)
    assert answer.status_code == code
    assert idea()["what"] in answer.content.decode()
    assert kept_nowhere(answer)


def test_nor_the_receipt_or_what_was_kept_when_it_is_sent(town: Any) -> None:
    client = Client()
    write(client)
    sign_up(client)
    confirm()
    sign_in(client)
    receipt = press(client)
    assert kept_nowhere(receipt)
    assert kept_nowhere(client.get(receipt.url))
    client.logout()
    assert kept_nowhere(client.get(HERE))
