"""The list of proposals, those that are like one being written, and the follow-up of what is adopted."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVectorField, TrigramWordSimilarity
from django.db.models import F, Func, Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from forum.cases.models import Referral
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from trepart import clock
from trepart.access import policy
from trepart.alphabet import norwegian
from trepart.db import searching

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: How many similar proposals are shown, and how alike (0 to 1) a title must be.
SIMILAR = 5
_ALIKE = 0.4
#: The most a list counts: more than that is "more than", and one pages on from there.
COUNTED = 200


class StoredWords(Func):
    """The column in which the database keeps the words of a proposal, ready for search (migration 0002_guards).

    Not a field, so that no page fetches it. Takes the field beside which it stands, and so finds it in
    whatever query it is part of.
    """

    output_field = SearchVectorField()

    # The stubs name the arguments otherwise.
    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        """Name the column."""
        beside, params = compiler.compile(self.source_expressions[0])
        table = beside.rpartition(".")[0]
        return f"{table}.{connection.ops.quote_name('words')}", params


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


def case_number(words: str) -> tuple[int, int] | None:
    """Return the year and number that ``words`` are the number of a case folder with ("26/118", "2026/118"), or
    None."""
    number = re.fullmatch(r"(\d{2}|\d{4})\s*/\s*(\d{1,9})", words, re.ASCII)
    if number is None:
        return None
    return int(number[1]) if len(number[1]) == 4 else 2000 + int(number[1]), int(number[2])


def _matching(proposals: QuerySet[Proposal], words: str) -> QuerySet[Proposal]:
    number = case_number(words)
    if number is not None:
        return proposals.filter(case__year=number[0], case__number=number[1])
    query = searching.norwegian(words)
    return proposals.alias(words=StoredWords("title")).filter(Q(words=query) | Q(title__icontains=words))


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
