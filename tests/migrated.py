"""A database that is migrated once and copied for every test run, until a migration changes.

Migrating takes some seconds of processor time, copying a tenth of one; every xdist worker and every run by hand
needs a database of its own.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import errors, sql

ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "migrated_"
#: Whoever migrates holds it, so that the others wait and copy.
_LOCK = 0x7265_7061


def template() -> str:
    """Return the name of a migrated database on the server of DATABASE_URL; it is made if it is not there.

    Raises ``subprocess.CalledProcessError`` when the migrations fail, with what they wrote on stderr.
    """
    url = os.environ["DATABASE_URL"]
    name = _PREFIX + fingerprint()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        there = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
        if name in there:
            return name
        for old in there:
            if old.startswith(_PREFIX):
                _drop(server, old)
        making = f"{_PREFIX}half_done"
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
        _migrate(urlunsplit(urlsplit(url)._replace(path=f"/{making}")))
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
    return name


def fingerprint() -> str:
    """Return a short digest of everything that a migrated database is made of."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(_made_of()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _made_of() -> Iterator[Path]:
    for room in (folder.parent for folder in ROOT.glob("*/__init__.py")):
        yield from (path for path in room.rglob("migrations/*") if path.suffix in {".py", ".sql"})
    yield ROOT / "trepart" / "audit" / "operations.py"  # the triggers' own text
    yield ROOT / "trepart" / "initial_tables.py"
    yield from (ROOT / "requirements").glob("*.txt")  # other people's migrations


def _migrate(url: str) -> None:
    surroundings = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    surroundings.pop("PYTEST_XDIST_WORKER", None)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=surroundings,
        check=True,
        timeout=600,
    )


def _drop(server: psycopg.Connection, name: str) -> None:
    try:
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    except errors.ObjectInUse:  # another checkout's run is copying it; the next one takes it away
        return
