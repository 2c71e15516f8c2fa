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
    """What every history table has in addition: the event under which the row was written."""

    event_id = models.BigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        abstract = True


def track(**kwargs: Any) -> HistoricalRecords:
    """Keep the history of a model's content: ``history = audit.track()``.

    Takes the arguments of ``HistoricalRecords`` (``excluded_fields`` …), but none that give the history relations of
    its own: :func:`create_all` does not write those.
    """
    return HistoricalRecords(bases=[EventBound], history_change_reason_field=models.TextField(null=True), **kwargs)


def _bind(*, history_instance: Any, **kwargs: Any) -> None:
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
