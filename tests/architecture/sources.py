"""Where the rooms' own sources are, for the tests of the house rules."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import AppConfig

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("trepart", "forum", "proposals", "lmu", "grendeutvalg", "portal")


def is_ours(app: AppConfig) -> bool:
    """Say whether an app lies in one of the rooms, however deep."""
    return app.name.split(".")[0] in ROOMS


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the repository that git knows or would take in, apart from links."""
    shown = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    names = {ROOT / name for name in shown.stdout.decode().split("\0") if name}
    return tuple(sorted(path for path in names if path.is_file() and not path.is_symlink()))


def text_of(path: Path) -> str | None:
    """Return what stands in a text file; None for anything else."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def programs(*, rooms: tuple[str, ...] = ROOMS) -> Iterator[tuple[str, ast.Module]]:
    """Give the rooms' Python files, migrations left out: path from the root, and syntax tree."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[0] in rooms and name.endswith(".py") and "/migrations/" not in name:
            yield name, ast.parse(path.read_text(encoding="utf-8"), name)
