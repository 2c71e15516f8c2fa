"""How a decision is carried out: the progress, and who sees to it."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.cases.forms.hidden_names import AsksOfCase
from forum.delegations.enums import AuthorityAnswer
from forum.meetings.core.queries import day_of
from forum.meetings.enums import RecusalKind
from forum.meetings.follow_up import services
from forum.meetings.follow_up.models import FollowUp
from forum.organisation.forms.people import ToldApart
from forum.organisation.responsibilities import belongs
from trepart import clock
from trepart.access.models import User
from trepart.alphabet import norwegian
from trepart.forms import DateInput, PlainTextField, RadioSelect
from trepart.outdated_pages import ComparingForm
from trepart.text.administration_act import Matter, cite
from trepart.text.dates import date_text

if TYPE_CHECKING:
    from trepart.access.rules import Person

_capitalised = lazy(lambda label: capfirst(str(label)), str)


class _OfDecision(AsksOfCase):
    """Words about the carrying out of a decision, which all who follow it up read."""

    def __init__(
        self, data: Mapping[str, object] | None = None, *, follow_up: FollowUp, reader: "Person | None" = None
    ) -> None:
        super().__init__(data)
        self.recommended_on = day_of(follow_up.decision.item.meeting)
        self.about(follow_up.decision.item.folder, reader)


class ProgressForm(_OfDecision):
    """How it goes."""

    text = PlainTextField(label=_("How does it go?"), max_length=2000)
    done = forms.BooleanField(label=_("It is done"), required=False)


class AnswerForm(_OfDecision):
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
        if day < self.recommended_on:
            raise forms.ValidationError(
                _("It was recommended %(date)s, and is decided after that.") % {"date": date_text(self.recommended_on)},
                code="before",
            )
        return day


class PersonField(forms.ModelChoiceField):
    """One person, told apart from others of the same name."""

    iterator = ToldApart


class AssignForm(ComparingForm):
    """Who sees to it, and by when."""

    not_compared = frozenset({"although_aside"})

    responsible = PersonField(label=_("Responsible"), queryset=User.objects.none())
    due_on = forms.DateField(label=_("To be done by"), widget=DateInput())

    def __init__(self, data: Mapping[str, object] | None = None, *, follow_up: FollowUp) -> None:
        super().__init__(data, initial={"responsible": follow_up.responsible_id, "due_on": follow_up.due_on})
        self.follow_up = follow_up
        # A ModelChoiceField.
        self.fields["responsible"].queryset = User.objects.filter(belongs("pk")).order_by(  # type: ignore[attr-defined]
            norwegian("name"), "pk"
        )

    def full_clean(self) -> None:
        """Ask about somebody who stepped aside in the case, when all else has been looked at (R12)."""
        self.fields.pop("although_aside", None)
        super().full_clean()
        person = self.cleaned_data.get("responsible") if self.is_bound else None
        left = services.stepped_aside(self.follow_up, person) if person is not None else frozenset()
        if person is None or not left:
            return
        words = (
            gettext("%(name)s was exempted from the case (Local Government Act § 11-11).")
            if left == {RecusalKind.EXEMPTION}
            else gettext("%(name)s has stepped aside in the case (%(act)s).")
        ) % {"name": person.name, "act": cite(Matter.PARTIAL)}
        field = forms.BooleanField(
            label=gettext("%(name)s shall see to it all the same") % {"name": person.name},
            help_text=gettext(
                "The law bars nobody from carrying out what others have decided, as long as nothing is left to decide. "
                "Others may still ask why: choose somebody else where you can."
            ),
            required=False,
        )
        self.fields["although_aside"] = field
        key = self.add_prefix("although_aside")
        said = bool(field.widget.value_from_datadict(self.data, self.files, key))
        self.cleaned_data["although_aside"] = said
        if not said:
            self.add_error("although_aside", forms.ValidationError(words, code="aside"))
