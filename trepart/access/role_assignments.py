"""Who stands where: the port through which `access` learns of memberships without knowing the room they live in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.db.models import Q

if TYPE_CHECKING:
    from trepart.access.models import User


@dataclass(frozen=True, order=True)
class Standing:
    """One person's place in one body (or, with ``body_id`` None, an office of the municipality)."""

    person_id: int
    body_id: int | None
    kind: str
    role: str
    label: str = ""
    #: False where the place is another's, whom the person stands in for.
    own: bool = True


@dataclass(frozen=True)
class Running:
    """What runs for one person on one day."""

    #: Bodies first, then offices.
    places: tuple[Standing, ...] = ()
    #: Where the person is employed, by the workplace's id: whether the person leads it.
    workplaces: Mapping[int, bool] = field(default_factory=dict)


class StandingSource(Protocol):
    """What `forum` registers: the truth about memberships and appointments."""

    def running(self, person: "User", on: date) -> Running:
        """Return where ``person`` stands and works on that day."""

    def lasting(self, on: date, bodies: Collection[int | None] | None = None) -> Iterable[Standing]:
        """Return every standing that has not ended before ``on``, coming ones included: who belongs in which group.

        ``bodies`` limits the answer to those bodies (None inside it: the offices).
        """

    def people(self, places: Iterable[tuple[int | None, str]], on: date) -> Q:
        """Return a condition on `User` for those who stand in one of ``places`` (body, role) on that day."""

    def scopes(self) -> Iterable[tuple[int | None, str]]:
        """Return every body with its kind, and ``(None, "office")``: where roles can grant something."""


_source: StandingSource | None = None


def use(source: StandingSource) -> None:
    """Register the one source of standings."""
    global _source
    _source = source


def source() -> StandingSource:
    """Return the registered source; raise ``RuntimeError`` where no room has given one."""
    if _source is None:
        raise RuntimeError("No room has registered a StandingSource.")
    return _source
