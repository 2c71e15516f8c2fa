"""Saksprotokoll: what a meeting's published minutes say of one case, and where the case came from."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from forum.cases.models import Case, Referral
from forum.meetings.core.closed.access import kept_items_open_to
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.queries import day_of, short_outcome
from forum.meetings.core.readable_items import about, readable_items
from forum.meetings.enums import MINUTES_OUT
from forum.organisation.models import Body
from trepart.access import policy

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
    meeting__minutes__status__in=MINUTES_OUT,
)


def _newest_first(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Return those of ``items`` that stand in published minutes, the newest first, with what a line says of them."""
    with_words = items.filter(_MINUTED).select_related("meeting__body", "decision__ballot", "case", "referral__case")
    return with_words.order_by("-meeting__starts_at", "position", "pk")


def of_case(case: Case, person: "Person") -> list[ExtractLine]:
    """Return what the minutes say of ``case``, the newest first, as far as ``person`` may read it."""
    items = list(_newest_first(AgendaItem.objects.filter(about(case))))
    withheld = [item.pk for item in items if item.is_withheld]
    kept = kept_items_open_to(person, Q(pk__in=withheld)) if withheld else frozenset()
    return [
        line(item)
        for item in items
        if (not item.is_withheld or item.pk in kept) and policy.can(person, "forum.view_meeting", item.meeting)
    ]


def from_body(body: Body, person: "Person") -> list[ExtractLine]:
    """Return what other bodies decided in cases that had been with ``body`` before, the newest first: what
    became of what it sent on."""
    # Held against when the case came on, not against the hour of the meeting: that is a whole minute, and may be moved.
    stayed = Referral.objects.filter(
        case=OuterRef("referral__case"), body=body, received_at__lte=OuterRef("referral__received_at")
    )
    found = _newest_first(readable_items(person)).exclude(meeting__body=body).filter(Exists(stayed))
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
