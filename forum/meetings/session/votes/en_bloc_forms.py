"""The form for several items adopted by one vote."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice
from forum.meetings.session.decisions import authority
from forum.meetings.session.decisions.authority_fields import read_authority, rests_field
from forum.meetings.session.participation.names import as_choices
from forum.meetings.session.votes import en_bloc


class TogetherForm(forms.Form):
    """The cases among the untreated ``items`` that can be treated as one, and who voted against their recommendations;
    everybody else voted for."""

    mark_optional = False
    items = forms.MultipleChoiceField(label=_("Cases"), widget=forms.CheckboxSelectMultiple)
    against = forms.MultipleChoiceField(
        label=_("Who voted against? Everybody else voted for."), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        items: Sequence[AgendaItem],
        voters: Sequence[Voter],
        chosen: bool = False,
    ) -> None:
        super().__init__(data)
        why = {item: en_bloc.why_alone(item) for item in items}
        items = [item for item, alone in why.items() if alone is None]
        self.cases = {str(item.pk): item for item in items}
        #: What has to be treated by itself, and why.
        self.alone = [(item, alone) for item, alone in why.items() if alone is not None]
        self.initial = {"items": list(self.cases) if chosen else []}
        self.voters = list(voters)
        # A MultipleChoiceField.
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (pk, f"{item.label} {item.title}") for pk, item in self.cases.items()
        ]
        judged = next((item for item in items if authority.matter_of(item) is not None), None)
        if judged is not None:
            # Several cases at once give no money: each sum is decided by itself.
            found = authority.choices(judged, Resolution.ADOPT)
            self.fields["rests"] = rests_field(found, owned=False)
        # As above.
        self.fields["against"].choices = as_choices(  # type: ignore[attr-defined]
            (str(v.pk), v.membership) for v in voters
        )

    def chosen(self) -> list[AgendaItem]:
        """Return the cases in the order of the agenda."""
        return [item for pk, item in self.cases.items() if pk in self.cleaned_data["items"]]

    def rests(self) -> dict[str, Any]:
        """Return what all of them rest on, as `decide` takes it."""
        return read_authority(self.cleaned_data)

    def choices(self) -> dict[int, Choice] | None:
        """Return the votes by membership id; None where everybody was for."""
        against = set(self.cleaned_data["against"])
        if not against:
            return None
        return {v.pk: Choice.AGAINST if str(v.pk) in against else Choice.FOR for v in self.voters}
