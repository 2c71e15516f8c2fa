"""Possible conflicts of interest that members say ahead of a meeting (fvl. §§ 6 and 8, koml § 11-10; R12)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.meetings.agenda.questions import seat_of
from forum.meetings.attendance.models import ConflictReport
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.models import AgendaItem, Meeting, Recusal
from forum.meetings.core.queries import day_of
from forum.meetings.core.vote_models import Motion
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MeetingStatus
from forum.meetings.notifications import CONFLICT_REPORTED
from forum.organisation.models import Membership
from trepart import audit
from trepart.access import policy
from trepart.notices.announcing import tell
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.text.administration_act import Matter, cite
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.access.models import User


def place_of(person: "User", meeting: Meeting) -> Membership | None:
    """Return the place ``person`` takes part from: a seat that day, or as a deputy who comes to this meeting."""
    seat = seat_of(person, meeting)
    if seat is not None:
        return seat
    row = (
        meeting.attendances.filter(membership__person=person, stands_for__isnull=False, present=True)
        .select_related("membership__person")
        .first()
    )
    return row.membership if row is not None else None


def waiting() -> QuerySet[ConflictReport]:
    """Return what has been reported ahead and the body has not settled: neither that the member steps aside, nor by a
    vote that they take part (fvl § 8, R12)."""
    of_item = {"item": OuterRef("item"), "membership": OuterRef("membership")}
    voted = Motion.objects.filter(item=OuterRef("item"), concerns=OuterRef("membership"), ballots__isnull=False)
    settled = Exists(Recusal.objects.filter(**of_item)) | Exists(voted)
    return ConflictReport.objects.exclude(settled).filter(item__withdrawn_at__isnull=True)


def comes_first(item: AgendaItem, table: Iterable[Voter]) -> list[ConflictReport]:
    """Return what those at the ``table`` have said of their own part in ``item`` that the body has not settled."""
    there = {voter.pk for voter in table}
    return list(waiting().filter(item=item, membership__in=there).select_related("membership__person"))


def settle_first(item: AgendaItem, table: Iterable[Voter]) -> None:
    """Raise ``GuardRefused`` while somebody at the ``table`` has said that they may be partial in ``item``, and the
    body has not decided whether they take part: that comes before the case (fvl § 8, R12)."""
    for one in comes_first(item, table):
        raise GuardRefused(
            _(
                "%(name)s has said that they may be partial in this case. First the body decides whether they take "
                "part (%(act)s)."
            )
            % {"name": one.membership.person.name, "act": cite(Matter.DECIDED, day_of(item.meeting))}
        )


def of_items(meeting: Meeting, person: "User", *, runs: bool) -> dict[int, list[ConflictReport]]:
    """Return what has been reported ahead in the cases of ``meeting`` and is not settled, by the case's id: all of it
    to whoever runs the meeting, to others what they have reported themselves."""
    reports = waiting().filter(item__meeting=meeting).select_related("membership__person").order_by("pk")
    if not runs:
        reports = reports.filter(membership__person=person)
    found: dict[int, list[ConflictReport]] = {}
    for one in reports:
        found.setdefault(one.item_id, []).append(one)
    return found


@transaction.atomic
def report(item: AgendaItem, *, why: str, actor: "User") -> ConflictReport:
    """Say that one may be partial in ``item``, and why; said again, the reason is replaced. The secretary and the
    chair are told, nobody else.

    Raises ``NotPermitted`` for somebody who does not take part, ``GuardRefused`` without a reason, ``WrongState``
    once the meeting has begun.
    """
    meeting = (
        Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=item.meeting_id)
    )
    place = place_of(actor, meeting) if actor.is_active else None
    if place is None:
        raise NotPermitted(_("Possible partiality is reported by those who take part in the case."))
    if meeting.status != MeetingStatus.CALLED:
        raise WrongState(_("Say it at the meeting: it has begun, or is not called yet."))
    if not why.strip():
        raise GuardRefused(_("Say why you may be partial."))
    there = ConflictReport.objects.filter(item=item, membership=place).first()
    if there is not None and there.why == why.strip():
        return there
    adding = there is None
    found = there or ConflictReport(pk=reserve_pk(ConflictReport), item=item, membership=place)
    found.why = why.strip()
    data = {"name": actor.name, "label": item.label, "closed": True}
    with audit.recorded("forum.conflict_reported", actor=actor, subject=found, root=meeting, data=data) as event:
        found.save(force_insert=adding)
        tell(
            policy.people_who_can(RUN, meeting).exclude(pk=actor.pk),
            kind=CONFLICT_REPORTED,
            template="meetings/attendance/mail/conflict_reported",
            context={"meeting": meeting, "item": item, "name": actor.name},
            url=reverse("forum:deputies_called", args=[meeting.pk]),
            event=event,
        )
    return found


@transaction.atomic
def withdraw(report: ConflictReport, *, actor: "User") -> None:
    """Take one's own report back. Raises ``NotPermitted`` for anybody else."""
    if report.membership.person_id != actor.pk:
        raise NotPermitted
    data = {"name": actor.name, "label": report.item.label, "closed": True}
    with audit.recorded(
        "forum.conflict_report_withdrawn", actor=actor, subject=report, root=report.item.meeting, data=data
    ):
        report.delete()
