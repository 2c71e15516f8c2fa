"""Input of this room: the quick log on one screen, and user representatives."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from forum.cases import own_cases
from forum.cases.forms.hidden_names import AsksBeforeNaming
from forum.cases.models import Case, CaseGuest, Referral
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership
from lmu.services import Taken
from proposals.forms.consensus import participants_of, stand_ins_field, stand_ins_of, taken_seats
from proposals.forms.fields import MembersField
from proposals.models import Proposal
from trepart import clock
from trepart.access.models import User
from trepart.forms import DateInput, LineField, PlainTextField, Textarea
from trepart.text import numbers
from trepart.workflow import workflow_of

#: How many things fit on one screen; more than this is two meetings.
MOST_ROWS = 10
#: What a group can have agreed on a proposal: steps in the proposal's own table, in the order they are offered.
STEPS = ("carry_out", "done_already", "think_further", "turn_down", "forward")
_ROW = ("title", "proposal", "agreed", "step")


class WaitingField(forms.ModelChoiceField):
    """A proposal from the group's own queue."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.case.reference} {obj.case.title}"


class GuestCasesField(forms.ModelMultipleChoiceField):
    """Cases of the group's own queue."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.case.reference} {obj.case.title}"


class LogForm(AsksBeforeNaming):
    """What the LMU took up today, on one screen: the day, who were there, and some rows of what and what was agreed.

    ``rows`` says how many rows there are; one more is added without losing a word (:meth:`again`). A row left empty is
    passed over. The clean data has ``taken``: the rows as `lmu.services.Taken`.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_ROWS)
    held_on = forms.DateField(label=_("Which day?"), widget=DateInput())
    present = MembersField(
        queryset=Membership.objects.none(),
        label=_("Who were there?"),
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": _("Tick off those who were there.")},
    )

    stand_ins = stand_ins_field()

    mark_optional = False
    field_order = ("key", "rows", "held_on", "present", "stand_ins")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        body: Body,
        rows: int = 1,
        initial: Mapping[str, object] | None = None,
        reader: "User | None" = None,
    ) -> None:
        self.reader = reader
        people = list(participants_of(body.pk))
        others = list(stand_ins_of(body.pk))
        away = {each.membership_id for each in others if each.runs(clock.today())}
        first = {
            "key": uuid.uuid4(),
            "held_on": clock.today(),
            # A guest is there in the matters they are invited to, and nobody takes that for granted.
            "present": [m.pk for m in people if m.pk not in away and m.seated],
            "stand_ins": [each.pk for each in others if each.runs(clock.today())],
        }
        self.count = row_count(data) if data is not None else min(max(rows, 1), MOST_ROWS)
        super().__init__(data, initial={**first, **(initial or {}), "rows": self.count})
        present: Any = self.fields["present"]
        present.queryset = participants_of(body.pk)
        lent: Any = self.fields["stand_ins"]
        lent.queryset = stand_ins_of(body.pk)
        present.required = not others
        if not others:
            del self.fields["stand_ins"]
        waiting = Referral.objects.waiting().filter(body=body).select_related("case").order_by("due_on", "id")
        self.has_queue = waiting.exists()
        for number in range(1, self.count + 1):
            self._add_row(number, waiting)

    @classmethod
    def again(cls, data: QueryDict, *, body: Body, more: int = 0) -> "LogForm":
        """Return the form with every word of ``data`` in it, unjudged, and ``more`` rows added."""
        sent = cls(data, body=body)
        typed = {name: sent[name].data for name in sent.fields if name != "rows" and name in data}
        ticked: dict[str, object] = {name: sent[name].data for name in ("present", "stand_ins") if name in sent.fields}
        return cls(body=body, rows=sent.count + more, initial={**typed, **ticked})

    def names_hidden(self) -> Sequence[str]:
        """Return who sent in what the group took up, where that is not shown and whoever writes may know it."""
        taken = (self.cleaned_data.get(f"proposal_{number}") for number in range(1, self.count + 1))
        return [name for stay in taken if stay for name in own_cases.names_hidden(stay.case, self.reader)]

    @property
    def groups(self) -> list[list[BoundField]]:
        """Return the fields of each row."""
        return [
            [self[f"{name}_{number}"] for name in _ROW if f"{name}_{number}" in self.fields]
            for number in range(1, self.count + 1)
        ]

    @property
    def has_room(self) -> bool:
        """Say whether another row can be added."""
        return self.count < MOST_ROWS

    def clean_held_on(self) -> date | None:
        """Keep a day that has been."""
        day = self.cleaned_data["held_on"]
        if day > clock.today():
            raise forms.ValidationError(_("It cannot be later than today."), code="future")
        return day

    def clean(self) -> dict[str, object]:
        """Gather the rows, and see that everybody present sat in the group that day."""
        data = super().clean() or self.cleaned_data
        day, present = data.get("held_on"), data.get("present")
        if present is not None:
            data["present"], data["stand_ins"] = taken_seats(self, "present", day)
            present = data.get("present")
            if not any(m.seated for m in data["present"]) and "stand_ins" not in self.errors:
                self.add_error("present", _("Tick off those who were there."))
        if day is not None and present is not None:
            strangers = [m.person.name for m in present if not m.runs(day)]
            if strangers:
                names = ", ".join(strangers)
                self.add_error("present", _("Was not a member that day: %(names)s.") % {"names": names})
        filled = [number for number in range(1, self.count + 1) if self._filled(data, number)]
        if not filled:
            # An empty screen: the first row says what belongs there.
            filled = [1]
        chosen: set[int] = set()
        data["taken"] = [taken for number in filled if (taken := self._row(data, number, chosen)) is not None]
        self._see_to_guests(present or [], chosen)
        return data

    def _see_to_guests(self, present: Iterable[Membership], chosen: set[int]) -> None:
        """See that a guest is there only where a proposal they are invited to is taken up."""
        guests = [m for m in present if m.role == Role.USER_REPRESENTATIVE]
        invited = set(
            CaseGuest.objects.filter(referral__case__referrals__in=chosen, membership__in=guests).values_list(
                "membership"
            )
        )
        strangers = [m.person.name for m in guests if (m.pk,) not in invited]
        if strangers and "present" not in self.errors:
            self.add_error(
                "present",
                _(
                    "Is a guest, and was invited to none of the proposals you have chosen below: %(names)s. Choose the "
                    "proposal, or take the tick away."
                )
                % {"names": ", ".join(strangers)},
            )

    def _add_row(self, number: int, waiting: QuerySet[Referral]) -> None:
        self.fields[f"title_{number}"] = LineField(
            label=_("What did you take up?"),
            help_text=_("If it was a proposal, choose it below and leave this open.") if self.has_queue else "",
            max_length=200,
            required=False,
        )
        if self.has_queue:
            self.fields[f"proposal_{number}"] = WaitingField(
                queryset=waiting,
                required=False,
                label=_("Was it a proposal from your queue?"),
                empty_label=_("No, something else"),
            )
        self.fields[f"agreed_{number}"] = PlainTextField(
            label=_("What did you come to?"), max_length=2000, required=False, widget=Textarea(rows=3)
        )
        if self.has_queue:
            table = workflow_of(Proposal)
            self.fields[f"step_{number}"] = forms.ChoiceField(
                choices=[("", _("We only talked about it")), *((n, table[n].label) for n in STEPS)],
                required=False,
                label=_("What does it mean for the proposal?"),
                help_text=_(
                    "If you have concluded, you write the answer to the proposer next. What you agreed on comes along."
                ),
            )

    def _filled(self, data: Mapping[str, object], number: int) -> bool:
        return any(
            data.get(f"{name}_{number}") or f"{name}_{number}" in self.errors
            for name in ("title", "proposal", "agreed")
        )

    def _row(self, data: Mapping[str, Any], number: int, chosen: set[int]) -> Taken | None:
        referral: Referral | None = data.get(f"proposal_{number}")
        title = data.get(f"title_{number}") or (referral.case.title if referral is not None else "")
        agreed, step = data.get(f"agreed_{number}", ""), data.get(f"step_{number}", "")
        if not title and f"title_{number}" not in self.errors:
            self.add_error(f"title_{number}", _("Write what you took up, in a few words."))
        if not agreed and f"agreed_{number}" not in self.errors:
            self.add_error(f"agreed_{number}", _("Write what you came to."))
        if step and referral is None and f"proposal_{number}" not in self.errors:
            self.add_error(f"proposal_{number}", _("Choose which proposal this is about."))
        if referral is not None and referral.pk in chosen:
            self.add_error(f"proposal_{number}", _("This proposal stands further up already."))
        if referral is not None:
            chosen.add(referral.pk)
        if not title or not agreed:
            return None
        return Taken(title=title, agreed=agreed, referral=referral, step=step)


def row_count(data: QueryDict) -> int:
    """Return how many rows a filled-in screen has; what makes no sense counts as one."""
    return min(max(numbers.number(data.get("rows"), digits=3) or 1, 1), MOST_ROWS)


class UserRepresentativeForm(forms.Form):
    """Somebody who speaks for those who use the service."""

    name = LineField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_(
            "The invitation goes here. Somebody already registered with this address keeps the name that is registered."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    address = PlainTextField(
        label=_("Postal address"),
        help_text=_("Only for somebody without an e-mail address: you print and send the letter."),
        max_length=300,
        required=False,
        widget=Textarea(rows=3),
    )
    valid_from = forms.DateField(label=_("From"), widget=DateInput())
    valid_to = forms.DateField(
        label=_("To and including"),
        widget=DateInput(),
        required=False,
        help_text=_("Leave it open if you do not know yet."),
    )
    cases = GuestCasesField(
        queryset=Referral.objects.none(),
        label=_("In which cases?"),
        widget=forms.CheckboxSelectMultiple(),
        required=False,
        help_text=_(
            "A user representative reads these, and nothing else of what the group has or has written, and says what "
            "they think of them."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        body: Body,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial={"valid_from": clock.today(), **(initial or {})})
        field: Any = self.fields["cases"]
        field.queryset = waiting = _waiting(body)
        self.initial.setdefault("cases", [stay.pk for stay in waiting if stay.needs_user_representatives])

    def clean(self) -> dict[str, object]:
        """See that the guest can be reached, in one way."""
        data = super().clean() or self.cleaned_data
        if "email" in self.errors:
            return data
        if data.get("email"):
            data["address"] = ""
        elif not data.get("address"):
            self.add_error("email", _("Write an e-mail address, or a postal address that letters can go to."))
        return data


class GuestCasesForm(forms.Form):
    """The cases of the group's queue that somebody is let into, beside those they take part in already."""

    cases = GuestCasesField(
        queryset=Referral.objects.none(),
        label=_("In which cases?"),
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": _("Choose a case.")},
    )

    def __init__(self, data: QueryDict | None = None, *, body: Body, beside: QuerySet[Case]) -> None:
        super().__init__(data)
        field: Any = self.fields["cases"]
        field.queryset = _waiting(body).exclude(case__in=beside)


def _waiting(body: Body) -> QuerySet[Referral]:
    waiting = Referral.objects.waiting().filter(body=body, case__proposal__isnull=False)
    return waiting.select_related("case__proposal").order_by("due_on", "pk")


class EndForm(forms.Form):
    """The last day of somebody's time in the group."""

    on = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(
        self, data: Mapping[str, object] | None = None, *, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data, initial={"on": clock.today(), **(initial or {})})
