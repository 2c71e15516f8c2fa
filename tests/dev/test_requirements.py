"""What the portal and the demo import is in the lock file they are installed from."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from dev.bootstrap import REQUIREMENTS, ROOT

ROOMS = ("trepart", "forum", "proposals", "lmu", "grendeutvalg", "portal")
DEMO = ("demo", "cluster", "messages", "postgres", "processes", "progress", "server_account")


def _imported(tree: ast.AST) -> Iterator[str]:
    """Give the packages that are imported when the program runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).partition(".")[0]
        yield from _imported(node)


@pytest.mark.parametrize(
    ("lock", "files"),
    [
        ("base.txt", [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]),
        ("demo.txt", [ROOT / "dev" / f"{name}.py" for name in DEMO]),
    ],
    ids=["portal", "demo"],
)
def test_what_is_imported_is_installed(lock: str, files: list[Path]) -> None:
    locked = {name.lower() for name in re.findall(r"(?m)^([a-zA-Z0-9._-]+)==", (REQUIREMENTS / lock).read_text())}
    there_are = packages_distributions()
    missing = {
        name
        for path in files
        for name in _imported(ast.parse(path.read_text()))
        if name not in sys.stdlib_module_names
        and name in there_are
        and not {re.sub(r"[-_.]+", "-", one).lower() for one in there_are[name]} & locked
    }
    assert missing == set()
    assert len(files) >= len(DEMO)
