"""Words about cases in what a person takes out about oneself, and which of them the person may read (R8, R25).

Whoever has left a body takes along that something was written, and when; not what is behind closed doors or in an
exempt case, be it in the person's own words. One's own votes are one's own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from forum.cases.enums import CaseAccess
from forum.cases.models import Case, Opinion
from forum.commissions.models import Commission
from forum.meetings.case_papers.permissions import WHOLE
from forum.meetings.core.closed.access import KEPT, kept_items_open_to
from forum.meetings.core.models import AgendaItem
from proposals.models import Proposal
from trepart.access import policy

if TYPE_CHECKING:
    from trepart.access.models import User


@dataclass(frozen=True)
class About:
    """What the words of a row are about: the path to an agenda item or a case, and the fields that say something."""

    path: str
    fields: tuple[str, ...]
    item: bool = False


#: By model and lookup, as `own_data.Share` has them. What is in none of them says nothing of what a case holds.
ABOUT: Mapping[str, About] = {
    "proposals.PaperSender.entered_by": About("proposal__case", ("proposal__title",)),
    "proposals.Conclusion.concluded_by": About("referral__case", ("answer",)),
    "proposals.Stance.said_by": About("conclusion__referral__case", ("text",)),
    "proposals.HeardWord.said_by": About("proposal__case", ("text",)),
    "cases.CaseGuest.membership__person": About("referral__case", ("view",)),
    "proposals.Proposal.responsible": About("case", ("title",)),
    "proposals.Feedback.given_by": About("proposal__case", ("proposal__title", "text")),
    "proposals.ProgressReport.reported_by": About("proposal__case", ("proposal__title", "text")),
    "meetings.ConflictReport.membership__person": About("item", ("item__title", "why"), item=True),
    "meetings.Voice.membership__person": About(
        "round__election__item", ("round__election__place", "candidate__name"), item=True
    ),
    "meetings.Addition.membership__person": About("item", ("text",), item=True),
    "meetings.DiscussionDraft.author": About("item", ("text",), item=True),
    "meetings.FollowUpNote.written_by": About("follow_up__decision__item", ("text",), item=True),
    "meetings.RecordCorrection.made_by": About("item", ("reason",), item=True),
    "meetings.PaperNote.person": About("item", ("quote", "text"), item=True),
    "cases.Document.added_by": About("case", ("title",)),
    "cases.Opinion.closed_by": About("case", ("question", "answer")),
    "commissions.Commission.reported_by": About("case", ("wanted", "report")),
}


def items_kept_from(person: "User", ids: Collection[int]) -> set[int]:
    """Return which of the agenda items ``ids`` keep something from ``person``: behind closed doors, or in an exempt
    case, that the person takes no part in."""
    if not ids:
        return set()
    kept = set(AgendaItem.objects.filter(KEPT, pk__in=ids).order_by().values_list("pk", flat=True))
    return kept - kept_items_open_to(person, Q(pk__in=kept)) if kept else set()


def cases_kept_from(person: "User", ids: Collection[int]) -> set[int]:
    """Return which of the cases ``ids`` are kept from ``person``: exempt, and not the person's to read, or treated
    behind closed doors without the person."""
    if not ids:
        return set()
    exempt = set(Case.objects.filter(pk__in=ids, access=CaseAccess.RECEIVER).order_by().values_list("pk", flat=True))
    treated = AgendaItem.objects.filter(KEPT).filter(Q(case__in=ids) | Q(referral__case__in=ids)).order_by()
    items = {pk: case or through for pk, case, through in treated.values_list("pk", "case", "referral__case")}
    closed = {items[pk] for pk in items_kept_from(person, items)} - exempt
    return (exempt - _readable(person, exempt)) | closed


def _readable(person: "User", cases: Collection[int]) -> set[int]:
    if not cases:
        return set()

    def seen(permission: str, model: type[Proposal] | type[Opinion] | type[Commission]) -> Iterable[int]:
        rows = policy.visible_to(person, permission, model._default_manager.filter(case__in=cases))
        return rows.values_list("case", flat=True)

    papers = policy.visible_to(person, WHOLE, Case.objects.filter(pk__in=cases)).values_list("pk", flat=True)
    return {
        *seen("proposals.view", Proposal),
        *seen("forum.view_opinion", Opinion),
        *seen("forum.view_commission", Commission),
        *papers,
    }
