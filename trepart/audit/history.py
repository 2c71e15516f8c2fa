"""Content history with django-simple-history, every row tied to the event it belongs to."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record
from simple_history.utils import bulk_create_with_history

from trepart import clock
from trepart.audit import recording

M = TypeVar("M", bound=models.Model)


class EventBound(models.Model):
    """A row that belongs to an event: every row of a history, and what is written once. The seal over the event holds
    its digest (`trepart.audit.stored`)."""

    event_id = models.BigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        abstract = True


class WrittenOnce(EventBound):
    """What is written once, under an event, and never changed: a published version, an answer, a correction."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row under the running event."""
        event = recording.current()
        if event is not None and self.event_id is None:
            self.event_id = event.pk
        super().save(*args, **kwargs)


#: The columns of a history that may be erased (R31), by table; everything else in it stays as it was sealed.
_erasable: dict[str, tuple[str, ...]] = {}


def may_erase(model: type[models.Model], *columns: str) -> None:
    """Let ``columns`` of the history of ``model`` be erased by :func:`erase_past` (R31)."""
    _erasable[model.history.model._meta.db_table] = tuple(sorted(columns))  # type: ignore[attr-defined]


def erasable() -> dict[str, tuple[str, ...]]:
    """Return the columns that may be erased, by the table of the history."""
    return _erasable


def erase_past(thing: models.Model, **now: object) -> None:
    """Let every row of the history of ``thing`` keep who and when, and say ``now`` in the fields named (R31).

    Called under an event, whose seal covers the rows as they then are. Raises ``ValueError`` outside one, or for a
    field that was not said to be erasable.
    """
    from trepart.audit.models import Rewritten  # models need the app registry; this module is imported before it

    event = recording.current()
    past: Any = type(thing).history.model  # type: ignore[attr-defined]
    table = past._meta.db_table
    columns = {past._meta.get_field(name).column for name in now}
    if event is None or not columns <= set(_erasable.get(table, ())):
        raise ValueError(f"{table}: {sorted(columns)} are erased under an event, and only where that was said.")
    rows = list(past.objects.filter(id=thing.pk))
    # Said first: the database lets the words of a row go where this names it (`trepart.audit.operations.KeepPast`).
    Rewritten.objects.bulk_create([Rewritten(event=event, table=table, row=row.pk) for row in rows])
    for row in rows:
        for name, value in now.items():
            setattr(row, name, value)
        row.save(update_fields=[*now])


def track(**kwargs: Any) -> HistoricalRecords:
    """Keep the history of a model's content: ``history = audit.track()``.

    Takes the arguments of ``HistoricalRecords`` (``excluded_fields`` …), but none that give the history relations of
    its own: :func:`create_all` does not write those.
    """
    return HistoricalRecords(bases=[EventBound], history_change_reason_field=models.TextField(null=True), **kwargs)


def _bind(*, history_instance: Any, **kwargs: object) -> None:
    event = recording.current()
    history_instance.history_date = clock.now()
    if event is not None:
        history_instance.event_id = event.pk
        history_instance.history_user_id = event.actor_id


def create_all(rows: Sequence[M]) -> Sequence[M]:
    """Insert new ``rows`` of one tracked model in one statement, and their history under the running event in another.

    What lies there afterwards is what saving them one by one would have written; this is the one door through which
    several may be written at once. Returns ``rows`` with their primary keys. Raises ``TypeError`` for rows of several
    models, or of one that keeps no history, ``ValueError`` for a row that is there already.
    """
    if not rows:
        return rows
    model = type(rows[0])
    if not hasattr(model, "history") or any(type(row) is not model for row in rows):
        raise TypeError("All rows must be of one model that keeps its history.")
    if any(not row._state.adding for row in rows):
        raise ValueError("Only new rows are inserted here.")
    event = recording.current()
    bulk_create_with_history(
        rows,
        model,
        default_user=event.actor if event is not None else None,
        default_date=clock.now(),
        custom_historical_attrs={"event_id": event.pk if event is not None else None},
    )
    return rows


def connect() -> None:
    """Listen to simple-history's hook; called once from ``AppConfig.ready``."""
    pre_create_historical_record.connect(_bind, dispatch_uid="trepart.audit.history")
