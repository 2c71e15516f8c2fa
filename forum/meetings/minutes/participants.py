"""Who was at a meeting, as the minutes list them: met, came later, absent (R4, R13)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.meetings.attendance import in_one_case
from forum.meetings.core import participants, presence
from forum.meetings.core.models import AgendaItem, Attendance, Meeting, Recusal
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MeetingKind, MotionPurpose, MovementKind
from forum.meetings.session import narrative
from forum.meetings.session.models import Movement
from forum.organisation.enums import Part, Role
from forum.organisation.models import Membership, StandIn
from forum.organisation.queries import told_apart
from trepart.access.models import User
from trepart.audit.models import Event


@dataclass(frozen=True)
class PersonLine:
    """One person in the minutes."""

    name: str
    part: str = ""
    note: str = ""


def present(
    attendances: list[Attendance], movements: list[Movement], recusals: Sequence[Recusal] = (), *, inside: bool = True
) -> tuple[PersonLine, ...]:
    """Return everybody who was at the table at some time: those who met when it began, members who came later, deputies
    who took a seat meanwhile or for one case. Who was out of a case says so, whatever the reason.
    Only ``inside`` is it said who spoke for the users: that somebody did is enough for others."""
    came = {m.membership_id for m in movements if m.kind == MovementKind.CAME}
    guests = in_one_case.guests_in(attendances)
    lines = [
        _person(a.membership, a.stands_for, movements, who=a.who, recusals=recusals, cases=guests.get(a.pk, ""))
        if inside or a.membership.role != Role.USER_REPRESENTATIVE
        else PersonLine(str(Role.USER_REPRESENTATIVE.label).capitalize(), a.membership.part)
        for a in sorted(attendances, key=_order)
        if a.present or a.membership_id in came
    ]
    known = [a.membership_id for a in attendances]
    newcomers = narrative.newcomers(known, movements)
    for movement in newcomers:
        cases = in_one_case.called_for(movement.membership, recusals)
        own = [one for one in movements if one.membership_id == movement.membership_id]
        # Whoever took several seats has whose it was beside each.
        seat = movement.stands_for if len(narrative.seats_taken(own)) == 1 else None
        lines.append(_person(movement.membership, seat, movements, recusals=recusals, cases=cases))
    known += [movement.membership_id for movement in newcomers]
    for one in in_one_case.sat_in(known, (), recusals):
        lines.append(_person(one.membership, None, (), met_for=one.met_for, cases=one.note))
    return tuple(lines)


def _order(attendance: Attendance) -> tuple[bool, int, int, int]:
    """Order as the table sits: leader, deputy leader, part by part, and the deputies last,
    whenever they were called."""
    return attendance.stands_for_id is not None, *participants.seat_order(attendance.membership)


def absent(attendances: list[Attendance], movements: list[Movement]) -> tuple[PersonLine, ...]:
    """Return everybody who was absent from beginning to end, as that and nothing more: why is nobody's to read but
    those who run the meeting (R13, R51). Leave is named with the law."""
    came = {m.membership_id for m in movements if m.kind == MovementKind.CAME}
    return tuple(
        _person(a.membership, a.stands_for, (), who=a.who, on_leave=a.on_leave)
        for a in sorted(attendances, key=_order)
        if not a.present and a.membership_id not in came
    )


def signers(meeting: Meeting) -> tuple[str, ...]:
    """Return whose names the minutes leave room to sign over, before anybody has approved them."""
    if meeting.kind == MeetingKind.LOG or meeting.presiding is None:
        return ()
    return (meeting.presiding.person.name,)


def took_part(item: AgendaItem, attendances: Sequence[Attendance], movements: Sequence[Movement]) -> int:
    """Return how many took part in ``item`` at its last vote, or else when it was decided."""
    votes = [ballot.moment for ballot in item.ballots.all() if ballot.motion.purpose == MotionPurpose.CASE]
    moment = max(votes) if votes else item.decided.moment if item.decided is not None else None
    met = [
        Voter(row.membership, row.stands_for)
        for row in attendances
        if row.present and (row.membership.seated or row.stands_for_id is not None)
    ]
    table = presence.after(met, presence.up_to(moment, item.pk, movements))
    recusals = [one for one in item.recusals.all() if moment is None or one.moment <= moment]
    return len(participants.taking_part(table, recusals))


def opening_of(meeting: Meeting) -> Event | None:
    """Return the event under which the meeting was opened: by whom, and for when it was called where that was another
    day or hour."""
    opened = Event.objects.about(meeting).filter(action="forum.meeting_opened").select_related("actor")
    return opened.first()


def secretary(meeting: Meeting, event: Event | None) -> str:
    """Return who wrote the minutes down: the secretary who opened the meeting, or the stand-in who did, and for whom;
    empty where nobody opened it as secretary."""
    if event is None or event.actor is None or event.acting_role != Role.SECRETARY:
        return ""
    day = timezone.localtime(event.at).date()
    of_secretary = {"person": event.actor, "membership__body": meeting.body_id, "membership__role": Role.SECRETARY}
    agreed = StandIn.objects.running(day).filter(**of_secretary).select_related("membership__person").first()
    if agreed is None or agreed.membership is None:
        return str(event.actor.name)
    said = _("standing in for %(name)s") % {"name": agreed.membership.person.name}
    return f"{event.actor.name} ({said})"


def _person(
    membership: Membership,
    stands_for: Membership | None,
    movements: Iterable[Movement],
    *,
    who: User | None = None,
    on_leave: bool = False,
    recusals: Iterable[Recusal] = (),
    met_for: str = "",
    cases: str = "",
) -> PersonLine:
    # A union representative for the union part is named by the mark of the part.
    marked = membership.role == Role.UNION_REPRESENTATIVE and membership.part == Part.UNION
    notes = [] if marked else [str(membership.get_role_display())]
    if membership.party:
        notes.append(membership.party.short)
    if stands_for or met_for:
        name = told_apart.beside(stands_for, membership) if stands_for else met_for
        notes.append(_("met for %(name)s") % {"name": name})
    if who is not None and who.pk != membership.person_id:
        notes.append(_("standing in for %(name)s") % {"name": membership.person.name})
    if on_leave:
        notes.append(_("leave (Local Government Act § 7-9)").replace("§ ", "§\u00a0"))
    notes += [*narrative.notes_on(membership, movements), *in_one_case.out_of(membership, recusals)]
    if cases:
        notes.append(cases)
    return PersonLine(name=(who or membership.person).name, part=membership.part, note=", ".join(notes))
