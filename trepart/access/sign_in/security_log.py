"""What has happened to accounts and the ways into them, in sentences: of one person, and of everybody."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from trepart import ui
from trepart.access.models import User
from trepart.audit import actions
from trepart.audit.models import Event
from trepart.audit.timeline import shown

#: What is not about accounts as such, and follows from other things.
_LEFT_OUT = frozenset({"access.grants_synced"})
#: Entered by the rooms above, and about an account all the same.
_OTHERS = frozenset({"forum.person_added", "forum.person_changed"})
#: So many are shown on a person's page.
MOST = 10


def events() -> QuerySet[Event]:
    """Return everything that has happened to accounts, newest first."""
    names = [
        action.name
        for action in actions.all_actions()
        if action.name.startswith(("access.", "oidc.")) and action.name not in _LEFT_OUT
    ]
    about = Event.objects.filter(subject_type=User._meta.label_lower, action__in=[*names, *_OTHERS])
    return about.select_related("actor").order_by("-id")


def of(person: User) -> list[ui.Entry]:
    """Return the newest of what has happened to ``person``'s account; the caller has asked who may read it."""
    return told(events().filter(subject_id=person.pk)[:MOST])


def told(found: Iterable[Event]) -> list[ui.Entry]:
    """Return events of this log in words; one query for those they are about."""
    found = list(found)
    people = User.objects.in_bulk({event.subject_id for event in found})
    return [_entry(event, people.get(event.subject_id)) for event in found]


def _entry(event: Event, subject: User | None) -> ui.Entry:
    actor = str(event.actor) if event.actor else _("The portal")
    definition = event.definition
    words: defaultdict[str, str] = defaultdict(str, actor=actor, subject=str(subject or ""))
    for key, value in event.data.items():
        labels = definition.labels.get(key)
        words[key] = shown(value, dict(labels.choices) if labels is not None else None)
    where = f"{actor} ({event.acting_label})" if event.acting_label else str(subject or "")
    return ui.Entry(at=event.at, where=where, sentence=str(definition.sentence).format_map(words))
