"""Text has one form, whichever door it comes in by: no form, and no reader of files, JSON or mail, escapes it."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.forms.renderers import get_default_renderer
from django.test import RequestFactory
from django.urls import get_resolver

from tests.architecture.sources import ROOMS, programs
from trepart.access.models import User
from trepart.forms import LineField, PlainTextField, PortalBoundField, RichTextField

#: Sent by our own pages and never written by anybody: choices, marks, numbers. What is written goes through a form.
NOT_WRITTEN = frozenset({
    "do", "seen", "page", "next", "vis", "hvem", "take_away", "som", "person", "item", "til", "submission_key", "state",
    "spor", "preview", "last", "language", "iss", "go", "environment", "at_once", "year", "way", "version",
    "utgave", "under", "tried", "starts_at", "sid", "shown", "set", "seen_{item.pk}", "sak", "role", "remove",
    "referral", "orslag", "guest", "postponed", "lines",
    "question", "publish_list", "order", "motion", "minutes", "logout_token", "krav", "invitation", "fra", "error",
    "enhet", "draft", "document", "deputy", "demand", "council", "code", "call", "basis_{document.pk}", "audience",
    "attendee", "all_the_same", "absence", "note", "ra", "began", "treatment_began", "treatment_page", "left_at",
    # Read by a form, or by the cleaner, right after.
    "treatment", "place", "html", "may_be_read",
    # Marks of what a page was made from.
    "was",
})  # fmt: skip
#: Read what others have written without keeping text of it, or what we have written ourselves.
KEEPS_NO_TEXT = {
    "trepart/access/interrupted_forms.py", "trepart/reading/separated.py",
    "trepart/audit/recording.py", "trepart/audit/sealing.py", "trepart/backups/archive.py",
    "trepart/access/oidc/transport.py", "trepart/server/security.py", "trepart/notices/bounces.py",
    "proposals/consent/services.py", "trepart/outdated_pages.py",
}  # fmt: skip
#: More than spaces, and nothing of it is seen.
UNSEEN = ("\u200d", "\u3164", "\u2800", " \u115f \ufe0f", "\u200b\u3164\u00ad")
_READERS = {("json", "loads"), ("json", "load"), ("csv", "reader"), ("csv", "DictReader")}
HOSTILE = "  A\u00ad\u030a\u202es\u200be\x00\x08\ufffe\u00ad  "


def _all_forms() -> Iterator[type[forms.BaseForm]]:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "migrations" not in module.name and "wsgi" not in module.name and "demo" not in module.name:
                importlib.import_module(module.name)
    assert get_resolver().url_patterns  # loads what the libraries' own pages use
    waiting = list(forms.BaseForm.__subclasses__())
    seen: set[type[forms.BaseForm]] = set()
    while waiting:
        found = waiting.pop()
        if found not in seen:
            seen.add(found)
            waiting += found.__subclasses__()
            yield found
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    for model_admin in admin.site._registry.values():
        if model_admin.has_add_permission(request) or model_admin.has_change_permission(request):
            yield model_admin.get_form(request)


def test_every_form_reads_through_the_one_place() -> None:
    assert settings.FORM_RENDERER == "trepart.forms.PortalFormRenderer"
    assert get_default_renderer().bound_field_class is PortalBoundField
    wrong, raw = [], set()
    for form in _all_forms():
        if form.default_renderer is not None or form.bound_field_class not in (None, PortalBoundField):
            wrong.append(f"{form.__module__}.{form.__qualname__}")
        for name, field in getattr(form, "base_fields", {}).items():
            if field.bound_field_class not in (None, PortalBoundField):
                wrong.append(f"{form.__module__}.{form.__qualname__}.{name}")
            if getattr(field, "raw", False):
                raw.add(f"{form.__module__}.{form.__qualname__}.{name}")
            kind = type(field)
            if kind.get_bound_field is not forms.Field.get_bound_field:
                wrong.append(f"{kind.__module__}.{kind.__qualname__}")
    assert not wrong, "these read what is sent without trepart.text.normal"
    assert raw == set()


def test_every_kind_of_text_field_gives_the_normal_form() -> None:
    fields = [
        field
        for form in _all_forms()
        for field in getattr(form, "base_fields", {}).values()
        if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)
    ]
    assert {type(field) for field in fields} >= {
        LineField,
        forms.CharField,
        forms.EmailField,
        PlainTextField,
        RichTextField,
    }
    for field in fields:
        form = type("Form", (forms.Form,), {"text": deepcopy(field)})({"text": HOSTILE})
        assert str(form["text"].data).strip() == "Åse", field
        for nothing in UNSEEN:
            form = type("Form", (forms.Form,), {"text": deepcopy(field)})({"text": nothing})
            assert str(form["text"].data).strip() == "", field


#: One line that nobody but whoever writes it reads: what is searched for, a code or a number. And what one calls a key
#: of one's own.
READ_BY_NOBODY_ELSE = {"q", "code", "username", "accent", "into"}
_KEYS = {"RenameKeyForm", "AddKeyForm"}


def _lines_of_text() -> Iterator[tuple[str, forms.Field]]:
    for form in _all_forms():
        if form.__module__.split(".")[0] not in ROOMS or form.__name__ in _KEYS:
            continue
        for name, field in getattr(form, "base_fields", {}).items():
            is_text = isinstance(field, forms.CharField) and not isinstance(field, forms.EmailField | forms.URLField)
            written = isinstance(field.widget, forms.TextInput) and not field.widget.is_hidden
            if is_text and written and name not in READ_BY_NOBODY_ELSE:
                yield f"{form.__module__}.{form.__qualname__}.{name}", field


def test_whatever_is_written_on_one_line_is_a_line() -> None:
    """A title is published as it stands: nothing in it can be kept from anybody, and what somebody meant to is refused.
    What is written on several lines is a `PlainTextField` or a `RichTextField`, which say the same or keep it."""
    found = list(_lines_of_text())
    assert len(found) > 80
    assert [name for name, field in found if not isinstance(field, LineField)] == []


@pytest.mark.parametrize(
    "title",
    [
        "Sak om [[Kari Nordmann]]", "Sak om [[Kari", "Sak om Kari]]", "[ [Kari] ]", "[\u200b[Kari]\u2060]",
        "\uff3b\uff3bKari\uff3d\uff3d", "[\uff3bKari\uff3d]", "[[[[Kari]]]]", "\u27e6Kari\u27e7", "\u301aKari\u301b",
        "&#91;&#91;Kari&#93;&#93;", "&#x5b;&lbrack;Kari]]", "&lobrk;Kari", "[\n[Kari]\n]", "[\u00a0[Kari]\u3164]",
    ],
)  # fmt: skip
def test_what_is_marked_as_exempt_in_a_line_is_refused_however_it_is_spelt(title: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        LineField().clean(title)
    assert refused.value.error_list[0].code == "brackets"
    one_pair = "Sak 4/26 [utsatt] i Nord & Sør, a[1] [b]"
    assert LineField().clean(one_pair) == one_pair
    assert LineField(required=False).clean("  Å\u200b\u202e \r\n\x00 b\u0301 ") == "Å b\u0301"


def test_what_a_page_takes_from_a_request_itself_is_no_text() -> None:
    wrong = []
    for name, program in programs():
        for node in ast.walk(program):
            key = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                if node.func.attr in ("get", "getlist") and _is_request(node.func.value):
                    key = node.args[0]
            elif isinstance(node, ast.Subscript) and _is_request(node.value):
                key = node.slice
            if key is None:
                continue
            said = ast.unparse(key).strip("f'\"")
            if isinstance(key, ast.Constant | ast.JoinedStr) and said not in NOT_WRITTEN:
                line = _statement(program, node)
                if "normal." not in line:
                    wrong.append(f"{name}:{node.lineno} {said}")
    assert not wrong, "text is read by a form, or by trepart.text.normal"


def test_every_reader_of_files_json_and_mail_brings_text_to_its_form() -> None:
    wrong = []
    for name, program in programs():
        reads = {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(program)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in _READERS
        } | {
            node.id for node in ast.walk(program) if isinstance(node, ast.Name) and node.id.startswith("message_from_")
        }
        brings = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "trepart.text"
            and "normal" in {n.name for n in node.names}
            for node in ast.walk(program)
        )
        brings = brings or "list_import.records" in ast.unparse(program)
        if reads and not brings and name not in KEEPS_NO_TEXT:
            wrong.append(f"{name}: {', '.join(sorted(reads))}")
    assert not wrong


def _is_request(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("POST", "GET") and "request" in ast.unparse(node.value)


def _statement(program: ast.Module, wanted: ast.AST) -> str:
    """Return the smallest statement that holds ``wanted``, as it is written."""
    found = ""
    for node in ast.walk(program):
        if isinstance(node, ast.stmt) and any(one is wanted for one in ast.walk(node)):
            found = ast.unparse(node)
    return found
