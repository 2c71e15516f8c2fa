"""Forms for putting the record of an ended meeting right."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import Resolution
from forum.cases.forms.hidden_names import AsksOfCase
from forum.meetings.agenda.forms import QUIET
from forum.meetings.core.models import AgendaItem, Attendance, Decision
from forum.meetings.core.vote_models import Ballot
from forum.meetings.core.voter import Voter
from forum.meetings.enums import Choice, Ground, MovementKind, RecusalKind
from forum.meetings.minutes.corrections.elections import BLANK, choice_of
from forum.meetings.minutes.corrections.services import open_resolutions
from forum.meetings.minutes.corrections.wording import choice_words
from forum.meetings.session import narrative
from forum.meetings.session.decisions import authority
from forum.meetings.session.decisions.authority_fields import ask_what_it_rests_on, check_authority, read_authority
from forum.meetings.session.decisions.forms import ask_where_it_differs, check_more_than_noted
from forum.meetings.session.decisions.services import required
from forum.meetings.session.elections.models import Round
from forum.meetings.session.models import Movement
from forum.meetings.session.participation.forms import check_kind
from forum.meetings.session.participation.names import as_choices, with_party
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart.forms import LineField, PlainTextField, RadioSelect, Textarea, TimeInput
from trepart.outdated_pages import ComparingForm

if TYPE_CHECKING:
    from trepart.access.rules import Person


class _Correction(ComparingForm):
    """A correction: what is put right, and why. What somebody else has put right meanwhile stays so."""

    not_compared = frozenset({"reason", "publish_list", "ground"})

    reason = PlainTextField(
        label=gettext_lazy("What was wrong, and why is it corrected?"),
        max_length=1000,
        help_text=gettext_lazy("Kept in the trail. The minutes print what it said before and the day, not the reason."),
    )

    def last(self) -> None:
        """Let the reason come after what is put right."""
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])


class _ByMember(_Correction):
    """What each member voted, with a question for everybody."""

    mark_optional = False

    def ask_each(
        self,
        voters: Sequence[Voter],
        offered: Sequence[tuple[str, str]],
        stands: Mapping[int, str],
        *,
        voted: Collection[int] = (),
    ) -> None:
        """Ask what each of ``voters`` voted, of what is ``offered``, as it ``stands`` now by membership id; of those
        who ``voted``, none can be said not to have."""
        self.voters = {f"vote_{voter.pk}": voter.pk for voter in voters}
        for name, voter in zip(self.voters, voters, strict=True):
            silent = [] if voter.pk in voted else [("", _("Did not vote"))]
            self.fields[name] = forms.ChoiceField(
                label=with_party(voter.membership),
                choices=[*offered, *silent],
                initial=stands.get(voter.pk, ""),
                required=False,
                widget=RadioSelect,
            )
        self.last()

    def choices(self) -> dict[int, str]:
        """Return what each voted, by membership id; call it on a valid form."""
        return {pk: self.cleaned_data[name] for name, pk in self.voters.items()}


class VotesCorrectionForm(_ByMember):
    """The votes in one ballot, member by member."""

    def __init__(self, data: Mapping[str, object] | None = None, *, ballot: Ballot, voters: Sequence[Voter]) -> None:
        super().__init__(data)
        stands = dict(ballot.votes.values_list("membership", "choice"))
        offered = [(value, choice_words(ballot, value)) for value in Choice.values]
        self.ask_each(voters, offered, stands)


class VoicesCorrectionForm(_ByMember):
    """Who voted for whom in one round of an election, held openly."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        round_: Round,
        voters: Sequence[Voter],
        took_part: Collection[int],
    ) -> None:
        super().__init__(data)
        stands = {voice.membership_id: choice_of(voice) for voice in round_.voices.all()}
        counts = round_.counts.select_related("candidate")
        offered = [*((str(one.candidate_id), one.candidate.name) for one in counts), (BLANK, _("Blank"))]
        # Who was there must have voted (koml § 8-1).
        self.ask_each(voters, offered, stands, voted=[pk for pk in took_part if pk in stands])


class CountsCorrectionForm(_Correction):
    """What was counted in one round of an election, held in writing."""

    mark_optional = False

    def __init__(self, data: Mapping[str, object] | None = None, *, round_: Round) -> None:
        super().__init__(data)
        self.candidates: dict[str, int] = {}
        for one in round_.counts.select_related("candidate"):
            self.candidates[f"count_{one.candidate_id}"] = one.candidate_id
            label = _("Votes for %(name)s") % {"name": one.candidate.name}
            self.fields[f"count_{one.candidate_id}"] = _counted(label, one.votes)
        self.fields["blank"] = _counted(_("Blank votes"), round_.blank)
        self.last()

    def counts(self) -> dict[int, int]:
        """Return what each candidate got, by id; call it on a valid form."""
        return {pk: self.cleaned_data[name] for name, pk in self.candidates.items()}


def _counted(label: str, stands: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=999, initial=stands)


class AttendanceCorrectionForm(_Correction):
    """Who met when the meeting began."""

    mark_optional = False

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        rows: Sequence[Attendance],
        missing: Sequence[Membership] = (),
        seats: Sequence[Membership] = (),
        movements: Sequence[Movement] = (),
    ) -> None:
        super().__init__(data)
        self.missing, self.seats = {str(m.pk): m for m in missing}, {str(m.pk): m for m in seats}
        self.rows = {f"met_{row.pk}": row.pk for row in rows}
        for row in rows:
            label = f"{row.who.name}, {row.membership.get_role_display()}"
            if row.stands_for is not None:
                label += ", " + _("met for %(name)s") % {"name": told_apart.beside(row.stands_for, row.membership)}
            # Whoever came after the roll call is not ticked, and has met all the same.
            later = "" if row.present else ", ".join(narrative.notes_on(row.membership, movements))
            self.fields[f"met_{row.pk}"] = forms.BooleanField(
                label=label, initial=row.present, required=False, help_text=capfirst(later)
            )
        if self.missing:
            self.fields["added"] = forms.ChoiceField(
                label=_("Somebody else met, who is not in the list"),
                required=False,
                choices=[
                    ("", ""),
                    *((pk, f"{with_party(m)}, {m.get_role_display()}") for pk, m in self.missing.items()),
                ],
            )
            self.fields["added_for"] = forms.ChoiceField(
                label=_("Met for"),
                help_text=_("Where a deputy came."),
                required=False,
                choices=[("", ""), *as_choices(self.seats.items())],
            )
        self.last()

    def present(self) -> dict[int, bool]:
        """Return who met, by the row's id; call it on a valid form."""
        return {pk: bool(self.cleaned_data[name]) for name, pk in self.rows.items()}

    def changes_rows(self) -> bool:
        """Say whether somebody in the list is corrected; call it on a valid form."""
        return any(bool(self.cleaned_data[name]) != self.fields[name].initial for name in self.rows)

    def added(self) -> tuple[Membership, Membership | None] | None:
        """Return who is put in, and for whom; None for nobody. Call it on a valid form."""
        found = self.missing.get(self.cleaned_data.get("added", ""))
        return (found, self.seats.get(self.cleaned_data.get("added_for", ""))) if found is not None else None


class MovementCorrectionForm(_Correction):
    """Who came and went before a case: one that did not happen is taken out, or one that was not recorded is put in."""

    what = forms.ChoiceField(label=gettext_lazy("What is to be corrected?"), widget=RadioSelect)
    member = forms.ChoiceField(label=gettext_lazy("Who?"), required=False)
    stands_for = forms.ChoiceField(
        label=gettext_lazy("Met for"), required=False, help_text=gettext_lazy("Where a deputy came.")
    )
    at = forms.TimeField(label=gettext_lazy("Time"), widget=TimeInput, required=False)
    only = forms.BooleanField(label=gettext_lazy("For this case only"), required=False)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        movements: Sequence[tuple[Movement, str]],
        people: Sequence[Membership],
        votes: Sequence[tuple[int, str]] = (),
    ) -> None:
        super().__init__(data)
        self.movements = {f"out_{movement.pk}": movement for movement, _said in movements}
        self.people = {str(one.pk): one for one in people}
        self.fields["what"].choices = [  # type: ignore[attr-defined]  # a choice field
            *(
                (f"out_{movement.pk}", _("This did not happen: %(what)s") % {"what": said})
                for movement, said in movements
            ),
            (MovementKind.LEFT.value, _("Somebody left, and it was not recorded")),
            (MovementKind.CAME.value, _("Somebody came, and it was not recorded")),
        ]
        named = [("", ""), *as_choices(self.people.items())]
        seats = [("", ""), *as_choices((pk, one) for pk, one in self.people.items() if one.seated)]
        self.fields["member"].choices = named  # type: ignore[attr-defined]  # a choice field
        self.fields["stands_for"].choices = seats  # type: ignore[attr-defined]  # a choice field
        if len(votes) > 1:
            self.fields["before"] = forms.ChoiceField(
                label=_("Before which vote in the case?"),
                choices=[(str(moment), what) for moment, what in votes],
                required=False,
                help_text=_("Everybody voted who was there at that vote. The time is only told."),
            )
        self.last()

    def clean(self) -> dict[str, object]:
        """Ask for who and when, where something is put in."""
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("what") in MovementKind.values:
            if not cleaned.get("member"):
                self.add_error("member", _("Say who."))
            if cleaned.get("at") is None:
                self.add_error("at", _("Say when."))
        return cleaned


class RecusalCorrectionForm(_Correction):
    """Whether somebody took part in a case, and on what basis not."""

    member = forms.TypedChoiceField(label=gettext_lazy("Who?"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Disqualified or exempted?"), required=False)
    basis = LineField(
        label=gettext_lazy("Legal basis"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Leave it empty if the member took part after all."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, item: AgendaItem, people: Sequence[Voter]) -> None:
        super().__init__(data)
        self.people = {voter.pk: voter.membership for voter in people}
        # Nothing is chosen beforehand: who was exempted would become disqualified by a correction of the words alone.
        self.fields["kind"].choices = [("", ""), *((one.value, capfirst(one.label)) for one in RecusalKind)]  # type: ignore[attr-defined]
        out = {one.membership_id: f"{one.get_kind_display()}, {one.basis}" for one in item.recusals.all()}
        self.fields["member"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", ""),
            *(
                (pk, f"{with_party(member)}: {out[pk]}" if pk in out else with_party(member))
                for pk, member in self.people.items()
            ),
        ]
        self.last()

    def clean(self) -> dict[str, Any]:
        """Ask whether it was the one or the other, where there is a basis, and that the basis is of that."""
        super().clean()
        if self.cleaned_data.get("basis") and not self.cleaned_data.get("kind"):
            self.add_error("kind", _("Say whether the member was disqualified or exempted."))
        check_kind(self)
        return self.cleaned_data


class DecisionCorrectionForm(AsksOfCase, _Correction):
    """The words of a decision, and what it is, where no case has gone on because of it."""

    stays_inside = frozenset({"reason", "was"})

    text = PlainTextField(label=gettext_lazy("What was decided?"), max_length=20000, widget=Textarea(attrs=QUIET))

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        item: AgendaItem,
        decision: Decision,
        reader: "Person | None" = None,
    ) -> None:
        super().__init__(data, initial={"text": decision.text, "differs": decision.differs})
        self.item = item
        self.about(item.folder, reader)
        self.before = Resolution(decision.resolution)
        may_be = open_resolutions(item)
        if may_be:
            self.fields["resolution"] = forms.ChoiceField(
                label=_("What it is"),
                choices=[(one.value, str(one.label).capitalize()) for one in may_be],
                initial=self.before.value,
            )
        if any("answer" in required(item, one) for one in may_be):
            self.fields["answer"] = PlainTextField(
                label=_("Answer to the proposer"),
                max_length=5000,
                required=False,
                initial=decision.answer,
                help_text=_("Sent when the decision is carried into the case. Say what became of it, and why."),
            )
        sent = data or {}
        typed = str(sent.get("resolution", self.before))
        wanted = Resolution(typed) if typed in Resolution.values else self.before
        ask_what_it_rests_on(self, item, decision, may_be or [self.before], wanted)
        ask_where_it_differs(self, item, wanted, str(sent.get("text", decision.text)))
        if item.meeting.decision_lists.exists():
            self.fields["ground"] = forms.ChoiceField(
                label=_("Why is it corrected? This is printed for everybody"),
                choices=Ground.choices,
                widget=RadioSelect,
            )
            self.fields["publish_list"] = forms.BooleanField(
                label=_("Publish the corrected decision list at once"),
                required=False,
                initial=True,
                help_text=_(
                    "Without it the page of the list says what was corrected, until you publish a new version."
                ),
            )
        self.last()

    def clean(self) -> dict[str, Any]:
        """Say beside its field where the body has no authority for what was decided."""
        super().clean()
        if authority.is_judged(self.item, self.resolution()):
            check_authority(self, self.item, self.resolution())
        if self.resolution() != self.before:
            check_more_than_noted(self, self.item, self.resolution())
        return self.cleaned_data

    def resolution(self) -> Resolution:
        """Return what the decision is; call it on a valid form."""
        return Resolution(self.cleaned_data.get("resolution") or self.before)

    def rests(self) -> authority.Rests | None:
        """Return what it rests on, None where nothing was asked; call it on a valid form."""
        if not self.cleaned_data.get("rests") or not authority.is_judged(self.item, self.resolution()):
            return None
        return authority.Rests(**read_authority(self.cleaned_data))
