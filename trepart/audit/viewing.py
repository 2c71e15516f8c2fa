"""Who looked: the log over protected pages (closed cases, person-level data)."""

from django.db.models import Model

from trepart.access.models import User
from trepart.audit.models import ViewLog


def log_view(person: User, obj: Model, page: str) -> ViewLog:
    """Write down that ``person`` opened ``page`` (its name in the address table) about ``obj``.
    The log is append-only."""
    return ViewLog.objects.create(person=person, subject_type=obj._meta.label_lower, subject_id=obj.pk, page=page)
