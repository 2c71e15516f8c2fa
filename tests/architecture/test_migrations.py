"""An app's first migration makes from its file of SQL what Django would make from the models (docs/decisions/0043)."""

import os
import re
import subprocess
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.apps import apps
from django.contrib.postgres.operations import CreateExtension
from django.db import connection, connections
from django.db.migrations import Migration, RunSQL
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from dev.migrations import own_labels
from dev.server_account import binaries
from trepart.audit.operations import AppendOnly, GuardStatus
from trepart.initial_tables import InitialTables

pytestmark = pytest.mark.django_db


def plan() -> list[Migration]:
    """Return all migrations in the order in which an empty database gets them."""
    executor = MigrationExecutor(connection)
    return [step for step, _back in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)]


def in_database(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture
def drawn() -> Iterator[str]:
    """Return the name of a database that has its tables from the models, and from the migrations only
    what is written by hand."""
    name = f"{connection.settings_dict['NAME']}_drawn"
    known = sql.Identifier(name)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(known))
        server.execute(sql.SQL("CREATE DATABASE {}").format(known))
        there = connection.copy("drawn")
        there.settings_dict["NAME"] = name
        connections["drawn"] = there
        try:
            draw(there)
        finally:
            there.close()
            del connections["drawn"]
        yield name
        server.execute(sql.SQL("DROP DATABASE {}").format(known))


def draw(there: Any) -> None:
    by_hand = (RunSQL, GuardStatus, AppendOnly)
    operations = [(step.app_label, operation) for step in plan() for operation in step.operations]
    state: Any = SimpleNamespace(apps=apps)
    with there.schema_editor() as editor:
        for label, operation in operations:
            if isinstance(operation, CreateExtension):
                operation.database_forwards(label, editor, state, state)
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    with there.schema_editor() as editor:
        for label, operation in operations:
            if label in own_labels() and isinstance(operation, by_hand):
                operation.database_forwards(label, editor, state, state)


def schema(name: str) -> list[str]:
    """Return what `pg_dump -s` says of our own tables, each line of a table with its name: the order of
    columns is of no account."""
    labels = set(own_labels())
    tables = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.app_label in labels}
    said = subprocess.run(
        [
            binaries() / "pg_dump",
            "--schema-only",
            "--no-owner",
            *(f"--table=public.{table}" for table in sorted(tables)),
            in_database(name),
        ],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    lines, table = [], ""
    for line in (line.rstrip(", ") for line in said.splitlines()):
        if begun := re.match(r"CREATE TABLE (\S+)", line):
            table = begun.group(1)
        if line and not line.startswith(("--", "\\")):
            lines.append(f"{table}: {line.strip()}" if table else line)
        if line == ");":
            table = ""
    return sorted(lines)


def test_the_files_of_sql_make_what_the_models_say(drawn: str) -> None:
    migrated, wanted = schema(connection.settings_dict["NAME"]), schema(drawn)
    assert len(wanted) > 1000
    more, missing = sorted(set(migrated) - set(wanted)), sorted(set(wanted) - set(migrated))
    assert migrated == wanted, (
        f"Only in the migrations: {more}. Only in the models: {missing}. While nothing is installed anywhere, "
        "`make migrations` writes the first migrations anew; afterwards `manage.py makemigrations` adds one."
    )


def test_first_tables_can_be_taken_away_again() -> None:
    (tables,) = [
        o for step in plan() for o in step.operations if step.app_label == "errands" and isinstance(o, InitialTables)
    ]
    with connection.schema_editor() as editor:
        tables.database_backwards("errands", editor, None, None)
    assert not [name for name in connection.introspection.table_names() if name.startswith("errands_")]
