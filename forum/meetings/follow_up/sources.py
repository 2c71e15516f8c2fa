"""The port through which a higher room brings what else a body follows up, beside its decisions (R16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from forum.cases.deadlines import soon_until
from trepart import clock

if TYPE_CHECKING:
    from forum.organisation.models import Body
    from trepart.access.rules import Person


@dataclass(frozen=True)
class Measure:
    """One thing a body has decided that is to be carried out, as its list of follow-up shows it."""

    title: str
    label: str
    url: str
    responsible: str
    due_on: date | None
    done_on: date | None = None
    #: The title outside the body, where what it is about is kept from others.
    public: str = ""
    note: str = ""
    noted_on: date | None = None
    #: A recommendation: the day is when whoever has the authority is asked what came of it.
    awaits: bool = False
    #: The decision was corrected, and is not to be carried out: over on the day it is ``done_on``, and not done.
    lapsed: bool = False

    @property
    def overdue(self) -> bool:
        """Say whether it should have been done before today."""
        return self.done_on is None and self.due_on is not None and self.due_on < clock.today()

    @property
    def soon(self) -> bool:
        """Say whether it is due soon."""
        return self.done_on is None and self.due_on is not None and not self.overdue and self.due_on <= soon_until()


class Measures(Protocol):
    """What a room registers."""

    def of_body(self, body: "Body", person: "Person", *, done_since: date) -> Sequence[Measure]:
        """Return what ``body`` decided that is not done, or was done on ``done_since`` or later, as ``person`` may read
        it; in a fixed number of queries."""


_sources: list[Measures] = []


def register(measures: Measures) -> None:
    """Let a room bring its measures."""
    _sources.append(measures)


def brought(body: "Body", person: "Person", *, done_since: date) -> list[Measure]:
    """Return what the higher rooms bring for ``body``."""
    return [measure for source in _sources for measure in source.of_body(body, person, done_since=done_since)]
