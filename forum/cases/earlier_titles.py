"""Titles that are others today than when something was told: what was taken out of one, a name that is not to be shown,
is told no longer (R25). Asked by `trepart.notices.withholding`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import OuterRef, Subquery

from forum.cases.models import Case
from trepart.audit.models import Event

#: Of the root of an event: which thing in it, since which event, the title it got then, and its title today.
Row = tuple[int, int, int | None, str, str]


def of_cases(events: Collection[Event]) -> dict[int, list[tuple[str, str]]]:
    """Return, by the id of each of ``events`` about a case, the title it had then and has no longer, and today's; at
    most one query."""
    label = Case._meta.label_lower
    about = {event.root_id for event in events if event.root_type == label}
    if not about:
        return {}
    today = Subquery(Case.objects.filter(pk=OuterRef("id")).values("title"))
    rows = Case.history.filter(id__in=about).annotate(today=today).exclude(today=None)
    titles = rows.order_by("id", "title", "event_id").distinct("id", "title")
    return then(events, label, titles.values_list("id", "id", "event_id", "title", "today"))


def then(events: Iterable[Event], root_type: str, rows: Iterable[Row]) -> dict[int, list[tuple[str, str]]]:
    """Return, by the id of each of ``events`` on a root of that type, the titles in ``rows`` as they were then, where
    they are others today, each with today's."""
    past: Mapping[int, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[2] or 0):
        past[row[0]].append(row)
    found: dict[int, list[tuple[str, str]]] = {}
    for event in events:
        if event.root_type != root_type:
            continue
        titles = {
            thing: (title, today)
            for _root, thing, since, title, today in past[event.root_id]
            if (since or 0) <= event.pk
        }
        if changed := [(before, today) for before, today in titles.values() if before != today]:
            found[event.pk] = changed
    return found
