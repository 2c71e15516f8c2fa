"""What a service does not tell: what one is called, and where one is written to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trepart.forms import LineField


class NewForm(forms.Form):
    """The name and the address of somebody who signs in through a service for the first time."""

    name = LineField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As you want to be addressed in the answer."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link there, to make sure that it is yours."),
    )

    def clean_name(self) -> str:
        """Return the name with single spaces."""
        return " ".join(self.cleaned_data["name"].split())
