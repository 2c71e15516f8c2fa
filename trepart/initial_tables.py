"""The migration operation an app begins with: a file of SQL makes its tables, and Django knows them as models."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.migrations.operations import CreateModel, RunSQL, SeparateDatabaseAndState
from django.db.migrations.state import ProjectState

#: The file of SQL, in the app's folder; `python -m dev.migrations` writes it together with the migration beside it.
SQL_FILE = Path("migrations") / "0001_initial.sql"
_TABLE = re.compile(r'^CREATE TABLE ("\w+")', re.MULTILINE)


def sql_file(app_label: str) -> Path:
    """Return where the SQL of an app's first tables is. Raises ``LookupError`` for an app that is not installed."""
    return Path(apps.get_app_config(app_label).path) / SQL_FILE


class InitialTables(SeparateDatabaseAndState):
    """Make all tables of an app at once.

    ``tables`` are the models as Django's migrations know them, one complete ``CreateModel`` each, in any order.
    Django's own way draws every related model anew at each of them, and everything is related to people and bodies:
    that took most of a minute.
    """

    serialization_expand_args = ["tables"]

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = list(tables)
        super().__init__(state_operations=self.tables)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return how the operation is written in a migration."""
        return (type(self).__name__, [self.tables], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models to Django's view; where it is drawn already, the new ones are drawn into it together."""
        drawn = state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
        if drawn is not None:
            drawn.render_multiple([state.models[app_label, table.name_lower] for table in self.tables])
            state.apps = drawn

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Run the app's file of SQL."""
        sql = sql_file(app_label).read_text(encoding="utf-8")
        RunSQL(sql).database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables that the file makes."""
        tables = _TABLE.findall(sql_file(app_label).read_text(encoding="utf-8"))
        RunSQL(f"DROP TABLE {', '.join(tables)} CASCADE").database_forwards(
            app_label, schema_editor, from_state, to_state
        )

    def describe(self) -> str:
        """Say what the operation does, for `migrate --plan`."""
        return f"Make {len(self.tables)} tables from {SQL_FILE.name}"
