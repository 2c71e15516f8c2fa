"""Which runs of ``make test ARGS=...`` are shared among workers."""

import pytest

from dev.test import workers


@pytest.mark.parametrize(
    ("arguments", "shared"),
    [
        (["tests/lmu"], True),
        (["tests/forum/meetings", "-k", "votes"], True),
        (["tests/lmu/test_pages.py"], False),
        (["tests/lmu", "-n", "0"], False),
        (["tests/lmu", "--pdb"], False),
        (["-k", "votes"], False),
    ],
)
def test_a_room_is_shared_a_file_is_not(arguments: list[str], shared: bool) -> None:
    assert bool(workers(arguments)) is shared
