"""Asks the servers, in rounds, and works out what the answers cost held against the bare ones."""

import http.client
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import urlencode

#: Our pages, what each is held against, and how many times as much it may cost.
WANTED: dict[str, tuple[str, float]] = {
    "front page": ("bare list", 3.0),
    "proposal list": ("bare list", 3.0),
    "proposal page": ("bare list", 3.0),
    "search, rare word": ("bare list", 3.0),
    "search, common word": ("bare list", 3.0),
    "status change": ("bare write", 8.0),
    "recorded vote": ("bare write", 8.0),
}
#: What every page is held against besides, without a bar: a view that answers two letters.
BARE_VIEW = "bare view"
#: How much a ratio may grow when there are ten times as many proposals.
GROWTH = 1.1
#: Rounds before anything is written down: templates are read, connections opened, plans made.
WARM = 3
_TOKEN = "b" * 32  # a form's protection takes its own cookie


#: A form that is sent: the address, and what its fields say.
Sent = tuple[str, dict[str, object]]


class Plan(TypedDict):
    """What is measured: who is signed in, pages as (name, who, address), forms as (name, who, what is sent)."""

    sessions: dict[str, str]
    pages: list[tuple[str, str, str]]
    forms: list[tuple[str, str, list[Sent]]]
    proposals: int


@dataclass
class Server:
    """One server over one database: what is asked of it, and what it took, in milliseconds by name (the whole answer,
    and processor time of the server)."""

    port: int
    plan: Plan
    took: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._forms: dict[str, Iterator[Sent]] = {name: iter(forms) for name, _who, forms in self.plan["forms"]}
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, name: str, *, count: bool) -> None:
        """Ask for the page, or send the next of the forms, called ``name``. Raises ``RuntimeError`` where the answer is
        not what it should be."""
        pages = {page[0]: page for page in self.plan["pages"]}
        if name in pages:
            _name, who, path = pages[name]
            method, body, wanted = "GET", None, 200
        else:
            who = next(form[1] for form in self.plan["forms"] if form[0] == name)
            path, fields = next(self._forms[name])
            method, body, wanted = "POST", urlencode({**fields, "csrfmiddlewaretoken": _TOKEN}), 302
        headers = {
            "Host": f"localhost:{self.port}",
            "Cookie": f"sessionid={self.plan['sessions'][who]}; csrftoken={_TOKEN}",
            **({"Content-Type": "application/x-www-form-urlencoded"} if body else {}),
        }
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != wanted:
            raise RuntimeError(f"{name} ({path}) answered {answer.status} instead of {wanted}")
        if count:
            self.took.setdefault(name, []).append(took)
            self.cpu.setdefault(name, []).append(int(answer.headers["X-Bench-Cpu"]) / 1000)


def rounds(servers: dict[int, Server], number: int, say: Callable[[str], None]) -> None:
    """Ask everything of every server once a round, in an order of its own, so that what else the machine does falls on
    all alike. Pages first, then forms."""
    order = random.Random(1)  # an order, no secret
    for what in ("pages", "forms"):
        for count in range(-WARM, number):
            if count >= 0 and count % 10 == 0:
                say(f"  {what}, round {count + 1} of {number}")
            asked = [(size, one[0]) for size, server in servers.items() for one in server.plan[what]]
            order.shuffle(asked)
            for size, name in asked:
                servers[size].ask(name, count=count >= 0)


def beside(server: Server, name: str, goes_on: Callable[[], bool]) -> list[float]:
    """Ask for the page called ``name`` again and again as long as ``goes_on``; return the milliseconds of each."""
    took = []
    while goes_on():
        began = time.perf_counter()
        server.ask(name, count=False)
        took.append((time.perf_counter() - began) * 1000)
    return took


@dataclass(frozen=True)
class Ratio:
    """How many times as much as the bare one: of the medians, with the middle half of the rounds' own ratios."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f}–{self.high:.2f})"


def ratio(ours: list[float], bare: list[float]) -> Ratio:
    """Return what ``ours`` cost held against ``bare``, round by round."""
    each = sorted(a / b for a, b in zip(ours, bare, strict=True))
    quarters = statistics.quantiles(each, n=4) if len(each) > 1 else [each[0]] * 3
    return Ratio(statistics.median(ours) / statistics.median(bare), quarters[0], quarters[2])
