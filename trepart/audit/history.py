"""Content history with django-simple-history, every row tied to the event it belongs to."""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from trepart import clock
from trepart.audit import recording


class EventBound(models.Model):
    """What every history table has in addition: the event under which the row was written."""

    event_id = models.BigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        abstract = True


def track(**kwargs: Any) -> HistoricalRecords:
    """Keep the history of a model's content: ``history = audit.track()``.

    Takes the arguments of ``HistoricalRecords`` (``excluded_fields``, ``m2m_fields`` …).
    """
    return HistoricalRecords(bases=[EventBound], history_change_reason_field=models.TextField(null=True), **kwargs)


def _bind(*, history_instance: Any, **kwargs: Any) -> None:
    event = recording.current()
    history_instance.history_date = clock.now()
    if event is not None:
        history_instance.event_id = event.pk
        history_instance.history_user_id = event.actor_id


def connect() -> None:
    """Listen to simple-history's hook; called once from ``AppConfig.ready``."""
    pre_create_historical_record.connect(_bind, dispatch_uid="trepart.audit.history")
