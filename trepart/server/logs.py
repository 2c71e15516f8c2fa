"""The log: one line of JSON for each thing that happened, tied together by a request id, and without personal data.

What a log may not hold (R31: no more is kept about people than the purpose takes): what somebody wrote, whom they
looked for, who they are, where they sat. So an address is logged as the pattern it matched and never as it was typed;
an error as its kind and the lines of code it went through, never as its message, which may quote a person's words; a
job as its name and number. What is left finds the fault, and the request id finds the rest of the story.
"""

import errno
import ipaddress
import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job

#: The id of the request that is being answered, or that put the job which is being done in the
#: queue; empty outside both.
current: ContextVar[str] = ContextVar("request_id", default="")

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
#: Under this key the id travels among a job's arguments; it is taken out before the job is run.
_CARRIED = "_request_id"
_EMAIL = re.compile(r"(?<![^\s@<>\"'(),;:])[^\s@<>\"'(),;:]++@[^\s@<>\"'(),;:]+")
#: A national identity number, with or without its space.
_IDENTITY = re.compile(r"\b\d{6} ?\d{5}\b")
_QUERY = re.compile(r"\?[^\s\"'<>)]+")
#: What may be a network address; `ipaddress` says whether it is.
_MAYBE_ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]{3,45}(?![\w:])")
_ROOT = str(Path(__file__).resolve().parents[2]) + "/"
_PACKAGES = re.compile(r"^.*/(?:site|dist)-packages/")
#: Frames of a stack that are kept: the innermost tell where, the outermost how one came there.
_OUTER, _INNER = 4, 16


def scrubbed(text: str) -> str:
    """Return ``text`` without e-mail addresses, identity numbers, queries of addresses, and (unless
    ``LOG_IP``) network addresses."""
    text = _QUERY.sub("?…", _IDENTITY.sub("…", _EMAIL.sub("…@…", text)))
    if not _keeps_addresses():
        text = _MAYBE_ADDRESS.sub(_without_address, text)
    return text


def _without_address(found: re.Match[str]) -> str:
    text = found[0].rstrip(".:")
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return found[0]
    return "…" + found[0][len(text) :]


def _keeps_addresses() -> bool:
    # The web server's own log begins before the settings can be read, and goes on where they are refused.
    try:
        return bool(settings.LOG_IP)
    except (ImproperlyConfigured, AttributeError):
        return False


def pattern_of(request: object) -> str:
    """Return the address of ``request`` as the pattern it matched ("forslag/<int:pk>/"), empty where it matched none:
    what was typed may be a name or a key."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else ""


def described(error: BaseException) -> dict[str, object]:
    """Return what may be told of ``error``: its kind, the codes that carry no content, and the lines it went through,
    for it and for what caused it."""
    told: dict[str, object] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, ImproperlyConfigured):
        # Said by a programmer to whoever sets the portal up; no person's words are in it.
        told["message"] = scrubbed(str(error))
    if isinstance(error, OSError) and error.errno:
        told["errno"] = errno.errorcode.get(error.errno, str(error.errno))
    diagnostics = getattr(error, "diag", None)
    for name in ("sqlstate", "constraint_name", "table_name", "column_name"):
        if value := getattr(diagnostics, name, None):
            told[name] = value
    frames = [f"{_place(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    if len(frames) > _OUTER + _INNER:
        frames = [*frames[:_OUTER], "…", *frames[-_INNER:]]
    told["stack"] = frames
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["cause"] = described(cause)
    return told


def _place(filename: str) -> str:
    return _PACKAGES.sub("", filename).removeprefix(_ROOT)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, message, request id, and what the record brought along
    in ``extra={"told": {...}}``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(self._message(record)),
        }
        if request_id := getattr(record, "request_id", "") or current.get():
            line["request_id"] = request_id
        job = getattr(record, "job", None)
        if isinstance(job, dict):
            line["job"] = {name: job.get(name) for name in ("id", "task_name", "queue", "attempts")}
        line.update(getattr(record, "told", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = described(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        if record.name.startswith("procrastinate"):
            # Its own sentences spell out the arguments of the job.
            return str(getattr(record, "action", "")) or record.levelname.lower()
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            # Django's sentences about a request hold its address as it was typed.
            path = getattr(request, "path", None)
            shown = pattern_of(request) or "(no such address)"
            args = tuple(shown if arg == path else arg for arg in record.args)
            return str(record.msg) % args if args else str(record.msg)
        return record.getMessage()


class Requests:
    """Middleware, outermost: gives every request its id, says so in ``X-Request-ID``, and logs one
    line when it is answered.

    The id is taken from the header named in ``REQUEST_ID_HEADER`` where a proxy of ours sets it,
    and is made here otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        header = settings.REQUEST_ID_HEADER
        self._from = f"HTTP_{header.upper().replace('-', '_')}" if header else ""
        self._log = logging.getLogger("trepart.requests")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get(self._from, "") if self._from else ""
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]  # read by the page that says something went wrong
        token = current.set(request_id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            if self._log.isEnabledFor(logging.INFO):
                self._tell(request, response, time.perf_counter() - began)
        finally:
            current.reset(token)
        return response

    def _tell(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        told = {
            "method": request.method if request.method in _METHODS else "other",
            "address": pattern_of(request),
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        }
        if settings.LOG_IP:
            told["ip"] = request.META.get("REMOTE_ADDR", "")
        self._log.info("request", extra={"told": told})


_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


# Jobs: the id of the request goes along into the queue, and comes back when the job is done ---------------------------


def carry_into_jobs(app: "App") -> None:
    """Let every job remember the request that put it in the queue. Called once, by procrastinate, with
    the portal's own queue."""
    manager: Any = app.job_manager
    write, write_async = manager.batch_defer_jobs, manager.batch_defer_jobs_async

    def batch_defer_jobs(jobs: "Iterable[Job]", *args: object, **kwargs: object) -> object:
        return write([_marked(job) for job in jobs], *args, **kwargs)

    async def batch_defer_jobs_async(jobs: "Iterable[Job]", *args: object, **kwargs: object) -> object:
        return await write_async([_marked(job) for job in jobs], *args, **kwargs)

    manager.batch_defer_jobs, manager.batch_defer_jobs_async = batch_defer_jobs, batch_defer_jobs_async


def _marked(job: "Job") -> "Job":
    request_id = current.get()
    return job.evolve(task_kwargs={**job.task_kwargs, _CARRIED: request_id}) if request_id else job


def in_job(call_next: Callable[[], object], context: "JobContext", worker: object) -> object:
    """Run a job under the id of the request that asked for it; one that nobody asked for (a periodic one)
    gets an id of its own."""
    token = current.set(str(context.job.task_kwargs.pop(_CARRIED, "")) or f"job-{context.job.id}")
    try:
        return call_next()
    finally:
        current.reset(token)


def configuration(level: str) -> dict[str, object]:
    """Return ``settings.LOGGING``: lines of JSON on standard error, which systemd's journal keeps. ``level`` is
    for what is not our own."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "trepart.server.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would tell what ours leaves out, and mail it to somebody.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # A query carries what people wrote.
            "django.db.backends": {"level": "WARNING"},
            "trepart.requests": {"level": "INFO"},
            "trepart.health": {"level": "INFO"},
        },
    }
