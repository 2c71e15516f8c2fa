"""A request for review of legality."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.meetings.enums import Reviewed
from trepart.forms import DateInput, PlainTextField, RadioSelect
from trepart.text.administration_act import Matter, cite


class LegalityForm(forms.Form):
    """What is to be reviewed, the day it was asked, who asks, and on what grounds."""

    about = forms.ChoiceField(label=_("What is to be reviewed?"), widget=RadioSelect)
    asked_on = forms.DateField(
        label=_("The day it was handed in or posted"),
        widget=DateInput(),
    )
    asked_by = PlainTextField(
        label=_("Who asks"), max_length=2000, help_text=_("Names of members of the municipal council, one a line.")
    )
    grounds = PlainTextField(label=_("On what grounds"), max_length=5000)

    def __init__(self, data: Mapping[str, object] | None = None, *, offered: Sequence[Reviewed]) -> None:
        super().__init__(data, initial={"about": offered[0]})
        self.fields["asked_on"].help_text = gettext("What was posted in time is in time (%(act)s).") % {
            "act": cite(Matter.POSTED)
        }
        self.fields["about"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (one.value, capfirst(one.label)) for one in offered
        ]

    def clean_about(self) -> Reviewed:
        """Return what is to be reviewed."""
        return Reviewed(self.cleaned_data["about"])
