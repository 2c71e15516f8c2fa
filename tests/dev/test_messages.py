"""Translations: which strings are found, what is refused, and that nobody's work is lost."""

from pathlib import Path
from typing import Any

import polib
import pytest
from django.utils.translation import ngettext, override

from dev import messages, source_strings
from dev.source_strings import MessagesError

PYTHON = """
from django.utils import translation
from django.utils.translation import gettext_lazy as _, ngettext, pgettext as p

NAME = _("a " "name")
for _unused, x in []:
    print(x)
def many(n): return ngettext("%(n)s vote", "%(n)s votes", n)
def may(): return p("month", "May")
def other(gettext): return translation.gettext("through the module") + gettext(NAME)
"""
TEMPLATE = """
{% load i18n %}<h1>{% translate "Agenda" %}</h1>
{% translate "May" context "month" %} {{ "In a filter"|default:_("Nothing here") }}
{% blocktranslate trimmed with name=x.name %}
  Hello,
  <strong>{{ name }}</strong>: 100% agreed
{% endblocktranslate %}
{% blocktranslate count n=number %}{{ n }} vote{% plural %}{{ n }} votes{% endblocktranslate %}
{# translate nothing #}{% comment %}{% translate "not this" %}{% endcomment %}
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A small checkout with strings in it."""
    files = {
        "forum/models.py": PYTHON,
        "templates/forum/agenda.html": TEMPLATE,
        "tests/test_it.py": 'from django.utils.translation import gettext as _\n_("only in a test")',
        "docs/notes.html": '{% translate "not a template" %}',
        ".venv/lib/other.py": 'from django.utils.translation import gettext as _\n_("of somebody else")',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def entries(root: Path) -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in messages.load("nb", root)}


def test_strings_are_found_in_python_and_templates_and_nowhere_else(sources: Path) -> None:
    found = source_strings.find_messages(sources)
    assert set(found) == {
        (None, "a name"),
        (None, "%(n)s vote"),
        ("month", "May"),
        (None, "through the module"),
        (None, "Agenda"),
        (None, "Nothing here"),
        (None, "Hello, <strong>%(name)s</strong>: 100%% agreed"),
    }
    vote = found[None, "%(n)s vote"]
    assert vote.plural == "%(n)s votes"
    assert vote.files == {"forum/models.py", "templates/forum/agenda.html"}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('_(f"Hello {name}")', "f-string"),
        ('_("Hello %s" % name)', "after translating"),
        ('_("Hello " + name)', "after translating"),
        ("_('Hello'", "never closed"),
    ],
)
def test_a_string_that_can_never_be_translated_is_named_with_its_place(
    sources: Path, line: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (sources / "forum/views.py").write_text(f"from django.utils.translation import gettext as _\nname = 'x'\n{line}\n")
    with pytest.raises(MessagesError, match=rf"forum/views\.py:3: .*{complaint}"):
        source_strings.find_messages(sources)
    # Extracting goes on without that file: somebody may be in the middle of writing it.
    assert (None, "Agenda") in source_strings.find_messages(sources, strict=False)
    assert complaint in capsys.readouterr().err


def test_two_plurals_of_one_string_are_refused(sources: Path) -> None:
    (sources / "forum/views.py").write_text(
        "from django.utils.translation import ngettext\nngettext('%(n)s vote', '%(n)s other', 2)\n"
    )
    with pytest.raises(MessagesError, match="another plural"):
        source_strings.find_messages(sources)


def test_filling_sets_what_fits_and_says_what_does_not(sources: Path) -> None:
    problems = messages.fill(
        "nb",
        {
            "a name": "et navn",
            "%(n)s vote": ["én stemme", "%(n)s stemmer"],
            "month\x04May": "mai",
            "Agenda": ["Saksliste", "Sakslister"],
            "Nothing here": "",
            "Hello, <strong>%(name)s</strong>: 100%% agreed": "Hei, %(navn)s",
            "unheard of": "ukjent",
        },
        sources,
    )
    filled = entries(sources)
    assert filled["a name"].msgstr == "et navn"
    assert filled["%(n)s vote"].msgstr_plural == {0: "én stemme", 1: "%(n)s stemmer"}
    assert filled["May"].msgstr == "mai"
    assert filled["Agenda"].msgstr == ""
    assert len(problems) == 4
    told = " ".join(problems)
    assert "unheard of" in told
    assert "placeholders ['%(name)s'] became ['%(navn)s']" in told
    assert "tags" in told
    missing = messages.missing("nb", ["templates/"], sources)
    assert [message.msgid for message in missing] == [
        "Agenda",
        "Hello, <strong>%(name)s</strong>: 100%% agreed",
        "Nothing here",
    ]


@pytest.mark.parametrize(
    ("entry", "differs"),
    [
        ({"msgid": "%(a)s and %(b)s", "msgstr": "%(b)s og %(a)s"}, False),
        ({"msgid": "%(a)s and %(b)s", "msgstr": "%(b)s"}, True),
        ({"msgid": "{name} of {body}", "msgstr": "{name} i {organ}"}, True),
        ({"msgid": "50 % of <b>it</b>", "msgstr": "50 % av <b>det</b>"}, False),
        ({"msgid": "<b>it</b>", "msgstr": "<b>det"}, True),
        ({"msgid": "%d days", "msgstr": "dager"}, True),
        ({"msgid": "a", "msgid_plural": "%(n)s b", "msgstr_plural": {0: "en", 1: "flere"}}, True),
        ({"msgid": "%(n)s a", "msgid_plural": "%(n)s b", "msgstr_plural": {0: "en", 1: "%(n)s"}}, False),
        ({"msgid": "%(n)s a", "msgid_plural": "%(n)s b", "msgstr_plural": {0: "%(m)s", 1: "%(n)s"}}, True),
    ],
)
def test_placeholders_and_tags_must_be_the_same(entry: dict[str, Any], differs: bool) -> None:
    assert bool(messages.mismatches(polib.POEntry(**entry))) is differs


def test_extracting_keeps_translations_and_changes_nothing_the_second_time(sources: Path) -> None:
    messages.fill("nb", {"a name": "et navn", "Agenda": "Saksliste"}, sources)
    first = messages.po_path("nb", sources).read_text()
    messages.extract(root=sources)
    assert messages.po_path("nb", sources).read_text() == first
    assert ":4" not in first, "no line numbers: they make every merge a conflict"

    (sources / "forum/models.py").write_text("")
    messages.extract(root=sources)
    gone = entries(sources)["a name"]
    assert (bool(gone.obsolete), gone.msgstr) == (True, "et navn")
    assert "through the module" not in entries(sources), "gone, and nothing of anybody's in it"

    (sources / "forum/models.py").write_text(PYTHON)
    messages.extract(root=sources)
    assert messages.po_path("nb", sources).read_text() == first

    (sources / "forum/models.py").write_text("")
    messages.extract(prune=True, root=sources)
    assert "a name" not in entries(sources)


def test_a_string_that_becomes_a_plural_asks_for_both_forms(sources: Path) -> None:
    (sources / "forum/models.py").write_text('from django.utils.translation import gettext as _\n_("%(n)s day")')
    messages.fill("nb", {"%(n)s day": "%(n)s dag"}, sources)
    (sources / "forum/models.py").write_text(
        'from django.utils.translation import ngettext\nngettext("%(n)s day", "%(n)s days", 2)'
    )
    assert "%(n)s day" in {message.msgid for message in messages.missing("nb", root=sources)}
    assert messages.fill("nb", {"%(n)s day": ["%(n)s dag", "%(n)s dager"]}, sources) == []
    assert "%(n)s day" not in {message.msgid for message in messages.missing("nb", root=sources)}


def test_check_names_what_is_missing_wrong_and_stale(sources: Path) -> None:
    messages.extract(root=sources)
    assert any("no translation: 'Agenda'" in problem for problem in messages.check("nb", sources))
    complete: dict[str, object] = {
        ("month\x04" if message.context else "") + message.msgid: [message.msgid, message.plural]
        if message.plural
        else message.msgid
        for message in source_strings.find_messages(sources).values()
    }
    assert messages.fill("nb", complete, sources) == []
    assert messages.check("nb", sources) == []
    (sources / "templates/forum/new.html").write_text('{% load i18n %}{% translate "Agenda" %}')
    assert messages.check("nb", sources) == ["locale/nb/LC_MESSAGES/django.po is not up to date: run `make messages`"]


def test_compiling_gives_django_what_it_reads_and_only_when_needed(sources: Path, settings: Any) -> None:
    messages.fill("nb", {"%(n)s vote": ["én stemme", "%(n)s stemmer"]}, sources)
    assert len(messages.compile_all(sources)) == len(messages.LANGUAGES)
    assert messages.compile_all(sources) == []
    settings.LOCALE_PATHS = [sources / "locale"]
    with override("nb"):
        assert ngettext("%(n)s vote", "%(n)s votes", 3) % {"n": 3} == "3 stemmer"
        assert ngettext("%(n)s vote", "%(n)s votes", 1) % {"n": 1} == "én stemme"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_lost_placeholder_is_found_in_every_language(language: str, sources: Path) -> None:
    """Somebody mends a catalogue by hand and loses a word to fill in: the check names the string."""
    assert messages.fill(language, {"%(n)s vote": ["éi røyst", "%(n)s røyster"]}, sources) == []
    path = messages.po_path(language, sources)
    path.write_text(path.read_text(encoding="utf-8").replace("%(n)s røyster", "mange røyster"), encoding="utf-8")
    found = [problem for problem in messages.check(language, sources) if "placeholders" in problem]
    assert found == ["'%(n)s vote': placeholders ['%(n)s'] became []"]
