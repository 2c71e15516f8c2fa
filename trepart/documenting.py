"""Prints docs/roles.md and docs/workflow.md from the tables; a test holds them against it."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.forms import Field
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from trepart.access import policy
from trepart.access.roles import ROLES
from trepart.access.rules import AllOf, AnyOf, Everyone, InBody, InOffice, Personal, SignedIn, When
from trepart.access.web import STAFF, Access, declared
from trepart.workflow import START, Transition, Workflow, all_workflows

_PRINTED = "<!-- Printed by `python manage.py write_docs`; do not edit. -->"
_RULES = {
    InBody: "a role in the body",
    InOffice: "an office",
    Everyone: "everybody",
    SignedIn: "whoever is signed in",
    Personal: "a person it concerns",
    When: "where the thing itself allows it",
}


def documents() -> dict[Path, str]:
    """Return every printed page: where it lies, and what it must say."""
    docs = Path(settings.BASE_DIR) / "docs"
    with translation.override(None):
        return {docs / "roles.md": roles(), docs / "workflow.md": workflows()}


def roles() -> str:
    """Return who may what: each role's rights, then each right with who has it."""
    lines = [
        _PRINTED,
        "# Who may what",
        "",
        (
            "A role is held in a body and gives its rights there; what such a right reaches is said by its rule. "
            "An office is held in the whole municipality."
        ),
        "Whether a membership runs is asked at every check: a right ends at midnight although no job has run.",
        "",
        "## Roles",
    ]
    for kind in dict.fromkeys(kind for kind, _role in ROLES):
        lines += ["", f"### {kind}", "", "| role | may |", "|---|---|"]
        for of_kind, role in ROLES:
            if of_kind == kind:
                names = sorted(ROLES[of_kind, role])
                lines.append(_row(role, ", ".join(f"`{name}`" for name in names) or "–"))
    lines += ["", "## Rights", "", "| right | may … | on the ground of | roles that have it |", "|---|---|---|---|"]
    for permission in policy.all_permissions():
        holders = [f"{kind} {role}" for (kind, role), names in ROLES.items() if permission.name in names]
        lines.append(
            _row(f"`{permission.name}`", str(permission.label), _ground(permission.rule), ", ".join(holders) or "–")
        )
    lines += ["", "## Addresses", "", *_addresses()]
    return "\n".join(lines) + "\n"


def addresses() -> Iterator[tuple[str, str, Access]]:
    """Give every address of the portal: its full name, its path, and what it declares. Those of Django's
    own administration are one.

    A test walks them all with every kind of person (tests/architecture/test_access_table.py).
    """
    yield from _walk(get_resolver().url_patterns, "", ())


def _walk(
    patterns: Sequence[URLPattern | URLResolver], path: str, namespaces: tuple[str, ...]
) -> Iterator[tuple[str, str, Access]]:
    for pattern in patterns:
        here = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin":
                yield "admin", f"{here}…", STAFF
                continue
            yield from _walk(
                pattern.url_patterns, here, (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            )
            continue
        namespace = ":".join(namespaces)
        access = declared(pattern.callback, namespace=namespace, url_name=pattern.name or "")
        if access is None:
            raise ImproperlyConfigured(f"{here} declares no access (trepart.access.web).")
        yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name), here, access


def _addresses() -> list[str]:
    """Return who may come to each address, as a table."""
    lines = ["| address | who may come |", "|---|---|"]
    for _name, path, access in addresses():
        lines.append(_row(f"`/{path}`", _who(access)))
    return lines


def _who(access: Access) -> str:
    words = {
        "public": "everybody",
        "signed_in": "whoever is signed in",
        "staff": "whoever may use the technical administration",
        "permission": f"who has `{access.permission}`",
    }[access.level]
    return f"{words}, as far as `{access.about}` reaches" if access.about else words


def workflows() -> str:
    """Return every lifecycle: its states as a drawing, and its steps as a table."""
    lines = [
        _PRINTED,
        "# Lifecycles",
        "",
        (
            "Every lifecycle is a table, and one executor runs every table (`trepart/workflow.py`). A step without "
            "a right follows from another step, or is taken"
        ),
        "by the portal itself (automatic). The database refuses every road that is not drawn here.",
    ]
    for flow in all_workflows():
        lines += ["", *_workflow(flow)]
    return "\n".join(lines) + "\n"


def _workflow(flow: Workflow) -> list[str]:
    model = apps.get_model(flow.model)
    labels = {str(value): str(label) for value, label in flow.states.choices}
    lines = [f"## {str(model._meta.verbose_name).capitalize()} (`{flow.model}`)", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state}: {label}" for state, label in labels.items()]
    for source, target in sorted(flow.edges):
        names = ", ".join(t.name for t in flow.transitions if source in t.sources and t.target == target)
        lines.append(f"    {source or '[*]'} --> {target}: {names}")
    going = {source for source, _target in flow.edges}
    lines += [f"    {state} --> [*]" for state in labels if state not in going]
    lines += [
        "```",
        "",
        "| step | from | to | right | asks for | shut when | recorded as | tells |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for transition in flow.transitions:
        sources = [("(new)" if source == START else labels[source]) for source in _in_order(flow, transition)]
        lines.append(
            _row(
                f"{transition.label} (`{transition.name}`)",
                ", ".join(sources),
                labels[transition.target],
                _right(transition),
                _fields(transition),
                _guard(transition),
                f"`{transition.event}`",
                ", ".join(f"`{told.name}`" for told in transition.notify) or "–",
            )
        )
    return lines


def _in_order(flow: Workflow, transition: Transition) -> list[str]:
    order = [START, *(str(value) for value in flow.states.values)]
    return sorted(transition.sources, key=lambda state: order.index(str(state)))


def _right(transition: Transition) -> str:
    said = [f"`{transition.permission}`"] if transition.permission else []
    if transition.automatic:
        said.append("automatic")
    return " or ".join(said) or "follows from another step"


def _fields(transition: Transition) -> str:
    fields: dict[str, Field] = getattr(transition.form, "base_fields", {})
    asked = {name: field for name, field in fields.items() if not field.widget.is_hidden}
    return ", ".join(f"{name}{'' if field.required else ' (optional)'}" for name, field in asked.items()) or "–"


def _guard(transition: Transition[Any]) -> str:
    said = [first for rule in (transition.guard, transition.check) if rule is not None and (first := _first(rule))]
    if said:
        return " ".join(said)
    return "–" if transition.guard is None and transition.check is None else "a rule says so"


def _first(rule: object) -> str:
    return " ".join((inspect.getdoc(rule) or "").split("\n\n")[0].split())


def _ground(rule: object) -> str:
    if isinstance(rule, AnyOf):
        return _joined(rule.rules, "; or ")
    if isinstance(rule, AllOf):
        return _joined(rule.rules, ", and ")
    own: str = getattr(rule, "ground", "")
    return own or next((words for kind, words in _RULES.items() if isinstance(rule, kind)), type(rule).__name__)


def _joined(rules: Iterable[object], by: str) -> str:
    return by.join(dict.fromkeys(_ground(rule) for rule in rules))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
