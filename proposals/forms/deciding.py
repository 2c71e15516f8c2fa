"""What a body that decides by vote writes down, and what was answered by whoever has the authority."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.delegations.enums import Authority
from forum.organisation.models import Body
from proposals.forms.fields import (
    ANSWER_LENGTH,
    Answered,
    StepForm,
    answer_field,
    date_field,
    may_be_responsible,
)
from proposals.forms.people import PersonField
from proposals.queries.awaiting import recommended_on
from trepart.access.models import User
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea, read_as
from trepart.text.dates import date_text


@dataclass(frozen=True, kw_only=True)
class Adopted(Answered):
    """Who carries it out, and by when (R16)."""

    responsible: User
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Considered(Answered):
    """When it is taken up again."""

    resumes_on: date


@dataclass(frozen=True, kw_only=True)
class Recommended(Answered):
    """What the next body is recommended to decide."""

    recommendation: str


@dataclass(frozen=True, kw_only=True)
class SentBack(Answered):
    """To which body it goes back, and what that is asked to do."""

    back_to: Body
    note: str
    needs_user_representatives: bool


@dataclass(frozen=True, kw_only=True)
class AwaitsCouncil(Answered):
    """When whoever has the authority is asked what became of it."""

    ask_council_on: date


@dataclass(frozen=True, kw_only=True)
class SentToAuthority(AwaitsCouncil):
    """Who has the authority, and when they are asked what became of it."""

    goes_to: str
    goes_to_name: str


@dataclass(frozen=True, kw_only=True)
class CouncilAnswered(Answered):
    """What was decided by whoever has the authority, and when."""

    council_decided_on: date
    council_decision: str


@dataclass(frozen=True, kw_only=True)
class CouncilAdopted(CouncilAnswered, Adopted):
    """What whoever has the authority said yes to, who carries it out, and by when."""


class DecisionForm(StepForm):
    """The answer to the proposer, which no decision goes without."""

    answer = answer_field()

    def read(self) -> Answered:
        return read_as(Answered, self)


class AdoptForm(DecisionForm):
    """Adopted: who carries it out, and by when (R16)."""

    responsible = PersonField(
        queryset=may_be_responsible(None).none(), label=_("Who sees to it?"), empty_label=_("Choose")
    )
    due_on = date_field(_("To be done by"))

    def build(self) -> None:
        field: Any = self.fields["responsible"]
        field.queryset = may_be_responsible(self.body, self._case())

    def clean_due_on(self) -> date | None:
        """Keep a day to come."""
        return self.in_future("due_on")

    def read(self) -> Adopted:
        return read_as(Adopted, self)


class ConsiderForm(DecisionForm):
    """Considered further: when it comes back."""

    resumes_on = date_field(
        _("When do you take it up again?"), help_text=_("It comes back to the body by itself that day.")
    )

    def clean_resumes_on(self) -> date | None:
        """Keep a day to come."""
        return self.within_reach("resumes_on")

    def read(self) -> Considered:
        return read_as(Considered, self)


class DeclineForm(DecisionForm):
    """Declined, with the reason."""


class RecommendForm(DecisionForm):
    """To the body above, never without a recommendation."""

    recommendation = PlainTextField(
        label=_("Recommendation"),
        help_text=_("What you propose to the next body, in words it can make its own."),
        max_length=ANSWER_LENGTH,
        widget=Textarea(rows=4),
    )
    field_order = ("recommendation", "answer")

    def read(self) -> Recommended:
        return read_as(Recommended, self)


class SendBackForm(DecisionForm):
    """Back to a body that goes on with it, perhaps with the order to bring user representatives in."""

    back_to = forms.ModelChoiceField(queryset=Body.objects.none(), label=_("Back to"), empty_label=_("Choose"))
    note = PlainTextField(
        label=_("What they are asked to do"), max_length=ANSWER_LENGTH, required=False, widget=Textarea(rows=3)
    )
    needs_user_representatives = forms.BooleanField(
        label=_("They must bring in representatives of the users"),
        help_text=_("The group cannot conclude before a user representative has joined."),
        required=False,
    )
    field_order = ("back_to", "note", "needs_user_representatives", "answer")

    def build(self) -> None:
        from proposals.queries import bodies_back  # the queries read the same permissions the forms lean on

        field: Any = self.fields["back_to"]
        field.queryset = bodies_back(self.subject)
        self.fields["needs_user_representatives"].initial = self.subject.affects_users

    def read(self) -> SentBack:
        return read_as(SentBack, self)


class ToCouncilForm(DecisionForm):
    """To whoever has the authority, with the body's recommendation: who it is, and when to ask what became of it."""

    goes_to = forms.ChoiceField(
        label=_("Who has the authority?"), choices=Authority.choices, initial=Authority.COUNCIL, widget=RadioSelect()
    )
    goes_to_name = LineField(
        label=_("Name of the committee"),
        max_length=120,
        required=False,
        help_text=_("Only where it is another committee."),
    )
    ask_council_on = date_field(_("When do you ask what became of it?"))

    def clean(self) -> dict[str, Any]:
        """Ask for the name of another committee, and keep none for the others."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("goes_to") != Authority.COMMITTEE:
            cleaned["goes_to_name"] = ""
        elif not (cleaned.get("goes_to_name") or "").strip():
            self.add_error("goes_to_name", _("Write the name of the committee."))
        return cleaned

    def clean_ask_council_on(self) -> date | None:
        """Keep a day to come."""
        return self.within_reach("ask_council_on")

    def read(self) -> SentToAuthority:
        return read_as(SentToAuthority, self)


class _CouncilAnswerForm(DecisionForm):
    council_decided_on = date_field(_("When was it decided?"))
    council_decision = PlainTextField(
        label=_("What was decided?"),
        help_text=_("Word for word, as in the minutes or the letter."),
        max_length=ANSWER_LENGTH,
        widget=Textarea(rows=4),
    )

    def clean_council_decided_on(self) -> date | None:
        """Keep a day that has been, and not before the body recommended it."""
        day = self.not_in_future("council_decided_on")
        recommended = recommended_on(self.subject)
        if day is not None and recommended is not None and day < recommended:
            raise forms.ValidationError(
                _("It was recommended %(date)s, and is decided after that.") % {"date": date_text(recommended)},
                code="before",
            )
        return day

    def read(self) -> CouncilAnswered:
        return read_as(CouncilAnswered, self)


class CorrectCouncilForm(_CouncilAnswerForm):
    """What was answered by whoever has the authority was written down wrongly."""

    reason = PlainTextField(
        label=_("What was wrong?"), help_text=_("It stands in the story of the case."), max_length=1000,
        widget=Textarea(rows=2),
    )  # fmt: skip

    field_order = ("council_decided_on", "council_decision", "reason", "answer")

    def build(self) -> None:
        """Begin with what stands."""
        self.fields["council_decided_on"].initial = self.subject.council_decided_on
        self.fields["council_decision"].initial = self.subject.council_decision
        self.fields["answer"].help_text = _("The proposer gets what you write word for word: say what was wrong.")


class CouncilAdoptedForm(_CouncilAnswerForm, AdoptForm):
    """Whoever has the authority said yes."""

    field_order = ("council_decided_on", "council_decision", "answer", "responsible", "due_on")

    def read(self) -> CouncilAdopted:
        return read_as(CouncilAdopted, self)


class CouncilDeclinedForm(_CouncilAnswerForm):
    """Whoever has the authority said no."""

    field_order = ("council_decided_on", "council_decision", "answer")


class AskAgainForm(StepForm):
    """No answer yet: a new day to ask, and a line to the proposer."""

    ask_council_on = date_field(_("When do you ask again?"))
    answer = answer_field(
        label=_("To the proposer"), help_text=_("A line about why it takes time, and what is expected.")
    )

    def clean_ask_council_on(self) -> date | None:
        """Keep a day to come."""
        return self.within_reach("ask_council_on")

    def read(self) -> AwaitsCouncil:
        return read_as(AwaitsCouncil, self)
