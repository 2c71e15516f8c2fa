"""Motions moved in an item, by those who take part in it and by the mayor (koml § 8-1, R5)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants
from forum.meetings.core.locking import IN_SESSION, Hold, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Motion
from forum.meetings.session.models import Attendee
from forum.organisation.models import Membership
from trepart import clock
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


def add_motion(
    item: AgendaItem,
    *,
    text: str,
    moved_by: Membership | Attendee,
    actor: "User",
    seen: int | None = None,
) -> Motion:
    """Record a motion in an item and return it. The mayor may move one without being a member (R5).

    Raises ``GuardRefused`` for one without words, or moved by somebody who does not take part in the item, or may not
    propose (koml § 8-1, R5); ``WrongState`` where the item is decided.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        check_undecided(fresh)
        if not text.strip():
            raise GuardRefused(_("Write what is moved."))
        if isinstance(moved_by, Attendee):
            return _by_attendee(held, fresh, text.strip(), moved_by)
        if moved_by.pk not in {voter.pk for voter in participants.entitled(fresh)}:
            raise GuardRefused(
                _(
                    "%(name)s does not take part in this case and cannot move anything in it (Local Government "
                    "Act § 8-1)."
                )
                % {"name": moved_by.person.name}
            )
        motion = Motion(item=fresh, text=text.strip(), moved_by=moved_by)
        with held.about("forum.motion_added", fresh, data={"name": moved_by.person.name}, text={"motion": motion.text}):
            motion.save()
    return motion


def _by_attendee(held: Hold, item: AgendaItem, text: str, mover: Attendee) -> Motion:
    there = held.meeting.attendees.filter(pk=mover.pk).first()
    if there is None or not there.may_propose:
        raise GuardRefused(
            _(
                "%(name)s may not move anything here: only members and the mayor may (Local Government Act §§ "
                "6-1 and 8-1)."
            )
            % {"name": mover.name}
        )
    motion = Motion(item=item, text=text, moved_by_attendee=there)
    with held.about("forum.motion_added", item, data={"name": there.name}, text={"motion": text}):
        motion.save()
    return motion


def change_motion(motion: Motion, *, text: str, actor: "User", seen: int | None = None) -> None:
    """Put other words into a motion that has not been voted on, as whoever moved it wants it now.

    Raises ``GuardRefused`` for one without words; ``WrongState`` where it has been voted on or withdrawn, or the item
    is decided.
    """
    with hold_item(motion.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, item):
        fresh = _open(item, motion)
        if not text.strip():
            raise GuardRefused(_("Write what is moved."))
        fresh.text = text.strip()
        data = {"name": _mover(fresh)}
        with held.about("forum.motion_changed", item, data=data, text={"motion": fresh.text}):
            fresh.save()


def withdraw_motion(motion: Motion, *, actor: "User", seen: int | None = None) -> None:
    """Record that whoever moved a motion has taken it back before the vote: it is not voted on, and the minutes tell
    that it was moved and withdrawn. Raises ``WrongState`` as :func:`change_motion` does."""
    with hold_item(motion.item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, item):
        fresh = _open(item, motion)
        fresh.withdrawn_at = clock.now()
        with held.about("forum.motion_withdrawn", item, data={"name": _mover(fresh)}):
            fresh.save()


def _mover(motion: Motion) -> str:
    one = motion.moved_by_attendee
    return one.name if one is not None else motion.moved_by.person.name if motion.moved_by is not None else ""


def _open(item: AgendaItem, motion: Motion) -> Motion:
    """Return the motion as it stands under the lock, where it can still be changed or withdrawn."""
    check_undecided(item)
    fresh = item.motions.get(pk=motion.pk)
    if fresh.is_recommendation or not fresh.is_on_the_case:
        raise WrongState(_("This motion is withdrawn already."))
    if any(fresh.pk in (ballot.motion_id, ballot.opponent_id) for ballot in item.ballots.all()):
        raise WrongState(_("This motion has been voted on, and stands as it was moved."))
    return fresh


def check_undecided(item: AgendaItem) -> None:
    if item.decided is not None:
        raise WrongState(_("%(item)s has been decided already.") % {"item": item.label})
