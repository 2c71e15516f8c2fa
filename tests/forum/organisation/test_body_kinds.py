"""Every kind of body has its row, and nothing but the row is asked which kind a body is."""

import ast
import re
from pathlib import Path

import pytest

from forum.organisation.body_kinds import BODY_KINDS, ENTRY, LOCAL, OUTSIDE, Road
from forum.organisation.enums import BodyKind, LegalBasis

ROOT = Path(__file__).parents[3]
ROOMS = ("trepart", "forum", "proposals", "lmu", "grendeutvalg", "portal")
#: Who may name kinds, beside the table: a file or a folder, the kinds, and why.
MAY_NAME = {
    "forum/organisation/body_kinds.py": set(BodyKind.names),  # the table
    "forum/organisation/municipality_facts.py": {"GRENDEUTVALG", "LMU", "COORDINATION"},  # facts named in trepart
    "forum/organisation/forms/setup.py": {"LMU", "LINE"},  # a workplace is set up with the one or the other
    "forum/organisation/services/unit_setup.py": {"LMU", "LINE"},  # as above
    "lmu/": {"LMU"},  # the room of that kind
    "grendeutvalg/": {"GRENDEUTVALG"},  # the room of that kind
    "portal/demo/": set(BodyKind.names),  # sets up bodies of each kind
}
#: In a template: the kind of a body held against a word.
BRANCHES = re.compile(r"\bbody\.kind (?:==|!=|in)\s")


def named_kinds(path: Path) -> set[str]:
    """The kinds a module names, as ``BodyKind.LMU`` or held against a body's kind as a word."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "BodyKind":
            found |= {node.attr} & set(BodyKind.names)
        if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith("body.kind"):
            words = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
            found |= {kind.name for kind in BodyKind if kind.value in words}
    return found


def test_every_kind_has_one_row() -> None:
    assert list(BODY_KINDS) == [row.kind for row in BODY_KINDS.values()]
    assert set(BODY_KINDS) == set(BodyKind)


@pytest.mark.parametrize("kind", BodyKind)
def test_a_row_says_what_is_read_of_the_kind(kind: BodyKind) -> None:
    row = BODY_KINDS[kind]
    assert str(row.title)
    assert str(row.what).endswith(".")
    assert row.bases
    assert bool(row.several) == (row.road == Road.WORKPLACE)
    assert not row.workplace_missing or row.road == Road.WORKPLACE
    assert not row.read_by_workplace or row.workplace_missing


def test_every_legal_basis_is_open_to_some_kind() -> None:
    assert frozenset().union(*(row.bases for row in BODY_KINDS.values())) == frozenset(LegalBasis)


def test_the_road_has_a_beginning_and_an_end() -> None:
    assert LOCAL
    assert ENTRY
    assert OUTSIDE


def test_only_the_table_and_the_rooms_of_a_kind_name_kinds() -> None:
    wrong = {}
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if "/migrations/" in name:
            continue
        allowed = {kind for place, kinds in MAY_NAME.items() if name.startswith(place) for kind in kinds}
        if more := named_kinds(path) - allowed:
            wrong[name] = sorted(more)
    assert wrong == {}, "ask the row of the kind instead (forum/organisation/body_kinds.py)"


def test_no_template_asks_which_kind_a_body_is() -> None:
    templates = sorted((ROOT / "templates").rglob("*.*"))
    wrong = [path.name for path in templates if BRANCHES.search(path.read_text(encoding="utf-8"))]
    assert wrong == [], "ask body.kind_row instead"
