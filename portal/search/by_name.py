"""What is found by its name: bodies, workplaces, people as the pages of bodies name them, and pages of help."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.organisation.models import Membership
from forum.organisation.queries import bodies as organisation_bodies
from forum.organisation.role_assignments import place_in_words
from portal import help as helping
from portal.search.marking import marked

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: How many of each kind are shown; and how many places are read to name so many people.
SHOWN = 5
_PLACES = 40
_WORD = re.compile(r"[^\W_]+")
#: Endings that are taken off what was typed before it is looked for in the help: "protokoller" finds "protokoll".
_ENDING = re.compile(r"(?:ene|ane|er|ar|en|et|a|e)$")


@dataclass(frozen=True)
class Named:
    """Something with a page of its own, found by its name. ``kind`` says what it is; ``about`` one line of it."""

    kind: str
    name: SafeString
    url: str
    about: str


def by_name(person: "Person", words: str) -> list[Named]:
    """Return the bodies, workplaces and people whose name has all of ``words`` in it, and the help that tells of them,
    as far as ``person`` may see them: three queries, whatever is found."""
    if len(words) < 2:
        return []
    return [*_bodies(person, words), *_people(person, words), *_workplaces(words), *_help(words)]


def _bodies(person: "Person", words: str) -> list[Named]:
    return [
        Named(_("Body"), marked(body.name, words), body.get_absolute_url(), body.unit.name if body.unit else "")
        for body in organisation_bodies.bodies_for(person, words)[:SHOWN]
    ]


def _people(person: "Person", words: str) -> list[Named]:
    places: dict[int, list[Membership]] = {}
    for place in organisation_bodies.named_places(person, words)[:_PLACES]:
        places.setdefault(place.person_id, []).append(place)
    return [
        Named(_("Person"), marked(first.person.name, words), first.body.get_absolute_url(), "; ".join(map(_role, held)))
        for held in list(places.values())[:SHOWN]
        for first in held[:1]
    ]


def _role(place: Membership) -> str:
    return capfirst(place_in_words(place.role, place.body.name, place.body.kind))


def _workplaces(words: str) -> list[Named]:
    everything = reverse("portal:search")
    return [
        Named(
            _("Workplace"),
            marked(unit.name, words),
            f"{everything}?{urlencode({'sted': unit.name})}",
            _("Proposals and cases from there"),
        )
        for unit in organisation_bodies.workplaces_found(words)[:SHOWN]
    ]


def _help(words: str) -> list[Named]:
    stems = [_stem(word) for word in _WORD.findall(words.lower())]
    if not stems:
        return []
    language = get_language() or ""
    found = []
    for topic in helping.TOPICS:
        inside, heading = _help_words(topic, language), _WORD.findall(str(topic.title).lower())
        if all(any(word.startswith(stem) for word in inside) for stem in stems):
            first = any(word.startswith(stem) for word in heading for stem in stems)
            url = reverse("portal:help_page", args=[topic.slug])
            found.append((not first, Named(_("Help"), marked(str(topic.title), words), url, str(topic.lead))))
    return [named for _first, named in sorted(found, key=lambda one: one[0])][:SHOWN]


def _stem(word: str) -> str:
    shorter = _ENDING.sub("", word)
    return shorter if len(shorter) > 3 else word


@lru_cache(maxsize=64)
def _help_words(topic: helping.Topic, language: str) -> frozenset[str]:
    """Return the words of a page of help in the language that is active, ``language``: its title, lead and text."""
    text = strip_tags(render_to_string(topic.template, {"frame": "portal/help_text.html"}))
    return frozenset(_WORD.findall(f"{topic.title} {topic.lead} {text}".lower()))
