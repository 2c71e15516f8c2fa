"""Who changed what when, in words: the history of one thing and of what belongs to it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.organisation.models import (
    Appointment,
    Body,
    Employment,
    Membership,
    Municipality,
    StandIn,
    TextBlock,
    Unit,
)
from trepart.access.models import User
from trepart.alphabet import sort_key
from trepart.audit.models import Event
from trepart.templatetags.trepart_ui import date_text, moment_text

#: The models that have a page of their own, with the word in its address.
KINDS = {
    "municipality": "kommunen",
    "textblock": "tekster",
    "unit": "enheter",
    "body": "organer",
    "user": "folk",
    "membership": "plasser",
    "employment": "ansettelser",
    "appointment": "verv",
}
MODELS: dict[str, type[models.Model]] = {
    KINDS[model._meta.model_name or ""]: model
    for model in (Municipality, TextBlock, Unit, Body, User, Membership, Employment, Appointment)
}
#: So many changes are shown, the newest first.
MOST = 200


@dataclass
class Change:
    """One field: what it was and what it became. Empty words stand for nothing."""

    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One change, as it is read."""

    at: datetime
    who: str
    what: str
    changes: list[Change] = field(default_factory=list)


def of(thing: models.Model) -> list[Entry]:
    """Return the history of ``thing`` and of what belongs to it (a body's places, a person's places, workplaces
    and offices), newest first.

    The number of queries depends on how many kinds of things there are, never on how much has happened.
    """
    rows: list[tuple[Any, Any]] = []
    for history in _histories(thing):
        newest_first: defaultdict[int, list[Any]] = defaultdict(list)
        for row in history.order_by("-history_id")[: MOST * 3]:
            newest_first[row.pk if not hasattr(row, "id") else row.id].append(row)
        for found in newest_first.values():
            rows += list(zip(found, [*found[1:], None], strict=True))
    rows.sort(key=lambda pair: (pair[0].history_date, pair[0].history_id), reverse=True)
    rows = rows[:MOST]
    names = _Names(rows)
    entries = []
    for row, before in rows:
        entry = Entry(row.history_date, names.who(row), names.what(row, thing), names.changes(row, before))
        if before is None or entry.changes or row.history_type == "-":
            entries.append(entry)
    return entries


def _histories(thing: models.Model) -> Iterable[Any]:
    own: Any = type(thing)
    yield own.history.filter(id=thing.pk)
    if isinstance(thing, Body):
        yield Membership.history.filter(body_id=thing.pk)
        places = Membership.objects.filter(body=thing).values("pk")
        yield StandIn.history.filter(membership_id__in=places)
    elif isinstance(thing, User):
        for model in (Membership, Employment, Appointment):
            yield model.history.filter(person_id=thing.pk)
    elif isinstance(thing, Municipality):
        yield TextBlock.history.all()


class _Names:
    """Everything the rows point at, fetched once for each kind."""

    def __init__(self, rows: list[tuple[Any, Any]]) -> None:
        wanted: defaultdict[type[models.Model], set[Any]] = defaultdict(set)
        for row, before in rows:
            wanted[User].add(row.history_user_id)
            for each in filter(None, (row, before)):
                for f in _fields(each):
                    if isinstance(f, models.ForeignKey):
                        wanted[_target(f)].add(getattr(each, f.attname))
        self._found = {model: model._base_manager.in_bulk(ids - {None}) for model, ids in wanted.items()}
        # A place says whose it is.
        places: list[Any] = [o for model in (Membership, Appointment) for o in self._found.get(model, {}).values()]
        people = {place.person_id for place in places}
        self._found.setdefault(User, {}).update(User.objects.in_bulk(people - set(self._found[User])))
        self._events = Event.objects.in_bulk({row.event_id for row, _before in rows if row.event_id})

    def who(self, row: Any) -> str:
        """Return who changed it, and in which office."""
        person = self._found[User].get(row.history_user_id)
        event = self._events.get(row.event_id)
        name = str(person) if person else _("The portal")
        return f"{name} ({event.acting_label})" if event and event.acting_label else name

    def what(self, row: Any, thing: models.Model) -> str:
        """Return what was changed, in words."""
        model = row.instance_type
        name = capfirst(str(model._meta.verbose_name))
        if model is type(thing):
            about = name
        elif model is TextBlock:
            about = f"{name}: {row.get_place_display()} ({row.language})"
        else:
            person = self._found[User].get(getattr(row, "person_id", None))
            about = f"{name}: {person}" if person else name
        said = {"+": _("%(thing)s, entered"), "-": _("%(thing)s, taken away")}.get(
            row.history_type, _("%(thing)s, changed")
        )
        return said % {"thing": about}

    def changes(self, row: Any, before: Any) -> list[Change]:
        """Return the fields that differ from the row before; for the first row, what was filled in."""
        found = []
        for f in _fields(row):
            now, old = self._words(row, f), self._words(before, f) if before is not None else ""
            if now != old:
                found.append(Change(capfirst(str(f.verbose_name)), old, now))
        return found

    def _words(self, row: Any, f: Any) -> str:
        value = getattr(row, f.attname)
        if value is None or value == "" or value == []:
            return ""
        if isinstance(f, models.ForeignKey):
            thing = self._found.get(_target(f), {}).get(value)
            if isinstance(thing, Membership | Appointment):
                role = thing.get_role_display() if isinstance(thing, Membership) else thing.get_office_display()
                return f"{self._found[User].get(thing.person_id)}, {role}"
            return str(thing) if thing is not None else _("(gone)")
        if f.choices:
            return str(dict(f.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime):
            return moment_text(value)
        if isinstance(value, date):
            return date_text(value, year=True)
        if isinstance(value, list | tuple):
            return ", ".join(sorted(map(str, value), key=sort_key))
        return str(value)


def _fields(row: Any) -> list[Any]:
    """Return the fields a person reads: those of the thing itself, without its number and without
    what the history adds."""
    own = {f.attname for f in row.instance_type._meta.concrete_fields if not f.primary_key}
    hidden = {"password", "last_login", "is_superuser", "date_joined"}
    return [f for f in type(row)._meta.concrete_fields if f.attname in own and f.attname not in hidden]


def _target(f: Any) -> type[models.Model]:
    target: type[models.Model] = f.remote_field.model
    return target
