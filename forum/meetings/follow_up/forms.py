"""How a decision is carried out: the progress, and who sees to it."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.meetings.follow_up.models import FollowUp
from forum.organisation.responsibilities import belongs
from trepart.access.models import User
from trepart.alphabet import norwegian
from trepart.forms import DateInput, PlainTextField


class ProgressForm(forms.Form):
    """How it goes."""

    text = PlainTextField(label=_("How does it go?"), max_length=2000)
    done = forms.BooleanField(label=_("It is done"), required=False)


class AssignForm(forms.Form):
    """Who sees to it, and by when."""

    responsible = forms.ModelChoiceField(label=_("Responsible"), queryset=User.objects.none())
    due_on = forms.DateField(label=_("To be done by"), widget=DateInput())

    def __init__(self, data: Mapping[str, object] | None = None, *, follow_up: FollowUp) -> None:
        super().__init__(data, initial={"responsible": follow_up.responsible_id, "due_on": follow_up.due_on})
        # A ModelChoiceField.
        self.fields["responsible"].queryset = User.objects.filter(belongs("pk")).order_by(  # type: ignore[attr-defined]
            norwegian("name"), "pk"
        )
