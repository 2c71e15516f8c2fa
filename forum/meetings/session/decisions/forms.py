"""Forms for what was decided in an item, for postponing it and for objections to deciding it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases import own_cases
from forum.cases.case_owners import is_carried_out_by_owner, owner_of
from forum.cases.deadlines import too_far
from forum.cases.enums import Resolution
from forum.cases.forms.hidden_names import AsksBeforeNaming, AsksOfCase
from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.closed.stepped_aside import those_who_left
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.session.decisions.authority_fields import add_authority, check_authority, read_authority
from forum.meetings.session.decisions.consistency import (
    contradicted,
    differences,
    kept_behind_doors,
    more_than_noted,
)
from forum.meetings.session.decisions.services import FIELD_LABELS, overruled_by, puts_off, required
from forum.meetings.session.participation.names import as_choices
from forum.meetings.session.votes.procedural_form import Voted
from forum.organisation.models import Employment, Membership
from forum.organisation.queries import told_apart
from forum.organisation.queries.responsible import who_may_be_responsible
from trepart import clock
from trepart.access.models import User
from trepart.alphabet import norwegian, sort_key
from trepart.forms import DateInput, LineField, PlainTextField, Textarea

if TYPE_CHECKING:
    from trepart.access.rules import Person


class PostponeItemForm(AsksOfCase, Voted):
    """Postponing the case, by simple majority (R7)."""

    text = PlainTextField(
        label=gettext_lazy("What was decided?"), max_length=20000, widget=Textarea(rows=2, attrs=QUIET)
    )
    answer = PlainTextField(label=gettext_lazy("A word to the proposer about why"), required=False, max_length=5000)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        item: AgendaItem,
        voters: Sequence[Voter],
        reader: "Person | None" = None,
    ) -> None:
        super().__init__(data, prefix="postpone", initial={"text": _("The case is postponed.")})
        self.about(item.folder, reader)
        owner = owner_of(item.referral)
        if owner is None or not owner.answers_somebody():
            del self.fields["answer"]
        self.add_vote(voters)


class ObjectionForm(forms.Form):
    """Who objects to deciding a case that came late, or whose documents did (koml § 11-3)."""

    mark_optional = False
    papers_late = forms.BooleanField(label=gettext_lazy("The documents did not go out with the notice"), required=False)
    members = forms.MultipleChoiceField(
        label=gettext_lazy("Who objects?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "The objection of the person presiding is enough; otherwise it takes a third of those present. The "
            "portal counts."
        ),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem, table: Sequence[Voter]) -> None:
        there = [str(one.membership_id) for one in item.objections.all()]
        super().__init__(data, prefix="object", initial={"members": there, "papers_late": item.papers_late})
        self.people = {str(voter.pk): voter.membership for voter in table}
        presiding = str(item.meeting.presiding_id or "")
        self.fields["members"].choices = [  # type: ignore[attr-defined]  # a MultipleChoiceField
            (pk, label + (f", {_('presiding')}" if pk == presiding else ""))
            for pk, label in as_choices(self.people.items())
        ]
        if item.late:
            del self.fields["papers_late"]

    def clean_members(self) -> list[Membership]:
        """Return the members."""
        return [self.people[pk] for pk in self.cleaned_data["members"]]


#: What the day of a decision is, by what is decided.
_DAYS = {
    Resolution.ADOPT: gettext_lazy("To be carried out by"),
    Resolution.CONSIDER: gettext_lazy("Comes back"),
    Resolution.TO_COUNCIL: gettext_lazy("When do you ask what came of it?"),
}


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = LineField(label=gettext_lazy("Why?"), max_length=200)

    def __init__(self, data: Mapping[str, object] | None = None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix)


def ask_where_it_differs(form: forms.Form, item: AgendaItem, resolution: Resolution, text: str) -> None:
    """Ask in ``form`` why a decision in the words ``text`` is not what was voted on, where it is not: only then, and
    not where no reason excuses it."""
    ballots, elections = list(item.ballots.all()), list(item.elections.all())
    unlike = differences(resolution, text, ballots=ballots, elections=elections)
    if unlike and not contradicted(resolution, text, ballots=ballots, elections=elections):
        form.fields["differs"] = PlainTextField(
            label=_("It differs from what was voted on. Why?"),
            max_length=1000,
            help_text=" ".join([*unlike, _("The minutes print both, and your reason. Or change the words above.")]),
        )


def check_more_than_noted(form: forms.Form, item: AgendaItem, resolution: Resolution) -> None:
    """Refuse in ``form`` that the body only took note, where it adopted a motion that is about more than that."""
    if resolution == Resolution.NOTED and (said := more_than_noted(item.ballots.all())):
        form.add_error(None, said)


class DecisionForm(AsksBeforeNaming):
    """What was decided, with exactly the fields that this resolution needs: the owner of the case says which."""

    text = PlainTextField(label=gettext_lazy("What was decided?"), max_length=20000, widget=Textarea(attrs=QUIET))

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        item: AgendaItem,
        resolution: Resolution,
        text: str,
        reader: "Person | None" = None,
    ) -> None:
        super().__init__(data, prefix="decision", initial={"text": text})
        self.item = item
        self.reader = reader
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
        if resolution == Resolution.ADOPT and not is_carried_out_by_owner(item.referral):
            # Every decision is followed up until it is carried out (koml § 13-1, R16); who does it may be
            # settled after the meeting.
            for name in ("responsible", "due_on"):
                self.fields[name] = makers[name](text)
                self.fields[name].required = False
        if kept_behind_doors(item, ballots=item.ballots.all(), elections=item.elections.all()):
            self.fields["text"].help_text = _(
                "The doors are open again, so everybody reads this. What was moved behind them stays there, with the "
                "vote: write the decision in words that may be known."
            )
        add_authority(self, item, resolution)
        self.overruled = overruled_by(item, resolution)
        if self.overruled:
            self.fields["over_a_part"] = forms.BooleanField(
                label=_("The decision stands all the same"),
                help_text=_("%(who)s It is asked about this once, and the minutes say it.")
                % {"who": " ".join(self.overruled)},
            )
        if resolution == Resolution.SEND_BACK:
            self.fields["needs_user_representatives"] = forms.BooleanField(
                label=_("User representatives must take part before it is concluded"), required=False
            )
        owner = owner_of(item.referral)
        if owner is not None and owner.answers_somebody() and resolution == Resolution.POSTPONE:
            self.fields["answer"] = PlainTextField(
                label=_("A word to the proposer about why"), required=False, max_length=5000
            )
        if data is not None:
            ask_where_it_differs(self, item, resolution, str(data.get(self.add_prefix("text"), "")))

    def names_hidden(self) -> Sequence[str]:
        """Return who sent the case in, where that is not shown and whoever writes may know it."""
        return own_cases.names_hidden(self.item.folder, self.reader) if self.item.folder is not None else []

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
            queryset=self._may_be_responsible(),
            widget=PeopleSelect,
        )

    def _may_be_responsible(self) -> "QuerySet[User]":
        """Return who works in the municipality or sits in the body, but not who has stepped aside (fvl § 6)."""
        found = who_may_be_responsible(self.item.meeting.body, own_unit=False)
        return found.exclude(pk__in=those_who_left(self.item))

    def _due_on(self, text: str) -> forms.Field:
        return forms.DateField(label=str(_DAYS.get(self.resolution) or FIELD_LABELS["due_on"]), widget=DateInput)

    def clean_due_on(self) -> date | None:
        """Refuse a day gone by."""
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on is not None and due_on < clock.today():
            raise forms.ValidationError(_("The date has passed already."))
        if due_on is not None and puts_off(self.item, self.resolution) and (why := too_far(due_on)):
            raise forms.ValidationError(why)
        return due_on

    def clean(self) -> dict[str, Any]:
        """Say beside its field where the body has no authority for what is decided."""
        super().clean()
        check_authority(self, self.item, self.resolution)
        check_more_than_noted(self, self.item, self.resolution)
        return self.cleaned_data

    def rests(self) -> dict[str, Any]:
        """Return what the decision rests on, or to whom the case is recommended, and that it stands although a whole
        part was against."""
        return {**read_authority(self.cleaned_data), "over_a_part": bool(self.cleaned_data.get("over_a_part"))}

    def options(self) -> dict[str, object]:
        """Return what goes into the decision's options."""
        names = ("recommendation", "back_to", "needs_user_representatives")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class PeopleSelect(forms.Select):
    """People to choose from, grouped by workplace, in Norwegian order: one query, however many there are."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, object] | None = None) -> list[Any]:
        """Return the people employed today, by workplace."""
        running = (
            Employment.objects.running()
            .filter(person__is_active=True)
            .select_related("person", "unit")
            .order_by(norwegian("person__name"), "pk")
        )
        by_unit: dict[str, list[User]] = {}
        for employment in running:
            by_unit.setdefault(employment.unit.name, []).append(employment.person)
        self.choices = [("", ""), *((unit, self._people(by_unit[unit])) for unit in sorted(by_unit, key=sort_key))]
        groups: list[Any] = super().optgroups(name, value, attrs)
        return groups

    @staticmethod
    def _people(found: list[User]) -> list[tuple[str, str]]:
        said = told_apart.labels([(person, person.name) for person in found])
        return [(str(person.pk), label) for person, label in zip(found, said, strict=True)]
