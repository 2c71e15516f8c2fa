"""House rule 9: no string without its translation, none that has lost a word to fill in."""

import pytest

from dev import messages


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    assert messages.check(language) == []
