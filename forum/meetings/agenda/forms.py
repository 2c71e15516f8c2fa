"""What is filled in on the agenda: a free-standing case, its words, who may read it, why it is withdrawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.forms.hidden_names import AsksOfCase
from forum.cases.matters import Nature
from forum.meetings.agenda.nature import why_not
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import ItemKind
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea
from trepart.outdated_pages import ComparingForm

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: A text that may be as long as it needs to be shows no counter.
QUIET = {"data-counter": False}

_WITH_PROVISION = [basis.text for basis in legal_bases.BASES if basis.with_act]

_capitalised = lazy(lambda label: capfirst(str(label)), str)


OPEN, CLOSED = "open", "closed"
_PROVISION_CHOICES = [
    ("", ""),
    *((value, format_lazy("{}: {}", value, label)) for value, label in legal_bases.PROVISIONS),
]
_TITLE_HELP = _("The case list is public. Say as much as can be said without giving away what is protected.")


def whole_basis(form: forms.Form) -> str:
    """Return the provision that was chosen in ``form``, with that of the Freedom of Information Act where it takes one;
    asks for that one where it is missing."""
    basis = str(form.cleaned_data.get("basis", ""))
    if basis not in _WITH_PROVISION:
        return basis
    provision = form.cleaned_data.get("provision")
    if not provision:
        form.add_error("provision", _("Say which provision the information could be exempted under."))
    return f"{basis}, {provision or ''}"


def doors_as_stored(closed_basis: str, public_title: str) -> dict[str, str]:
    """Return what a form about the doors begins with."""
    basis, comma, provision = closed_basis.partition(", offl")
    return {"basis": basis, "provision": f"offl{provision}" if comma else "", "public_title": public_title}


class ReadersForm(forms.Form):
    """Who may read a case that is put on an agenda, and what others see: asked before the case exists (R8)."""

    conditional = {"readers": ("basis", "provision", "public_title")}

    readers = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            (OPEN, _("Everybody who may see the meeting")),
            (CLOSED, _("Only those who take part: closed doors are proposed")),
        ],
        widget=RadioSelect(
            reveals=[CLOSED],
            descriptions={
                OPEN: _("Title, recommendation and what is not exempt of the papers can be read when the agenda can."),
                CLOSED: _("Others see the number, the legal basis and the title you write for them."),
            },
        ),
    )
    basis = forms.ChoiceField(
        label=_("Legal basis"),
        required=False,
        choices=legal_bases.offered,
        widget=RadioSelect(descriptions={b.text: b.label for b in legal_bases.BASES}),
    )
    provision = forms.ChoiceField(
        label=_("Provision of the Freedom of Information Act (third paragraph, letter b)"),
        required=False,
        choices=_PROVISION_CHOICES,
    )
    public_title = LineField(
        label=_("Title that the public sees"), max_length=200, required=False, help_text=_TITLE_HELP
    )

    def clean(self) -> dict[str, object]:
        """Ask for the basis and the title where closed doors are proposed."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("readers") == CLOSED:
            if not cleaned.get("basis"):
                self.add_error("basis", _("Choose the provision that the case is proposed closed under."))
            if not cleaned.get("public_title", "").strip():
                self.add_error("public_title", _("Write the title that the public sees."))
            cleaned["full_basis"] = whole_basis(self)
        return cleaned

    def closing(self) -> "Closing":
        """Return what is proposed of the doors, as `add_item` takes it."""
        if self.cleaned_data.get("readers") != CLOSED:
            return {"closed_basis": "", "public_title": ""}
        return {"closed_basis": self.cleaned_data["full_basis"], "public_title": self.cleaned_data["public_title"]}


class Closing(TypedDict):
    """Closed doors that are proposed; empty where they are not."""

    closed_basis: str
    public_title: str


class ItemForm(ReadersForm):
    """A case that does not come from the queue: for decision or for information."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(value, _capitalised(label)) for value, label in ItemKind.choices],
        initial=ItemKind.PS,
        widget=RadioSelect,
    )
    title = LineField(label=_("Title"), max_length=200)
    recommendation = PlainTextField(
        label=_("Recommendation"),
        required=False,
        max_length=20000,
        widget=Textarea(attrs=QUIET),
        help_text=_("What the body is asked to decide."),
    )
    nature = forms.ChoiceField(
        label=_("Is it about one employee, or a negotiation?"),
        choices=[(value, _capitalised(label)) for value, label in Nature.choices],
        initial=Nature.ORDINARY,
        required=False,
        widget=RadioSelect,
        help_text=_("What is no ordinary case stands on no agenda here (Local Government Act § 13-1)."),
    )
    field_order: tuple[str, ...] = ("kind", "title", "recommendation", "nature")

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        # Before the notice nobody outside reads it yet, and it can be said later.
        self.fields["readers"].required = False
        self.fields["readers"].initial = OPEN

    def clean_nature(self) -> Nature:
        """Refuse what no three-party body treats."""
        nature = Nature(self.cleaned_data["nature"] or Nature.ORDINARY)
        if (why := why_not(nature)) is not None:
            raise forms.ValidationError(str(why), code="not_for_the_body")
        return nature


class LateItemForm(ComparingForm, ItemForm):
    """A case that comes after the notice: who wants it, why it cannot wait (§ 11-3), and who may read it, since it can
    be read at once. ``draft``: it is only saved, and nothing but the title is asked for."""

    wanted_by = LineField(label=_("Who wants it"), max_length=120, help_text=_("Stands on the agenda with the case."))
    why_late = PlainTextField(
        label=_("Why it cannot wait"),
        max_length=1000,
        widget=Textarea(rows=2),
        help_text=_("Stands on the agenda with the case."),
    )
    field_order = ("kind", "title", "recommendation", "nature", "wanted_by", "why_late", "readers")

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        initial: Mapping[str, object] | None = None,
        own_words: bool,
        outside: str = "",
        draft: bool = False,
    ) -> None:
        """``own_words``: the case comes from nowhere else, and its words are written here. ``outside``: what others
        see of it anyway, being exempt."""
        super().__init__(data)
        self.initial.update(initial or {})
        if not own_words:
            for name in ("kind", "title", "recommendation", "nature"):
                del self.fields[name]
        self.fields["readers"].initial = None
        self.fields["readers"].required = not draft
        self.draft = draft
        if outside:
            widget = self.fields["readers"].widget
            widget.choices = [
                (OPEN, _("Those who may read the case, which is exempt from public access")),
                (CLOSED, _("Only those who take part: closed doors are proposed")),
            ]
            words = _("Others see “%(title)s”.") % {"title": outside}
            widget.descriptions = {**widget.descriptions, OPEN: words}
        if draft:
            for name in ("wanted_by", "why_late"):
                self.fields[name].required = False

    def clean(self) -> dict[str, object]:
        """A draft is saved as it is."""
        return self.cleaned_data if self.draft else super().clean()


class ItemWordsForm(AsksOfCase):
    """The words of an item that stands on the agenda, until the meeting opens."""

    title = LineField(label=_("Title"), max_length=200)
    recommendation = PlainTextField(
        label=_("Recommendation"), required=False, max_length=20000, widget=Textarea(attrs=QUIET)
    )
    recommended_by = LineField(label=_("Who recommends it"), max_length=120, required=False)

    def __init__(
        self, data: Mapping[str, object] | None = None, *, item: AgendaItem, reader: "Person | None" = None
    ) -> None:
        super().__init__(
            data,
            initial={
                "title": item.title,
                "recommendation": item.recommendation,
                "recommended_by": item.recommended_by,
            },
        )
        self.about(item.folder, reader)


class DoorsForm(forms.Form):
    """Proposing closed doors for an item: on what ground, and what the public sees instead of the title."""

    conditional = {"basis": ("provision",)}

    basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=legal_bases.offered,
        widget=RadioSelect(reveals=_WITH_PROVISION, descriptions={b.text: b.label for b in legal_bases.BASES}),
    )
    provision = forms.ChoiceField(
        label=_("Provision of the Freedom of Information Act"), required=False, choices=_PROVISION_CHOICES
    )
    public_title = LineField(label=_("Title that the public sees"), max_length=200, help_text=_TITLE_HELP)

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem) -> None:
        super().__init__(data, initial=doors_as_stored(item.closed_basis, item.public_title), prefix="doors")

    def clean(self) -> dict[str, object]:
        """Ask for the provision where the basis needs one, and put the two together."""
        super().clean()
        self.cleaned_data["full_basis"] = whole_basis(self)
        return self.cleaned_data


class WithdrawForm(forms.Form):
    """Why an item is withdrawn after the notice."""

    reason = PlainTextField(label=_("Why is the case withdrawn?"), max_length=1000)

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, prefix="withdraw")
