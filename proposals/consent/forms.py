"""What is asked about a conclusion: yes or no with the reason, the way up, taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.cases.forms.hidden_names import AsksBeforeNaming, AsksOfCase
from proposals.consent.models import Conclusion
from proposals.forms.fields import ANSWER_LENGTH, Answered, answer_field
from trepart.forms import OneStepForm, PlainTextField, Textarea, read_as


@dataclass(frozen=True, kw_only=True)
class SentUp(Answered):
    """What is said to the proposer when a disagreement goes to the body above."""


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """Why a conclusion is taken back, or is overtaken."""

    reason: str


class StanceForm(AsksBeforeNaming):
    """Yes or no, from one's own sign-in. Which button was pressed is the answer; a no has a reason."""

    text = PlainTextField(
        label=_("Why do you not agree?"),
        help_text=_("Only where you do not agree. The others read it, and so does the body above if it goes there."),
        max_length=ANSWER_LENGTH,
        required=False,
        widget=Textarea(rows=3),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, hidden: Sequence[str] = ()) -> None:
        super().__init__(data)
        self.hidden = hidden
        self.agrees = data is not None and data.get("stance") == "yes"

    def names_hidden(self) -> Sequence[str]:
        """Return the names that are hidden from others and that whoever answers may know."""
        return self.hidden

    def clean(self) -> dict[str, object]:
        """A no says why; a yes leaves nothing else behind."""
        data = super().clean() or self.cleaned_data
        if self.data.get("stance") not in ("yes", "no"):
            raise forms.ValidationError(_("Choose yes or no."), code="unsaid")
        if self.agrees:
            data["text"] = ""
        elif not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write why you do not agree, so that the others can understand it."))
        return data


class SendUpForm(AsksOfCase, OneStepForm):
    """The disagreement goes to the body above; the positions go with it as each of them wrote them."""

    subject: Conclusion
    answer = answer_field(
        label=_("To the proposer"),
        help_text=_(
            "Say that you did not agree and who goes on with it. What each of you held goes to the body above and is "
            "not sent to the proposer."
        ),
    )

    def build(self) -> None:
        """Ask about the name of whoever sent the proposal in."""
        super().build()
        self.about(self.subject.referral.case, self.actor)

    def read(self) -> SentUp:
        return read_as(SentUp, self)


class TakeBackForm(OneStepForm):
    """The conclusion is taken back; the proposal waits as it did."""

    subject: Conclusion
    reason = PlainTextField(
        label=_("Why do you take it back?"),
        help_text=_("Those who were asked read it."),
        max_length=1000,
        widget=Textarea(rows=3),
    )

    def read(self) -> TakenBack:
        return read_as(TakenBack, self)
