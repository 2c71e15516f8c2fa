"""Follow-up is tested in bokmål."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _bokmal() -> Iterator[None]:
    with translation.override("nb"):
        yield
