"""A request has an end in a worker with threads: interrupted where it can be, else its worker ends."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from trepart.server.request_end import RequestEnd, RequestTookTooLong

ENVIRON = {"REQUEST_METHOD": "POST", "PATH_INFO": "/forslag/"}


class Watched:
    """A worker that asks and ends nothing but itself, with a watcher that looks without pause."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, last: float = 600) -> None:
        self.asked, self.ended = threading.Event(), threading.Event()
        self.served = RequestEnd(
            application, 0.01, every=0.001, grace=0.01, last=last, ask=self.asked.set, end=self.ended.set
        )
        self.found: list[object] = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.found.append(self.served(dict(ENVIRON), lambda *_given: None))
        except RequestTookTooLong as ended:
            self.found.append(ended)


def test_what_goes_on_for_ever_is_interrupted() -> None:
    def endless(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        while True:
            pass

    watched = Watched(endless)
    watched.thread.join(30)
    assert isinstance(watched.found[0], RequestTookTooLong)
    assert not watched.served.going


def test_what_cannot_be_interrupted_takes_its_worker_with_it() -> None:
    released = threading.Event()

    def stuck(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        released.wait(60)
        return [b""]

    watched = Watched(stuck, last=0.01)
    assert watched.asked.wait(30)
    assert watched.ended.wait(30)
    released.set()
    watched.thread.join(30)


def test_what_is_swallowed_is_not_the_end_of_it() -> None:
    def stubborn(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        while not asked.is_set():
            try:
                while not asked.is_set():
                    pass
            except RequestTookTooLong:
                continue
        return [b""]

    asked = threading.Event()
    watched = Watched(stubborn)
    assert watched.asked.wait(30)
    asked.set()
    watched.thread.join(30)


def test_what_answers_in_time_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    def quick(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        return [b"ok"]

    served = RequestEnd(quick, 60, every=600)
    assert served(dict(ENVIRON), lambda *_given: None) == [b"ok"]
    served.look()
    assert not served.going
    assert not caplog.records
