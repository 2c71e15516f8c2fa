"""Urgent cases: the leader chooses to have one treated in writing or in an urgent remote meeting (koml § 11-8, R10).

In writing: the same words to every member at once, each answers both what is proposed and whether it may be treated in
writing, and it is adopted only if every member says yes to both. Urgent remote meeting: shorter notice than the body's
own, and a third of the members can force it to wait for an ordinary one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import Resolution
from forum.meetings.agenda.services import PLAN, add_item
from forum.meetings.attendance.roll_call import RUN, Row, set_attendance
from forum.meetings.core import participants
from forum.meetings.core.locking import hold, hold_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingKind, MeetingStatus
from forum.meetings.session.decisions.services import decide
from forum.meetings.session.votes.ballots import record_ballot
from forum.meetings.urgent.models import PostponementDemand, WrittenAnswer
from forum.meetings.urgent.rules import answers, leads, may_be_counted, seat_of, waiting_for
from forum.organisation.models import Body
from trepart import clock, languages
from trepart.access import policy
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

if TYPE_CHECKING:
    from trepart.access.models import User

TAKE_PART = "forum.take_part"
CALLED = (MeetingStatus.CALLED,)


@transaction.atomic
def begin(
    body: Body,
    *,
    kind: MeetingKind,
    title: str,
    recommendation: str,
    reason: str,
    at: datetime,
    actor: "User",
    chosen_by_leader: bool = False,
    closed_basis: str = "",
    public_title: str = "",
) -> Meeting:
    """Call an urgent meeting over one case, or send it out to be answered in writing by ``at``, and return the meeting.

    It is for the leader to choose; whoever else sends it out says that the leader has (``chosen_by_leader``). Two
    presses, or two people at once, send it out once. ``closed_basis`` and ``public_title`` propose closed doors: the
    case goes out at once, and so does its title.

    Raises ``GuardRefused`` without why it cannot wait, without what is proposed, in a body that decides by consensus,
    for a time that has passed, or where nobody says that the leader has chosen it; ``WrongState`` where the same case
    is out already; ``NotPermitted``.
    """
    Body.objects.select_for_update(no_key=True, of=("self",)).get(pk=body.pk)
    if body.by_consensus:
        raise GuardRefused(_("This body decides by consensus, and takes no urgent decisions under § 11-8."))
    if not reason.strip():
        raise GuardRefused(_("Say why it cannot wait for the next ordinary meeting (Local Government Act § 11-8)."))
    if not recommendation.strip():
        raise GuardRefused(_("Write what is proposed: every member answers the same words."))
    if at <= clock.now():
        raise GuardRefused(_("That time has passed."))
    if not (chosen_by_leader or leads(body, actor)):
        raise GuardRefused(_("The leader chooses to treat a case in this way (Local Government Act § 11-8)."))
    out = AgendaItem.objects.filter(
        meeting__body=body, meeting__status=MeetingStatus.CALLED, meeting__kind=kind, withdrawn_at__isnull=True
    )
    if out.filter(title=title.strip(), recommendation=recommendation.strip()).exists():
        raise WrongState(_("This case has been sent out already."))
    with languages.municipal():
        place = _t("In writing") if kind == MeetingKind.WRITTEN else _t("Remote meeting")
    meeting = Meeting(body=body, kind=kind, urgent_reason=reason.strip())
    data = {"starts_at": at, "place": place}
    meeting = perform(meeting, "plan", actor=actor, data=data)
    with hold(meeting, actor=actor, permission=PLAN, at=(MeetingStatus.PLANNED,)) as held:
        held.meeting.remote = kind == MeetingKind.URGENT
        action = "forum.urgent_meeting_begun" if held.meeting.remote else "forum.urgent_writing_begun"
        with held.about_meeting(action, data={"reason": reason.strip(), "leader": chosen_by_leader}):
            held.meeting.save()
    add_item(
        meeting, title=title, recommendation=recommendation, closed_basis=closed_basis, public_title=public_title,
        actor=actor,
    )  # fmt: skip
    called: Meeting = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=actor)
    return called


def answer(item: AgendaItem, *, accepts_proposal: bool, accepts_procedure: bool, actor: "User") -> WrittenAnswer:
    """Record a member's own answer in writing; it may be changed until the case is concluded.

    Raises ``NotPermitted`` for anybody but a member, and ``WrongState`` where it is not treated in writing, or is over.
    """
    with transaction.atomic():
        locked = (
            Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=item.meeting_id)
        )
        if locked.kind != MeetingKind.WRITTEN or locked.status != MeetingStatus.CALLED:
            raise WrongState(_("This is not open for answers in writing."))
        seat = seat_of(locked, actor)
        if seat is None or not policy.can(actor, TAKE_PART, locked):
            raise NotPermitted(_("Only the members of the body answer (Local Government Act § 11-8)."))
        with hold_item(item, actor=actor, permission=TAKE_PART, at=CALLED) as (held, fresh):
            there = fresh.written_answers.filter(membership=seat).first()
            said = there or WrittenAnswer(item=fresh, membership=seat)
            said.accepts_proposal, said.accepts_procedure = accepts_proposal, accepts_procedure
            said.answered_at = clock.now()
            action = "forum.answered_yes_in_writing" if said.accepts else "forum.answered_no_in_writing"
            with held.about(action, fresh, data={"name": actor.name}):
                said.save()
    return said


def demand_postponement(meeting: Meeting, *, actor: "User") -> PostponementDemand:
    """Record a member's demand that an urgent meeting waits for an ordinary one; a second press changes nothing.

    Raises ``NotPermitted`` for anybody but a member, and ``WrongState`` where the meeting is not an
    urgent one that is called.
    """
    with hold(meeting, actor=actor, permission=TAKE_PART, at=CALLED) as held:
        seat = seat_of(held.meeting, actor)
        if seat is None:
            raise NotPermitted(_("Only the members of the body can demand it (Local Government Act § 11-8)."))
        if held.meeting.kind != MeetingKind.URGENT:
            raise WrongState(_("Only an urgent meeting is postponed in this way."))
        there = held.meeting.postponement_demands.filter(membership=seat).first()
        if there is not None:
            return there
        demand = PostponementDemand(meeting=held.meeting, membership=seat)
        with held.about_meeting("forum.postponement_demanded", data={"name": actor.name}):
            demand.save()
    return demand


@transaction.atomic
def conclude(meeting: Meeting, *, actor: "User", rests: Mapping[str, Any] | None = None) -> Meeting:
    """Count the answers in writing and end the meeting: adopted where every member said yes to both,
    otherwise it waits for a meeting. What was decided is told and carried out as after a meeting
    (`forum.meetings.ending`).

    ``rests`` says what the decision rests on, as `decide` takes it. May be done when everybody has answered, when
    somebody has said no, or when the time is out. Raises ``WrongState`` before that; ``NotPermitted``.
    """
    with hold(meeting, actor=actor, permission=RUN, at=CALLED) as held:
        if held.meeting.kind != MeetingKind.WRITTEN:
            raise WrongState(_("This is not open for answers in writing."))
        silent = waiting_for(held.meeting)
        if not may_be_counted(held.meeting):
            raise WrongState(
                _("These have not answered yet: %(names)s. It is concluded when they have, or when the time is out.")
                % {"names": ", ".join(seat.person.name for seat in silent)}
            )
    with languages.municipal():
        no_answer, waits = _t("Did not answer"), _t("Not every member said yes. The case is treated in a meeting.")
    away = {seat.pk for seat in silent}
    rows = [
        Row(seat, present=seat.pk not in away, reason=no_answer if seat.pk in away else "")
        for seat in participants.seats(meeting)
    ]
    set_attendance(meeting, rows=rows, actor=actor)
    opened = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=actor)
    answered = answers(opened)
    for item in opened.items.filter(withdrawn_at__isnull=True).order_by("position"):
        item.meeting = opened
        said = [one for one in answered if one.item_id == item.pk]
        if not away and said and all(one.accepts for one in said):
            ballot = record_ballot(item, actor=actor)
            resting = {"resolution": Resolution.ADOPT, **(rests or {})}
            decide(item, text=ballot.motion.text, ballot=ballot, actor=actor, **resting)
        else:
            decide(item, text=waits, resolution=Resolution.POSTPONE, actor=actor)
    ended: Meeting = perform(Meeting.objects.get(pk=opened.pk), "end", actor=actor)
    return ended
