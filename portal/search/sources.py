"""Where a search looks: proposals, and what stands on agendas and has been decided, as far as the reader may read.

Each source gives the same columns. Everything begins with what the reader may read: what is withheld is in no result,
no count and no facet (R8, R25).
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db.models import Case, CharField, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractYear, NullIf

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.readable_items import decided_for, readable_items
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from proposals.queries.lists import in_folder
from trepart.access import policy
from trepart.search.typed_numbers import TypedNumber, typed_number
from trepart.search.words import StoredWords, word_query

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: How alike (0 to 1) a title must be where nothing has the very words.
ALIKE = 0.45
_OF_PROPOSAL: dict[str, tuple[ProposalStatus, ...]] = {
    "under_behandling": (ProposalStatus.RECEIVED, ProposalStatus.IN_TREATMENT, ProposalStatus.AWAITING_COUNCIL),
    "vedtatt": (ProposalStatus.ADOPTED,),
    "gjennomfort": (ProposalStatus.IMPLEMENTED,),
    "vurderes": (ProposalStatus.CONSIDERED,),
    "avslatt": (ProposalStatus.DECLINED,),
    "trukket": (ProposalStatus.WITHDRAWN, ProposalStatus.MERGED, ProposalStatus.ELSEWHERE),
}
OF_DECISION: dict[str, tuple[Resolution, ...]] = {
    "vedtatt": (Resolution.ADOPT,),
    "vurderes": (Resolution.CONSIDER,),
    "avslatt": (Resolution.DECLINE,),
    "sendt_videre": (
        Resolution.SEND_BACK,
        Resolution.FORWARD,
        Resolution.RECOMMEND,
        Resolution.TO_COUNCIL,
        Resolution.DISAGREE,
    ),
    "utsatt": (Resolution.POSTPONE,),
    "orientering": (Resolution.NOTED,),
}
#: Annotated by `items_for`: what was decided is out, or the reader is one of those inside.
_DECIDED = Q(is_decided=True)


def _outcome(path: str, groups: Mapping[str, Iterable[str]], otherwise: str) -> Case:
    cases = [When(**{f"{path}__in": list(values)}, then=Value(name)) for name, values in groups.items()]
    return Case(*cases, default=Value(otherwise), output_field=CharField())


def proposals_for(person: "Person") -> QuerySet[Proposal]:
    """Return the proposals ``person`` may read, with the columns of a source."""
    stays = Referral.objects.filter(case=OuterRef("case")).order_by("-received_at", "-id")
    return policy.visible_to(person, "proposals.view", Proposal.objects.all()).annotate(
        slag=Value("forslag", output_field=CharField()),
        organ=Subquery(stays.values("body__slug")[:1]),
        ar=ExtractYear("submitted_at"),
        utfall=_outcome("status", _OF_PROPOSAL, "under_behandling"),
        sted=Coalesce("unit__name", NullIf("place", Value("")), Value("")),
        at=F("submitted_at"),
        rank=Value(0.0, output_field=FloatField()),
    )


def items_for(person: "Person") -> QuerySet[AgendaItem]:
    """Return the numbered agenda items ``person`` may read, with the columns of a source."""
    return (
        readable_items(person)
        .filter(number__isnull=False)
        .annotate(is_decided=decided_for(person))
        .annotate(
            slag=Case(
                When(_DECIDED, withdrawn_at__isnull=True, then=Value("vedtak")),
                default=Value("sak"),
                output_field=CharField(),
            ),
            organ=F("meeting__body__slug"),
            ar=ExtractYear("meeting__starts_at"),
            utfall=Case(
                When(withdrawn_at__isnull=False, then=Value("trukket")),
                When(~_DECIDED, then=Value("under_behandling")),
                default=_outcome("decision__resolution", OF_DECISION, "under_behandling"),
                output_field=CharField(),
            ),
            sted=Coalesce("meeting__body__unit__name", Value("")),
            at=F("meeting__starts_at"),
            rank=Value(0.0, output_field=FloatField()),
        )
    )


def proposals_with(proposals: QuerySet[Proposal], words: str) -> QuerySet[Proposal]:
    """Keep the proposals that ``words`` are the number of, or that have the words."""
    typed = typed_number(words)
    if typed is not None:
        return proposals.filter(in_folder(typed) | Q(title__icontains=words))
    query = word_query(words)
    ranked = proposals.alias(words=StoredWords("title")).annotate(rank=SearchRank(StoredWords("title"), query))
    return ranked.filter(Q(words=query) | Q(title__icontains=words))


def items_with(items: QuerySet[AgendaItem], words: str) -> QuerySet[AgendaItem]:
    """Keep the agenda items that ``words`` are the number of, or that have the words in title or decision."""
    typed = typed_number(words)
    if typed is not None:
        return items.filter(_numbered(typed) | Q(title__icontains=words))
    query = word_query(words)
    spoken, decided = StoredWords("title"), StoredWords("decision__text")
    rank = SearchRank(spoken, query) + Coalesce(SearchRank(decided, query), Value(0.0))
    ranked = items.alias(words=spoken, decided_words=decided).annotate(rank=rank)
    return ranked.filter(Q(words=query) | Q(_DECIDED, decided_words=query) | Q(title__icontains=words))


def _numbered(typed: TypedNumber) -> Q:
    """Return the condition that an item has the number itself, or treats what is in the folder of that number."""
    condition = in_folder(typed) | in_folder(typed, "referral__")
    if typed.on_agenda is None:
        return condition
    serial, year = typed.on_agenda
    own = {"number": serial} | ({"year": year} if year else {}) | ({"series": typed.series} if typed.series else {})
    return condition | Q(**own)


def like(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Keep what has a title like ``words``, for whoever has misspelt them."""
    return rows.annotate(rank=TrigramWordSimilarity(words, "title")).filter(rank__gte=ALIKE)
