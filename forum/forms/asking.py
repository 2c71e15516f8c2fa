"""What is filled in when an opinion is asked for and given, and when work is commissioned, taken on and reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.enums import LOCAL, BodyKind, CaseAccess, MeetingStatus
from forum.models import AgendaItem, Body, Commission, Employment, HearingRule, Opinion, Unit
from forum.services.cases import ACCEPTED, sniff
from forum.standing import at_work
from trepart import clock
from trepart.alphabet import norwegian
from trepart.forms import DateInput, FilesField, OneStepForm, PlainTextField, RadioSelect, Textarea, read_as

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

#: Characters in an opinion or a report: room for some pages.
LONG = 10_000
#: Days given to answer where nothing else is said.
OPINION_DAYS = 21
#: The latest day that can be asked for: what is further off is a slip of the finger.
FURTHEST_DAYS = 3 * 366
#: How many decided items one can choose the ground of a commission among.
DECIDED_ITEMS = 40
MOST_FILES = 10


class AskingForm(OneStepForm):
    """A form of one step in which somebody is asked for something by a day."""

    def clean_due_on(self) -> date | None:
        """Refuse a day that has come already, or is out of reach."""
        day: date | None = self.cleaned_data.get("due_on")
        if day is not None and day <= clock.today():
            raise ValidationError(_("Choose a day after today."), code="past")
        if day is not None and day > clock.today() + timedelta(days=FURTHEST_DAYS):
            raise ValidationError(_("Choose a day within three years."), code="far")
        return day

    def clean_attachments(self) -> "list[UploadedFile]":
        """Look into every file before anything is written."""
        files: list[UploadedFile] = self.cleaned_data.get("attachments") or []
        if len(files) > MOST_FILES:
            raise ValidationError(_("Attach at most %(count)s files."), params={"count": MOST_FILES}, code="many")
        for upload in files:
            sniff(upload)
        return files


def attachments_field() -> FilesField:
    """Return the field for files that come along."""
    return FilesField(
        label=_("Attachments"),
        required=False,
        accept=sorted({ending for endings in ACCEPTED.values() for ending in endings}),
    )


class ReceiverField(forms.ChoiceField):
    """A body or a workplace, in two groups. The clean value is the `Body` or the `Unit`."""

    default_error_messages = {
        "gone": _("Choose one from the list."),
        "nobody": _("Nobody is registered as leader of that workplace, and it has no LMU. Nobody would receive it."),
    }

    def offer(self, bodies: Any, units: Any) -> None:
        """Set what can be chosen."""
        own = [(f"body-{pk}", name) for pk, name in bodies.values_list("pk", "name")]
        places = [(f"unit-{pk}", name) for pk, name in units.values_list("pk", "name")]
        groups = [(_("Bodies"), own), (_("Workplaces"), places)]
        self.choices = [("", "–"), *((label, found) for label, found in groups if found)]

    def clean(self, value: Any) -> Any:
        """Fetch what was chosen."""
        text = super().clean(value)
        if not text:
            return None
        kind, _dash, pk = text.partition("-")
        model: Any = Body if kind == "body" else Unit
        found = model.objects.filter(pk=pk).first()
        if found is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        return self._received(found) if isinstance(found, Unit) else found

    def _received(self, unit: Unit) -> Body | Unit:
        """Return who receives what a workplace is asked for: its LMU or the leader's queue, else the workplace itself, whose leader does."""
        local = Body.objects.filter(at_work(clock.today()), kind__in=LOCAL, unit=unit).first()
        if local is not None:
            return local
        if not Employment.objects.running().filter(unit=unit, leads=True, person__is_active=True).exists():
            raise ValidationError(self.error_messages["nobody"], code="nobody")
        return unit


def _bodies_at_work() -> Any:
    return Body.objects.filter(at_work(clock.today())).exclude(kind=BodyKind.COUNCIL).order_by(norwegian("name"), "pk")


def _units_open() -> Any:
    open_ = Q(closed_on__isnull=True) | Q(closed_on__gt=clock.today())
    return Unit.objects.filter(open_).order_by(norwegian("name"), "pk")


# Opinions -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whom one asks, what, and by when."""

    to: Body | Unit
    question: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class OpinionGiven:
    """An opinion, with what is attached."""

    answer: str
    attachments: "Sequence[UploadedFile]"


@dataclass(frozen=True, kw_only=True)
class Reasoned:
    """Why something comes back or is taken back."""

    reason: str


class AskForm(AskingForm):
    """Whom one asks, what, and by when."""

    subject: Opinion
    to = ReceiverField(label=_("Who is asked?"))
    question = PlainTextField(label=_("What do you want their opinion on?"), max_length=2000, widget=Textarea(rows=3))
    due_on = forms.DateField(label=_("Answer by"), widget=DateInput())

    def build(self) -> None:
        bodies = _bodies_at_work().exclude(pk=self.subject.asker_id)
        field: Any = self.fields["to"]
        field.offer(bodies, _units_open())

    def clean_to(self) -> Any:
        """Refuse to ask twice while one waits for the answer."""
        to = self.cleaned_data["to"]
        waiting = Opinion.objects.waiting().filter(case=self.subject.case_id)
        if waiting.filter(Q(asked=to) if isinstance(to, Body) else Q(unit=to)).exists():
            raise ValidationError(_("They have been asked already, and have not answered yet."), code="asked")
        return to

    def read(self) -> Asked:
        return read_as(Asked, self)


class AnswerForm(AskingForm):
    """The opinion itself."""

    answer = PlainTextField(
        label=_("Your opinion"),
        help_text=_("Everybody who can read the case can read it, under the name of those you answer for."),
        max_length=LONG,
        widget=Textarea(rows=8),
    )
    attachments = attachments_field()

    def read(self) -> OpinionGiven:
        return read_as(OpinionGiven, self)


class ReasonForm(AskingForm):
    """Why: for what comes back or is taken back."""

    reason = PlainTextField(label=_("Why?"), max_length=2000, widget=Textarea(rows=3))

    def read(self) -> Reasoned:
        return read_as(Reasoned, self)


class HearingForm(forms.ModelForm):
    """Whom a body hears, where, and whether always."""

    class Meta:
        model = HearingRule
        fields = ("asker", "places", "always", "days")
        widgets: ClassVar[dict[str, Any]] = {"places": Textarea(rows=4)}

    def __init__(self, *args: Any, asked: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.asked = asked
        field: Any = self.fields["asker"]
        field.queryset = _bodies_at_work().exclude(pk=asked.pk).exclude(kind=BodyKind.GRENDEUTVALG)
        self.fields["days"].widget.attrs.update({"min": "1", "max": "365", "size": "6"})

    def clean_days(self) -> int:
        """Keep within a year."""
        days: int = self.cleaned_data["days"]
        if not 1 <= days <= 365:
            raise ValidationError(_("Choose from 1 to 365 days."), code="days")
        return days

    def clean(self) -> dict[str, Any]:
        """Refuse a second rule for the same two."""
        cleaned: dict[str, Any] = super().clean() or {}
        twin = HearingRule.objects.filter(asker=cleaned.get("asker"), asked=self.instance.asked)
        if twin.exclude(pk=self.instance.pk).exists():
            self.add_error("asker", _("There is a rule for that body already."))
        return cleaned


# Commissions ----------------------------------------------------------------------------------------------------------


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
    council_decision = forms.CharField(
        label=_("What did the municipal council decide?"),
        help_text=_("The number of the case and the day: what the commission rests on."),
        max_length=500,
        required=False,
    )
    title = forms.CharField(label=_("Title"), max_length=200)
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
        choices=[(CaseAccess.PUBLIC.value, CaseAccess.PUBLIC.label), (CaseAccess.EMPLOYEES.value, CaseAccess.EMPLOYEES.label)],
        initial=CaseAccess.PUBLIC,
        widget=RadioSelect(),
    )  # fmt: skip
    attachments = attachments_field()

    def build(self) -> None:
        giver = self.subject.giver
        councils = Body.objects.filter(kind=BodyKind.COUNCIL).filter(at_work(clock.today())).order_by("pk")
        self.council = councils.first()
        fields: dict[str, Any] = self.fields
        fields["by"].choices = [("body", giver.name), *([("council", self.council.name)] if self.council else [])]
        self.initial.setdefault("by", "body")
        fields["to"].offer(_bodies_at_work().exclude(pk=giver.pk), _units_open())
        fields["report_to"].queryset = _bodies_at_work().filter(kind__in=[BodyKind.COMMITTEE, BodyKind.COORDINATION])
        self.initial.setdefault("report_to", giver.pk)
        decided = AgendaItem.objects.filter(
            meeting__body=giver, meeting__status=MeetingStatus.ENDED, decision__isnull=False, closed_basis=""
        ).select_related("meeting")
        chosen = decided.order_by("-meeting__starts_at", "position").values("pk")[:DECIDED_ITEMS]
        fields["item"].queryset = decided.filter(pk__in=list(chosen.values_list("pk", flat=True)))

    def clean(self) -> dict[str, Any]:
        """Ask what the municipal council decided where it is they who commission; and nobody reports to oneself."""
        cleaned: dict[str, Any] = super().clean() or {}
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
        bodies = _bodies_at_work().exclude(pk__in=[commission.giver_id, commission.report_to_id, here])
        field.offer(bodies, _units_open().exclude(pk=commission.receiver_unit_id or 0))


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


class Heard(dict[str, Any]):
    """What a meeting has decided about a report: its date was judged then, not by today's calendar."""
