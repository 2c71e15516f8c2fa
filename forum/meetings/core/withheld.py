"""What of an agenda is withheld from those who do not take part (R8, R25): whole items, as the database is asked, and
what happened in an open item while its doors were closed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from forum.cases.enums import CaseAccess
from forum.meetings.enums import Doors, MotionPurpose

if TYPE_CHECKING:
    from forum.meetings.core.models import AgendaItem  # in quotes below
    from forum.meetings.core.vote_models import Ballot, Motion
    from forum.meetings.session.elections.models import Election

#: Nothing of the item is withheld: open doors, not proposed closed, and a case that is not exempt. What
#: `AgendaItem.is_withheld` says of one item, said to the database; the only place where it is.
NOT_WITHHELD = (
    Q(doors=Doors.OPEN.value)
    & ~Q(case__access=CaseAccess.RECEIVER.value)
    & ~Q(referral__case__access=CaseAccess.RECEIVER.value)
)


def behind_doors(item: "AgendaItem", moment: datetime) -> bool:
    """Say whether the doors were closed for ``item`` at ``moment``: what was moved, voted and elected meanwhile is not
    told outside, also where they were opened again (koml § 11-5, R8). Uses ``item.door_periods`` as fetched."""
    return any(
        period.closed_at <= moment and (period.opened_at is None or moment < period.opened_at)
        for period in item.door_periods.all()
    )


def motion_is_told(item: "AgendaItem", motion: "Motion") -> bool:
    """Say whether a motion is told outside: not what was moved behind closed doors (R8)."""
    return motion.is_recommendation or not behind_doors(item, motion.created_at)


def ballot_is_told(item: "AgendaItem", ballot: "Ballot") -> bool:
    """Say whether a vote is told outside: that on the doors themselves always is; no other one behind them, nor one
    that would tell what was moved there (R8)."""
    if ballot.motion.purpose == MotionPurpose.DOORS:
        return True
    motions = (ballot.motion, ballot.opponent) if ballot.opponent is not None else (ballot.motion,)
    return not behind_doors(item, ballot.held_at) and all(motion_is_told(item, motion) for motion in motions)


def election_is_told(item: "AgendaItem", election: "Election") -> bool:
    """Say whether an election is told outside: not one in which a round was held behind closed doors (R8)."""
    return not any(behind_doors(item, round_.held_at) for round_ in election.rounds.all())


def told_unanimous(item: "AgendaItem", ballot: "Ballot | None") -> bool:
    """Say whether it is told beside a decision that everybody voted for it: not of a vote behind closed doors (R8).
    Uses ``item.door_periods`` as fetched."""
    return ballot is not None and ballot.unanimous and not behind_doors(item, ballot.held_at)


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Agenda items, by what may be told of them."""

    def not_withheld(self) -> "AgendaItemQuerySet":
        """Return those whose words may be read by whoever may see the meeting, when its agenda is out (R8, R25)."""
        return self.filter(NOT_WITHHELD)

    def withheld_by_doors(self) -> "AgendaItemQuerySet":
        """Return those that are closed, or proposed closed, and still on their agenda."""
        return self.exclude(doors=Doors.OPEN.value).filter(withdrawn_at__isnull=True)
