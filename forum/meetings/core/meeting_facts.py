"""The port for higher rooms that have something of a meeting's: what else its page tells, in the list of facts."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from forum.meetings.core.models import Meeting
from trepart.ui import Fact

if TYPE_CHECKING:
    from trepart.access.rules import Person

FactsOf = Callable[[Meeting, "Person"], Iterable[Fact]]

_sources: list[FactsOf] = []


def register(facts_of: FactsOf) -> None:
    """Register what a room tells of a meeting: ``facts_of(meeting, person)`` returns the facts ``person`` may know."""
    _sources.append(facts_of)


def of(meeting: Meeting, person: "Person") -> list[Fact]:
    """Return what the higher rooms tell ``person`` of ``meeting``, in the order they were registered."""
    return [fact for facts_of in _sources for fact in facts_of(meeting, person)]
