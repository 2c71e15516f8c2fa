"""The portal's clock. Everything that asks what time it is asks here.

The demo municipality lives through a year in a minute: it loads with this clock set to the day each thing happened.
Events keep the database's own time beside it (`Event.recorded_at`), so a set clock can never pass for the real one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("trepart_clock", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC unless set."""
    return _set.get() or timezone.now()


def today() -> date:
    """Return today's date in the municipality's time zone: rights and deadlines turn at local midnight."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at ``moment`` (aware) inside the block."""
    if timezone.is_naive(moment):
        raise ValueError("The clock needs an aware datetime.")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
