"""A request has an end, also in a worker with threads.

gunicorn's own timeout ends a worker that no longer answers as a whole. A worker with threads answers as long as one of
them does, and a thread that hangs goes on after the visitor has left. So each request is watched: one that has taken
too long is interrupted where it is; one that cannot be interrupted (it is within a call of the machine's) takes its
worker with it, after the others in it have had their time. gunicorn starts a new one at once.
"""

import ctypes
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("trepart.requests")

#: After the interruption, before the worker is asked to end; and from then until it ends whatever is going on in it.
GRACE = 10.0
LAST = 40.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestTookTooLong(Exception):
    """The request is interrupted: it has taken all the time there is."""


@dataclass(slots=True)
class _Going:
    thread: int
    began: float
    what: str
    interrupted: bool = False


class RequestEnd:
    """Watches the requests of ``application``, which may take ``seconds`` each until they begin to answer.

    ``ask`` ends the worker in good order, ``end`` at once; ``every`` says how often it is looked.
    """

    def __init__(
        self,
        application: Application,
        seconds: float,
        *,
        every: float = 1.0,
        grace: float = GRACE,
        last: float = LAST,
        ask: Callable[[], object] = lambda: os.kill(os.getpid(), signal.SIGTERM),
        end: Callable[[], object] = lambda: os._exit(1),
    ) -> None:
        self.application, self.seconds, self.every, self.grace, self.last = application, seconds, every, grace, last
        self.ask, self.end = ask, end
        self.going: dict[int, _Going] = {}
        self.lock = threading.Lock()
        self.watcher: threading.Thread | None = None
        self.asked = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, which is watched until its answer begins."""
        one = _Going(
            threading.get_ident(), time.monotonic(), f"{environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"
        )
        with self.lock:
            self.going[id(one)] = one
            if self.watcher is None:  # in the worker's own process, not in the one that made it
                self.watcher = threading.Thread(target=self._watch, name="request-end", daemon=True)
                self.watcher.start()
        try:
            return self.application(environ, start_response)
        finally:
            with self.lock:
                self.going.pop(id(one), None)

    def _watch(self) -> None:
        while True:
            time.sleep(self.every)
            self.look()
            with self.lock:
                if not self.going:
                    self.watcher = None
                    return

    def look(self) -> None:
        """Interrupt what has taken too long, and end the worker that cannot be interrupted."""
        now = time.monotonic()
        with self.lock:
            for one in self.going.values():
                took = now - one.began
                if took > self.seconds and not one.interrupted:
                    one.interrupted = True
                    log.error("A request has taken %.0f seconds and is interrupted: %s", took, one.what)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(one.thread), ctypes.py_object(RequestTookTooLong)
                    )
                if took > self.seconds + self.grace and not self.asked:
                    self.asked = True
                    log.critical("A request cannot be interrupted; its worker ends: %s", one.what)
                    self.ask()
                if took > self.seconds + self.grace + self.last:
                    self.end()
