"""The trail as people read it: one timeline, newest first, in sentences; and the same with everything opened."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from string import Formatter
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from trepart import languages, ui
from trepart.access import policy
from trepart.access.sync import BODY
from trepart.audit.comparing.cross_checks import state_labels
from trepart.audit.models import Event
from trepart.text.dates import date_text, moment_text, time_text

#: Gives the name of who did something by their own right, as this reader may see it: (event, reader) -> words.
Naming = Callable[[Event, Any], str]
#: Says which of a story's events are to be kept from this reader altogether: (events, reader) -> (event) -> bool. All
#: of them at once, so that a long story asks the database no more than a short one.
Curtain = Callable[[Sequence[Event], Any], Callable[[Event], bool]]

#: Words of an event that are what was decided, and words that are said in full below it, in the order they are shown.
_BOLD = ("decision", "recommendation")
_QUOTED = ("answer", "reason", "note")

_namings: dict[str, Naming] = {}
_words: dict[str, Naming] = {}
_curtains: list[Curtain] = []


def register_naming(label_lower: str, naming: Naming) -> None:
    """Let ``naming`` say who acted on their own behalf in events on ``label_lower`` (their subject, else their root).

    The event it is given carries its subject, where it could be fetched, as ``event.thing``. Without a naming only the
    reader's own steps are named, so that a room that forgets to register one shows no name, rather than one that was to
    be hidden. A second one raises ``ValueError``.
    """
    if _namings.get(label_lower, naming) is not naming:
        raise ValueError(f"{label_lower} has a naming already.")
    _namings[label_lower] = naming


def register_word(key: str, word: Naming) -> None:
    """Let ``{key}`` in a sentence be said by ``word``, as this reader may know it: names are never kept in the trail
    itself. A second one raises ``ValueError``."""
    if _words.get(key, word) is not word:
        raise ValueError(f"{{{key}}} is said by somebody already.")
    _words[key] = word


def register_curtain(curtain: Curtain) -> None:
    """Let ``curtain`` keep events from readers who may see the rest of a timeline but not these (an
    item behind closed doors)."""
    if curtain not in _curtains:
        _curtains.append(curtain)


def entries(root: models.Model, reader: Any, *, audit: bool = False) -> list[ui.Entry]:
    """Return the story of ``root`` as ``reader`` may read it, newest first.

    Bookkeeping is left out unless ``audit``, which opens everything: numbers, both times, digests and seals. Who acted
    for a body stands there as that (role and body); who acted for oneself as the registered naming says. The number of
    queries depends on how many kinds of things there are, never on how much has happened. The caller has asked whether
    the reader may see ``root`` at all.
    """
    events = list(
        Event.objects.about(root).select_related("actor", "content", "seal_entry__seal")
        if audit
        else Event.objects.about(root).select_related("actor", "content")
    )
    if not audit:
        events = [event for event in events if not event.definition.quiet]
    story = _Story(root, reader, audit)
    story.fetch(events)
    curtains = [curtain(events, reader) for curtain in _curtains]
    return [story.entry(event) for event in events if not any(keeps(event) for keeps in curtains)]


@dataclass
class _Story:
    root: models.Model
    reader: Any
    audit: bool
    things: dict[tuple[str, int], models.Model] = field(default_factory=dict)
    bodies: Mapping[int, str] = field(default_factory=dict)

    def fetch(self, events: list[Event]) -> None:
        """Fetch what the events are about: a query a kind, and one for the bodies."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for event in events:
            wanted[event.subject_type].add(event.subject_id)
        self.things[self.root._meta.label_lower, self.root.pk] = self.root
        wanted.pop(self.root._meta.label_lower, None)
        for thing in _fetched_with(self.root):
            label = thing._meta.label_lower
            if thing.pk in wanted.get(label, ()):
                self.things[label, thing.pk] = thing
                wanted[label].discard(thing.pk)
        for label, ids in sorted((label, ids) for label, ids in wanted.items() if ids):
            for thing in _things(label, ids, self.root):
                self.things[label, thing.pk] = thing
        places = {event.acting_body for event in events if event.acting_body}
        if places:
            found = apps.get_model(BODY)._default_manager.filter(pk__in=places)
            self.bodies = dict(found.values_list("pk", "name"))
        for event in events:
            # For namings.
            event.thing = self.things.get((event.subject_type, event.subject_id))  # type: ignore[attr-defined]

    def entry(self, event: Event) -> ui.Entry:
        """Return one event in words."""
        words = {} if event.definition.wordless else event.text
        told = self._sentence(event)
        bold = _said(words, _BOLD)
        if event.definition.key and not bold:
            bold, told = told, ""
        rest = [key for key in words if key not in _BOLD and key not in _QUOTED]
        return ui.Entry(
            at=event.at,
            where=self._where(event),
            sentence=told,
            bold=bold,
            quote=_said(words, (*_QUOTED, *sorted(rest))),
            parts=[(str(part), int(count)) for part, count in event.data.get("parts", [])],
            silent=[(str(part), int(count)) for part, count in event.data.get("silent", [])],
            facts=self._facts(event) if self.audit else (),
        )

    def _where(self, event: Event) -> str:
        return self.bodies.get(event.acting_body or 0) or self._actor(event)

    def _actor(self, event: Event) -> str:
        if event.actor_id is None:
            return _("The portal")
        if event.acting_label:
            return event.acting_label
        naming = _namings.get(event.subject_type) or _namings.get(event.root_type)
        if naming is not None:
            return naming(event, self.reader)
        if event.actor_id == getattr(self.reader, "pk", None):
            return str(event.actor)
        return _("An employee")

    def _sentence(self, event: Event) -> str:
        pattern = str(event.definition.sentence)
        words = _Words(
            event=event,
            model=_model(event.subject_type),
            given={
                "actor": lambda: self._actor(event),
                "acting": lambda: event.acting_label or self._actor(event),
                "subject": lambda: self._subject(event),
                **{key: partial(word, event, self.reader) for key, word in _words.items()},
            },
        )
        told = Formatter().vformat(pattern, (), words).strip()
        return told[:1].upper() + told[1:]

    def _subject(self, event: Event) -> str:
        thing = self.things.get((event.subject_type, event.subject_id))
        if thing is not None:
            return str(thing)
        model = _model(event.subject_type)
        return f"{model._meta.verbose_name} {event.subject_id}" if model is not None else ""

    def _facts(self, event: Event) -> list[ui.Fact]:
        sealed = getattr(event, "seal_entry", None)
        states = state_labels(event.subject_type)
        road = " → ".join(states.get(s, s) for s in (event.from_state, event.to_state) if s)
        facts = [
            ui.Fact(_("Event"), str(event.pk)),
            ui.Fact(_("What"), event.action),
            ui.Fact(_("On behalf of"), event.acting_label),
            ui.Fact(_("Status"), road),
            ui.Fact(_("Happened"), _moment(event.at)),
            ui.Fact(_("Recorded by the database"), _moment(event.recorded_at)),
            ui.Fact(_("Seal"), str(sealed.seal_id) if sealed else _("waits for its seal")),
            ui.Fact(_("Digest"), sealed.digest if sealed else ""),
        ]
        if event.content_digest and not event.text:
            facts.append(ui.Fact(_("Words"), _("erased")))
        if event.actor_id and policy.can(self.reader, "audit.view"):
            facts.insert(2, ui.Fact(_("Who"), self._person(event)))
        return facts

    def _person(self, event: Event) -> str:
        """Return who acted, to a reader of the trail: by name for a body or an office. The right to the trail is no
        right to a name that was to be hidden, so whoever acted for oneself is called what this reader may know."""
        return str(event.actor) if event.acting_label else self._actor(event)


@dataclass
class _Words(Mapping[str, str]):
    """The words a sentence may use, made as they are asked for; what an older event lacks is empty."""

    event: Event
    model: type[models.Model] | None
    given: Mapping[str, Callable[[], str]]

    def __getitem__(self, key: str) -> str:
        if key in self.given:
            return self.given[key]()
        return languages.inside(shown(self.event.data.get(key, ""), self._choices(key)))

    def __iter__(self) -> Iterator[str]:
        return iter({**self.event.data, **self.given})

    def __len__(self) -> int:
        return len({**self.event.data, **self.given})

    def _choices(self, key: str) -> Mapping[Any, Any]:
        labels = self.event.definition.labels.get(key)
        if labels is not None:
            return dict(labels.choices)
        if self.model is None:
            return {}
        found = next((f for f in self.model._meta.concrete_fields if f.name == key), None)
        return dict(found.flatchoices) if found is not None and found.choices else {}


def shown(value: object, choices: Mapping[Any, Any] | None = None) -> str:
    """Return one value of an event's data as people read it: the label of a code, a day as people say it, yes or no."""
    if choices and value in choices:
        return str(choices[value])
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(shown(one, choices) for one in value)
    if isinstance(value, str):
        return _dated(value)
    return str(formats.localize(value))


def _dated(value: str) -> str:
    # What was a date when it was recorded stands in the trail in ISO form.
    if len(value) < 10 or value[4] != "-" or not value[:4].isdigit():
        return value
    try:
        if len(value) == 10:
            day = parse_date(value)
            return date_text(day) if day else value
        moment = parse_datetime(value)
        return moment_text(moment) if moment and timezone.is_aware(moment) else value
    except ValueError:
        return value


def _moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value)
    between = time_text(local)[2]
    return f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {local:%H}{between}{local:%M}{between}{local:%S}"


def _said(words: Mapping[str, object], keys: Iterable[str]) -> str:
    return "\n\n".join(str(words[key]).strip() for key in keys if words.get(key))


def _fetched_with(root: models.Model) -> list[models.Model]:
    """Return what there is one of for ``root`` and was fetched together with it: the proposal whose case it is."""
    links = [link for link in root._meta.related_objects if link.one_to_one and link.is_cached(root)]
    return [thing for link in links if (thing := link.get_cached_value(root)) is not None]


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _things(label: str, ids: set[int], root: models.Model) -> list[models.Model]:
    """Fetch the subjects of one kind with what their names are made of: one query, however many."""
    model = _model(label)
    if model is None:
        return []
    # What hangs from the root is given the root we have; other links are fetched along; files and long documents are
    # left where they are. (A person's name is the person; a status event is never part of a name.)
    links = [f for f in model._meta.concrete_fields if f.is_relation and f.name != "status_event"]
    heavy = [f.name for f in model._meta.concrete_fields if isinstance(f, models.BinaryField | models.JSONField)]
    along = [f.name for f in links if not isinstance(root, f.related_model or ())]
    query = model._default_manager.filter(pk__in=ids).defer(*heavy)
    things = list(query.select_related(*along) if along else query)
    for thing in things:
        for link in links:
            if isinstance(root, link.related_model or ()) and getattr(thing, link.attname) == root.pk:
                setattr(thing, link.name, root)
    return things
