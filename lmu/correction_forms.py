"""Input of whoever leads the group and puts right what is written of a meeting."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.cases import own_cases
from forum.cases.forms.hidden_names import AsksBeforeNaming
from forum.meetings.core.models import Meeting
from forum.meetings.minutes import log_corrections, log_versions
from forum.organisation.enums import SEATED
from forum.organisation.models import Membership, StandIn
from proposals.forms.consensus import in_order, stand_ins_field, taken_seats
from proposals.forms.fields import MembersField
from trepart import clock
from trepart.access.models import User
from trepart.forms import DateInput, PlainTextField, Textarea

#: A wrong day is a few days wrong: so far around it stand-ins can be chosen.
_AROUND = timedelta(days=31)


class CorrectLogForm(AsksBeforeNaming):
    """The day, who met, and the words of each point that may be put right; filled in with what is written."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    held_on = forms.DateField(label=_("Which day?"), widget=DateInput())
    present = MembersField(
        queryset=Membership.objects.none(), label=_("Who were there?"), widget=forms.CheckboxSelectMultiple()
    )
    stand_ins = stand_ins_field()

    mark_optional = False

    def __init__(
        self, data: Any = None, *, meeting: Meeting, reader: User, initial: Mapping[str, object] | None = None
    ) -> None:
        self.reader = reader
        rows = list(meeting.attendances.order_by("pk"))
        day = timezone.localtime(meeting.starts_at).date()
        self.items = log_corrections.points(meeting)
        written = {
            "seen": log_versions.version_of(meeting),
            "held_on": day,
            "present": [row.membership_id for row in rows if row.present and row.stand_in_id is None],
            "stand_ins": [row.stand_in_id for row in rows if row.present and row.stand_in_id is not None],
            **{f"words_{item.pk}": log_corrections.words_of(item) for item in self.items},
        }
        super().__init__(data, initial={**written, **(initial or {})})
        known = [row.membership_id for row in rows]
        seats = Membership.objects.running(day).filter(body=meeting.body_id, role__in=SEATED)
        places = in_order(Membership.objects.filter(Q(pk__in=known) | Q(pk__in=seats.order_by().values("pk"))))
        lent = StandIn.objects.filter(
            Q(pk__in=[row.stand_in_id for row in rows if row.stand_in_id])
            | Q(valid_from__lte=day + _AROUND, valid_to__gte=day - _AROUND),
            membership__in=places.order_by().values("pk"),
        )
        present: Any = self.fields["present"]
        present.queryset = places
        stand_ins: Any = self.fields["stand_ins"]
        stand_ins.queryset = lent.select_related("person", "membership__person").order_by("pk")
        present.required = not stand_ins.queryset
        if present.required:
            del self.fields["stand_ins"]
        for item in self.items:
            self.fields[f"words_{item.pk}"] = PlainTextField(
                label=f"{item.label} {item.title}",
                max_length=2000,
                widget=Textarea(rows=3),
            )

    def names_hidden(self) -> Sequence[str]:
        """Return who sent in what the group took up, where that is not shown and whoever writes may know it."""
        return [name for item in self.items if item.case for name in own_cases.names_hidden(item.case, self.reader)]

    def clean_held_on(self) -> date:
        """Keep a day that has been."""
        day: date = self.cleaned_data["held_on"]
        if day > clock.today():
            raise forms.ValidationError(_("It cannot be later than today."), code="future")
        return day

    def clean(self) -> dict[str, object]:
        """See that each place is taken by one, and that somebody with a seat met."""
        data = super().clean() or self.cleaned_data
        if "present" in data:
            data["present"], data["stand_ins"] = taken_seats(self, "present", data.get("held_on"))
            if not any(seat.seated for seat in data["present"]) and "stand_ins" not in self.errors:
                self.add_error("present", _("Tick off those who were there."))
        return data

    @property
    def words(self) -> dict[int, str]:
        """Return the words of each point, by the id of the point."""
        return {item.pk: self.cleaned_data.get(f"words_{item.pk}", "") for item in self.items}
