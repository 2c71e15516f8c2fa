"""What a mail looks like when it leaves: text and HTML, headers, every template in every language."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.template import Context as Django
from django.template import engines
from django.utils import translation

from trepart import clock, municipality
from trepart.notices import letter, writing
from trepart.notices.models import Mail

Make = Callable[..., Mail]

HOSTILE = {
    "html": '<script>alert(1)</script><img src=x onerror="alert(1)">&amp;',
    "newline": "One\r\nBcc: everybody@fjellvik.example\r\n\r\nTwo",
    "turning": "kommune\u202eelpmaxe.livve\u202c \u2066x\u2069",
    "emoji": "👩‍👧‍👦 ☕️ Ærlig, ÅSE & Øyvind «så»",
    "long": "Grus og salt. " * 286,
    "link": "https://evil.example/logg-inn http://localhost:8000.evil.example/x javascript:alert(1)",
    "template": "{{ settings.SECRET_KEY }} {% now 'Y' %} %(name)s %s {0}",
}


class Reader(HTMLParser):
    """Reads HTML as a person does: the words, and where one can go."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._hidden = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden += tag in ("style", "title")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _value in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def sent(mail: Mail) -> EmailMessage:
    """Return the mail as it would be read from the wire."""
    wire = letter.message(mail).message().as_bytes(linesep="\r\n")
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    made = message_from_bytes(wire, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def test_the_whole_of_a_mail(mail: Make) -> None:
    made = mail()
    assert letter.plain(made) == (
        "Åpne lenken for å bekrefte at adressen er din:\n\nhttp://localhost:8000/konto/bekreft/abc/\n\n"
        "Lenken virker i tre dager, både på telefon og datamaskin. Var det ikke du som ba om den, trenger du ikke "
        "gjøre noe.\n\nHilsen Fjellvik kommune\n\n-- \nFjellvik kommune\nhttp://localhost:8000/\n"
    )
    read = Reader(letter.html(made))
    assert read.links == ["http://localhost:8000/konto/bekreft/abc/", "http://localhost:8000/"]
    assert read.tags == {"html", "head", "meta", "title", "style", "body", "main", "p", "h1", "a", "div", "br"}
    assert '<html lang="nb">' in letter.html(made)


def test_who_it_is_from_and_that_nobody_need_answer(mail: Make, town: Any, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "retur@fjellvik.example"
    made = mail(person=town.chair)
    message = sent(made)
    assert str(message["From"]) == "Fjellvik kommune <trepart@localhost>"
    assert str(message["To"]) == made.to
    assert message["Message-ID"] == f"<{made.key}@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<varsler.localhost>"
    assert message["List-Unsubscribe"] == "<http://localhost:8000/min-side/e-post/>"
    assert letter.message(made).from_email.startswith(f"retur+{made.pk}.")
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert "List-Id" not in sent(mail())


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_hostile_words_stay_words(mail: Make, what: str) -> None:
    made = mail(subject=writing.one_line(HOSTILE[what], 200), text=writing.clean(HOSTILE[what]))
    message = sent(made)
    assert str(message["Subject"]).strip() == made.subject
    assert (message["Bcc"], message.get_all("To")) == (None, [made.to])
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", made.subject + made.text)
    plain, read = body(message, "plain"), Reader(body(message, "html"))
    for line in filter(None, made.text.split("\n")):
        assert " ".join(line.split()) in " ".join(plain.split())
        assert " ".join(line.split()) in read.text
    assert read.links == ["http://localhost:8000/"]
    assert not read.tags & {"script", "img", "iframe", "form"}


def test_a_name_of_a_municipality_cannot_add_a_header(mail: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    own = municipality.Municipality(name='Å "kommune"\r\nBcc: x@y.example', accent="red;}</style><script>")
    monkeypatch.setattr(municipality, "current", lambda: own)
    message = sent(mail())
    assert message["Bcc"] is None
    assert message["From"].addresses[0].addr_spec == "trepart@localhost"
    assert "script" not in Reader(body(message, "html")).tags


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#0062ba", "#ffcc00", "#777777", "#d40000"])
def test_the_button_can_be_read_on_any_colour(colour: str) -> None:
    def light(value: str) -> float:
        channels = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((light(colour), light(letter.on_colour(colour))), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5


# Every template, in every language, with everything in it hostile ---------------------------------------------------


class Anything:
    """Answers every question of a template with hostile words, a moment, or more of itself."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("resolve_expression", "do_not_call_in_templates", "alters_data"):
            raise AttributeError(name)
        if name.endswith(("_at", "_on")) or name in ("expires", "before", "due", "answer_by"):
            return clock.now()
        return Anything(self._words)

    def __str__(self) -> str:
        return self._words

    def __bool__(self) -> bool:
        # The other branch of what a template asks, for words that say nothing.
        return not self._words.startswith("no: ")

    def __iter__(self) -> Any:
        return iter(
            [
                SimpleNamespace(
                    label="PS 1/26", title=self._words, subject=self._words, text=self._words, is_withheld=False
                )
            ]
        )


class Context(dict[str, Any]):
    """Has everything a template may ask for."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key not in ("True", "False", "None")

    def __getitem__(self, key: str) -> Any:
        if key.endswith("_url") or key == "link":
            return f"{configured.SITE_URL}/x/"
        if key.endswith(("_on", "_at")) or key in ("expires", "before", "today", "first"):
            return clock.now()
        return 3 if key == "count" else Anything(self._words)


TEMPLATES = sorted(
    str(path.relative_to(root))[: -len(".txt")]
    for root in map(Path, configured.TEMPLATES[0]["DIRS"])
    for path in [*root.glob("**/mail/*.txt"), *root.glob("**/letters/*.txt")]
)
#: What somebody may well write, and no markup; under what begins with "no: " a template takes its other branches.
PLAIN_WORDS = ('Mål & midler: "5 < 6" og 3 > 2', "no: Mål & midler < 7")
_TAG, _ESCAPED = re.compile(r"</?[a-zA-Z!]"), re.compile(r"&(?:[a-zA-Z]+|#\d+);")


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_bears_everything(template: str, language: str, mail: Make, monkeypatch: Any) -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for words in HOSTILE.values():

        def plain(name: str, part: str, _words: Any, words: str = words) -> str:
            context = Django(autoescape=False)
            context.dicts += [Context(words), {"mail_part": part}]
            return str(engine.get_template(f"{name}.txt").render(context))

        monkeypatch.setattr(writing, "_plain", plain)
        with translation.override(language):
            written = writing.write(template, {})
        assert written.subject
        assert written.text
        assert len(written.subject) <= 200
        assert "\n" not in written.subject
        assert "&lt;" not in written.subject + written.text
        assert "<time" not in written.subject + written.text, "a mail is plain words: plain_date"
        made = Mail(to="a@b.example", language=language, kind="k", subject=written.subject, text=written.text)
        made.pk = 1
        read = Reader(letter.html(made))
        assert not read.tags & {"script", "img"}
        assert {link for link in read.links if not link.startswith(configured.SITE_URL)} == set()
        assert f'<html lang="{language}">' in letter.html(made)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_part_of_a_mail_holds_markup(template: str, language: str, monkeypatch: Any) -> None:
    """The text part has no tag; what is read of the other has neither a tag nor an escaped one."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for words in PLAIN_WORDS:

        def plain(name: str, part: str, _words: Any, words: str = words) -> str:
            context = Django(autoescape=False)
            context.dicts += [Context(words), {"mail_part": part}]
            return str(engine.get_template(f"{name}.txt").render(context))

        monkeypatch.setattr(writing, "_plain", plain)
        with translation.override(language):
            written = writing.write(template, {})
        made = Mail(to="a@b.example", language=language, kind="k", subject=written.subject, text=written.text)
        made.label, made.pk = written.label, 1
        for read in (made.subject, made.label, letter.plain(made), Reader(letter.html(made)).text):
            assert not _TAG.search(read), read
            assert not _ESCAPED.search(read), read


def test_a_date_made_for_pages_is_plain_words_in_a_mail() -> None:
    source = "{% load text_filters %}{{ at|human_date }} {{ at|human_datetime }} {{ day|human_datetime }}"
    template = engines["django"].engine.from_string(source)  # type: ignore[attr-defined]
    at = clock.now()
    with translation.override("nb"):
        said = template.render(Django({"at": at, "day": at.date()}, autoescape=False))
        shown = template.render(Django({"at": at, "day": at.date()}))
    assert "<" not in said
    assert said.count(str(at.year)) == 3
    assert shown.count("<time") == 3


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_languages_differ(template: str) -> None:
    """A template that reads the same in two languages has lost its translation (names alone would do that,
    and none is names alone)."""
    engine = __import__("django.template").template.engines["django"].engine
    said = {}
    for language in ("nb", "nn", "en"):
        with translation.override(language):
            context = Django(autoescape=False)
            context.dicts += [Context("X"), {"mail_part": "text"}]
            said[language] = engine.get_template(f"{template}.txt").render(context)
    assert said["nb"] != said["en"]
    assert said["nn"] != said["en"]
