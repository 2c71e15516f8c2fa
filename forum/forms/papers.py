"""A private note, with the place it marks where it marks one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.services.notes import QUOTE, TEXT
from trepart.forms import PlainTextField, Textarea


class NoteForm(forms.Form):
    """A note. The hidden fields are filled in where words are highlighted."""

    text = PlainTextField(label=_("Your note"), max_length=TEXT, required=False, widget=Textarea(rows=3))
    quote = PlainTextField(max_length=QUOTE, required=False, widget=forms.HiddenInput)
    block = forms.SlugField(max_length=40, required=False, widget=forms.HiddenInput)
    start = forms.IntegerField(min_value=0, max_value=10_000_000, required=False, widget=forms.HiddenInput)

    def clean_start(self) -> int:
        """Count from the beginning where nothing is said."""
        start: Any = self.cleaned_data["start"]
        return start or 0
