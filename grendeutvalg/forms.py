"""What a council writes about itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grendeutvalg.models import Profile
from grendeutvalg.services import FIELDS
from trepart.forms import LineField, PlainTextField, Textarea
from trepart.outdated_pages import ComparingForm


class ProfileForm(ComparingForm):
    """The council's own words. All of it is public."""

    area = LineField(
        label=_("Area"), help_text=_("The villages and roads it speaks for."), max_length=300, required=False
    )
    about = PlainTextField(
        label=_("About the council"),
        help_text=_("What you do, and how one joins in."),
        max_length=5000,
        required=False,
        widget=Textarea(rows=6),
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = LineField(label=_("Telephone"), max_length=30, required=False)
    meeting_place = LineField(label=_("Where it meets"), max_length=120, required=False)

    def __init__(self, data: Any = None, *, profile: Profile) -> None:
        super().__init__(data, initial={name: getattr(profile, name) for name in FIELDS})
