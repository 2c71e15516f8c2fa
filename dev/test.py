"""Every check there is, against a database of its own that is gone afterwards.

    python -m dev.test                 lint and all tests, the browser's too (``make test``)
    python -m dev.test tests/forum -k x    only these tests, no lint (``make test ARGS="tests/forum -k x"``), in
                                           a database of their own on the cluster that stays up (dev.postgres)
    python -m dev.test --lint          only lint (``make lint``)

With DATABASE_URL set, no database is started and the tests use that server.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dev import messages
from dev.bootstrap import find_browser
from dev.cluster import running_cluster
from dev.cluster_lock import is_in_use, locked
from dev.processes import ROOT, Stopped, Supervisor
from dev.progress import line_by_line, step
from dev.server_account import PostgresError

LOCAL = ROOT / ".local"
RUNS = LOCAL / "test-runs"
# Tests wait for the database and the browser more than they compute; each worker has its own database.
WORKERS = max(2, min(4, os.cpu_count() or 2))

LINTERS: dict[str, tuple[str, ...]] = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "djlint": ("-m", "djlint", "--lint", "--quiet", "templates"),
    "mypy": ("-m", "mypy"),
    "lint-imports": ("-c", "from importlinter.cli import lint_imports_command as run; run()"),
    "makemigrations": ("manage.py", "makemigrations", "--check", "--dry-run"),
}


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """The URL of the database for this run."""
    given = os.environ.get("DATABASE_URL")
    if given:
        print("Using the database server of DATABASE_URL; none is started.")
        yield given
        return
    with contextlib.ExitStack() as stack:
        with step("PostgreSQL for the tests"):
            cluster = stack.enter_context(running_cluster(folder / "pg", durable=False))
        yield cluster.url("trepart")


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """A folder for this run, held while it lasts and removed after it; those of killed runs are removed first."""
    RUNS.mkdir(parents=True, exist_ok=True)
    for left in RUNS.iterdir():
        if not is_in_use(left) and time.time() - left.stat().st_mtime > 60:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=RUNS, prefix=""))
    try:
        with locked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(url: str, folder: Path) -> dict[str, str]:
    """What linters and tests are started with."""
    chosen = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TREPART_TEST_DATA": str(folder / "data"),
        # Compiling the sources, and what pytest makes of the tests', costs every worker and every program that a test
        # starts some seconds: once is enough.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    browser = find_browser()
    if browser:
        chosen["TREPART_CHROMIUM"] = browser
    return {**os.environ, **chosen}


def lint(supervisor: Supervisor, surroundings: Mapping[str, str]) -> list[str]:
    """Run every linter, showing what the failing ones say; returns their names."""
    failed = []
    for name, command in LINTERS.items():
        with tempfile.TemporaryFile() as output:
            with step(name):
                code = supervisor.run([sys.executable, *command], surroundings, output=output.fileno())
            if code:
                failed.append(name)
                output.seek(0)
                print(output.read().decode(errors="replace").strip())
    return failed


def run(arguments: Sequence[str]) -> int:
    """Run what the arguments ask for; returns the exit code."""
    only_lint = list(arguments) == ["--lint"]
    code, failed = 0, []
    if arguments and not only_lint and not os.environ.get("DATABASE_URL"):
        return _some(arguments)
    with Supervisor() as outer, run_folder() as folder, database(folder) as url, Supervisor() as supervisor:
        outer.check()
        with messages.lock():
            messages.compile_all()
        surroundings = environment(url, folder)
        if not arguments or only_lint:
            failed = lint(supervisor, surroundings)
        if not only_lint:
            chosen = list(arguments) or [f"--numprocesses={WORKERS}", "--dist=worksteal", "--durations=10", "tests"]
            code = supervisor.run([sys.executable, "-m", "pytest", *chosen], surroundings)
    if failed:
        print(f"Lint found something to mend: {', '.join(failed)} (see above).")
    return code or (1 if failed else 0)


def _some(arguments: Sequence[str]) -> int:
    """Run these tests on the shared cluster, whose migrated database is there already; returns the exit code."""
    # Before any Supervisor, and through a program that ends: what it starts outlives this run.
    with step("PostgreSQL, which stays up"):
        started = subprocess.run(
            [sys.executable, "-m", "dev.postgres", "ensure"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
    if started.returncode:
        return started.returncode
    with Supervisor() as supervisor, run_folder() as folder:
        with messages.lock():
            messages.compile_all()
        surroundings = environment(started.stdout.strip(), folder) | {"TREPART_TEST_DB": f"run_{os.getpid()}"}
        chosen = [*workers(arguments), *arguments]
        return supervisor.run([sys.executable, "-m", "pytest", *chosen], surroundings)


def workers(arguments: Sequence[str]) -> list[str]:
    """What lets several workers run the tests that are asked for: a whole room's, unless the arguments say themselves
    how many, or want to see or step through what a test prints."""
    said = any(argument.startswith(("-n", "--numprocesses", "--dist", "--pdb", "-s", "-p")) for argument in arguments)
    room = any((ROOT / argument).is_dir() for argument in arguments if not argument.startswith("-"))
    return [f"--numprocesses={WORKERS}", "--dist=worksteal"] if room and not said else []


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    started = time.monotonic()
    line_by_line()
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
    except Stopped:
        print("\nStopped.", file=sys.stderr)
        return 130
    except (PostgresError, messages.MessagesError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    outcome = "All is well" if code == 0 else "Not all is well"
    print(f"{outcome}, after {time.monotonic() - started:.0f} s.")
    return code


if __name__ == "__main__":
    sys.exit(main())
