"""Comings and goings put right after the meeting: one taken out, one put in (koml §§ 7-10, 8-1; R4, R29)."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.deputy_lists import deputies, list_of
from forum.meetings.core import participants, presence
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Corrected, MovementKind
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.corrections.services import Change, hold_ended, keep
from forum.meetings.session.models import Movement
from forum.meetings.session.narrative import coming_and_going
from forum.organisation.models import Membership
from trepart import languages
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User


def moment(meeting: Meeting, at: time) -> datetime:
    """Return ``at`` as a moment of the meeting: an hour before it was opened is of the day after (a meeting past
    midnight)."""
    opened = timezone.localtime(meeting.opened_at or meeting.starts_at).replace(second=0, microsecond=0)
    found = opened.replace(hour=at.hour, minute=at.minute)
    return found if found >= opened else found + timedelta(days=1)


def in_words(movements: Sequence[Movement]) -> str:
    """Return what the minutes say of somebody's coming or going and what followed from it, in the municipality's
    language and without why."""
    bare = [copy(movement) for movement in movements]
    for movement in bare:
        movement.reason = ""
    with languages.municipal():
        return " ".join(coming_and_going(bare))


def take_out(movement: Movement, *, reason: str, actor: "User", seen: int | None = None) -> RecordCorrection:
    """Take out a coming or going that did not happen, with what followed from it. Raises ``GuardRefused`` without a
    reason, and where it is not there."""
    with hold_ended(movement.item, actor=actor, reason=reason, seen=seen) as (held, fresh):
        people = ("membership__person", "stands_for__person", "because")
        there = Movement.objects.filter(pk=movement.pk, item=fresh).select_related(*people).first()
        if there is None:
            raise GuardRefused(_("Nothing is changed."))
        first = there.because or there
        rows = [first, *first.followed_by.select_related("membership__person", "stands_for__person").order_by("pk")]
        name = first.membership.person.name
        change = Change(
            kind=Corrected.MOVEMENT, was=in_words(rows), now="", name=name, item=fresh, membership=first.membership
        )
        with held.about("forum.movement_taken_back", fresh, data={"name": name}, text={"reason": reason.strip()}):
            for row in reversed(rows):
                row.delete()
            return keep(held, change, reason)


def put_in(
    item: AgendaItem,
    *,
    membership: Membership,
    kind: MovementKind,
    at: time,
    reason: str,
    actor: "User",
    only: bool = False,
    stands_for: Membership | None = None,
    before: int | None = None,
    seen: int | None = None,
) -> RecordCorrection:
    """Put in that somebody left or came, which was not recorded: before the vote in ``item`` held at the moment
    ``before`` (`forum.meetings.core.presence`), the first one unless said. The time ``at`` is only told. The votes of
    those it concerns are corrected by themselves: until they are, the minutes cannot be published.

    Raises ``GuardRefused`` without a reason, for a time outside the meeting, or a vote that was not held in the item,
    for one who was not at the table and left, or was and came, and for a deputy who cannot take the seat.
    """
    with hold_ended(item, actor=actor, reason=reason, seen=seen) as (held, fresh):
        when, name = moment(held.meeting, at), membership.person.name
        if held.meeting.ended_at is not None and when > held.meeting.ended_at:
            raise GuardRefused(_("The time must be while the meeting lasted."))
        if before is not None and before not in presence.votes_in(fresh):
            raise GuardRefused(_("That vote was not held in this case."))
        place = before if before is not None else presence.first_moment(fresh)
        table = {voter.pk: voter for voter in participants.at_the_table(held.meeting, fresh, moment=place)}
        if (kind == MovementKind.LEFT) != (membership.pk in table):
            raise GuardRefused(
                _("%(name)s was not at the table in this case, and cannot have left it.") % {"name": name}
                if kind == MovementKind.LEFT
                else _("%(name)s was at the table already.") % {"name": name}
            )
        seat = table[membership.pk].stands_for if kind == MovementKind.LEFT else stands_for
        if kind == MovementKind.CAME and not membership.seated:
            _may_sit(held.meeting, membership, seat, {voter.seat.pk for voter in table.values()})
        movement = Movement(
            meeting=held.meeting, item=fresh, membership=membership, kind=kind, only=only, at=when, stands_for=seat
        )
        action = {
            MovementKind.LEFT: "forum.left_for_one_case" if only else "forum.left_the_table",
            MovementKind.CAME: "forum.deputy_sat_in" if seat is not None else "forum.came_to_the_table",
        }[kind]
        data: dict[str, object] = {"name": name, "when": presence.placed(fresh, place), "at": when}
        if kind == MovementKind.CAME and seat is not None:
            data["member"] = seat.person.name
        with held.about(action, fresh, data=data, text={"reason": reason.strip()}) as event:
            movement.moment = place or event.pk
            movement.save()
            change = Change(
                kind=Corrected.MOVEMENT, was="", now=in_words([movement]), name=name, item=fresh, membership=membership
            )
            return keep(held, change, reason)


def _may_sit(meeting: Meeting, deputy: Membership, seat: Membership | None, taken: set[int]) -> None:
    name = deputy.person.name
    if seat is None or deputy.pk not in {one.pk for one in list_of(seat, deputies(meeting))}:
        raise GuardRefused(
            _("Say for whom %(name)s met: a member of the same list (Local Government Act § 7-10).") % {"name": name}
        )
    if seat.pk in taken:
        raise GuardRefused(_("The seat of %(name)s is taken already.") % {"name": seat.person.name})
