"""What is filled in on the agenda: a free-standing case, its words, its doors, why it is withdrawn."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.matters import Nature
from forum.meetings.agenda.nature import why_not
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import ItemKind
from trepart.forms import PlainTextField, RadioSelect, Textarea

#: A text that may be as long as it needs to be shows no counter.
QUIET = {"data-counter": False}

_WITH_PROVISION = [basis.text for basis in legal_bases.BASES if basis.with_act]

_capitalised = lazy(lambda label: capfirst(str(label)), str)


class ItemForm(forms.Form):
    """A case that does not come from the queue: for decision or for information."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(value, _capitalised(label)) for value, label in ItemKind.choices],
        initial=ItemKind.PS,
        widget=RadioSelect,
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    recommendation = PlainTextField(
        label=_("Recommendation"),
        required=False,
        max_length=20000,
        widget=Textarea(attrs=QUIET),
        help_text=_("What the body is asked to decide."),
    )
    nature = forms.ChoiceField(
        label=_("What kind of case is it?"),
        choices=[(value, _capitalised(label)) for value, label in Nature.choices],
        initial=Nature.ORDINARY,
        required=False,
        widget=RadioSelect,
        help_text=_("What is no ordinary case stands on no agenda here (Local Government Act § 13-1)."),
    )

    def clean_nature(self) -> Nature:
        """Refuse what no three-party body treats."""
        nature = Nature(self.cleaned_data["nature"] or Nature.ORDINARY)
        if (why := why_not(nature)) is not None:
            raise forms.ValidationError(str(why), code="not_for_the_body")
        return nature


class ItemWordsForm(forms.Form):
    """The words of an item that stands on the agenda, until the meeting opens."""

    title = forms.CharField(label=_("Title"), max_length=200)
    recommendation = PlainTextField(
        label=_("Recommendation"), required=False, max_length=20000, widget=Textarea(attrs=QUIET)
    )
    recommended_by = forms.CharField(label=_("Who recommends it"), max_length=120, required=False)

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem) -> None:
        super().__init__(
            data,
            initial={
                "title": item.title,
                "recommendation": item.recommendation,
                "recommended_by": item.recommended_by,
            },
        )


class DoorsForm(forms.Form):
    """Closing the doors for an item: on what ground, and what the public sees instead of the title."""

    conditional = {"basis": ("provision",)}

    basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=[(basis.text, basis.text) for basis in legal_bases.BASES],
        widget=RadioSelect(reveals=_WITH_PROVISION, descriptions={b.text: b.label for b in legal_bases.BASES}),
    )
    provision = forms.ChoiceField(
        label=_("Provision of the Freedom of Information Act"),
        required=False,
        choices=[("", ""), *((value, format_lazy("{}: {}", value, label)) for value, label in legal_bases.PROVISIONS)],
    )
    public_title = forms.CharField(
        label=_("Title that the public sees"),
        max_length=200,
        help_text=_("The case list is public. Say as much as can be said without giving away what is protected."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem) -> None:
        basis, comma, provision = item.closed_basis.partition(", offl")
        provision = f"offl{provision}" if comma else ""
        super().__init__(
            data, initial={"basis": basis, "provision": provision, "public_title": item.public_title}, prefix="doors"
        )

    def clean(self) -> dict[str, object]:
        """Ask for the provision where the basis needs one, and put the two together."""
        super().clean()
        cleaned = self.cleaned_data
        basis = cleaned.get("basis", "")
        if basis in _WITH_PROVISION:
            if not cleaned.get("provision"):
                self.add_error("provision", _("Say which provision the information could be exempted under."))
            basis = f"{basis}, {cleaned.get('provision', '')}"
        cleaned["full_basis"] = basis
        return cleaned


class WithdrawForm(forms.Form):
    """Why an item is withdrawn after the notice."""

    reason = PlainTextField(label=_("Why is the case withdrawn?"), max_length=1000)

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, prefix="withdraw")
