"""Who was at a meeting, as the minutes list them: those who met, those who came later, those who were absent (R4, R13)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from forum import minutes_session as session
from forum import voting
from forum.enums import MovementKind
from forum.models import Attendance, Membership, Movement
from trepart.access.models import User


@dataclass(frozen=True)
class PersonLine:
    """One person in the minutes."""

    name: str
    part: str = ""
    note: str = ""


def present(attendances: list[Attendance], movements: list[Movement]) -> tuple[PersonLine, ...]:
    """Return everybody who was at the table at some time: those who met when it began, members who came later, deputies who took a seat meanwhile."""
    came = {m.membership_id for m in movements if m.kind == MovementKind.CAME}
    lines = [
        _person(a.membership, a.stands_for, a.skipped_reason, movements, who=a.who)
        for a in sorted(attendances, key=_order)
        if a.present or a.membership_id in came
    ]
    known = [a.membership_id for a in attendances]
    for movement in session.newcomers(known, movements):
        lines.append(_person(movement.membership, movement.stands_for, movement.skipped_reason, movements))
    return tuple(lines)


def _order(attendance: Attendance) -> tuple[bool, int, int, int]:
    """Order as the table sits: leader, deputy leader, part by part, and the deputies last, whenever they were called."""
    return attendance.stands_for_id is not None, *voting.seat_order(attendance.membership)


def absent(attendances: list[Attendance], movements: list[Movement]) -> tuple[PersonLine, ...]:
    came = {m.membership_id for m in movements if m.kind == MovementKind.CAME}
    return tuple(
        _person(a.membership, a.stands_for, a.absence_reason, (), who=a.who)
        for a in sorted(attendances, key=_order)
        if not a.present and a.membership_id not in came
    )


def _person(
    membership: Membership,
    stands_for: Membership | None,
    reason: str,
    movements: Iterable[Movement],
    *,
    who: User | None = None,
) -> PersonLine:
    notes = [str(membership.get_role_display())]
    if membership.party:
        notes.append(membership.party.short)
    if stands_for:
        notes.append(_("met for %(name)s") % {"name": stands_for.person.name})
    if who is not None and who.pk != membership.person_id:
        notes.append(_("standing in for %(name)s") % {"name": membership.person.name})
    if reason:
        notes.append(reason)
    notes += session.notes_on(membership, movements)
    return PersonLine(name=(who or membership.person).name, part=membership.part, note=", ".join(notes))
