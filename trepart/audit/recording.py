"""Writing the trail: one function that inserts an event, one context manager that makes a write carry it."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from trepart import clock, languages
from trepart.audit import actions

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.audit.models import Event

_current: ContextVar["Event | None"] = ContextVar("trepart_event", default=None)


@dataclass(frozen=True)
class Acting:
    """On whose behalf somebody acted: the body, the role there, and both in words as they were then."""

    body_id: int | None
    role: str
    label: str


def current() -> "Event | None":
    """Return the event under which the running block writes, if any."""
    return _current.get()


def canonical(value: object) -> bytes:
    """Return ``value`` as JSON that is the same, byte for byte, however it was made."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder).encode()


def content_digest(salt: str, body: object) -> str:
    """Return the salted commitment to an event's free text (R31)."""
    return hashlib.sha256(salt.encode() + b"\0" + canonical(body)).hexdigest()


def write(
    action: str,
    *,
    actor: "User | None",
    subject: models.Model,
    root: models.Model | None = None,
    acting: Acting | None = None,
    from_state: str = "",
    to_state: str = "",
    data: Mapping[str, object] | None = None,
    text: Mapping[str, object] | None = None,
) -> "Event":
    """Insert one event in the running transaction and return it.

    ``data`` takes codes, numbers and ids; ``text`` takes what people wrote (reasons, answers), which can be erased
    later. On whose behalf is kept in the municipality's language, whatever the actor reads. ``actor`` is None
    where the portal itself acts. Raises ``UnknownAction`` for a name nobody registered, ``ValueError`` where
    ``subject`` has no primary key yet.
    """
    # Models need the app registry; this module is imported before it.
    from trepart.audit.models import Event, EventContent

    actions.get(action)
    root = subject if root is None else root
    if subject.pk is None or root.pk is None:
        raise ValueError("An event needs a subject with a primary key; see trepart.workflow.reserve_pk.")
    body = {key: str(value) for key, value in (text or {}).items() if value not in (None, "")}
    salt = secrets.token_hex(32) if body else ""
    # What goes into the seal is read back from the database later: round-trip it through JSON now,
    # so that both are the same.
    plain = json.loads(canonical(dict(data or {})))
    on_behalf_of = ""
    if acting:
        with languages.municipal():
            on_behalf_of = str(acting.label)
    event = Event(
        action=action,
        actor=actor,
        acting_body=acting.body_id if acting else None,
        acting_role=acting.role if acting else "",
        acting_label=on_behalf_of,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        root_type=root._meta.label_lower,
        root_id=root.pk,
        from_state=from_state,
        to_state=to_state,
        data=plain,
        content_digest=content_digest(salt, body) if body else "",
        at=clock.now(),
    )
    event.save(force_insert=True)
    event.told = set()
    if body:
        EventContent.objects.create(event=event, salt=salt, body=body)
    return event


@contextmanager
def under(event: "Event") -> Iterator["Event"]:
    """Let everything written in the block carry ``event``."""
    token = _current.set(event)
    try:
        yield event
    finally:
        _current.reset(token)


@contextmanager
def recorded(
    action: str, *, actor: "User | None", subject: models.Model, savepoint: bool | None = None, **details: Any
) -> Iterator["Event"]:
    """Open a transaction, write the event first, and let every write in the block carry it.

    The one wrapper for services: ``with recorded("forum.member_added", actor=actor, subject=membership):
    membership.save()``. Takes the arguments of :func:`write`. Inside a transaction the block can fail alone, unless
    ``savepoint`` says no; what is written under another event belongs to that one, and fails with it.
    """
    if savepoint is None:
        savepoint = current() is None
    with transaction.atomic(savepoint=savepoint):
        event = write(action, actor=actor, subject=subject, **details)
        with under(event):
            yield event
