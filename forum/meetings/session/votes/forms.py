"""Forms for motions, votes, two motions against each other, and a vote that is put right."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.forms.hidden_names import AsksOfCase
from forum.meetings.agenda.forms import QUIET
from forum.meetings.core import voting
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Ballot, Motion, Vote
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice
from forum.meetings.session.models import Attendee
from forum.meetings.session.participation.names import as_choices, who, with_party
from forum.organisation.enums import Part
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart import ui
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea

if TYPE_CHECKING:
    from trepart.access.rules import Person


class MotionForm(AsksOfCase):
    """A motion, and who moved it: somebody who takes part in the item (koml § 8-1)."""

    moved_by = forms.ChoiceField(label=gettext_lazy("Moved by"))
    text = PlainTextField(
        label=gettext_lazy("The motion, word for word"), max_length=20000, widget=Textarea(attrs=QUIET)
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        voters: Sequence[Voter],
        movers: Sequence[Attendee] = (),
        item: AgendaItem | None = None,
        reader: "Person | None" = None,
    ) -> None:
        super().__init__(data, prefix="motion")
        self.about(item.folder if item is not None else None, reader)
        self.people: dict[str, Membership | Attendee] = {str(voter.pk): voter.membership for voter in voters}
        self.people |= {f"a{one.pk}": one for one in movers}
        self.fields["moved_by"] = forms.ChoiceField(
            label=_("Moved by"), choices=[("", ""), *((pk, _mover(one)) for pk, one in self.people.items())]
        )

    def clean_moved_by(self) -> Membership | Attendee:
        """Return the member."""
        return self.people[self.cleaned_data["moved_by"]]


class ChangeMotionForm(AsksOfCase):
    """What whoever moved a motion wants of it now, before the vote: other words, or that it is withdrawn."""

    mark_optional = False
    WITHDRAWN, CHANGED = "withdrawn", "changed"

    motion = forms.ChoiceField(label=gettext_lazy("Which motion"), widget=RadioSelect)
    what = forms.ChoiceField(
        label=gettext_lazy("What has happened to it"),
        choices=[(WITHDRAWN, gettext_lazy("It is withdrawn")), (CHANGED, gettext_lazy("It has got other words"))],
        widget=RadioSelect,
    )
    text = PlainTextField(
        label=gettext_lazy("The motion, word for word"),
        required=False,
        max_length=20000,
        widget=Textarea(attrs=QUIET),
        help_text=gettext_lazy("Only where it has got other words."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        motions: Sequence[Motion],
        wanted: int | None = None,
        item: AgendaItem | None = None,
        reader: "Person | None" = None,
    ) -> None:
        super().__init__(data, prefix="moved")
        self.about(item.folder if item is not None else None, reader)
        self.motions = {str(motion.pk): motion for motion in motions}
        self.fields["motion"].choices = [(pk, named(one)) for pk, one in self.motions.items()]  # type: ignore[attr-defined]  # a ChoiceField
        chosen = self.motions.get(str(wanted)) or (motions[0] if len(motions) == 1 else None)
        if chosen is not None:
            self.initial = {"motion": str(chosen.pk), "text": chosen.text}

    def clean(self) -> dict[str, object]:
        """Ask for the words where they are other words."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("what") == self.CHANGED and not cleaned.get("text"):
            self.add_error("text", _("Write what is moved."))
        return cleaned

    def chosen(self) -> Motion:
        """Return the motion; call it on a valid form."""
        return self.motions[self.cleaned_data["motion"]]


def named(motion: Motion) -> str:
    """Return a motion as it is chosen among others: who moved it, and how it begins."""
    name = voting.name_of(motion)
    text = motion.text if len(motion.text) <= 90 else motion.text[:88].rstrip() + "…"
    return f"{name[:1].upper()}{name[1:]}: {text}"


def _mover(one: Membership | Attendee) -> str:
    return f"{one.name}, {one.get_capacity_display()}" if isinstance(one, Attendee) else with_party(one)


class VoteForm(forms.Form):
    """The vote of everybody entitled over one motion, "for" unless said; and who presides where the one
    who does takes no part."""

    mark_optional = False

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        motion: Motion,
        voters: Sequence[Voter],
        presiding: int | None,
    ) -> None:
        super().__init__(data, prefix=f"vote{motion.pk}")
        self.motion = motion
        self.voters = voters
        self.presiding = presiding
        names = told_apart.members(voter.membership for voter in voters)
        for voter in voters:
            self.fields[str(voter.pk)] = forms.ChoiceField(
                label=names[voter.membership.pk], choices=Choice.choices, initial=Choice.FOR, widget=RadioSelect
            )
        self.asks_presiding = presiding not in {voter.pk for voter in voters}
        if self.asks_presiding:
            self.fields["presiding"] = forms.ChoiceField(
                label=_("Who presides over this case?"),
                required=False,
                choices=[
                    ("", _("The leader, or else the deputy leader")),
                    *((str(v.pk), names[v.membership.pk]) for v in voters),
                ],
                help_text=_("The one who presides over the meeting does not take part in it."),
            )

    def lines(self) -> list[ui.VoteLine]:
        """Return the voters for the table of votes."""
        return [
            ui.VoteLine(
                person=who(voter, presiding=self.presiding),
                name=self.add_prefix(str(voter.pk)),
                value=str(self[str(voter.pk)].value() or ""),
            )
            for voter in self.voters
        ]

    @property
    def mover(self) -> str:
        """Return who moved the motion, with the political party."""
        return voting.mover_of(self.motion)

    def groups(self) -> list[tuple[str, str, list[int]]]:
        """Return who can be keyed in one press: each political party, or part without party, that has more
        than one at the table."""
        found: dict[str, list[int]] = {}
        for voter in self.voters:
            seat = voter.seat
            party = voter.membership.party
            label = party.short if party is not None else str(Part(seat.part).label) if seat.part else ""
            found.setdefault(label, []).append(voter.pk)
        several = [(label, pks) for label, pks in found.items() if label and len(pks) > 1]
        return [(str(place), label, pks) for place, (label, pks) in enumerate(several)]

    def keyed(self, group: str, choice: str) -> dict[str, str]:
        """Return what the fields are when everybody in ``group`` votes ``choice``; empty for a
        group that is not there."""
        pks = next((pks for key, _label, pks in self.groups() if key == group), [])
        return {self.add_prefix(str(pk)): choice for pk in pks} if choice in Choice.values else {}

    def choices(self) -> dict[int, Choice]:
        """Return what was keyed, by membership id; call it on a valid form."""
        return {voter.pk: Choice(self.cleaned_data[str(voter.pk)]) for voter in self.voters}

    def who_presides(self) -> Membership | None:
        """Return who was said to preside over this item, or None."""
        wanted = self.cleaned_data.get("presiding", "")
        return next((voter.membership for voter in self.voters if str(voter.pk) == wanted), None)


class CorrectForm(forms.Form):
    """Putting a vote right that was keyed wrong. What stood there stays in the trail."""

    vote = forms.ChoiceField(label=gettext_lazy("Whose vote"))
    reason = LineField(label=gettext_lazy("Why it is corrected"), max_length=200)

    def __init__(self, data: Mapping[str, object] | None = None, *, ballot: Ballot) -> None:
        super().__init__(data, prefix=f"correct{ballot.pk}")
        self.ballot = ballot
        self.votes = {str(vote.pk): vote for vote in ballot.votes.all()}
        self.fields["vote"] = forms.ChoiceField(
            label=_("Whose vote"), choices=[("", ""), *((pk, self._turned(vote)) for pk, vote in self.votes.items())]
        )

    @staticmethod
    def _turned(vote: Vote) -> str:
        words = {"name": vote.name}
        if vote.choice == Choice.FOR:
            return _("%(name)s: from for to against") % words
        return _("%(name)s: from against to for") % words

    def turned(self) -> tuple[Vote, Choice]:
        """Return the vote and what it should have been."""
        vote = self.votes[self.cleaned_data["vote"]]
        return vote, Choice.AGAINST if vote.choice == Choice.FOR else Choice.FOR


class ContestForm(forms.Form):
    """Two motions set against each other: those who voted for the second are ticked, everybody
    else voted for the first."""

    mark_optional = False
    first = forms.ChoiceField(label=gettext_lazy("One motion"), widget=RadioSelect)
    second = forms.ChoiceField(label=gettext_lazy("Against"), widget=RadioSelect)
    for_second = forms.MultipleChoiceField(
        label=gettext_lazy("Who voted for the second? Everybody else voted for the first."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, motions: Sequence[Motion], voters: Sequence[Voter]
    ) -> None:
        super().__init__(data, prefix="contest")
        self.motions = {str(motion.pk): motion for motion in motions}
        self.voters = list(voters)
        names = [(pk, named(motion)) for pk, motion in self.motions.items()]
        for name, place in (("first", 0), ("second", 1)):
            self.fields[name].choices = names  # type: ignore[attr-defined]  # a ChoiceField
            self.fields[name].initial = names[place][0] if len(names) > place else None
        self.fields["for_second"].choices = as_choices(  # type: ignore[attr-defined]  # a MultipleChoiceField
            (str(voter.pk), voter.membership) for voter in voters
        )

    def clean(self) -> dict[str, object]:
        """Refuse a motion against itself."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            self.add_error("second", _("Choose two different motions to set against each other."))
        return cleaned

    def choices(self) -> dict[int, Choice]:
        """Return the votes by membership id: for the first, or against it."""
        second = set(self.cleaned_data["for_second"])
        return {v.pk: Choice.AGAINST if str(v.pk) in second else Choice.FOR for v in self.voters}
