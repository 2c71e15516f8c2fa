"""What the documents say of the code holds: rules, decision records, links and the places they name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.sources import ROOT, text_of, tracked

RULEBOOK = ROOT / "docs" / "rulebook.md"
RECORDS = ROOT / "docs" / "decisions"

_RULE = re.compile(r"\bR(\d{1,2})\b")
_RECORD = re.compile(r"(?:\bADR |\bdecisions/)(\d{4}(?:(?:, | and )\d{4})*)")
_PLACE = re.compile(r"\[`([\w./-]+)(?:: ([\w., ]+))?`\]\(\.\./([\w./-]+)\)")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[\w-]*)?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:[\w.-]+/)+(?:[\w-]+\.(?:py|html|txt|css|js|md|toml|po))?")

#: Kinds of files that may cite a rule or a record; catalogues only repeat what stands in them.
_CITING = {".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".sql"}
#: Documents that tell of what was, under the names it had then.
_HISTORY = ("CHANGELOG.md", "docs/decisions/")


def _documents() -> Iterator[tuple[str, str]]:
    """Give each Markdown document: its path from the root, and its text."""
    for path in tracked():
        if path.suffix == ".md":
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def _texts() -> Iterator[tuple[str, str]]:
    """Give everything that may cite a rule or a record: code, tests, templates and documents, this file left out."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in _CITING and name != "tests/architecture/test_rulebook.py" and (text := text_of(path)):
            yield name, text


@cache
def _rules() -> dict[int, str]:
    """Return the rules of the rulebook: number and what stands under its heading."""
    parts = re.split(r"^## R(\d+) .+$", RULEBOOK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    numbers = [int(number) for number in parts[::2]]
    assert numbers == list(range(1, len(numbers) + 1)), "one heading for each number, in order"
    return dict(zip(numbers, parts[1::2], strict=True))


def _line(rule: str, word: str) -> str | None:
    """Return what a rule says after ``word``, or None where it has no such line."""
    found = re.findall(rf"^- \*\*{word}\*\*: (.+)$", rule, flags=re.MULTILINE)
    assert len(found) < 2, f"{word} is said twice"
    return found[0] if found else None


@cache
def _names_in(path: Path) -> frozenset[str]:
    """Return the functions, classes and constants that a Python file defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(names)


def _wrong_places(line: str) -> list[str]:
    """Say what is wrong with the places a line names: a link unlike its words, a file or a name that is not there."""
    wrong = []
    places = _PLACE.findall(line)
    if not places or _PLACE.sub("", line).strip("; "):
        wrong.append(f"cannot be read: {line}")
    for said, names, linked in places:
        path = ROOT / said
        if said != linked:
            wrong.append(f"says {said} and leads to {linked}")
        elif not path.is_file():
            wrong.append(f"{said} does not exist")
        elif names:
            there = _names_in(path) if path.suffix == ".py" else frozenset()
            wrong += [f"{said} has no {name}" for name in names.split(", ") if name not in there]
    return wrong


def test_every_rule_that_is_cited_stands_in_the_rulebook() -> None:
    known = _rules()
    unknown = sorted(
        {f"{name}: R{number}" for name, text in _texts() for number in _RULE.findall(text) if int(number) not in known}
    )
    assert unknown == []


def test_every_rule_has_its_source_and_names_code_and_test_or_says_why_not() -> None:
    wrong = []
    for number, rule in _rules().items():
        enforced, tested = _line(rule, "Enforced in"), _line(rule, "Tested in")
        if not _line(rule, "Source"):
            wrong.append(f"R{number} has no source")
        if (enforced is None) != (tested is None):
            wrong.append(f"R{number} names code without a test, or a test without code")
        if enforced is None and not _line(rule, "Not enforced"):
            wrong.append(f"R{number} names no code, and does not say that it is not enforced")
        for line in (enforced, tested):
            if line is not None:
                wrong += [f"R{number} {what}" for what in _wrong_places(line)]
        if tested is not None and any(
            not said.startswith("tests/") for said, _names, _linked in _PLACE.findall(tested)
        ):
            wrong.append(f"R{number} names a test that is none")
    assert wrong == []


def test_the_rulebook_is_read_as_it_is_meant() -> None:
    good = "[`trepart/workflow.py: perform, Step`](../trepart/workflow.py); [`README.md`](../README.md)"
    assert _wrong_places(good) == []
    assert _wrong_places("[`trepart/workflow.py: nobody`](../trepart/workflow.py)") == [
        "trepart/workflow.py has no nobody"
    ]
    assert _wrong_places("[`trepart/gone.py`](../trepart/gone.py)") == ["trepart/gone.py does not exist"]
    assert _wrong_places("[`trepart/views.py`](../trepart/urls.py)") == [
        "says trepart/views.py and leads to trepart/urls.py"
    ]
    assert _wrong_places("somewhere") == ["cannot be read: somewhere"]


def test_every_decision_record_that_is_cited_exists() -> None:
    there = {path.name[:4] for path in RECORDS.glob("[0-9]*.md")}
    missing = sorted(
        {
            f"{name}: {number}"
            for name, text in _texts()
            for cited in _RECORD.findall(text)
            for number in re.findall(r"\d{4}", cited)
            if number not in there
        }
    )
    assert missing == []


def test_the_index_of_decisions_has_each_record_once_in_order_and_by_its_title() -> None:
    index = (RECORDS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(\d{4}) (.+?)\]\((.+?)\): .+$", index, flags=re.MULTILINE)
    wanted = []
    for path in sorted(RECORDS.glob("[0-9]*.md")):
        heading = path.read_text(encoding="utf-8").splitlines()[0]
        number, title = re.fullmatch(r"# (\d{4}):? (.+)", heading).groups()  # type: ignore[union-attr]
        wanted.append((number, title, path.name))
    assert listed == wanted


def test_every_link_in_a_document_leads_somewhere() -> None:
    broken = [
        f"{name}: {link}"
        for name, text in _documents()
        for link in _LINK.findall(text)
        if "://" not in link and not link.startswith("mailto:") and not ((ROOT / name).parent / link).exists()
    ]
    assert broken == []


def test_every_file_and_folder_that_a_document_names_exists() -> None:
    missing = [
        f"{name}: {said}"
        for name, text in _documents()
        if not name.startswith(_HISTORY)
        for code in _CODE.findall(text)
        if (said := code.split(": ")[0]) and _PATH.fullmatch(said) and said.split("/")[0] in _tops()
        if not (ROOT / said).exists()
    ]
    assert missing == []


@cache
def _tops() -> frozenset[str]:
    """Return the folders at the top of the repository, which a path begins with."""
    return frozenset(path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1)
