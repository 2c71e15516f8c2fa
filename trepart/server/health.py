"""Three addresses that tell machines whether the portal is alive, can serve, and has everything running.

    /helse/lever    this process answers
    /helse/klar     it can serve: the database answers and its tables are those this version knows (load balancer)
    /helse/drift    everything runs: also the worker, its queue, mail, seals, disk (for whoever watches)

The answer is "ok" or "not ok" (status 200 or 503) and nothing else: no session, no cookie, no redirect to https. Why
not is logged, and told to whoever brings the token (``HEALTH_TOKEN``). A dead worker is no reason to stop serving
pages, so the middle one does not ask about it.
"""

import hmac
import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase

log = logging.getLogger("trepart.health")

ALIVE, READY, RUNNING = "/helse/lever", "/helse/klar", "/helse/drift"

#: The worker says every ten seconds that it lives.
WORKER_SILENT = timedelta(minutes=2)
#: A job is taken within seconds; one that has waited so long waits for a worker that is not there, or is far behind.
JOB_WAITS = timedelta(minutes=15)
#: The sealer runs every minute.
SEAL_WAITS = timedelta(minutes=15)
#: Mail that a server refuses for an hour is tried again by itself; after that somebody should know.
MAIL_WAITS = timedelta(hours=1)
#: Left on the disk where files and seals lie, in bytes.
DISK_LEFT = 500 * 1024 * 1024
#: Milliseconds the database gets for one question.
_PATIENCE = 2000
#: Seconds an answer is kept, so that nobody can make the portal work by asking after its health.
_KEPT = 5.0


@dataclass(frozen=True)
class Finding:
    """What one look found: ``name`` of the check, whether it is well, and ``told`` for those who run the
    portal (no personal data)."""

    name: str
    well: bool
    told: str = ""


def database() -> Finding:
    """Say whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("database", True)


def migrations() -> Finding:
    """Say whether every migration this version brings has been applied."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in missing[:5])
    return Finding("migrations", not missing, f"{len(missing)} not applied: {names}" if missing else "")


def worker() -> Finding:
    """Say whether a worker has given a sign of life lately."""
    silent = _age("SELECT max(last_heartbeat) FROM procrastinate_workers")
    if silent is None:
        return Finding("worker", False, "no worker runs")
    return _waited("worker", silent, WORKER_SILENT, "the last sign of life was {} ago")


def jobs() -> Finding:
    """Say how long the oldest job that could have been done has waited."""
    waited = _age(
        """
        SELECT coalesce(j.scheduled_at, (
            SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred'
        )) FROM procrastinate_jobs j WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
        ORDER BY j.id LIMIT 1
        """
    )
    return _waited("jobs", waited, JOB_WAITS, "the oldest job has waited {}")


def seals() -> Finding:
    """Say how long the oldest event without a seal has waited for one."""
    waited = _age(
        "SELECT min(e.recorded_at) FROM audit_event e"
        " WHERE e.id = (SELECT event_id FROM audit_unsealed ORDER BY event_id LIMIT 1)"
    )
    return _waited("seals", waited, SEAL_WAITS, "the oldest event without a seal has waited {}")


def disk() -> Finding:
    """Say whether there is room where files and seals are kept."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    left = shutil.disk_usage(folder).free
    return Finding("disk", left >= DISK_LEFT, f"{left // (1024 * 1024)} MB left")


Check = Callable[[], Finding]
_SERVING: tuple[Check, ...] = (database, migrations)
_EVERYTHING: list[Check] = [*_SERVING, worker, jobs, seals, disk]


def register(check: Check) -> None:
    """Add a look of a room's own to ``/helse/drift``, once (from ``AppConfig.ready``)."""
    if check not in _EVERYTHING:
        _EVERYTHING.append(check)


def _age(query: str) -> timedelta | None:
    """Return how long ago the one moment that ``query`` finds was, by the database's clock: this is about machines, not
    about the portal's days."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT clock_timestamp() - ({query})")  # our own queries, above
        row = cursor.fetchone()
    found: timedelta | None = row[0] if row else None
    return found


def _waited(name: str, waited: timedelta | None, patience: timedelta, words: str) -> Finding:
    if waited is None:
        return Finding(name, True)
    return Finding(name, waited <= patience, words.format(f"{waited.total_seconds():.0f} s"))


def look(checks: Sequence[Check]) -> list[Finding]:
    """Run ``checks`` and return what each found; one that cannot be answered is not well. Where the database is gone,
    the rest are not asked."""
    found: list[Finding] = []
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_PATIENCE)])
            for check in checks:
                found.append(_asked(check))
    except (DatabaseError, InterfaceError) as error:
        found.append(Finding("database", False, type(error).__name__))
    return found


def _asked(check: Check) -> Finding:
    try:
        with transaction.atomic():
            return check()
    except (DatabaseError, InterfaceError, OSError) as error:
        return Finding(check.__name__, False, type(error).__name__)


def ready() -> list[Finding]:
    """Return what must be well for pages to be served."""
    return look(_SERVING)


def running() -> list[Finding]:
    """Return everything that must be well."""
    return look(_EVERYTHING)


class Probes:
    """Middleware, before everything that knows of hosts, https, sessions and languages: answers the three addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._kept: dict[str, tuple[float, list[Finding]]] = {}
        self._one = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info.removesuffix("/")
        if path not in (ALIVE, READY, RUNNING) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        found = [] if path == ALIVE else self._found(path)
        well = all(finding.well for finding in found)
        answer: dict[str, object] = {"status": "ok" if well else "not ok"}
        if found and self._may_know(request):
            answer["checks"] = [{"name": f.name, "ok": f.well, "told": f.told} for f in found]
        return HttpResponse(
            json.dumps(answer) + "\n",
            status=200 if well else 503,
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    def _found(self, path: str) -> list[Finding]:
        with self._one:
            at, found = self._kept.get(path, (0.0, []))
            if not found or time.monotonic() - at > _KEPT:
                found = ready() if path == READY else running()
                self._kept[path] = (time.monotonic(), found)
                for finding in found:
                    if not finding.well:
                        log.error("not well", extra={"told": {"check": finding.name, "found": finding.told}})
        return found

    @staticmethod
    def _may_know(request: HttpRequest) -> bool:
        token = settings.HEALTH_TOKEN
        given = request.META.get("HTTP_AUTHORIZATION", "")
        return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
