"""The rest of the database held against the trail: lost events, statuses without one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from trepart.audit import models as audit
from trepart.audit.comparing.findings import ENOUGH, Finding, with_the_rest
from trepart.audit.history import EventBound

#: The action under which words are erased (R31); the database lets words go under no other.
ERASED = "audit.content_erased"


def erased() -> dict[int, int]:
    """Return the events whose words have been erased, each with the event that says so."""
    rows = audit.Event.objects.filter(action=ERASED, subject_type=audit.Event._meta.label_lower)
    return dict(rows.values_list("subject_id", "id"))


def staged() -> list[type[audit.Staged]]:
    """Return every model with a lifecycle."""
    return sorted((m for m in apps.get_models() if issubclass(m, audit.Staged)), key=lambda m: m._meta.label_lower)


def state_labels(label_lower: str) -> dict[str, str]:
    """Return what the states of a lifecycle are called, by their codes."""
    from trepart.workflow import all_workflows  # the executor imports this app

    flow = next((flow for flow in all_workflows() if flow.model == label_lower), None)
    return {str(value): str(name) for value, name in flow.states.choices} if flow else {}


def references(told: Collection[int] = ()) -> list[Finding]:
    """Find the events that other rows speak of and that are gone: history, notices, answers, statuses,
    what waits for a seal. Without those that have been ``told`` of already."""
    speakers: defaultdict[int, set[str]] = defaultdict(set)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            bound = field.name == "event_id" and issubclass(model, EventBound)
            if not bound and field.related_model is not audit.Event:
                continue
            table, column = model._meta.db_table, field.column
            for (event_id,) in ask(
                # Names of our own tables.
                f'SELECT DISTINCT t."{column}" FROM "{table}" t WHERE t."{column}" IS NOT NULL '  # noqa: S608
                f'AND NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.id = t."{column}")'
            ):
                speakers[event_id].add(str(model._meta.verbose_name))
    message = _("Event %(event)s is gone, but is spoken of elsewhere (%(where)s).")
    gone = sorted(speakers.keys() - set(told))
    found = [
        Finding(
            event_id, None, message % {"event": event_id, "where": ", ".join(sorted(speakers[event_id]))}, "removed"
        )
        for event_id in gone[:ENOUGH]
    ]
    return with_the_rest(found, len(gone))


def statuses() -> list[Finding]:
    """Find the things whose status is not what their events say, or whose events do not follow each other."""
    found = []
    for model in staged():
        found += _standing(model) + _continuous(model)
    return found


def _standing(model: type[audit.Staged]) -> list[Finding]:
    """The status of every row against the last event on it."""
    label, table = model._meta.label_lower, model._meta.db_table
    name, labels = str(model._meta.verbose_name), state_labels(model._meta.label_lower)
    rows = ask(
        f"""
        SELECT coalesce(t.id, said.subject_id), t.status, t.status_event_id, said.id, said.to_state, count(*) OVER ()
        FROM "{table}" t
        FULL JOIN (
            SELECT DISTINCT ON (subject_id) id, subject_id, to_state FROM audit_event
            WHERE subject_type = %s AND to_state <> '' ORDER BY subject_id, id DESC
        ) said ON said.subject_id = t.id
        WHERE t.id IS NULL OR said.id IS NULL OR said.id <> t.status_event_id OR said.to_state <> t.status
        ORDER BY 1 LIMIT {ENOUGH}
        """,  # noqa: S608  # names of our own tables
        label,
    )
    found: list[Finding] = []
    for pk, status, stands_on, event_id, to_state, _all in rows:
        words = {
            "what": name,
            "pk": pk,
            "status": labels.get(status, status),
            "stands_on": stands_on,
            "event": event_id,
            "to": labels.get(to_state, to_state),
        }
        if status is None:
            message = _("%(what)s %(pk)s is gone, but event %(event)s left it as “%(to)s”.")
        elif event_id is None:
            message = _("%(what)s %(pk)s is “%(status)s”, but no event says so; it names event %(stands_on)s.")
        else:
            message = _(
                "%(what)s %(pk)s is “%(status)s” by event %(stands_on)s, but its last event, %(event)s, left "
                "it as “%(to)s”."
            )
        found.append(Finding(event_id or stands_on, None, sentence(message % words), "status"))
    return with_the_rest(found, total(rows))


def _continuous(model: type[audit.Staged]) -> list[Finding]:
    """Every event on a thing begins where the one before it ended."""
    rows = ask(
        f"""
        SELECT subject_id, id, from_state, before, count(*) OVER () FROM (
            SELECT subject_id, id, from_state, lag(to_state, 1, '') OVER (PARTITION BY subject_id ORDER BY id) AS before
            FROM audit_event WHERE subject_type = %s AND to_state <> ''
        ) walked WHERE from_state <> before ORDER BY id LIMIT {ENOUGH}
        """,  # noqa: S608  # a number of our own
        model._meta.label_lower,
    )
    labels = state_labels(model._meta.label_lower)
    message = _(
        "%(what)s %(pk)s: event %(event)s begins at “%(source)s”, but the one before it ended at “%(before)s”: "
        "one is missing or made up."
    )
    found = [
        Finding(
            event_id,
            None,
            sentence(
                message
                % {
                    "what": str(model._meta.verbose_name),
                    "pk": pk,
                    "event": event_id,
                    "source": labels.get(source, source),
                    "before": labels.get(before, before),
                }
            ),
            "status",
        )
        for pk, event_id, source, before, _all in rows
    ]
    return with_the_rest(found, total(rows))


def total(rows: Sequence[tuple[Any, ...]]) -> int:
    """Return how many rows there were before the list was cut, as the last column of each says."""
    return int(rows[0][-1]) if rows else 0


def ask(sql: str, *values: str | list[str]) -> list[tuple[Any, ...]]:
    """Return all rows that ``sql`` gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def sentence(text: str) -> str:
    """Return ``text`` with a capital letter."""
    return text[:1].upper() + text[1:]
