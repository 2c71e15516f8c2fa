"""The port for whoever owns cases that wait with one leader: members of the body above can demand one of them.

The leader selects what goes up; what is demanded goes up all the same (koml § 11-3, R6). A higher room registers in
``AppConfig.ready``.
"""

from typing import TYPE_CHECKING, Protocol

from forum.cases.models import Case
from forum.organisation.models import Body

if TYPE_CHECKING:
    from trepart.access.models import User


class Demanded(Protocol):
    """What gives its ground to bringing a case up: a demand that binds."""

    body: Body
    case: Case | None


class Room(Protocol):
    """What a room with such cases answers."""

    def waiting_below(self, body: Body, reader: "User") -> list[tuple[int, str]]:
        """Return the cases (id, title) that wait with one leader below ``body`` and ``reader`` may read."""

    def bring_up(self, demand: Demanded) -> None:
        """Let the body have the case the demand names, where it still waits with one leader below it."""


_rooms: list[Room] = []


def register(room: Room) -> None:
    """Register a room whose cases can be demanded."""
    _rooms.append(room)


def waiting_below(body: Body, reader: "User") -> list[tuple[int, str]]:
    """Return the cases (id, title) that members of ``body`` can name in a demand, as far as ``reader`` may read
    them."""
    return [case for room in _rooms for case in room.waiting_below(body, reader)]


def bring_up(demand: Demanded) -> None:
    """Let the body have the case that a binding demand names, whoever had selected otherwise."""
    for room in _rooms:
        room.bring_up(demand)
