"""What is filled in for one thing that happens in an item: somebody leaves or comes, the doors, who takes part,
postponing, what is put into the minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases import legal_bases
from forum.cases.case_owners import owner_of
from forum.meetings.attendance.roll_call import declined, deputies, list_of
from forum.meetings.core import voting
from forum.meetings.core.models import AgendaItem, Meeting, Motion
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, RecusalKind, Settled
from forum.organisation.models import Membership
from trepart import clock
from trepart.forms import PlainTextField, RadioSelect, Textarea, TimeInput

#: A text that may be as long as it needs to be shows no counter.
QUIET = {"data-counter": False}
#: The next deputy in line.
NEXT = "next"


def with_party(membership: Membership) -> str:
    """Return a name with the political party behind it."""
    name = membership.person.name
    return f"{name} ({membership.party.short})" if membership.party is not None else name


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
            Settled.AGREED: _("Everybody agreed"),
            Settled.VOTE: _("By vote"),
            Settled.LAW: _("The law leaves no choice"),
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
            choices=[(str(voter.pk), with_party(voter.membership)) for voter in voters],
            widget=forms.CheckboxSelectMultiple,
        )

    def choices(self, *, without: Membership | None = None) -> dict[int, Choice] | None:
        """Return the votes by membership id; None where there was no vote."""
        if self.cleaned_data["settled"] != Settled.VOTE:
            return None
        against = set(self.cleaned_data["against"])
        return {
            voter.pk: Choice.AGAINST if str(voter.pk) in against else Choice.FOR
            for voter in self.voters
            if without is None or voter.pk != without.pk
        }


class Timed(forms.Form):
    """Something that happens at a time of the meeting's day; now, unless said."""

    def add_time(self, meeting: Meeting) -> None:
        """Add the question of when."""
        self.meeting = meeting
        self.fields["at"] = forms.TimeField(
            label=_("Time"), required=False, widget=TimeInput, help_text=_("Leave it empty for now.")
        )

    def clean_at(self) -> datetime | None:
        """Return the moment, on the day the meeting is held."""
        at = self.cleaned_data.get("at")
        if at is None:
            return None
        opened = timezone.localtime(self.meeting.opened_at or clock.now())
        return opened.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


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
    skipped_reason = forms.CharField(
        label=gettext_lazy("Why an earlier deputy was passed over"), max_length=200, required=False
    )
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, item: AgendaItem, table: Sequence[Voter], initial: Any = None) -> None:
        super().__init__(data, prefix="leave", initial=initial)
        self.table = {str(voter.pk): voter for voter in table}
        self.everyone = deputies(item.meeting)
        sitting = {voter.pk for voter in table}
        free = [d for d in self.everyone if d.pk not in sitting]
        self.free = {str(d.pk): d for d in free}
        self.fields["membership"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (pk, with_party(voter.membership)) for pk, voter in self.table.items()
        ]
        choices = [(str(d.pk), _numbered(d)) for d in free]
        if choices:
            choices = [(NEXT, _("The next on the list")), *choices]
        self.fields["deputy"] = forms.ChoiceField(
            label=_("Who takes the seat?"),
            required=False,
            choices=[("", _("Nobody: no deputy has come")), *choices],
            help_text=_(
                "Without a deputy the seat counts as not voted: at least half of the members must still vote (§ 11-9)."
            ),
        )
        self.add_time(item.meeting)

    def clean(self) -> dict[str, Any]:
        """Turn the ids into members."""
        cleaned: dict[str, Any] = super().clean() or {}
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


def _numbered(deputy: Membership) -> str:
    part = str(deputy.get_part_display())
    return f"{deputy.deputy_number}. {deputy.person.name}, {part}" if part else deputy.person.name


class ComeForm(Timed):
    """Somebody comes: a member who was late or away, or a deputy for a seat that nobody has taken."""

    mark_optional = False
    who = forms.ChoiceField(label=gettext_lazy("Who comes?"), widget=RadioSelect)
    skipped_reason = forms.CharField(
        label=gettext_lazy("Why an earlier deputy was passed over"), max_length=200, required=False
    )

    def __init__(
        self, data: Any = None, *, item: AgendaItem, seats: Sequence[Membership], table: Sequence[Voter]
    ) -> None:
        super().__init__(data, prefix="come")
        sitting = {voter.pk for voter in table}
        taken = {voter.stands_for.pk: voter for voter in table if voter.stands_for is not None}
        self.comers: dict[str, tuple[Membership, Membership | None]] = {}
        choices = []
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
            for deputy_ in list_of(seat, deputies(item.meeting)):
                if deputy_.pk in sitting:
                    continue
                key = f"{deputy_.pk}-{seat.pk}"
                self.comers[key] = (deputy_, seat)
                words = {"deputy": _numbered(deputy_), "member": seat.person.name}
                choices.append((key, _("%(deputy)s, for %(member)s") % words))
        self.fields["who"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.add_time(item.meeting)

    def clean(self) -> dict[str, Any]:
        """Turn the answer into who comes, and for whom."""
        cleaned: dict[str, Any] = super().clean() or {}
        comer = self.comers.get(cleaned.pop("who", ""))
        if comer is not None:
            cleaned["membership"], cleaned["stands_for"] = comer
        return cleaned


class RecuseForm(Voted):
    """Somebody who does not take part in the item: who, why, on what basis, how it was decided, and the deputy for
    this item alone (R12)."""

    membership = forms.ChoiceField(label=gettext_lazy("Who does not take part?"))
    kind = forms.ChoiceField(label=gettext_lazy("Why?"), choices=RecusalKind.choices, widget=RadioSelect)
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=200,
        help_text=gettext_lazy(
            "For example: fvl. § 6 first paragraph (disqualified), koml. § 11-10 second paragraph (prepared "
            "the case as an employee), koml. § 11-11 (exempted)."
        ),
    )
    deputy = forms.ChoiceField(label=gettext_lazy("Deputy for this case"), required=False)
    skipped_reason = forms.CharField(
        label=gettext_lazy("Why an earlier deputy was passed over"), max_length=200, required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        people: Sequence[Membership],
        deputies: Sequence[Membership],
        voters: Sequence[Voter],
        initial: Any = None,
    ) -> None:
        super().__init__(data, prefix="recuse", initial={"kind": RecusalKind.PARTIALITY, **(initial or {})})
        # A ChoiceField.
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, capfirst(kind.label)) for kind in RecusalKind
        ]
        self.people = {str(m.pk): m for m in people}
        on_lists = [d for d in deputies if any(d in list_of(m, deputies) for m in people)]
        self.deputies = {str(d.pk): d for d in on_lists if str(d.pk) not in self.people}
        self.fields["membership"] = forms.ChoiceField(
            label=_("Who does not take part?"),
            choices=[("", ""), *((pk, with_party(m)) for pk, m in self.people.items())],
        )
        self.fields["deputy"] = forms.ChoiceField(
            label=_("Deputy for this case"),
            required=False,
            choices=[("", _("No deputy meets")), *((pk, _numbered(d)) for pk, d in self.deputies.items())],
            help_text=_(
                "Without a deputy the seat counts as not voted: at least half of the members must still vote (§ 11-9)."
            ),
        )
        self.add_vote(voters)
        self.fields["against"].label = _(
            "Who voted that the member takes part? Everybody else voted against; the member concerned has no say."
        )

    def clean(self) -> dict[str, Any]:
        """Turn the ids into members."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["membership"] = self.people.get(cleaned.get("membership", ""))
        cleaned["deputy"] = self.deputies.get(cleaned.get("deputy", ""))
        return cleaned


class CloseDoorsForm(Voted):
    """Closing the doors in the meeting: the provision from the list, the title the public sees,
    how it was decided (R8)."""

    conditional = {"settled": ("against",), "basis": ("provision",)}
    offered = (Settled.AGREED, Settled.VOTE, Settled.LAW)

    basis = forms.ChoiceField(label=gettext_lazy("Legal basis"))
    provision = forms.ChoiceField(
        label=gettext_lazy("Provision of the Freedom of Information Act"), required=False, choices=[]
    )
    public_title = forms.CharField(
        label=gettext_lazy("Title that the public sees"),
        max_length=200,
        help_text=gettext_lazy(
            "The case list is public. Say as much as can be said without giving away what is protected."
        ),
    )
    debate_closed = forms.BooleanField(
        label=gettext_lazy(
            "The debate on closing was itself behind closed doors (the decision is always made in the open)"
        ),
        required=False,
    )

    def __init__(self, data: Any = None, *, item: AgendaItem, voters: Sequence[Voter]) -> None:
        basis, _comma, provision = item.closed_basis.partition(", offl")
        initial = {"basis": basis, "provision": f"offl{provision}", "public_title": item.public_title}
        super().__init__(data, prefix="close", initial=initial)
        with_act = [basis.text for basis in legal_bases.BASES if basis.with_act]
        self.fields["basis"] = forms.ChoiceField(
            label=_("Legal basis"),
            choices=[(basis.text, basis.text) for basis in legal_bases.BASES],
            widget=RadioSelect(reveals=with_act, descriptions={b.text: b.label for b in legal_bases.BASES}),
        )
        # A ChoiceField.
        self.fields["provision"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((v, f"{v}: {label}") for v, label in legal_bases.PROVISIONS),
        ]
        self.add_vote(voters)

    def clean(self) -> dict[str, Any]:
        """Ask for the provision where the basis needs one, and put the two together."""
        cleaned: dict[str, Any] = super().clean() or {}
        basis = legal_bases.find(cleaned.get("basis", ""))
        full = cleaned.get("basis", "")
        if basis is not None and basis.with_act:
            if not cleaned.get("provision"):
                self.add_error("provision", _("Say which provision the information could be exempted under."))
            full = f"{full}, {cleaned.get('provision', '')}"
        if basis is not None and not basis.mandatory and cleaned.get("settled") == Settled.LAW:
            self.add_error("settled", _("Here the body chooses: say how it decided."))
        cleaned["full_basis"] = full
        return cleaned


class PostponeItemForm(Voted):
    """Postponing the case, by simple majority (R7)."""

    text = PlainTextField(
        label=gettext_lazy("What was decided"), max_length=20000, widget=Textarea(rows=2, attrs=QUIET)
    )
    answer = PlainTextField(label=gettext_lazy("A word to the proposer about why"), required=False, max_length=5000)

    def __init__(self, data: Any = None, *, item: AgendaItem, voters: Sequence[Voter]) -> None:
        super().__init__(data, prefix="postpone", initial={"text": _("The case is postponed.")})
        owner = owner_of(item.referral)
        if owner is None or not owner.answers_somebody():
            del self.fields["answer"]
        self.add_vote(voters)


class AdditionForm(forms.Form):
    """A statement for the minutes, and whose it is (protokolltilførsel)."""

    membership = forms.ChoiceField(label=gettext_lazy("From whom"))
    on_behalf = forms.CharField(label=gettext_lazy("On behalf of"), max_length=200, required=False)
    text = PlainTextField(
        label=gettext_lazy("What is to stand in the minutes, word for word"),
        max_length=5000,
        widget=Textarea(attrs=QUIET),
    )

    def __init__(self, data: Any = None, *, people: Iterable[Membership]) -> None:
        super().__init__(data, prefix="addition")
        self.people = {str(m.pk): m for m in people}
        self.fields["membership"] = forms.ChoiceField(
            label=_("From whom"), choices=[("", ""), *((pk, with_party(m)) for pk, m in self.people.items())]
        )

    def clean_membership(self) -> Membership:
        """Return the member."""
        return self.people[self.cleaned_data["membership"]]


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

    def __init__(self, data: Any = None, *, item: AgendaItem, table: Sequence[Voter]) -> None:
        there = [str(one.membership_id) for one in item.objections.all()]
        super().__init__(data, prefix="object", initial={"members": there, "papers_late": item.papers_late})
        self.people = {str(voter.pk): voter.membership for voter in table}
        presiding = str(item.meeting.presiding_id or "")
        self.fields["members"].choices = [  # type: ignore[attr-defined]  # a MultipleChoiceField
            (pk, with_party(m) + (f", {_('presiding')}" if pk == presiding else "")) for pk, m in self.people.items()
        ]
        if item.late:
            del self.fields["papers_late"]

    def clean_members(self) -> list[Membership]:
        """Return the members."""
        return [self.people[pk] for pk in self.cleaned_data["members"]]


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

    def __init__(self, data: Any = None, *, motions: Sequence[Motion], voters: Sequence[Voter]) -> None:
        super().__init__(data, prefix="contest")
        self.motions = {str(motion.pk): motion for motion in motions}
        self.voters = list(voters)
        names = [(pk, self._named(motion)) for pk, motion in self.motions.items()]
        for name, place in (("first", 0), ("second", 1)):
            self.fields[name].choices = names  # type: ignore[attr-defined]  # a ChoiceField
            self.fields[name].initial = names[place][0] if len(names) > place else None
        self.fields["for_second"].choices = [  # type: ignore[attr-defined]  # a MultipleChoiceField
            (str(voter.pk), with_party(voter.membership)) for voter in voters
        ]

    @staticmethod
    def _named(motion: Motion) -> str:
        name = voting.name_of(motion)
        text = motion.text if len(motion.text) <= 90 else motion.text[:88].rstrip() + "…"
        return f"{name[:1].upper()}{name[1:]}: {text}"

    def clean(self) -> dict[str, Any]:
        """Refuse a motion against itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            self.add_error("second", _("Choose two different motions to set against each other."))
        return cleaned

    def choices(self) -> dict[int, Choice]:
        """Return the votes by membership id: for the first, or against it."""
        second = set(self.cleaned_data["for_second"])
        return {v.pk: Choice.AGAINST if str(v.pk) in second else Choice.FOR for v in self.voters}


class InformForm(forms.Form):
    """Somebody without a seat who was invited to inform the body in this case (R5)."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    title = forms.CharField(label=gettext_lazy("Title, or from where"), max_length=150, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="inform")
