"""What an LMU writes down when it has dealt with a proposal: who took part, when, what was agreed, the answer to the proposer (R24)."""

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from forum.enums import SEATED, Part, Role
from forum.models import Membership
from proposals.forms.fields import (
    ANSWER_LENGTH,
    MembersField,
    PersonField,
    StepForm,
    answer_field,
    date_field,
    may_be_responsible,
)
from trepart import clock
from trepart.forms import KronerField, PlainTextField, Textarea

_LEADERS = (Role.LEADER, Role.DEPUTY_LEADER)
_ORDER = (*SEATED, Role.USER_REPRESENTATIVE)


def participants_of(body_id: int | None) -> QuerySet[Membership]:
    """Return who may take part in what the body agrees on today: its seats and its user representatives, leader first."""
    rank = Case(*(When(role=role, then=Value(n)) for n, role in enumerate(_ORDER)), output_field=IntegerField())
    running = Membership.objects.running().filter(body=body_id, role__in=_ORDER)
    return running.select_related("person", "body").annotate(rank=rank).order_by("rank", "id")


def speaks_for_employees(membership: Membership) -> bool:
    """Say whether a member takes part on behalf of the employees."""
    return (
        membership.role in (Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE)
        or membership.part == Part.UNION.value
    )


class ConsensusForm(StepForm):
    """What every consensus has: who took part, on what day, the answer."""

    participants = MembersField(
        queryset=Membership.objects.none(),
        label=_("Who took part?"),
        help_text=_("The leader and at least one who speaks for the employees: the group decides when they agree."),
        widget=forms.CheckboxSelectMultiple(),
    )
    held_on = date_field(_("When was it?"))
    answer = answer_field()

    field_order: tuple[str, ...] = ("participants", "held_on", "answer")

    def build(self) -> None:
        field: Any = self.fields["participants"]
        field.queryset = participants_of(self.body.pk if self.body else None)
        self.fields["held_on"].initial = clock.today()

    def clean_held_on(self) -> Any:
        """Keep a day that has been."""
        return self.not_in_future("held_on")

    def clean_participants(self) -> list[Membership]:
        """Require the parts the guide asks for: leader and employees, and user representatives where they have been ordered in."""
        chosen = list(self.cleaned_data["participants"])
        if not any(member.role in _LEADERS for member in chosen):
            raise forms.ValidationError(_("The leader must have taken part."), code="no_leader")
        if not any(speaks_for_employees(member) for member in chosen):
            raise forms.ValidationError(
                _("Somebody who speaks for the employees must have taken part: a union or safety representative."),
                code="no_employees",
            )
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
        return chosen


class CarryOutForm(ConsensusForm):
    """The group puts the proposal into effect: who sees to it, and by when."""

    responsible = PersonField(
        queryset=may_be_responsible(None).none(), label=_("Who sees to it?"), empty_label=_("Choose")
    )
    due_on = date_field(_("To be done by"))

    def build(self) -> None:
        super().build()
        field: Any = self.fields["responsible"]
        field.queryset = may_be_responsible(self.body)

    def clean_due_on(self) -> Any:
        """Keep a day to come."""
        return self.in_future("due_on")


class DoneAlreadyForm(ConsensusForm):
    """It was small, and it is done: what came of it."""

    carried_out_on = date_field(_("When was it done?"))
    effect = PlainTextField(label=_("What came of it?"), max_length=ANSWER_LENGTH, widget=Textarea(rows=3))
    effect_saved = KronerField(label=_("Money saved, kroner a year"), required=False, min_value=-1_000_000_000)

    def build(self) -> None:
        super().build()
        self.fields["carried_out_on"].initial = clock.today()

    def clean_carried_out_on(self) -> Any:
        """Keep a day that has been."""
        return self.not_in_future("carried_out_on")


class ThinkFurtherForm(ConsensusForm):
    """The group considers it further, and says when it comes back."""

    resumes_on = date_field(
        _("When do you take it up again?"), help_text=_("It comes back to the group by itself that day.")
    )

    def clean_resumes_on(self) -> Any:
        """Keep a day to come."""
        return self.in_future("resumes_on")


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


class DisagreeForm(ConsensusForm):
    """No agreement: what each one held, in their own words."""

    field_order = ("participants", "held_on")
    #: The fewest positions that make a disagreement.
    fewest = 2

    def build(self) -> None:
        super().build()
        answer = self.fields.pop("answer")
        self.members = list(participants_of(self.body.pk if self.body else None))
        for member in self.members:
            self.fields[f"position_{member.pk}"] = PlainTextField(
                label=_("What %(name)s held (%(role)s)")
                % {"name": member.person.name, "role": member.get_role_display()},
                max_length=ANSWER_LENGTH,
                required=False,
                widget=Textarea(rows=3),
            )
        self.fields["answer"] = answer

    def clean(self) -> dict[str, Any]:
        """Gather the positions; two at least, each from somebody who took part."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = data.get("participants")
        positions: list[tuple[Membership, str]] = []
        for member in self.members:
            text = data.pop(f"position_{member.pk}", "")
            if not text:
                continue
            if chosen is not None and member not in chosen:
                self.add_error(f"position_{member.pk}", _("This person is not ticked off as having taken part."))
            positions.append((member, text))
        if len(positions) < self.fewest and chosen is not None:
            raise forms.ValidationError(
                _(
                    "Write down what at least two of you held. Where only one had an opinion, there was no disagreement."
                ),
                code="too_few",
            )
        data["positions"] = positions
        return data
