"""How a decision is carried out: the progress, and who sees to it."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.delegations.enums import AuthorityAnswer
from forum.meetings.follow_up.models import FollowUp
from forum.organisation.responsibilities import belongs
from trepart import clock
from trepart.access.models import User
from trepart.alphabet import norwegian
from trepart.forms import DateInput, PlainTextField, RadioSelect
from trepart.outdated_pages import ComparingForm

_capitalised = lazy(lambda label: capfirst(str(label)), str)


class ProgressForm(forms.Form):
    """How it goes."""

    text = PlainTextField(label=_("How does it go?"), max_length=2000)
    done = forms.BooleanField(label=_("It is done"), required=False)


class AnswerForm(forms.Form):
    """What was answered to a recommendation by whoever has the authority."""

    answered_on = forms.DateField(label=_("When was it decided?"), widget=DateInput())
    answered = forms.ChoiceField(
        label=_("How was it decided?"),
        choices=[(value, _capitalised(label)) for value, label in AuthorityAnswer.choices],
        widget=RadioSelect(),
    )
    text = PlainTextField(
        label=_("What was decided?"),
        max_length=5000,
        help_text=_("Word for word, as in the minutes or the letter."),
    )

    def clean_answered_on(self) -> date:
        """Keep a day that has been."""
        day: date = self.cleaned_data["answered_on"]
        if day > clock.today():
            raise forms.ValidationError(_("It cannot be later than today."), code="future")
        return day


class AssignForm(ComparingForm):
    """Who sees to it, and by when."""

    responsible = forms.ModelChoiceField(label=_("Responsible"), queryset=User.objects.none())
    due_on = forms.DateField(label=_("To be done by"), widget=DateInput())

    def __init__(self, data: Mapping[str, object] | None = None, *, follow_up: FollowUp) -> None:
        super().__init__(data, initial={"responsible": follow_up.responsible_id, "due_on": follow_up.due_on})
        # A ModelChoiceField.
        self.fields["responsible"].queryset = User.objects.filter(belongs("pk")).order_by(  # type: ignore[attr-defined]
            norwegian("name"), "pk"
        )
