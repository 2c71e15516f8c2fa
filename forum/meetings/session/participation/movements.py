"""Who leaves and who comes while a meeting lasts, and at which moment of it (koml §§ 7-10, 8-1; R4, R5).

Recorded in an item that is not decided yet, before its first vote or between two. It counts in every vote after it,
and in none before: who was entitled there is frozen with the vote.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.deputy_lists import check_deputy, deputies
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants, presence
from forum.meetings.core.locking import IN_SESSION, Hold, hold_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MotionPurpose, MovementKind
from forum.meetings.session.models import Movement
from forum.organisation.models import Membership
from trepart import clock
from trepart.refusals import GuardRefused
from trepart.text.dates import time_text

if TYPE_CHECKING:
    from trepart.access.models import User


def leave(
    item: AgendaItem,
    *,
    membership: Membership,
    actor: "User",
    reason: str = "",
    deputy: Membership | None = None,
    skipped_reason: str = "",
    only: bool = False,
    at: datetime | None = None,
    seen: int | None = None,
) -> Movement:
    """Record that somebody at the table leaves in ``item``, now; for the rest of the meeting, or (``only``) for this
    item. Votes held in it before stand as they are.

    ``deputy`` takes the seat as long. Without one the seat counts as not voted (§ 11-9). ``at`` is the time that is
    told, where it is not recorded at once.

    Raises ``GuardRefused`` for somebody not at the table, once the item is decided, for a deputy who may not come, or a
    time outside the meeting, or before that person came or went last.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        _not_decided(fresh)
        when = _time(held.meeting, at, membership)
        table = participants.at_the_table(held.meeting, fresh)
        voter = next((voter for voter in table if voter.pk == membership.pk), None)
        if voter is None:
            raise GuardRefused(
                _("%(name)s is not at the table in this case, and cannot leave it.") % {"name": membership.person.name}
            )
        # Whoever sits there in this item alone has no more than that to leave, or to be followed in.
        here_alone = voter.pk not in {other.pk for other in participants.for_the_rest(held.meeting)}
        only_here = only or here_alone
        only = only and not here_alone
        movement = Movement(
            meeting=held.meeting, item=fresh, membership=voter.membership, kind=MovementKind.LEFT, only=only, at=when,
            reason=reason.strip(), stands_for=voter.stands_for,
        )  # fmt: skip
        if deputy is not None:
            seat = voter.seat
            taken = {v.pk for v in table if v.stands_for}
            if deputy.pk in taken or fresh.recusals.filter(deputy=deputy).exists():
                raise GuardRefused(_("%(name)s cannot meet for two members.") % {"name": deputy.person.name})
            skipped_reason = check_deputy(
                deputy,
                seat,
                meeting=held.meeting,
                everyone=deputies(held.meeting),
                taken=taken,
                skipped_reason=skipped_reason,
            )
        action = "forum.left_for_one_case" if only else "forum.left_the_table"
        placed = {"when": presence.placed(fresh)}
        # Why somebody leaves stands with the row, for those who run the meeting, and not in the trail (R51).
        with held.about(action, fresh, data={"name": voter.membership.person.name, **placed, "at": when}):
            movement.save()
        if deputy is not None:
            seat = voter.seat
            with held.about(
                "forum.deputy_sat_in",
                fresh,
                data={"name": deputy.person.name, **placed, "member": seat.person.name},
            ):
                Movement.objects.create(
                    meeting=held.meeting, item=fresh, membership=deputy, kind=MovementKind.CAME, only=only_here,
                    at=when, stands_for=seat, because=movement, skipped_reason=skipped_reason.strip(),
                )  # fmt: skip
    return movement


def come(
    item: AgendaItem,
    *,
    membership: Membership,
    actor: "User",
    stands_for: Membership | None = None,
    skipped_reason: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Movement:
    """Record that somebody comes to the table in ``item``, now: a member who was late or away, or a deputy for a seat
    that nobody has taken.

    Where a deputy sits for the member who comes, the deputy steps down at the same time. One who was out of this item
    alone comes back into this item.

    Raises ``GuardRefused`` for somebody at the table already, without a seat, or a deputy who may not come for that
    seat, once the item is decided, and for a time as in :func:`leave`.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        _not_decided(fresh)
        when = _time(held.meeting, at, membership)
        table = participants.at_the_table(held.meeting, fresh)
        name = membership.person.name
        if membership.pk in {voter.pk for voter in table}:
            raise GuardRefused(_("%(name)s is at the table already.") % {"name": name})
        seats = {seat.pk: seat for seat in participants.seats(held.meeting)}
        lasting = participants.for_the_rest(held.meeting)
        sitting: dict[int, Voter] = {}
        if membership.pk in seats:
            stands_for = None
            sitting = {v.pk: v for v in [*lasting, *table] if v.stands_for is not None and v.seat.pk == membership.pk}
        else:
            skipped_reason = _check_coming_deputy(held, membership, stands_for, table, seats, skipped_reason)
        movement = Movement(
            meeting=held.meeting,
            item=fresh,
            membership=membership,
            kind=MovementKind.CAME,
            only=membership.pk in {voter.pk for voter in lasting},
            at=when,
            stands_for=stands_for,
            skipped_reason=skipped_reason.strip(),
        )
        placed = {"when": presence.placed(fresh)}
        said = {"name": name, **placed, "at": when}
        action, data = "forum.came_to_the_table", said
        if stands_for is not None:
            action, data = "forum.deputy_sat_in", {**said, "member": stands_for.person.name}
        with held.about(action, fresh, data=data):
            movement.save()
        for deputy in sitting.values():
            with held.about(
                "forum.deputy_stepped_down",
                fresh,
                data={"name": deputy.membership.person.name, **placed, "member": name},
            ):
                Movement.objects.create(
                    meeting=held.meeting, item=fresh, membership=deputy.membership, kind=MovementKind.LEFT, at=when,
                    stands_for=membership, because=movement,
                )  # fmt: skip
    return movement


def _check_coming_deputy(
    held: Hold,
    deputy: Membership,
    seat: Membership | None,
    table: list[Voter],
    seats: dict[int, Membership],
    skipped_reason: str,
) -> str:
    if seat is None or seat.pk not in seats:
        raise GuardRefused(
            _("%(name)s has no seat at this meeting. Say for whom the deputy meets (Local Government Act § 7-10).")
            % {"name": deputy.person.name}
        )
    if seat.pk in {v.pk for v in table} | {v.stands_for.pk for v in table if v.stands_for is not None}:
        raise GuardRefused(_("The seat of %(name)s is taken already.") % {"name": seat.person.name})
    taken = {v.pk for v in table if v.stands_for}
    return check_deputy(
        deputy, seat, meeting=held.meeting, everyone=deputies(held.meeting), taken=taken, skipped_reason=skipped_reason
    )


def take_back(movement: Movement, *, actor: "User", seen: int | None = None) -> None:
    """Take back a coming or going recorded by mistake, with what followed from it, before anything is voted on or
    decided without it.

    Raises ``GuardRefused`` where something has been, and where something has been recorded since about the same people:
    that is taken back first.
    """
    with hold_item(movement.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        there = (
            Movement.objects.select_related("membership__person", "because").filter(pk=movement.pk, item=fresh).first()
        )
        if there is None:
            return
        first = there.because or there
        rows = [*first.followed_by.all(), first]
        if presence.settled_since(first):
            raise GuardRefused(
                _(
                    "It has been voted on or decided since, and who took part is settled. Record what happens from now "
                    "on; what was recorded wrong is put right when the meeting has ended."
                )
            )
        people = {row.membership_id for row in rows}
        newest = max(row.moment for row in rows)
        if Movement.objects.filter(meeting=held.meeting, membership__in=people, moment__gt=newest).exists():
            raise GuardRefused(
                _("%(name)s has come or gone since. Take back what was recorded last first.")
                % {"name": there.membership.person.name}
            )
        with held.about("forum.movement_taken_back", fresh, data={"name": first.membership.person.name}):
            for row in rows:
                row.delete()


def nothing_voted(item: AgendaItem) -> None:
    """Raise ``GuardRefused`` where a vote on the case itself, or in an election, has been held in ``item``: who is
    disqualified there, and whether it may be decided, is settled (R12)."""
    voted = item.ballots.filter(motion__purpose=MotionPurpose.CASE).exists()
    if item.decided is not None or voted or item.elections.filter(rounds__isnull=False).exists():
        raise GuardRefused(
            _("A vote has been held in %(item)s: who took part is settled. Record it from the next case on.")
            % {"item": item.label or item.title}
        )


def _not_decided(item: AgendaItem) -> None:
    if item.decided is not None:
        raise GuardRefused(
            _("%(item)s has been decided: who took part is settled. Record it in the next case.")
            % {"item": item.label or item.title}
        )


def _time(meeting: Meeting, at: datetime | None, membership: Membership) -> datetime:
    """Return the time that is told. Votes recorded meanwhile do not bind it, because they too are recorded afterwards;
    what the same person did before does."""
    now = clock.now()
    when = at or now
    if when > now or (meeting.opened_at is not None and when < meeting.opened_at.replace(second=0, microsecond=0)):
        raise GuardRefused(_("The time must be after the meeting was opened, and not in the future."))
    last = Movement.objects.filter(meeting=meeting, membership=membership).aggregate(at=Max("at"))["at"]
    if at is not None and last is not None and when < last.replace(second=0, microsecond=0):
        raise GuardRefused(
            _("%(name)s came or went at %(time)s: this was after that.")
            % {"name": membership.person.name, "time": time_text(timezone.localtime(last))}
        )
    return when
