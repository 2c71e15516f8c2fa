"""Which events are about an exempt case: what `trepart.notices.withholding` asks this room (R25)."""

from collections.abc import Collection

from forum.cases.models import Case
from trepart.audit.models import Event


def numbers(events: Collection[Event]) -> dict[int, str]:
    """Return the number of the case for each of ``events`` whose root is a case that is closed on a legal
    basis; at most one query."""
    roots = {event.root_id for event in events if event.root_type == Case._meta.label_lower}
    if not roots:
        return {}
    closed = {case.pk: case.reference for case in Case.objects.filter(pk__in=roots).exclude(access_basis="")}
    return {
        event.pk: closed[event.root_id]
        for event in events
        if event.root_type == Case._meta.label_lower and event.root_id in closed
    }
