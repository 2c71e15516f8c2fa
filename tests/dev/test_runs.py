"""Runs of ``make test``: which are shared among workers, and that one leaves another's folder alone."""

import os
from pathlib import Path

import pytest

from dev import test as runs
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


def test_two_at_once_leave_each_other_alone_and_a_killed_ones_folder_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    killed = tmp_path / "killed"
    killed.mkdir()
    (killed / "lock").touch()
    with runs.run_folder() as first:
        for folder in (killed, first):
            os.utime(folder, (0, 0))
        with runs.run_folder() as second:
            assert first.is_dir()
            assert not killed.exists()
        assert not second.exists()
    assert list(tmp_path.iterdir()) == []
