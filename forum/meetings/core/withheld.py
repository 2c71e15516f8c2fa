"""What of an agenda is withheld from those who do not take part (R8, R25): whole items, as the database is asked, and
what happened in an open item while its doors were closed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from forum.cases.enums import CaseAccess
from forum.meetings.enums import Doors

if TYPE_CHECKING:
    from forum.meetings.core.models import AgendaItem  # in quotes below

#: Nothing of the item is withheld: open doors, not proposed closed, and a case that is not exempt. What
#: `AgendaItem.is_withheld` says of one item, said to the database; the only place where it is.
NOT_WITHHELD = (
    Q(doors=Doors.OPEN.value)
    & ~Q(case__access=CaseAccess.RECEIVER.value)
    & ~Q(referral__case__access=CaseAccess.RECEIVER.value)
)


def behind_doors(item: "AgendaItem", moment: datetime | None) -> bool:
    """Say whether the doors were closed for ``item`` at ``moment``: what was moved, voted and elected meanwhile is not
    told outside, also where they were opened again (koml § 11-5, R8). Uses ``item.door_periods`` as fetched."""
    return moment is not None and any(
        period.closed_at <= moment and (period.opened_at is None or moment < period.opened_at)
        for period in item.door_periods.all()
    )


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Agenda items, by what may be told of them."""

    def not_withheld(self) -> "AgendaItemQuerySet":
        """Return those whose words may be read by whoever may see the meeting, when its agenda is out (R8, R25)."""
        return self.filter(NOT_WITHHELD)

    def withheld_by_doors(self) -> "AgendaItemQuerySet":
        """Return those that are closed, or proposed closed, and still on their agenda."""
        return self.exclude(doors=Doors.OPEN.value).filter(withdrawn_at__isnull=True)
