"""What must not stand in a mail: whatever is about a case that is exempt, and what was taken out of a title since
(R8, R25).

The room that keeps the cases says which those are; everything that is told asks here.

Asked of the event, so that nobody who tells something can forget to say it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trepart.audit.models import Event

#: What a mail says of a case that is exempt.
TEMPLATE = "notices/kept"

Keeper = Callable[[Collection["Event"]], Mapping[int, str]]
_keepers: list[Keeper] = []
#: Says of some events which titles they were told with that are others today, each with today's.
Retitling = Callable[[Collection["Event"]], Mapping[int, list[tuple[str, str]]]]
_retitlings: list[Retitling] = []


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


def register_titles(retitling: Retitling) -> None:
    """Let ``retitling`` say which titles have been changed since they were told."""
    if retitling not in _retitlings:
        _retitlings.append(retitling)


def earlier_titles(events: Collection["Event"]) -> dict[int, list[tuple[str, str]]]:
    """Return, by the event's id, the titles that stood when ``events`` were told and are others today, each with
    today's; one query a source, none without events."""
    found: dict[int, list[tuple[str, str]]] = {}
    if events:
        for retitling in _retitlings:
            for pk, titles in retitling(events).items():
                found.setdefault(pk, []).extend(titles)
    return found


def retold(text: str, titles: Iterable[tuple[str, str]]) -> str:
    """Return ``text`` with each earlier title as it is today, the longest first."""
    for before, today in sorted(titles, key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<!\w){re.escape(before)}(?!\w)", lambda _found, today=today: today, text)  # type: ignore[misc]
    return text
