"""What the administrator fills in to enter and invite many."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forum.organisation.people_import import entering, files
from trepart.forms import FileInput, PlainTextField, Textarea
from trepart.uploads import door


class PeopleFileForm(forms.Form):
    """A file, or the lines themselves."""

    mark_optional = False
    file = forms.FileField(
        label=_("File (Excel or CSV)"),
        required=False,
        widget=FileInput((".xlsx", ".csv", ".txt")),
        help_text=_("The first sheet of a workbook is read. Names may stand in one column or in two."),
    )
    rows = PlainTextField(
        label=_("Or paste the lines here"),
        required=False,
        widget=Textarea(rows=6),
        help_text=_("One person on each line: name; e-mail address; workplace; title. The last two may be left out."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the rows, and give them back in ``found``; their text in ``text``."""
        data = super().clean() or {}
        uploaded = data.get("file")
        if not uploaded and not data.get("rows"):
            raise ValidationError(_("Choose a file, or paste the lines."))
        try:
            # Not a byte more than is needed to see that it is too much.
            most = files.MOST_BYTES
            text = files.decode(door.looked_at(uploaded, most)) if uploaded else data["rows"]
            data["text"], data["found"] = text, entering.read(text)
        except ValidationError as error:
            self.add_error("file" if uploaded else "rows", error)
        return data


class EnterPeopleForm(forms.Form):
    """The rows that were shown, and whether those in them are to be invited."""

    rows = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=files.MOST_BYTES)
    invite = forms.BooleanField(
        label=_("Send everybody who cannot sign in yet an invitation"), required=False, initial=True
    )


class InviteForm(forms.Form):
    """Who is to be invited (again)."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=int,
        error_messages={"required": _("Choose somebody first."), "invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, *args: Any, allowed: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It is a choice field.
        self.fields["people"].choices = [(pk, pk) for pk in allowed]  # type: ignore[attr-defined]
