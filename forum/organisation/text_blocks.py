"""Where the municipality's own words can stand, and what the portal says there until it has written any."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.organisation.enums import TextPlace
from trepart import municipality
from trepart.languages import OWN_NAMES


def default(place: TextPlace, language: str) -> str:
    """Return the portal's own text for ``place`` in ``language``; empty where the portal says nothing there, so that
    a text is an addition."""
    with translation.override(language):
        if place == TextPlace.WELCOME:
            return _(
                "Employees and residents propose. Leaders, union representatives and elected politicians treat it "
                "together. Everybody who proposes something gets a proper answer."
            )
        if place == TextPlace.MAIL_FOOTER:
            return municipality.current().name
        return ""


@dataclass(frozen=True)
class Version:
    """A text in one language."""

    language: str
    name: str
    own: bool


class Text:
    """One place, as the list of texts shows it."""

    def __init__(self, place: TextPlace) -> None:
        self.place = place.value
        self.name = capfirst(place.label)
        texts = municipality.current().texts
        self.versions = [
            Version(code, OWN_NAMES.get(code, code), bool(texts.get((place.value, code))))
            for code, _name in settings.LANGUAGES
        ]
