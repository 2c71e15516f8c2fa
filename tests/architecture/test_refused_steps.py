"""Every step that is refused answers with what was typed: nobody writes it a second time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.architecture.test_writing_forms import _Areas, _pages
from tests.factories.organisation import Municipality, municipality
from trepart import audit
from trepart.audit import recording
from trepart.refusals import WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    """Fjellvik."""
    return municipality()


@contextmanager
def _too_late(*_args: Any, **_named: Any) -> Iterator[None]:
    """Refuse, as a step does that has come too late."""
    raise WrongState("For seint.")
    yield


def _written_too_late(*_args: Any, **_named: Any) -> None:
    raise WrongState("For seint.")


def test_a_step_that_comes_too_late_gives_back_what_was_typed(town: Municipality, monkeypatch: Any) -> None:
    """Each form with a text area is sent as its page had it, and refused: from a page that is old, and at the writing
    itself."""
    lost, tried = set(), 0
    for name, url, client in _pages(town):
        answer = client.get(url)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = _Areas()
        page.feed(answer.content.decode())
        for number, (hidden, areas, action) in enumerate(page.found):
            said = {area: f"Skrevet {number} med flere ord {place}" for place, area in enumerate(areas)}
            old = {mark: "1" for mark in hidden if mark == "seen" or mark.endswith("-seen")}
            where = action or answer.request["PATH_INFO"]
            for sent in ({**hidden, **said, **old}, {**hidden, **said}):
                with monkeypatch.context() as patch, transaction.atomic():
                    patch.setattr(audit, "recorded", _too_late)
                    patch.setattr(recording, "recorded", _too_late)
                    patch.setattr(recording, "write", _written_too_late)
                    try:
                        refused = client.post(where, sent, follow=True)
                    except WrongState:
                        continue  # a form of one's own, which nothing can come before
                    finally:
                        transaction.set_rollback(True)
                shown = refused.content.decode()
                told = [str(one) for one in (refused.context or {}).get("messages", [])]
                lost |= {
                    f"{name} {area} {refused.status_code} {told}" for area, text in said.items() if text not in shown
                }
                tried += len(areas)
    assert not lost, "\n".join(sorted(lost))
    assert tried > 60, tried
