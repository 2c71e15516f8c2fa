"""What a body is besides itself, and as what a case is treated."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.organisation.models import BodyFunction
from forum.organisation.services.body_functions import of_day
from trepart.forms import DateInput, LineField


class FunctionForm(forms.Form):
    """One more function of a body."""

    name = LineField(
        label=_("Function"), max_length=80, help_text=_("As it is said of a case: planning committee, steering group.")
    )
    basis = LineField(
        label=_("Rests on"),
        max_length=200,
        required=False,
        help_text=_("The decision, agreement or rule that gives it this function."),
    )
    valid_from = forms.DateField(label=_("From"), widget=DateInput())


class TreatedAsForm(forms.Form):
    """Under which of the body's functions an item is treated."""

    function = forms.ModelChoiceField(
        label=_("Treated as"), queryset=BodyFunction.objects.none(), required=False, empty_label=_("The body itself")
    )

    def __init__(self, *args: Any, item: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"function": item.function_id}} | kwargs)
        found = of_day(item.meeting.body, on)
        field: Any = self.fields["function"]
        field.queryset = BodyFunction.objects.filter(pk__in=[function.pk for function in found]).order_by("pk")
        #: Whether the body has any function that day: else nothing is asked.
        self.has_choice = bool(found)
