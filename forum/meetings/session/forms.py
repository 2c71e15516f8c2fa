"""What is filled in while a meeting is in session: motions, votes, who does not take part, what was
said, what was decided."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.meetings.core import voting
from forum.meetings.core.models import AgendaItem, Ballot, Motion
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice
from forum.meetings.session.action_forms import with_party
from forum.meetings.session.decisions import FIELD_LABELS, required
from forum.meetings.session.models import Attendee, DiscussionDraft
from forum.organisation.enums import Part
from forum.organisation.models import Employment, Membership
from trepart import clock, ui
from trepart.access.models import User
from trepart.alphabet import norwegian, sort_key
from trepart.forms import DateInput, PlainTextField, RadioSelect, Textarea

#: A text that may be as long as it needs to be shows no counter.
QUIET = {"data-counter": False}

#: What the day of a decision is, by what is decided.
_DAYS = {
    Resolution.ADOPT: gettext_lazy("To be carried out by"),
    Resolution.CONSIDER: gettext_lazy("Comes back"),
    Resolution.TO_COUNCIL: gettext_lazy("Ask the municipal council again on"),
}


def who(voter: Voter, *, presiding: int | None = None) -> ui.PersonLine:
    """Return somebody at the table as one line: name, party, part, for whom a deputy meets, who presides."""
    seat = voter.seat
    said = []
    if voter.stands_for is not None:
        said.append(_("deputy for %(name)s") % {"name": voter.stands_for.person.name})
    if voter.pk == presiding:
        said.append(_("presiding"))
    party = voter.membership.party
    return ui.PersonLine(
        name=voter.membership.person.name,
        role=" · ".join(said),
        part=seat.part,
        party=party.short if party is not None else "",
    )


class MotionForm(forms.Form):
    """A motion, and who moved it: somebody who takes part in the item (koml § 8-1)."""

    moved_by = forms.ChoiceField(label=gettext_lazy("Moved by"))
    text = PlainTextField(
        label=gettext_lazy("The motion, word for word"), max_length=20000, widget=Textarea(attrs=QUIET)
    )

    def __init__(self, data: Any = None, *, voters: Sequence[Voter], movers: Sequence[Attendee] = ()) -> None:
        super().__init__(data, prefix="motion")
        self.people: dict[str, Membership | Attendee] = {str(voter.pk): voter.membership for voter in voters}
        self.people |= {f"a{one.pk}": one for one in movers}
        self.fields["moved_by"] = forms.ChoiceField(
            label=_("Moved by"), choices=[("", ""), *((pk, _mover(one)) for pk, one in self.people.items())]
        )

    def clean_moved_by(self) -> Membership | Attendee:
        """Return the member."""
        return self.people[self.cleaned_data["moved_by"]]


def _mover(one: Membership | Attendee) -> str:
    return f"{one.name}, {one.get_capacity_display()}" if isinstance(one, Attendee) else with_party(one)


class VoteForm(forms.Form):
    """The vote of everybody entitled over one motion, "for" unless said; and who presides where the one
    who does takes no part."""

    mark_optional = False

    def __init__(self, data: Any = None, *, motion: Motion, voters: Sequence[Voter], presiding: int | None) -> None:
        super().__init__(data, prefix=f"vote{motion.pk}")
        self.motion = motion
        self.voters = voters
        self.presiding = presiding
        for voter in voters:
            self.fields[str(voter.pk)] = forms.ChoiceField(
                label=voter.membership.person.name, choices=Choice.choices, initial=Choice.FOR, widget=RadioSelect
            )
        self.asks_presiding = presiding not in {voter.pk for voter in voters}
        if self.asks_presiding:
            self.fields["presiding"] = forms.ChoiceField(
                label=_("Who presides over this case?"),
                required=False,
                choices=[
                    ("", _("The leader, or else the deputy leader")),
                    *((str(v.pk), v.membership.person.name) for v in voters),
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
    reason = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=200)

    def __init__(self, data: Any = None, *, ballot: Ballot) -> None:
        super().__init__(data, prefix=f"correct{ballot.pk}")
        self.ballot = ballot
        self.votes = {str(vote.pk): vote for vote in ballot.votes.all()}
        self.fields["vote"] = forms.ChoiceField(
            label=_("Whose vote"), choices=[("", ""), *((pk, self._turned(vote)) for pk, vote in self.votes.items())]
        )

    @staticmethod
    def _turned(vote: Any) -> str:
        words = {"name": vote.name}
        if vote.choice == Choice.FOR:
            return _("%(name)s: from for to against") % words
        return _("%(name)s: from against to for") % words

    def turned(self) -> tuple[Any, Choice]:
        """Return the vote and what it should have been."""
        vote = self.votes[self.cleaned_data["vote"]]
        return vote, Choice.AGAINST if vote.choice == Choice.FOR else Choice.FOR


class DiscussionForm(forms.Form):
    """What was said (Behandling)."""

    text = PlainTextField(
        label=gettext_lazy("Treatment"), required=False, max_length=20000, widget=Textarea(attrs=QUIET)
    )

    def __init__(self, data: Any = None, *, item: AgendaItem, draft: DiscussionDraft | None = None) -> None:
        super().__init__(
            data, prefix="discussion", initial={"text": draft.text if draft is not None else item.discussion}
        )
        url = reverse("forum:meeting_draft", args=[item.meeting_id, item.pk])
        self.fields["text"].widget.attrs["data-autosave"] = url


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=200)

    def __init__(self, data: Any = None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix)


class DecisionForm(forms.Form):
    """What was decided, with exactly the fields that this resolution needs: the owner of the case says which."""

    text = PlainTextField(label=gettext_lazy("What was decided"), max_length=20000, widget=Textarea(attrs=QUIET))

    def __init__(self, data: Any = None, *, item: AgendaItem, resolution: Resolution, text: str) -> None:
        super().__init__(data, prefix="decision", initial={"text": text})
        self.item = item
        self.resolution = resolution
        makers = {
            "answer": self._answer,
            "recommendation": self._recommendation,
            "back_to": self._back_to,
            "responsible": self._responsible,
            "due_on": self._due_on,
        }
        for name in required(item, resolution):
            if name in makers:
                self.fields[name] = makers[name](text)
        if resolution == Resolution.ADOPT and owner_of(item.referral) is None:
            # Every decision is followed up until it is carried out (koml § 13-1, R16); who does it may be
            # settled after the meeting.
            for name in ("responsible", "due_on"):
                self.fields[name] = makers[name](text)
                self.fields[name].required = False
        if resolution == Resolution.SEND_BACK:
            self.fields["needs_user_representatives"] = forms.BooleanField(
                label=_("User representatives must take part before it is concluded"), required=False
            )
        owner = owner_of(item.referral)
        if owner is not None and owner.answers_somebody() and resolution == Resolution.POSTPONE:
            self.fields["answer"] = PlainTextField(
                label=_("A word to the proposer about why"), required=False, max_length=5000
            )

    def _answer(self, text: str) -> forms.Field:
        return PlainTextField(
            label=_("Answer to the proposer"),
            max_length=5000,
            help_text=_("Sent when the meeting ends. Say what was decided, and why, in your own words."),
        )

    def _recommendation(self, text: str) -> forms.Field:
        return PlainTextField(
            label=_("Recommendation to the next body"), max_length=20000, widget=Textarea(attrs=QUIET), initial=text
        )

    def _back_to(self, text: str) -> forms.Field:
        owner = owner_of(self.item.referral)
        bodies = owner.back_to(self.item.referral) if owner is not None and self.item.referral is not None else []
        return forms.TypedChoiceField(
            label=_("Sent back to"), coerce=int, choices=[("", ""), *((str(pk), name) for pk, name in bodies)]
        )

    def _responsible(self, text: str) -> forms.Field:
        return forms.ModelChoiceField(
            label=_("Responsible for carrying it out"),
            queryset=User.objects.filter(is_active=True),
            widget=PeopleSelect,
        )

    def _due_on(self, text: str) -> forms.Field:
        return forms.DateField(label=str(_DAYS.get(self.resolution) or FIELD_LABELS["due_on"]), widget=DateInput)

    def clean_due_on(self) -> Any:
        """Refuse a day gone by."""
        due_on = self.cleaned_data["due_on"]
        if due_on is not None and due_on < clock.today():
            raise forms.ValidationError(_("The date has passed already."))
        return due_on

    def options(self) -> dict[str, Any]:
        """Return what goes into the decision's options."""
        names = ("recommendation", "back_to", "needs_user_representatives")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class PeopleSelect(forms.Select):
    """People to choose from, grouped by workplace, in Norwegian order: one query, however many there are."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Return the people employed today, by workplace."""
        running = (
            Employment.objects.running()
            .filter(person__is_active=True)
            .select_related("person", "unit")
            .order_by(norwegian("person__name"), "pk")
        )
        by_unit: dict[str, list[tuple[str, str]]] = {}
        for employment in running:
            by_unit.setdefault(employment.unit.name, []).append((str(employment.person_id), employment.person.name))
        self.choices = [("", ""), *((unit, by_unit[unit]) for unit in sorted(by_unit, key=sort_key))]
        groups: list[Any] = super().optgroups(name, value, attrs)
        return groups
