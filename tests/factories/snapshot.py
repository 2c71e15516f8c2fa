"""Makes a costly piece of the world once a session, and lays the very same rows down again for every other test.

The rows were made by the services the first time, with trail and history; a test that asks again gets them through a
few dozen COPYs instead of a thousand queries. The guards of the database hold for the copies as well. Where anything
could make a copy differ (another day, rows already there, other content types), the services are asked again.
"""

import contextlib
import copy
import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils.translation import get_language

from trepart import clock

T = TypeVar("T")

#: What was returned, and the rows that came of it: where COPY lays them down, and the rows as it writes them.
_kept: dict[Any, tuple[Any, list[tuple[str, bytes]]]] = {}

#: Rooms whose tables are looked at, besides the groups and rights of Django and guardian.
_ROOMS = (
    "access",
    "audit",
    "organisation",
    "cases",
    "delegations",
    "meetings",
    "commissions",
    "council",
    "guardian",
    "auth",
)
#: Filled by the database itself when an event is written.
_BY_TRIGGER = frozenset({"audit.Unsealed", "audit.UnsealedView", "procrastinate.ProcrastinateEvent"})
#: What the database writes itself into each new row, whatever is given: it differs each time a row is laid down.
_FILLED = frozenset({("audit.Event", "recorded_at"), ("audit.Event", "xact")})
#: Apps whose rows are Django's own, or of no world.
_NOT_THE_WORLDS = frozenset({"contenttypes", "sessions", "admin", "usersessions"})


def _tables() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in _ROOMS and not model._meta.proxy and model._meta.label not in _BY_TRIGGER
    ]


def _untouched() -> bool:
    return not any(
        apps.get_model(label)._base_manager.exists() for label in ("access.User", "auth.Group", "organisation.Body")
    )


def once(key: Any, build: Callable[[], T]) -> T:
    """Return what ``build`` returns, laid down from the copy kept under ``key`` where there is one that fits."""
    body = ContentType.objects.get_for_model(apps.get_model("organisation.Body"))
    rights = Permission.objects.filter(content_type=body).exclude(codename__regex=r"^(add|change|delete|view)_body$")
    if not _untouched() or rights.exists():
        return build()
    key = (key, clock.today(), body.pk, connection.settings_dict["NAME"])
    if key not in _kept:
        before = {m: m._base_manager.aggregate(last=models.Max("pk"))["last"] for m in _tables()}
        made = build()
        _kept[key] = (copy.deepcopy(made), _new_rows(before))
    else:
        made, rows = _kept[key]
        _lay(rows)
        made = copy.deepcopy(made)
    _note(key)
    return made


#: What was returned, and what became of the tables, by what was there.
_added: dict[Any, tuple[Any, list[tuple[str, bytes, bool]]]] = {}
#: What was not kept the first time it was asked for.
_asked: set[Any] = set()
#: The world that was last laid down or kept, and what the database had counted by then.
_noted: tuple[Any, tuple[Any, ...]] | None = None


def upon(key: Any, build: Callable[[], T]) -> T:
    """Return what ``build`` returns. Where it has been asked under ``key`` in a world that held the very same rows, and
    had changed none of them, the rows it made are laid down again.
    """
    key = (key, _as_noted() or _digest(), *_surroundings())
    return _laid(key) if key in _added else _kept_of(key, build, changes=False)


def walked(key: Any, build: Callable[[], T], *, seldom: bool = False) -> T:
    """Return what ``build`` returns, as `upon` does, for short steps that many tests begin with: what ``build`` changes
    of the rows that were there is laid down as well, so whoever holds them fetches them anew; and ``build`` is asked
    wherever a test has written something of its own before. ``seldom``: it may never be asked for again, and is kept
    from the second time.
    """
    world = _as_noted()
    if world is None:
        return build()
    key = (key, world, *_surroundings())
    if key in _added:
        return _laid(key)  # type: ignore[no-any-return]
    if seldom and key not in _asked:
        _asked.add(key)
        return build()
    return _kept_of(key, build, changes=True)


def _laid(key: Any) -> Any:
    made, tables = _added[key]
    with transaction.atomic(), _past_the_guards(), connection.cursor() as cursor:
        for where, _rows, anew in tables:
            if anew:
                cursor.execute(f"DELETE FROM {where.partition(' (')[0]}")
        _lay([(where, rows) for where, rows, _anew in tables])
    _note(key)
    return copy.deepcopy(made)


def _kept_of(key: Any, build: Callable[[], T], *, changes: bool) -> T:
    before = _by_table()
    made = build()
    after = _by_table()
    changed = {where for where, rows in before.items() if not after[where].startswith(rows)}
    if changes or not changed:
        tables = [
            (where, rows, True) if where in changed else (where, rows[len(before[where]) :], False)
            for where, rows in after.items()
            if rows != before[where]
        ]
        _added[key] = (copy.deepcopy(made), tables)
        _note(key)
    return made


def _surroundings() -> tuple[Any, ...]:
    """Return what decides, beside the rows there are, what comes of the same call."""
    said = (settings.LANGUAGE_CODE, settings.SITE_URL, settings.DEMO, get_language())
    return (clock.today(), clock._set.get(), connection.settings_dict["NAME"], *said)


def _note(world: Any) -> None:
    """Note that the database holds this world now, with the numbers its rows have in every copy."""
    global _noted
    _noted = (world, _counted())


def _as_noted() -> Any:
    """Return the world that was noted, where nothing has been written since, nor taken back; else None."""
    if _noted is None:
        return None
    world, counted = _noted
    return world if counted[0] is not None and counted == _counted() else None


def _counted() -> tuple[Any, ...]:
    """Return which transaction runs, how many rows it has written or removed (what was taken back is counted too), and
    how many events there are: it takes the database a hundredth of what reading every table does."""
    counts = " + ".join(f"pg_stat_get_xact_tuples_{what}(oid)" for what in ("inserted", "updated", "deleted"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id_if_assigned()::text, (SELECT sum(" + counts + ") FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace), count(*), max(id) FROM audit_event"
        )
        return tuple(cursor.fetchone())


def _digest() -> bytes:
    """Return what tells one world from another: all rows, but for what the database wrote itself when they came."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in _of_the_world():
            if model._meta.label not in _BY_TRIGGER:
                found.update(b"%b\0" % _copied(cursor, model, leave_out=_FILLED)[1])
    return found.digest()


def _by_table() -> dict[str, bytes]:
    """Return what the tables of every room hold, oldest row first, by where COPY lays it down."""
    with connection.cursor() as cursor:
        return dict(_copied(cursor, model) for model in _of_the_world())


def _of_the_world() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.app_label not in _NOT_THE_WORLDS
    ]


def _copied(
    cursor: Any, model: type[models.Model], beyond: Any = None, *, leave_out: Collection[tuple[str, str]] = ()
) -> tuple[str, bytes]:
    """Return where a model's rows go, and those beyond a number (all of them unless said), as COPY writes them, without
    the columns that are left out."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(quote(str(f.column)) for f in fields if (model._meta.label, f.name) not in leave_out)
    newer = "" if beyond is None else f" WHERE {key} > {int(beyond)}"
    with cursor.copy(f"COPY (SELECT {columns} FROM {table}{newer} ORDER BY {key}) TO STDOUT") as rows:
        return f"{table} ({columns})", b"".join(bytes(part) for part in rows)


@contextlib.contextmanager
def _past_the_guards() -> Iterator[None]:
    """Let rows be laid down as they are, in the running transaction: they were guarded when they were first written."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")  # a test's transaction goes on


def _lay(rows: list[tuple[str, bytes]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for where, text in rows:  # what points where is checked at the end: the order does not matter
            with cursor.copy(f"COPY {where} FROM STDIN") as into:
                into.write(text)


def _new_rows(before: dict[type[models.Model], Any]) -> list[tuple[str, bytes]]:
    """Return the rows that each table has beyond the last one before."""
    with connection.cursor() as cursor:
        found = [_copied(cursor, model, last) for model, last in before.items()]
    return [(where, rows) for where, rows in found if rows]


@dataclass(frozen=True)
class _World:
    """All rows of all tables, and the files that belong to them."""

    made: Any
    tables: dict[str, bytes]
    files: Path


_worlds: dict[Any, _World] = {}


def world(key: Any, build: Callable[[], T], folder: Callable[[], Path]) -> T:
    """Return what ``build`` returns, for tests that commit: where ``build`` has been asked under ``key``
    before, the whole database and the files are laid down as it left them, ids and all. ``folder`` gives an
    empty folder to keep the files in.
    """
    key = (key, clock.today(), connection.settings_dict["NAME"])
    media = Path(settings.MEDIA_ROOT)
    if key not in _worlds:
        made = build()
        files = folder()
        if media.exists():
            shutil.copytree(media, files, dirs_exist_ok=True)
        _worlds[key] = _World(copy.deepcopy(made), _all_rows(), files)
        return made
    kept = _worlds[key]
    _lay_down(kept.tables)
    shutil.copytree(kept.files, media, dirs_exist_ok=True)
    ContentType.objects.clear_cache()
    return copy.deepcopy(kept.made)  # type: ignore[no-any-return]


def _all_rows() -> dict[str, bytes]:
    """Return what each table holds, as COPY writes it; what has been migrated is not a row of the world."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name != "django_migrations":
                with cursor.copy(f"COPY {connection.ops.quote_name(name)} TO STDOUT") as rows:
                    found[name] = b"".join(bytes(part) for part in rows)
    return found


def _lay_down(tables: dict[str, bytes]) -> None:
    """Put the rows in place of those there are; sequences have only gone on since."""
    with transaction.atomic(), _past_the_guards(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))}")
        for name, rows in tables.items():
            if rows:
                with cursor.copy(f"COPY {connection.ops.quote_name(name)} FROM STDIN") as into:
                    into.write(rows)
