"""Who is told of a meeting that was written down when it was over, and of what was put right in it (R24)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from forum.meetings.core.models import Meeting
from forum.organisation import body_links
from forum.organisation.enums import SEATED, Role
from forum.organisation.models import Membership
from trepart import clock
from trepart.access.models import User
from trepart.notices.announcing import Announcement, tell
from trepart.workflow import Step

if TYPE_CHECKING:
    from forum.meetings.log import Logged
    from trepart.audit.models import Event


def _sat(step: "Step[Logged]") -> list[User]:
    return [
        step.data.stand_ins[seat.pk].person if seat.pk in step.data.stand_ins else seat.person
        for seat in step.data.present
        if step.cause is None or seat.role == Role.USER_REPRESENTATIVE
    ]


def _ticked(step: "Step[Logged]") -> Iterable[User]:
    """Return those who are written down as present by somebody else. Where it follows from a conclusion those with a
    seat have heard of it with that; their guests have not."""
    return [person for person in _sat(step) if step.actor is None or person.pk != step.actor.pk]


def _not_ticked(step: "Step[Logged]") -> Iterable[User]:
    """Return those with a seat who are not written down as present, except whoever wrote it: one alone does not make a
    meeting of a group without the others hearing of it."""
    if step.cause is not None:
        return ()
    known = {person.pk for person in _sat(step)} | ({step.actor.pk} if step.actor is not None else set())
    there = [seat.pk for seat in step.data.present]
    seats = Membership.objects.running(step.data.held_on).filter(body=step.subject.body_id, role__in=SEATED)
    away = User.objects.filter(pk__in=seats.exclude(pk__in=there).values("person"))
    return away.exclude(pk__in=known)


#: To those ticked off in a meeting that was written down afterwards: they can put it right.
MEETING_LOGGED = Announcement["Logged"](
    name="forum.meeting_logged",
    recipients=_ticked,
    template="meetings/mail/meeting_logged",
    context=lambda step: {"name": step.actor.name if step.actor is not None else ""},
    url=lambda step: body_links.page_of(step.subject.body),
)
#: To the others who have a seat: they read it, and say where they were there after all.
MEETING_LOGGED_WITHOUT = Announcement["Logged"](
    name="forum.meeting_logged_without",
    recipients=_not_ticked,
    template="meetings/mail/meeting_logged_without",
    context=lambda step: {"name": step.actor.name if step.actor is not None else ""},
    url=lambda step: body_links.page_of(step.subject.body),
)


def tell_log_changed(
    meeting: Meeting,
    *,
    by: User,
    event: "Event",
    came: Sequence[User] = (),
    left: Sequence[User] = (),
    before_on: date | None = None,
    points: Sequence[str] = (),
) -> None:
    """Tell those with a seat, and whoever sat there that day, what has been put right in a logged meeting: who is now
    written down as there (``came``) or not (``left``), which day it said, and in which points the words are others."""
    rows = meeting.attendances.exclude(membership__role=Role.USER_REPRESENTATIVE)
    rows = rows.select_related("membership__person", "stand_in__person")
    running = Membership.objects.running(clock.today()).filter(body=meeting.body_id, role__in=SEATED)
    people = {row.who for row in rows} | set(User.objects.filter(pk__in=running.values("person"))) | {*came, *left}
    tell(
        people - {by},
        kind="forum.log_changed",
        template="meetings/mail/log_changed",
        context={
            "subject": meeting,
            "name": by.name,
            "came": ", ".join(person.name for person in came),
            "left": ", ".join(person.name for person in left),
            "before_on": before_on,
            "points": ", ".join(points),
        },
        url=body_links.page_of(meeting.body),
        event=event,
    )
