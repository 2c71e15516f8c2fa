"""What the proposer fills in: the proposal itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forum.cases import own_cases
from forum.organisation.models import Employment, Unit
from proposals.enums import Origin
from proposals.forms.fields import StepForm
from proposals.presenting import promises
from trepart import clock
from trepart.alphabet import norwegian
from trepart.forms import FilesField, KronerField, LineField, PlainTextField, Textarea, YesNoField, read_as
from trepart.uploads.door import ENDINGS, taken_in

#: Files with one proposal.
MOST_FILES = 10
_TEXT = 5000


def _text(label: Any, *, rows: int, required: bool = True, help_text: Any = "") -> PlainTextField:
    return PlainTextField(
        label=label, max_length=_TEXT, required=required, help_text=help_text, widget=Textarea(rows=rows)
    )


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A proposal as it is sent in; what somebody was not asked about has the value a proposal has of itself."""

    title: str
    what: str
    why: str
    expected_effect: str
    unit: Unit | None = None
    several_workplaces: bool = False
    needs_grant: bool = False
    grant_amount: int | None = None
    affects_users: bool = False
    place: str = ""
    association: str = ""
    show_name: bool = False
    attachments: Sequence[UploadedFile] = ()


class WordsForm(StepForm):
    """The words of a proposal."""

    title = LineField(
        label=_("What shall we call it?"), help_text=_("A short title that says what it is about."), max_length=120
    )
    what = _text(_("What do you propose?"), rows=5)
    why = _text(_("Why?"), rows=4, help_text=_("What is it like today, and what is the matter with it?"))
    expected_effect = _text(_("What will get better?"), rows=3, required=False)

    def names_hidden(self) -> Sequence[str]:
        """Ask nothing: these are the proposer's own words, read through when somebody begins on it."""
        return []

    def clean_title(self) -> str:
        """Keep the title on one line."""
        return " ".join(self.cleaned_data["title"].split())


#: What only some are asked about.
_OF_WORKPLACES = ("unit", "several_workplaces", "needs_grant", "grant_amount", "affects_users")
_OF_PLACES = ("place",)
_OF_ASSOCIATIONS = ("for_association", "association")


class SubmitForm(WordsForm):
    """Everything the proposer is asked about; the questions go by the subject's origin: an employee is asked about the
    workplace, others about the place."""

    conditional: ClassVar[dict[str, tuple[str, ...]]] = {
        "needs_grant": ("grant_amount",),
        "for_association": ("association",),
    }

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label=_("Which workplace do you send it from?"),
        empty_label=None,
    )
    several_workplaces = YesNoField(
        label=_("Does it concern several workplaces?"),
        help_text=_("As far as you know. Those who receive it look at it again."),
    )
    needs_grant = YesNoField(
        label=_("Does it need a grant?"),
        help_text=_("Money beyond the workplace's own budget. Make a guess if you are unsure."),
        reveals=True,
    )
    grant_amount = KronerField(
        label=_("About how much, in kroner?"), required=False, min_value=1, max_value=2_000_000_000
    )
    affects_users = YesNoField(
        label=_("Does it affect the users of the service?"), help_text=_("Pupils, patients, residents, customers.")
    )
    place = LineField(
        label=_("Where is it?"),
        help_text=_("A street, a school, a village. Leave it open if it is for the whole municipality."),
        max_length=120,
        required=False,
    )
    for_association = YesNoField(label=_("Do you send it for an association?"), reveals=True)
    association = LineField(
        label=_("Which association?"), help_text=_("Its name is always shown."), max_length=120, required=False
    )
    attachments = FilesField(
        label=_("Attachments"),
        help_text=_(
            "PDF, picture, Word, Excel or OpenDocument, up to %(limit)s MB each. What a file is called, who made it "
            "and where a picture was taken is removed. What can be read and seen in it is not."
        ),
        required=False,
        accept=ENDINGS,
    )
    show_name = forms.BooleanField(
        label=_("My name may be shown"),
        required=False,
    )

    field_order: tuple[str, ...] = (
        "title", "what", "why", "expected_effect", "unit", "several_workplaces", "needs_grant", "grant_amount",
        "affects_users", "place", "for_association", "association", "attachments", "show_name",
    )  # fmt: skip

    def build(self) -> None:
        origin = self.subject.origin
        if origin == Origin.EMPLOYEE:
            self._leave_out(_OF_PLACES, _OF_ASSOCIATIONS)
            field: Any = self.fields["unit"]
            field.queryset = workplaces(self.actor)
            if len(field.queryset) == 1:
                field.initial = field.queryset[0].pk
                field.widget = forms.HiddenInput()
        elif origin in (Origin.CITIZEN, Origin.ASSOCIATION):
            self._leave_out(_OF_WORKPLACES)
        else:
            self._leave_out(_OF_WORKPLACES, _OF_ASSOCIATIONS)
        if "show_name" in self.fields:
            self.fields["show_name"].help_text = promises.of_name(origin, asked=True)
        files = self.fields["attachments"]
        files.help_text = str(files.help_text) % {"limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024}

    def clean_attachments(self) -> list[Any]:
        """Look inside every file, whatever it calls itself, and clean it of what it tells of people."""
        files: list[Any] = self.cleaned_data["attachments"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("At most %(most)s files with one proposal."), code="too_many", params={"most": MOST_FILES}
            )
        problems, clean = [], []
        for upload in files:
            try:
                clean.append(taken_in(upload))
            except forms.ValidationError as problem:
                problems.append(problem)
        if problems:
            raise forms.ValidationError(problems)
        return clean

    def clean(self) -> dict[str, object]:
        """An amount belongs to a grant only."""
        data = super().clean() or self.cleaned_data
        if data.get("needs_grant") is False:
            data["grant_amount"] = None
        if "for_association" in self.fields:
            data["association"] = " ".join(data.get("association", "").split()) if data.get("for_association") else ""
            if data.get("for_association") and not data["association"] and "association" not in self.errors:
                self.add_error("association", _("Write the name of the association."))
        return data

    def read(self) -> Submitted:
        return read_as(Submitted, self)

    def _leave_out(self, *groups: tuple[str, ...]) -> None:
        for name in (name for group in groups for name in group):
            self.fields.pop(name, None)


class WriteForm(SubmitForm):
    """The first page of sending in: everything but what belongs to the last look at it."""

    def build(self) -> None:
        super().build()
        for name in ("attachments", "show_name"):
            del self.fields[name]


class SendForm(SubmitForm):
    """The last page of sending in: files and name. The rest was written on the first, and travels along."""

    #: The page says itself which files are kept and which are to be chosen again (`proposals.views.between`).
    keeps_files = True

    conditional: ClassVar[dict[str, tuple[str, ...]]] = {}

    def build(self) -> None:
        super().build()
        for name in [name for name in self.fields if name not in ("attachments", "show_name")]:
            del self.fields[name]


class CorrectForm(SubmitForm):
    """The proposal again, before anybody has begun on it. The workplace stays: it is already with its group."""

    def __init__(
        self, data: Mapping[str, object] | None = None, files: Mapping[str, object] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, files, **kwargs)
        for name in self.fields:
            if name not in ("attachments",):
                self.initial.setdefault(name, getattr(self.subject, name))

    def build(self) -> None:
        super().build()
        # Where it comes from stays: it is already with those who receive it from there.
        self.fields.pop("unit", None)
        self.fields.pop("for_association", None)
        if self.subject.origin == Origin.ASSOCIATION:
            self.fields["association"].required = True
        else:
            self.fields.pop("association", None)
        self.fields["attachments"].label = _("More attachments")


class RedactForm(WordsForm):
    """What must not stand there taken out by those who received it, with the reason."""

    reason = _text(
        _("What did you take out, and why?"),
        rows=3,
        help_text=_("The proposer is told. Do not repeat what you took out."),
    )

    def names_hidden(self) -> Sequence[str]:
        """Ask about the proposer's name, here of all places: in what is left, and in the reason, which others read."""
        return own_cases.names_hidden(self.subject.case, self.actor)

    def build(self) -> None:
        for name in ("title", "what", "why", "expected_effect"):
            self.initial.setdefault(name, getattr(self.subject, name))


def workplaces(person: Any) -> QuerySet[Unit]:
    """Return where ``person`` works today."""
    running = Employment.objects.running(clock.today()).filter(person=person)
    return Unit.objects.filter(pk__in=running.values("unit"), closed_on__isnull=True).order_by(norwegian("name"))
