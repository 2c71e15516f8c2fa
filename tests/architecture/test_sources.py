"""House rules that are read off the sources."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from django.apps import apps

from tests.architecture.sources import ROOT, is_ours, programs, text_of, tracked
from trepart.audit.comparing.cross_checks import staged
from trepart.audit.history import EventBound

_STATUS = {"status", "status_event", "status_event_id"}
#: The one place that sets a status.
_EXECUTOR = "trepart/workflow.py"

#: Writes that go past ``save()``, and why each is right: (file, what is written).
_IN_BULK = {
    ("trepart/access/sync.py", "GroupObjectPermission"): "rights are computed from memberships, which have the history",
    ("trepart/access/sync.py", "Group"): "as above",
    ("trepart/access/sync.py", "RoleGroup"): "as above",
    ("trepart/access/sync.py", "through"): "as above",
    ("trepart/access/account_closure.py", "rows"): "addresses of an account that nobody ever opened; the event says so",
    ("trepart/notices/blanking.py", "mail"): "what was attached to a mail goes with its words, and has no history",
    ("forum/meetings/workflow.py", "step"): "what was being written of cases (`item_drafts`), which has no history",
}


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target
    elif isinstance(node, ast.Delete):
        yield from node.targets


def test_nothing_but_the_executor_sets_a_status() -> None:
    names = {model.__name__ for model in staged()}
    found = []
    for name, tree in programs():
        if name == _EXECUTOR:
            continue
        for node in ast.walk(tree):
            here = f"{name}:{getattr(node, 'lineno', 0)}"
            if any(isinstance(t, ast.Attribute) and t.attr in _STATUS for t in _targets(node)):
                found.append(f"{here} assigns a status")
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {keyword.arg for keyword in node.keywords}
            if called == "setattr" and any(isinstance(a, ast.Constant) and a.value in _STATUS for a in node.args):
                found.append(f"{here} sets a status by name")
            if called in {*names, "update", "create", "get_or_create", "update_or_create"} and given & _STATUS:
                found.append(f"{here} gives {called} a status")
    assert found == []


def test_what_a_step_is_given_is_never_a_dictionary() -> None:
    """A key that is misspelt would only be found by whoever takes the step; the names of a
    dataclass are read by mypy."""
    found = []
    for name, tree in programs():
        for node in ast.walk(tree):
            asked = node.value if isinstance(node, ast.Subscript) else None
            if isinstance(node, ast.Attribute) and node.attr in {"get", "pop", "setdefault", "update"}:
                asked = node.value
            if (
                isinstance(asked, ast.Attribute)
                and asked.attr == "data"
                and isinstance(asked.value, ast.Name)
                and asked.value.id == "step"
            ):
                found.append(f"{name}:{asked.lineno}")
    assert found == []


def _beginning(node: ast.expr) -> str:
    """Return the name a chain of calls and attributes begins with: ``Notice`` of ``Notice.objects.filter(…)``."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else "?"


def _is_query(node: ast.expr) -> bool:
    """Tell a queryset's update from a dict's, by what the chain goes through."""
    through = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    named = isinstance(node, ast.Name) and re.search(r"query|rows|_set$", node.id)
    return bool(named) or bool(through & {"objects", "_base_manager", "_default_manager", "filter", "exclude", "all"})


def _in_bulk() -> Iterator[tuple[str, int, str, str]]:
    """Give every write of rows in number: file, line, what the chain begins with, and what is called."""
    for name, tree in programs():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            call = node.func.attr
            always = call in {"bulk_create", "bulk_update", "abulk_create", "abulk_update", "_raw_delete"}
            if always or (call in {"update", "aupdate", "delete", "adelete"} and _is_query(node.func.value)):
                yield name, node.lineno, _beginning(node.func.value), call


def _untracked() -> set[str]:
    return {m.__name__ for m in apps.get_models() if not hasattr(m, "history")}


def test_nothing_tracked_is_written_past_its_history() -> None:
    """One by one: what is taken away in number would be taken with nobody having locked and looked at each."""
    untracked = _untracked()
    found = [
        f"{name}:{line} {begins} … .{call}()"
        for name, line, begins, call in _in_bulk()
        if (name, begins) not in _IN_BULK and begins not in untracked
    ]
    assert found == []


def test_rows_are_written_in_number_with_their_history_through_one_door() -> None:
    """What the history's library offers for that binds no row to the event; `trepart.audit.history.create_all` does."""
    found = {
        name
        for name, tree in programs()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and any(each.name in {"bulk_create_with_history", "bulk_update_with_history"} for each in node.names)
    }
    assert found == {"trepart/audit/history.py"}


def test_the_list_of_bulk_writes_is_not_longer_than_it_must_be() -> None:
    there = {(name, begins) for name, _line, begins, _call in _in_bulk()}
    assert set(_IN_BULK) - there == set()


def test_no_model_sends_or_hears_domain_signals() -> None:
    """What follows from a step stands in the table, not behind a signal; the history's own hook is the one
    exception. That tables have been made is none of the domain: the portal's role gets its rights then."""
    found = []
    for name, tree in programs():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.db.models.signals", "django.dispatch")
            ):
                found += [(name, alias.name) for alias in node.names]
    assert found == [("trepart/audit/apps.py", "post_migrate")]


#: Who must know the real time, and why.
_REAL_TIME = {"portal/demo/stories/year.py": "the year that is loaded ends on the real day of loading"}


def test_the_clock_is_asked_for_the_time() -> None:
    """`trepart.clock` alone knows what time it is, so that the demo's year and the deadlines agree."""
    found = []
    for name, tree in programs():
        if name == "trepart/clock.py":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            said = f"{node.value.id}.{node.attr}"
            if (
                re.fullmatch(r"(timezone|datetime|date|dt)\.(now|today|utcnow|localdate)", said)
                and name not in _REAL_TIME
            ):
                found.append(f"{name}:{node.lineno} {said}")
    assert found == []


_SOURCES = (".py", ".html", ".css", ".js", ".txt", ".toml", ".md", ".sh")
#: Lists and documents are looked up in, not read through.
_BAR = {"md": 500, "txt": 500}
#: Files that programs write, or that others have written.
_NOT_OURS = re.compile(r"(^requirements/.*\.txt|/migrations/|^package-lock\.json|\.po$|^docs/(roles|workflow)\.md$)")


def test_the_right_to_write_is_asked_for_in_one_way() -> None:
    """A write asks `trepart.authorising`, which fetches the person anew and finds the place it is done from; the
    organisation's own writes are also done by the portal itself, with nobody acting."""
    found = {
        name
        for name, tree in programs()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "acting_for"
    }
    assert found == {"trepart/authorising.py", "forum/organisation/services/grants.py"}


def test_no_file_is_longer_than_400_lines() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        text = text_of(path) if name.endswith(_SOURCES) and not _NOT_OURS.search(name) else None
        if text is not None and text.count("\n") > _BAR.get(name.rpartition(".")[2], 400):
            found.append(f"{name}: {text.count(chr(10))}")
    assert found == []


def test_no_folder_has_more_than_20_modules() -> None:
    """A room that has more is one where nobody finds anything: it wants rooms of its own by subject."""
    modules = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix == ".py" and path.parent.name != "migrations"
    )
    assert {folder: count for folder, count in modules.items() if count > 20} == {}


def test_no_room_without_a_name_of_its_own() -> None:
    # The layout gives the meetings a core: what each of their packages builds on. Nothing else is called so.
    forbidden = {"core", "common", "utils", "util", "helpers", "helper", "misc"}
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if forbidden & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        and "/meetings/core/" not in path.as_posix()
    ]
    assert found == []


#: A path that only exists where somebody wrote this, and the machines packages come from.
_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:work|root|home/\w+|Users/\w+|workspace|mnt/\w+)/|[A-Z]:\\\\?Users|"
    r"registry\.npmjs\.org|pypi\.org/simple|files\.pythonhosted\.org|--(?:extra-)?index-url|artifactory"
)


def test_no_machine_is_named() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name == "tests/architecture/test_sources.py":
            continue
        text = text_of(path)
        for number, line in enumerate((text or "").splitlines(), start=1):
            if _MACHINE.search(line):
                found.append(f"{name}:{number} {line.strip()[:100]}")
    assert found == []


def test_nothing_is_left_to_do_and_nothing_silenced_wholesale() -> None:
    loose = re.compile(r"\b(TODO|FIXME|XXX)\b|#\s*noqa\s*$|#\s*noqa\s+(?!:)|#\s*type:\s*ignore(?!\[)")
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if not name.endswith((".py", ".html", ".js", ".css")) or name == "tests/architecture/test_sources.py":
            continue
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if loose.search(line):
                found.append(f"{name}:{number} {line.strip()[:100]}")
    assert found == []


def test_no_inline_style_or_script_in_a_page() -> None:
    """The content security policy refuses both (docs/look.md)."""
    loose = re.compile(
        r"\sstyle=[\"']|<style\b|\son\w+=[\"']|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I
    )
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("templates/") or not name.endswith(".html") or "/pdf/" in name:
            continue
        if name == "templates/notices/letter.html":  # a mail: read by mail programs, which take style nowhere else
            continue
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if loose.search(line):
                found.append(f"{name}:{number} {line.strip()[:100]}")
    assert found == []


def test_every_history_table_carries_the_event() -> None:
    for model in apps.get_models():
        if is_ours(model._meta.app_config) and model.__name__.startswith("Historical"):
            assert issubclass(model, EventBound), model
