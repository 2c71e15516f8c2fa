"""A page of what a search finds, and its facets.

Each source is asked once for its facets (how many there are of each combination) and the page is fetched by its keys,
so the number of queries is the same whatever is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.meetings.core.models import AgendaItem
from forum.meetings.core.queries import short_outcome
from forum.meetings.enums import MinutesStatus
from portal.search import marking, sources
from portal.search.facets import Facet, Wanted, combinations, facets_of, fits
from proposals.models import Proposal
from proposals.presenting import overview
from proposals.queries.lists import with_road
from trepart.search.words import word_query
from trepart.text.numbers import number
from trepart.ui import StatusMeaning

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: Results on one page; and how far one pages.
PER_PAGE = 20
FURTHEST = 500
_MEANING: dict[str, StatusMeaning] = {"vedtatt": "success", "vurderes": "warning", "utsatt": "warning"}


@dataclass(frozen=True)
class Found:
    """One thing that was found. ``marked``: its title with the words that were looked for marked."""

    title: str
    marked: SafeString
    url: str
    where: str
    at: datetime
    number: str
    kind: str
    status: str
    meaning: StatusMeaning
    extract: str = ""


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
    readable = proposals, items = sources.proposals_for(person), sources.items_for(person)
    alike = False
    if wanted.words:
        proposals = sources.proposals_with(proposals, wanted.words)
        items = sources.items_with(items, wanted.words)
    counted = combinations(proposals, items)
    if not counted and len(wanted.words) > 2:
        alike = True
        proposals, items = (sources.like(one, wanted.words) for one in readable)
        counted = combinations(proposals, items)
    total = sum(n for combination, n in counted.items() if fits(combination, wanted.chosen))
    pages = max(1, -(-min(total, FURTHEST) // PER_PAGE))
    page = min(max(page, 1), pages)
    begins = (page - 1) * PER_PAGE
    rows = list(_narrowed(proposals, items, wanted.chosen)[begins : begins + PER_PAGE]) if total else []
    return Results(_fetch(rows, "" if alike else wanted.words), total, facets_of(counted, wanted), alike, page, pages)


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


def _fetch(rows: list[tuple[str, int, datetime, float]], words: str) -> list[Found]:
    hits = word_query(words) if words else None
    own = [pk for slag, pk, *_rest in rows if slag == "forslag"]
    proposals = {p.pk: p for p in _proposals(own, hits)} if own else {}
    others = [pk for slag, pk, *_rest in rows if slag != "forslag"]
    items = {item.pk: item for item in _items(others, hits)} if others else {}
    return [
        _proposal(proposals[pk], at, words) if slag == "forslag" else _item(items[pk], slag, at, words)
        for slag, pk, at, _rank in rows
        if pk in (proposals if slag == "forslag" else items)
    ]


def _proposals(keys: list[int], hits: SearchQuery | CombinedSearchQuery | None) -> QuerySet[Proposal]:
    found = with_road(Proposal.objects.filter(pk__in=keys))
    return found if hits is None else found.annotate(hits_in_title=marking.whole("title", hits))


def _items(keys: list[int], hits: SearchQuery | CombinedSearchQuery | None) -> QuerySet[AgendaItem]:
    found = AgendaItem.objects.filter(pk__in=keys).select_related(
        "meeting__body", "meeting__minutes", "decision__ballot", "case", "referral__case", "function"
    )
    if hits is None:
        return found
    return found.annotate(
        hits_in_title=marking.whole("title", hits), hits_in_text=marking.around("decision__text", hits)
    )


def _proposal(proposal: Proposal, at: datetime, words: str) -> Found:
    stage = overview.status(proposal)
    return Found(
        title=proposal.title,
        marked=marking.marked(getattr(proposal, "hits_in_title", proposal.title), words),
        url=proposal.get_absolute_url(),
        where=proposal.unit.name if proposal.unit is not None else proposal.place,
        at=at,
        number=proposal.case.reference,
        kind=_("Proposal"),
        status=stage.label,
        meaning=stage.meaning,
    )


def _item(item: AgendaItem, slag: str, at: datetime, words: str) -> Found:
    minutes = getattr(item.meeting, "minutes", None)
    out = minutes is not None and minutes.status != MinutesStatus.DRAFT
    here = [item.meeting_id, item.pk]
    url = (
        reverse("forum:extract", args=here)
        if out and slag == "vedtak"
        else f"{item.meeting.get_absolute_url()}#sak-{item.pk}"
    )
    decision = item.decided if slag == "vedtak" else None
    outcome = next(
        (name for name, kinds in sources.OF_DECISION.items() if decision and decision.resolution in kinds), ""
    )
    return Found(
        title=item.title,
        marked=marking.marked(getattr(item, "hits_in_title", item.title), words),
        url=url,
        where=f"{item.meeting.body.name} ({item.function.name})" if item.function else item.meeting.body.name,
        at=at,
        number=item.label,
        kind=_("Decision") if decision is not None else _("On the agenda"),
        status=capfirst(short_outcome(item)) if decision is not None or item.withdrawn_at is not None else "",
        meaning=_MEANING.get(outcome, "neutral" if slag == "vedtak" else "info"),
        extract=marking.marked(_extract(getattr(item, "hits_in_text", None) or decision.text)) if decision else "",
    )


def _extract(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:397].rstrip()} …"
