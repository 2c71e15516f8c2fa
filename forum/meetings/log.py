"""A meeting written down when it is over, by a body that decides by consensus (R24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.agenda.services import number_item
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Attendance, Decision, Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.organisation.enums import Role
from forum.organisation.models import Body, Membership, StandIn
from trepart import audit, clock
from trepart.audit.models import Event
from trepart.db.locking import lock
from trepart.refusals import GuardRefused
from trepart.text.normal import LONGEST_TITLE, line
from trepart.workflow import Step, Words, perform, reserve_pk

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trepart.access.models import User


@dataclass(frozen=True)
class LogItem:
    """One thing a body took up in a logged meeting: what, what was agreed, and what that means. ``referral`` where
    it came from the queue. ``positions`` (who, what they hold) are those of each seat where it was not agreed, or where
    not everybody has answered; ``agreed_by`` and ``silent`` say how many, by part, said yes and have not answered, and
    ``about`` what was not agreed on. ``waits`` where what was
    concluded on it is written when it stands (:func:`write_conclusion`): until then, and beside it afterwards, what was
    written stands as what was said."""

    title: str
    agreed: str
    resolution: Resolution = Resolution.NOTED
    referral: Referral | None = None
    positions: tuple[tuple[str, str], ...] = ()
    agreed_by: Sequence[tuple[str, int]] = ()
    silent: Sequence[tuple[str, int]] = ()
    about: Sequence[str] = ()
    waits: bool = False


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


def logged_on(body: Body, held_on: date) -> "QuerySet[Meeting]":
    """Return the meetings that ``body`` has logged as held on a day, those whose day has been put right since too."""
    moved = Event.objects.filter(action="forum.log_corrected", data__before_on=held_on.isoformat())
    that_day = Q(starts_at__date=held_on) | Q(pk__in=moved.order_by().values("root_id"))
    return Meeting.objects.filter(that_day, body=body, kind=MeetingKind.LOG, status=MeetingStatus.ENDED)


def presence_on(referral: Referral, held_on: date) -> list[Attendance] | None:
    """Return who met and who did not, as it stands in the log, where ``referral`` was taken up on a day; None where
    nothing is logged. Who met is read there, also where it has been put right since."""
    points = AgendaItem.objects.filter(
        meeting__in=logged_on(referral.body, held_on), referral=referral, withdrawn_at__isnull=True
    )
    point = points.select_related("meeting").order_by("-pk").first()
    if point is None:
        return None
    rows = point.meeting.attendances.select_related("membership__person", "membership__body", "stand_in__person")
    return list(rows.order_by("pk"))


def write_conclusion(
    *,
    body: Body,
    held_on: date,
    present: Sequence[Membership],
    item: LogItem,
    actor: "User",
    cause: Step,
    stand_ins: Mapping[int, StandIn] | None = None,
) -> Meeting:
    """Write what ``body`` has concluded into the meeting where it took it up, and return that meeting (R24).

    That is the one that was logged that day with the case among its points, else one of that day with the same people;
    where none is logged, it becomes one. ``cause`` is the step on the proposal that this is the record of. Raises what
    :func:`log_meeting` does.
    """
    # Two conclusions of one meeting that stand at the same moment wait for each other here.
    lock(body)
    that_day = logged_on(body, held_on)
    point = AgendaItem.objects.filter(
        meeting__in=that_day, referral=item.referral, decision__isnull=True, withdrawn_at__isnull=True
    )
    found = point.select_related("meeting").order_by("-pk").first()
    lent = dict(stand_ins or {})
    meeting = found.meeting if found is not None else _with_the_same_people(that_day, present, lent)
    if meeting is None:
        return log_meeting(
            body=body, held_on=held_on, present=present, items=[item], actor=actor, cause=cause, stand_ins=lent
        )
    lock(meeting)
    data = {"held_on": held_on}
    with audit.recorded(
        "forum.log_completed", actor=actor, subject=meeting, root=meeting, acting=cause.acting, data=data
    ):
        if found is None:
            found = put_item(meeting, item, meeting.items.count() + 1, at=cause.at)
        else:
            _decide(found, item)
    return meeting


def _whole(title: str) -> str:
    title = line(title)
    if len(title) > LONGEST_TITLE:
        raise GuardRefused(_("Shorten the title to %(most)s characters.") % {"most": LONGEST_TITLE})
    return title


def put_item(meeting: Meeting, entry: LogItem, position: int, *, at: datetime) -> AgendaItem:
    """Write one thing that was taken up into a logged meeting, with what was agreed unless that waits, and return it.
    The caller writes the event."""
    item = AgendaItem(
        pk=reserve_pk(AgendaItem),
        meeting=meeting,
        position=position,
        referral=entry.referral,
        case=entry.referral.case if entry.referral is not None else None,
        title=_whole(entry.title),
        discussion=entry.agreed.strip() if entry.waits else "",
        settled_at=at,
    )
    number_item(item, meeting)
    item.save(force_insert=True)
    if not entry.waits:
        _decide(item, entry)
    return item


def _decide(item: AgendaItem, entry: LogItem) -> None:
    said = {
        "positions": [list(one) for one in entry.positions],
        "agreed_by": [list(one) for one in entry.agreed_by],
        "silent": [list(one) for one in entry.silent],
        "about": list(entry.about),
    }
    options = {key: value for key, value in said.items() if value}
    Decision.objects.create(item=item, text=entry.agreed.strip(), resolution=entry.resolution, options=options)


def _with_the_same_people(
    meetings: "QuerySet[Meeting]", present: Sequence[Membership], stand_ins: Mapping[int, StandIn]
) -> Meeting | None:
    who = {(seat.pk, stand_ins[seat.pk].pk if seat.pk in stand_ins else None) for seat in present}
    for meeting in meetings.prefetch_related("attendances").order_by("-pk"):
        if {(row.membership_id, row.stand_in_id) for row in meeting.attendances.all() if row.present} == who:
            return meeting
    return None


def was_held(step: Step[Logged]) -> Words | None:
    """It has been held, somebody met, and what was taken up is written (R24)."""
    body, logged = step.subject.body, step.data
    if logged.held_on > clock.today():
        return _("The meeting has not been held yet.")
    if not any(membership.seated for membership in logged.present):
        return _("Say who met.")
    if not logged.items or any(
        not item.title.strip() or not (item.waits or item.agreed.strip()) for item in logged.items
    ):
        return _("Write what was taken up, and what was agreed.")
    strangers = [m.person.name for m in logged.present if m.body_id != body.pk or not m.runs(logged.held_on)]
    strangers += [s.person.name for s in logged.stand_ins.values() if not s.runs(logged.held_on)]
    if strangers:
        return _("Not in %(body)s that day: %(names)s.") % {"body": body.name, "names": ", ".join(strangers)}
    return None


def stamp_logged(step: Step[Logged]) -> None:
    """Note when it was held, who presided and who else was there; the leader presides where they met."""
    meeting = step.subject
    meeting.others_present = step.data.others_present.strip()
    meeting.opened_at, meeting.ended_at = meeting.starts_at, step.at
    leaders = [m for m in step.data.present if m.role in (Role.LEADER, Role.DEPUTY_LEADER)]
    leaders.sort(key=lambda membership: membership.role != Role.LEADER)
    meeting.presiding = leaders[0] if leaders else next(m for m in step.data.present if m.seated)
    meeting.presiding_elected = not leaders


def put_log(step: Step[Logged]) -> None:
    """Write who met, who did not, and what was taken up."""
    meeting: Meeting = step.subject
    present = {membership.pk: membership for membership in step.data.present}
    for membership in present.values():
        stand_in = step.data.stand_ins.get(membership.pk)
        Attendance.objects.create(meeting=meeting, membership=membership, stand_in=stand_in)
    for seat in participants.seats(meeting):
        if seat.pk not in present:
            Attendance.objects.create(meeting=meeting, membership=seat, present=False)
    for position, entry in enumerate(step.data.items, start=1):
        put_item(meeting, entry, position, at=step.at)


def logged_facts(step: Step[Logged]) -> dict[str, object]:
    """Return what the event says: the day, how many met, how many points."""
    met = sum(1 for membership in step.data.present if membership.seated)
    return {"held_on": step.data.held_on, "present": met, "items": len(step.data.items)}
