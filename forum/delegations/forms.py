"""Entering and ending what a body may decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.delegations.enums import OF_EMPLOYER, Scope
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from trepart import clock
from trepart.forms import DateInput, FileInput, KronerField, LineField, RadioSelect
from trepart.uploads.door import ENDINGS, TakenIn, taken_in

_capitalised = lazy(lambda label: capfirst(str(label)), str)


class DelegationForm(forms.Form):
    """What kommunestyret has let the body decide."""

    scope = forms.ChoiceField(label=_("What does it cover?"), widget=RadioSelect())
    matter = LineField(
        label=_("In the words of the decision"), max_length=300, help_text=_("What the body may decide.")
    )
    limit = KronerField(
        label=_("Up to, in kroner in each case"),
        required=False,
        help_text=_("Leave the field empty where the body has no money to use."),
    )
    source = LineField(
        label=_("Where the money comes from"),
        max_length=150,
        required=False,
        help_text=_("The fund or the budget post, as the municipal council has named it."),
    )
    decided_on = forms.DateField(label=_("Decided by the municipal council"), widget=DateInput())
    reference = LineField(label=_("The decision's case number"), max_length=60, help_text=_("For example PS 88/25."))
    document = forms.FileField(
        label=_("The decision itself"),
        required=False,
        widget=FileInput(ENDINGS),
        help_text=_("Everybody can read it."),
    )
    valid_from = forms.DateField(label=_("In force from"), widget=DateInput())
    valid_to = forms.DateField(
        label=_("To and including"),
        required=False,
        widget=DateInput(),
        help_text=_("Leave the field empty where it runs until the council decides otherwise."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None, *, body: Body) -> None:
        super().__init__(data, files, initial={"valid_from": clock.today(), "scope": Scope.EMPLOYER})
        open_to = [s for s in Scope if body.legal_basis != LegalBasis.KOML_5_11 or s.value in OF_EMPLOYER]
        # A ChoiceField.
        self.fields["scope"].choices = [(s.value, _capitalised(s.label)) for s in open_to]  # type: ignore[attr-defined]

    def clean_document(self) -> TakenIn | None:
        """Return the file cleaned of what it tells of people, or say why it cannot be taken in."""
        upload = self.cleaned_data.get("document")
        return taken_in(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        """Ask for the source of money, the sum of grants, and a period in the right order."""
        cleaned = super().clean() or self.cleaned_data
        limit = cleaned.get("limit")
        if limit is not None and not cleaned.get("source"):
            self.add_error("source", _("Say where the money comes from."))
        if cleaned.get("scope") == Scope.EMPLOYEE_GRANTS and limit is None and "limit" not in self.errors:
            self.add_error("limit", _("Say how much the body may give in each case."))
        begins, ends, decided = (cleaned.get(name) for name in ("valid_from", "valid_to", "decided_on"))
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("It cannot end before it begins."))
        if decided and decided > clock.today():
            self.add_error("decided_on", _("It cannot be later than today."))
        elif begins and decided and begins < decided:
            self.add_error("valid_from", _("It cannot run from before the day it was decided."))
        return cleaned
