"""What is done before others read a proposal: blacking out, exempting, telling that somebody asked for the name."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from forum.cases.services.cases import set_exemption
from proposals import notifications
from proposals.enums import ProposalStatus
from proposals.forms.handling import DocumentsForm
from proposals.forms.submission import RedactForm
from proposals.models import Proposal
from proposals.services import name_case
from proposals.workflow.other_writes import UNDER_TREATMENT, holder, writing
from trepart.access.models import User
from trepart.authorising import acting_with
from trepart.refusals import GuardRefused, InvalidInput


def redact(proposal: Proposal, *, data: Mapping[str, object], actor: User, seen: int | None = None) -> Proposal:
    """Take out what must not stand in the text: personal matters about others, secrets, insults (domain.md, step
    3). The proposer is told.

    ``data`` is raw, as from `RedactForm`. Raises ``WrongState``, ``NotPermitted``, ``InvalidInput``.
    """
    form = RedactForm(data, {}, subject=proposal, actor=actor)
    if not form.is_valid():
        raise InvalidInput(form)
    words = form.cleaned_data
    with writing(
        proposal,
        "proposals.redacted",
        actor=actor,
        permission="proposals.handle",
        states=UNDER_TREATMENT,
        seen=seen,
        data=holder,
        text={"reason": words["reason"]},
    ) as (fresh, event):
        for name in ("title", "what", "why", "expected_effect"):
            setattr(fresh, name, words[name])
        fresh.save()
        name_case(fresh, actor, acting_with(actor, "proposals.handle", fresh))
        notifications.tell_proposers(fresh, kind="redacted", template="redacted", event=event, reason=words["reason"])
    return fresh


def tell_access_asked(
    proposal: Proposal, *, outcome: str, reason: str, actor: User, seen: int | None = None
) -> Proposal:
    """Tell the proposer that somebody has asked for the name, which is not shown, and what became of it: what the form
    promises (`proposals.presenting.promises`).

    ``outcome`` is an `AccessAnswer`. Raises ``NotPermitted``, and ``GuardRefused`` without ``reason`` or where the name
    is shown to everybody.
    """
    if not reason.strip():
        raise GuardRefused(_("Say why, and on what legal basis."))
    with writing(
        proposal,
        "proposals.access_asked",
        actor=actor,
        permission="proposals.see_proposer",
        states=frozenset(ProposalStatus),
        seen=seen,
        data=lambda fresh: {**holder(fresh), "outcome": outcome},
        text={"reason": reason},
    ) as (fresh, event):
        if fresh.show_name:
            raise GuardRefused(_("The name is shown to everybody already."))
        notifications.tell_proposer(
            fresh, kind="access_asked", template="access_asked", event=event, outcome=outcome, reason=reason.strip()
        )
    return fresh


def exempt_documents(
    proposal: Proposal, *, data: Mapping[str, object], actor: User, seen: int | None = None
) -> Proposal:
    """Keep attachments out of sight, or open them again, each on its basis (R25). ``data`` is
    raw, as from `DocumentsForm`.

    Raises ``WrongState``, ``NotPermitted``, ``InvalidInput``.
    """
    form = DocumentsForm(data, {}, subject=proposal, actor=actor)
    if not form.is_valid():
        raise InvalidInput(form)
    with writing(
        proposal,
        "proposals.attachments_screened",
        actor=actor,
        permission="proposals.handle",
        states=UNDER_TREATMENT,
        seen=seen,
        data=holder,
    ) as (fresh, _event):
        for document in fresh.case.documents.order_by("id"):
            set_exemption(document, basis=form.cleaned_data["exempt"].get(document, document.exempt_basis), actor=actor)
    return fresh
