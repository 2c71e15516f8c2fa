"""Forms for who leaves, who comes, who does not take part, and who attends without a seat."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.meetings.attendance.deputy_lists import declined, deputies, list_of
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import moment_in
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Capacity, Choice, RecusalKind, Settled
from forum.meetings.session.participation.names import as_choices, numbered, with_party
from forum.meetings.session.votes.procedural_form import Voted
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart.forms import LineField, RadioSelect, TimeInput
from trepart.text.administration_act import Matter, cite

#: The next deputy in line, and that none comes.
NEXT, NOBODY = "next", "nobody"

#: That everybody found that the member takes part: minuted as the vote it is.
TAKES_PART = "takes_part"


class Timed(forms.Form):
    """Something that happens at a time of the meeting's day or night; now, unless said."""

    def add_time(self, meeting: Meeting) -> None:
        """Add the question of when."""
        self.meeting = meeting
        self.fields["at"] = forms.TimeField(
            label=_("Time"), required=False, widget=TimeInput, help_text=_("Leave it empty for now.")
        )

    def clean_at(self) -> datetime | None:
        """Return the moment, in the night the meeting is held."""
        at = self.cleaned_data.get("at")
        return moment_in(self.meeting, at) if at is not None else None


class LeaveForm(Timed):
    """Somebody leaves: for the rest of the meeting or for this case, with the deputy who takes the seat."""

    mark_optional = False
    membership = forms.ChoiceField(label=gettext_lazy("Who leaves?"), widget=RadioSelect)
    only = forms.ChoiceField(
        label=gettext_lazy("For how long?"),
        choices=[("rest", gettext_lazy("The rest of the meeting")), ("only", gettext_lazy("This case only"))],
        initial="rest",
        widget=RadioSelect,
    )
    deputy = forms.ChoiceField(label=gettext_lazy("Who takes the seat?"))
    skipped_reason = LineField(
        label=gettext_lazy("Why an earlier deputy was passed over"), max_length=200, required=False
    )
    reason = LineField(
        label=gettext_lazy("Why?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("May be left empty. Only the secretary and the leader read it, never the minutes."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        item: AgendaItem,
        table: Sequence[Voter],
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, prefix="leave", initial=initial)
        self.table = {str(voter.pk): voter for voter in table}
        self.everyone = deputies(item.meeting)
        sitting = {voter.pk for voter in table}
        free = [d for d in self.everyone if d.pk not in sitting]
        self.free = {str(d.pk): d for d in free}
        self.fields["membership"].choices = as_choices(  # type: ignore[attr-defined]  # a ChoiceField
            (pk, voter.membership) for pk, voter in self.table.items()
        )
        choices = [(str(pk), said) for pk, said in numbered(free).items()]
        if choices:
            # Nothing is chosen beforehand: without a deputy the seat loses its vote.
            choices = [("", ""), (NEXT, _("The next on the list")), *choices]
        self.fields["deputy"] = forms.ChoiceField(
            label=_("Who takes the seat?"),
            choices=[*choices, (NOBODY, _("Nobody: no deputy has come"))],
            help_text=_(
                "Without a deputy the seat counts as not voted: at least half of the members must still vote (§ 11-9)."
            ),
        )
        self.add_time(item.meeting)

    def clean(self) -> dict[str, object]:
        """Turn the ids into members."""
        super().clean()
        cleaned = self.cleaned_data
        voter = self.table.get(cleaned.get("membership", ""))
        cleaned["membership"] = voter.membership if voter is not None else None
        cleaned["only"] = cleaned.get("only") == "only"
        wanted = cleaned.get("deputy", "")
        if wanted == NEXT and voter is not None:
            gone = declined(self.meeting)
            own = list_of(voter.seat, (d for d in self.free.values() if d.pk not in gone))
            if not own:
                self.add_error("deputy", _("There is no deputy left on this list."))
            cleaned["deputy"] = own[0] if own else None
        else:
            cleaned["deputy"] = self.free.get(wanted)
        return cleaned


class ComeForm(Timed):
    """Somebody comes: a member who was late or away, or a deputy for a seat that nobody has taken."""

    mark_optional = False
    who = forms.ChoiceField(label=gettext_lazy("Who comes?"), widget=RadioSelect)
    skipped_reason = LineField(
        label=gettext_lazy("Why an earlier deputy was passed over"), max_length=200, required=False
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        item: AgendaItem,
        seats: Sequence[Membership],
        table: Sequence[Voter],
    ) -> None:
        super().__init__(data, prefix="come")
        sitting = {voter.pk for voter in table}
        taken = {voter.stands_for.pk: voter for voter in table if voter.stands_for is not None}
        self.comers: dict[str, tuple[Membership, Membership | None]] = {}
        choices = []
        there = deputies(item.meeting)
        called = numbered(there)
        for seat in seats:
            if seat.pk in sitting:
                continue
            self.comers[str(seat.pk)] = (seat, None)
            deputy = taken.get(seat.pk)
            note = _("; %(name)s steps down") % {"name": deputy.membership.person.name} if deputy is not None else ""
            choices.append((str(seat.pk), with_party(seat) + note))
        for seat in seats:
            if seat.pk in sitting or seat.pk in taken:
                continue
            for deputy_ in list_of(seat, there):
                if deputy_.pk in sitting:
                    continue
                key = f"{deputy_.pk}-{seat.pk}"
                self.comers[key] = (deputy_, seat)
                words = {"deputy": called[deputy_.pk], "member": told_apart.beside(seat, deputy_)}
                choices.append((key, _("%(deputy)s, for %(member)s") % words))
        self.fields["who"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.add_time(item.meeting)

    def clean(self) -> dict[str, object]:
        """Turn the answer into who comes, and for whom."""
        super().clean()
        cleaned = self.cleaned_data
        comer = self.comers.get(cleaned.pop("who", ""))
        if comer is not None:
            cleaned["membership"], cleaned["stands_for"] = comer
        return cleaned


def check_kind(form: forms.Form) -> None:
    """Say beside the basis where it is of the other kind: whoever is exempted on request is not disqualified (R12)."""
    kind, basis = form.cleaned_data.get("kind"), form.cleaned_data.get("basis", "")
    if not kind or RecusalKind(kind).fits(basis):
        return
    form.add_error(
        "basis",
        _("This provision is about members who are exempted at their own request.")
        if kind == RecusalKind.PARTIALITY
        else _("This provision is about members who are disqualified. § 11-11 is the one on exemption."),
    )


class RecuseForm(Voted):
    """Somebody who does not take part in the item: who, why, on what basis, how it was decided, and the deputy for
    this item alone (R12)."""

    conditional = {"settled": ("in_doubt", "against")}

    membership = forms.ChoiceField(label=gettext_lazy("Who does not take part?"))
    kind = forms.ChoiceField(label=gettext_lazy("Why?"), choices=RecusalKind.choices, widget=RadioSelect)
    basis = LineField(label=gettext_lazy("Legal basis"), max_length=200)
    deputy = forms.ChoiceField(label=gettext_lazy("Deputy for this case"), required=False)
    skipped_reason = LineField(
        label=gettext_lazy("Why an earlier deputy was passed over"), max_length=200, required=False
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        people: Sequence[Membership],
        deputies: Sequence[Membership],
        voters: Sequence[Voter],
        on: date,
        elected_body: bool = True,
        unavailable: Collection[int] = (),
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, prefix="recuse", initial={"kind": RecusalKind.PARTIALITY, **(initial or {})})
        self.unavailable = unavailable
        self.fields["basis"].help_text = (
            _(
                "For example: %(act)s (disqualified), koml. § 11-10 second paragraph (prepared the case as an "
                "employee), koml. § 11-11 (exempted)."
            )
            % {"act": cite(Matter.PARTY_SHORT, on)}
            if elected_body
            else _(
                "For example: %(act)s (disqualified). This is no elected body, so the Local Government Act § 11-10 "
                "second paragraph disqualifies nobody here."
            )
            % {"act": cite(Matter.PARTY_ELSEWHERE_SHORT, on)}
        )
        # A ChoiceField.
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, capfirst(kind.label)) for kind in RecusalKind
        ]
        self.people = {str(m.pk): m for m in people}
        self.everyone = [d for d in deputies if str(d.pk) not in self.people]
        # Once it is known who it is about, only the deputies on that list are offered (koml § 7-10, R4).
        known = str((self.data if self.is_bound else self.initial).get(self._membership_key(), ""))
        about = [self.people[known]] if known in self.people else list(people)
        self.lists = self._lists(about)
        self.deputies = {str(d.pk): d for own in self.lists.values() for d in own}
        self.fields["membership"] = forms.ChoiceField(
            label=_("Who does not take part?"),
            choices=[("", ""), *as_choices(self.people.items())],
        )
        self.fields["deputy"] = forms.ChoiceField(
            label=_("Deputy for this case"),
            required=False,
            choices=self._who_comes(),
            error_messages={
                "invalid_choice": _("Choose a deputy on the list of the one who does not take part (§ 7-10).")
            },
            help_text=_(
                "Without a deputy the seat counts as not voted: at least half of the members must still vote (§ 11-9)."
            ),
        )
        self.add_vote(voters)
        self.fields["settled"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (Settled.AGREED.value, _("Everybody was asked, and nobody objected")),
            (TAKES_PART, _("Everybody was asked, and agreed that the member takes part")),
            (Settled.VOTE.value, _("By vote")),
        ]
        self.fields["in_doubt"] = forms.MultipleChoiceField(
            label=_("Whose own part in this case is in doubt too? They have no say either."),
            help_text=_("Unless too few are left to decide it: then all who met take part in the vote (%(act)s).")
            % {"act": cite(Matter.DECIDED, on)},
            required=False,
            choices=as_choices(self.people.items()),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["against"].label = _(
            "Who voted that the member takes part? Everybody else voted against; the member concerned has no say."
        )

    def _membership_key(self) -> str:
        return f"{self.prefix}-membership" if self.is_bound else "membership"

    def _lists(self, about: Sequence[Membership]) -> dict[str, list[Membership]]:
        """Return the deputies for ``about``, list by list, each in elected order."""
        found: dict[str, list[Membership]] = {}
        for member in about:
            own = list_of(member, self.everyone)
            if own and own not in found.values():
                heading = str(own[0].get_part_display() or own[0].get_side_display() or _("Deputies"))
                found[f"{heading} {len(found) + 1}" if heading in found else heading] = own
        return found

    def _who_comes(self) -> list[tuple[str, object]]:
        """Return the answers; none is chosen beforehand where one of them costs a seat its vote."""
        if not self.lists:
            return [(NOBODY, _("No deputy meets"))]
        named: list[tuple[str, object]] = [
            (heading, [(str(pk), said) for pk, said in numbered(own).items()]) for heading, own in self.lists.items()
        ]
        return [("", ""), (NEXT, _("The next on the list")), *named, (NOBODY, _("No deputy meets"))]

    def clean(self) -> dict[str, object]:
        """Turn the ids into members, and "the next" into who that is."""
        super().clean()
        cleaned = self.cleaned_data
        cleaned["membership"] = self.people.get(cleaned.get("membership", ""))
        check_kind(self)
        cleaned["in_doubt"] = [self.people[pk] for pk in cleaned.get("in_doubt", [])]
        wanted = cleaned.get("deputy", "")
        if not wanted and cleaned.get("settled") != TAKES_PART and "deputy" not in self.errors:
            self.add_error("deputy", self.fields["deputy"].error_messages["required"])
        if wanted == NEXT and cleaned["membership"] is not None:
            free = [d for d in list_of(cleaned["membership"], self.everyone) if d.pk not in self.unavailable]
            if not free:
                self.add_error("deputy", _("There is no deputy left on this list."))
            cleaned["deputy"] = free[0] if free else None
        else:
            cleaned["deputy"] = self.deputies.get(wanted)
        return cleaned

    @property
    def how(self) -> Settled:
        """Return how it was decided: that everybody found that the member takes part is a vote with nobody for."""
        settled = self.cleaned_data["settled"]
        return Settled.VOTE if settled == TAKES_PART else Settled(settled)

    def choices(self, *, without: Collection[int] = ()) -> dict[int, Choice] | None:
        """Return the votes as `Voted.choices` does."""
        if self.cleaned_data["settled"] != TAKES_PART:
            return super().choices(without=without)
        return {voter.pk: Choice.AGAINST for voter in self.voters if voter.pk not in without}


class InformForm(forms.Form):
    """Somebody without a seat who was invited to inform the body in this case, or who speaks in it for the employees by
    right (R5)."""

    capacity = forms.ChoiceField(label=gettext_lazy("As what?"), widget=RadioSelect)
    name = LineField(label=gettext_lazy("Name"), max_length=150)
    title = LineField(label=gettext_lazy("Title, or from where"), max_length=150, required=False)

    def __init__(self, data: Mapping[str, object] | None = None, *, elected_body: bool) -> None:
        super().__init__(data, prefix="inform", initial={"capacity": Capacity.INVITED})
        if not elected_body:
            del self.fields["capacity"]
            return
        self.fields["capacity"] = forms.ChoiceField(
            label=_("As what?"),
            choices=[(c.value, capfirst(c.label)) for c in (Capacity.INVITED, Capacity.EMPLOYEES)],
            widget=RadioSelect(
                descriptions={
                    Capacity.EMPLOYEES: _(
                        "A right in cases between the municipality as employer and its employees, without moving "
                        "motions; not where negotiations, a conflict, a union's lawsuit or the end of a tariff "
                        "agreement are prepared (Local Government Act § 13-4). The act does not say whether it holds "
                        "behind closed doors: there the body decides."
                    )
                }
            ),
        )

    def clean(self) -> dict[str, object]:
        """Say as what, also where nothing else than being invited is possible."""
        super().clean()
        self.cleaned_data.setdefault("capacity", Capacity.INVITED)
        return self.cleaned_data


class AttendeeForm(forms.Form):
    """Somebody without a seat who attends, and as what: that decides whether they may speak and move motions (R5)."""

    name = LineField(label=gettext_lazy("Name"), max_length=150)
    title = LineField(label=gettext_lazy("Title, or from where"), max_length=150, required=False)
    capacity = forms.ChoiceField(
        label=gettext_lazy("Attends as"), choices=(), initial=Capacity.ADMINISTRATION, widget=RadioSelect
    )

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, prefix="attendee")
        offered = (Capacity.ADMINISTRATION, Capacity.CHIEF_EXECUTIVE, Capacity.MAYOR, Capacity.OTHER)
        # A ChoiceField.
        self.fields["capacity"].choices = [  # type: ignore[attr-defined]
            (c.value, str(c.label).capitalize()) for c in offered
        ]
