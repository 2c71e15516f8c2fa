"""A request for review of a decision's legality."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trepart.forms import DateInput, PlainTextField


class LegalityForm(forms.Form):
    """The day it came, who asks, and on what grounds."""

    asked_on = forms.DateField(label=_("The day it came"), widget=DateInput())
    asked_by = PlainTextField(
        label=_("Who asks"), max_length=2000, help_text=_("Names of members of the municipal council, one a line.")
    )
    grounds = PlainTextField(label=_("On what grounds"), max_length=5000)
