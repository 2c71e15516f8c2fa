"""A case that comes after the notice: where it comes from, who may read it, and drafts of what is not put on yet.

A case that is put on can be read at once by those who may see the meeting (koml § 11-3, R7). So it is said who may read
it before it exists; whoever is unsure saves a draft, which those who plan the meeting see and nobody else (R8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from forum.cases.enums import CaseAccess, ReferralStatus
from forum.cases.models import Referral
from forum.meetings.agenda import demands, questions
from forum.meetings.agenda.body_queue import undemanded
from forum.meetings.agenda.forms import CLOSED, Closing, doors_as_stored
from forum.meetings.agenda.models import Demand, ItemDraft, Question
from forum.meetings.agenda.services import PLAN, add_item
from forum.meetings.core.locking import BEFORE_THE_END, hold
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import DemandKind, ItemKind
from trepart import clock
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User

#: What a draft keeps of the form, each under its own name.
KEPT = ("kind", "title", "recommendation", "wanted_by", "why_late", "readers", "basis", "provision", "public_title")


class LateWords(TypedDict, total=False):
    """Who wants a late case, and why it cannot wait, as `add_item` takes it."""

    wanted_by: str
    why_late: str


@dataclass(frozen=True)
class Source:
    """Where a late case comes from: the queue, a demand, a question, an earlier meeting that postponed it, or nowhere
    else (all None)."""

    referral: Referral | None = None
    demand: Demand | None = None
    question: Question | None = None
    again: AgendaItem | None = None

    @property
    def own_words(self) -> bool:
        """Say whether the case is written here."""
        return not any((self.referral, self.demand, self.question, self.again))

    @property
    def title(self) -> str:
        """Return the title it goes on the agenda with; empty for a case that is written here."""
        if self.referral is not None:
            return self.referral.case.title
        if self.again is not None:
            return self.again.title
        return self.demand.title if self.demand is not None else self.question.title if self.question else ""

    @property
    def outside(self) -> str:
        """Return the title others see whatever is chosen, since the case itself is exempt; empty for an open one."""
        case = self.referral.case if self.referral is not None else self.again.case if self.again is not None else None
        if case is None or case.access != CaseAccess.RECEIVER:
            return ""
        return AgendaItem(case=case).title_outside

    def proposed_before(self) -> dict[str, str]:
        """Return how closed doors were proposed the last time the case stood on an agenda, as the form begins with."""
        before = self.again
        if self.referral is not None:
            before = AgendaItem.objects.filter(case=self.referral.case_id).order_by("-pk").first()
        if before is None or not before.is_withheld_by_doors:
            return {}
        return {"readers": CLOSED, **doors_as_stored(before.closed_basis, before.public_title)}


def source_of(
    meeting: Meeting,
    *,
    referral: int | None = None,
    demand: int | None = None,
    question: int | None = None,
    postponed: int | None = None,
) -> Source | None:
    """Return what these ids name, where it waits for an agenda of the body; None where one names nothing."""
    found = Source(
        referral=Referral.objects.select_related("case")
        .filter(pk=referral, body=meeting.body_id)
        .exclude(status=ReferralStatus.CLOSED)
        .first()
        if referral
        else None,
        demand=demands.outstanding(meeting.body_id).filter(pk=demand, kind=DemandKind.ITEM).first() if demand else None,
        question=meeting.questions.select_related("asked_by__person").filter(pk=question).first() if question else None,
        again=undemanded(meeting.body_id).filter(pk=postponed).first() if postponed else None,
    )
    wanted = (referral, demand, question, postponed)
    there = (found.referral, found.demand, found.question, found.again)
    return None if any(one and other is None for one, other in zip(wanted, there, strict=True)) else found


def save_draft(
    meeting: Meeting, *, source: Source, said: Mapping[str, Any], draft: ItemDraft | None = None, actor: "User"
) -> ItemDraft:
    """Keep what is written of a late case as a draft, or in ``draft``. Raises ``GuardRefused`` without a title,
    ``WrongState`` where the draft has been put on or thrown away or the meeting has ended; ``NotPermitted``."""
    with hold(meeting, actor=actor, permission=PLAN, at=BEFORE_THE_END) as held:
        row = _locked(held.meeting, draft) if draft is not None else ItemDraft(meeting=held.meeting)
        for name in KEPT:
            if name in said:
                setattr(row, name, str(said[name] or "").strip())
        row.referral, row.demand, row.question = source.referral, source.demand, source.question
        row.again = source.again
        row.title = source.title or row.title
        if not row.title:
            raise GuardRefused(_("Write what the case is about."))
        row.saved_at = clock.now()
        row.save()
    return row


def discard(draft: ItemDraft, *, actor: "User") -> None:
    """Throw a draft away; a case from the queue, a demand or a question waits there still. Raises as
    :func:`save_draft`."""
    with hold(draft.meeting, actor=actor, permission=PLAN, at=BEFORE_THE_END) as held:
        _locked(held.meeting, draft).delete()


@transaction.atomic
def put_on(
    meeting: Meeting,
    *,
    source: Source,
    closing: Closing,
    said: Mapping[str, Any],
    draft: ItemDraft | None = None,
    actor: "User",
) -> AgendaItem:
    """Put a late case on the agenda as it is said who may read it, and throw its draft away. Raises as `add_item`, and
    ``WrongState`` for a draft that is gone, or a case written here that stands on the agenda already."""
    # Whoever presses twice waits here for the first press, and finds what it did.
    list(Meeting.objects.select_for_update(no_key=True).filter(pk=meeting.pk).values_list("pk"))
    if draft is not None:
        _locked(meeting, draft).delete()
    if source.demand is not None:
        return demands.put_on(source.demand, meeting, **closing, actor=actor)
    if source.question is not None:
        return questions.put_on(source.question, **closing, actor=actor)
    late = LateWords(wanted_by=str(said.get("wanted_by", "")), why_late=str(said.get("why_late", "")))
    if source.referral is not None:
        return add_item(meeting, referral=source.referral, **closing, **late, actor=actor)
    if source.again is not None:
        return add_item(meeting, again=source.again, **closing, **late, actor=actor)
    kind, title = ItemKind(said["kind"]), said["title"].strip()
    if meeting.items.filter(title=title, kind=kind, withdrawn_at__isnull=True, referral__isnull=True).exists():
        raise WrongState(_("A case with that title stands on the agenda already."))
    return add_item(
        meeting, kind=kind, title=title, recommendation=said["recommendation"], **closing, **late, actor=actor
    )


def _locked(meeting: Meeting, draft: ItemDraft) -> ItemDraft:
    row = ItemDraft.objects.select_for_update().filter(pk=draft.pk, meeting=meeting).first()
    if row is None:
        raise WrongState(_("The draft has been put on the agenda, or thrown away, by somebody else."))
    return row
