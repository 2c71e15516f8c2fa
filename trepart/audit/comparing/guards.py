"""The guards in the database held against those the program would make: each function's body, each trigger, and nothing
besides. Whoever is above the guards leaves that trace."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from trepart.audit.comparing.cross_checks import ask
from trepart.audit.comparing.findings import Finding
from trepart.audit.operations import AppendOnly, GuardStatus

#: Tables of a library that has triggers of its own.
_FOREIGN = "procrastinate\\_%"
_FUNCTION = re.compile(r"(?:CREATE|REPLACE) FUNCTION (\w+)\(\)[^$]*\$\$(.*?)\$\$", re.DOTALL)
_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\w+)\s+(?P<when>BEFORE|AFTER|INSTEAD OF)\s+(?P<events>.+?)\s+"
    r'ON "?(?:public\.)?(?P<table>\w+)"?\s+(?P<how>.*?)\s*EXECUTE FUNCTION (?:public\.)?(?P<call>\w+\(.*?\))\s*(?:;|$)',
    re.DOTALL,
)
_GONE = re.compile(r'DROP (?:FUNCTION (?:IF EXISTS )?(\w+)|TRIGGER (?:IF EXISTS )?(\w+) ON "?(\w+))')


def _bare(text: str) -> str:
    return " ".join(text.split())


def _said(found: re.Match[str]) -> str:
    """Return what a trigger does, in one form for ours and for the database's own words."""
    events, _of, columns = _bare(found["events"]).partition(" OF ")
    when = " OR ".join(sorted(events.split(" OR ")))
    if columns:  # only the last event may name columns, in ours; the database puts UPDATE last
        when += f" OF {columns}"
    how = _bare(found["how"]).replace("NOT DEFERRABLE INITIALLY IMMEDIATE ", "")
    return f"{found['when']} {when} {how} {_bare(found['call'])}"


@cache
def wanted() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Return the functions the program's migrations make, with their bodies, and its triggers, by table and name."""
    functions: dict[str, str] = {}
    triggers: dict[tuple[str, str], str] = {}
    for text in _statements():
        for name, trigger, table in _GONE.findall(text):
            functions.pop(name, None)
            triggers.pop((table, trigger), None)
        functions.update(_FUNCTION.findall(text))
        triggers.update({(found["table"], found["name"]): _said(found) for found in _TRIGGER.finditer(text)})
    return functions, triggers


def _statements() -> Iterator[str]:
    """Give what our migrations tell the database by hand, in the order they do."""
    loader = MigrationLoader(None)
    done = set()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key in done or not _ours(key[0]):
                continue
            done.add(key)
            for operation in loader.graph.nodes[key].operations:
                yield from _told(key[0], operation)


def _ours(label: str) -> bool:
    folder = Path(apps.get_app_config(label).path)
    return folder.is_relative_to(settings.BASE_DIR) and "site-packages" not in folder.parts


def _told(label: str, operation: object) -> Iterable[str]:
    if isinstance(operation, GuardStatus | AppendOnly):
        return operation.statements(apps.get_model(label, operation.model_name))
    if isinstance(operation, migrations.RunSQL):
        parts = [operation.sql] if isinstance(operation.sql, str) else operation.sql
        return [part if isinstance(part, str) else part[0] for part in parts]
    return ()


def findings() -> list[Finding]:
    """Find the guards that are missing, switched off or others, and what nobody of the program's put beside them."""
    functions, triggers = wanted()
    found = []
    there = {
        (table, name): (enabled, text)
        for table, name, enabled, text in ask(
            "SELECT c.relname, t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid) FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relname NOT LIKE %s "
            "AND c.relnamespace = current_schema()::regnamespace",
            _FOREIGN,
        )
    }
    for table, name in sorted(triggers.keys() | there.keys()):
        enabled, text = there.get((table, name), ("D", ""))
        read = _TRIGGER.search(text)
        if (table, name) not in triggers:
            message = _("The trigger %(guard)s on the table %(table)s is none of the program's.")
        elif enabled in "DR":
            message = _("The guard %(guard)s on the table %(table)s is missing or switched off.")
        elif read is None or _said(read) != triggers[table, name]:
            message = _("The guard %(guard)s on the table %(table)s is another than the program's.")
        else:
            continue
        found.append(Finding(None, None, message % {"guard": name, "table": table}, "guard"))
    bodies = dict(
        ask("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY oid")
    )
    for name, body in sorted(functions.items()):
        if bodies.get(name) != body:
            message = _("The function %(guard)s in the database is not the program's: guards that call it are void.")
            found.append(Finding(None, None, message % {"guard": name}, "guard"))
    rules = ask("SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema() ORDER BY 1, 2")
    for table, name in rules:
        message = _("The rule %(guard)s on the table %(table)s is none of the program's.")
        found.append(Finding(None, None, message % {"guard": name, "table": table}, "guard"))
    return found
