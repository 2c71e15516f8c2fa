"""The fields in which a decision says what it rests on, or to whom the case is recommended."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases.case_owners import is_carried_out_by_owner
from forum.cases.enums import Resolution
from forum.delegations import judging
from forum.delegations.enums import Authority
from forum.delegations.models import Delegation
from forum.meetings.core.models import AgendaItem, Decision
from forum.meetings.session.decisions import authority
from trepart import clock
from trepart.forms import KronerField, LineField, RadioSelect
from trepart.refusals import GuardRefused

#: The choice that a decision is about how the body itself works.
OWN = "own"
#: Days until somebody asks what became of a recommendation, unless another day is chosen.
ASK_AFTER = 30


def rests_field(
    found: Sequence[Delegation], *, owned: bool, beside: Sequence[tuple[str, str]] = ()
) -> forms.ChoiceField:
    """Return the field for what a decision rests on: one of ``found``, in a case nobody owns the body's affairs, or
    what is offered ``beside``."""
    choices = [(str(one.pk), judging.name_of(one)) for one in found]
    if not owned:
        choices.append((OWN, _("The body's own affairs: how it works and what it says. No money.")))
    return forms.ChoiceField(
        label=_("What does the decision rest on?"),
        choices=[*choices, *beside],
        widget=RadioSelect(),
        initial=choices[0][0] if owned and len(choices) == 1 else None,
        help_text=_(
            "What goes beyond it, the body recommends to whoever has the authority (Local Government Act § 5-3)."
        ),
    )


def add_authority(form: forms.Form, item: AgendaItem, resolution: Resolution) -> None:
    """Give ``form`` the fields that a decision of this kind in ``item`` must be answered by."""
    if resolution == Resolution.TO_COUNCIL:
        form.fields["goes_to"] = forms.ChoiceField(
            label=_("Who has the authority?"),
            choices=[(value, capfirst(str(label))) for value, label in Authority.choices],
            initial=Authority.COUNCIL,
            widget=RadioSelect(),
        )
        form.fields["goes_to_name"] = LineField(
            label=_("Name of the committee"),
            max_length=120,
            required=False,
            help_text=_("Only where it is another committee."),
        )
        if not is_carried_out_by_owner(item.referral):
            form.fields["due_on"].initial = clock.today() + timedelta(days=ASK_AFTER)
        return
    matter = authority.matter_of(item)
    if matter is None or not authority.is_judged(item, resolution):
        return
    owned = is_carried_out_by_owner(item.referral)
    form.fields["rests"] = rests_field(authority.choices(item, resolution), owned=owned)
    if resolution != Resolution.ADOPT or (owned and not matter.money):
        return
    form.fields["amount"] = KronerField(
        label=_("How many kroner does the decision give?"),
        required=owned,
        initial=matter.amount,
        max_value=2_000_000_000,
        help_text="" if owned else _("Leave the field empty where it gives none."),
    )


def ask_what_it_rests_on(
    form: forms.Form, item: AgendaItem, decision: Decision, may_be: Collection[Resolution], wanted: Resolution
) -> None:
    """Ask in ``form`` what a ``decision`` that is corrected rests on, as the meeting was asked: where it ``may_be``
    corrected to an outcome that takes authority, and must be answered where that is another than stands and the one
    ``wanted``."""
    asked = [one for one in may_be if authority.is_judged(item, one)]
    matter = authority.matter_of(item)
    if matter is None or not asked:
        return
    found = {one.pk: one for resolution in asked for one in authority.choices(item, resolution)}
    stands, owned = authority.standing(decision), is_carried_out_by_owner(item.referral)
    field = form.fields["rests"] = rests_field(list(found.values()), owned=owned)
    field.required = wanted in asked and wanted != decision.resolution
    if stands.delegation is not None or stands.own_affairs:
        field.initial = OWN if stands.delegation is None else str(stands.delegation.pk)
    if len(asked) < len(may_be):
        named = ", ".join(f"«{one.label}»" for one in asked)
        field.help_text = f"{field.help_text} {_('Answered where the outcome is %(outcomes)s.') % {'outcomes': named}}"
    if Resolution.ADOPT in asked and (matter.money or not owned):
        form.fields["amount"] = KronerField(
            label=_("How many kroner does the decision give?"),
            required=False,
            initial=matter.amount if stands.amount is None else stands.amount,
            max_value=2_000_000_000,
            help_text=_("Leave the field empty where it gives none."),
        )


def read_authority(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was answered in those fields, as `decide` takes it."""
    chosen = cleaned.get("rests") or ""
    said: dict[str, Any] = {"amount": cleaned.get("amount")}
    if chosen == OWN:
        said["own_affairs"] = True
    elif chosen:
        said["delegation"] = Delegation.objects.get(pk=int(chosen))
    if cleaned.get("goes_to"):
        said |= {"goes_to": cleaned["goes_to"], "goes_to_name": cleaned.get("goes_to_name") or ""}
    return said


def check_authority(form: forms.Form, item: AgendaItem, resolution: Resolution) -> None:
    """Put beside its field what the service would refuse about what the decision rests on."""
    cleaned = form.cleaned_data
    if cleaned.get("goes_to") == Authority.COMMITTEE and not (cleaned.get("goes_to_name") or "").strip():
        form.add_error("goes_to_name", _("Write the name of the committee."))
    if "rests" not in form.fields or not cleaned.get("rests") or "amount" in form.errors:
        return
    try:
        said = read_authority(cleaned)
        authority.rest(
            item,
            resolution,
            delegation=said.get("delegation"),
            own_affairs=said.get("own_affairs", False),
            amount=said["amount"],
        )
    except GuardRefused as refusal:
        form.add_error("rests", str(refusal.message))
