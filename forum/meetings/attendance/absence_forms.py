"""Forms for an absence, the answer to a call, a deputy called by hand, and a possible conflict of interest."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.meetings.core import participants
from forum.meetings.core.models import Meeting
from forum.organisation.forms.people import ToldApart
from forum.organisation.models import Membership
from forum.organisation.queries import told_apart
from trepart.forms import LineField, PlainTextField, YesNoField


class AbsenceForm(forms.Form):
    """That one cannot come. The reason may be left out."""

    reason = LineField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Only the secretary and the chair read it.")
    )


class SeatField(forms.ModelChoiceField):
    """One member, told apart from others of the same name."""

    iterator = ToldApart

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.person.name)


class AbsenceForForm(AbsenceForm):
    """That somebody has told the secretary that they cannot come."""

    membership = SeatField(label=_("Who cannot come?"), queryset=Membership.objects.none())

    field_order = ["membership", "reason"]

    def __init__(self, data: Mapping[str, object] | None = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        away = meeting.absences.filter(withdrawn_at__isnull=True).values("membership")
        seats = [seat.pk for seat in participants.seats(meeting)]
        field: Any = self.fields["membership"]
        field.queryset = (
            Membership.objects.filter(pk__in=seats).exclude(pk__in=away).select_related("person").order_by("pk")
        )


class AnswerCallForm(forms.Form):
    """A deputy's answer."""

    comes = YesNoField(label=_("Can you come to the meeting?"))
    reason = LineField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("If you cannot come. Only the secretary and the chair read it."),
    )


class ByHandForm(forms.Form):
    """A deputy called by the secretary. ``own_list`` is the list of the absent member, in elected order."""

    deputy = forms.ChoiceField(label=_("Deputy"))
    reason = LineField(
        label=_("Why an earlier deputy is passed over"),
        max_length=200,
        required=False,
        help_text=_("Deputies are called in the order they were elected (Local Government Act § 7-10)."),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, own_list: Sequence[Membership], prefix: str
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.own_list = {str(deputy.pk): deputy for deputy in own_list}
        field: Any = self.fields["deputy"]
        names = told_apart.members(self.own_list.values())
        field.choices = [(pk, f"{d.deputy_number}. {names[d.pk]}") for pk, d in self.own_list.items()]

    def clean_deputy(self) -> Membership:
        """Return the deputy that was chosen."""
        return self.own_list[self.cleaned_data["deputy"]]


class ConflictReportForm(forms.Form):
    """Why one may be partial."""

    why = PlainTextField(
        label=_("Why may you be partial?"),
        max_length=1000,
        help_text=_("Only the secretary and the chair read it before the meeting."),
    )
