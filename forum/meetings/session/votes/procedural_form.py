"""How the body decided something about its own procedure: agreed, by vote, or by law."""

from collections.abc import Collection, Sequence

from django import forms
from django.utils.translation import gettext as _

from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, Settled
from forum.meetings.session.participation.names import as_choices
from trepart.forms import RadioSelect


class Voted(forms.Form):
    """How the body came to something about its own procedure: agreed, or by vote, with those against ticked
    and everybody else for."""

    mark_optional = False
    conditional: dict[str, tuple[str, ...]] = {"settled": ("against",)}
    offered: tuple[Settled, ...] = (Settled.AGREED, Settled.VOTE)

    def add_vote(self, voters: Sequence[Voter]) -> None:
        """Add the two questions, for these who may vote."""
        self.voters = list(voters)
        words = {
            Settled.AGREED: _("Everybody was asked, and nobody objected"),
            Settled.VOTE: _("By vote"),
            Settled.LAW: _("The law requires it: no vote was held"),
        }
        self.fields["settled"] = forms.ChoiceField(
            label=_("How was it decided?"),
            choices=[(value, words[value]) for value in self.offered],
            initial=self.offered[0],
            widget=RadioSelect(reveals=[Settled.VOTE]),
        )
        self.fields["against"] = forms.MultipleChoiceField(
            label=_("Who voted against? Everybody else voted for."),
            required=False,
            choices=as_choices((str(voter.pk), voter.membership) for voter in voters),
            widget=forms.CheckboxSelectMultiple,
        )

    def choices(self, *, without: Collection[int] = ()) -> dict[int, Choice] | None:
        """Return the votes by membership id, those of ``without`` left out; None where there was no vote."""
        if self.cleaned_data["settled"] != Settled.VOTE:
            return None
        against = set(self.cleaned_data["against"])
        return {
            voter.pk: Choice.AGAINST if str(voter.pk) in against else Choice.FOR
            for voter in self.voters
            if voter.pk not in without
        }
