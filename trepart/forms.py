"""One form layout for the whole portal: the renderer that applies it, and the widgets and fields it adds to Django's.

Set as FORM_RENDERER, so `{{ form }}`, `{{ form.name.as_field_group }}` and allauth's forms all come out the same.
A form may say two things about its layout:

    mark_optional = False                           # do not mark optional fields (a search form, where all are)
    conditional = {"needs_grant": ("amount",)}      # these fields are shown only when that answer opens them

Conditional fields are shown and hidden by the style sheet (`:has(:checked)`), without JavaScript; the form itself must
ignore or require them in `clean`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trepart.look import field_guards
from trepart.look.form_layout import field_context, form_fields_context, is_unjudged
from trepart.text import exempt, normal
from trepart.text import plain as plain_text
from trepart.text.dates import date_text, time_text
from trepart.text.refusals import NotTaken

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from trepart.access.models import User

Given = TypeVar("Given", bound="DataclassInstance")

#: The attributes of a widget, as Django takes them.
Attrs = dict[str, Any]


class PortalBoundField(forms.BoundField):
    """A bound field whose group template gets everything the portal's layout needs, and whose text comes in the one
    form text has here (`trepart.text.normal`): every form of the portal, its libraries' as well, reads through it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field_guards.guard(field)

    @property
    def data(self) -> Any:
        """What was sent for it, in its normal form. A password is taken as it is, and so is what says ``raw``."""
        return field_guards.taken(super().data, self.field)

    def get_context(self) -> dict[str, object]:
        return dict(field_context(self))

    @property
    def errors(self) -> ErrorList:
        """What is wrong with it; nothing while it is still being written (`trepart.access.interrupted_forms.Kept`)."""
        return self.form.error_class() if is_unjudged(self.form) else super().errors


class PortalFormRenderer(TemplatesSetting):
    """Renders every form in the portal's one layout (templates/parts/forms/form_fields.html and field.html)."""

    form_template_name = "parts/forms/form.html"
    field_template_name = "parts/forms/field.html"
    bound_field_class = PortalBoundField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Add the layout's rows when a whole form is rendered; everything else as Django does it."""
        if template_name == self.form_template_name:
            context = context | form_fields_context(context["form"])
        return super().render(template_name, context, request)


class DateInput(forms.DateInput):
    """The browser's own date picker; sends and receives ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__(attrs={"size": "14"} | (attrs or {}), format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker for a day and a time, in the municipality's time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__(attrs={"size": "20"} | (attrs or {}), format="%Y-%m-%dT%H:%M")


class DateTimeField(forms.DateTimeField):
    """A day and a time in the municipality's time zone. An hour that summer time leaps over, or that comes twice, is
    refused in our own words."""

    widget = DateTimeInput
    default_error_messages = {
        "no_such_time": _("There is no %(time)s on %(date)s: summer time begins that night. Choose another time."),
        "time_twice": _("%(time)s comes twice on %(date)s: summer time ends that night. Choose another time."),
    }

    def to_python(self, value: str | date | None) -> datetime | None:
        """Return the moment. Raises ``ValidationError``."""
        try:
            moment: datetime | None = super().to_python(value)
        except forms.ValidationError as error:
            if getattr(error, "code", "") != "ambiguous_timezone" or error.params is None:
                raise
            asked: datetime = error.params["datetime"]
            code = "no_such_time" if _is_leapt_over(asked) else "time_twice"
            said = {"date": date_text(asked, year=True), "time": time_text(asked)}
            raise forms.ValidationError(self.error_messages[code], code=code, params=said) from None
        return moment


def _is_leapt_over(naive: datetime) -> bool:
    zone = timezone.get_current_timezone()
    there_and_back = naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) != naive


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__(attrs={"size": "8"} | (attrs or {}), format="%H:%M")


class Textarea(forms.Textarea):
    """A text area that grows with the text and, where the field has a limit, counts what is left.

    Args:
        rows: lines shown when empty.
        attrs: further attributes of the element.
    """

    def __init__(self, rows: int = 4, attrs: Attrs | None = None) -> None:
        super().__init__(
            attrs={"rows": str(rows), "cols": False, "data-grow": True, "data-counter": True} | (attrs or {})
        )


class RadioSelect(forms.RadioSelect):
    """Radio buttons with an optional description under each and answers that open further fields.

    Args:
        reveals: values that open the fields named in the form's `conditional`.
        descriptions: value -> a line under the choice.
    """

    def __init__(
        self,
        attrs: Attrs | None = None,
        choices: Iterable[tuple[object, object]] = (),
        *,
        reveals: Collection[str] = (),
        descriptions: Mapping[str, str | Promise] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.reveals = tuple(str(value) for value in reveals)
        self.descriptions = dict(descriptions or {})


class RevealingCheckbox(forms.CheckboxInput):
    """A check box that opens the fields named in the form's `conditional` while it is ticked."""

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__(attrs={"data-reveals": True} | (attrs or {}))


class _Unmarked(forms.CharField):
    """Plain text in its normal form. What is written as exempt, in double brackets however they are spelt, is refused:
    nothing is exempt within it, and it would be read by everybody."""

    read = staticmethod(normal.lines)
    default_error_messages = {
        "brackets": _(
            "Nothing within this text can be marked as exempt: what stands between [[ and ]] would be read by all who "
            "read the rest. Take it out, or take the brackets away."
        )
    }

    def to_python(self, value: object) -> str:
        """Return the text as it is stored; length is counted after this. Raises ``ValidationError`` for brackets."""
        text = self.read(str(super().to_python(value) or ""))
        if exempt.holds_brackets(unescape(text)):
            raise forms.ValidationError(self.error_messages["brackets"], code="brackets")
        return text


class LineField(_Unmarked):
    """What stands on one line: a title, a name, a place. Lists, notices and agendas show it as it stands."""

    read = staticmethod(normal.line)


class PlainTextField(_Unmarked):
    """What a person writes in several lines; a growing text area, with a counter when `max_length` is set."""

    widget = Textarea


class RichTextarea(Textarea):
    """A text area for text with headings, lists and tables. static/js/rich.js lays a surface over it that shows them;
    without it, it is a text area (`trepart.text.plain`)."""

    def get_context(self, name: str, value: object, attrs: Attrs | None) -> Attrs:
        """Add what the surface begins with."""
        context: Attrs = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-rich"] = _cleaned(str(value or ""))
        return context


def _cleaned(text: str) -> str:
    """Return what is shown of ``text`` on the surface; what was not taken in stands there as it was written."""
    for read in (plain_text.from_written, partial(plain_text.from_written, mark=False), plain_text.from_text):
        with suppress(NotTaken):
            return read(text)
    return ""


class RichTextField(forms.CharField):
    """What a person writes or pastes with headings, lists and tables; the clean value is HTML as
    `trepart.text.rich` keeps it."""

    widget = RichTextarea

    def to_python(self, value: object) -> str:
        """Return the text clean. Raises ``ValidationError`` where there is too much of it, or half a mark."""
        try:
            return plain_text.from_written(str(value or ""))
        except NotTaken as refused:
            raise forms.ValidationError(str(refused.words), code=str(refused).replace(" ", "_")) from None

    def prepare_value(self, value: object) -> object:
        """Show kept text, and what was sent, as it is written in a text area."""
        try:
            return plain_text.to_written(plain_text.from_written(str(value or "")))
        except NotTaken:
            return value


class YesNoField(forms.TypedChoiceField):
    """A question answered with yes or no, never by silence: two radio buttons and, when required, an answer.

    Args:
        reveals: True if "yes" opens the fields named in the form's `conditional`, False if "no" does.
        Everything else as for a choice field. The clean value is a bool, or None where it is optional and left open.
    """

    def __init__(
        self, *, reveals: bool | None = None, descriptions: Mapping[str, str | Promise] | None = None, **options: Any
    ) -> None:
        opening = () if reveals is None else ("yes" if reveals else "no",)
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=RadioSelect(reveals=opening, descriptions=descriptions),
            **options,
        )

    def to_python(self, value: object) -> str:
        """Take a bool, as from code, for the answer it stands for."""
        return super().to_python(self.prepare_value(value))

    def prepare_value(self, value: object) -> object:
        """Show a stored bool as the answer it stands for."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class KronerField(forms.IntegerField):
    """A sum in whole kroner, written as people write it: 50000, 50 000, 50.000, kr 50 000, 50 000 kr or 50 000,-."""

    default_error_messages = {"invalid": _("Write the sum in whole kroner, for example 50 000.")}
    widget = forms.TextInput

    def __init__(self, *, max_value: int = 10_000_000_000, min_value: int = 0, **options: Any) -> None:
        super().__init__(max_value=max_value, min_value=min_value, **options)
        self.widget.attrs.update({"inputmode": "numeric", "size": "16", "autocomplete": "off"})

    def to_python(self, value: object) -> int | None:
        """Return whole kroner.

        Raises:
            ValidationError: anything else than one whole, ungrouped or correctly grouped number.
        """
        if isinstance(value, str):
            text = re.sub(r"(?i)^kr\.?\s*|\s*kr\.?$|,\s*[-–]$|,00?$", "", value.strip()).strip()
            if re.fullmatch(r"-?[0-9]{1,3}([\s.][0-9]{3})+", text):
                text = re.sub(r"[\s.]", "", text)
            elif text and not re.fullmatch(r"-?[0-9]+", text):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = text
        return super().to_python(value)


class FileInput(forms.FileInput):
    """One file, or ``several`` (for a `FilesField`). ``accept`` lists the endings the browser offers (".pdf"); what
    is really in it is the form's business."""

    def __init__(self, accept: Collection[str] = (), *, several: bool = False, attrs: Attrs | None = None) -> None:
        self.allow_multiple_selected = several
        own: Attrs = {"accept": ",".join(accept)} if accept else {}
        if several:
            own["multiple"] = True
        super().__init__(attrs=own | (attrs or {}))


class FilesField(forms.FileField):
    """Several files at once; the clean value is a list, empty when none were chosen. Limits and validators apply to
    each; ``accept`` as for `FileInput`."""

    def __init__(self, *, accept: Collection[str] = (), **options: Any) -> None:
        options.setdefault("widget", FileInput(accept, several=True))
        super().__init__(**options)

    def clean(self, data: Any, initial: object = None) -> object:
        """Clean each file; an empty choice counts as no file.

        Raises:
            ValidationError: of each file that does not pass, by its name.
        """
        files: list[UploadedFile] = (
            [item for item in data if item] if isinstance(data, list | tuple) else [data] if data else []
        )
        if not files:
            super().clean(None, initial)
            return []
        clean, problems = [], []
        for item in files:
            try:
                clean.append(super().clean(item, initial))
            except forms.ValidationError as wrong:
                problems += [f"{item.name}: {said}" for said in wrong.messages]
        if problems:
            raise forms.ValidationError(problems)
        return clean


def read_as(kind: type[Given], form: forms.BaseForm, **beside: object) -> Given:
    """Return what a valid ``form`` says as a ``kind``: the clean values it has fields for, and
    what is given ``beside``.

    A field of ``kind`` that the form did not ask about keeps its default. Raises ``TypeError`` where it has none.
    """
    clean = {field.name: form.cleaned_data[field.name] for field in fields(kind) if field.name in form.cleaned_data}
    return kind(**(clean | beside))


class OneStepForm(forms.Form):
    """A form of one step on something, built ``Form(data, files, subject=…, actor=…)``: what ``perform``
    and the step pages build.

    ``data`` and ``files`` are raw, as they came; ``subject`` is what the step is about and ``actor`` who
    takes it. A form never saves.
    """

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: Mapping[str, object] | None = None,
        *,
        subject: Any,
        actor: User,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))  # type: ignore[arg-type]  # a plain mapping does
        self.subject = subject
        self.actor = actor
        self.build()

    def build(self) -> None:
        """Set what depends on the subject and the person: choices, initial values."""
