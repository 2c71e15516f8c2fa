"""A shared test cluster that stays up, so that ten test runs do not wait for ten servers.

    python -m dev.postgres ensure [--dir DIR] [--database NAME]   start it unless it runs; print its DATABASE_URL
    python -m dev.postgres stop [--dir DIR]                       stop it
    python -m dev.postgres status [--dir DIR]                     does it run, and where
    python -m dev.postgres psql [--dir DIR] [--database NAME]     a psql in it

``make test`` and ``make demo`` have clusters of their own (dev/cluster.py); this one is for running pytest by hand.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dev.cluster import START_TIMEOUT, STOP_TIMEOUT, create_database, prepare_folder, running_cluster, running_url, tail
from dev.cluster_lock import ClusterInUse, is_in_use, read_lock
from dev.server_account import PostgresError, binaries

ROOT = Path(__file__).resolve().parent.parent
SHARED_TEST_FOLDER = ROOT / ".local" / "pg-test"


def ensure_shared(folder: Path = SHARED_TEST_FOLDER, *, database: str = "trepart") -> str:
    """The URL of a database in the test cluster that all test runs share; it is started if it does not run.

    It stays up until ``stop_shared``, so that ten test runs do not wait for ten servers.
    """
    folder = folder.absolute()
    prepare_folder(folder)
    deadline = time.monotonic() + START_TIMEOUT + 30
    started: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        if is_in_use(folder):
            url = running_url(folder, database)
            if url is not None:
                create_database(Path(read_lock(folder)["socket"]), database)
                return url
        elif started is None:
            started = _spawn_serve(folder)
        elif started.poll() not in (None, 3):  # 3: somebody else was quicker
            raise PostgresError(f"The shared test cluster did not start:\n{tail(folder / 'serve.log')}")
        time.sleep(0.05)
    raise PostgresError(f"The shared test cluster in {folder} did not become ready.")


def _spawn_serve(folder: Path) -> subprocess.Popen[bytes]:
    with open(os.open(folder / "serve.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "dev.postgres", "serve", "--dir", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=ROOT,
        )


def serve(folder: Path) -> int:
    """Keep a test cluster up until told to stop by a signal; what ``ensure`` starts."""
    stopping = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    try:
        with running_cluster(folder, durable=False) as cluster:
            while signal.sigtimedwait(stopping, 1.0) is None:
                if cluster.has_stopped:
                    raise PostgresError("The server stopped by itself.")
    except ClusterInUse:
        return 3
    return 0


def stop_shared(folder: Path) -> bool:
    """Stop the cluster that ``ensure`` started; False when none runs. Waits until it has stopped."""
    if not is_in_use(folder):
        return False
    pid = read_lock(folder).get("pid")
    if not isinstance(pid, int):
        raise PostgresError(f"The folder {folder} is in use, but by an unknown program.")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT + 15
    while is_in_use(folder):
        if time.monotonic() > deadline:
            raise PostgresError(f"The program that runs {folder} (process {pid}) does not stop.")
        time.sleep(0.05)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description="The PostgreSQL cluster of development and tests.")
    parser.add_argument("command", choices=["ensure", "serve", "stop", "status", "psql"])
    parser.add_argument("--dir", type=Path, default=SHARED_TEST_FOLDER, help="the cluster's folder")
    parser.add_argument("--database", default="trepart", help="the database to create and name in the URL")
    options = parser.parse_args(arguments)
    folder: Path = options.dir.absolute()
    try:
        if options.command == "ensure":
            print(ensure_shared(folder, database=options.database))
        elif options.command == "serve":
            return serve(folder)
        elif options.command == "stop":
            print("Stopped." if stop_shared(folder) else "It was not running.")
        else:
            url = running_url(folder, options.database)
            if url is None:
                print("It is not running.")
                return 1
            if options.command == "psql":
                os.execv(binaries() / "psql", ["psql", url])
            print(f"Running: {url}")
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
