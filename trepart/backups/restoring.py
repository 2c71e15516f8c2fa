"""Laying a backup down in an empty database and an empty folder: all of it, or nothing."""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from trepart.backups import making
from trepart.backups.archive import SEALS, ArchiveError, Manifest, Say, Table, parts_of, safe_path

#: The models whose rows say that a database is in use.
_IN_USE = ("access.User", "audit.Event")

_LINKS = """
    SELECT t.relname, f.relname FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
    WHERE k.contype = 'f' AND NOT k.condeferrable AND t.oid <> f.oid
"""
_TRIGGERS = """
    SELECT c.relname, g.tgname, g.tgenabled FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND c.relkind = 'r' ORDER BY 1, 2
"""
_ENABLE = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def refuse_occupied() -> None:
    """Raise ``ArchiveError`` unless there is nothing that a restore would cover: no people or events, no
    files, no log of seals."""
    there = making.tables()
    for label in _IN_USE:
        model = apps.get_model(label)
        if model._meta.db_table in there and model._base_manager.exists():
            raise ArchiveError(
                _("The database %(name)s is in use: a backup is restored into an empty one. Nothing has been written.")
                % {"name": connection.settings_dict["NAME"]}
            )
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(media.iterdir()):
        raise ArchiveError(
            _("There are files in %(folder)s already. Move them away first. Nothing has been written.")
            % {"folder": media}
        )
    log = Path(settings.AUDIT_SEAL_LOG)
    if log.exists() and log.stat().st_size:
        raise ArchiveError(
            _("There is a log of seals already, %(file)s. Move it away first. Nothing has been written.")
            % {"file": log}
        )


def refuse_unknown(manifest: Manifest) -> None:
    """Raise ``ArchiveError`` where this version cannot carry on what the archive holds."""
    known = {(app, name) for app, name in MigrationExecutor(connection).loader.disk_migrations}
    unknown = [name for name in map(tuple, manifest.migrations) if name not in known]
    if unknown:
        raise ArchiveError(
            _(
                "The backup is from a newer version of Trepart (%(migration)s). Install that one, and restore "
                "with it. Nothing has been written."
            )
            % {"migration": ".".join(unknown[0])}
        )


def bring_to(manifest: Manifest, say: Say) -> None:
    """Make the tables as they were when the backup was made. A database that has tables must have
    exactly those already."""
    if making.tables():
        if making.applied() != manifest.migrations:
            raise ArchiveError(
                _(
                    "The tables are of another version than the backup. Give it a database without tables. "
                    "Nothing has been written."
                )
            )
        return
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = {(app, name) for app, name in manifest.migrations}
    targets = [
        key
        for key in sorted(wanted)
        if not any(child in wanted and child[0] == key[0] for child in (c.key for c in graph.node_map[key].children))
    ]
    say(_("Making the tables as they were"))
    executor.migrate(targets)


def restore(book: zipfile.ZipFile, manifest: Manifest, say: Say) -> None:
    """Lay everything down. The caller has checked the archive (``open_checked``) and that there is
    room for it (``refuse_…``).

    The tables are written in one transaction, past the portal's own guards but not past the database's: every link
    between tables is checked before it ends. Needs to own the tables and nothing more.
    """
    with transaction.atomic(durable=True):
        there = making.tables()
        for table in manifest.tables:
            if not set(table.columns) <= set(there.get(table.name, ())):
                raise ArchiveError(
                    _("The database has no table %(table)s like the backup's. Nothing has been written.")
                    % {"table": table.name}
                )
        with _unguarded():
            _empty(there)
            for table in _in_order(manifest.tables):
                _load(book, table)
                if table.rows:
                    say(f"{table.name}: {table.rows}")
            with connection.cursor() as cursor:
                # Every link that waits for the end of the transaction is asked about now.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _sequences(manifest)
        _compare(manifest)
        with _files(book, manifest):
            pass
    say(_("%(count)s files") % {"count": len(manifest.files)})
    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _unguarded() -> Iterator[None]:
    """Switch the portal's triggers off inside the block, and each on again as it was: what is laid down was guarded
    when it was first written."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        triggers = cursor.fetchall()
        for table, name, _enabled in triggers:
            cursor.execute(f"ALTER TABLE {quote(table)} DISABLE TRIGGER {quote(name)}")
        yield
        for table, name, enabled in triggers:
            kind = _ENABLE[enabled.decode() if isinstance(enabled, bytes) else enabled]
            cursor.execute(f"ALTER TABLE {quote(table)} {kind} TRIGGER {quote(name)}")


def _empty(tables: Iterable[str]) -> None:
    """Take out what a fresh database is born with (kinds of things, rights): the backup brings its own."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))}")


def _in_order(tables: list[Table]) -> list[Table]:
    """Return the tables so that links which cannot wait for the end of the transaction find what they point at."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKS)
        links = cursor.fetchall()
    left, order, done = list(tables), [], set[str]()
    while left:
        names = {table.name for table in left}
        ready = [t for t in left if not any(a == t.name and b in names for a, b in links)] or left
        order += ready
        done |= {table.name for table in ready}
        left = [table for table in left if table.name not in done]
    return order


def _load(book: zipfile.ZipFile, table: Table) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, table.columns))
    wanted = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, book.open(table.data.name) as data, cursor.copy(wanted) as copy:
        for part in parts_of(data):
            copy.write(part)


def _sequences(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for name, last in manifest.sequences.items():
            if last is not None:
                cursor.execute("SELECT setval(%s::regclass, %s)", [connection.ops.quote_name(name), last])


def _compare(manifest: Manifest) -> None:
    """Count every table. Raises ``ArchiveError``, and with it nothing is written, where one has
    not become what it was."""
    with connection.cursor() as cursor:
        for table in manifest.tables:
            # A table's own name.
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table.name)}")  # noqa: S608
            if (found := cursor.fetchone()[0]) != table.rows:
                raise ArchiveError(
                    _("%(table)s has %(found)s rows and should have %(rows)s. Nothing has been written.")
                    % {"table": table.name, "found": found, "rows": table.rows}
                )


@contextmanager
def _files(book: zipfile.ZipFile, manifest: Manifest) -> Iterator[None]:
    """Lay the files down beside where they belong, and move them there at the end; whatever fails,
    nothing is left behind."""
    media, log = Path(settings.MEDIA_ROOT), Path(settings.AUDIT_SEAL_LOG)
    beside = media.with_name(f"{media.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    try:
        for member in manifest.files:
            if member.name == SEALS:
                continue
            path = safe_path(beside if member.name.startswith("files/") else beside / ".logo", member.name)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with book.open(member.name) as source, path.open("xb") as target:
                shutil.copyfileobj(source, target)
        if media.exists():
            media.rmdir()
        beside.rename(media)
        if lines := book.read(SEALS):
            log.parent.mkdir(parents=True, exist_ok=True)
            log.touch(mode=0o600)
            log.write_bytes(lines)
        yield
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def newest(folder: Path) -> Path:
    """Return the newest backup in ``folder``. Raises ``ArchiveError`` where there is none."""
    found = sorted(folder.glob(making.PATTERN))
    if not found:
        raise ArchiveError(_("There is no backup in %(folder)s.") % {"folder": folder})
    return found[-1]
