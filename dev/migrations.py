"""Every app's first migration, written anew from the models as they stand.

    python -m dev.migrations          write migrations/0001_initial.py and .sql of every app of ours that has models
    python -m dev.migrations --check  write nothing; exit 1 where one of them would change

For the time before the first installation: whoever changes a model then has its tables made anew. Afterwards, a
change is a migration of its own (`manage.py makemigrations`), and this program refuses where it finds one. What
is written by hand (guards, columns kept by the database) stands in a migration after the first and is left
alone; see docs/decisions/0043.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter
from django.utils import translation

from trepart.initial_tables import InitialTables

if TYPE_CHECKING:
    from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent
FIRST = "0001_initial"
#: Waits for other people's migrations, and nearly every app of ours for it: what theirs do is done
#: while few models are known.
LAST_OF_THE_FEW = "audit"


class MigrationsError(Exception):
    """The migrations cannot be written; the words say why."""


def written() -> dict[Path, str]:
    """Return every file that belongs to a first migration, and what should stand in it. Raises ``MigrationsError``."""
    files: dict[Path, str] = {}
    labels = own_labels()
    needs = {label: needed_by(label) for label in labels}
    try:
        TopologicalSorter({label: others & set(labels) for label, others in needs.items()}).prepare()
    except CycleError as error:
        raise MigrationsError(f"Apps need each other's tables: {' -> '.join(error.args[1])}") from None
    for label in labels:
        folder = Path(apps.get_app_config(label).path) / "migrations"
        refuse_later_ones(label, folder)
        sql = sql_of(label)
        files[folder / "__init__.py"] = ""
        files[folder / f"{FIRST}.sql"] = sql
        files[folder / f"{FIRST}.py"] = migration_of(label, needs[label], sql)
    return files


def own_labels() -> list[str]:
    """Return the labels of the installed apps that are ours and have models."""
    ours = [config for config in apps.get_app_configs() if (ROOT / config.name.split(".")[0] / "__init__.py").exists()]
    return sorted(config.label for config in ours if any(True for _ in config.get_models()))


def refuse_later_ones(label: str, folder: Path) -> None:
    """Raise ``MigrationsError`` where an app has changed its tables since its first migration."""
    kinds: tuple[type[Operation], ...] = (FieldOperation, IndexOperation, ModelOperation)
    for path in sorted(folder.glob("[0-9]*.py")):
        if path.stem == FIRST:
            continue
        package = ".".join(folder.relative_to(ROOT).parts)
        operations = import_module(f"{package}.{path.stem}").Migration.operations
        if any(isinstance(operation, kinds) for operation in operations):
            raise MigrationsError(
                f"{label} has a later migration, {path.name}. Something is installed: then a change is one more of "
                "those. Nothing is: delete it, and begin anew."
            )


def needed_by(label: str) -> set[str]:
    """Return the labels of the other apps whose tables an app's tables point at."""
    pointed = {
        field.related_model._meta.app_label
        for model in apps.get_app_config(label).get_models()
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation and field.related_model is not None
    }
    return pointed - {label}


def models_of(label: str) -> list[type[Model]]:
    """Return an app's models by name, each before its history."""

    def place(model: type[Model]) -> tuple[str, bool]:
        return (model.__name__.removeprefix("Historical"), model.__name__.startswith("Historical"))

    return sorted(apps.get_app_config(label).get_models(), key=place)


def sql_of(label: str) -> str:
    """Return what makes an app's tables in PostgreSQL, as Django's schema editor says it."""
    lines = [f"-- The tables of {label}, as {FIRST}.py says them. Written by `python -m dev.migrations`.\n"]
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for model in models_of(label):
            editor.create_model(model)
    for statement in editor.collected_sql:
        if not statement.startswith("--"):
            lines.append(in_lines(statement))
    return "\n".join(lines) + "\n"


def in_lines(statement: str) -> str:
    """Return a statement that makes a table with each of its columns and conditions on a line."""
    begun = re.match(r'CREATE TABLE "\w+" \(', statement)
    if begun is None:
        return statement
    return "".join([begun.group(), *(f"\n    {part}" for part in parts_of(statement[begun.end() : -2])), "\n);\n"])


def parts_of(inside: str) -> Iterator[str]:
    """Give what stands between the commas that no parenthesis and no quotation mark encloses, commas included."""
    depth, quoted, begin = 0, "", 0
    for place, sign in enumerate(inside):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "'\"":
            quoted = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "," and not depth:
            yield inside[begin : place + 1].strip()
            begin = place + 1
    yield inside[begin:].strip()


def migration_of(label: str, needs: set[str], sql: str) -> str:
    """Return the text of an app's first migration."""
    tables = []
    for model in models_of(label):
        state = ModelState.from_model(model)
        fields, options = list(state.fields.items()), {name: said for name, said in state.options.items() if said != []}
        tables.append(migrations.CreateModel(state.name, fields, options, state.bases, state.managers))
    operations: list[Operation] = [InitialTables(tables)]
    if "gin_trgm_ops" in sql:
        operations.insert(0, TrigramExtension())
    migration = type("Migration", (migrations.Migration,), {"initial": True, "operations": operations})(FIRST, label)
    migration.dependencies = dependencies(label, needs)
    docstring = (
        f'"""The first tables of {label}. Written by `python -m dev.migrations`, with the file of SQL beside it."""\n\n'
    )
    return docstring + MigrationWriter(migration, include_header=False).as_string().lstrip()


def dependencies(label: str, needs: set[str]) -> list[tuple[str, str]]:
    """Return the migrations that an app's first one comes after."""
    ours = set(own_labels())
    found: list[tuple[str, str]] = []
    if label == LAST_OF_THE_FEW:
        needs = needs | other_labels()
    for other in sorted(needs):
        if other == settings.AUTH_USER_MODEL.split(".")[0]:
            found.append(("__setting__", "AUTH_USER_MODEL"))  # as Django's writer wants it
        else:
            found.append((other, FIRST if other in ours else newest_of(other)))
    return found


def other_labels() -> set[str]:
    """Return the labels of the apps with migrations that are not ours."""
    module = MigrationLoader.migrations_module
    with_some = {c.label for c in apps.get_app_configs() if (Path(c.path) / "migrations" / "__init__.py").exists()}
    return {label for label in with_some - set(own_labels()) if module(label)[0]}


def newest_of(label: str) -> str:
    """Return the name of the newest migration of an app that is not ours."""
    return max(path.stem for path in (Path(apps.get_app_config(label).path) / "migrations").glob("[0-9]*.py"))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Write every app's first migration anew.")
    parser.add_argument("--check", action="store_true", help="write nothing, and say what would change")
    options = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # the tests' own app has a first migration too
    django.setup()
    try:
        with translation.override(None):  # names of models and fields in English, as in the sources
            wanted = written()
    except MigrationsError as error:
        print(error, file=sys.stderr)
        return 1
    changed = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in changed:
        print(path.relative_to(ROOT))
        if not options.check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
