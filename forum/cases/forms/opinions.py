"""What is filled in when an opinion is asked for and given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from forum.cases import own_cases
from forum.cases.forms.hidden_names import AsksBeforeNaming
from forum.cases.forms.partiality import YES, partiality_field
from forum.cases.models import Case, HearingRule, Opinion
from forum.organisation import body_kinds
from forum.organisation.models import Body, Employment, Unit
from forum.organisation.role_assignments import at_work
from trepart import clock
from trepart.alphabet import norwegian
from trepart.forms import DateInput, FilesField, OneStepForm, PlainTextField, Textarea, read_as
from trepart.outdated_pages import ComparingForm
from trepart.text.administration_act import Matter, cite
from trepart.uploads.door import ENDINGS, taken_in

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


#: Characters in an opinion or a report: room for some pages.
LONG = 10_000

#: Days given to answer where nothing else is said.
OPINION_DAYS = 21

#: The latest day that can be asked for: what is further off is a slip of the finger.
FURTHEST_DAYS = 3 * 366
MOST_FILES = 10


class AskingForm(AsksBeforeNaming, OneStepForm):
    """A form of one step in which somebody is asked for something by a day."""

    def names_hidden(self) -> Sequence[str]:
        """Return who sent the case in, where that is not shown and the actor may know it."""
        case: Case | None = getattr(self.subject, "case", None)
        return own_cases.names_hidden(case, self.actor) if case is not None else []

    def clean_due_on(self) -> date | None:
        """Refuse a day that has come already, or is out of reach."""
        day: date | None = self.cleaned_data.get("due_on")
        if day is not None and day <= clock.today():
            raise ValidationError(_("Choose a day after today."), code="past")
        if day is not None and day > clock.today() + timedelta(days=FURTHEST_DAYS):
            raise ValidationError(_("Choose a day within three years."), code="far")
        return day

    def clean_attachments(self) -> "list[UploadedFile]":
        """Look into every file, and clean it, before anything is written."""
        files: list[UploadedFile] = self.cleaned_data.get("attachments") or []
        if len(files) > MOST_FILES:
            raise ValidationError(_("Attach at most %(count)s files."), params={"count": MOST_FILES}, code="many")
        return [taken_in(upload) for upload in files]


def attachments_field() -> FilesField:
    """Return the field for files that come along."""
    return FilesField(
        label=_("Attachments"),
        required=False,
        accept=ENDINGS,
    )


class ReceiverField(forms.ChoiceField):
    """A body or a workplace, in two groups. The clean value is the `Body` or the `Unit`."""

    default_error_messages = {
        "gone": _("Choose one from the list."),
        "nobody": _("Nobody is registered as leader of that workplace, and it has no LMU. Nobody would receive it."),
    }

    def offer(self, bodies: QuerySet[Body], units: QuerySet[Unit]) -> None:
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
        """Return who receives what a workplace is asked for: its LMU or the leader's queue, else the workplace
        itself, whose leader does."""
        local = Body.objects.filter(at_work(clock.today()), kind__in=body_kinds.LOCAL, unit=unit).first()
        if local is not None:
            return local
        if not Employment.objects.running().filter(unit=unit, leads=True, person__is_active=True).exists():
            raise ValidationError(self.error_messages["nobody"], code="nobody")
        return unit


def bodies_at_work() -> QuerySet[Body]:
    return (
        Body.objects.filter(at_work(clock.today()))
        .exclude(kind__in=body_kinds.OUTSIDE)
        .order_by(norwegian("name"), "pk")
    )


def units_open() -> QuerySet[Unit]:
    open_ = Q(closed_on__isnull=True) | Q(closed_on__gt=clock.today())
    return Unit.objects.filter(open_).order_by(norwegian("name"), "pk")


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
    #: Given by whoever has sent the case in, who has said that they are not partial.
    own: bool = False


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
        bodies = bodies_at_work().exclude(pk=self.subject.asker_id)
        field: Any = self.fields["to"]
        field.offer(bodies, units_open())

    def clean_to(self) -> date | None:
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

    def build(self) -> None:
        self.own = own_cases.sent_in(self.subject.case, self.actor)
        if self.own:
            self.fields["partial"] = partiality_field(
                _(
                    "Ask yourself whether others have reason to doubt that you can weigh it fairly (%(act)s). Those "
                    "who may know who sent it in read beside the opinion what you answer."
                )
                % {"act": cite(Matter.PARTIAL)}
            )

    def clean_partial(self) -> str:
        """Refuse the opinion of somebody who is partial: somebody else answers for the body."""
        said: str = self.cleaned_data["partial"]
        if said == YES:
            raise ValidationError(
                _(
                    "Then somebody else gives the opinion (%(act)s). Ask another who answers for %(of)s, or say that "
                    "no opinion is given."
                ),
                params={"act": cite(Matter.PARTIAL), "of": str(self.subject.of)},
                code="partial",
            )
        return said

    def read(self) -> OpinionGiven:
        return read_as(OpinionGiven, self, own=self.own)


class ReasonForm(AskingForm):
    """Why: for what comes back or is taken back."""

    reason = PlainTextField(label=_("Why?"), max_length=2000, widget=Textarea(rows=3))

    def read(self) -> Reasoned:
        return read_as(Reasoned, self)


class HearingForm(ComparingForm, forms.ModelForm):
    """Whom a body hears, where, and whether always."""

    class Meta:
        model = HearingRule
        fields = ("asker", "places", "always", "days")
        widgets: ClassVar[dict[str, object]] = {"places": Textarea(rows=4)}
        field_classes: ClassVar[dict[str, object]] = {"places": PlainTextField}

    def __init__(self, *args: Any, asked: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.asked = asked
        field: Any = self.fields["asker"]
        field.queryset = bodies_at_work().exclude(pk=asked.pk).exclude(kind__in=body_kinds.ASSOCIATIONS)
        self.fields["days"].widget.attrs.update({"min": "1", "max": "365", "size": "6"})

    def clean_days(self) -> int:
        """Keep within a year."""
        days: int = self.cleaned_data["days"]
        if not 1 <= days <= 365:
            raise ValidationError(_("Choose from 1 to 365 days."), code="days")
        return days

    def clean(self) -> dict[str, object]:
        """Refuse a second rule for the same two."""
        cleaned = super().clean() or {}
        twin = HearingRule.objects.filter(asker=cleaned.get("asker"), asked=self.instance.asked)
        if twin.exclude(pk=self.instance.pk).exists():
            self.add_error("asker", _("There is a rule for that body already."))
        return cleaned
