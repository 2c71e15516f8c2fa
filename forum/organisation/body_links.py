"""The port for higher rooms that have a page of their own for a body: what else a body's page leads to.

`forum` knows no proposals and no LMU page. A higher room registers in ``AppConfig.ready`` what it offers for a body to somebody; each door asks the policy
itself, so that a link shown is a link that opens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from forum.organisation.models import Body

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass(frozen=True)
class Door:
    """One link from a body's page: what it says and where it leads."""

    label: str | Promise
    url: str


Opener = Callable[[Body, "Person"], Iterable[Door]]

_openers: list[Opener] = []


def register(opener: Opener) -> None:
    """Register what a room offers on the pages of bodies: ``opener(body, person)`` returns the doors that are open to ``person``."""
    _openers.append(opener)


def of(body: Body, person: "Person") -> list[Door]:
    """Return every door that is open to ``person`` from the page of ``body``, in the order the rooms were registered."""
    return [door for opener in _openers for door in opener(body, person)]
