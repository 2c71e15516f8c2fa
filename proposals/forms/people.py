"""One person chosen out of many: found by typing a bit of the name."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from forum.organisation.forms.people import ToldApart

#: A list one can look through; what is longer is searched in by typing.
_SHORT = 20


class TypedChoice(forms.Select):
    """A select where there are few; otherwise a field to type in, which suggests those whose name fits. What is typed
    is sent as the one it names."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the number of whoever is named, where that is one; what names nobody as it was typed."""
        raw = super().value_from_datadict(data, files, name)
        typed = " ".join(str(raw or "").split()).casefold()
        if not typed or typed.isdigit():
            return raw
        fits = [str(key) for key, label in self.choices if str(key) and str(label).casefold() == typed]
        return fits[0] if len(fits) == 1 else raw

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the select, or the field with its suggestions."""
        people = [(str(key), str(label)) for key, label in self.choices if str(key)]
        if len(people) <= _SHORT:
            return super().render(name, value, attrs, renderer)
        shown = dict(people).get(str(value), "" if value is None else str(value))
        given = self.build_attrs(self.attrs, attrs)
        given.pop("placeholder", None)
        listed = f"{given.get('id', name)}_people"
        rest = format_html_join("", ' {}="{}"', ((key, text) for key, text in given.items() if text is not False))
        options = format_html_join("", '<option value="{}"></option>', ((label,) for _key, label in people))
        return format_html(
            '<input type="text" name="{}" value="{}" list="{}" autocomplete="off"{}><datalist id="{}">{}</datalist>',
            name, shown, listed, rest, listed, options,
        )  # fmt: skip


class PersonField(forms.ModelChoiceField):
    """One person, shown with the workplace: two people may have the same name, and work at the same place."""

    iterator = ToldApart
    widget = TypedChoice
    default_error_messages = {
        "invalid_choice": _("Write a bit of the name, and choose somebody who is suggested."),
    }

    def label_from_instance(self, obj: Any) -> str:
        places = [employment.unit.name for employment in getattr(obj, "workplaces", [])]
        return f"{obj.name}, {places[0]}" if places else str(obj.name)
