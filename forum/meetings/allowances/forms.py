"""Which days the attendance list is for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trepart.forms import DateInput


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    mark_optional = False

    fra = forms.DateField(label=_("From"), widget=DateInput())
    til = forms.DateField(label=_("To and including"), widget=DateInput())

    def clean(self) -> dict[str, object]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or {}
        if data.get("fra") and data.get("til") and data["til"] < data["fra"]:
            self.add_error("til", _("It cannot end before it begins."))
        return data
