"""What the form parts need to know about a form: the one layout, worked out once for the tags and for the renderer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect
from django.forms.boundfield import BoundWidget
from django.template.defaultfilters import capfirst


def is_unjudged(form: BaseForm) -> bool:
    """Say whether what stands in the form came along from the same page in another language, half written: nothing is
    said about what is missing yet."""
    return bool(getattr(form.data, "unjudged", False))


def field_context(
    bound: BoundField,
    *,
    label: object = None,
    help: object = None,  # noqa: A002 - the word template authors write
    optional: bool = True,
) -> dict[str, object]:
    """What parts/forms/field.html needs to know about a bound field."""
    widget = bound.field.widget
    single_checkbox = isinstance(widget, CheckboxInput)
    limit = widget.attrs.get("maxlength")
    mark_optional = (
        optional
        and getattr(bound.form, "mark_optional", True)
        # Of a field that may be left open only where another is filled in.
        and getattr(bound.field, "mark_optional", True)
        and not bound.field.required
        and not single_checkbox
        and not bound.field.disabled
        and not _answered(bound)
    )
    help_text = bound.help_text if help is None else help
    described = _describedby(bound, bool(help_text))
    shared: dict[str, Any] = {"class": _classes(widget.attrs.get("class")), "aria-describedby": described or None}
    shared = {key: value for key, value in shared.items() if value}
    # A placeholder is gone the moment one begins to write: what it says belongs in the help text.
    shared["placeholder"] = False
    choices = list(_choices(bound)) if bound.use_fieldset else []
    return {
        "field": bound,
        "id": bound.auto_id,
        "label": capfirst(str(bound.label)) if label is None else label,
        "help": help_text,
        "help_id": f"{bound.auto_id}_helptext",
        "error_id": f"{bound.auto_id}_error",
        "described": described,
        "errors": bound.errors,
        "optional": mark_optional,
        "single_checkbox": single_checkbox,
        "choices": choices,
        "grouped": bound.use_fieldset and not choices,
        "counter": limit if widget.attrs.get("data-counter") else None,
        "input": "" if choices else bound.as_widget(attrs=shared),
        "hidden": bound.is_hidden,
        "file": isinstance(widget, FileInput),
        "chosen": _chosen(bound) if isinstance(widget, FileInput) else "",
    }


def _chosen(bound: BoundField) -> str:
    """Return the names of the files that came with a form that is shown again: the browser has forgotten them. None
    where the form keeps them itself (``keeps_files``)."""
    files = bound.form.files
    if not bound.form.is_bound or not hasattr(files, "getlist") or getattr(bound.form, "keeps_files", False):
        return ""
    return ", ".join(str(file.name) for file in files.getlist(bound.html_name))


def _answered(bound: BoundField) -> bool:
    """Say whether it is a choice with an answer from the beginning, and none that leaves it open: there is nothing to
    leave out."""
    if not isinstance(bound.field.widget, RadioSelect):
        return False
    return bound.initial not in (None, "") and all(str(value) for value, _label in bound.field.widget.choices)


def _describedby(bound: BoundField, has_help: bool) -> str:
    """The ids Django itself would use, kept in step with what parts/forms/field.html writes."""
    ids = []
    if bound.auto_id and not bound.is_hidden:
        if has_help:
            ids.append(f"{bound.auto_id}_helptext")
        if bound.errors:
            ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


def _classes(own: object) -> str:
    names = str(own or "").split()
    return " ".join(["ds-input", *[name for name in names if name != "ds-input"]])


def _choices(bound: BoundField) -> Iterator[dict[str, object]]:
    """Radio buttons and check boxes of a group, each with its own label; nothing for other compound widgets."""
    if not hasattr(bound.field.widget, "optgroups") or getattr(bound.field.widget, "input_type", "") not in (
        "radio",
        "checkbox",
    ):
        return
    reveals: Iterable[str] = getattr(bound.field.widget, "reveals", ())
    descriptions: Mapping[str, object] = getattr(bound.field.widget, "descriptions", {})
    for position, option in enumerate(cast("Iterable[BoundWidget]", bound.subwidgets)):
        attrs = option.data["attrs"]
        attrs["class"] = _classes(attrs.get("class"))
        attrs.pop("aria-describedby", None)
        value = str(option.data["value"])
        if value in reveals:
            attrs["data-reveals"] = True
        description = descriptions.get(value)
        if description:
            attrs["aria-describedby"] = f"{option.id_for_label}_description"
        yield {
            "tag": option.tag(),
            "id": option.id_for_label,
            "label": option.choice_label,
            "position": position,
            "description": description,
        }


def form_fields_context(form: BaseForm, names: Sequence[str] = ()) -> dict[str, object]:
    """The rows of parts/forms/form_fields.html: each a field, and the fields that its answer opens."""
    conditional: Mapping[str, Sequence[str]] = getattr(form, "conditional", {})
    wanted = list(names) or [bound.name for bound in form.visible_fields()]
    dependent = {name for opener, fields in conditional.items() if opener in wanted for name in fields}
    rows = [
        {"field": form[name], "reveals": [form[inner] for inner in conditional.get(name, ()) if inner in form.fields]}
        for name in wanted
        if name not in dependent
    ]
    return {"rows": rows, "hidden": [] if names else form.hidden_fields(), "form": form}


def _lead_in(label: str) -> str:
    """A label as the beginning of a line: a colon, unless it already ends in a sign of its own."""
    return label if label.endswith(("?", ":", ".", "!")) else f"{label}:"


def problems(form: BaseForm) -> Iterator[dict[str, object]]:
    """What is wrong with a form that was sent: message, label to begin the line with, and the id to go to."""
    if not form.is_bound or is_unjudged(form) or not form.errors:
        return
    for message in form.non_field_errors():
        yield {"message": message, "label": "", "target": ""}
    for bound in form:
        for message in bound.errors:
            target = bound.auto_id
            if bound.use_fieldset and target and list(_choices(bound)):
                target = f"{target}_0"
            hidden = bound.is_hidden
            yield {
                "message": message,
                "label": "" if hidden else _lead_in(capfirst(str(bound.label))),
                "target": "" if hidden else target,
            }
