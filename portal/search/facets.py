"""The facets of a search: what narrows it, and how many each choice would leave."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from forum.organisation.models import Body

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


def combinations(*sources: QuerySet[Any]) -> Counter[tuple[str, ...]]:
    """Return how many there are of each combination of facets: one query a source."""
    counted: Counter[tuple[str, ...]] = Counter()
    for source in sources:
        for *values, n in source.order_by().values_list(*FACETS).annotate(n=Count("pk", distinct=True)):
            counted[tuple(str(value) if value is not None else "" for value in values)] += n
    return counted


def fits(combination: tuple[str, ...], chosen: Mapping[str, str], *, but: str = "") -> bool:
    """Say whether a combination of facets is one of what was chosen; the facet ``but`` left out."""
    return all(
        value == chosen[name] for name, value in zip(FACETS, combination, strict=True) if name in chosen and name != but
    )


def facets_of(counted: Counter[tuple[str, ...]], wanted: Wanted) -> list[Facet]:
    """Return the facets: each counts what the others leave, so that one sees what choosing otherwise would give."""
    names = dict(Body.objects.values_list("slug", "name"))
    found = []
    for position, name in enumerate(FACETS):
        values: Counter[str] = Counter()
        for combination, n in counted.items():
            if combination[position] and fits(combination, wanted.chosen, but=name):
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
