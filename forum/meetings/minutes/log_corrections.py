"""Whoever leads a group that agrees puts right what is written of a meeting: the day, who met, the words (R24, R29).

What it said before stays: in the history of each row, in words under the event, and in the version that says so. What
has been concluded and answered is not corrected here: the proposer has it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.cases.enums import Resolution
from forum.meetings.attendance.log_notices import tell_log_changed
from forum.meetings.attendance.log_presence import took_themselves_out
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.minutes import log_versions
from forum.organisation.enums import Role
from forum.organisation.models import Membership, StandIn
from trepart import audit, clock
from trepart.access.models import User
from trepart.authorising import authorise
from trepart.db.locking import lock
from trepart.refusals import GuardRefused


def points(meeting: Meeting) -> list[AgendaItem]:
    """Return the points of a logged meeting whose words the group may put right: what it talked about, and what was
    said of what it had not concluded on then."""
    found = meeting.items.filter(withdrawn_at__isnull=True).select_related("decision", "case", "meeting", "referral")
    return [item for item in found.order_by("position") if words_of(item)]


def words_of(item: AgendaItem) -> str:
    """Return what is written on a point that may be put right; empty where there is nothing but an answer that has been
    given."""
    decision = item.decided
    return decision.text if decision is not None and decision.resolution == Resolution.NOTED else item.discussion


@transaction.atomic
def correct(
    meeting: Meeting,
    *,
    held_on: date,
    present: Sequence[Membership],
    stand_ins: Mapping[int, StandIn],
    words: Mapping[int, str],
    seen: int,
    actor: User,
) -> None:
    """Put right what is written of a logged meeting, and tell those concerned. ``words`` are by the id of the point;
    ``seen`` is the version that was read. What is as it was is left alone.

    Raises ``NotPermitted``, or ``GuardRefused`` where somebody has changed it meanwhile, for a day to come, where
    nobody met, and where somebody is put in who has said that they were not there.
    """
    lock(meeting)
    fresh = Meeting.objects.select_related("body").get(pk=meeting.pk)
    by = authorise(actor, "forum.run_meeting", fresh)
    if fresh.kind != MeetingKind.LOG or fresh.status != MeetingStatus.ENDED:
        raise GuardRefused(_("Only what was written down when the meeting was over is put right here."))
    if log_versions.version_of(fresh) != seen:
        raise GuardRefused(_("Somebody has put it right meanwhile. Look at it again, and write what is still wrong."))
    rows = {
        row.membership_id: row
        for row in fresh.attendances.select_related("membership__person", "stand_in__person").order_by("pk")
    }
    _check(fresh, held_on, present, stand_ins, rows)
    before_on = timezone.localtime(fresh.starts_at).date()
    came, left, changed = _differences(fresh, present, stand_ins, rows)
    other = [(item, words[item.pk].strip()) for item in points(fresh) if _differs(item, words)]
    if before_on == held_on and not changed and not other:
        raise GuardRefused(_("Nothing is different from what is written."))
    moved_from, labels = before_on if before_on != held_on else None, [item.label for item, _text in other]
    data: dict[str, object] = {
        "before_on": moved_from,
        "held_on": held_on,
        "came": [person.pk for person in came],
        "left": [person.pk for person in left],
        "points": labels,
    }
    said = {item.label: words_of(item) for item, _text in other}
    with audit.recorded(
        "forum.log_corrected", actor=by.actor, subject=fresh, root=fresh, acting=by.acting, data=data, text=said or None
    ) as event:
        for row in changed:
            row.save()
        for item, text in other:
            _write(item, text)
        _move(fresh, held_on, before_on, present)
        tell_log_changed(
            fresh,
            by=by.actor,
            event=event,
            came=came,
            left=left,
            before_on=moved_from,
            points=labels,
        )


def _check(
    meeting: Meeting,
    held_on: date,
    present: Sequence[Membership],
    stand_ins: Mapping[int, StandIn],
    rows: Mapping[int, Attendance],
) -> None:
    if held_on > clock.today():
        raise GuardRefused(_("The meeting has not been held yet."))
    if not any(seat.seated for seat in present):
        raise GuardRefused(_("Say who met."))
    strangers = [m.person.name for m in present if m.body_id != meeting.body_id or not m.runs(held_on)]
    strangers += [s.person.name for s in stand_ins.values() if not s.runs(held_on)]
    if strangers:
        names = {"body": meeting.body.name, "names": ", ".join(strangers)}
        raise GuardRefused(_("Not in %(body)s that day: %(names)s.") % names)
    gone = took_themselves_out(meeting)
    back = [
        seat.person.name
        for seat in present
        if seat.pk not in stand_ins and seat.person_id in gone and not (seat.pk in rows and rows[seat.pk].present)
    ]
    if back:
        raise GuardRefused(
            _("Has said not to have been there, and is the only one who can take it back: %(names)s.")
            % {"names": ", ".join(back)}
        )


def _differences(
    meeting: Meeting,
    present: Sequence[Membership],
    stand_ins: Mapping[int, StandIn],
    rows: Mapping[int, Attendance],
) -> tuple[list[User], list[User], list[Attendance]]:
    """Return who is written in, who is taken out, and the rows as they are to be."""
    before = {row.who for row in rows.values() if row.present}
    changed, after = [], set()
    there = {seat.pk: seat for seat in present}
    for pk in {*rows, *there}:
        seat, lent = there.get(pk), stand_ins.get(pk)
        row = rows.get(pk) or Attendance(meeting=meeting, membership=there[pk], present=False)
        was = (row.present, row.stand_in_id)
        if seat is None:
            row.present = False
        else:
            row.present, row.stand_in = True, lent
            after.add(row.who)
        if (row.present, row.stand_in_id) != was:
            changed.append(row)
    return _by_name(after - before), _by_name(before - after), changed


def _by_name(people: set[User]) -> list[User]:
    return sorted(people, key=lambda person: (person.name, person.pk))


def _differs(item: AgendaItem, words: Mapping[int, str]) -> bool:
    text = words.get(item.pk, "").strip()
    return bool(text) and text != words_of(item).strip()


def _write(item: AgendaItem, text: str) -> None:
    decision = item.decided
    if decision is not None and decision.resolution == Resolution.NOTED:
        decision.text = text
        decision.save(update_fields=["text"])
    else:
        item.discussion = text
        item.save(update_fields=["discussion"])


def _move(meeting: Meeting, held_on: date, before_on: date, present: Sequence[Membership]) -> None:
    if held_on != before_on:
        noon = timezone.make_aware(datetime.combine(held_on, time(12)))
        meeting.starts_at = meeting.opened_at = min(noon, meeting.ended_at or noon)
    leaders = [seat for seat in present if seat.role in (Role.LEADER, Role.DEPUTY_LEADER)]
    leaders.sort(key=lambda seat: seat.role != Role.LEADER)
    meeting.presiding = leaders[0] if leaders else next(seat for seat in present if seat.seated)
    meeting.presiding_elected = not leaders
    meeting.save(update_fields=["starts_at", "opened_at", "presiding", "presiding_elected"])
