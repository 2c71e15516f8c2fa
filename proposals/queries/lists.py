"""The list of proposals, those that are like one being written, and the follow-up of what is adopted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from forum.cases.models import Referral
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from trepart import clock
from trepart.access import policy
from trepart.alphabet import norwegian
from trepart.search.typed_numbers import TypedNumber, typed_number
from trepart.search.words import StoredWords, word_query

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: How many similar proposals are shown, and how alike (0 to 1) a title must be.
SIMILAR = 5
_ALIKE = 0.4
#: The most a list counts: more than that is "more than", and one pages on from there.
COUNTED = 200


#: The filters of the list: address -> states.
FILTERS: dict[str, tuple[ProposalStatus, ...]] = {
    "under_behandling": (ProposalStatus.RECEIVED, ProposalStatus.IN_TREATMENT, ProposalStatus.AWAITING_COUNCIL),
    "vurderes": (ProposalStatus.CONSIDERED,),
    "vedtatt": (ProposalStatus.ADOPTED,),
    "gjennomfort": (ProposalStatus.IMPLEMENTED,),
    "avsluttet": (ProposalStatus.DECLINED, ProposalStatus.WITHDRAWN, ProposalStatus.MERGED, ProposalStatus.ELSEWHERE),
}


def with_road(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Fetch along what the page of a proposal says: its case, where it comes from, and its stays."""
    stays = Referral.objects.select_related("body", "recommended_by").order_by("received_at", "id")
    return proposals.select_related(
        "case",
        "unit",
        "on_behalf_of",
        "proposer",
        "paper",
        "responsible",
        "responsible_unit",
        "adopted_by",
        "merged_into__case",
    ).prefetch_related(Prefetch("case__referrals", queryset=stays))


#: What a line says: of the proposal, its case, where it comes from and the body that has it; not its long texts.
_LINE = (
    "status", "proposer__name", "on_paper", "paper__name", "origin", "association", "part", "title", "show_name",
    "submitted_at", "due_on", "ask_council_on", "awaits", "awaits_name", "case__year", "case__number", "case__access",
    "case__access_basis", "unit__name", "on_behalf_of__name",
)  # fmt: skip
_STAY = ("case_id", "status", "outcome", "due_on", "received_at", "body__name", "body__legal_basis")


def lines(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Fetch what a line in a list says about a proposal, and no more."""
    stays = Referral.objects.select_related("body").only(*_STAY).order_by("received_at", "id")
    found = proposals.select_related("case", "unit", "on_behalf_of", "proposer", "paper").only(*_LINE)
    return found.prefetch_related(Prefetch("case__referrals", queryset=stays))


def proposals_for(
    person: "Person", *, words: str = "", status: str = "", mine: bool = False, unit: int | None = None
) -> QuerySet[Proposal]:
    """Return the proposals ``person`` may read, newest first.

    ``words`` is a case number ("26/118") or words to look for; ``status`` a key of ``FILTERS``; ``mine`` keeps the
    person's own; ``unit`` those from one workplace.
    """
    found = policy.visible_to(person, "proposals.view", Proposal.objects.all())
    if mine and person.is_authenticated:
        found = found.filter(proposer=person)
    if status in FILTERS:
        found = found.filter(status__in=FILTERS[status])
    if unit is not None:
        found = found.filter(unit=unit)
    if words.strip():
        found = _matching(found, words.strip()[:200])
    return lines(found).order_by("-submitted_at", "-id")


def in_folder(typed: TypedNumber, prefix: str = "") -> Q:
    """Return the condition that a case folder, found through ``prefix`` ("referral__"), has the number ``typed``."""
    condition = Q(pk__in=[])
    for year, serial in typed.folders:
        condition |= Q(**{f"{prefix}case__year": year, f"{prefix}case__number": serial})
    return condition


def _matching(proposals: QuerySet[Proposal], words: str) -> QuerySet[Proposal]:
    typed = typed_number(words)
    if typed is not None:
        # A title may have such a number in it too ("24/7").
        return proposals.filter(in_folder(typed) | Q(title__icontains=words))
    found = proposals.alias(words=StoredWords("title"))
    return found.filter(Q(words=word_query(words)) | Q(title__icontains=words))


def similar_to(person: "Person", *, title: str, what: str = "") -> list[Proposal]:
    """Return proposals ``person`` may read that seem to ask for the same as one being written, most alike first."""
    if not title.strip():
        return []
    found = policy.visible_to(person, "proposals.view", Proposal.objects.exclude(status=ProposalStatus.WITHDRAWN))
    likeness = Greatest(TrigramWordSimilarity(title, "title"), TrigramWordSimilarity(title, "what"))
    alike = found.annotate(likeness=likeness).filter(Q(("likeness__gte", _ALIKE)))
    return list(lines(alike).order_by(F("likeness").desc(), "-submitted_at")[:SIMILAR])


@dataclass
class FollowUp:
    """The page of what is to be carried out."""

    measures: QuerySet[Proposal]
    council: list[Proposal]
    late: int


def follow_up(person: "Person", *, everything: bool = False) -> FollowUp:
    """Return the adopted measures ``person`` follows up, the one due first at the top, and what waits
    for the municipal council.

    ``everything`` widens it to all adopted measures the person may read.
    """
    permission = "proposals.view" if everything else "proposals.follow_up"
    adopted = policy.visible_to(person, permission, Proposal.objects.filter(status=ProposalStatus.ADOPTED))
    waiting = Proposal.objects.filter(status=ProposalStatus.AWAITING_COUNCIL)
    council_permission = "proposals.view" if everything else "proposals.record_council"
    council = policy.visible_to(person, council_permission, waiting)
    return FollowUp(
        measures=with_road(adopted).order_by("due_on", norwegian("title"), "pk"),
        council=list(with_road(council).order_by("ask_council_on", "pk")),
        late=adopted.filter(due_on__lt=clock.today()).count(),
    )
