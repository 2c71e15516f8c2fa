"""Forms for a statement in the minutes, and for a request to record the meeting (R14)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.forms.hidden_names import AsksOfCase
from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.models import AgendaItem
from forum.meetings.session.participation.names import as_choices
from forum.organisation.models import Membership
from trepart.forms import LineField, PlainTextField, Textarea, YesNoField

if TYPE_CHECKING:
    from trepart.access.rules import Person


class AdditionForm(AsksOfCase):
    """A statement for the minutes, and whose it is (protokolltilførsel)."""

    membership = forms.ChoiceField(label=gettext_lazy("From whom"))
    on_behalf = LineField(label=gettext_lazy("On behalf of"), max_length=200, required=False)
    text = PlainTextField(
        label=gettext_lazy("What is to stand in the minutes, word for word"),
        max_length=5000,
        widget=Textarea(attrs=QUIET),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        people: Iterable[Membership],
        item: AgendaItem | None = None,
        reader: "Person | None" = None,
    ) -> None:
        super().__init__(data, prefix="addition")
        self.about(item.folder if item is not None else None, reader)
        self.people = {str(m.pk): m for m in people}
        self.fields["membership"] = forms.ChoiceField(
            label=_("From whom"), choices=[("", ""), *as_choices(self.people.items())]
        )

    def clean_membership(self) -> Membership:
        """Return the member."""
        return self.people[self.cleaned_data["membership"]]


class RecordingForm(forms.Form):
    """A request to record or stream the meeting, and the answer of the person presiding (koml § 11-6, R14)."""

    by = LineField(label=gettext_lazy("Who asks"), max_length=150)
    what = LineField(
        label=gettext_lazy("What is asked for"),
        max_length=200,
        help_text=gettext_lazy("Sound, picture, streaming on the web …"),
    )
    allowed = YesNoField(label=gettext_lazy("Does the person presiding allow it?"))
    reason = LineField(
        label=gettext_lazy("On what terms, or why not"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "A recording is refused only where it would disturb the meeting (Local Government Act § 11-6)."
        ),
    )

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, prefix="recording")

    def clean(self) -> dict[str, object]:
        """Ask for the reason of a refusal."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("allowed") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why it is refused."))
        return cleaned
