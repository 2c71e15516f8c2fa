"""Keeps the groups in step with the memberships, and says in which office somebody acted."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import transaction

from forum.organisation import place_changes
from trepart.access import policy, sync
from trepart.access.models import User

if TYPE_CHECKING:
    from trepart.audit import Acting

_waiting: ContextVar[set[int | None] | None] = ContextVar("forum_rights_waiting", default=None)


@contextmanager
def in_bulk() -> Iterator[None]:
    """Let many changes be made as one: all or nothing, with the groups brought in step, and what hangs on
    places settled, once, at the end.

    Rights that the block gives can be used after it, not inside it. Blocks may be nested; the outermost does the work.
    """
    if _waiting.get() is not None:
        yield
        return
    token = _waiting.set(set())
    try:
        with transaction.atomic(), place_changes.together():
            yield
            bodies = _waiting.get() or set()
            if bodies:
                sync.keep_in_step(*bodies)
    finally:
        _waiting.reset(token)


def keep_in_step(body: int | None) -> None:
    """Bring the groups of ``body`` (None: the offices) in step, now or when the block of :func:`in_bulk` ends."""
    waiting = _waiting.get()
    if waiting is None:
        sync.keep_in_step(body)
    else:
        waiting.add(body)


def acting(actor: User | None) -> "Acting | None":
    """Return the office in which ``actor`` manages the organisation; None where it holds none, or
    the portal itself acts."""
    return policy.acting_for(actor, "forum.manage_organisation") if actor is not None else None
