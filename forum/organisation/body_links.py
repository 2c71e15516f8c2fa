"""The port for higher rooms that have a page of their own for a body: what else a body's page leads to.

The organisation knows no proposals and no LMU page. A higher room registers in ``AppConfig.ready`` what it offers for a
body to somebody; each link asks the policy itself, so that a link shown is a link that opens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise

from forum.organisation.enums import BodyKind
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
_pages: dict[str, str] = {}


def register(links_of: LinksOf) -> None:
    """Register what a room offers on the pages of bodies: ``links_of(body, person)`` returns the links that
    are open to ``person``."""
    _sources.append(links_of)


def register_page(kind: BodyKind, url_name: str) -> None:
    """Register where the work of bodies of ``kind`` is done: an address that takes the body's slug."""
    _pages[kind] = url_name


def page_of(body: Body) -> str:
    """Return the address where the work of ``body`` is done: a higher room's where it has registered one for the kind,
    else the body's own page."""
    return reverse(_pages[body.kind], args=[body.slug]) if body.kind in _pages else body.get_absolute_url()


def of(body: Body, person: "Person") -> list[BodyLink]:
    """Return every link that is open to ``person`` from the page of ``body``, in the order the
    rooms were registered."""
    return [link for links_of in _sources for link in links_of(body, person)]
