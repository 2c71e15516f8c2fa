"""Search across the rooms: proposals, and what stands on agendas and has been decided, narrowed by facets.

Each source is asked once for its facets (how many there are of each combination) and the page is fetched by its keys,
so the number of queries is the same whatever is found. Everything begins with what the reader may read: what is kept is
in no result, no count and no facet (R8, R25).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Case, CharField, Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractYear, NullIf
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.queries import short_outcome
from forum.meetings.core.readable_items import decided_for, readable_items
from forum.meetings.enums import ItemKind, MinutesStatus
from forum.organisation.body_kinds import SERIES
from forum.organisation.models import Body
from proposals.enums import ProposalStatus
from proposals.models import Proposal
from proposals.presenting import overview
from proposals.queries.lists import StoredWords, case_number, with_road
from trepart.access import policy
from trepart.text.numbers import number
from trepart.ui import StatusMeaning

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: Results on one page; and how far one pages.
PER_PAGE = 20
FURTHEST = 500
#: How alike (0 to 1) a title must be where nothing has the very words.
ALIKE = 0.45
#: The most values a facet shows.
SHOWN = 12

FACETS = ("slag", "organ", "ar", "utfall", "sted")
LABELS: dict[str, Promise] = {
    "slag": gettext_lazy("What it is"),
    "organ": gettext_lazy("Body"),
    "ar": gettext_lazy("Year"),
    "utfall": gettext_lazy("Outcome"),
    "sted": gettext_lazy("Workplace or place"),
}
KINDS: dict[str, Promise] = {
    "vedtak": gettext_lazy("Decisions"),
    "sak": gettext_lazy("Cases on agendas"),
    "forslag": gettext_lazy("Proposals"),
}
OUTCOMES: dict[str, Promise] = {
    "under_behandling": gettext_lazy("Under treatment"),
    "vedtatt": gettext_lazy("Adopted"),
    "gjennomfort": gettext_lazy("Carried out"),
    "vurderes": gettext_lazy("Considered further"),
    "avslatt": gettext_lazy("Declined"),
    "sendt_videre": gettext_lazy("Sent on or back"),
    "utsatt": gettext_lazy("Postponed"),
    "orientering": gettext_lazy("Taken note of"),
    "trukket": gettext_lazy("Withdrawn or merged"),
}
_OF_PROPOSAL: dict[str, tuple[ProposalStatus, ...]] = {
    "under_behandling": (ProposalStatus.RECEIVED, ProposalStatus.IN_TREATMENT, ProposalStatus.AWAITING_COUNCIL),
    "vedtatt": (ProposalStatus.ADOPTED,),
    "gjennomfort": (ProposalStatus.IMPLEMENTED,),
    "vurderes": (ProposalStatus.CONSIDERED,),
    "avslatt": (ProposalStatus.DECLINED,),
    "trukket": (ProposalStatus.WITHDRAWN, ProposalStatus.MERGED, ProposalStatus.ELSEWHERE),
}
_OF_DECISION: dict[str, tuple[Resolution, ...]] = {
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
#: Annotated by `_items`: what was decided is out, or the reader is one of those inside.
_DECIDED = Q(is_decided=True)
_MEANING: dict[str, StatusMeaning] = {"vedtatt": "success", "vurderes": "warning", "utsatt": "warning"}


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words (or a case number), and at most one value of each facet."""

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    def url(self, **changes: str) -> str:
        """Return the address of the search with some facets chosen otherwise; an empty value takes one away."""
        given = {"q": self.words, **self.chosen, **changes}
        return f"{reverse('portal:search')}?{urlencode({key: value for key, value in given.items() if value})}"


@dataclass(frozen=True)
class Found:
    """One thing that was found."""

    title: str
    url: str
    where: str
    at: datetime
    number: str
    kind: str
    status: str
    meaning: StatusMeaning
    extract: str = ""


@dataclass(frozen=True)
class Option:
    """One value of a facet, how many there are, and where choosing it, or taking it away, leads."""

    label: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow what was found."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Results:
    """A page of what was found. ``alike``: nothing had the very words, and these have titles that are like them."""

    found: list[Found]
    total: int
    facets: list[Facet]
    alike: bool
    page: int
    pages: int


def search(person: "Person", wanted: Wanted, *, page: int = 1) -> Results:
    """Return page ``page`` of what ``person`` may read and ``wanted`` describes, with the facets of all of it."""
    proposals, items = _proposals(person), _items(person)
    alike = False
    if wanted.words:
        near = (proposals, items)
        proposals, items = _with_words(proposals, wanted.words), _items_with_words(items, wanted.words)
        counted = _combinations(proposals, items)
        if not counted and len(wanted.words) > 2:
            alike = True
            proposals, items = (_like(one, wanted.words) for one in near)
            counted = _combinations(proposals, items)
    else:
        counted = _combinations(proposals, items)
    total = sum(n for combination, n in counted.items() if _fits(combination, wanted.chosen))
    pages = max(1, -(-min(total, FURTHEST) // PER_PAGE))
    page = min(max(page, 1), pages)
    begins = (page - 1) * PER_PAGE
    rows = list(_narrowed(proposals, items, wanted.chosen)[begins : begins + PER_PAGE]) if total else []
    return Results(_fetch(rows, person), total, _facets(counted, wanted), alike, page, pages)


# The sources, each with the same columns ------------------------------------------------------------------------------


def _outcome(path: str, groups: Mapping[str, Iterable[str]], otherwise: str) -> Case:
    cases = [When(**{f"{path}__in": list(values)}, then=Value(name)) for name, values in groups.items()]
    return Case(*cases, default=Value(otherwise), output_field=CharField())


def _proposals(person: "Person") -> QuerySet[Proposal]:
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


def _items(person: "Person") -> QuerySet[AgendaItem]:
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
                default=_outcome("decision__resolution", _OF_DECISION, "under_behandling"),
                output_field=CharField(),
            ),
            sted=Coalesce("meeting__body__unit__name", Value("")),
            at=F("meeting__starts_at"),
            rank=Value(0.0, output_field=FloatField()),
        )
    )


def _with_words(proposals: QuerySet[Proposal], words: str) -> QuerySet[Proposal]:
    number = case_number(words)
    if number is not None:
        return proposals.filter(case__year=number[0], case__number=number[1])
    query = SearchQuery(words, config="norwegian", search_type="websearch")
    ranked = proposals.alias(words=StoredWords("title")).annotate(rank=SearchRank(StoredWords("title"), query))
    return ranked.filter(Q(words=query) | Q(title__icontains=words))


def _items_with_words(items: QuerySet[AgendaItem], words: str) -> QuerySet[AgendaItem]:
    number = case_number(words)
    if number is not None:
        year, serial = number
        return items.filter(
            Q(case__year=year, case__number=serial) | Q(referral__case__year=year, referral__case__number=serial)
        )
    series = "|".join({*ItemKind.values, *SERIES})
    label = re.fullmatch(rf"({series})\s*(\d{{1,6}})\s*/\s*(\d{{2}}|\d{{4}})", words, re.ASCII | re.IGNORECASE)
    if label:
        year = int(label[3]) if len(label[3]) == 4 else 2000 + int(label[3])
        return items.filter(series=label[1].upper(), number=int(label[2]), year=year)
    query = SearchQuery(words, config="norwegian", search_type="websearch")
    spoken, decided = StoredWords("title"), StoredWords("decision__text")
    rank = SearchRank(spoken, query) + Coalesce(SearchRank(decided, query), Value(0.0))
    ranked = items.alias(words=spoken, decided_words=decided).annotate(rank=rank)
    return ranked.filter(Q(words=query) | Q(_DECIDED, decided_words=query) | Q(title__icontains=words))  # fmt: skip


def _like(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Keep what has a title like ``words``, for whoever has misspelt them."""
    return rows.annotate(rank=TrigramWordSimilarity(words, "title")).filter(rank__gte=ALIKE)


# Facets ---------------------------------------------------------------------------------------------------------------


def _combinations(*sources: QuerySet[Any]) -> Counter[tuple[str, ...]]:
    """Return how many there are of each combination of facets: one query a source."""
    counted: Counter[tuple[str, ...]] = Counter()
    for source in sources:
        for *values, n in source.order_by().values_list(*FACETS).annotate(n=Count("pk", distinct=True)):
            counted[tuple(str(value) if value is not None else "" for value in values)] += n
    return counted


def _fits(combination: tuple[str, ...], chosen: Mapping[str, str], *, but: str = "") -> bool:
    return all(
        value == chosen[name] for name, value in zip(FACETS, combination, strict=True) if name in chosen and name != but
    )


def _facets(counted: Counter[tuple[str, ...]], wanted: Wanted) -> list[Facet]:
    """Return the facets: each counts what the others leave, so that one sees what choosing otherwise would give."""
    names = dict(Body.objects.values_list("slug", "name"))
    found = []
    for position, name in enumerate(FACETS):
        values: Counter[str] = Counter()
        for combination, n in counted.items():
            if combination[position] and _fits(combination, wanted.chosen, but=name):
                values[combination[position]] += n
        current = wanted.chosen.get(name, "")
        if current and current not in values:
            values[current] = 0
        options = [
            Option(
                label=_value(name, value, names),
                count=n,
                url=wanted.url(**{name: "" if value == current else value}),
                current=value == current,
            )
            for value, n in _sorted(name, values)[:SHOWN]
        ]
        if len(options) > 1 or current:
            found.append(Facet(name, str(LABELS[name]), options))
    return found


def _sorted(name: str, values: Counter[str]) -> list[tuple[str, int]]:
    if name == "ar":
        return sorted(values.items(), reverse=True)
    return sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))


def _value(name: str, value: str, bodies: Mapping[str, str]) -> str:
    if name == "slag":
        return str(KINDS.get(value, value))
    if name == "utfall":
        return str(OUTCOMES.get(value, value))
    return bodies.get(value, value) if name == "organ" else value


# One page -------------------------------------------------------------------------------------------------------------


def _narrowed(proposals: QuerySet[Any], items: QuerySet[Any], chosen: Mapping[str, str]) -> Any:
    rows = [
        source.filter(**_conditions(chosen)).order_by().values_list("slag", "pk", "at", "rank")
        for source in (proposals, items)
    ]
    return rows[0].union(rows[1], all=True).order_by("-rank", "-at", "-pk")


def _conditions(chosen: Mapping[str, str]) -> dict[str, object]:
    # A year is a number in the database; what is no number is the year of nothing.
    year = chosen.get("ar", "")
    return {name: value for name, value in chosen.items() if name != "ar"} | (
        {"ar": -1 if (said := number(year, digits=5)) is None else said} if year else {}
    )


def _fetch(rows: list[tuple[str, int, datetime, float]], person: "Person") -> list[Found]:
    own = [pk for slag, pk, *_rest in rows if slag == "forslag"]
    proposals = {p.pk: p for p in with_road(Proposal.objects.filter(pk__in=own))} if own else {}
    others = [pk for slag, pk, *_rest in rows if slag != "forslag"]
    items = (
        {
            item.pk: item
            for item in AgendaItem.objects.filter(pk__in=others).select_related(
                "meeting__body", "meeting__minutes", "decision__ballot", "case", "referral__case", "function"
            )
        }
        if others
        else {}
    )
    return [
        _proposal(proposals[pk], at) if slag == "forslag" else _item(items[pk], slag, at)
        for slag, pk, at, _rank in rows
        if pk in (proposals if slag == "forslag" else items)
    ]


def _proposal(proposal: Proposal, at: datetime) -> Found:
    stage = overview.status(proposal)
    return Found(
        title=proposal.title,
        url=proposal.get_absolute_url(),
        where=proposal.unit.name if proposal.unit is not None else proposal.place,
        at=at,
        number=proposal.case.reference,
        kind=_("Proposal"),
        status=stage.label,
        meaning=stage.meaning,
    )


def _item(item: AgendaItem, slag: str, at: datetime) -> Found:
    minutes = getattr(item.meeting, "minutes", None)
    out = minutes is not None and minutes.status != MinutesStatus.DRAFT
    here = [item.meeting_id, item.pk]
    url = (
        reverse("forum:extract", args=here)
        if out and slag == "vedtak"
        else f"{item.meeting.get_absolute_url()}#sak-{item.pk}"
    )
    decision = item.decided if slag == "vedtak" else None
    text = decision.text if decision is not None else ""
    outcome = next(
        (name for name, kinds in _OF_DECISION.items() if decision is not None and decision.resolution in kinds), ""
    )
    return Found(
        title=item.title,
        url=url,
        where=f"{item.meeting.body.name} ({item.function.name})" if item.function else item.meeting.body.name,
        at=at,
        number=item.label,
        kind=_("Decision") if slag == "vedtak" else _("On the agenda"),
        status=capfirst(short_outcome(item)) if decision is not None or item.withdrawn_at is not None else "",
        meaning=_MEANING.get(outcome, "neutral" if slag == "vedtak" else "info"),
        extract=text if len(text) <= 200 else f"{text[:197].rstrip()} …",
    )  # fmt: skip
