"""The administrator's form about a new person, and choices of people in which nobody is taken for another."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.organisation.forms.bodies import open_units
from forum.organisation.models import Employment, Unit
from forum.organisation.queries import told_apart
from trepart.access.models import User
from trepart.forms import DateInput, LineField


class ToldApart(forms.models.ModelChoiceIterator):
    """People, or their places, as choices: each fetched once, and those of the same name told apart."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        found = [(one, *self.choice(one)) for one in self.queryset]
        people = [(one if isinstance(one, User) else one.person, str(label)) for one, _value, label in found]
        for (_one, value, _label), label in zip(found, told_apart.labels(people), strict=True):
            yield value, label


class PersonForm(forms.Form):
    """A person, and where the person works. Somebody of the same name at the same place is asked about once: two may be
    called the same, and one may be entered twice."""

    name = LineField(label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=_("This is what the person signs in with."),
    )
    unit = forms.ModelChoiceField(
        label=_("Workplace"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Not employed by the municipality"),
    )
    title = LineField(label=_("Position"), max_length=120, required=False)
    leads = forms.BooleanField(
        label=_("Leads the workplace"),
        required=False,
        help_text=_("Receives what a workplace without an LMU is asked for."),
    )
    valid_from = forms.DateField(label=_("Employed from"), widget=DateInput(), required=False)
    invite = forms.BooleanField(
        label=_("Send an invitation"),
        required=False,
        help_text=_("The person gets a mail with a link for choosing a password."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = open_units()  # type: ignore[attr-defined]  # a ModelChoiceField

    def full_clean(self) -> None:
        """Ask about somebody of the same name at the same place, when all else has been looked at."""
        self.fields.pop("another", None)
        super().full_clean()
        if not self.is_bound or not (name := self.cleaned_data.get("name")):
            return
        unit = self.cleaned_data.get("unit")
        there = (
            Q(pk__in=Employment.objects.running().filter(unit=unit).values("person")) if unit else Q(employments=None)
        )
        same = User.objects.filter(there, name__iexact=name, is_active=True).order_by("pk").first()
        if same is None:
            return
        field = forms.BooleanField(label=gettext("It is another person of the same name"), required=False)
        self.fields["another"] = field
        said = bool(field.widget.value_from_datadict(self.data, self.files, self.add_prefix("another")))
        self.cleaned_data["another"] = said
        if not said:
            words = gettext("%(name)s (%(email)s) is entered already at the same place. Is it somebody else?")
            problem = words % {"name": same.name, "email": same.email}
            self.add_error("another", forms.ValidationError(problem, code="same"))
