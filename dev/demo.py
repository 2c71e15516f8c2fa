"""The demonstration: database, demo municipality, web server and job worker, until Ctrl-C.

    python -m dev.demo                   start (``make demo`` does dev.bootstrap first); reads PORT, MODEL, DATABASE_URL
    python -m dev.demo reset             throw the demo's data away first (``make demo-reset``)
    python -m dev.demo manage ARGS ...   a command of manage.py on the demo's database (``make manage ARGS=...``)

Everything the demo keeps lies in .local, which git ignores: the database in pg, files and seals in demo, the keys in
demo.env. Another municipality (MODEL=lunner) has folders of its own beside them, so that both can run. With
DATABASE_URL set, no database is started, and none is ever dropped.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import messages
from dev.cluster import Cluster, psql, running_cluster, running_url, tail
from dev.cluster_lock import is_in_use
from dev.processes import ROOT, Stopped, Supervisor
from dev.progress import line_by_line, step
from dev.server_account import PostgresError

LOCAL = ROOT / ".local"
#: How the demo's municipality is organised; the first where nothing is said.
MODELS = ("ovre-eiker", "lunner")
DEFAULT_MODEL = MODELS[0]
MODEL = os.environ.get("MODEL") or DEFAULT_MODEL
_OWN = "" if MODEL == DEFAULT_MODEL else f"-{MODEL}"
DATABASE = "trepart"
RUNTIME_ROLE = "trepart_runtime"  # who the portal runs as: adds to the past, and changes no table
CLUSTER = LOCAL / f"pg{_OWN}"
DATA = LOCAL / f"demo{_OWN}"
KEYS = LOCAL / "demo.env"
LOADED = CLUSTER / "loaded"  # written when the demo municipality is whole; gone with the database
START_TIMEOUT = 60.0  # seconds until the front page must answer


class DemoError(RuntimeError):
    """The demo cannot run; the message says what to do."""


def check_model() -> None:
    """Raise DemoError where MODEL names no municipality there is."""
    if MODEL not in MODELS:
        raise DemoError(
            f"MODEL={MODEL} is not known. Choose one of: {', '.join(MODELS)}. For example: make demo MODEL=lunner"
        )


def chosen_port() -> int:
    """The port to serve on, from PORT. Raises DemoError where it is no port or is taken."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise DemoError(f"PORT={text} is not a port number. For example: make demo PORT=8001")
    port = int(text)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise DemoError(f"This user may not serve on port {port}. For example: make demo PORT=8001") from None
        except OSError:
            raise DemoError(f"Port {port} is taken by another program. Choose another: make demo PORT=8001") from None
    return port


def keys() -> dict[str, str]:
    """The demo's secret keys, made at the first start and readable by their owner only."""
    if not KEYS.exists():
        KEYS.parent.mkdir(exist_ok=True)
        text = "".join(f"{name}={secrets.token_hex(32)}\n" for name in ("SECRET_KEY", "AUDIT_SEAL_KEY"))
        with open(os.open(KEYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    pairs = (line.partition("=") for line in KEYS.read_text().splitlines())
    return {name: value for name, mark, value in pairs if mark}


def environment(database_url: str, port: int) -> dict[str, str]:
    """What the portal's programs are started with."""
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    (DATA / "static").mkdir(exist_ok=True)  # where collected files would lie; here they are served from their packages
    return {
        **os.environ,
        **keys(),
        "DJANGO_SETTINGS_MODULE": "trepart.settings",
        "DATABASE_URL": database_url,
        "TREPART_DEMO": "1",
        "TREPART_DATA": str(DATA),
        "SITE_URL": f"http://localhost:{port}",
        "EMAIL_URL": os.environ.get("EMAIL_URL") or f"filemail:///{DATA / 'mail'}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@contextlib.contextmanager
def database(supervisor: Supervisor) -> Iterator[tuple[str, Cluster | None]]:
    """The URL of the database for the portal, and the cluster where it is our own."""
    given = os.environ.get("DATABASE_URL")
    if given:
        print("Using the database of DATABASE_URL; none is started.")
        yield given, None
        return
    with contextlib.ExitStack() as stack:
        with step("PostgreSQL"):
            cluster = stack.enter_context(running_cluster(CLUSTER, databases=()))
        supervisor.check()
        drop_unfinished(cluster)
        yield cluster.url(DATABASE, RUNTIME_ROLE), cluster


def drop_unfinished(cluster: Cluster) -> None:
    """Make the role the portal runs as, and the database; anew where its demo municipality was interrupted half-way."""
    role = psql(cluster.socket_dir, "postgres", "-c", f"SELECT 1 FROM pg_roles WHERE rolname = '{RUNTIME_ROLE}'")
    if not role.strip():
        psql(cluster.socket_dir, "postgres", "-c", f'CREATE ROLE "{RUNTIME_ROLE}" LOGIN')
    exists = psql(
        cluster.socket_dir, "postgres", "-c", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
    ).strip()
    if exists and not LOADED.exists():
        print("The last start was interrupted before the demo municipality was whole: beginning anew.")
        psql(cluster.socket_dir, "postgres", "-c", f'DROP DATABASE "{DATABASE}"')
        shutil.rmtree(DATA, ignore_errors=True)
        exists = ""
    if not exists:
        psql(cluster.socket_dir, "postgres", "-c", f'CREATE DATABASE "{DATABASE}"')


def manage(supervisor: Supervisor, surroundings: dict[str, str], *arguments: str, quiet: bool = False) -> str:
    """Run manage.py; raises DemoError where it fails. With ``quiet`` its output is returned, and shown only
    then."""
    command = [sys.executable, "manage.py", *arguments]
    if not quiet:
        if supervisor.run(command, surroundings):
            raise DemoError(f"manage.py {' '.join(arguments)} failed.")
        return ""
    with tempfile.TemporaryFile() as output:
        code = supervisor.run(command, surroundings, output=output.fileno())
        output.seek(0)
        said = output.read().decode(errors="replace")
    if code:
        raise DemoError(f"{said.strip()}\n\nmanage.py {' '.join(arguments)} failed.")
    return said


def prepare(supervisor: Supervisor, surroundings: dict[str, str], cluster: Cluster | None) -> None:
    """Translations, tables and the demo municipality; each costs next to nothing when it is already there."""
    with messages.lock():
        messages.compile_all()
    with step("Tables"):
        as_owner = surroundings
        if cluster is not None:  # the tables are the owner's, the portal another's
            as_owner = {
                **surroundings,
                "DATABASE_URL": cluster.url(DATABASE),
                "DATABASE_RUNTIME_ROLE": RUNTIME_ROLE,
            }
        manage(supervisor, as_owner, "migrate", "--verbosity=0", "--no-input", quiet=True)
    if cluster is None or not LOADED.exists():
        print("The demo municipality (once; about a minute)")
        manage(supervisor, surroundings, "load_demo", "--model", MODEL)
        if cluster is not None:
            LOADED.touch(mode=0o600)


@dataclass(frozen=True)
class Program:
    """One of the portal's programs, and where it writes what it has to say."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def start_programs(supervisor: Supervisor, surroundings: dict[str, str], port: int) -> list[Program]:
    """The web server and the job worker (which also seals the audit trail)."""
    web = [sys.executable, "-m", "gunicorn", "trepart.wsgi:application", f"--bind=127.0.0.1:{port}"]
    web += ["--workers=2", "--threads=4", "--graceful-timeout=5", "--log-level=warning", "--no-control-socket"]
    worker = [sys.executable, "manage.py", "work", "--grace=5"]
    programs = []
    for name, file, command in (("The web server", "web.log", web), ("The job worker", "worker.log", worker)):
        log = DATA / file
        with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
            programs.append(Program(name, supervisor.start(command, surroundings, output=output.fileno()), log))
    return programs


def watch(programs: Sequence[Program], cluster: Cluster | None) -> None:
    """Raise DemoError where one of the programs has ended by itself."""
    for program in programs:
        code = program.process.poll()
        if code is not None:
            raise DemoError(f"{tail(program.log, 30)}\n\n{program.name} ended by itself (exit code {code}).")
    if cluster is not None and cluster.has_stopped:
        raise DemoError(f"{tail(CLUSTER / 'log')}\n\nPostgreSQL ended by itself.")


def wait_for_front_page(
    supervisor: Supervisor, programs: Sequence[Program], cluster: Cluster | None, port: int
) -> None:
    """Wait until the front page answers. Raises DemoError where it fails or does not come."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        watch(programs, cluster)
        supervisor.pause(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)  # no proxy is asked
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
        if status >= 400:
            raise DemoError(f"{tail(programs[0].log, 30)}\n\nThe front page answers with status {status}.")
        return
    raise DemoError(f"The front page did not answer within {START_TIMEOUT:.0f} s.")


def run() -> None:
    """Start everything, say where it is, and wait until asked to stop."""
    port = chosen_port()
    # The database is outermost: it stops when the web server and the worker have let go of it.
    with Supervisor() as outer, database(outer) as (url, cluster), Supervisor() as supervisor:
        surroundings = environment(url, port)
        prepare(supervisor, surroundings, cluster)
        with step("Web server and job worker"):
            programs = start_programs(supervisor, surroundings, port)
            who = manage(supervisor, surroundings, "load_demo", "--who", quiet=True)
            wait_for_front_page(supervisor, programs, cluster, port)
        print(
            f"\n{who.strip()}\n\nTrepart runs at  http://localhost:{port}\nCtrl-C stops all of it.",
            flush=True,
        )
        while True:
            supervisor.pause(1.0)
            watch(programs, cluster)


def reset() -> None:
    """Throw the demo's data away. Raises DemoError while the demo runs, or where the database is not ours."""
    if os.environ.get("DATABASE_URL"):
        raise DemoError("DATABASE_URL is set: demo-reset only removes the demo's own database. Drop that one yourself.")
    if is_in_use(CLUSTER):
        raise DemoError("The demo is running. Stop it first (Ctrl-C where it runs), then reset.")
    for folder in (CLUSTER, DATA):
        if folder.exists():
            shutil.rmtree(folder)
    print("The demo's data is gone.")


def run_manage(arguments: Sequence[str]) -> int:
    """One command of manage.py on the demo's database, whether the demo runs or not; returns its exit
    code."""
    command = [sys.executable, "manage.py", *arguments]
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or running_url(CLUSTER, DATABASE)
        if url is None:
            if not LOADED.exists():
                raise DemoError("There is no demo yet: run `make demo` first.")
            url = stack.enter_context(running_cluster(CLUSTER, databases=())).url(DATABASE)
        return subprocess.call(command, cwd=ROOT, env=environment(url, int(os.environ.get("PORT") or 8000)))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    line_by_line()
    try:
        check_model()
        if given[:1] == ["manage"]:
            return run_manage(given[1:])
        if given not in ([], ["reset"]):
            print(__doc__, file=sys.stderr)
            return 2
        if given == ["reset"]:
            reset()
        run()
    except Stopped:
        print("\nStopped.")
    except (DemoError, PostgresError, messages.MessagesError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
