"""What the tests of the trail lean on."""

from collections.abc import Callable
from types import ModuleType

import pytest

from tests.errands.fixtures import errand, errands
from tests.errands.models import Errand
from trepart.audit.models import Event, SealEntry
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import verify

__all__ = ["errand", "errands"]

Make = Callable[..., Errand]


@pytest.fixture
def trail(errand: Make, errands: ModuleType) -> list[int]:
    """A trail in three seals with some events still waiting; gives the ids in the order of the chain."""
    errand("done")
    half = Event.objects.count() // 2
    seal_events(limit=half)
    seal_events()
    errand("done")
    seal_events()
    errand("running")
    assert verify() == []
    return list(SealEntry.objects.order_by("seal_id", "position").values_list("event_id", flat=True))
