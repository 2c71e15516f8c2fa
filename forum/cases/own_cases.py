"""The port for whoever knows who has sent a case in: nobody gives a body's opinion on their own without being asked.

`forum` knows nothing of proposals; a higher room registers in ``AppConfig.ready`` (fvl § 6; R12).
"""

from typing import TYPE_CHECKING, Protocol

from forum.cases.models import Case

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.access.rules import Person


class Room(Protocol):
    """What a room that knows who sent cases in answers."""

    def sent_in(self, case: Case, person: "User") -> bool:
        """Say whether ``person`` has sent ``case`` in."""

    def may_know_who(self, case: Case, reader: "Person", who: "User | None") -> bool:
        """Say whether ``reader`` may know that ``who`` sent ``case`` in."""

    def names_hidden(self, case: Case, reader: "Person") -> list[str]:
        """Return the names behind ``case`` that others do not see and ``reader`` may know."""

    def stepped_aside(self, case: Case, person: "User") -> bool:
        """Say whether ``person`` has said that they are partial in ``case``."""


_rooms: list[Room] = []


def register(room: Room) -> None:
    """Register a room that knows who sent cases in."""
    _rooms.append(room)


def sent_in(case: Case, person: "User") -> bool:
    """Say whether ``person`` has sent ``case`` in."""
    return any(room.sent_in(case, person) for room in _rooms)


def may_know_who(case: Case, reader: "Person", who: "User | None") -> bool:
    """Say whether ``reader`` may know that ``who`` sent ``case`` in."""
    return any(room.may_know_who(case, reader, who) for room in _rooms)


def names_hidden(case: Case, reader: "Person | None") -> list[str]:
    """Return the names behind ``case`` that others do not see and ``reader`` may know."""
    return [name for room in _rooms for name in room.names_hidden(case, reader)] if reader is not None else []


def stepped_aside(case: Case, person: "User") -> bool:
    """Say whether ``person`` has said that they are partial in ``case``, outside a meeting."""
    return any(room.stepped_aside(case, person) for room in _rooms)
