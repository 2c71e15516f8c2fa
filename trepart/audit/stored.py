"""What is stored under an event: its rows of histories, and what is written once. The seal over the event holds the
digest of each, so that a decision, a vote or a published PDF cannot be changed without the seal showing it.

The digest is keyed: whoever may read the database cannot try values until one fits, not even for words that have been
erased (R31). It covers the columns there were when the seal was made.
"""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection, models

from trepart.audit import history
from trepart.audit.models import Rewritten
from trepart.audit.recording import canonical

#: A row among all: its table, and its number there.
Key = tuple[str, int]
#: So many rows are fetched at a time; one may hold two printed documents.
_AT_A_TIME = 100


@dataclass(frozen=True)
class Bound:
    """A table whose rows belong to events. ``thing`` is the column with the number of what a row is about."""

    table: str
    pk: str
    thing: str
    name: str
    columns: tuple[str, ...]
    #: The columns of them that hold JSON: a raw cursor gives their text.
    json: frozenset[str]
    erasable: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row as it stands; ``event`` is the one it belongs to."""

    bound: Bound
    pk: int
    event: int | None
    thing: int
    values: Mapping[str, object]

    @property
    def key(self) -> Key:
        """Return where it lies."""
        return self.bound.table, self.pk

    @property
    def name(self) -> str:
        """Return what it is, in words."""
        return f"{self.bound.name} {self.thing}"


@cache
def bound() -> dict[str, Bound]:
    """Return every table whose rows belong to events, by name."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, history.EventBound):
            fields = model._meta.concrete_fields
            about = getattr(model, "instance_type", None)
            found[model._meta.db_table] = Bound(
                table=model._meta.db_table,
                pk=str(model._meta.pk.column),
                thing=str((about or model)._meta.pk.column),
                name=str((about or model)._meta.verbose_name),
                columns=tuple(str(field.column) for field in fields),
                json=frozenset(str(field.column) for field in fields if isinstance(field, models.JSONField)),
                erasable=history.erasable().get(model._meta.db_table, ()),
            )
    return found


def rows_of(events: Sequence[int]) -> Iterator[tuple[int, Row]]:
    """Give every row that was written or erased under one of ``events``, each with that event."""
    tables = _with_rows(events)
    for table in tables:
        one = bound()[table]
        for row in _fetched(one, "event_id", events):
            yield row.event or 0, row
    erased: defaultdict[str, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for event, table, pk in Rewritten.objects.filter(event__in=events).values_list("event", "table", "row"):
        if table in bound():
            erased[table][pk].add(event)
    for table, numbers in erased.items():
        one = bound()[table]
        for row in _fetched(one, one.pk, list(numbers)):
            for event in sorted(numbers[row.pk]):
                if event != row.event:  # what it wrote itself has been given already
                    yield event, row


def without_event() -> Iterator[Row]:
    """Give the rows that belong to no event."""
    for one in bound().values():
        yield from _fetched(one, "", [])


def _with_rows(events: Sequence[int]) -> list[str]:
    """Return the tables in which something was written under one of ``events``: one question instead of eighty."""
    asked = " UNION ALL ".join(
        # Names of our own tables.
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\" WHERE event_id = ANY (%(events)s))"  # noqa: S608
        for table in bound()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, {"events": list(events)})
        return [table for (table,) in cursor.fetchall()]


def _fetched(one: Bound, column: str, numbers: Sequence[int]) -> Iterator[Row]:
    listed = ", ".join(f'"{name}"' for name in one.columns)
    where = f'"{column}" = ANY (%s)' if column else "event_id IS NULL"
    # Names of our own columns.
    asked = f'SELECT {listed} FROM "{one.table}" WHERE {where} ORDER BY "{one.pk}"'  # noqa: S608
    with connection.chunked_cursor() as cursor:
        cursor.execute(asked, [list(numbers)] if column else None)
        while batch := cursor.fetchmany(_AT_A_TIME):
            for values in batch:
                said = dict(zip(one.columns, values, strict=True))
                yield Row(one, said[one.pk], said["event_id"], said[one.thing], said)


def digests(secret: bytes, row: Row, columns: Collection[str] | None = None) -> list[str]:
    """Return the digest of ``row`` over ``columns`` (all, unless said); where some may be erased, theirs apart."""
    covered = set(row.bound.columns if columns is None else columns)
    parts = [covered - set(row.bound.erasable)]
    if row.bound.erasable:
        parts.append(covered & set(row.bound.erasable))
    return [_digest(secret, row, part) for part in parts]


def _digest(secret: bytes, row: Row, columns: Collection[str]) -> str:
    said = {name: _plain(row.values.get(name), parsed=name in row.bound.json) for name in sorted(columns)}
    return hmac.digest(secret, b"trepart row 1\n" + canonical([row.bound.table, said]), "sha256").hex()


def _plain(value: Any, *, parsed: bool = False) -> Any:
    """Return a value as the seal takes it: the same, whoever reads it and however it was written."""
    from trepart.audit.sealing import from_json, moment  # the sealer imports this module

    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bytes | memoryview):
        return sha256(value).hexdigest()
    return from_json(value) if parsed else value


def said(secret: bytes, events: Sequence[int]) -> tuple[dict[int, list[list[object]]], dict[str, list[str]]]:
    """Return what was stored under each of ``events`` as its seal says it, and the columns of each table in it."""
    stored: defaultdict[int, list[list[object]]] = defaultdict(list)
    columns: dict[str, list[str]] = {}
    for event, row in rows_of(events):
        stored[event].append([row.bound.table, row.pk, *digests(secret, row)])
        columns.setdefault(row.bound.table, sorted(row.bound.columns))
    return {event: sorted(rows, key=lambda one: (str(one[0]), one[1])) for event, rows in stored.items()}, columns
