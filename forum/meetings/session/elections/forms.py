"""Forms for who stands in an election, and for the votes of a round (koml §§ 7-8, 8-1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.voter import Voter
from forum.meetings.session.elections.models import Candidate, Election
from forum.meetings.session.participation.names import who
from trepart import ui
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea

#: As `forum.meetings.session.elections.models.Candidate` has room for.
LONGEST_NAME = 150


class ElectionForm(forms.Form):
    """An election: what is to be filled, and who stands for it."""

    place = LineField(
        label=gettext_lazy("What is to be filled"),
        max_length=200,
        help_text=gettext_lazy("One place at a time, by majority vote (Local Government Act § 7-8)."),
    )
    names = PlainTextField(
        label=gettext_lazy("Who stands, one on each line"), max_length=2000, widget=Textarea(rows=3, attrs=QUIET)
    )

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, prefix="election")

    def clean_names(self) -> list[str]:
        """Return the names; one that is longer than a name can be is named, and never cut."""
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        long = [name for name in names if len(name) > LONGEST_NAME]
        if long:
            raise ValidationError(
                [
                    _("“%(name)s …” is longer than %(most)s characters. Write one name on each line.")
                    % {"name": name[:40], "most": LONGEST_NAME}
                    for name in long
                ]
            )
        return names


class RoundBackForm(forms.Form):
    """Why the last round of an election is taken back."""

    reason = LineField(label=gettext_lazy("Why is the round taken back?"), max_length=200)

    def __init__(self, data: Mapping[str, object] | None = None, *, election: Election) -> None:
        super().__init__(data, prefix=f"back{election.pk}")
        self.election = election


class RoundForm(forms.Form):
    """One round: openly, with everybody's vote, or in writing, with what was counted."""

    mark_optional = False
    OPEN, WRITTEN, BLANK = "open", "written", "blank"

    def __init__(
        self, data: Mapping[str, object] | None = None, *, election: Election, voters: Sequence[Voter]
    ) -> None:
        super().__init__(data, prefix=f"round{election.pk}")
        self.election = election
        self.voters = list(voters)
        self.candidates: list[Candidate] = list(election.candidates.all())
        people = [self._person(voter) for voter in voters]
        counts = [f"count{candidate.pk}" for candidate in self.candidates]
        self.conditional = {"how": (*counts, "blank")}
        self.fields["how"] = forms.ChoiceField(
            label=_("How was it voted?"),
            choices=[(self.OPEN, _("Openly, one by one")), (self.WRITTEN, _("In writing: only the counts are kept"))],
            initial=self.OPEN,
            widget=RadioSelect(reveals=[self.WRITTEN]),
        )
        for candidate in self.candidates:
            self.fields[f"count{candidate.pk}"] = forms.IntegerField(
                label=_("Votes for %(name)s") % {"name": candidate.name}, min_value=0, max_value=999, required=False
            )
        self.fields["blank"] = forms.IntegerField(label=_("Blank votes"), min_value=0, max_value=999, required=False)
        options = [*((str(c.pk), c.name) for c in self.candidates), (self.BLANK, _("Blank"))]
        for name, voter in zip(people, voters, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=voter.membership.person.name,
                choices=options,
                required=False,
                initial=options[0][0] if len(self.candidates) == 1 else None,
                widget=RadioSelect,
            )

    @staticmethod
    def _person(voter: Voter) -> str:
        return f"voter{voter.pk}"

    def lines(self) -> list[ui.VoteLine]:
        """Return the voters for the table of votes, each with the candidates and blank."""
        options = [*((str(c.pk), c.name) for c in self.candidates), (self.BLANK, _("Blank"))]
        return [
            ui.VoteLine(
                person=who(voter),
                name=self.add_prefix(self._person(voter)),
                value=str(self[self._person(voter)].value() or ""),
                choices=options,
            )
            for voter in self.voters
        ]

    @property
    def written(self) -> list[forms.BoundField]:
        """Return the fields for what was counted in writing."""
        return [self[name] for name in (*(f"count{candidate.pk}" for candidate in self.candidates), "blank")]

    def result(self) -> dict[str, Any]:
        """Return what `elections.services.hold_round` takes."""
        data = self.cleaned_data
        if data["how"] == self.WRITTEN:
            counts = {candidate.pk: data[f"count{candidate.pk}"] or 0 for candidate in self.candidates}
            return {"counts": counts, "blank": data["blank"] or 0}
        said = {voter.pk: data[self._person(voter)] for voter in self.voters}
        return {"choices": {pk: None if one == self.BLANK else int(one) for pk, one in said.items() if one}}
