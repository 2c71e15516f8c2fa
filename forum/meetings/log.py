"""A meeting written down when it is over, by a body that decides by consensus (R24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingKind
from forum.organisation.models import Body, Membership, StandIn
from trepart import clock
from trepart.workflow import Step, perform

if TYPE_CHECKING:
    from trepart.access.models import User


@dataclass(frozen=True)
class LogItem:
    """One thing a body took up in a logged meeting: what, what was agreed, and what that means. ``referral`` where
    it came from the queue, ``positions`` (who, what they hold) where it was not agreed."""

    title: str
    agreed: str
    resolution: Resolution = Resolution.NOTED
    referral: Referral | None = None
    positions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A meeting written down when it is over: the day, the places that were taken, by place who stood in there, and
    what was taken up (R24)."""

    held_on: date
    present: Sequence[Membership]
    items: Sequence[LogItem]
    others_present: str
    stand_ins: Mapping[int, StandIn]


def log_meeting(
    *,
    body: Body,
    held_on: date,
    present: Sequence[Membership],
    items: Sequence[LogItem],
    actor: "User",
    cause: Step | None = None,
    others_present: str = "",
    stand_ins: Mapping[int, StandIn] | None = None,
) -> Meeting:
    """Write down a meeting of a body that decides by consensus, when it is over, and return it (R24).

    ``present`` are the places that were taken; ``stand_ins`` says, by the place's id, who sat there for the holder.
    Everybody with a seat who is not among ``present`` is recorded as absent. ``cause`` is the step on a proposal that
    this is the record of. Raises ``NotPermitted``, or ``GuardRefused`` for a body that votes, a day to come, nobody
    present, nothing taken up, or somebody from elsewhere.
    """
    log = Logged(
        held_on=held_on,
        present=list(present),
        items=list(items),
        others_present=others_present,
        stand_ins=dict(stand_ins or {}),
    )
    noon = timezone.make_aware(datetime.combine(held_on, time(12)))
    starts_at = min(noon, clock.now()) if held_on == clock.today() else noon
    meeting = Meeting(body=body, kind=MeetingKind.LOG, starts_at=starts_at)
    logged: Meeting = perform(meeting, "log", actor=actor, given=log, cause=cause)
    return logged
