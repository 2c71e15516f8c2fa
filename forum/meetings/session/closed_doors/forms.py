"""The form for closing the doors in a meeting (koml § 11-5, R8)."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases import legal_bases
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Settled
from forum.meetings.session.votes.procedural_form import Voted
from trepart.forms import LineField, RadioSelect


class CloseDoorsForm(Voted):
    """Closing the doors in the meeting: the provision from the list, the title the public sees,
    how it was decided (R8)."""

    conditional = {"settled": ("against",), "basis": ("provision",)}
    offered = (Settled.AGREED, Settled.VOTE, Settled.LAW)

    basis = forms.ChoiceField(label=gettext_lazy("Legal basis"))
    provision = forms.ChoiceField(
        label=gettext_lazy("Provision of the Freedom of Information Act"), required=False, choices=[]
    )
    public_title = LineField(
        label=gettext_lazy("Title that the public sees"),
        max_length=200,
        help_text=gettext_lazy(
            "The case list is public. Say as much as can be said without giving away what is protected."
        ),
    )
    debate_closed = forms.BooleanField(
        label=gettext_lazy(
            "The debate on closing was itself behind closed doors (the decision is always made in the open)"
        ),
        required=False,
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem, voters: Sequence[Voter]) -> None:
        basis, _comma, provision = item.closed_basis.partition(", offl")
        initial = {"basis": basis, "provision": f"offl{provision}", "public_title": item.public_title}
        super().__init__(data, prefix="close", initial=initial)
        with_act = [basis.text for basis in legal_bases.BASES if basis.with_act]
        self.fields["basis"] = forms.ChoiceField(
            label=_("Legal basis"),
            choices=legal_bases.offered,
            widget=RadioSelect(reveals=with_act, descriptions={b.text: b.label for b in legal_bases.BASES}),
        )
        # A ChoiceField.
        self.fields["provision"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((v, f"{v}: {label}") for v, label in legal_bases.PROVISIONS),
        ]
        self.add_vote(voters)

    def clean(self) -> dict[str, object]:
        """Ask for the provision where the basis needs one, and put the two together."""
        super().clean()
        cleaned = self.cleaned_data
        basis = legal_bases.find(cleaned.get("basis", ""))
        full = cleaned.get("basis", "")
        if basis is not None and basis.with_act:
            if not cleaned.get("provision"):
                self.add_error("provision", _("Say which provision the information could be exempted under."))
            full = f"{full}, {cleaned.get('provision', '')}"
        if basis is not None and not basis.mandatory and cleaned.get("settled") == Settled.LAW:
            self.add_error("settled", _("Here the body chooses: say how it decided."))
        cleaned["full_basis"] = full
        return cleaned
