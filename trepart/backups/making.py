"""Making a backup: the database as it stood at one moment, and the files it speaks of."""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from trepart import clock
from trepart.audit import sealing
from trepart.backups.archive import (
    MANIFEST,
    MARK,
    NAME,
    PATTERN,
    SEALS,
    Manifest,
    Member,
    Say,
    Table,
    copied,
    mark_of,
    parts_of,
    seal_key_mark,
)

#: Tables whose rows are no part of what is kept. Whoever was signed in signs in again: an archive that is stolen, or
#: laid down again, opens nothing. Sessions lie in three tables (ours, allauth's list of devices, the sign-in
#: services'); the cache counts attempts, and its values are objects of Python's, which nobody is to read out of a file.
EMPTY = frozenset({"django_session", "usersessions_usersession", "oidc_servicesession", "trepart_cache"})

#: Columns written otherwise than they stand. A mail that carries a link which opens something (a new password, an
#: invitation, a new address) is there without the link, and is not sent after a restore: it is asked for anew.
_ON_ITS_WAY = "secret AND state IN ('queued', 'sending', 'failed', 'held')"
WITHOUT_SECRETS = {
    "notices_mail": {
        "text": "CASE WHEN secret THEN '' ELSE text END",
        "label": "CASE WHEN secret THEN '' ELSE label END",
        "blanked_at": "CASE WHEN secret THEN coalesce(blanked_at, now()) ELSE blanked_at END",
        "state": f"CASE WHEN {_ON_ITS_WAY} THEN 'dropped' ELSE state END",
        "troubled_at": f"CASE WHEN {_ON_ITS_WAY} THEN NULL ELSE troubled_at END",
    }
}

_TABLES = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1"


def tables() -> dict[str, list[str]]:
    """Return every table of the portal with the columns that can be written, by name; what the database works out
    by itself is left to it."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return {name: list(columns) for name, columns in cursor.fetchall()}


def applied() -> list[list[str]]:
    """Return the migrations that have been applied, in order of their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [list(row) for row in cursor.fetchall()]


def write(target: BinaryIO, say: Say) -> Manifest:
    """Write a backup to ``target``, which need not be able to go back (a pipe), and return what is in it.

    All tables are read in one transaction that sees one moment (REPEATABLE READ), while everybody works on. The seals
    and their log are read together, while the sealer waits. A file is never altered once it has been taken in, so that
    those the database speaks of are there afterwards.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book, ExitStack() as sealed:
        sealed.enter_context(sealing.exclusive(shared=True))
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT current_setting('server_version')")
                server = str(cursor.fetchone()[0])
            log = _read(Path(settings.AUDIT_SEAL_LOG))
            sealed.close()
            manifest = Manifest(
                made_at=clock.now().isoformat(timespec="seconds"),
                server=server,
                seal_key=seal_key_mark(),
                migrations=applied(),
            )
            for name, columns in tables().items():
                manifest.tables.append(table := _table(book, name, columns))
                if table.rows:
                    say(f"{name}: {table.rows}")
            with connection.cursor() as cursor:
                cursor.execute(_SEQUENCES)
                manifest.sequences = dict(cursor.fetchall())
        manifest.files = [_member(book, SEALS, iter([log]))]
        for path, name in _files():
            with path.open("rb") as file:
                manifest.files.append(_member(book, name, parts_of(file)))
        say(_("%(count)s files") % {"count": len(manifest.files)})
        book.writestr(MANIFEST, text := manifest.to_json())
        book.writestr(MARK, mark_of(text))
    return manifest


def _table(book: zipfile.ZipFile, name: str, columns: list[str]) -> Table:
    rows = 0
    otherwise = WITHOUT_SECRETS.get(name, {})
    listed = ", ".join(otherwise.get(column) or connection.ops.quote_name(column) for column in columns)
    # Names as the database gave them.
    source = f"SELECT {listed} FROM {connection.ops.quote_name(name)}{' WHERE false' if name in EMPTY else ''}"  # noqa: S608

    def lines(copy: Iterable[bytes | memoryview]) -> Iterator[bytes]:
        nonlocal rows
        for part in copy:
            piece = bytes(part)
            rows += piece.count(b"\n")
            yield piece

    with connection.cursor() as cursor, cursor.copy(f"COPY ({source}) TO STDOUT") as copy:
        data = _member(book, f"database/{name}.copy", lines(copy))
    return Table(name, columns, rows, data)


def _member(book: zipfile.ZipFile, name: str, source: Iterator[bytes]) -> Member:
    with book.open(name, "w", force_zip64=True) as target:
        size, digest = copied(source, target)
    return Member(name, size, digest)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _files() -> Iterator[tuple[Path, str]]:
    media = Path(settings.MEDIA_ROOT)
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, f"files/{path.relative_to(media).as_posix()}"
    logo = settings.MUNICIPALITY.get("logo", "")
    if logo and Path(logo).is_file():
        yield Path(logo), f"logo/{Path(logo).name}"


def to_folder(folder: Path, say: Say) -> Path:
    """Write a backup into ``folder`` and return the file, readable by its owner alone. Until it is
    whole it has another name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME.format(clock.now().astimezone(UTC))
    if path.exists():
        raise FileExistsError(path)
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
        write(file, say)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    beside = path.with_suffix(".zip.sha256")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as line:
        line.write(f"{digest}  {path.name}\n")
    part.rename(path)
    return path


def forget(folder: Path, keep: int) -> list[Path]:
    """Remove all but the ``keep`` newest backups in ``folder``, and return what was removed. Anything with
    another name is let be."""
    found = sorted(folder.glob(PATTERN))
    gone = found[: max(0, len(found) - keep)]
    for path in gone:
        path.unlink()
        path.with_suffix(".zip.sha256").unlink(missing_ok=True)
    return gone
