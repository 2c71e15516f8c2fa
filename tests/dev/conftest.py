"""What the tests of the tools share: a cluster's folder that is short enough for a socket, and signs of life."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.cluster import running_cluster
from dev.postgres import ROOT


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot be tried here at all: acting as another user takes root, and that other user
    must reach the checkout."""
    closed = not all(folder.stat().st_mode & 0o001 for folder in (ROOT, *ROOT.parents))
    cannot = {"root": os.geteuid() != 0, "open_checkout": closed}
    out = [item for item in items if any(cannot[mark.name] for mark in item.iter_markers() if mark.name in cannot)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture
def new_folder() -> Iterator[Path]:
    """Where a cluster can be made, below a folder that is closed to everybody else."""
    above = Path(tempfile.mkdtemp(prefix="tp-"))
    yield above / "pg"
    shutil.rmtree(above)


@pytest.fixture(scope="session")
def made_cluster() -> Iterator[Path]:
    """A cluster that has been made and stopped, to copy: making one is what takes time."""
    above = Path(tempfile.mkdtemp(prefix="tp-"))
    with running_cluster(above / "pg", durable=False):
        pass
    yield above / "pg"
    shutil.rmtree(above)


@pytest.fixture
def folder(new_folder: Path, made_cluster: Path) -> Path:
    """A cluster that does not run, with an empty database trepart."""
    shutil.copytree(made_cluster / "data", new_folder / "data")
    return new_folder


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that has ended and was not yet collected does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether the condition comes true within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def processes_mentioning(text: str) -> list[str]:
    """The command lines of the running processes that hold this text."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if text in line:
                found.append(line)
    return found
