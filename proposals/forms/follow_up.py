"""What is filled in about a measure on its way: how it goes, what came of it, why it stops."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from proposals.forms.fields import ANSWER_LENGTH, Answered, StepForm, answer_field, date_field
from proposals.queries import corrected
from trepart import clock
from trepart.forms import KronerField, PlainTextField, Textarea, read_as


@dataclass(frozen=True, kw_only=True)
class CarriedOut:
    """What came of a measure that is carried out."""

    carried_out_on: date
    effect: str
    effect_saved: int | None = None
    effect_absence: Decimal | None = None


class CompleteForm(StepForm):
    """Carried out: what came of it."""

    carried_out_on = date_field(_("When was it carried out?"))
    effect = PlainTextField(
        label=_("What came of it?"),
        help_text=_("The proposer gets this word for word. Others may learn from it."),
        max_length=ANSWER_LENGTH,
        widget=Textarea(rows=5),
    )
    effect_saved = KronerField(
        label=_("Money saved, kroner a year"), required=False, min_value=-1_000_000_000, max_value=1_000_000_000
    )
    effect_absence = forms.DecimalField(
        label=_("Change in sickness absence, percentage points"),
        help_text=_("Fewer absent is a negative number, for example -1.5."),
        max_digits=4,
        decimal_places=1,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "text", "size": "8"}),
    )

    def build(self) -> None:
        self.fields["carried_out_on"].initial = clock.today()

    def clean_carried_out_on(self) -> date | None:
        """Keep a day that has been."""
        return self.not_in_future("carried_out_on")

    def read(self) -> CarriedOut:
        return read_as(CarriedOut, self)


class StopForm(StepForm):
    """It could not be carried out after all."""

    answer = answer_field()

    def read(self) -> Answered:
        return read_as(Answered, self)


class ProgressForm(StepForm):
    """How it goes, and a new day where the old one cannot be kept."""

    text = PlainTextField(
        label=_("How does it go?"),
        help_text=_("The proposer is told."),
        max_length=2000,
        widget=Textarea(rows=4),
    )
    new_due_on = date_field(_("A new date"), required=False, help_text=_("Only if the date you have cannot be kept."))

    def clean_new_due_on(self) -> date | None:
        """Keep a day to come."""
        return self.in_future("new_due_on")


class CorrectedAnswerForm(StepForm):
    """The answer to a proposer whose decision was corrected after they had been told of it."""

    answer = answer_field(label=_("The corrected answer"))

    def build(self) -> None:
        waiting = corrected.waiting_with(self.subject, self.actor)
        if not waiting:
            return
        # What was read when it was written: an answer to other words than those that stand now is not sent.
        self.fields["about"] = forms.IntegerField(
            widget=forms.HiddenInput(), initial=waiting[0].correction, required=False
        )
        told = corrected.told_of(self.subject, waiting[0].item)
        was = told.text if told is not None else "–"
        self.fields["answer"].help_text = _(
            "The proposer was told: “%(was)s” The corrected decision in %(label)s is: “%(now)s” The proposer gets what "
            "you write word for word: say what was wrong, and what was decided."
        ) % {"was": was, "label": waiting[0].item.label, "now": waiting[0].now}
