"""Fields and checks that several forms of the room share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from forum.cases import own_cases
from forum.cases.deadlines import too_far
from forum.cases.forms.hidden_names import AsksBeforeNaming
from forum.cases.models import Case
from forum.meetings.core.closed.stepped_aside import those_who_left
from forum.organisation.forms.people import ToldApart
from forum.organisation.models import Body, Employment
from forum.organisation.queries.responsible import who_may_be_responsible
from proposals.models import Proposal
from trepart import clock
from trepart.access.models import User
from trepart.forms import DateInput, OneStepForm, PlainTextField, Textarea

#: Characters in an answer: room for a page and a half.
ANSWER_LENGTH = 5000


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What is said in a step that answers the proposer (R18)."""

    answer: str


class Decided(dict[str, object]):
    """Data that a meeting has decided. A date in it was in the future when it was decided, and is not judged
    anew by today's calendar."""


class StepForm(AsksBeforeNaming, OneStepForm):
    """A form of one step on a proposal."""

    subject: Proposal

    def names_hidden(self) -> Sequence[str]:
        """Return who has sent it in, where that is not shown and the actor may know it; what a meeting or a group has
        decided was asked about when it was written."""
        if isinstance(self.data, Decided) or self.subject.case_id is None:
            return []
        return own_cases.names_hidden(self.subject.case, self.actor)

    @property
    def body(self) -> Body | None:
        """Return the body that has the proposal now."""
        referral = self.subject.referral
        return referral.body if referral else None

    def _case(self) -> Case | None:
        """Return the case; none where a meeting or a group has chosen already: that choice stands."""
        return None if isinstance(self.data, Decided) else self.subject.case

    def in_future(self, name: str) -> date | None:
        """Return the date in ``name`` if it is after today; a date a meeting decided stands as it is.
        Raises ``ValidationError``."""
        day: date | None = self.cleaned_data.get(name)
        if day is not None and day <= clock.today() and not isinstance(self.data, Decided):
            raise forms.ValidationError(_("Choose a day after today."), code="past")
        return day

    def within_reach(self, name: str) -> date | None:
        """Return the date in ``name`` if it is after today and no farther ahead than a proposer can be made to wait
        (R18); a date a meeting decided stands as it is. Raises ``ValidationError``."""
        day = self.in_future(name)
        if day is not None and not isinstance(self.data, Decided) and (why := too_far(day)):
            raise forms.ValidationError(why, code="too_far")
        return day

    def not_in_future(self, name: str) -> date | None:
        """Return the date in ``name`` unless it is after today. Raises ``ValidationError``."""
        day: date | None = self.cleaned_data.get(name)
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("It cannot be later than today."), code="future")
        return day


def answer_field(*, required: bool = True, label: Any = None, help_text: Any = None) -> PlainTextField:
    """Return the field no body gets past: the answer to the proposer (R18)."""
    return PlainTextField(
        label=label or _("Answer to the proposer"),
        help_text=help_text
        or _("The proposer gets this word for word. Say what you have decided and why, so that it can be understood."),
        max_length=ANSWER_LENGTH,
        required=required,
        widget=Textarea(rows=5),
    )


def date_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DateInput())


def people_at_work(people: QuerySet[User]) -> QuerySet[User]:
    """Return ``people`` with their workplaces of today fetched, in the order of their names."""
    running = Employment.objects.running().select_related("unit")
    return people.prefetch_related(Prefetch("employments", queryset=running, to_attr="workplaces")).order_by(
        "name", "pk"
    )


def may_be_responsible(body: Body | None, case: Case | None = None) -> QuerySet[User]:
    """Return who can be made responsible for a measure of ``body``: who works in the municipality (for the LMU of a
    unit, there) or sits in the body; never who has stepped aside in the ``case`` (fvl § 6)."""
    found = who_may_be_responsible(body)
    if case is not None:
        found = found.exclude(pk__in=those_who_left(case))
    return people_at_work(found)


class ProposalReferenceField(forms.CharField):
    """Another proposal, given by its number ("26/118"). The clean value is the `Proposal`; what one may
    not read does not exist."""

    default_error_messages = {
        "invalid": _("Write the number of the other proposal, for example 26/118."),
        "unknown": _("There is no proposal with that number that you can read."),
    }
    #: Set by the form: where the proposal is looked for.
    queryset: QuerySet[Proposal]

    def clean(self, value: Any) -> Any:
        """Return the proposal, or None where nothing was written and nothing is required."""
        text = super().clean(value)
        if not text:
            return None
        found = re.fullmatch(r"\s*(\d{2}|\d{4})\s*/\s*(\d{1,9})\s*", text, re.ASCII)
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        year = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
        proposal = self.queryset.filter(case__year=year, case__number=int(found[2])).first()
        if proposal is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return proposal


class MembersField(forms.ModelMultipleChoiceField):
    """Who took part, one check box a member, shown with name and role."""

    iterator = ToldApart

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name}, {obj.get_role_display()}"
