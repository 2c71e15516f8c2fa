"""Translations: find the strings, fill in the Norwegian, check and compile. Nobody edits django.po by hand.

    python dev/messages.py extract                  bring locale/<lang>/…/django.po up to date with the sources
    python dev/messages.py missing [PATH ...]       strings without a translation, under these paths (or everywhere)
    python dev/messages.py fill FILE.json [--lang nb]   set translations from {msgid: text}; does ``extract`` first
    python dev/messages.py check                    placeholders and tags the same in both languages, nothing missing,
                                                    nothing stale
    python dev/messages.py compile                  write the .mo files (git-ignored) where the .po is newer

In FILE.json a plural is a list of two, under its singular: {"%(n)s vote": ["%(n)s stemme", "%(n)s
stemmer"]}. A message with a context stands under "context\\u0004msgid".

The strings are found with Python's own parser and Django's template lexer, so gettext's programs are not
needed. The .po holds file names without line numbers, sorted, so that merges stay calm; a string that is
gone is kept as obsolete until ``extract --prune``. A lock lets several people (and programs) use this at
once.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
#: Languages with a catalogue. English needs none: the strings in the sources are the English text.
LANGUAGES: tuple[str, ...] = ("nb", "nn")
SKIPPED_FOLDERS = frozenset({"node_modules", "tests", "dev", "bench", "docs", "locale", "staticfiles", "__pycache__"})
TEMPLATE_ENDINGS = (".html", ".txt", ".xml", ".svg")
CONTEXT_MARK = "\x04"

Key = tuple[str | None, str]  # context, msgid

# gettext function -> positions of (context, singular, plural) among its arguments
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_TEMPLATE_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(({_STRING}(?:,\s*{_STRING})*)")
_STRING_LITERAL = re.compile(_STRING)

_PLACEHOLDER = re.compile(r"%\(\w+\)[#0+-]*\d*(?:\.\d+)?[a-zA-Z]|(?<!%)%[sdr](?!\w)|\{\w*\}")
_TAG = re.compile(r"</?[a-z][a-z0-9-]*")


class MessagesError(RuntimeError):
    """A source or a translation that cannot be used; the message says where and why."""


@dataclass
class Message:
    """One string to translate, and the files it stands in."""

    context: str | None
    msgid: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        """What identifies it, in the sources and in the .po."""
        return (self.context, self.msgid)


# --- Finding -------------------------------------------------------------------------------------------


def find_messages(root: Path = ROOT, *, strict: bool = True) -> dict[Key, Message]:
    """Every string to translate in the Python files and templates below ``root``.

    Raises MessagesError for a file that cannot be read, for a call that can never be translated (an
    f-string, say) and for a plural that differs between two places. With ``strict`` off the first two are
    said on stderr and passed over: somebody may be in the middle of writing that file.
    """
    found: dict[Key, Message] = {}
    for path in _sources(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        try:
            calls = list(_python_calls(text, name) if path.suffix == ".py" else _template_calls(text, name))
        except MessagesError as error:
            if strict:
                raise
            print(f"passed over: {error}", file=sys.stderr)
            continue
        for context, msgid, plural in calls:
            if not msgid:
                continue
            message = found.setdefault((context, msgid), Message(context, msgid))
            if plural is not None and message.plural not in (None, plural):
                raise MessagesError(f"{name}: “{msgid}” has another plural elsewhere: {message.plural!r}, {plural!r}")
            message.plural = message.plural or plural
            message.files.add(name)
    return found


def _sources(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith("."))
        in_templates = "templates" in Path(folder).relative_to(root).parts
        for name in sorted(files):
            if name.endswith(".py") or (in_templates and name.endswith(TEMPLATE_ENDINGS)):
                yield Path(folder) / name


def _python_calls(text: str, name: str) -> Iterator[tuple[str | None, str, str | None]]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise MessagesError(f"{name}:{error.lineno}: {error.msg}") from error
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ""
        if isinstance(node.func, ast.Name):
            called = known.get(node.func.id, "")
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            called = node.func.attr if known.get(node.func.value.id, node.func.value.id) == "translation" else ""
        if called in FUNCTIONS:
            texts = [_literal(argument, f"{name}:{node.lineno}") for argument in node.args]
            yield from _pick(called, texts)


def _literal(node: ast.expr, where: str) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        raise MessagesError(f"{where}: an f-string cannot be translated; use %(name)s and format afterwards")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add) and isinstance(node.left, ast.Constant):
        raise MessagesError(f"{where}: format or join after translating, not before")
    return None


def _pick(called: str, texts: Sequence[str | None]) -> Iterator[tuple[str | None, str, str | None]]:
    context_at, singular_at, plural_at = FUNCTIONS[called]
    singular = texts[singular_at] if len(texts) > singular_at else None
    if singular is None:
        return
    plural = texts[plural_at] if plural_at is not None and len(texts) > plural_at else None
    yield (texts[context_at] if context_at is not None else None, singular, plural)


def _template_calls(text: str, name: str) -> Iterator[tuple[str | None, str, str | None]]:
    try:
        code = templatize(text, origin=name)
    except SyntaxError as error:
        raise MessagesError(f"{name}: {error}") from error
    for match in _TEMPLATE_CALL.finditer(code):
        called = "gettext" if match[1] == "_" else match[1]
        yield from _pick(called, [ast.literal_eval(literal) for literal in _STRING_LITERAL.findall(match[2])])


# --- The .po files -------------------------------------------------------------------------------------


def po_path(language: str, root: Path = ROOT) -> Path:
    """Where a language's translations lie."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str, root: Path = ROOT) -> polib.POFile:
    """A language's translations; empty where there are none yet."""
    path = po_path(language, root)
    if path.exists():
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=100)
    fresh = polib.POFile(encoding="utf-8", wrapwidth=100)
    fresh.metadata = {
        "Project-Id-Version": "trepart",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return fresh


def merge(po: polib.POFile, found: dict[Key, Message], *, prune: bool = False) -> None:
    """Bring ``po`` in step with the strings found: new ones empty, gone ones obsolete (or removed), all
    sorted."""
    entries: dict[Key, polib.POEntry] = {(entry.msgctxt, entry.msgid): entry for entry in po}
    for key, message in found.items():
        entry = entries.get(key)
        if entry is None:
            entry = entries[key] = polib.POEntry(msgctxt=message.context, msgid=message.msgid)
        if bool(message.plural) != bool(entry.msgid_plural):  # it became a plural, or is one no longer
            kept = entry.msgstr or entry.msgstr_plural.get(0, "")
            entry.msgstr = "" if message.plural else kept
            entry.msgstr_plural = {0: "", 1: ""} if message.plural else {}
        entry.msgid_plural = message.plural or ""
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        entry.obsolete = False
        entry.occurrences = [(name, "") for name in sorted(message.files)]
        entry.flags = _flags(message)
    for key, entry in list(entries.items()):
        if key not in found:
            entry.obsolete = True
            entry.occurrences = []
            if prune or not _translated(entry):
                del entries[key]
    po[:] = sorted(
        entries.values(),
        key=lambda entry: (bool(entry.obsolete), entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""),
    )


def _flags(message: Message) -> list[str]:
    texts = message.msgid + (message.plural or "")
    return ["python-format"] if re.search(r"%\(\w+\)|%[sd](?!\w)", texts) else []


def _translated(entry: polib.POEntry) -> bool:
    if entry.msgid_plural:
        return all(entry.msgstr_plural.get(number) for number in (0, 1))
    return bool(entry.msgstr)


def save(po: polib.POFile, language: str, root: Path = ROOT) -> None:
    """Write the .po whole or not at all; an unchanged one is left alone."""
    path = po_path(language, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, f"{po}\n".encode())


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)


@contextlib.contextmanager
def lock(root: Path = ROOT) -> Iterator[None]:
    """One at a time: reading, changing and writing a .po is one step for everybody else."""
    path = root / ".local" / "messages.lock"
    path.parent.mkdir(exist_ok=True)
    with open(path, "a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# --- What the commands do ------------------------------------------------------------------------------


def extract(*, prune: bool = False, root: Path = ROOT) -> dict[Key, Message]:
    """Bring every language's .po up to date with the sources; returns the strings found. The caller holds
    the lock."""
    found = find_messages(root, strict=False)
    for language in LANGUAGES:
        po = load(language, root)
        merge(po, found, prune=prune)
        save(po, language, root)
    return found


def missing(language: str, prefixes: Iterable[str] = (), root: Path = ROOT) -> list[Message]:
    """The strings of the sources, under these path prefixes, that have no translation."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in load(language, root) if not entry.obsolete}
    wanted = tuple(prefix.removeprefix("./") for prefix in prefixes)
    result = []
    for key, message in find_messages(root, strict=False).items():
        here = not wanted or any(name.startswith(wanted) for name in message.files)
        entry = known.get(key)
        complete = entry is not None and _translated(entry) and (entry.msgid_plural or None) == message.plural
        if here and not complete:
            result.append(message)
    return sorted(result, key=lambda message: (sorted(message.files), message.msgid))


def mismatches(entry: polib.POEntry) -> list[str]:
    """What differs in placeholders and tags between an entry and its translation; empty where all is well.

    The form for one may leave out the number ("one vote"), nothing else may differ.
    """
    if not entry.msgid_plural:
        return _differences(entry.msgid, entry.msgstr, exact=True)
    one, many = entry.msgstr_plural.get(0, ""), entry.msgstr_plural.get(1, "")
    allowed = entry.msgid + entry.msgid_plural
    return _differences(allowed, one, exact=False) + _differences(entry.msgid_plural, many, exact=True)


def _differences(source: str, translation: str, *, exact: bool) -> list[str]:
    if not translation:
        return []
    result = []
    for what, pattern in (("placeholders", _PLACEHOLDER), ("tags", _TAG)):
        wanted, given = pattern.findall(source), pattern.findall(translation)
        differs = set(wanted) != set(given) if exact else not set(given) <= set(wanted)
        if what == "tags" and exact:
            differs = sorted(wanted) != sorted(given)
        if differs:
            result.append(f"{what} {sorted(set(wanted))} became {sorted(set(given))}")
    return result


def fill(language: str, texts: dict[str, object], root: Path = ROOT) -> list[str]:
    """Set translations; returns what could not be used, one sentence each. The caller holds the lock."""
    extract(root=root)
    po = load(language, root)
    entries = {(entry.msgctxt, entry.msgid): entry for entry in po if not entry.obsolete}
    problems = []
    for name, text in texts.items():
        context, mark, msgid = name.rpartition(CONTEXT_MARK)
        entry = entries.get((context if mark else None, msgid))
        if entry is None:
            problems.append(f"unknown string (not in the sources): {name!r}")
            continue
        problem = _set(entry, text)
        if problem:
            problems.append(f"{name!r}: {problem}")
    save(po, language, root)
    return problems


def _set(entry: polib.POEntry, text: object) -> str:
    before = (entry.msgstr, dict(entry.msgstr_plural))
    if entry.msgid_plural:
        if not (isinstance(text, list) and len(text) == 2 and all(isinstance(form, str) and form for form in text)):
            return "it has a plural: give a list of two texts"
        entry.msgstr_plural = {0: text[0], 1: text[1]}
    else:
        if not isinstance(text, str) or not text:
            return "give one text that is not empty"
        entry.msgstr = text
    wrong = mismatches(entry)
    if wrong:
        entry.msgstr, entry.msgstr_plural = before
    return "; ".join(wrong)


def check(language: str, root: Path = ROOT) -> list[str]:
    """All that is wrong with a language's .po, one sentence each."""
    problems = []
    for message in missing(language, root=root):
        problems.append(f"no translation: {message.msgid!r} ({', '.join(sorted(message.files))})")
    po = load(language, root)
    for entry in po:
        if not entry.obsolete:
            problems += [f"{entry.msgid!r}: {wrong}" for wrong in mismatches(entry)]
    as_it_is = str(po)
    merge(po, find_messages(root))
    if str(po) != as_it_is:
        problems.append(f"{po_path(language, root).relative_to(root)} is not up to date: run `make messages`")
    return problems


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the .mo files that are missing or older than their .po; returns those written."""
    written = []
    for language in LANGUAGES:
        source = po_path(language, root)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        load(language, root).save_as_mofile(str(temporary))
        temporary.replace(target)
        written.append(target)
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Find, fill in, check and compile translations.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("extract", help="bring the .po files up to date with the sources")
    command.add_argument("--prune", action="store_true", help="also drop translations of strings that are gone")
    command = commands.add_parser("missing", help="list strings without a translation")
    command.add_argument("prefixes", nargs="*", help="only in files whose path begins with one of these")
    command.add_argument("--lang", default=LANGUAGES[0], choices=LANGUAGES)
    command.add_argument("--json", action="store_true", help="print them as a JSON object to fill in")
    command = commands.add_parser("fill", help="set translations from a JSON object")
    command.add_argument("file", type=Path)
    command.add_argument("--lang", default=LANGUAGES[0], choices=LANGUAGES)
    commands.add_parser("check", help="exit 1 when something is missing, stale or wrong")
    commands.add_parser("compile", help="write the .mo files")
    options = parser.parse_args(arguments)
    try:
        with lock():
            return _dispatch(options)
    except MessagesError as error:
        print(error, file=sys.stderr)
        return 1


def _dispatch(options: argparse.Namespace) -> int:
    if options.command == "extract":
        print(f"{len(extract(prune=options.prune))} strings.")
    elif options.command == "missing":
        absent = missing(options.lang, options.prefixes)
        if options.json:
            empty: dict[str, object] = {
                (f"{m.context}{CONTEXT_MARK}" if m.context else "") + m.msgid: ["", ""] if m.plural else ""
                for m in absent
            }
            print(json.dumps(empty, ensure_ascii=False, indent=1))
        else:
            for message in absent:
                print(f"{message.msgid!r}  ({', '.join(sorted(message.files))})")
        return 1 if absent else 0
    elif options.command == "fill":
        texts = json.loads(options.file.read_text(encoding="utf-8"))
        problems = fill(options.lang, texts)
        print(f"{len(texts) - len(problems)} of {len(texts)} set.")
        for problem in problems:
            print(f"  not used: {problem}", file=sys.stderr)
        return 1 if problems else 0
    elif options.command == "check":
        problems = [f"{language}: {problem}" for language in LANGUAGES for problem in check(language)]
        print("\n".join(problems) or "All translated.")
        return 1 if problems else 0
    else:
        for path in compile_all():
            print(f"Compiled {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
