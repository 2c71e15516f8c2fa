"""Every string is translated, whole, and in the right written language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import polib
import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation

from dev import messages

ROOT = Path(settings.BASE_DIR)
_GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
#: What the libraries say and our pages never show: there are no user names and no telephone numbers, and some is only
#: for the technical administration.
_NEVER_SHOWN = re.compile(
    r"username|phone|\bIPv[46]|^(Set|Reset) password|^Raw passwords|assword-based|^Whether the "
    r"user|^(Enabled|Disabled)$|selected email|^Marked|^Failed to mark|^String \(|instance "
    r"with|offset\)s|^(Accounts|MFA|WebAuthn|User Sessions|TOTP Authenticator|key|Login|Passwordless)$|^Enabling "
    r"passwordless|^Email |^Conflicting",
    re.IGNORECASE,
)
#: Words that are bokmål and nothing else.
_BOKMAAL = re.compile(
    r"\b(ikke|hva|hvem|hvor|hvordan|hvorfor|hvilke[nt]?|hvis|fra|noen|noe|bare|mer|jeg|være|gjøre|gjør|komme[rt]|"
    r"denne kan|blitt sendt|en gang|øke[rt]|ansatte?|enhet(en|er|ene)?|medlemskapet ditt|sak(en|ene?)s|møter "
    r"holdes|forslagene|svarene|hun|dem|deres|tidligere|allerede|begynne[rt]?|behandles|sendes|kreves|vises|trenger|"
    r"leser|skriver|velger|ledere?|tillitsvalgte?|folkevalgte?|vedtatt|behandlet|merket|lenken?|siden din|uten|ved "
    r"siden|gjennom hele)\b",
    re.IGNORECASE,
)


#: Words in -es that are no passive. Nynorsk has no passive in -es: *blir sendt*, or *kan sendast* after an auxiliary.
_NO_PASSIVE = {"les", "elles", "samrøystes", "dømes", "stades"}


def catalogue(language: str) -> Iterator[polib.POEntry]:
    """Give every string in use."""
    for entry in polib.pofile(str(messages.po_path(language, ROOT))):
        if not entry.obsolete:
            yield entry


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    assert messages.check(language) == []


def test_every_language_the_portal_offers_has_its_words() -> None:
    """English is what stands in the sources; every other language has a catalogue."""
    assert {code for code, _name in settings.LANGUAGES} == {*messages.LANGUAGES, "en"}


def test_nynorsk_has_no_bokmaal_in_it() -> None:
    wrong = []
    for entry in catalogue("nn"):
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            if found := _BOKMAAL.search(text):
                wrong.append(f"{found.group()}: {text}")
    assert wrong == []


def _avoided(language: str) -> re.Pattern[str]:
    """Return what the last columns of the table of words in docs/glossary.md say is not to stand in
    ``language``; `*` is any ending."""
    _before, table = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("## In three languages")
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")]
    column = rows[0].index({"nb": " not in bokmål ", "nn": " not in nynorsk "}[language])
    words = {word.strip() for row in rows[1:] for word in row[column].split(",") if word.strip()}
    assert len(words) > 10
    return re.compile(
        rf"\b({'|'.join(re.escape(word).replace(chr(92) + '*', chr(92) + 'w*') for word in sorted(words))})\b",
        re.IGNORECASE,
    )


def _pairs(language: str) -> Iterator[tuple[str, str]]:
    """Give every text in English and in a language."""
    for entry in catalogue(language):
        if entry.msgid_plural:
            yield entry.msgid, entry.msgstr_plural[0]
            yield entry.msgid_plural, entry.msgstr_plural[1]
        else:
            yield entry.msgid, entry.msgstr


def _without_what_is_filled_in(text: str) -> str:
    return re.sub(r"%\(\w+\)s|\{\w*\}|<[^>]*>", " ", text)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_there_is_one_word_for_each_thing(language: str) -> None:
    """The words are those of docs/glossary.md."""
    avoided = _avoided(language)
    assert [f"{found.group()}: {text}" for _english, text in _pairs(language) if (found := avoided.search(text))] == []


def test_the_glossary_is_read_as_it_is_meant() -> None:
    text = "Ei Innstilling om vedtatte tiltak: hent lenka, uttale deg og følg lenkja"
    assert [found.group() for found in _avoided("nn").finditer(text)] == ["Innstilling", "vedtatte", "lenka"]
    assert [found.group() for found in _avoided("nb").finditer("Hent lenka, ikke lenken")] == ["lenka"]


def test_nynorsk_has_no_passive_in_es() -> None:
    texts = (_without_what_is_filled_in(text) for _english, text in _pairs("nn"))
    passive = [
        (word, text) for text in texts for word in re.findall(r"\b\w+es\b", text.lower()) if word not in _NO_PASSIVE
    ]
    assert passive == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_ends_as_the_english_does(language: str) -> None:
    """A sentence stays a sentence and a label a label, and Norwegian quotes are «these»."""
    ends = {"at": "kl.", "j": "j."}  # the abbreviation, and the dot of an ordinal number
    wrong = [
        (english, text)
        for english, text in _pairs(language)
        if (english[-1] in ".?!:…" or text[-1] in ".?!:…") and english[-1] != text[-1] and ends.get(english) != text
    ]
    quotes = [text for _english, text in _pairs(language) if re.search('[“”„"]', _without_what_is_filled_in(text))]
    assert (wrong, quotes) == ([], [])


def test_nynorsk_is_like_bokmaal_only_where_the_list_says_so() -> None:
    """`same_in_both.txt` has been read by a person: sentences that are the same in both, one a line."""
    listed = set((Path(__file__).parent / "same_in_both.txt").read_text(encoding="utf-8").splitlines())
    bokmaal = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in catalogue("nb")}
    same = {
        entry.msgstr.replace("\n", " ")
        for entry in catalogue("nn")
        # A single word is often the same, and stands in a dictionary; a sentence seldom is.
        if entry.msgstr and entry.msgstr == bokmaal[entry.msgctxt, entry.msgid] and len(entry.msgstr.split()) > 2
    }
    assert same - listed == set()
    assert listed - same == set()


def _said(*folders: Path) -> Iterator[str]:
    for folder in folders:
        for source in folder.rglob("*.py") if folder.is_dir() else [folder]:
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if name in _GETTEXT and texts:
                    yield texts[name.startswith("pgettext") and len(texts) > 1]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_the_libraries_say_is_translated_too(language: str) -> None:
    """Where Django or allauth lacks a sentence in a language, `trepart/text/library_texts.py` has it."""
    ours, theirs = Path(allauth.__file__).parent, Path(django.__file__).parent
    said = {
        *_said(*(ours / app for app in ("account", "mfa", "usersessions", "core"))),
        *_said(
            theirs / "forms",
            theirs / "core" / "validators.py",
            theirs / "contrib" / "auth",
            theirs / "db" / "models" / "fields",
        ),
    }
    with translation.override(language):
        lacking = {
            text
            for text in said
            if not _NEVER_SHOWN.search(text)
            and translation.gettext(text) == text
            and translation.ngettext(text, text, 2) == text
            and not _same_word(text)
        }
    assert len(said) > 200
    assert lacking == set()


def _same_word(text: str) -> bool:
    """Words that are the same in Norwegian, and pieces that are glued together."""
    return text in {
        "Data",
        "URL",
        "JSON",
        "UUID",
        "permission",
        "ID",
        ", ",
        "Text",
        "Time",
        "Date",
        "File path",
        "Integer",
        "hash",
        "salt",
    } or not re.search("[a-z]{3}", text)


def _literal(template: Path) -> Iterator[str]:
    """Give the words a reader would see that stand outside every translation."""
    source = re.sub(r"\{%\s*comment.*?endcomment\s*%\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    within = 0
    text = []
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            tag = token.contents.split()[0]
            within += tag in {"blocktranslate", "blocktrans"}
            within -= tag in {"endblocktranslate", "endblocktrans"}
            text.append(" ")
        elif token.token_type == TokenType.TEXT and not within:
            text.append(token.contents)
        else:
            text.append(" ")
    whole = "".join(text)
    if template.suffix == ".html":
        whole = re.sub(r"<(script|style|pre|code)\b.*?</\1>", " ", whole, flags=re.DOTALL)
        for name in ("alt", "title", "placeholder", "aria-label"):
            yield from (
                found for found in re.findall(rf'\s{name}="([^"{{]+)"', whole) if re.search("[A-Za-zÆØÅæøå]{3}", found)
            )
        whole = re.sub(r"<!--.*?-->|<[^>]*>", " ", whole, flags=re.DOTALL)
    yield from (
        word
        for word in re.findall(r"(?<![&\w])[A-Za-zÆØÅæøå]{3,}", whole)
        if word not in {"Trepart", "LMU", "SHA", "PDF", "nbsp", "ensp"}
    )


def test_no_template_says_anything_that_is_not_translated() -> None:
    wrong = {}
    for template in sorted((ROOT / "templates").rglob("*")):
        if template.suffix in {".html", ".txt"} and (found := list(_literal(template))):
            wrong[str(template.relative_to(ROOT))] = found[:8]
    assert wrong == {}


def test_the_scan_sees_what_it_should(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        (
            '{% load i18n %}<p title="Lukk">Hei</p>{% translate "Hello" %}{% blocktranslate %}Good{% '
            "endblocktranslate %}{# Note #}"
        ),
        encoding="utf-8",
    )
    assert list(_literal(page)) == ["Lukk", "Hei"]
