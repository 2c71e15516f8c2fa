"""Puts the database back to what the migrations made of it, after a test that commits.

Django truncates every table and makes content types and rights anew, with other numbers: half a second of processor
time for each such test, after which nothing that was kept fits any more (tests/factories/snapshot.py). Here only what
has rows is emptied, and what the migrations and Django put there stays as it was, numbers and all.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from psycopg import errors

#: Tables that have rows when nothing has happened yet, and their rows as COPY writes them.
_from_the_start: dict[str, bytes] = {}
#: Where a table has grown beyond this, the room it took is given back (bytes).
_LARGE = 1 << 19
#: The same for a table that is empty between tests (bytes).
_SWEPT = 1 << 16


def remember() -> None:
    """Note what a database holds in which nothing has happened yet."""
    with connection.cursor() as cursor:
        _from_the_start.clear()
        _from_the_start.update({name: _rows(cursor, name) for name in _with_rows(cursor, _tables(cursor))})


def put_back() -> None:
    """Empty what a test has filled. The last request of a browser may still be writing: where PostgreSQL ends
    one of the two, it is tried again."""
    for _again in range(2):
        try:
            _put_back()
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.DeadlockDetected):
                raise
        else:
            return
    _put_back()


def _put_back() -> None:
    with connection.cursor() as cursor:
        with transaction.atomic():
            # Past the triggers: append-only tables refuse to be emptied.
            cursor.execute("SET LOCAL session_replication_role = replica")
            tables = _tables(cursor)
            cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, tables))} IN SHARE MODE")  # waits for who writes
            large = []
            for name in _with_rows(cursor, tables):
                rows = _from_the_start.get(name)
                if rows is not None and sorted(_rows(cursor, name).split(b"\n")) == sorted(rows.split(b"\n")):
                    continue
                cursor.execute(f"DELETE FROM {_quoted(name)}")
                if rows is not None:
                    _lay_down(cursor, name, rows)
                cursor.execute("SELECT pg_relation_size(%s::regclass)", [_quoted(name)])
                if cursor.fetchone()[0] > _LARGE:
                    large.append(name)
            for name in _from_the_start.keys() - set(_with_rows(cursor, _from_the_start)):
                _lay_down(cursor, name, _from_the_start[name])
        if large:
            cursor.execute(f"VACUUM {', '.join(map(_quoted, large))}")
    ContentType.objects.clear_cache()


def sweep() -> None:
    """Give back the room that tests took whose rows were rolled back: what is left of a thousand tests makes each
    question twenty times as slow, and PostgreSQL plans for tables that look full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > %s",
            [_SWEPT],
        )
        if large := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"VACUUM {', '.join(large)}")


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _tables(cursor: Any) -> list[str]:
    return [table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"]


def _with_rows(cursor: Any, tables: Any) -> list[str]:
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {_quoted(name)})" for name in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


def _rows(cursor: Any, name: str) -> bytes:
    with cursor.copy(f"COPY {_quoted(name)} TO STDOUT") as rows:
        return b"".join(bytes(part) for part in rows)


def _lay_down(cursor: Any, name: str, rows: bytes) -> None:
    with cursor.copy(f"COPY {_quoted(name)} FROM STDIN") as into:
        into.write(rows)
