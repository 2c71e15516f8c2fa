"""What whoever runs a meeting is reminded of in an item."""

from django import template

from forum.meetings.attendance.models import ConflictReport
from forum.meetings.core.models import AgendaItem

register = template.Library()


@register.inclusion_tag("meetings/attendance/_conflicts_reported.html")
def conflict_reported(item: AgendaItem) -> dict[str, object]:
    """`{% conflict_reported item %}`: who has said ahead that they may be partial in the item, and why (R12); nothing
    where nobody has. For those who run the meeting."""
    recused = item.recusals.values("membership")
    reports = ConflictReport.objects.filter(item=item).exclude(membership__in=recused)
    return {"item": item, "reports": list(reports.select_related("membership__person"))}
