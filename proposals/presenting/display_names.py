"""What the proposer is called before others: by name only where the name may be shown (domain.md)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.cases.enums import LetterFrom
from forum.cases.models import Document
from forum.meetings.core.closed.stepped_aside import has_left
from forum.organisation.enums import Part
from proposals.enums import Origin
from proposals.models import PartialityAnswer, Proposal
from trepart.access import policy
from trepart.audit.models import Event


def may_see_proposer(proposal: Proposal, reader: Any) -> bool:
    """Say whether ``reader`` may know who sent ``proposal`` in: everybody where the name may be shown, else the
    proposer, those who receive it and their secretary (what the form says, `proposals.presenting.promises`)."""
    if proposal.show_name or proposal.is_by(reader):
        return True
    return reader is not None and policy.can(reader, "proposals.see_proposer", proposal)


def proposer_name(proposal: Proposal, reader: Any, *, listed: bool = False) -> str:
    """Return what ``reader`` may know the proposer as: the name, or "Employee, Nordli skole", "A citizen".

    An association and a village council are always named: it is they who propose. A name that others do not see stands
    with those words; in a list (``listed``) it does not stand at all.
    """
    open_name = proposal.show_name or proposal.is_by(reader)
    named = own_name(proposal) if open_name or (not listed and may_see_proposer(proposal, reader)) else ""
    if named and not open_name:
        named = _("%(name)s (the name is not shown to others)") % {"name": named}
    whom = sent_by(proposal)
    if proposal.origin in (Origin.EMPLOYEE, Origin.CITIZEN):
        return named or whom
    return f"{named}, {whom}" if named else whom


def own_name(proposal: Proposal) -> str:
    """Return the proposer's name: the account's, or the one on the sheet. Asked only for who may know it."""
    if proposal.proposer is not None:
        return proposal.proposer.name
    return proposal.paper.name if proposal.on_paper else ""


def sent_by(proposal: Proposal) -> str:
    """Return where a proposal comes from, as anybody who may read it may know: never whom."""
    if proposal.origin == Origin.EMPLOYEE:
        return _("Employee, %(unit)s") % {"unit": proposal.unit}
    if proposal.origin == Origin.ASSOCIATION:
        return proposal.association
    if proposal.origin == Origin.VILLAGE_COUNCIL:
        return str(proposal.on_behalf_of)
    if proposal.origin == Origin.PART:
        return capfirst(str(Part(proposal.part).label))
    return _("A citizen")


def curtain(events: Sequence[Event], reader: object) -> Callable[[Event], bool]:
    """Keep events on an exempt attachment, which name it, from those who may not open it
    (`trepart.audit.timeline.register_curtain`, R25). Asked once for each case."""
    answers: dict[tuple[int, str], bool] = {}

    def keeps(event: Event) -> bool:
        document = getattr(event, "thing", None)
        if not isinstance(document, Document) or not document.exempt_basis:
            return False
        proposal = getattr(document.case, "proposal", None)
        if proposal is None:
            return False
        whose = (proposal.pk, document.letter_from)
        if whose not in answers:
            answers[whose] = not may_open(document, proposal, reader)
        return answers[whose]

    return keeps


def may_open(document: Document, proposal: Proposal, reader: Any) -> bool:
    """Say whether ``reader`` may open ``document``, where it is kept too. The sheet a proposal came on tells who sent
    it, and is for those who receive it; a letter from a guest is for those who treat the case, never for its
    proposer."""
    if not document.exempt_basis:
        return True
    if not may_open_exempt(proposal, reader):
        return False
    if document.letter_from == LetterFrom.GUEST:
        return not proposal.is_by(reader)
    if document.letter_from == LetterFrom.PROPOSER:
        return proposal.is_by(reader) or policy.can(reader, "proposals.see_proposer", proposal)
    return True


def opened_to(documents: Sequence[Document], proposal: Proposal, reader: Any) -> list[Document]:
    """Return those of ``documents`` that ``reader`` may open; asked once for each kind of them."""
    answers: dict[tuple[bool, str], bool] = {}
    for document in documents:
        kind = bool(document.exempt_basis), document.letter_from
        if kind not in answers:
            answers[kind] = may_open(document, proposal, reader)
    return [each for each in documents if answers[bool(each.exempt_basis), each.letter_from]]


def may_open_exempt(proposal: Proposal, reader: Any) -> bool:
    """Say whether ``reader`` may see what is exempt in ``proposal``: the proposer's own, and those who treat it."""
    from proposals.queries.page import deals_with  # the queries read the permissions, which are registered later

    return proposal.is_by(reader) or (deals_with(proposal, reader) and not has_left(reader, proposal.case))


def who_acted(event: Event, reader: object) -> str:
    """Say who took a step on their own behalf in the story of a proposal's case
    (`trepart.audit.timeline.register_naming`)."""
    proposal = _proposal_of(event)
    if proposal is not None and proposal.is_by(event.actor):
        return proposer_name(proposal, reader)
    if proposal is not None and isinstance(getattr(event, "thing", None), PartialityAnswer):
        # Only those who have sent in it, or what was merged into it, are asked: the answer tells who they are.
        return str(event.actor) if may_see_proposer(proposal, reader) else _("An employee")
    return str(event.actor) if event.actor_id else ""


def whose(event: Event, reader: object) -> str:
    """Say who the proposer is in a sentence of the story, as ``reader`` may know it
    (`trepart.audit.timeline.register_word`)."""
    proposal = _proposal_of(event)
    return proposer_name(proposal, reader) if proposal is not None else ""


def _proposal_of(event: Event) -> Proposal | None:
    thing = getattr(event, "thing", None)
    if isinstance(thing, Proposal):
        return thing
    case = getattr(thing, "case", thing)
    return getattr(case, "proposal", None)
