"""The administrator's forms about bodies, memberships, units and parties.

The rules are the services'; here is what can be said about one form alone.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forum.organisation.body_kinds import BODY_KINDS, LOCAL, WAYS
from forum.organisation.enums import (
    BodyKind,
    DecidesBy,
    LegalBasis,
    MinutesApproval,
    OfficeKind,
    Part,
    Role,
    Sex,
    Side,
)
from forum.organisation.forms import election_lists
from forum.organisation.models import Body, Membership, PoliticalParty, Unit
from trepart import clock
from trepart.access.models import User
from trepart.alphabet import norwegian
from trepart.forms import DateInput, LineField, PlainTextField, RadioSelect, RevealingCheckbox
from trepart.outdated_pages import ComparingForm


def open_units() -> QuerySet[Unit]:
    """Return the units one can choose, in Norwegian order."""
    return Unit.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=clock.today())).order_by(norwegian("name"))


def open_bodies() -> QuerySet[Body]:
    """Return the bodies one can choose, in Norwegian order."""
    return Body.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=clock.today())).order_by(norwegian("name"))


def refuse(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a service refused beside the fields it is about, and above the form where the form has no such field."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)


def _said(choices: type[TextChoices]) -> list[tuple[str, object]]:
    """Return the choices with a capital letter each: here they stand alone, elsewhere inside sentences."""
    return [(choice.value, capfirst(choice.label)) for choice in choices]


class SearchForm(forms.Form):
    """Words to look for, above a list."""

    mark_optional = False
    q = forms.CharField(label=_("Search"), max_length=100, required=False, widget=forms.TextInput({"type": "search"}))


class PersonSearchForm(SearchForm):
    """Looks for a person."""

    q = forms.CharField(
        label=_("Name or e-mail address"), max_length=100, required=False, widget=forms.TextInput({"type": "search"})
    )


class UnitSearchForm(SearchForm):
    """Looks for a workplace or a sector."""

    q = forms.CharField(
        label=_("Workplace or sector"), max_length=100, required=False, widget=forms.TextInput({"type": "search"})
    )


class BodySearchForm(SearchForm):
    """Looks for a body."""

    q = forms.CharField(
        label=_("Body, workplace or sector"), max_length=100, required=False, widget=forms.TextInput({"type": "search"})
    )


class BodyForm(ComparingForm):
    """The facts about a body: what it rests on, what it is for, how it works."""

    name = LineField(label=_("Name"), max_length=120)
    legal_basis = forms.ChoiceField(label=_("Legal basis"), choices=[])
    evidence = PlainTextField(
        label=_("How it is known that at least three quarters of the employees want another arrangement"),
        required=False,
        help_text=_(
            "Only for another arrangement under § 5-11 of the Local Government Act. Everybody can read it on "
            "the body's page."
        ),
    )
    mandate = PlainTextField(
        label=_("Mandate"), required=False, help_text=_("What the body is for, what it may decide, and for how long.")
    )
    superior = forms.ModelChoiceField(
        label=_("Sends on to"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("The body that gets what this one cannot decide itself."),
    )
    decides_by = forms.ChoiceField(label=_("Decides by"), choices=_said(DecidesBy), widget=RadioSelect())
    meetings_open = forms.BooleanField(
        label=_("Open meetings"),
        required=False,
        help_text=_("Agendas and minutes are public, apart from what is closed by law."),
    )
    chapter_11 = forms.BooleanField(
        label=_("Follows chapter 11 of the Local Government Act"),
        required=False,
        help_text=_("Notice, closed doors, quorum and votes as in the act."),
    )
    may_meet_remotely = forms.BooleanField(
        label=_("May meet remotely"),
        required=False,
        help_text=_(
            "The municipal council has allowed it (Local Government Act § 11-7). Never for cases closed by law."
        ),
    )
    notice_days = forms.IntegerField(label=_("Days of notice before a meeting"), min_value=0, max_value=60)
    answer_days = forms.IntegerField(
        label=_("Days to answer a proposal"),
        min_value=1,
        max_value=180,
        help_text=_("A proposer gets an answer, or a preliminary one, within this time."),
    )

    minutes_approval = forms.ChoiceField(
        label=_("Who approves the minutes"),
        choices=_said(MinutesApproval),
        widget=RadioSelect(),
        help_text=_("The next meeting can always approve them as a case, whatever stands here."),
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_basis"].choices = _bases(body.kind)  # type: ignore[attr-defined]  # it is a ChoiceField
        # A ModelChoiceField.
        self.fields["superior"].queryset = open_bodies().exclude(pk=body.pk)  # type: ignore[attr-defined]


def _bases(kind: str) -> list[tuple[str, object]]:
    open_to = BODY_KINDS[kind].bases
    return [(value, label) for value, label in _said(LegalBasis) if value in open_to]


class NewBodyForm(forms.Form):
    """Sets up a body; the rest of its facts follow from the legal basis and are looked over on the next page."""

    conditional = {"kind": ("unit",)}

    kind = forms.ChoiceField(label=_("Kind"), choices=_said(BodyKind), widget=RadioSelect(reveals=list(LOCAL)))
    unit = forms.ModelChoiceField(
        label=_("Workplace"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("The unit it belongs to. The chief executive, who leads them all, belongs to none."),
    )
    name = LineField(label=_("Name"), max_length=120)
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=_said(LegalBasis),
        widget=RadioSelect(descriptions=WAYS),
        help_text=_(
            "A body where politicians, administration and unions are equally many can be set up in three ways."
        ),
    )
    superior = forms.ModelChoiceField(
        label=_("Sends on to"), queryset=Body.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = open_units()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["superior"].queryset = open_bodies()  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, object]:
        """Ask for the workplace of an LMU; a leader may have one, and nothing else has."""
        data = super().clean() or {}
        if data.get("kind") in LOCAL:
            missing = BODY_KINDS[data["kind"]].workplace_missing
            if missing and not data.get("unit") and "unit" not in self.errors:
                self.add_error("unit", str(missing))
        else:
            data["unit"] = None
        return data


class MembershipForm(forms.Form):
    """One person's place in a body."""

    conditional = {"role": ("deputy_number",), "elected_by_council": ("election_list", "new_list")}

    person = forms.ModelChoiceField(queryset=User.objects.filter(is_active=True), widget=forms.HiddenInput())
    role = forms.ChoiceField(label=_("Role"), choices=_said(Role), widget=RadioSelect(reveals=[Role.DEPUTY]))
    deputy_number = forms.IntegerField(
        label=_("Number on the list of deputies"), min_value=1, max_value=99, required=False
    )
    part = forms.ChoiceField(
        label=_("Part"),
        required=False,
        choices=[("", _("None of the three")), *_said(Part)],
        help_text=_("Safety representatives and user representatives may stand outside the three parts."),
    )
    side = forms.ChoiceField(
        label=_("Side"),
        required=False,
        choices=[("", "–"), *_said(Side)],
        help_text=_(
            "Only in a party-composed committee (Local Government Act § 5-11). Whoever represents the employees there "
            "has the right to vote in municipal elections and has agreed in writing, and need not live in the "
            "municipality."
        ),
    )
    party = forms.ModelChoiceField(
        label=_("Political party"), queryset=PoliticalParty.objects.none(), required=False, empty_label="–"
    )
    elected_by_council = forms.BooleanField(
        label=_("Elected by the municipal council"), required=False, widget=RevealingCheckbox()
    )
    election_list = election_lists.field()
    new_list = election_lists.new_field()
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", _("Not registered")), *_said(Sex)],
        help_text=_("Only where the law asks for balance among those elected (Local Government Act §§ 7-4 to 7-7)."),
    )
    leads_administration = forms.BooleanField(
        label=_("Holds a position that shuts out from being elected"),
        required=False,
        help_text=_(
            "Chief executive or deputy, head of a sector, secretary of the municipal council, head of accounts, "
            "auditor. They cannot be elected to an elected body (Local Government Act § 7-3), and can sit in another "
            "arrangement."
        ),
    )
    valid_from = forms.DateField(label=_("From"), widget=DateInput())
    valid_to = forms.DateField(
        label=_("To and including"), required=False, widget=DateInput(), help_text=_("Left open if no end is agreed.")
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A ModelChoiceField.
        self.fields["party"].queryset = PoliticalParty.objects.order_by(norwegian("name"))  # type: ignore[attr-defined]
        if not body.kind_row.elected:
            for name in (
                "side", "party", "elected_by_council", "election_list", "new_list", "sex", "leads_administration"
            ):  # fmt: skip
                del self.fields[name]
        else:
            election_lists.offer(self, body)

    def clean(self) -> dict[str, object]:
        """A number for a deputy, and for nobody else."""
        data = super().clean() or self.cleaned_data
        election_lists.read(self)
        if data.get("role") == Role.DEPUTY:
            if data.get("deputy_number") is None and "deputy_number" not in self.errors:
                self.add_error("deputy_number", _("Write the deputy's number on the list."))
        else:
            data["deputy_number"] = None
        return data


class EndForm(ComparingForm):
    """The last day of something. What others have written is the day that is set; the day suggested is nobody's."""

    on = forms.DateField(
        label=_("Last day"), widget=DateInput(), help_text=_("Rights last to the end of this day, and not longer.")
    )

    def _stored(self, name: str) -> Any:
        return self.initial.get("stands")


class CloseBodyForm(forms.Form):
    """From when a body is no more."""

    on = forms.DateField(label=_("Closed from"), widget=DateInput())


class UnitForm(ComparingForm):
    """A workplace or a sector."""

    name = LineField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Unit.objects.none(), required=False, empty_label=_("The municipality itself")
    )

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = open_units()
        # A ModelChoiceField.
        self.fields["parent"].queryset = units.exclude(pk=unit.pk) if unit else units  # type: ignore[attr-defined]
        if unit is not None:
            self.fields["closed_on"] = forms.DateField(
                label=_("Closed from"), required=False, widget=DateInput(), help_text=_("Left open while it exists.")
            )


class PersonChangeForm(ComparingForm):
    """What a person is called and signs in with, and whether the person may."""

    name = LineField(label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=_("A new one is confirmed by its owner before it is used, and the old one is told."),
    )
    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        help_text=_("Without this the person is shut out at once, whatever memberships say."),
    )


class EmploymentForm(forms.Form):
    """Where somebody works."""

    unit = forms.ModelChoiceField(label=_("Workplace"), queryset=Unit.objects.none())
    title = LineField(label=_("Position"), max_length=120, required=False)
    valid_from = forms.DateField(label=_("From"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = open_units()  # type: ignore[attr-defined]  # a ModelChoiceField


class AppointmentForm(forms.Form):
    """An office outside the bodies."""

    office = forms.ChoiceField(label=_("Office"), choices=_said(OfficeKind), widget=RadioSelect())
    valid_from = forms.DateField(label=_("From"), widget=DateInput())
    valid_to = forms.DateField(label=_("To and including"), required=False, widget=DateInput())


class PartyForm(forms.Form):
    """A political party."""

    name = LineField(label=_("Name"), max_length=80)
    short = LineField(label=_("Abbreviation"), max_length=12)


def end_initial(period: Membership | Any) -> dict[str, Any]:
    """Return the day suggested as the last: the one already set, or today."""
    return {"on": period.valid_to or clock.today(), "stands": period.valid_to}
