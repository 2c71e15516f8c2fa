"""What a guest says, and the sheet of one who cannot sign in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.cases.models import CaseGuest
from proposals.forms.fields import ANSWER_LENGTH
from trepart.forms import FileInput, PlainTextField, Textarea
from trepart.uploads.door import ENDINGS, taken_in


class SayForm(forms.Form):
    """What one thinks of the case, in one's own words."""

    view = PlainTextField(
        label=_("What do you think?"),
        help_text=_("The group reads it, word for word. You may change it until the group is done with the case."),
        max_length=ANSWER_LENGTH,
        widget=Textarea(rows=5),
        error_messages={"required": _("Write what you think.")},
    )


class GuestField(forms.ModelChoiceField):
    """One of the cases a guest takes part in."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.referral.case.reference} {obj.referral.case.title}"


class SheetForm(forms.Form):
    """The sheet that came, as it is."""

    guest = GuestField(queryset=CaseGuest.objects.none(), label=_("Which case is it about?"), empty_label=_("Choose"))
    sheet = forms.FileField(
        label=_("The scanned sheet"),
        help_text=_("PDF or picture. It goes into the case as it is, and is kept from others than those who treat it."),
        widget=FileInput(ENDINGS),
    )

    def __init__(self, data: Any = None, files: Any = None, *, guests: Any) -> None:
        super().__init__(data, files)
        field: Any = self.fields["guest"]
        field.queryset = guests

    def clean_sheet(self) -> Any:
        """Look inside the file, whatever it calls itself, and clean it of what it tells of people."""
        return taken_in(self.cleaned_data["sheet"])
