"""Is the trail what was written? Recomputes the chain, and holds it against everything outside it that remembers.

The chain shows what was changed, moved or taken out inside it, to everybody who has the key. That something was cut off
at its end is shown by the log of the seals, by the seals printed in minutes, and, for what was not sealed yet, by the
rows that stand on the events (`trepart.audit.comparing.cross_checks`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trepart.audit import recording, sealed_viewings, sealing
from trepart.audit.comparing import cross_checks, guards, kept
from trepart.audit.comparing.findings import ENOUGH, Finding, with_the_rest
from trepart.audit.models import Event, Seal
from trepart.audit.sealing import SEALED, Line, SealLog

#: What remembers seals outside the chain: (number, digest, where it stands).
Witness = Callable[[], Iterable[tuple[int, str, str]]]

#: The longest a transaction can be thought to last: what is sealed later than this after its time was not there before.
_PATIENCE = timedelta(hours=1)
#: Digests are printed whole or by their beginning; shorter than this says nothing.
_SHORTEST = 12

_witnesses: list[Witness] = []


def register_witness(witness: Witness) -> None:
    """Let ``witness`` be asked, at every verification, which seals it has seen (the minutes print the newest one)."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def verify(expect: tuple[int, str] | None = None) -> list[Finding]:
    """Return what is not as it was written, the chain's own findings first; empty where all is well, and only there.

    Of a list of the same in one table the first ``ENOUGH`` are named, and one finding says how many more there are: the
    whole number is `findings.count`. What stands after the first break in the chain is told as one.

    ``expect`` is a seal (number, digest or its first 12 signs or more) that somebody has on paper. Changes nothing and
    can run beside everything else. Raises ``ImproperlyConfigured`` for an unusable key.
    """
    secret = sealing.key()
    with ExitStack() as stack:
        with sealing.exclusive(shared=True):
            log = SealLog(Path(settings.AUDIT_SEAL_LOG)).lines()
            stack.enter_context(_snapshot())
            seals = list(Seal.objects.order_by("number"))
        erased = cross_checks.erased()
        chain = _Chain(secret, seals, erased)
        chain.walk()
        known = {seal.number: seal for seal in seals}
        findings = chain.findings()
        findings += sealed_viewings.findings(secret, known)
        findings += _outside(chain.newest_event, seals[-1].sealed_at if seals else None, erased)
        findings += _against_log(log, known, chain.newest_event)
        for witness in _witnesses:
            for number, digest, where in witness():
                findings += _against_paper(known, number, digest, where, "witness")
        if expect is not None:
            findings += _against_paper(known, *expect, _("what you hold in your hand"), "expect")
        gone = {finding.event_id for finding in findings if finding.kind == "removed" and finding.event_id}
        findings += cross_checks.references(gone)
        findings += cross_checks.statuses()
        findings += kept.findings()
        findings += guards.findings()
    return findings


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as it was at one moment."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _rows(sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while batch := cursor.fetchmany(2000):
            yield from batch


_COLUMNS = ", ".join(f"e.{name}" for name in SEALED)
_CHAIN = f"""
    SELECT n.seal_id, n.position, n.event_id, n.digest, n.stored, c.salt, c.body, e.id IS NOT NULL, {_COLUMNS}
    FROM audit_sealentry n
    LEFT JOIN audit_event e ON e.id = n.event_id
    LEFT JOIN audit_eventcontent c ON c.event_id = n.event_id
    ORDER BY n.seal_id, n.position
"""  # noqa: S608  # made of the names of our own columns
_OUTSIDE = f"""
    SELECT u.event_id IS NOT NULL, c.salt, c.body, {_COLUMNS}
    FROM audit_event e
    LEFT JOIN audit_unsealed u ON u.event_id = e.id
    LEFT JOIN audit_eventcontent c ON c.event_id = e.id
    WHERE NOT EXISTS (SELECT 1 FROM audit_sealentry n WHERE n.event_id = e.id)
    ORDER BY e.id
"""  # noqa: S608  # as above


@dataclass
class _Broken:
    """A row of the chain that does not fit, and how many right after it do not either."""

    event_id: int
    seal: int
    following: int = 0

    def finding(self) -> Finding:
        if not self.following:
            message = _(
                "Event %(event)s (seal %(seal)s) is not what was sealed: it, or its place in the chain, has "
                "been changed."
            )
        else:
            message = ngettext(
                "From event %(event)s (seal %(seal)s) the chain is not what was sealed: that one and the one "
                "after it do not fit.",
                "From event %(event)s (seal %(seal)s) the chain is not what was sealed: that one and the "
                "%(count)s after it do not fit.",
                self.following,
            )
        words = {"event": self.event_id, "seal": self.seal, "count": self.following}
        return Finding(self.event_id, self.seal, message % words, "changed")


class _Chain:
    """One walk along the chain, from its first entry to its last."""

    def __init__(self, secret: bytes, seals: list[Seal], erased: Mapping[int, int]) -> None:
        self.secret, self.seals, self.erased = secret, seals, erased
        self.newest_event = 0
        self._stored = kept.Stored(secret, {seal.number: seal.columns for seal in seals})
        self._found: list[Finding | _Broken] = []
        # The finding that the entry just before was part of, while they follow each other.
        self._run: _Broken | None = None

    def findings(self) -> list[Finding]:
        """Return what was found, in the order of the chain."""
        return [item.finding() if isinstance(item, _Broken) else item for item in self._found]

    def walk(self) -> None:
        """Recompute every digest from the first on."""
        groups = ((number, list(rows)) for number, rows in groupby(_rows(_CHAIN), key=lambda row: int(row[0])))
        group = next(groups, None)
        expected, before = 1, ""
        sealed_before: datetime | None = None
        for seal in self.seals:
            while group is not None and group[0] < seal.number:
                group = next(groups, None)
            entries = group[1] if group is not None and group[0] == seal.number else []
            broken = len(self._found)
            if seal.number != expected:
                self._missing_seals(expected, seal.number - 1)
            elif seal.previous_digest != before:
                self._seal(seal, _("Seal %(seal)s does not follow the one before it."))
            last = self._entries(seal, entries, sealed_before)
            if len(self._found) == broken and self._run is None:
                self._closing(seal, len(entries), last)
            expected, before, sealed_before = seal.number + 1, seal.digest, seal.sealed_at
        while group is not None:
            if group[0] >= expected:
                self._missing_seals(group[0], group[0])
            group = next(groups, None)
        self._found += self._stored.compared()

    def _entries(self, seal: Seal, entries: list[tuple[Any, ...]], sealed_before: datetime | None) -> str:
        digest: str | None = seal.previous_digest
        top = self.newest_event
        for position, row in enumerate(entries, start=1):
            _number, place, event_id, stored, rows, salt, body, there = row[:8]
            gap = place - position if position == 1 else place - entries[position - 2][1] - 1
            if gap:
                self._gap(seal.number, gap, entries[position - 2][2] if position > 1 else top, event_id)
                digest = None  # what stood before this one is not known any more
            if not there:
                self._run = None
                self._found.append(
                    Finding(
                        event_id,
                        seal.number,
                        _("Event %(event)s (seal %(seal)s) has been removed.")
                        % {"event": event_id, "seal": seal.number},
                        "removed",
                    )
                )
            else:
                event = sealing.parsed(row[8:])
                said: Any = sealing.from_json(rows)
                self._entry(seal.number, event, said, digest, stored)
                self._found += self._stored.promised(event_id, seal.number, said)
                self._found += _content(event, salt, body, self.erased)
                recorded = event[SEALED.index("recorded_at")]
                if event_id < top and sealed_before and recorded and recorded < sealed_before - _PATIENCE:
                    self._found.append(_late(event_id, seal.number))
            self.newest_event = max(self.newest_event, event_id)
            digest = stored
        return digest or seal.previous_digest

    def _entry(self, seal: int, event: tuple[Any, ...], rows: object, digest: str | None, stored: str) -> None:
        # After a gap there is nothing to recompute from: the gap itself has been told.
        text = sealing.canonical_event(event)
        if digest is None or sealing.entry_digest(self.secret, digest, text, rows) == stored:
            self._run = None
        elif self._run is not None:
            self._run.following += 1
        else:
            self._run = _Broken(event[0], seal)
            self._found.append(self._run)

    def _gap(self, seal: int, count: int, before: int, after: int) -> None:
        self._run = None
        message = ngettext(
            "%(count)s event between event %(before)s and event %(after)s (seal %(seal)s) has been removed.",
            "%(count)s events between event %(before)s and event %(after)s (seal %(seal)s) have been removed.",
            count,
        )
        gone = before + 1 if after - before == count + 1 else None
        words = {"count": count, "before": before, "after": after, "seal": seal}
        self._found.append(Finding(gone, seal, message % words, "removed"))

    def _closing(self, seal: Seal, count: int, last: str) -> None:
        if count != seal.count:
            words = {"seal": seal.number, "wanted": seal.count, "count": count, "event": self.newest_event}
            message = _("Seal %(seal)s closes over %(wanted)s events, but %(count)s are left; the last is %(event)s.")
            self._found.append(Finding(None, seal.number, message % words, "removed"))
            return
        if sealing.seal_digest(self.secret, seal, last=last) != seal.digest:
            self._seal(seal, _("Seal %(seal)s is not what was written."))

    def _seal(self, seal: Seal, message: str) -> None:
        self._found.append(Finding(None, seal.number, message % {"seal": seal.number}, "seal"))

    def _missing_seals(self, first: int, last: int) -> None:
        self._run = None
        message = _("Seal %(seal)s has been removed.")
        numbers = range(first, last + 1)
        found = [Finding(None, number, message % {"seal": number}, "removed") for number in numbers[:ENOUGH]]
        self._found += with_the_rest(found, len(numbers))


def _late(event_id: int, seal: int | None) -> Finding:
    message = _("Event %(event)s was put in between older events after these had been sealed.")
    return Finding(event_id, seal, message % {"event": event_id}, "inserted")


def _content(event: tuple[Any, ...], salt: str | None, body: Any, erased: Mapping[int, int]) -> list[Finding]:
    """Hold the words of an event against the commitment in it."""
    event_id, promised = event[0], event[SEALED.index("content_digest")]
    if salt is None:
        if not promised or event_id in erased:
            return []
        message = _("The words of event %(event)s are gone, and no event says that they were erased.")
    elif not promised:
        message = _("Words have been added to event %(event)s, which had none.")
    elif event_id in erased:
        message = _("The words of event %(event)s stand there again after having been erased.")
    elif recording.content_digest(salt, sealing.from_json(body)) != promised:
        message = _("The words of event %(event)s have been changed.")
    else:
        return []
    return [Finding(event_id, None, message % {"event": event_id}, "content")]


def _outside(newest_event: int, sealed_at: datetime | None, erased: Mapping[int, int]) -> list[Finding]:
    """Look through the events that no seal covers yet."""
    found = []
    for waits, salt, body, *columns in _rows(_OUTSIDE):
        event = sealing.parsed(columns)
        event_id, recorded = event[0], event[SEALED.index("recorded_at")]
        if not waits:
            message = _("Event %(event)s was put in past the guards: it is not sealed and does not wait to be.")
            found.append(Finding(event_id, None, message % {"event": event_id}, "inserted"))
        elif event_id < newest_event and sealed_at and recorded and recorded < sealed_at - _PATIENCE:
            found.append(_late(event_id, None))
        found += _content(event, salt, body, erased)
    return found


def _against_log(lines: list[Line | str], known: Mapping[int, Seal], newest_event: int) -> list[Finding]:
    """Hold the seals against the log outside the database."""
    found = []
    told: set[int] = set()
    for line in lines:
        if not isinstance(line, Line):
            found.append(
                Finding(
                    None, None, _("The seal log has a line that cannot be read: %(line)s") % {"line": line[:80]}, "log"
                )
            )
            continue
        told.add(line.number)
        seal = known.get(line.number)
        words = {"seal": line.number, "event": newest_event}
        if seal is None:
            message = _(
                "Seal %(seal)s stands in the seal log but not in the database: the end has been cut off after "
                "event %(event)s."
            )
            found.append(Finding(newest_event or None, line.number, message % words, "cut"))
        elif (seal.digest, seal.count, sealing.moment(seal.sealed_at)) != (line.digest, line.count, line.sealed_at):
            message = _("Seal %(seal)s is another in the seal log than in the database.")
            found.append(Finding(None, line.number, message % words, "log"))
    absent = sorted(known.keys() - told)
    if absent:
        message = ngettext(
            "The seal log lacks seal %(first)s.", "The seal log lacks seals %(first)s to %(last)s.", len(absent)
        )
        found.append(Finding(None, absent[0], message % {"first": absent[0], "last": absent[-1]}, "log"))
    return found


def _against_paper(known: Mapping[int, Seal], number: int, digest: str, where: str, kind: str) -> list[Finding]:
    """Hold one seal against what somebody remembers of it."""
    seal = known.get(number)
    words = {"seal": number, "where": where}
    if seal is None:
        message = _("Seal %(seal)s stands in %(where)s but not in the database: the end has been cut off.")
        return [Finding(None, number, message % words, "cut" if kind == "witness" else kind)]
    if len(digest) < _SHORTEST or not seal.digest.startswith(digest.lower()):
        return [Finding(None, number, _("Seal %(seal)s is another in %(where)s than in the database.") % words, kind)]
    return []


def counts() -> tuple[int, int, int]:
    """Return how many events there are, how many seals, and how many events wait for theirs."""
    events, seals = Event.objects.count(), Seal.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_unsealed")
        waiting = int(cursor.fetchone()[0])
    return events, seals, waiting
