"""The seals: one sealer chains what has been committed, with a key that is not in the database.

Writing an event is a plain insert (a chain inside the transaction would make unrelated writers wait for each other).
This job comes after, takes the events nobody has sealed yet, and lets each entry's digest cover the digest before it.
Every seal is also written to a log outside the database.

What a chain of hashes alone cannot show (a tail cut off whole), the log, the witnesses and the statuses show: see
`trepart.audit.verifying`.
"""

import hmac
import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from trepart.audit import sealed_viewings, stored
from trepart.audit.models import Seal
from trepart.audit.recording import canonical

log = logging.getLogger(__name__)

#: The columns of an event that its seal covers, in the order :func:`canonical_event` takes them.
SEALED = (
    "id",
    "action",
    "actor_id",
    "acting_body",
    "acting_role",
    "acting_label",
    "subject_type",
    "subject_id",
    "root_type",
    "root_id",
    "from_state",
    "to_state",
    "data",
    "content_digest",
    "at",
    "recorded_at",
    "xact",
)
_DATA = SEALED.index("data")
#: The most events one seal covers.
BATCH = 10_000
_KEY_BYTES = 32
#: One lock for whoever seals; whoever reads the log together with the database takes it shared.
_LOCK = 0x7472657061727401  # "trepart" and a number
_LINE = re.compile(r"^(\d+) ([0-9a-f]{64}) (\d+) (\S+)$")


def key(text: str | None = None) -> bytes:
    """Return the key of the seals, from ``settings.AUDIT_SEAL_KEY`` unless given.

    Raises ``ImproperlyConfigured`` unless it is hexadecimal and at least 32 bytes long.
    """
    text = settings.AUDIT_SEAL_KEY if text is None else text
    try:
        found = bytes.fromhex(text)
    except (TypeError, ValueError):
        found = b""
    if len(found) < _KEY_BYTES:
        raise ImproperlyConfigured(f"AUDIT_SEAL_KEY must be at least {_KEY_BYTES} bytes, written in hexadecimal.")
    return found


def moment(value: datetime | None) -> str:
    """Return a moment the way it is sealed: UTC, always with microseconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else ""


def parsed(row: Sequence[Any]) -> tuple[Any, ...]:
    """Return the columns of an event (as :data:`SEALED`) with ``data`` as Python, whether the
    driver gave text or not."""
    return (*row[:_DATA], from_json(row[_DATA]), *row[_DATA + 1 :])


def from_json(value: object) -> object:
    """Return what a JSON column holds; a raw cursor gives its text."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def canonical_event(row: Sequence[Any]) -> bytes:
    """Return the sealed columns of an event (as :data:`SEALED`, ``data`` parsed) as bytes that never vary."""
    fields = dict(zip(SEALED, row, strict=True))
    fields["at"], fields["recorded_at"] = moment(fields["at"]), moment(fields["recorded_at"])
    return canonical(fields)


def entry_digest(secret: bytes, previous: str, event: bytes, rows: object) -> str:
    """Return the digest of one entry: what was before it, the event, and the digests of the rows stored under it."""
    text = b"trepart event 2\n" + previous.encode() + b"\n" + event + b"\n" + canonical(rows)
    return hmac.digest(secret, text, "sha256").hex()


def seal_digest(secret: bytes, seal: Seal, *, last: str) -> str:
    """Return the digest that closes ``seal`` over its place, its size, its moment, its last entry and its viewings."""
    parts = [seal.number, seal.previous_digest, seal.count, moment(seal.sealed_at), last]
    closed = canonical([*parts, seal.views, seal.views_digest])
    return hmac.digest(secret, b"trepart seal 2\n" + closed, "sha256").hex()


def newest() -> Seal | None:
    """Return the newest seal, or None before the first."""
    return Seal.objects.order_by("-number").first()


@contextmanager
def exclusive(*, shared: bool = False) -> Iterator[None]:
    """Hold the sealers' lock: alone, or ``shared`` with others who only read."""
    kind = "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock{kind}(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock{kind}(%s)", [_LOCK])


def seal_events(*, limit: int = BATCH) -> Seal | None:
    """Seal what has been committed and is not sealed yet, at most ``limit`` events (with what was stored under them)
    and as many viewings, and return the seal; None when nothing waits.

    Cannot be part of another transaction: it seals what others have finished. Waits for another sealer. The
    line in the log is written after the commit; a run that was stopped between the two is mended by the next.
    Raises ``ImproperlyConfigured`` for an unusable key, ``OSError`` when the log cannot be written (nothing
    further is sealed until it can).
    """
    secret = key()
    with exclusive():
        book = SealLog(Path(settings.AUDIT_SEAL_LOG))
        previous = newest()
        top = book.mend(previous)
        with transaction.atomic(durable=True):
            made = _seal(secret, previous, top, limit)
        if made is not None:
            book.append(made)
        return made


_WAITING = f"""
    SELECT {", ".join(f"e.{name}" for name in SEALED)} FROM audit_event e
    JOIN (SELECT event_id FROM audit_unsealed ORDER BY event_id LIMIT %s) waiting ON waiting.event_id = e.id
    ORDER BY e.id
"""  # noqa: S608  # made of the names of our own columns
_ENTRIES = """
    INSERT INTO audit_sealentry (seal_id, position, event_id, digest, stored)
    SELECT %s, place.position, place.event_id, place.digest, place.stored::jsonb
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY AS place (event_id, digest, stored, position)
"""
_SEALED_NOW = "DELETE FROM audit_unsealed u USING audit_sealentry n WHERE n.event_id = u.event_id AND n.seal_id = %s"


def _seal(secret: bytes, previous: Seal | None, top: int, limit: int) -> Seal | None:
    number = max(previous.number if previous else 0, top) + 1
    before = digest = previous.digest if previous else ""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [limit])
        events = [parsed(row) for row in cursor.fetchall()]
        looked = sealed_viewings.waiting(secret, limit)
        if not events and not looked:
            return None
        ids = [int(event[0]) for event in events]
        rows, columns = stored.said(secret, ids) if ids else ({}, {})
        digests = []
        for event in events:
            digest = entry_digest(secret, digest, canonical_event(event), rows.get(event[0], []))
            digests.append(digest)
        # The real time, whatever the portal's own clock says: a seal is evidence.
        cursor.execute("SELECT clock_timestamp()")
        seal = Seal(
            number=number,
            previous_digest=before,
            count=len(ids),
            sealed_at=cursor.fetchone()[0],
            columns=columns,
            views=len(looked),
            views_digest=sealed_viewings.all_in_one(secret, looked.values()),
        )
        seal.digest = seal_digest(secret, seal, last=digest)
        seal.save(force_insert=True)
        cursor.execute(_ENTRIES, [number, ids, digests, [json.dumps(rows.get(pk, [])) for pk in ids]])
        cursor.execute(_SEALED_NOW, [number])
        sealed_viewings.enter(number, looked)
    return seal


@dataclass(frozen=True)
class Line:
    """One seal as the log tells it."""

    number: int
    digest: str
    count: int
    sealed_at: str


class SealLog:
    """The witness outside the database: a line for every seal, only ever added to.

    Readable by its owner alone. In production it belongs on another machine, or on a medium that can only be added to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[Line | str]:
        """Return the log, a :class:`Line` each; what cannot be read is returned as it stands. Empty
        where there is no log."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return []
        return [self._parse(line) for line in text.splitlines()]

    def mend(self, newest_seal: Seal | None) -> int:
        """Add the one line that a stop between commit and log leaves out, if the log agrees with
        the database up to there.

        More than one line missing, or a log that says otherwise, is not a stop but something to look into: it is left
        for `verify_audit` to tell. Returns the highest number the log knows, so that no number is given twice.
        """
        known = [line for line in self.lines() if isinstance(line, Line)]
        top = max((line.number for line in known), default=0)
        if newest_seal is None:
            return top
        last = known[-1] if known else None
        if last is None:
            follows = newest_seal.previous_digest == ""
        else:
            follows = last.number == newest_seal.number - 1 and last.digest == newest_seal.previous_digest
        if follows:
            self.append(newest_seal)
        elif last is None or (last.number, last.digest) != (newest_seal.number, newest_seal.digest):
            log.error("The seal log %s and the database disagree; run verify_audit.", self.path)
        return max(top, newest_seal.number)

    def append(self, seal: Seal) -> None:
        """Write the line of ``seal`` and see it onto the disk."""
        line = f"{seal.number} {seal.digest} {seal.count} {moment(seal.sealed_at)}\n".encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            torn = self._torn(handle)
            if torn:
                # A stop in the middle of a line: what is there is completed, or left standing as it is.
                line = line[len(torn) :] if line.startswith(torn) else b"\n" + line
            while line:
                line = line[os.write(handle, line) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @staticmethod
    def _torn(handle: int) -> bytes:
        size = os.fstat(handle).st_size
        tail = os.pread(handle, 200, max(0, size - 200))
        return b"" if tail.endswith(b"\n") else tail.rpartition(b"\n")[2]

    @staticmethod
    def _parse(line: str) -> Line | str:
        found = _LINE.match(line)
        return Line(int(found[1]), found[2], int(found[3]), found[4]) if found else line
