"""The port for higher rooms that have a page of their own for a body: what else a body's page leads to.

The organisation knows no proposals and no LMU page. A higher room registers in ``AppConfig.ready`` what it offers for a
body to somebody; each link asks the policy itself, so that a link shown is a link that opens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from forum.organisation.models import Body

if TYPE_CHECKING:
    from trepart.access.rules import Person


@dataclass(frozen=True)
class BodyLink:
    """One link from a body's page: what it says and where it leads."""

    label: str | Promise
    url: str


LinksOf = Callable[[Body, "Person"], Iterable[BodyLink]]

_sources: list[LinksOf] = []


def register(links_of: LinksOf) -> None:
    """Register what a room offers on the pages of bodies: ``links_of(body, person)`` returns the links that
    are open to ``person``."""
    _sources.append(links_of)


def of(body: Body, person: "Person") -> list[BodyLink]:
    """Return every link that is open to ``person`` from the page of ``body``, in the order the
    rooms were registered."""
    return [link for links_of in _sources for link in links_of(body, person)]
