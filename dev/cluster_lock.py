"""Who runs the cluster of a folder: a lock, and what it tells the others."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict

from dev.server_account import PostgresError


class Holder(TypedDict, total=False):
    """What the program that runs the cluster tells the others: its number, where the socket is, whether it answers."""

    pid: int
    socket: str
    ready: bool


class ClusterInUse(PostgresError):
    """Another program runs a server on the same folder right now."""


def read_lock(folder: Path) -> Holder:
    """What the program that holds (or last held) the folder wrote into its lock."""
    try:
        content: Holder | None = json.loads((folder / "lock").read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[Callable[[Holder], None]]:
    """Hold the folder's lock; yields a function that writes what others may know."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = read_lock(folder).get("pid", "unknown")
            raise ClusterInUse(
                f"The database folder {folder} is in use by another program (process {who}). "
                "Stop that one first, for example with Ctrl-C where it runs."
            ) from None

        def write(content: Holder) -> None:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(content).encode(), 0)

        yield write
    finally:
        os.close(descriptor)


def is_in_use(folder: Path) -> bool:
    """Whether a program runs a server on the folder right now."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
