"""Content history with django-simple-history, every row tied to the event it belongs to."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from trepart import clock
from trepart.audit import recording
from trepart.prepared import insert

M = TypeVar("M", bound=models.Model)


class EventBound(models.Model):
    """What every history table has in addition: the event under which the row was written."""

    event_id = models.BigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        abstract = True


class Records(HistoricalRecords):
    """The library's history, with its rows appended by one statement that is worked out once."""

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        """Write what ``instance`` now is, under the running event."""
        if self.get_m2m_fields_from_model(type(instance)):
            super().create_historical_record(instance, history_type, using=using)
            return
        line = _line(_table(type(instance)), instance, history_type)
        if line.event_id is None and (person := self.get_history_user(instance)) is not None:
            line.history_user_id = person.pk
        line.history_change_reason = self.get_change_reason_for_object(instance, history_type, using)
        insert(line)


_tables: dict[type[models.Model], Any] = {}


def _table(model: type[models.Model]) -> Any:
    """Return the model of the history of ``model``, None where it keeps none; the library makes a manager anew each time it is asked."""
    if model not in _tables:
        kept: Any = getattr(model, "history", None)
        _tables[model] = None if kept is None else kept.model
    return _tables[model]


def _line(table: Any, row: Any, history_type: str) -> Any:
    """Return a row of the history of ``row``, not yet written."""
    line = table(history_type=history_type, **{f.attname: getattr(row, f.attname) for f in table.tracked_fields})
    _bind(history_instance=line)
    return line


def track(**kwargs: Any) -> HistoricalRecords:
    """Keep the history of a model's content: ``history = audit.track()``.

    Takes the arguments of ``HistoricalRecords`` (``excluded_fields``, ``m2m_fields`` …).
    """
    return Records(bases=[EventBound], history_change_reason_field=models.TextField(null=True), **kwargs)


def _bind(*, history_instance: Any, **kwargs: Any) -> None:
    event = recording.current()
    history_instance.history_date = clock.now()
    if event is not None:
        history_instance.event_id = event.pk
        history_instance.history_user_id = event.actor_id


def create_all(rows: Sequence[M]) -> Sequence[M]:
    """Insert new ``rows`` of one tracked model, and their history under the running event, in one statement.

    What lies there afterwards is what saving them one by one would have written; this is the one door through which several may be written at once.
    Returns ``rows`` with their primary keys. Raises ``TypeError`` for rows of several models, or of one whose history this cannot write
    (none, or with relations of its own), ``ValueError`` for a row that is there already.
    """
    if not rows:
        return rows
    model = type(rows[0])
    table = _table(model)
    if table is None or any(type(row) is not model for row in rows):
        raise TypeError("All rows must be of one model that keeps its history.")
    if any(not row._state.adding for row in rows):
        raise ValueError("Only new rows are inserted here.")
    if table._history_m2m_fields or hasattr(table, "history_relation"):
        raise TypeError(f"The history of {model.__name__} has relations of its own; save its rows one by one.")
    for row in rows:
        # As ``save()`` does: what a row points to may have been given its number meanwhile.
        row._prepare_related_fields_for_save(operation_name="create_all")  # type: ignore[attr-defined]  # Django's own
    shared = frozenset(field.attname for field in table.tracked_fields)
    with transaction.atomic(savepoint=False):
        insert(*rows, copy=_line(table, rows[0], "+"), shared=shared)
    return rows


def connect() -> None:
    """Listen to simple-history's hook; called once from ``AppConfig.ready``."""
    pre_create_historical_record.connect(_bind, dispatch_uid="trepart.audit.history")
