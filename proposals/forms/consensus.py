"""What an LMU writes down when it has dealt with a proposal: who took part, what was agreed, the answer (R24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from forum.cases.models import CaseGuest
from forum.meetings.log import presence_on
from forum.organisation.enums import SEATED, Role
from forum.organisation.forms.people import ToldApart
from forum.organisation.models import Membership, StandIn
from proposals.forms.deciding import Adopted, Considered
from proposals.forms.fields import (
    ANSWER_LENGTH,
    Answered,
    Decided,
    MembersField,
    StepForm,
    answer_field,
    date_field,
    may_be_responsible,
)
from proposals.forms.follow_up import CarriedOut
from proposals.forms.people import PersonField
from trepart import clock
from trepart.forms import KronerField, PlainTextField, Textarea, read_as

_ORDER = (*SEATED, Role.USER_REPRESENTATIVE)
#: So long afterwards what was agreed with a stand-in can be written down.
_LATELY = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Agreed(Answered):
    """Which places were taken, by place who stood in there, and on what day it was agreed (R24)."""

    participants: Sequence[Membership]
    stand_ins: Mapping[int, StandIn]
    held_on: date


@dataclass(frozen=True, kw_only=True)
class AgreedToCarryOut(Agreed, Adopted):
    """Agreed, with who carries it out and by when."""


@dataclass(frozen=True, kw_only=True)
class AgreedAndDone(Agreed, CarriedOut):
    """Agreed, with what came of it already."""


@dataclass(frozen=True, kw_only=True)
class AgreedToConsider(Agreed, Considered):
    """Agreed, with when it is taken up again."""


@dataclass(frozen=True, kw_only=True)
class Forwarded(Agreed):
    """Agreed, with a word to the body that receives it."""

    note: str


def participants_of(body_id: int | None) -> QuerySet[Membership]:
    """Return who may take part in what the body agrees on today: its seats and its user
    representatives, leader first."""
    return in_order(Membership.objects.running().filter(body=body_id, role__in=_ORDER))


def in_order(places: QuerySet[Membership]) -> QuerySet[Membership]:
    """Return places as they are listed, leader first, with who holds them."""
    rank = Case(*(When(role=role, then=Value(n)) for n, role in enumerate(_ORDER)), output_field=IntegerField())
    return places.select_related("person", "body").annotate(rank=rank).order_by("rank", "id")


def stand_ins_of(body_id: int | None) -> QuerySet[StandIn]:
    """Return who stands in, or lately stood in, for one who takes part in what the body agrees on: a stand-in takes the
    place of the holder (R24)."""
    today = clock.today()
    lately = StandIn.objects.filter(valid_from__lte=today, valid_to__gte=today - _LATELY)
    seats = participants_of(body_id).values("pk")
    return lately.filter(membership__in=seats).select_related("person", "membership__person").order_by("pk")


class StandInsField(forms.ModelMultipleChoiceField):
    """Who took part for somebody who was away, one check box each, shown with whose place it is."""

    iterator = ToldApart

    def label_from_instance(self, obj: Any) -> str:
        words = {
            "name": obj.person.name,
            "holder": obj.membership.person.name,
            "role": obj.membership.get_role_display(),
        }
        return _("%(name)s, standing in for %(holder)s (%(role)s)") % words


def stand_ins_field() -> StandInsField:
    """Return the field that asks who stood in for somebody."""
    return StandInsField(
        queryset=StandIn.objects.none(),
        label=_("Who stood in for somebody?"),
        help_text=_("Takes part in the place of the one who is away, and is written down as that."),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )


def taken_seats(form: forms.Form, seats_field: str, day: date | None) -> tuple[list[Membership], dict[int, StandIn]]:
    """Return the places that were taken, leader first, and by place who stood in there; adds what is wrong to ``form``.

    A place is taken by its holder or by one who stands in that day, never by both; and nobody sits in two places: one
    person cannot agree with themselves.
    """
    data = form.cleaned_data
    chosen = list(data.get(seats_field) or [])
    stand_ins: dict[int, StandIn] = {}
    for each in data.get("stand_ins") or []:
        names = {"name": each.person.name, "holder": each.membership.person.name}
        if day is not None and not each.runs(day):
            form.add_error("stand_ins", _("%(name)s did not stand in for %(holder)s that day.") % names)
        elif each.membership in chosen:
            form.add_error("stand_ins", _("Tick %(name)s or %(holder)s: only one of them took the place.") % names)
        else:
            stand_ins[each.membership.pk] = each
            chosen.append(each.membership)
    rank = {role: n for n, role in enumerate(_ORDER)}
    chosen.sort(key=lambda seat: (rank[Role(seat.role)], seat.pk))
    sat = [stand_ins[seat.pk].person if seat.pk in stand_ins else seat.person for seat in chosen]
    twice = sorted({person.name for person in sat if sum(other.pk == person.pk for other in sat) > 1})
    if twice:
        form.add_error(
            "stand_ins" if "stand_ins" in form.fields else seats_field,
            _("Sits in two places at once: %(names)s.") % {"names": ", ".join(twice)},
        )
    return chosen, stand_ins


class ConsensusForm(StepForm):
    """What every consensus has: who took part, on what day, the answer."""

    participants = MembersField(
        queryset=Membership.objects.none(),
        label=_("Who took part?"),
        help_text=_("Having been there is not a yes: each of you says yes or no yourself afterwards."),
        widget=forms.CheckboxSelectMultiple(),
    )
    stand_ins = stand_ins_field()
    held_on = date_field(_("When was it?"))
    answer = answer_field()

    field_order: tuple[str, ...] = ("participants", "stand_ins", "held_on", "answer")

    def build(self) -> None:
        field: Any = self.fields["participants"]
        # A guest is there in the cases they are invited to, and in no other.
        invited = CaseGuest.objects.filter(referral__case=self.subject.case_id).values("membership")
        field.queryset = participants_of(self.body.pk if self.body else None).filter(
            ~Q(role=Role.USER_REPRESENTATIVE) | Q(pk__in=invited)
        )
        if isinstance(self.data, Decided):
            # Who was there was judged when it was written down; since then some may have left.
            field.queryset = Membership.objects.filter(body=self.body).select_related("person", "body")
        others: Any = self.fields["stand_ins"]
        others.queryset = stand_ins_of(self.body.pk if self.body else None)
        if isinstance(self.data, Decided):
            others.queryset = StandIn.objects.filter(membership__body=self.body).select_related("person", "membership")
        # Where somebody stands in, every place may be taken so; otherwise there is nothing to ask.
        field.required = not others.queryset
        # Somebody met, whichever of the two lists they stand on.
        field.mark_optional = False
        if field.required:
            del self.fields["stand_ins"]
        self.fields["held_on"].initial = clock.today()

    def clean_held_on(self) -> date | None:
        """Keep a day that has been."""
        return self.not_in_future("held_on")

    def clean(self) -> dict[str, object]:
        """See that somebody met, and user representatives where they have been ordered in; a stand-in counts as the
        holder. Who must have said yes is another matter (`proposals.consent.rules`)."""
        data = super().clean() or self.cleaned_data
        if "participants" not in data:
            data["stand_ins"] = {}
            return data
        data["participants"], data["stand_ins"] = taken_seats(self, "participants", data.get("held_on"))
        try:
            self._parts(data["participants"])
            self._as_logged(data["participants"], data.get("held_on"))
        except forms.ValidationError as problem:
            self.add_error("participants", problem)
        return data

    def _as_logged(self, chosen: list[Membership], day: date | None) -> None:
        """See that nobody comes in again who was not there by the log of that day, or has taken themselves out of it.
        What is written as a conclusion already was judged then, and is read as the log has it."""
        referral = self.subject.referral
        if referral is None or day is None or isinstance(self.data, Decided):
            return
        away = {row.membership_id for row in presence_on(referral, day) or [] if not row.present}
        names = [seat.person.name for seat in chosen if seat.pk in away]
        if names:
            raise forms.ValidationError(
                _("Was not there by what is written down: %(names)s. Take the tick away, or put that right first."),
                code="was_not_there",
                params={"names": ", ".join(names)},
            )

    def _parts(self, chosen: list[Membership]) -> None:
        if not chosen:
            raise forms.ValidationError(_("Tick off those who were there."), code="required")
        if isinstance(self.data, Decided):
            return
        referral = self.subject.referral
        if (
            referral is not None
            and referral.needs_user_representatives
            and not any(member.role == Role.USER_REPRESENTATIVE for member in chosen)
        ):
            raise forms.ValidationError(
                _("A user representative must have taken part: the coordination group has asked for it."),
                code="no_users",
            )

    def read(self) -> Agreed:
        return read_as(Agreed, self)


class CarryOutForm(ConsensusForm):
    """The group puts the proposal into effect: who sees to it, and by when."""

    responsible = PersonField(
        queryset=may_be_responsible(None).none(), label=_("Who sees to it?"), empty_label=_("Choose")
    )
    due_on = date_field(_("To be done by"))

    def build(self) -> None:
        super().build()
        field: Any = self.fields["responsible"]
        field.queryset = may_be_responsible(self.body, self._case())

    def clean_due_on(self) -> date | None:
        """Keep a day to come."""
        return self.in_future("due_on")

    def read(self) -> AgreedToCarryOut:
        return read_as(AgreedToCarryOut, self)


class DoneAlreadyForm(ConsensusForm):
    """It was small, and it is done: what came of it."""

    carried_out_on = date_field(_("When was it done?"))
    effect = PlainTextField(label=_("What came of it?"), max_length=ANSWER_LENGTH, widget=Textarea(rows=3))
    effect_saved = KronerField(label=_("Money saved, kroner a year"), required=False, min_value=-1_000_000_000)

    def build(self) -> None:
        super().build()
        self.fields["carried_out_on"].initial = clock.today()

    def clean_carried_out_on(self) -> date | None:
        """Keep a day that has been."""
        return self.not_in_future("carried_out_on")

    def read(self) -> AgreedAndDone:
        return read_as(AgreedAndDone, self)


class ThinkFurtherForm(ConsensusForm):
    """The group considers it further, and says when it comes back."""

    resumes_on = date_field(
        _("When do you take it up again?"), help_text=_("It comes back to the group by itself that day.")
    )

    def clean_resumes_on(self) -> date | None:
        """Keep a day to come."""
        return self.within_reach("resumes_on")

    def read(self) -> AgreedToConsider:
        return read_as(AgreedToConsider, self)


class TurnDownForm(ConsensusForm):
    """The group declines, with a reason the proposer can understand."""


class ForwardForm(ConsensusForm):
    """The group sends it on."""

    note = PlainTextField(
        label=_("To the body that receives it"),
        help_text=_("What the group thinks of the proposal, and what those who go on with it ought to know."),
        max_length=ANSWER_LENGTH,
        required=False,
        widget=Textarea(rows=3),
    )

    def read(self) -> Forwarded:
        return read_as(Forwarded, self)
