"""Who met, who was absent, which deputy came for whom, and who presided (koml §§ 7-10, 8-1, 11-9; R4, R5, R11)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.deputy_lists import check_deputy, deputies
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core import ical as calendars
from forum.meetings.core import participants
from forum.meetings.core.locking import AROUND_THE_TABLE, Hold, hold
from forum.meetings.core.models import Attendance, Decision, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import CallAnswer, MeetingStatus
from forum.meetings.notifications import DEPUTY_CALLED, DEPUTY_RELEASED
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from trepart import clock
from trepart.audit.models import Event
from trepart.notices import announcing
from trepart.outdated_pages import check_seen
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User

RUN = "forum.run_meeting"


@dataclass(frozen=True)
class Row:
    """One seat: met, absent, or absent with leave (koml § 7-9); the deputy who comes instead. Why somebody is absent
    or an earlier deputy was passed over is for those who run the meeting, and may be left out (R51)."""

    membership: Membership
    present: bool = True
    reason: str = ""
    deputy: Membership | None = None
    skipped_reason: str = ""
    on_leave: bool = False


def all_met(meeting: Meeting) -> list[Row]:
    """Return the rows that say that everybody with a seat has met."""
    return [Row(seat) for seat in participants.seats(meeting)]


def set_attendance(meeting: Meeting, *, rows: Iterable[Row], actor: "User", seen: int | None = None) -> None:
    """Record who meets. ``rows`` says it seat by seat; seats not mentioned stay as they are.

    May be said again until the first vote is held: after that who comes and goes is recorded from an item on
    (`session.participation.movements`), so that no earlier item is altered. Where nobody presides yet, the leader does
    if present, else the deputy leader. Deputies called before the meeting are told.

    Raises ``GuardRefused`` for one without a seat, once cases have been treated, or a
    deputy from the wrong list, out of order without a reason, or for two seats at once; ``WrongState`` before the
    notice, after the end, or for an old page; ``NotPermitted``.
    """
    with hold(meeting, actor=actor, permission=RUN, at=AROUND_THE_TABLE) as held:
        check_seen(held.meeting, seen)
        said = list(rows)
        seats = {seat.pk: seat for seat in participants.seats(held.meeting)}
        before = list(held.meeting.attendances.select_related("membership__person", "stands_for__person"))
        if _nothing_new(said, before):
            return
        _before_anything_is_voted(held.meeting)
        said = _checked(held.meeting, said, seats, before)
        with held.about_meeting(
            "forum.attendance_set", data={"present": _will_be_there(said, before), "seats": len(seats)}
        ) as event:
            _write(held, said, before, event)
            preside_by_default(held.meeting)


def _nothing_new(said: list[Row], before: list[Attendance]) -> bool:
    """Say whether ``said`` is what stands there already."""
    deputy = {a.stands_for_id: (a.membership_id, a.skipped_reason) for a in before if a.present and a.stands_for_id}
    there = {a.membership_id: (a.present, a.on_leave, a.absence_reason, deputy.get(a.membership_id)) for a in before}
    wanted = {}
    for row in said:
        instead = None
        if row.deputy is not None and not row.present:
            stands = deputy.get(row.membership.pk)
            same = stands[1] if stands is not None and stands[0] == row.deputy.pk else ""
            instead = (row.deputy.pk, row.skipped_reason.strip() or same)
        leave, reason = (False, "") if row.present else (row.on_leave, row.reason.strip())
        wanted[row.membership.pk] = (row.present, leave, reason, instead)
    return bool(said) and all(there.get(pk) == row for pk, row in wanted.items())


def _before_anything_is_voted(meeting: Meeting) -> None:
    if meeting.status != MeetingStatus.IN_SESSION:
        return
    voted = Ballot.objects.filter(item__meeting=meeting).exists() or meeting.movements.exists()
    voted = voted or meeting.items.filter(elections__rounds__isnull=False).exists()
    if voted or Decision.objects.filter(item__meeting=meeting).exists():
        raise GuardRefused(
            _(
                "Who met when the meeting began is settled: cases have been treated. Record who comes and goes "
                "on the case they came or went before."
            )
        )


def _checked(meeting: Meeting, said: list[Row], seats: dict[int, Membership], before: list[Attendance]) -> list[Row]:
    """Return the rows with what the portal knows of deputies passed over. Raises as :func:`set_attendance` does."""
    checked = []
    everyone = deputies(meeting)
    mentioned = {row.membership.pk for row in said}
    taken = {a.membership_id for a in before if a.present and a.stands_for_id and a.stands_for_id not in mentioned}
    chosen = [row.deputy.pk for row in said if row.deputy is not None and not row.present]
    if len(mentioned) != len(said):
        raise GuardRefused(_("Somebody stands twice in the list of who met."))
    for row in said:
        if row.membership.pk not in seats:
            raise GuardRefused(_("%(name)s has no seat in the body that day.") % {"name": row.membership.person.name})
        if row.deputy is None or row.present:
            checked.append(row)
            continue
        if row.deputy.pk in taken or chosen.count(row.deputy.pk) > 1:
            raise GuardRefused(_("%(name)s cannot meet for two members.") % {"name": row.deputy.person.name})
        why = check_deputy(
            row.deputy,
            seats[row.membership.pk],
            meeting=meeting,
            everyone=everyone,
            taken=taken | set(chosen),
            skipped_reason=row.skipped_reason,
        )
        checked.append(replace(row, skipped_reason=why))
    return checked


def _will_be_there(said: list[Row], before: list[Attendance]) -> int:
    mentioned = {row.membership.pk for row in said}
    kept = [a for a in before if a.present and (a.stands_for_id or a.membership_id) not in mentioned]
    return len(kept) + sum(row.present or row.deputy is not None for row in said)


def _write(held: Hold, said: list[Row], before: list[Attendance], event: Event) -> None:
    known = {a.membership_id: a for a in before}
    wanted = {row.deputy.pk: row for row in said if row.deputy is not None and not row.present}
    mentioned = {row.membership.pk for row in said}
    for attendance in before:
        # A deputy who is no longer called leaves the list before another takes the seat.
        stays = (
            attendance.membership_id in wanted
            and wanted[attendance.membership_id].membership.pk == attendance.stands_for_id
        )
        if attendance.stands_for_id in mentioned and not stays:
            attendance.delete()
            known.pop(attendance.membership_id)
            if attendance.membership_id not in wanted and held.meeting.status == MeetingStatus.CALLED:
                _tell_released(held.meeting, attendance, event)
    for row in said:
        _put(
            held.meeting,
            known.get(row.membership.pk),
            Attendance(
                membership=row.membership,
                present=row.present,
                absence_reason="" if row.present else row.reason.strip(),
                on_leave=row.on_leave and not row.present,
            ),
        )
        if row.deputy is not None and not row.present:
            newly = row.deputy.pk not in known
            _answered(held.meeting, row.membership, row.deputy)
            _put(
                held.meeting,
                known.get(row.deputy.pk),
                Attendance(membership=row.deputy, stands_for=row.membership, skipped_reason=row.skipped_reason.strip()),
            )
            if newly and held.meeting.status == MeetingStatus.CALLED:
                _tell(held.meeting, row, event)


def _answered(meeting: Meeting, seat: Membership, deputy: Membership) -> None:
    """Let the call of a deputy wait for no answer any more where the roll call has them in the seat."""
    waiting = DeputyCall.objects.filter(absence__meeting=meeting, absence__membership=seat, deputy=deputy)
    for call in waiting.filter(answer=CallAnswer.WAITING):
        call.answer, call.answered_at = CallAnswer.YES, clock.now()
        call.save()


def _put(meeting: Meeting, there: Attendance | None, wanted: Attendance) -> None:
    wanted.meeting = meeting
    if there is not None:
        fields = ("present", "absence_reason", "on_leave", "stands_for_id", "skipped_reason")
        if all(getattr(there, name) == getattr(wanted, name) for name in fields):
            return
        wanted.pk, wanted._state.adding = there.pk, False
    wanted.save()


def _tell(meeting: Meeting, row: Row, event: Event) -> None:
    if row.deputy is None:
        return
    announcing.tell(
        [row.deputy.person],
        kind=DEPUTY_CALLED,
        template="meetings/attendance/mail/deputy_called",
        context={"meeting": meeting, "member": row.membership.person},
        url=reverse("forum:meeting_detail", args=[meeting.pk]),
        event=event,
        at_once=True,
        enclose=calendars.invitations(meeting),
    )


def _tell_released(meeting: Meeting, row: Attendance, event: Event) -> None:
    if row.stands_for is None:
        return
    announcing.tell(
        [row.membership.person],
        kind=DEPUTY_RELEASED,
        template="meetings/attendance/mail/deputy_released",
        context={"meeting": meeting, "member": row.stands_for.person},
        url=reverse("forum:meeting_detail", args=[meeting.pk]),
        event=event,
        at_once=True,
        enclose=calendars.withdrawals(meeting),
    )


def preside_by_default(meeting: Meeting) -> None:
    """Let the leader preside where nobody at the table does, else the deputy leader, else nobody."""
    there = {voter.pk: voter.membership for voter in participants.at_the_table(meeting)}
    if meeting.presiding_id in there:
        return
    by_role = {membership.role: membership for membership in there.values()}
    meeting.presiding = by_role.get(Role.LEADER) or by_role.get(Role.DEPUTY_LEADER)
    meeting.presiding_elected = False
    meeting.save()


def set_presiding(meeting: Meeting, *, membership: Membership, actor: "User", seen: int | None = None) -> None:
    """Say who presides: the leader, the deputy leader, or anybody at the table, who is then
    elected for this meeting (R11).

    Raises ``GuardRefused`` for somebody who has not met.
    """
    with hold(meeting, actor=actor, permission=RUN, at=AROUND_THE_TABLE) as held:
        check_seen(held.meeting, seen)
        if membership.pk not in {voter.pk for voter in participants.now_at_the_table(held.meeting)}:
            raise GuardRefused(
                _("%(name)s has not met with a seat, and cannot preside.") % {"name": membership.person.name}
            )
        if held.meeting.presiding_id == membership.pk:
            return
        held.meeting.presiding = membership
        held.meeting.presiding_elected = membership.role not in (Role.LEADER, Role.DEPUTY_LEADER)
        with held.about_meeting(
            "forum.presiding_set", data={"name": membership.person.name, "elected": held.meeting.presiding_elected}
        ):
            held.meeting.save()
