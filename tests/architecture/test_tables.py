"""The tables of the house: rights, actions, announcements; and the pages printed from them."""

import ast
import re
from string import Formatter

import pytest
from django.template.loader import get_template
from django.utils import translation

from forum.organisation.enums import BodyKind, OfficeKind, Role
from tests.architecture.sources import programs
from trepart import documenting
from trepart.access import policy, sync
from trepart.access.models import User
from trepart.access.policy import UnknownPermission
from trepart.access.roles import ROLES
from trepart.audit import actions
from trepart.audit.actions import UnknownAction
from trepart.audit.comparing.cross_checks import ERASED
from trepart.audit.recording import write
from trepart.workflow import all_workflows

_RIGHTS = {"can", "visible_to", "people_who_can", "acting_for", "condition", "get_or_404"}


def test_an_unknown_right_raises_and_is_never_a_no() -> None:
    with pytest.raises(UnknownPermission):
        policy.can(User(), "forum.fly")
    with pytest.raises(UnknownPermission):
        policy.people_who_can("forum.fly")
    with pytest.raises(UnknownPermission):
        policy.visible_to(User(), "forum.fly", User.objects.all())
    with pytest.raises(UnknownPermission):
        policy.acting_for(User(), "forum.fly")


def test_roles_name_only_rights_that_exist_and_every_right_says_what_it_is() -> None:
    sync.check_roles()
    for permission in policy.all_permissions():
        assert str(permission.label), permission.name
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", permission.name)


def test_every_right_in_the_lifecycles_exists() -> None:
    for flow in all_workflows():
        for transition in flow.transitions:
            if transition.permission is not None:
                policy.get(transition.permission)
            else:
                assert transition.automatic or not transition.words or transition.form is None


def test_every_right_asked_for_by_name_exists() -> None:
    """A right misspelt in a view would only be found by whoever opens it: the names are read off the sources."""
    known = {permission.name for permission in policy.all_permissions()}
    found = []
    for name, tree in programs():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _RIGHTS | {"permitted"}:
                said = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                found += [f"{name}:{node.lineno} {right}" for right in said if right not in known]
    assert found == []


def test_every_event_of_the_lifecycles_has_a_sentence() -> None:
    for flow in all_workflows():
        for transition in flow.transitions:
            assert str(actions.get(transition.event).sentence), transition.event


def test_every_step_on_offer_says_what_was_done_in_a_whole_sentence() -> None:
    offered = [(flow.model, one) for flow in all_workflows() for one in flow.transitions if one.offered]
    pressed = [(model, one) for model, one in offered if one.permission is not None or one.form is not None]
    assert [f"{model} {one.name}" for model, one in pressed if not str(one.done).endswith(".")] == []


def _literal_actions() -> set[tuple[str, str]]:
    found = set()
    for name, tree in programs():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                first = node.args[0] if node.args else None
                said = first.value if isinstance(first, ast.Constant) else None
                if called in {"recorded", "write"} and isinstance(said, str) and re.fullmatch(r"[a-z]+\.[a-z_]+", said):
                    found.add((name, said))
    return found


def test_every_action_written_by_a_service_has_a_sentence() -> None:
    known = {action.name for action in actions.all_actions()}
    assert [pair for pair in sorted(_literal_actions()) if pair[1] not in known] == []
    with pytest.raises(UnknownAction):
        write("forum.flew", actor=None, subject=User(pk=1))


def test_every_registered_action_can_happen() -> None:
    """A sentence nobody can ever read is a leftover."""
    used = {transition.event for flow in all_workflows() for transition in flow.transitions}
    used |= {action for _file, action in _literal_actions()}
    for _name, tree in programs():
        used |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and _name.rsplit("/", 1)[-1] != "events.py"
        }  # fmt: skip
    assert {action.name for action in actions.all_actions()} - used - {ERASED} == set()


@pytest.mark.parametrize("language", ["nb", None])
def test_every_sentence_can_be_filled_in(language: str | None) -> None:
    with translation.override(language):
        for action in actions.all_actions():
            sentence = str(action.sentence)
            assert sentence.strip(), action.name
            for _text, field, spec, conversion in Formatter().parse(sentence):
                # Plain names only: what stands in the data is shown, never called or looked into.
                assert field is None or (re.fullmatch(r"[a-z_]+", field) and not spec and not conversion), sentence


def test_every_announcement_has_its_templates() -> None:
    for flow in all_workflows():
        for transition in flow.transitions:
            for told in transition.notify:
                source = get_template(f"{told.template}.txt").template.source
                for part in ("subject", "text"):
                    assert f"{{% block {part} %}}" in source, told.template


def test_the_printed_pages_say_what_the_tables_say() -> None:
    for path, text in documenting.documents().items():
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        assert there == text, f"{path.name}: run manage.py write_docs"


def test_roles_of_every_kind_are_words_of_the_organisation() -> None:
    for kind, role in ROLES:
        if kind == "office":
            assert role in OfficeKind.values
        else:
            assert kind in BodyKind.values
            assert role in Role.values
