"""Saksprotokoll: what a meeting's published minutes say of one case, and where the case came from."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from forum.enums import MinutesStatus
from forum.models import AgendaItem, Body, Case, Referral
from forum.queries.meetings import day_of, short_outcome
from forum.queries.readable import about, readable_items

if TYPE_CHECKING:
    from trepart.access.rules import Person

#: How many a page of a body shows.
SHOWN = 10


@dataclass(frozen=True)
class ExtractLine:
    """One saksprotokoll in a list."""

    label: str
    title: str
    body: str
    day: date
    outcome: str
    url: str
    pdf: str


#: The decided items that stand in minutes that are out.
_MINUTED = Q(
    withdrawn_at__isnull=True,
    number__isnull=False,
    decision__isnull=False,
    meeting__minutes__status__in=(MinutesStatus.PUBLISHED, MinutesStatus.APPROVED),
)


def published(person: "Person") -> QuerySet[AgendaItem]:
    """Return the decided items that ``person`` may read in published minutes, the newest first."""
    return (
        readable_items(person)
        .filter(_MINUTED)
        .select_related("meeting__body", "decision__ballot", "case", "referral__case")
        .order_by("-meeting__starts_at", "position", "pk")
    )


def of_case(case: Case, person: "Person") -> list[ExtractLine]:
    """Return what the minutes say of ``case``, the newest first, as far as ``person`` may read it.

    Most cases stand in no published minutes. That is asked first, in the indexes: what a person may read is the dearest question of a case's page otherwise
    (docs/performance.md).
    """
    minuted = list(AgendaItem.objects.filter(about(case), _MINUTED).order_by().values_list("pk", flat=True))
    return [line(item) for item in published(person).filter(pk__in=minuted)] if minuted else []


def from_body(body: Body, person: "Person") -> list[ExtractLine]:
    """Return what other bodies decided in cases that had been with ``body`` before, the newest first: what became of what it sent on."""
    stayed = Referral.objects.filter(
        case=OuterRef("referral__case"), body=body, received_at__lt=OuterRef("meeting__starts_at")
    )
    found = published(person).exclude(meeting__body=body).filter(Exists(stayed))
    return [line(item) for item in found[:SHOWN]]  # fmt: skip


def line(item: AgendaItem) -> ExtractLine:
    """Return ``item`` as a list shows it."""
    here = [item.meeting_id, item.pk]
    return ExtractLine(
        label=item.label,
        title=item.title,
        body=item.meeting.body.name,
        day=day_of(item.meeting),
        outcome=short_outcome(item),
        url=reverse("forum:extract", args=here),
        pdf=reverse("forum:extract_pdf", args=here),
    )
