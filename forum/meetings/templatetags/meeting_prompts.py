"""What whoever runs a meeting is reminded of in an item."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django import template

from forum.meetings.attendance.models import ConflictReport
from forum.meetings.core.models import AgendaItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from trepart.access.models import User

register = template.Library()


@register.filter
def in_item(reports: Mapping[int, list[ConflictReport]], item: AgendaItem) -> list[ConflictReport]:
    """`{{ partiality|in_item:item }}`: what has been reported ahead in the item, of what this reader may know."""
    return reports.get(item.pk, []) if reports else []


@register.filter
def of_person(reports: Iterable[ConflictReport], person: "User | AnonymousUser") -> bool:
    """`{% if reports|of_person:user %}`: whether one of them is the reader's own."""
    return any(report.membership.person_id == person.pk for report in reports)
