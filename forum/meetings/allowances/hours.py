"""How long somebody was at a meeting: from the roll call, and from who came and left (R4, R13).

Whoever leaves one case, or steps aside in it, keeps the hours of the seat; somebody who sits in single cases has none
of their own, since nobody writes down how long a case lasts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from forum.meetings.enums import MovementKind
from forum.meetings.session.models import Movement


@dataclass(frozen=True)
class Stay:
    """One time at the table, from when to when; without an end where the meeting has none."""

    begins: datetime
    ends: datetime | None

    @property
    def seconds(self) -> float | None:
        """Return how long it lasted; None where it is not known."""
        return None if self.ends is None else max(0.0, (self.ends - self.begins).total_seconds())


def stays(*, began: datetime, ended: datetime | None, present: bool, movements: Iterable[Movement]) -> tuple[Stay, ...]:
    """Return when somebody was at the table, who was ``present`` at the roll call of a meeting from ``began`` to
    ``ended``, and has come and gone as in ``movements``, in their order."""
    found: list[Stay] = []
    since = began if present else None
    for movement in movements:
        if movement.only:
            continue
        if movement.kind == MovementKind.CAME and since is None:
            since = movement.at
        elif movement.kind == MovementKind.LEFT and since is not None:
            found.append(Stay(since, movement.at))
            since = None
    if since is not None:
        found.append(Stay(since, ended))
    return tuple(found)


def hours(found: Iterable[Stay]) -> float | None:
    """Return how long they lasted together, in hours; None where that is not known, or there is none."""
    seconds = [stay.seconds for stay in found]
    known = [one for one in seconds if one is not None]
    return round(sum(known) / 3600, 2) if known and len(known) == len(seconds) else None
