"""The port for higher rooms in which something hangs on a place in a body: what follows when places begin and end.

The organisation knows no meetings. A higher room registers in ``AppConfig.ready``; it is asked to hold what depends on
the places before they change, and to settle it after, in the same transaction. Changes made as one are settled once,
when all of them are made: a place that goes on as another is no end.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from forum.organisation.models import Membership
    from trepart.access.models import User


class Hangs(Protocol):
    """What a room registers."""

    def hold(self, body_id: int) -> None:
        """Lock what depends on who sits in a body, before that changes."""

    def settle(self, body_id: int, begun: "Sequence[Membership]", *, actor: "User | None") -> None:
        """Bring what depends on the places of a body in step with them; ``begun`` are those that have begun. Harmless
        to repeat."""


_sources: list[Hangs] = []
#: What has changed in the block of :func:`together`, by body: the places that began, and who entered it last.
_waiting: "ContextVar[dict[int, tuple[list[Membership], User | None]] | None]" = ContextVar(
    "forum_places_waiting", default=None
)


def register(hangs: Hangs) -> None:
    """Let a room follow when places begin and end."""
    _sources.append(hangs)


@contextmanager
def together() -> Iterator[None]:
    """Let many changes be settled as one, at the end. Blocks may be nested; the outermost settles."""
    if _waiting.get() is not None:
        yield
        return
    token = _waiting.set({})
    try:
        yield
        changes = _waiting.get() or {}
    finally:
        _waiting.reset(token)
    for body_id, (begun, actor) in sorted(changes.items()):
        _settle(body_id, begun, actor)


def hold(body_id: int) -> None:
    """Lock what depends on who sits in a body."""
    for source in _sources:
        source.hold(body_id)


def changed(body_id: int, *, begun: "Membership | None" = None, actor: "User | None") -> None:
    """Settle what hangs on the places of a body, now or when the block of :func:`together` ends."""
    waiting = _waiting.get()
    if waiting is None:
        _settle(body_id, [begun] if begun is not None else [], actor)
        return
    there = waiting.setdefault(body_id, ([], actor))
    if begun is not None:
        there[0].append(begun)


def _settle(body_id: int, begun: "Sequence[Membership]", actor: "User | None") -> None:
    for source in _sources:
        source.settle(body_id, begun, actor=actor)
