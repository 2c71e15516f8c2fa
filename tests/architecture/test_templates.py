"""Templates that a stranger can read: short lines, short files, one element a line, comments that name what exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT, text_of, tracked

LONGEST_LINE = 200
LONGEST_FILE = 150
FULLEST_FOLDER = 20

#: Elements that begin a block of their own on the page.
_BLOCKS = (
    "address|article|aside|blockquote|body|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|head|header|hr|html|legend|li|main|nav|ol|option|p|pre|section|select|summary|table|tbody|td|tfoot|th|thead"
    "|tr|ul"
)
_OPENED = re.compile(rf"<({_BLOCKS})(?=[\s>/{{])", re.IGNORECASE)
_COMMENT = re.compile(r"\{#(.*?)#\}|\{%\s*comment\b.*?%\}(.*?)\{%\s*endcomment\s*%\}", re.DOTALL)
_MODULE = re.compile(rf"(?<![\w./])(?:{'|'.join((*ROOMS, 'dev'))})(?:\.\w+)+")
_PATH = re.compile(r"(?<![\w./])[\w-]+(?:/[\w-]+)+\.(?:html|txt|py|js|css|md)\b")


@cache
def _templates() -> dict[str, str]:
    """Return every template there is: its path from the root, and what stands in it."""
    names = {path.relative_to(ROOT).as_posix(): path for path in tracked()}
    return {
        name: text_of(path) or ""
        for name, path in names.items()
        if "templates" in name.split("/")[:-1] and name.endswith((".html", ".txt"))
    }


def _comments(text: str) -> Iterator[str]:
    """Give what is said in each comment."""
    for one, block in _COMMENT.findall(text):
        yield one or block


@cache
def _names_in(module: Path) -> frozenset[str]:
    """Return what a module defines or imports at its top, and in its classes."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return frozenset(found)


def _exists(dotted: str) -> bool:
    """Say whether a dotted name is a package, a module, or something that a module defines."""
    folder, names = ROOT, dotted.split(".")
    while names and (folder / names[0]).is_dir():
        folder = folder / names.pop(0)
    module = folder / f"{names[0]}.py" if names else folder / "__init__.py"
    if names and module.is_file():
        names.pop(0)
    elif names:
        module = folder / "__init__.py"
    return not names or (module.is_file() and set(names) <= _names_in(module))


def _is_there(path: str) -> bool:
    """Say whether a path is one from the root, of a template, or of a static file."""
    return any((ROOT / folder / path).is_file() for folder in ("", "templates", "static"))


def test_there_are_templates() -> None:
    assert len(_templates()) > 300


def test_lines_and_files_are_short() -> None:
    wide = [
        f"{name}:{number} has {len(line)} characters"
        for name, text in _templates().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    long = [
        f"{name} has {len(text.splitlines())} lines"
        for name, text in _templates().items()
        if len(text.splitlines()) > LONGEST_FILE
    ]
    assert wide + long == []


def test_folders_are_not_full() -> None:
    folders = [name.rpartition("/")[0] for name in _templates()]
    assert {folder for folder in folders if folders.count(folder) > FULLEST_FOLDER} == set()


def test_one_block_a_line() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in _templates().items()
        if name.endswith(".html")
        for number, line in enumerate(_COMMENT.sub(_blank, text).splitlines(), start=1)
        if len(_OPENED.findall(line)) > 1
    ]
    assert found == []


def test_what_a_script_counts_in_begins_with_its_words() -> None:
    """A highlight is found by its words and where they begin (static/js/portal.js): white space counts."""
    edges = re.compile(r"<(\w+)[^>]*\sdata-(?:paper|highlight)=(?:\"[^\"]*\"|[^>])*?>(\s*)(?:.*?)(\s*)</\1>", re.DOTALL)
    counted = [(name, found) for name, text in _templates().items() for found in edges.finditer(text)]
    assert len(counted) >= 5
    assert [f"{name}: {found[0][:80]}" for name, found in counted if found[2] or found[3]] == []


def _blank(comment: re.Match[str]) -> str:
    """Return as many lines as the comment had, so that the numbers of lines stay."""
    return "\n" * comment[0].count("\n")


def test_comments_name_what_exists() -> None:
    found = []
    for name, text in _templates().items():
        for said in _comments(text):
            found += [f"{name}: {dotted}" for dotted in _MODULE.findall(said) if not _exists(dotted)]
            found += [f"{name}: {path}" for path in _PATH.findall(said) if not _is_there(path)]
    assert found == []


@pytest.mark.parametrize(
    ("dotted", "there"),
    [
        ("trepart.workflow", True),
        ("trepart.workflow.perform", True),
        ("trepart.pdf", True),
        ("trepart.workflow.no_such_thing", False),
        ("forum.views.running", False),
        ("forum.no_such_room", False),
    ],
)
def test_a_name_is_looked_up(dotted: str, there: bool) -> None:
    assert _exists(dotted) is there


def test_two_blocks_on_one_line_are_seen() -> None:
    assert len(_OPENED.findall('<li{% if now %} class="now"{% endif %}><p>')) == 2
    assert _OPENED.findall("<path d=''><span><input></span>") == []
