"""A PostgreSQL cluster of our own for development, the demo and the tests.

Everything lies below one folder::

    <folder>/lock      who runs it now (an flock; the text says where its socket is)
    <folder>/data      the cluster
    <folder>/socket    the only way in: a unix socket in a folder that only its owner may enter; no TCP
    <folder>/log       what the server said since it was last started

Only the standard library is used.
"""

from __future__ import annotations

import contextlib
import locale
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from dev.cluster_lock import is_in_use, locked, read_lock
from dev.server_account import Account, PostgresError, binaries, choose_account, die_with_parent

SUPERUSER = "trepart"
PORT = 5432  # part of the socket's file name only: nothing listens on the network

# The socket's whole path, closing NUL included, must fit in sockaddr_un.sun_path: 108 bytes on Linux, 104 on macOS.
SOCKET_PATH_LIMIT = 103
SHORT_SOCKET_PREFIX = "trepart-pg-"

START_TIMEOUT = 60.0  # seconds; crash recovery after kill -9 is the slow case
STOP_TIMEOUT = 30.0  # seconds before a fast shutdown becomes an immediate one

DURABLE: tuple[str, ...] = ("max_connections=100",)
# The tests' cluster is thrown away: speed instead of survival.
FLEETING: tuple[str, ...] = (
    "max_connections=100",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    # It would count, while a test fills a table that is rolled back afterwards, no rows in many pages, and questions
    # are planned for such a table from then on. The tests sweep up after themselves (tests/put_back.py).
    "autovacuum=off",
)


@dataclass(frozen=True)
class Cluster:
    """A server that accepts connections."""

    folder: Path
    socket_dir: Path
    process: subprocess.Popen[bytes]

    @property
    def has_stopped(self) -> bool:
        """Whether the server has ended by itself."""
        return self.process.poll() is not None

    def url(self, database: str, role: str = SUPERUSER) -> str:
        """The ``DATABASE_URL`` of one database, in the form django-environ, psycopg and libpq all read."""
        return database_url(self.socket_dir, database, role)


def database_url(socket_dir: Path, database: str, role: str = SUPERUSER) -> str:
    """The URL of a database reached through the socket in ``socket_dir``.

    The folder stands in the query: libpq reads it there and in the host's place, django-environ only there.
    """
    return f"postgres://{role}@/{quote(database, safe='')}?host={quote(str(socket_dir))}"


def running_url(folder: Path, database: str) -> str | None:
    """The URL of a database in the cluster of ``folder``, or None while no program runs it (or it is not
    ready)."""
    known = read_lock(folder)
    if not (is_in_use(folder) and known.get("ready")):
        return None
    return database_url(Path(known["socket"]), database)


# --- Making and starting -------------------------------------------------------------------------------


def prepare_folder(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise PermissionError
        folder.chmod(0o700)
    except PermissionError:
        raise PostgresError(
            f"The folder {folder} cannot be used by this user (it may have been made by root). "
            "Remove it, or run the same command as the user who made it."
        ) from None


def _own(path: Path, account: Account) -> None:
    """Give ``path`` and everything below to the account, where it is not already so (only root can be
    here)."""
    if path.stat().st_uid == account.owner:
        return
    group = account.gid if account.gid is not None else -1
    os.chown(path, account.owner, group)
    for parent, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), account.owner, group, follow_symlinks=False)


def _environment() -> dict[str, str]:
    """The surroundings of the server's programs: nobody's PG* settings and no language but C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _run(account: Account, command: Sequence[str], *, cwd: Path) -> None:
    done = subprocess.run(
        [*account.prefix, *command],
        user=account.uid,
        group=account.gid,
        extra_groups=[] if account.uid is not None else None,
        cwd=cwd,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode != 0:
        raise PostgresError(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr).strip()}")


def _initialise(folder: Path, account: Account, *, durable: bool) -> None:
    """Make the cluster in ``folder``/data unless it is there; an interrupted making is begun again."""
    data = folder / "data"
    if data.exists():
        _check_version(data)
        _own(data, account)
        return
    half_made = folder / "data.new"
    if half_made.exists():
        shutil.rmtree(half_made)
    half_made.mkdir(mode=0o700)
    _own(half_made, account)
    command = [
        str(binaries() / "initdb"),
        f"--pgdata={half_made}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        f"--lc-ctype={_character_types()}",
        "--auth=trust",  # who may connect is settled by the folder's permissions
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]
    _run(account, command, cwd=folder)
    half_made.rename(data)


def _character_types() -> str:
    """The name this machine has for "letters are those of Unicode"; "C" where it has none.

    Sorting and case follow the builtin C.UTF-8 everywhere, but pg_trgm still asks the C library what a
    letter is: under "C" it drops æ, ø and å from its trigrams (seen with PostgreSQL 18).
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _check_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else "an unknown version"
    shown = subprocess.run([str(binaries() / "postgres"), "--version"], capture_output=True, text=True, check=True)
    version = shown.stdout.split()[-1]
    if version.split(".")[0] != made_by:
        raise PostgresError(
            f"The database in {data} was made by PostgreSQL {made_by}, and the server here is {version}. "
            "Begin anew with `make demo-reset`, or remove that folder."
        )


def _socket_folder(folder: Path, account: Account) -> Path:
    """The folder for the socket: below ``folder``, or a private one among the temporary files if the path
    is too long."""
    beside = folder / "socket"
    name = f"/.s.PGSQL.{PORT}"
    if len(os.fsencode(str(beside))) + len(name) < SOCKET_PATH_LIMIT:
        if beside.exists():
            shutil.rmtree(beside)  # a crash leaves a socket and its lock file
        beside.mkdir(mode=0o700)
        chosen = beside
    else:
        chosen = Path(tempfile.mkdtemp(prefix=SHORT_SOCKET_PREFIX))  # mkdtemp makes it 0700
        if len(os.fsencode(str(chosen))) + len(name) >= SOCKET_PATH_LIMIT:
            chosen.rmdir()
            raise PostgresError(f"The path {beside} is too long for a socket, and so is TMPDIR. Set TMPDIR=/tmp.")
    _own(chosen, account)
    return chosen


def _forget_short_socket_folder(path: object) -> None:
    """Remove a socket folder among the temporary files: ours by name, owner and permissions, or not at
    all."""
    if not isinstance(path, str) or not Path(path).name.startswith(SHORT_SOCKET_PREFIX):
        return
    with contextlib.suppress(OSError):
        status = os.lstat(path)
        ours = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
        if ours and os.geteuid() in (0, status.st_uid):
            shutil.rmtree(path)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _servers_of(data: Path) -> list[int]:
    """The PostgreSQL processes at work on exactly this data folder, backends too where /proc tells."""
    if not Path("/proc/self").exists():
        pid = (_pid_file(data) or [""])[0].strip()
        shown = subprocess.run(["ps", "-p", pid or "0", "-o", "command="], capture_output=True, text=True, check=False)
        return [int(pid)] if "postgres" in shown.stdout and str(data) in shown.stdout else []
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            # Their working folder is the data folder. The link of a process that has ended cannot be read.
            here = entry.name.isdigit() and os.readlink(entry / "cwd") == str(data.resolve())
            if here and "postgres" in (entry / "comm").read_text():
                found.append(int(entry.name))
    return found


def _clear_remains(data: Path) -> None:
    """Stop a server whose program is gone, and forget a pid file whose number now belongs to somebody else.

    The caller holds the folder's lock, so no program of ours is running a server here. After a crash the backends may
    live a moment longer than the server: they are waited for, so that nobody else writes when recovery begins.
    """
    deadline = time.monotonic() + STOP_TIMEOUT
    first = (_pid_file(data) or [""])[0].strip()
    while left := _servers_of(data):
        if first.isdigit() and int(first) in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(first), signal.SIGINT)
        if time.monotonic() > deadline:
            numbers = " ".join(map(str, left))
            raise PostgresError(f"A server left from before does not stop. Stop it with: kill -9 {numbers}")
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def tail(log: Path, lines: int = 12) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _start(folder: Path, account: Account, socket_dir: Path, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    data, log = folder / "data", folder / "log"
    command = [str(binaries() / "postgres"), "-D", str(data), "-k", str(socket_dir), "-p", str(PORT)]
    for setting in ("listen_addresses=", "unix_socket_permissions=0700", *settings):
        command += ["-c", setting]
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        process = subprocess.Popen(
            [*account.prefix, *command],
            user=account.uid,
            group=account.gid,
            extra_groups=[] if account.uid is not None else None,
            cwd=data,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Its own session: Ctrl-C in the terminal must not reach it before the web server has let go of it.
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),  # SIGINT is PostgreSQL's fast shutdown
        )
    deadline = time.monotonic() + START_TIMEOUT
    try:
        while True:
            lines = _pid_file(data)
            if len(lines) >= 8 and lines[0].strip() == str(process.pid) and lines[7].strip() == "ready":
                return process
            if process.poll() is not None:
                raise PostgresError(f"PostgreSQL did not start. The end of its log, {log}:\n{tail(log)}")
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL is not ready after {START_TIMEOUT:.0f} s. Its log: {log}\n{tail(log)}")
            time.sleep(0.02)
    except BaseException:
        _stop(process)
        raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server: fast, then at once, then by force."""
    for number, patience in ((signal.SIGINT, STOP_TIMEOUT), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def psql(socket_dir: Path, database: str, *arguments: str) -> str:
    """Run psql against the cluster and return what it prints; raises PostgresError where it fails."""
    done = subprocess.run(
        [
            str(binaries() / "psql"),
            *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(socket_dir), "-p", str(PORT), "-U", SUPERUSER, "-d", database),
            *arguments,
        ],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresError(f"psql failed:\n{done.stderr.strip()}")
    return done.stdout


def create_database(socket_dir: Path, database: str) -> None:
    """Create the database unless it is there."""
    names = psql(socket_dir, "postgres", "-c", "SELECT datname FROM pg_database").split("\n")
    if database not in names:
        quoted = '"' + database.replace('"', '""') + '"'
        psql(socket_dir, "postgres", "-c", f"CREATE DATABASE {quoted}")


@contextlib.contextmanager
def running_cluster(
    folder: Path, *, durable: bool = True, databases: Sequence[str] = ("trepart",)
) -> Iterator[Cluster]:
    """Run the cluster in ``folder`` (made at the first use) for as long as the block lasts.

    ``durable`` is False for clusters that are thrown away. ``databases`` are created where missing. Raises
    ClusterInUse when another program runs it, and PostgresError, with what to do, when it cannot run.
    """
    folder = folder.absolute()
    prepare_folder(folder)
    with locked(folder) as publish:
        _forget_short_socket_folder(read_lock(folder).get("socket"))
        publish({"pid": os.getpid()})
        account = choose_account(folder)
        if account.owner != folder.stat().st_uid:
            os.chown(folder, account.owner, -1)
        _initialise(folder, account, durable=durable)
        _clear_remains(folder / "data")
        socket_dir = _socket_folder(folder, account)
        publish({"pid": os.getpid(), "socket": str(socket_dir)})
        try:
            process = _start(folder, account, socket_dir, DURABLE if durable else FLEETING)
            try:
                for database in databases:
                    create_database(socket_dir, database)
                publish({"pid": os.getpid(), "socket": str(socket_dir), "ready": True})
                yield Cluster(folder, socket_dir, process)
            finally:
                _stop(process)
        finally:
            _forget_short_socket_folder(str(socket_dir))
            publish({})
