"""Nothing on a page in one language is said in another; what people have written is left alone."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from dev import messages
from forum.organisation.models import Body
from tests.factories.organisation import Municipality
from trepart.access.models import User
from trepart.documenting import addresses
from trepart.languages import OWN_NAMES

pytestmark = pytest.mark.django_db
#: What is the same word in two languages stands in a dictionary of both; only what is said differently is looked for.
LANGUAGES = ("nb", "nn", "en")


class _Said(HTMLParser):
    """Collects what a reader sees or hears in the page's own language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._skip: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # A part with a language of its own says so: the names in the switch, and minutes.
        if self._skip:
            if tag == self._skip[-1]:
                self._skip.append(tag)
        elif tag in {"script", "style"} or (tag != "html" and "lang" in given):
            self._skip.append(tag)
        else:
            self.said |= {
                " ".join((given.get(name) or "").split()) for name in ("aria-label", "title", "placeholder", "alt")
            }

    def handle_endtag(self, tag: str) -> None:
        if self._skip and tag == self._skip[-1]:
            self._skip.pop()

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.said.add(" ".join(data.split()))


def _sentences(language: str) -> set[str]:
    """Return what the portal can say in ``language``, as far as it is the same for everybody."""
    if language == "en":
        found = {text for m in messages.find_messages(strict=False).values() for text in (m.msgid, m.plural or "")}
    else:
        found = {
            text
            for entry in messages.load(language)
            if not entry.obsolete
            for text in (entry.msgstr, *entry.msgstr_plural.values())
        }
    return {" ".join(text.split()) for text in found if text and not re.search(r"%\(|\{|<", text)}


def strangers(html: str, language: str, sentences: dict[str, set[str]]) -> set[str]:
    """Return what ``html`` says that only belongs to another language."""
    reader = _Said()
    reader.feed(html)
    folded = {said.casefold() for said in sentences[language]}
    others = {said.casefold() for other in LANGUAGES if other != language for said in sentences[other]} - folded
    return {said for said in reader.said if len(said) > 3 and said.casefold() in others}


@pytest.fixture(scope="module")
def sentences() -> dict[str, set[str]]:
    return {language: _sentences(language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_one_language(language: str, town: Municipality, sentences: dict[str, set[str]]) -> None:
    wrong: dict[str, set[str]] = {}
    seen = 0
    # Names are nobody's translation: what bodies and people are called, and each language in itself.
    own = {
        *Body.objects.values_list("name", flat=True),
        *User.objects.values_list("name", flat=True),
        *OWN_NAMES.values(),
    }
    for person in (None, town.employee(0), town.lmu_leader(0), town.secretary, town.administrator):
        client = Client()
        client.cookies["django_language"] = language
        if person is not None:
            client.force_login(person)
        for _name, path, _access in addresses():
            if "<" in path:
                continue
            answer = client.get(f"/{path.lstrip('/')}")
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            seen += 1
            assert answer["Content-Language"] == language, path
            found = strangers(answer.content.decode(), language, sentences) - own
            if found:
                wrong.setdefault(path, set()).update(found)
    assert wrong == {}
    assert seen > 60


def test_a_stranger_is_found(sentences: dict[str, set[str]]) -> None:
    page = (
        '<html lang="nn"><p>Framsida</p><p title="Front page">Logg inn</p><p>Forsiden</p><b lang="en">Sign '
        "in</b><i>Kaffe i kantina</i></html>"
    )
    assert strangers(page, "nn", sentences) == {"Forsiden", "Front page"}
    assert strangers(page.replace("Forsiden", ""), "en", sentences) == {"Framsida", "Logg inn"}
