"""Forms before a decision: screening, passing on, assessing, a preliminary answer, merging."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess
from forum.cases.forms.hidden_names import named_in
from forum.cases.models import Document
from forum.organisation.body_kinds import LOCAL
from forum.organisation.models import Body, Unit
from proposals.enums import AccessAnswer
from proposals.forms.fields import Answered, Decided, ProposalReferenceField, StepForm, answer_field, date_field
from proposals.models import Proposal
from proposals.presenting.display_names import may_see_proposer, own_name
from proposals.queries import under_lock
from trepart import clock
from trepart.access import policy
from trepart.alphabet import norwegian
from trepart.forms import (
    KronerField,
    LineField,
    PlainTextField,
    RadioSelect,
    RevealingCheckbox,
    Textarea,
    YesNoField,
    read_as,
)
from trepart.text.administration_act import Matter, cite


@dataclass(frozen=True, kw_only=True)
class Screened:
    """Who may read a proposal from now on, on what basis it is closed, and each attachment's
    basis where it is (R25)."""

    access: CaseAccess
    access_basis: str
    exempt: Mapping[Document, str]


@dataclass(frozen=True, kw_only=True)
class PassedOn(Answered):
    """To which workplace it is passed on."""

    unit: Unit


@dataclass(frozen=True, kw_only=True)
class HandedOver(Answered):
    """To which body it is handed over."""

    to_body: Body


@dataclass(frozen=True, kw_only=True)
class PointedElsewhere(Answered):
    """Where it belongs."""

    belongs_to: str


@dataclass(frozen=True, kw_only=True)
class Merged(Answered):
    """Which proposal it becomes one with."""

    into: Proposal


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """Why it is withdrawn; may be empty."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """Why it is taken up before its day; may be empty."""

    note: str


class DocumentsForm(StepForm):
    """Which attachments are kept out of sight, each on its basis (R25). The clean value ``exempt`` is document ->
    basis, empty where it may be read."""

    #: The class says what is always so; each form adds its own documents.
    conditional: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def build(self) -> None:
        conditional = dict(self.conditional)
        self.documents = self.asked_about()
        for document in self.documents:
            keep, basis = f"keep_{document.pk}", f"basis_{document.pk}"
            self.fields[keep] = forms.BooleanField(
                label=_("Keep “%(title)s” out of sight") % {"title": document.title},
                required=False,
                initial=bool(document.exempt_basis),
                widget=RevealingCheckbox(),
            )
            self.fields[basis] = LineField(
                label=_("Legal basis for keeping “%(title)s” out of sight") % {"title": document.title},
                max_length=200,
                required=False,
                initial=document.exempt_basis,
            )
            conditional[keep] = (basis,)
        self.conditional = conditional

    def asked_about(self) -> list[Document]:
        """Return the documents the form asks about."""
        return under_lock.documents(self.subject)

    def clean(self) -> dict[str, object]:
        """A document is closed on a basis only."""
        data = super().clean() or self.cleaned_data
        data["exempt"] = {}
        for document in self.documents:
            basis = data.get(f"basis_{document.pk}", "").strip() if data.get(f"keep_{document.pk}") else ""
            if data.get(f"keep_{document.pk}") and not basis:
                self.add_error(f"basis_{document.pk}", _("Say on what legal basis it is closed (R25)."))
            data["exempt"][document] = basis
        return data


class AccessAskedForm(StepForm):
    """Somebody has asked who sent the proposal in: what was decided, and what the proposer is told."""

    outcome = forms.ChoiceField(label=_("What has been decided?"), choices=AccessAnswer, widget=RadioSelect)
    reason = PlainTextField(
        label=_("Why, and on what legal basis?"),
        max_length=2000,
        widget=Textarea(rows=4),
        help_text=_(
            "The proposer reads it. Do not write the name. It is held back where it is subject to a duty of secrecy "
            "(Freedom of Information Act § 13); otherwise access can be given."
        ),
    )


class BeginForm(DocumentsForm):
    """Screening: who may read it from now on, and which attachments."""

    conditional: Mapping[str, tuple[str, ...]] = MappingProxyType({"access": ("access_basis",)})

    access = forms.ChoiceField(
        label=_("Who may read the proposal?"),
        widget=RadioSelect(
            reveals=[CaseAccess.RECEIVER.value],
            descriptions={
                CaseAccess.PUBLIC.value: _("First take out what concerns other people, secrets and insults."),
                CaseAccess.EMPLOYEES.value: _("First take out what concerns other people, secrets and insults."),
                CaseAccess.RECEIVER.value: _("Only where the law closes it, wholly."),
            },
        ),
    )
    access_basis = LineField(label=_("Legal basis"), max_length=200, required=False)

    def build(self) -> None:
        super().build()
        self.fields["access_basis"].help_text = gettext("For example offl § 13, cf. %(act)s.") % {
            "act": cite(Matter.SECRECY_SHORT)
        }
        wide = CaseAccess.PUBLIC if self.subject.goes_public else CaseAccess.EMPLOYEES
        field: Any = self.fields["access"]
        field.choices = [
            (wide.value, _("Everybody") if self.subject.goes_public else _("All employees")),
            (CaseAccess.RECEIVER.value, _("Only those who treat it, and the proposer")),
        ]
        field.initial = wide.value

    def names_hidden(self) -> Sequence[str]:
        """Return the proposer's own name, where it is not shown and the actor may know it."""
        own = self.subject
        found = [] if own.show_name else named_in(self.read_by_others(), filter(None, [own_name(own)]))
        return found if found and may_see_proposer(own, self.actor) else []

    def read_by_others(self) -> Iterable[str]:
        """Return the proposal itself where it is opened: whoever sent it in may have signed it."""
        yield from super().read_by_others()
        if self.cleaned_data.get("access") != CaseAccess.RECEIVER:
            own = self.subject
            yield from (own.title, own.what, own.why, own.expected_effect)

    def asked_about(self) -> list[Document]:
        """Return the attachments; a scanned sheet, which says where somebody lives, is not opened in passing, only by
        the errand of its own."""
        found = super().asked_about()
        return [d for d in found if not d.exempt_basis] if self.subject.on_paper else found

    def clean(self) -> dict[str, Any]:
        """Closing takes its basis (R25); where it is open, a basis is left out."""
        data: dict[str, Any] = super().clean()
        if data.get("access") == CaseAccess.RECEIVER:
            if not data.get("access_basis", "").strip() and "access_basis" not in self.errors:
                self.add_error("access_basis", _("Say on what legal basis it is closed (R25)."))
        else:
            data["access_basis"] = ""
        return data

    def read(self) -> Screened:
        return read_as(Screened, self, access=CaseAccess(self.cleaned_data["access"]))


class PassOnForm(StepForm):
    """To the right workplace."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Which workplace?"), empty_label=_("Choose"))
    answer = answer_field(
        label=_("To the proposer"),
        help_text=_("A line about why it goes to another workplace. The proposer gets it word for word."),
    )

    def build(self) -> None:
        today = clock.today()
        groups = Body.objects.filter(kind__in=LOCAL, active_from__lte=today, closed_on__isnull=True)
        if self.body is not None:
            groups = groups.exclude(pk=self.body.pk)
        field: Any = self.fields["unit"]
        field.queryset = Unit.objects.filter(pk__in=groups.values("unit")).order_by(norwegian("name"))

    def read(self) -> PassedOn:
        return read_as(PassedOn, self)


class HandOverForm(StepForm):
    """To the body it belongs with."""

    to_body = forms.ModelChoiceField(queryset=Body.objects.none(), label=_("Which body?"), empty_label=_("Choose"))
    answer = answer_field(
        label=_("To the proposer"),
        help_text=_("A line about why it goes to another body. The proposer gets it word for word."),
    )

    def build(self) -> None:
        from proposals.queries import bodies_beside  # the queries read the same permissions the forms lean on

        field: Any = self.fields["to_body"]
        field.queryset = bodies_beside(self.body)

    def read(self) -> HandedOver:
        return read_as(HandedOver, self)


class ElsewhereForm(StepForm):
    """It belongs with another authority, or with nobody: the answer says where to turn (fvl § 11)."""

    belongs_to = LineField(
        label=_("Where does it belong?"),
        help_text=_(
            "For example the county, the road authority, or the service that answers enquiries. No person's name."
        ),
        max_length=120,
    )
    answer = answer_field(
        help_text=_(
            "Say why it cannot be treated here, and how the proposer reaches the right place. It is sent word for word."
        )
    )

    def clean_belongs_to(self) -> str:
        """Keep it on one line."""
        return " ".join(self.cleaned_data["belongs_to"].split())

    def read(self) -> PointedElsewhere:
        return read_as(PointedElsewhere, self)


class AssessForm(StepForm):
    """What the proposal takes, as the body sees it. May differ from what the proposer thought."""

    conditional = {"grant": ("amount",)}

    several = YesNoField(label=_("Does it concern several workplaces?"))
    grant = YesNoField(
        label=_("Does it need a grant?"), help_text=_("Money beyond the workplace's own budget."), reveals=True
    )
    amount = KronerField(label=_("About how much, in kroner?"), required=False)
    text = PlainTextField(label=_("Why do you see it so?"), max_length=2000, widget=Textarea(rows=3))

    def build(self) -> None:
        self.initial.setdefault("several", self.subject.concerns_several)
        self.initial.setdefault("grant", self.subject.wants_grant)
        self.initial.setdefault("amount", self.subject.grant_amount)
        self.initial.setdefault("text", self.subject.assessment)

    def clean(self) -> dict[str, object]:
        """An amount belongs to a grant only."""
        data = super().clean() or self.cleaned_data
        if not data.get("grant"):
            data["amount"] = None
        return data


class PreliminaryAnswerForm(StepForm):
    """An answer on the way, with the reason and the day the real one is expected (R18)."""

    answer = answer_field(
        label=_("Preliminary answer"),
        help_text=_("Why it takes time, and what happens meanwhile. The proposer gets it word for word."),
    )
    expected_on = date_field(
        _("When do you expect to answer?"), help_text=_("The deadline moves to this day, and the proposer is told.")
    )

    def clean_expected_on(self) -> date | None:
        """Keep a day to come."""
        return self.within_reach("expected_on")


class MergeForm(StepForm):
    """Two proposals that ask for the same become one; both proposers get the answer."""

    into = ProposalReferenceField(
        label=_("The number of the proposal it is merged with"),
        help_text=_("For example 26/118. That one goes on; this one gets the same answer."),
        max_length=20,
    )
    answer = answer_field(label=_("To the proposer"), help_text=_("The proposer gets this word for word."))

    def build(self) -> None:
        from proposals.queries import may_be_merged_into  # the queries read the same permissions the forms lean on

        field: Any = self.fields["into"]
        field.queryset = may_be_merged_into(self.subject)
        if not isinstance(self.data, Decided):  # what a conclusion says was judged when it was written
            field.queryset = policy.visible_to(self.actor, "proposals.view", field.queryset)

    def read(self) -> Merged:
        return read_as(Merged, self)


class WithdrawForm(StepForm):
    """The proposer takes the proposal back."""

    reason = PlainTextField(
        label=_("Why do you withdraw it?"),
        help_text=_("You need not say why."),
        max_length=1000,
        required=False,
        widget=Textarea(rows=3),
    )

    def read(self) -> Withdrawn:
        return read_as(Withdrawn, self)


class WithdrawForForm(StepForm):
    """A proposer without an account has asked for the proposal to be taken back."""

    reason = PlainTextField(
        label=_("How did the proposer ask, and when?"),
        help_text=_("For example: by letter, 3 November. It stands in the story of the case."),
        max_length=1000,
        widget=Textarea(rows=3),
    )

    def read(self) -> Withdrawn:
        return read_as(Withdrawn, self)


class ResumeForm(StepForm):
    """Taken up again before its day."""

    note = PlainTextField(label=_("Why now?"), max_length=1000, required=False, widget=Textarea(rows=3))

    def read(self) -> Resumed:
        return read_as(Resumed, self)
