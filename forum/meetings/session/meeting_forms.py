"""What is filled in about a meeting in session as a whole: who attends without a seat, requests to
record, cases treated as one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Capacity, Choice
from forum.meetings.session.action_forms import with_party
from trepart.forms import RadioSelect, YesNoField


class AttendeeForm(forms.Form):
    """Somebody without a seat who attends, and as what: that decides whether they may speak and move motions (R5)."""

    name = forms.CharField(label=_("Name"), max_length=150)
    title = forms.CharField(label=_("Title, or from where"), max_length=150, required=False)
    capacity = forms.ChoiceField(label=_("Attends as"), choices=(), initial=Capacity.ADMINISTRATION, widget=RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="attendee")
        offered = (Capacity.ADMINISTRATION, Capacity.CHIEF_EXECUTIVE, Capacity.MAYOR, Capacity.OTHER)
        # A ChoiceField.
        self.fields["capacity"].choices = [  # type: ignore[attr-defined]
            (c.value, str(c.label).capitalize()) for c in offered
        ]


class RecordingForm(forms.Form):
    """A request to record or stream the meeting, and the answer of the person presiding (koml § 11-6, R14)."""

    by = forms.CharField(label=_("Who asks"), max_length=150)
    what = forms.CharField(
        label=_("What is asked for"), max_length=200, help_text=_("Sound, picture, streaming on the web …")
    )
    allowed = YesNoField(label=_("Does the person presiding allow it?"))
    reason = forms.CharField(
        label=_("On what terms, or why not"),
        max_length=300,
        required=False,
        help_text=_("A recording is refused only where it would disturb the meeting (Local Government Act § 11-6)."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="recording")

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a refusal."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("allowed") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why it is refused."))
        return cleaned


class TogetherForm(forms.Form):
    """The cases treated as one, and who voted against their recommendations; everybody else voted for."""

    mark_optional = False
    items = forms.MultipleChoiceField(label=_("Cases"), widget=forms.CheckboxSelectMultiple)
    against = forms.MultipleChoiceField(
        label=_("Who voted against? Everybody else voted for."), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, items: Sequence[AgendaItem], voters: Sequence[Voter]) -> None:
        super().__init__(data)
        self.cases = {str(item.pk): item for item in items}
        self.voters = list(voters)
        # A MultipleChoiceField.
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (pk, f"{item.label} {item.title}") for pk, item in self.cases.items()
        ]
        # As above.
        self.fields["against"].choices = [  # type: ignore[attr-defined]
            (str(v.pk), with_party(v.membership)) for v in voters
        ]

    def chosen(self) -> list[AgendaItem]:
        """Return the cases in the order of the agenda."""
        return [item for pk, item in self.cases.items() if pk in self.cleaned_data["items"]]

    def choices(self) -> dict[int, Choice] | None:
        """Return the votes by membership id; None where everybody was for."""
        against = set(self.cleaned_data["against"])
        if not against:
            return None
        return {v.pk: Choice.AGAINST if str(v.pk) in against else Choice.FOR for v in self.voters}
