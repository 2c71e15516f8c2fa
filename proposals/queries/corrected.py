"""Decisions that were corrected when the proposer had been told of them, and who has not been told of it yet (R18)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F

from forum.meetings.core import readable_items
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Corrected
from forum.meetings.minutes.corrections.models import RecordCorrection
from proposals.models import Feedback, Proposal
from trepart.access import policy
from trepart.audit.models import Event

if TYPE_CHECKING:
    from trepart.access.rules import Person

SENT = "proposals.answer_corrected"
#: Whoever corrects the record of a meeting sees to it that the proposer hears of it.
CORRECTS = "forum.publish_minutes"


@dataclass(frozen=True, kw_only=True)
class CorrectedDecision:
    """A decision that was corrected when it was out: the case on the agenda, what it says now, and since when."""

    item: AgendaItem
    now: str
    at: datetime
    #: The newest correction, by number: what a page has shown.
    correction: int


def _of(newest: RecordCorrection, item: AgendaItem) -> CorrectedDecision:
    return CorrectedDecision(item=item, now=newest.now, at=newest.at, correction=newest.pk)


def _corrections(**which: object) -> list[RecordCorrection]:
    late = RecordCorrection.objects.filter(kind=Corrected.DECISION, at__gt=F("item__settled_at"), **which)
    along = ("item__meeting__body", "item__referral__case__proposal", "item__case", "item__decision")
    return list(late.select_related(*along).order_by("pk"))


def _by_item(corrections: Iterable[RecordCorrection]) -> dict[int, list[RecordCorrection]]:
    found: dict[int, list[RecordCorrection]] = {}
    for one in corrections:
        if one.item_id is not None:
            found.setdefault(one.item_id, []).append(one)
    return found


def _untold(corrections: Iterable[RecordCorrection], cases: Collection[int]) -> list[CorrectedDecision]:
    """Return what has not been told, the oldest first; what was corrected back says what was told all along."""
    by_item = _by_item(corrections)
    if not by_item:
        return []
    told = Event.objects.filter(action=SENT, root_type="cases.case", root_id__in=cases).values_list("data__item", "at")
    last: dict[int, datetime] = {}
    for item, at in told:
        last[item] = max(at, last.get(item, at))
    found = []
    for pk, chain in by_item.items():
        later = [one for one in chain if pk not in last or one.at > last[pk]]
        if later and later[0].was != later[-1].now and later[-1].item is not None:
            found.append(_of(later[-1], later[-1].item))
    return sorted(found, key=lambda one: one.at)


def waiting(proposal: Proposal) -> list[CorrectedDecision]:
    """Return the decisions on ``proposal`` that were corrected, and that its proposer has not been told of."""
    return _untold(_corrections(item__referral__case=proposal.case_id), [proposal.case_id])


def waiting_with(proposal: Proposal, person: Any) -> list[CorrectedDecision]:
    """Return those of :func:`waiting` that ``person`` is to tell of: of the bodies whose record the person corrects."""
    return [one for one in waiting(proposal) if policy.can(person, CORRECTS, one.item.meeting)]


def waiting_in(bodies: Collection[int]) -> list[CorrectedDecision]:
    """Return what the proposers of cases treated in ``bodies`` (ids) wait to be told."""
    if not bodies:
        return []
    found = _corrections(item__meeting__body__in=bodies, item__referral__case__proposal__isnull=False)
    return _untold(found, [one.item.referral.case_id for one in found if one.item and one.item.referral])


def told_of(proposal: Proposal, item: AgendaItem) -> Feedback | None:
    """Return the answer the proposer got when the decision in ``item`` was carried into the proposal, or was corrected
    last; None where none was given."""
    return proposal.feedback.filter(event__data__item=item.pk).order_by("given_at", "pk").last()


def lines_for(proposal: Proposal, reader: "Person") -> list[tuple[CorrectedDecision, str]]:
    """Return the decisions that were corrected when they were out, each with what it says now: for who may read it
    (R8, R25); to others the number alone."""
    found = []
    for chain in _by_item(_corrections(item__referral__case=proposal.case_id)).values():
        item, newest = chain[-1].item, chain[-1]
        if item is None or chain[0].was == newest.now:
            continue
        words = newest.now if readable_items.may_read(item, reader) else ""
        found.append((_of(newest, item), words))
    return found
