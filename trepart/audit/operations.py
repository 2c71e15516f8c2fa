"""Migration operations that let the database itself guard the trail."""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model


class GuardStatus(Operation):
    """Let a table take a status only along a legal edge and only with the event of this transaction that says so.

    ``edges`` are ``(from, to)`` pairs written out in the migration; a test holds them against the app's ``states.py``.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, edges: Iterable[tuple[str, str]]) -> None:
        self.model_name = model_name
        self.edges = tuple(sorted(edges))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__name__, [self.model_name, self.edges], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in Django's view of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in self.statements(model):
            schema_editor.execute(statement)

    def statements(self, model: type[Model]) -> list[str]:
        """Return what the database is told, for ``model`` as the migrations or the program know it."""
        table = model._meta.db_table
        args = ", ".join(f"'{word}'" for word in (model._meta.label_lower, *(f"{a}:{b}" for a, b in self.edges)))
        return [
            f'DROP TRIGGER IF EXISTS guard_status ON "{table}"',
            f'CREATE TRIGGER guard_status BEFORE INSERT OR UPDATE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION audit_guard_status({args})",
        ]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f'DROP TRIGGER IF EXISTS guard_status ON "{model._meta.db_table}"')

    def describe(self) -> str:
        return f"Guard the status of {self.model_name} in the database"


class AppendOnly(Operation):
    """Let a table's rows never be changed, removed or truncated (R29)."""

    reversible = True
    reduces_to_sql = True

    #: What the triggers are called.
    trigger = "append_only"

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__name__, [self.model_name], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes in Django's view of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.statements(to_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement)

    def guard(self) -> str:
        """Return the call of the function that judges each row."""
        return "audit_refuse()"

    def statements(self, model: type[Model]) -> list[str]:
        """Return what the database is told, for ``model`` as the migrations or the program know it."""
        table = model._meta.db_table
        return [
            f'CREATE TRIGGER {self.trigger} BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION '
            f"{self.guard()}",
            f'CREATE TRIGGER {self.trigger}_truncate BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        ]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(f'DROP TRIGGER IF EXISTS {self.trigger} ON "{table}"')
        schema_editor.execute(f'DROP TRIGGER IF EXISTS {self.trigger}_truncate ON "{table}"')

    def describe(self) -> str:
        return f"Make {self.model_name} append-only in the database"


class KeepPast(AppendOnly):
    """Let the rows of a history be added to and nothing else, whoever asks, but for the columns that may be erased
    (R31): those change in a transaction in which `audit_rewritten` says so, under an event of that transaction.

    ``erasable`` are the columns that :func:`trepart.audit.history.may_erase` names; a test holds the two together.
    """

    trigger = "keep_past"

    def __init__(self, model_name: str, *erasable: str) -> None:
        super().__init__(model_name)
        self.erasable = erasable

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (type(self).__name__, [self.model_name, *self.erasable], {})

    def guard(self) -> str:
        """Return the call of the function that judges each row."""
        args = ", ".join(f"'{column}'" for column in self.erasable)
        return f"audit_keep_past({args})"

    def describe(self) -> str:
        return f"Keep the rows of {self.model_name} as they were written"
