"""Starting other programs so that none of them is left behind, whatever ends this one.

Every program is started in a session of its own: Ctrl-C in the terminal reaches only us, and we stop them
in order. The kernel tells them when we are killed, and what they leave when they end is handed to us and
ended too (both on Linux).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from dev.server_account import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
POLL = 0.1  # seconds between looks at whether we are asked to stop


class Stopped(Exception):
    """Somebody asked this program to stop (Ctrl-C, SIGTERM or a closed terminal)."""


class Supervisor:
    """Starts programs, waits for them, and ends them all when the block ends.

    Use as a context manager, in the main thread. ``asked`` is the number of times we were asked to stop.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started with nohup
            signal.signal(number, self._ask)
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans below us become our children
            if "MAKELEVEL" in os.environ:
                libc.prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG: make itself was killed
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            self.stop(process)
        end_children()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def check(self) -> None:
        """Raise Stopped where we were asked to stop."""
        if self.asked:
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Sleep, but not past being asked to stop; then raises Stopped."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.check()
            time.sleep(min(POLL, left))
        self.check()

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], *, output: int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program in the checkout; it is ended with the block, last started first."""
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        self._running.append(process)
        return process

    def run(self, command: Sequence[str], environment: Mapping[str, str], *, output: int | None = None) -> int:
        """Run a program to its end and return its exit code; raises Stopped where we are asked to stop
        meanwhile."""
        self.check()
        process = self.start(command, environment, output=output)
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(POLL)
            if self.asked:
                self.stop(process, first=signal.SIGINT)
                raise Stopped

    def stop(
        self,
        process: subprocess.Popen[bytes],
        *,
        first: signal.Signals = signal.SIGTERM,
        patience: float = 20.0,
    ) -> None:
        """End a program: ask, and after ``patience`` seconds (or when we are asked again) end its whole
        session."""
        if process in self._running:
            self._running.remove(process)
        already = self.asked
        if process.poll() is None:
            process.send_signal(first)
            deadline = time.monotonic() + patience
            while process.poll() is None and time.monotonic() < deadline and self.asked <= already:
                time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # the session's leader, or what it left in its group
        process.wait()


def end_children(patience: float = 5.0) -> None:
    """End every process still below this one, such as a browser whose driver has died (Linux)."""
    deadline = time.monotonic() + patience
    while remaining := list(_children()):
        number = signal.SIGTERM if time.monotonic() < deadline - patience / 2 else signal.SIGKILL
        for pid in remaining:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if time.monotonic() > deadline:
            return
        time.sleep(0.05)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _children() -> Iterator[int]:
    with contextlib.suppress(OSError):
        yield from map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
