"""Every page in nynorsk and English: it says its language, and is built of the same elements as in bokmål.

So what axe and the two widths found well in bokmål (test_every_page.py) is well there too; `make test-deep` opens each
of them in the browser.
"""

from html.parser import HTMLParser
from itertools import zip_longest

import pytest
from django.conf import settings as django_settings

from tests.e2e.support.error_urls import ERRORS
from tests.e2e.test_every_page import Sight, every, signed_in  # noqa: F401  (a fixture is used by its name)
from trepart.access.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

#: What the page of another language has and this one has not: what is chosen among the languages.
_OF_THE_LANGUAGE = {"option"}


class _BuiltOf(HTMLParser):
    """The elements of a page in their order, without its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.elements: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element with its classes and the names of its attributes."""
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag not in _OF_THE_LANGUAGE and not _OF_THE_LANGUAGE.intersection((given.get("class") or "").split()):
            self.elements.append(f"{tag}.{given.get('class') or ''} {' '.join(sorted(given))}")


def test_every_language_is_built_of_the_same(every: list[Sight]) -> None:  # noqa: F811  (the fixture)
    wrong = []
    for person, sights_of in _by_person(every).items():
        pages: dict[str, dict[str, _BuiltOf]] = {}
        client = signed_in(person)
        for language in ("nb", "nn", "en"):
            if person is not None:
                person.language = language
                person.save(update_fields=["language"])
            client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
            for sight in sights_of:
                page = _BuiltOf(client.get(sight.url).content.decode())
                pages.setdefault(sight.url, {})[language] = page
                if page.language != language:
                    wrong.append(f"{sight} says it is in {page.language}, not {language}")
        for url, found in pages.items():
            who = person or "the public"
            wrong += [
                f"{url} ({who}) is built otherwise in {language}: {_first_difference(found, language)}"
                for language in ("nn", "en")
                if found[language].elements != found["nb"].elements
            ]
    assert not wrong, "\n".join(wrong)


def _by_person(sights: list[Sight]) -> dict[User | None, list[Sight]]:
    found: dict[User | None, list[Sight]] = {}
    for sight in sights:
        if not sight.empty and sight.url not in ERRORS:
            found.setdefault(sight.person, []).append(sight)
    return found


def _first_difference(found: dict[str, _BuiltOf], language: str) -> str:
    pairs = zip_longest(found["nb"].elements, found[language].elements)
    return next(f"{one} | {other}" for one, other in pairs if one != other)
