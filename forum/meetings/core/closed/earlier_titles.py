"""Titles of cases on an agenda that are others today than when a meeting was told of (R25)."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from forum.cases import earlier_titles
from forum.cases.models import Case
from forum.meetings.core.models import AgendaItem, Meeting
from trepart.audit.models import Event


def of_meetings(events: Collection[Event]) -> dict[int, list[tuple[str, str]]]:
    """Return, by the id of each of ``events`` about a meeting, the titles that items had then and have no longer, and
    today's: of one that was taken off, its case's. At most one query."""
    label = Meeting._meta.label_lower
    about = {event.root_id for event in events if event.root_type == label}
    if not about:
        return {}
    today = Coalesce(
        Subquery(AgendaItem.objects.filter(pk=OuterRef("id")).values("title")),
        Subquery(Case.objects.filter(pk=OuterRef("case")).values("title")),
    )
    rows = AgendaItem.history.filter(meeting__in=about).exclude(history_type="-").annotate(today=today)
    titles = rows.exclude(today=None).order_by("id", "title", "event_id").distinct("id", "title")
    return earlier_titles.then(events, label, titles.values_list("meeting", "id", "event_id", "title", "today"))
