"""Everything stored held against the events it was stored under: rows that a seal covers, things as their history has
them, files as they were taken in."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from trepart.audit import stored
from trepart.audit.comparing.cross_checks import ask, sentence, total
from trepart.audit.comparing.findings import ENOUGH, Finding, with_the_rest
from trepart.audit.models import Rewritten

#: So many sealed events are held against their rows at a time.
_AT_A_TIME = 5000


class Stored:
    """What the seals promise of the rows under each event, and whether the rows are so."""

    def __init__(self, secret: bytes, columns: Mapping[int, Mapping[str, Sequence[str]]]) -> None:
        self.secret, self.columns = secret, columns
        self._promises: dict[int, tuple[int, dict[stored.Key, list[str]]]] = {}
        erased = Rewritten.objects.order_by("event").values_list("table", "row", "event")
        #: The last event under which words of a row were erased: from then on that one says what they are.
        self._erased = {(table, row): event for table, row, event in erased}

    def promised(self, event: int, seal: int, rows: Sequence[Sequence[Any]]) -> list[Finding]:
        """Take what the entry of ``event`` says; return what has been found when enough has come together."""
        self._promises[event] = (seal, {(table, row): list(digests) for table, row, *digests in rows})
        return self.compared() if len(self._promises) >= _AT_A_TIME else []

    def compared(self) -> list[Finding]:
        """Hold what has been promised since the last time against the rows as they stand."""
        promises, self._promises = self._promises, {}
        found = []
        for event, row in stored.rows_of(list(promises)):
            seal, rows = promises[event]
            digests = rows.pop(row.key, None)
            if digests is None:
                message = _("%(what)s was put in under event %(event)s after this had been sealed (seal %(seal)s).")
            elif not self._fits(event, row, digests, self.columns[seal]):
                message = _("%(what)s has been changed: it is not what event %(event)s wrote (seal %(seal)s).")
            else:
                continue
            words = {"what": row.name, "event": event, "seal": seal}
            found.append(Finding(event, seal, sentence(message % words), "stored"))
        for event, (seal, rows) in promises.items():
            for table, pk in rows:
                message = _("Row %(row)s of %(table)s, which event %(event)s wrote (seal %(seal)s), is gone.")
                words = {"row": pk, "table": table, "event": event, "seal": seal}
                found.append(Finding(event, seal, message % words, "stored"))
        return sorted(found, key=lambda finding: finding.event_id or 0)

    def _fits(self, event: int, row: stored.Row, digests: Sequence[str], columns: Mapping[str, Sequence[str]]) -> bool:
        now = stored.digests(self.secret, row, columns.get(row.bound.table, row.bound.columns))
        if self._erased.get(row.key, event) != event:
            now, digests = now[:1], digests[:1]
        return now == list(digests)


def findings() -> list[Finding]:
    """Find what no event has written, what stands otherwise than its history ends, and files that are other files."""
    found: list[Finding] = []
    without = iter(stored.without_event())
    for row in islice(without, ENOUGH):
        message = _("%(what)s was written under no event.")
        found.append(Finding(None, None, sentence(message % {"what": row.name}), "stored"))
    found = with_the_rest(found, len(found) + sum(1 for _row in without))
    for model in _tracked():
        found += _now(model)
    return found + _files()


def _tracked() -> list[type[models.Model]]:
    return sorted((m for m in apps.get_models() if hasattr(m, "history")), key=lambda model: model._meta.label_lower)


def _now(model: Any) -> list[Finding]:
    """Every row against the last one of its history."""
    past = model.history.model
    table, pk = model._meta.db_table, model._meta.pk.column
    # A row may name an event of its own in this column (an answer, a letter); in its history stands the running one.
    told = {field.column for field in past._meta.concrete_fields} - {"event_id"}
    both = [field.column for field in model._meta.concrete_fields if field.column in told]
    now, then = (", ".join(f'{side}."{column}"' for column in both) for side in ("t", "h"))
    rows = ask(
        f"""
        SELECT coalesce(t."{pk}", h."{pk}"), h.event_id, t."{pk}" IS NOT NULL, h."{pk}" IS NOT NULL, count(*) OVER ()
        FROM "{table}" t
        FULL JOIN (
            SELECT DISTINCT ON ("{pk}") * FROM "{past._meta.db_table}" ORDER BY "{pk}", history_id DESC
        ) h ON h."{pk}" = t."{pk}"
        WHERE (t."{pk}" IS NULL AND h.history_type <> '-')
           OR (t."{pk}" IS NOT NULL AND (h."{pk}" IS NULL OR h.history_type = '-'))
           OR (t."{pk}" IS NOT NULL AND ({now}) IS DISTINCT FROM ({then}))
        ORDER BY 1 LIMIT {ENOUGH}
        """  # noqa: S608  # names of our own tables
    )
    found: list[Finding] = []
    for number, event, there, known, _all in rows:
        words = {"what": f"{model._meta.verbose_name} {number}", "event": event}
        if not known:
            message = _("%(what)s is there, but no event has written it.")
        elif not there:
            message = _("%(what)s is gone, but no event has removed it; the last one on it is %(event)s.")
        else:
            message = _("%(what)s has been changed: it is not what its last event, %(event)s, wrote.")
        found.append(Finding(event, None, sentence(message % words), "stored"))
    return with_the_rest(found, total(rows))


def _files() -> list[Finding]:
    """Every file that was taken in against the sum that was taken of it then."""
    found = []
    for model in _tracked():
        names = {field.name for field in model._meta.concrete_fields}
        files = [field for field in model._meta.concrete_fields if isinstance(field, models.FileField)]
        if not files or "sha256" not in names:
            continue
        things: Any = model._default_manager.order_by("pk").iterator(chunk_size=500)
        for thing in things:
            sums = {_sum(getattr(thing, field.name)) for field in files}
            if sums != {thing.sha256}:
                message = _("The file of %(what)s is not the one that was taken in, or is gone.")
                what = f"{model._meta.verbose_name} {thing.pk}"
                found.append(Finding(None, None, message % {"what": what}, "stored"))
    return found


def _sum(file: Any) -> str:
    try:
        with file.storage.open(file.name, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""
