"""What must not stand in a mail: whatever is about a case that is exempt (R8, R25).

The room that keeps the cases says which those are; everything that is told asks here.

Asked of the event, so that nobody who tells something can forget to say it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trepart.audit.models import Event

#: What a mail says of a case that is exempt.
TEMPLATE = "notices/kept"

Keeper = Callable[[Collection["Event"]], Mapping[int, str]]
_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Let ``keeper`` say which of some events are about an exempt case, each with the number of that case."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def numbers(events: Collection["Event"]) -> dict[int, str]:
    """Return the numbers of the exempt cases that ``events`` are about, by the event's id; one query a
    keeper, none without events."""
    found: dict[int, str] = {}
    if events:
        for keeper in _keepers:
            found.update(keeper(events))
    return found


def number(event: "Event | None") -> str:
    """Return the number of the exempt case ``event`` is about; empty where it is about none."""
    return numbers([event]).get(event.pk, "") if event is not None else ""
