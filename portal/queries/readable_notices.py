"""Notices as they may be read today: of a case that is exempt since, its number alone (R25).

A notice is kept as it was written; whoever has left a body since, or was told before the case was closed, must
not find it on "my page".
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from forum.cases.models import Opinion
from forum.commissions.models import Commission
from forum.meetings.core.closed.access import kept_items_open_to
from forum.meetings.core.models import AgendaItem, Meeting
from proposals.models import Proposal
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices import withholding, writing

if TYPE_CHECKING:
    from trepart.access.models import User
    from trepart.notices.models import Notice


def readable(notices: Iterable["Notice"], reader: "User") -> list["Notice"]:
    """Return ``notices`` with subject and text as ``reader`` may read them today. Nothing is saved. The queries do not
    grow with the notices."""
    found = list(notices)
    events = Event.objects.in_bulk({notice.event_id for notice in found if notice.event_id is not None})
    numbers = _closed_to(reader, list(events.values()))
    titles = _titles_kept_from(reader, list(events.values()))
    for notice in found:
        if notice.event_id in numbers:
            words = writing.write(
                withholding.TEMPLATE, {"kept": numbers[notice.event_id], "link": f"{settings.SITE_URL}{notice.url}"}
            )
            notice.subject, notice.body = words.subject, words.text
        event = events.get(notice.event_id or 0)
        for inside, outside in titles.get(event.root_id if event is not None else 0, ()):
            for title in (inside, writing.one_line(inside, writing.ABOUT)):
                notice.subject = notice.subject.replace(title, outside)
            notice.body = notice.body.replace(inside, outside)
    return found


def _closed_to(reader: "User", events: Sequence[Event]) -> dict[int, str]:
    """Return the numbers of the exempt cases that ``reader`` may not read, by the events about them."""
    numbers = withholding.numbers(events)
    if not numbers:
        return {}
    cases = {event.root_id for event in events if event.pk in numbers}

    def seen(permission: str, model: type[Proposal] | type[Opinion] | type[Commission]) -> set[int]:
        rows = policy.visible_to(reader, permission, model._default_manager.filter(case__in=cases))
        return set(rows.values_list("case", flat=True))

    opinions = seen("forum.view_opinion", Opinion)
    others = seen("proposals.view", Proposal) | seen("forum.view_commission", Commission)
    by_kind = {Opinion._meta.label_lower: opinions | others}
    return {
        event.pk: numbers[event.pk]
        for event in events
        if event.pk in numbers and event.root_id not in by_kind.get(event.subject_type, others)
    }


def _titles_kept_from(reader: "User", events: Sequence[Event]) -> dict[int, list[tuple[str, str]]]:
    """Return, by meeting, the titles on its agenda that ``reader`` may not read (any more), each with
    what stands in its place."""
    meetings = {event.root_id for event in events if event.root_type == Meeting._meta.label_lower}
    if not meetings:
        return {}
    items = AgendaItem.objects.filter(meeting__in=meetings).select_related("meeting__body", "case", "referral__case")
    kept = kept_items_open_to(reader, Q(meeting__in=meetings))
    found: dict[int, list[tuple[str, str]]] = {}
    for item in items:
        if item.is_withheld and item.pk not in kept:
            found.setdefault(item.meeting_id, []).append((item.title, item.title_outside))
    return found
