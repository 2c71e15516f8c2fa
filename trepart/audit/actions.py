"""The registry of everything the audit trail can say, each with a sentence for people to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Choices
from django.utils.functional import Promise


class UnknownAction(LookupError):
    """An event was to be written under a name nobody has registered."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing that can happen.

    ``sentence`` may use ``{actor}``, ``{acting}`` (body and role), ``{subject}`` and every key of the event's data.
    ``key`` marks the events that move a case forward (drawn stronger on the timeline). ``quiet`` keeps an event out of
    the readable timeline (bookkeeping that follows from another event); the audit page shows it all the same.
    ``labels`` names the ``TextChoices`` whose labels stand for the codes under a key of the data; where the subject has
    a field of that name with choices, those are taken without saying so. ``wordless`` says that the words older events
    of it hold are shown to nobody (why somebody was absent, R51).
    """

    name: str
    sentence: str | Promise
    key: bool = False
    quiet: bool = False
    labels: Mapping[str, type[Choices]] = field(default_factory=dict, hash=False)
    wordless: bool = False


_actions: dict[str, Action] = {}


def register(*actions: Action) -> None:
    """Make ``actions`` known. Two under one name is a programming error and raises ``ValueError``."""
    for action in actions:
        if _actions.get(action.name, action) != action:
            raise ValueError(f"The action {action.name!r} is registered twice.")
        _actions[action.name] = action


def get(name: str) -> Action:
    """Return the action called ``name``; raise ``UnknownAction`` where there is none."""
    try:
        return _actions[name]
    except KeyError:
        raise UnknownAction(name) from None


def all_actions() -> tuple[Action, ...]:
    """Return every registered action, by name."""
    return tuple(_actions[name] for name in sorted(_actions))
