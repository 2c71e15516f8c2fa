"""What is filled in when work is commissioned, taken on and reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess
from forum.cases.forms.opinions import (
    LONG,
    AskingForm,
    ReceiverField,
    attachments_field,
    bodies_at_work,
    units_open,
)
from forum.commissions.models import Commission
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import MeetingStatus
from forum.organisation import body_kinds
from forum.organisation.models import Body, Unit
from forum.organisation.role_assignments import at_work
from trepart import clock
from trepart.forms import DateInput, LineField, PlainTextField, RadioSelect, Textarea, read_as

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


#: How many decided items one can choose the ground of a commission among.
DECIDED_ITEMS = 40


@dataclass(frozen=True, kw_only=True)
class Commissioned:
    """What is wanted, from whom, by when, who hears the report, who may read it, and what it rests on."""

    title: str
    wanted: str
    to: Body | Unit
    due_on: date
    report_to: Body
    item: AgendaItem | None
    council: Body | None
    council_decision: str
    access: CaseAccess
    attachments: "Sequence[UploadedFile]"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """How it will be done; may be empty."""

    plan: str


@dataclass(frozen=True, kw_only=True)
class PassedOn:
    """To whom it is passed on, and why."""

    to: Body | Unit
    reason: str


@dataclass(frozen=True, kw_only=True)
class GivenAnew:
    """Who gets it now (None: the same again), by when, and a word to them."""

    to: Body | Unit | None
    due_on: date
    note: str


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What has been done and found."""

    report: str
    attachments: "Sequence[UploadedFile]"


@dataclass(frozen=True, kw_only=True)
class ReportAnswered:
    """What those who heard the report say."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class MoreWanted(ReportAnswered):
    """What is still wanted, and by when."""

    due_on: date


class GiveForm(AskingForm):
    """What is wanted, from whom, by when, and the way back."""

    subject: Commission
    conditional: ClassVar[dict[str, tuple[str, ...]]] = {"by": ("council_decision",)}

    by = forms.ChoiceField(label=_("Who gives the commission?"), widget=RadioSelect(reveals=["council"]))
    council_decision = LineField(
        label=_("What did the municipal council decide?"),
        help_text=_("The number of the case and the day: what the commission rests on."),
        max_length=500,
        required=False,
    )
    title = LineField(label=_("Title"), max_length=200)
    wanted = PlainTextField(label=_("What is wanted?"), max_length=LONG, widget=Textarea(rows=6))
    to = ReceiverField(label=_("Who gets it?"))
    due_on = forms.DateField(label=_("Report due"), widget=DateInput())
    report_to = forms.ModelChoiceField(
        label=_("Who hears the report?"),
        help_text=_("It comes up there as a case when the report is in."),
        queryset=Body.objects.none(),
    )
    item = forms.ModelChoiceField(
        label=_("Decided in"), queryset=AgendaItem.objects.none(), required=False, empty_label=_("no case in a meeting")
    )
    access = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            (CaseAccess.PUBLIC.value, CaseAccess.PUBLIC.label),
            (CaseAccess.EMPLOYEES.value, CaseAccess.EMPLOYEES.label),
        ],
        initial=CaseAccess.PUBLIC,
        widget=RadioSelect(),
    )
    attachments = attachments_field()

    def build(self) -> None:
        giver = self.subject.giver
        councils = Body.objects.filter(kind__in=body_kinds.OUTSIDE).filter(at_work(clock.today())).order_by("pk")
        self.council = councils.first()
        fields: dict[str, Any] = self.fields
        fields["by"].choices = [("body", giver.name), *([("council", self.council.name)] if self.council else [])]
        self.initial.setdefault("by", "body")
        fields["to"].offer(bodies_at_work().exclude(pk=giver.pk), units_open())
        fields["report_to"].queryset = bodies_at_work().filter(kind__in=body_kinds.HEARS_REPORTS)
        self.initial.setdefault("report_to", giver.pk)
        decided = (
            AgendaItem.objects.not_withheld()
            .filter(meeting__body=giver, meeting__status=MeetingStatus.ENDED, decision__isnull=False)
            .select_related("meeting")
        )
        chosen = decided.order_by("-meeting__starts_at", "position").values("pk")[:DECIDED_ITEMS]
        fields["item"].queryset = decided.filter(pk__in=list(chosen.values_list("pk", flat=True)))

    def clean(self) -> dict[str, object]:
        """Ask what the municipal council decided where it is they who commission; and nobody reports to oneself."""
        cleaned = super().clean() or {}
        by_council = cleaned.get("by") == "council"
        if by_council and not cleaned.get("council_decision", "").strip() and "council_decision" not in self.errors:
            self.add_error("council_decision", _("Write what they decided, or the number of the case."))
        cleaned["council"] = self.council if by_council else None
        cleaned["council_decision"] = cleaned.get("council_decision", "").strip() if by_council else ""
        if cleaned.get("to") is not None and cleaned.get("to") == cleaned.get("report_to"):
            self.add_error("report_to", _("Whoever gets the commission cannot also hear the report."))
        return cleaned

    def read(self) -> Commissioned:
        return read_as(Commissioned, self, access=CaseAccess(self.cleaned_data["access"]))


class AcceptForm(AskingForm):
    """A word on how, if one likes."""

    plan = PlainTextField(
        label=_("How will you do it?"),
        help_text=_("A few words, if you know already. Those who gave the commission can read it."),
        max_length=3000,
        required=False,
    )

    def read(self) -> Accepted:
        return read_as(Accepted, self)


class _AnewForm(AskingForm):
    def build(self) -> None:
        commission: Commission = self.subject
        field: Any = self.fields["to"]
        here = commission.receiver_body_id or 0
        bodies = bodies_at_work().exclude(pk__in=[commission.giver_id, commission.report_to_id, here])
        field.offer(bodies, units_open().exclude(pk=commission.receiver_unit_id or 0))


class PassOnForm(_AnewForm):
    """To whom it is passed on, and why."""

    to = ReceiverField(label=_("Who should have it?"))
    reason = PlainTextField(label=_("Why?"), max_length=2000, widget=Textarea(rows=3))

    def read(self) -> PassedOn:
        return read_as(PassedOn, self)


class GiveAnewForm(_AnewForm):
    """Who gets it now, and by when."""

    to = ReceiverField(
        label=_("Who gets it?"), help_text=_("Leave it open to give it to the same again."), required=False
    )
    due_on = forms.DateField(label=_("Report due"), widget=DateInput())
    note = PlainTextField(label=_("A word to those who get it"), max_length=2000, required=False)

    def read(self) -> GivenAnew:
        return read_as(GivenAnew, self)


class ReportForm(AskingForm):
    """What has been done and found."""

    report = PlainTextField(
        label=_("Report"),
        help_text=_("What you did, what you found and what you suggest."),
        max_length=LONG,
        widget=Textarea(rows=8),
    )
    attachments = attachments_field()

    def read(self) -> Reported:
        return read_as(Reported, self)


class ConcludeForm(AskingForm):
    """What those who heard the report say."""

    answer = PlainTextField(label=_("What do you say to the report?"), max_length=5000)

    def read(self) -> ReportAnswered:
        return read_as(ReportAnswered, self)


class GoOnForm(AskingForm):
    """What is still wanted, and by when."""

    answer = PlainTextField(label=_("What is still wanted?"), max_length=5000)
    due_on = forms.DateField(label=_("Next report due"), widget=DateInput())

    def clean_due_on(self) -> date | None:
        """A day that a meeting decided stands as it is."""
        return self.cleaned_data.get("due_on") if isinstance(self.data, Heard) else super().clean_due_on()

    def read(self) -> MoreWanted:
        return read_as(MoreWanted, self)


class Heard(dict[str, object]):
    """What a meeting has decided about a report: its date was judged then, not by today's calendar."""
