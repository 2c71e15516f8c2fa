"""One short line for each step, with the seconds it took. Runs on any Python 3."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

WIDTH = 46


def line_by_line() -> None:
    """Show each line at once, also in a file or a pipe, where the programs we start write between ours."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)


@contextlib.contextmanager
def step(label: str) -> Iterator[None]:
    """Show ``label`` while the block runs, with the seconds ticking on a terminal, and how long it took
    after it."""
    started = time.monotonic()
    live = sys.stdout.isatty()
    done = threading.Event()

    def show(ending: str) -> None:
        print(f"{label:<{WIDTH}} {time.monotonic() - started:6.1f} s{ending}", end="", flush=True)

    def tick() -> None:
        while not done.wait(0.5):
            show("\r")

    ticker = threading.Thread(target=tick, daemon=True)
    if live:
        ticker.start()
    else:
        print(f"{label} ...", flush=True)  # so that a log shows what is under way
    outcome = "  failed\n"
    try:
        yield
        outcome = "\n"
    finally:
        done.set()
        if live:
            ticker.join()
        show(outcome)


def side_by_side(jobs: Mapping[str, Callable[[], None]]) -> None:
    """Do ``jobs`` at once, each under its name, and show how long it took until all were done; raises what the first
    of them to fail raised, after all have ended."""
    if not jobs:
        return
    with step(", ".join(jobs)), ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(job) for job in jobs.values()]:
            done.result()
