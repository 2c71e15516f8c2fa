"""The administrator's forms that do several things at once: a new unit, a new period, a stand-in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from forum.organisation import body_kinds
from forum.organisation.enums import BodyKind
from forum.organisation.forms.bodies import open_bodies, open_units
from forum.organisation.models import Body, Membership
from forum.organisation.role_assignments import at_work
from forum.organisation.services.unit_setup import Someone
from trepart import clock
from trepart.forms import DateInput, LineField, PlainTextField, RadioSelect
from trepart.outdated_pages import ComparingForm
from trepart.text import normal

#: So many employees can be written at once; more come in from a file.
MOST_LINES = 200
_OFF = {"autocomplete": "off"}
_THREE = ("union_representative", "safety_representative")
_PEOPLE = ("leader", *_THREE)
_NEEDED = tuple(f"{who}_{part}" for who in _THREE for part in ("name", "email"))


class NewUnitForm(forms.Form):
    """A workplace, who receives its proposals (an LMU of three, or its leader), and those who work there."""

    conditional = {"receives": _NEEDED}

    name = LineField(label=_("Name of the workplace"), max_length=110)
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=open_units().none(), required=False, empty_label=_("The municipality itself")
    )
    receives = forms.ChoiceField(
        label=_("Who receives its proposals?"),
        choices=[
            (BodyKind.LMU, _("An LMU: leader, union representative and safety representative")),
            (BodyKind.LINE, _("The leader")),
        ],
        widget=RadioSelect(reveals=[BodyKind.LMU]),
    )
    superior = forms.ModelChoiceField(
        label=_("Sends on to"),
        queryset=Body.objects.none(),
        empty_label=None,
        help_text=_("The body that gets what cannot be decided at the workplace."),
    )
    leader_name = LineField(label=_("Leader, name"), max_length=150, widget=forms.TextInput(_OFF))
    leader_email = forms.EmailField(label=_("Leader, e-mail address"), widget=forms.EmailInput(_OFF))
    union_representative_name = LineField(
        label=_("Union representative, name"), max_length=150, required=False, widget=forms.TextInput(_OFF)
    )
    union_representative_email = forms.EmailField(
        label=_("Union representative, e-mail address"), required=False, widget=forms.EmailInput(_OFF)
    )
    safety_representative_name = LineField(
        label=_("Safety representative, name"), max_length=150, required=False, widget=forms.TextInput(_OFF)
    )
    safety_representative_email = forms.EmailField(
        label=_("Safety representative, e-mail address"), required=False, widget=forms.EmailInput(_OFF)
    )
    employees = PlainTextField(
        label=_("Others who work there"),
        required=False,
        max_length=30_000,
        help_text=_("One on each line: name; e-mail address; position. The position may be left out."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = open_units()  # type: ignore[attr-defined]  # a ModelChoiceField
        takes_over = (
            open_bodies().filter(active_from__isnull=False).exclude(kind__in=body_kinds.NEVER_NEXT).filter(unit=None)
        )
        self.fields["superior"].queryset = takes_over  # type: ignore[attr-defined]  # as above
        # As the other workplaces have it: what the newest of them has, and where that one sends on to.
        newest = (
            Body.objects.filter(at_work(clock.today()), kind__in=body_kinds.LOCAL, unit__isnull=False)
            .order_by("-pk")
            .first()
        )
        first = newest.superior if newest else takes_over.filter(kind__in=body_kinds.ENTRY).first()
        self.initial.setdefault("receives", newest.kind if newest else BodyKind.LMU)
        if first is not None:
            self.initial.setdefault("superior", first.pk)

    def clean_employees(self) -> list[Someone]:
        """Read the lines; each that cannot be read is named."""
        lines = [line.strip() for line in self.cleaned_data["employees"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_t("At most %(n)s people at a time. Divide it into several.") % {"n": MOST_LINES})
        found, wrong = [], []
        for line in lines:
            name, email, title = [*(normal.line(part) for part in line.split(";", 2)), "", ""][:3]
            email = normal.address(email)
            try:
                validate_email(email)
            except ValidationError:
                email = ""
            if not name or not email or len(name) > 150 or len(title) > 120:
                wrong.append(
                    _t("“%(line)s” is not understood. Write name; e-mail address; position.") % {"line": line[:80]}
                )
            else:
                found.append(Someone(name, email, title))
        if wrong:
            raise ValidationError(wrong[:10])
        return found

    def clean(self) -> dict[str, object]:
        """Ask for all three of an LMU, and say at once where one address stands for two of them."""
        data = super().clean() or {}
        if data.get("receives") == BodyKind.LINE:
            for name in _NEEDED:
                data[name] = ""
                self.errors.pop(name, None)
            return data
        for name in _NEEDED:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        seen: dict[str, str] = {}
        for who in _PEOPLE:
            email = str(data.get(f"{who}_email", "")).lower()
            if email and email in seen:
                self.add_error(f"{who}_email", _("The three must be three people; this address stands above already."))
            seen[email] = who
        return data

    def plan(self) -> dict[str, Any]:
        """Return what was filled in, for the service."""
        data = self.cleaned_data
        alone = data["receives"] == BodyKind.LINE
        people = {
            who: Someone(data[f"{who}_name"], data[f"{who}_email"]) for who in (("leader",) if alone else _PEOPLE)
        }
        return {
            "name": data["name"],
            "parent": data["parent"],
            "local_name": (_t("Leader, %(unit)s") if alone else "LMU %(unit)s") % {"unit": data["name"]},
            "superior": data["superior"],
            "employees": data["employees"],
            **people,
        }

    def field_of(self, name: str) -> str:
        """Return the field under which what the service refuses about ``name`` is shown."""
        return {"local_name": "name"}.get(name, f"{name}_email" if name in _PEOPLE else name)


class _Places(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        number = f" {obj.deputy_number}" if obj.deputy_number else ""
        return f"{obj.person.name}, {obj.get_role_display()}{number}"


class RenewForm(ComparingForm):
    """A new period for a body: from when to when, and who goes on. Who was elected since the page was made goes on too,
    unless the one who sends it has seen them and says otherwise."""

    not_compared = frozenset({"valid_from", "valid_to"})

    valid_from = forms.DateField(label=_("New period from"), widget=DateInput())
    valid_to = forms.DateField(label=_("To and including"), required=False, widget=DateInput())
    staying = _Places(
        label=_("Go on in the new period"),
        queryset=Membership.objects.none(),
        widget=forms.CheckboxSelectMultiple(),
        required=False,
        help_text=_("Whoever is not ticked ends the day before. New members are entered afterwards."),
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = (
            Membership.objects.lasting()
            .filter(body=body)
            .select_related("person")
            .order_by("role", "deputy_number", "pk")
        )
        self.fields["staying"].queryset = places  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        self.initial.setdefault("staying", list(places))


class StandInForm(forms.Form):
    """From when to when."""

    valid_from = forms.DateField(label=_("From"), widget=DateInput())
    valid_to = forms.DateField(
        label=_("To and including"), widget=DateInput(), help_text=_("The rights end at midnight.")
    )


class EndStandInForm(forms.Form):
    """The last day."""

    on = forms.DateField(label=_("Last day"), widget=DateInput())
