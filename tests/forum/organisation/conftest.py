"""What the tests of the organisation share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture
def in_english(settings: Any) -> Iterator[None]:
    """Read the pages in the language of the code, whatever the catalogues say."""
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = [("en", "English")]
    with translation.override("en"):
        yield
