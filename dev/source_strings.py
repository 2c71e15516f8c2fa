"""The strings to translate, found with Python's own parser and Django's template lexer."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SKIPPED_FOLDERS = frozenset({"node_modules", "tests", "dev", "bench", "docs", "locale", "staticfiles", "__pycache__"})
TEMPLATE_ENDINGS = (".html", ".txt", ".xml", ".svg")


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
