"""Objections to deciding what came late, by the chair or a third of those present (koml § 11-3, R7)."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.meetings.attendance import conflict_reports
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.voter import Voter
from forum.meetings.enums import MeetingKind
from forum.meetings.session.models import Objection
from forum.meetings.session.participation.movements import nothing_voted
from forum.organisation.models import Membership
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User

STOPPED = _(
    "The chair or a third of those present object to deciding this case now (Local Government Act § 11-3). It can be "
    "postponed."
)


def stopped(item: AgendaItem, *, present: int) -> bool:
    """Say whether the objections made are enough: the chair's, or those of a third of the ``present``."""
    objections = list(item.objections.all())
    return any(one.presiding for one in objections) or bool(objections and len(objections) * 3 >= present)


def may_be_decided(item: AgendaItem, *, table: Sequence[Voter] | None = None) -> None:
    """Raise ``GuardRefused`` where the item cannot be decided at this meeting, only postponed or withdrawn.

    That is where objections stop it (R7), where closed doors are proposed and the body has not answered (§ 11-5, R8),
    where it is closed under § 11-5 second paragraph while members take part remotely (§ 11-7, R9), and until the body
    has settled the partiality that a member has told of (fvl § 8, R12). ``table`` is who sits there in the item, where
    the caller has read it.
    """
    if item.meeting.remote and legal_bases.is_second_paragraph(item.closed_basis):
        raise GuardRefused(
            _(
                "This case cannot be treated in a meeting where members take part remotely (Local Government "
                "Act § 11-7). Postpone it."
            )
        )
    if item.is_proposed_closed and item.meeting.kind != MeetingKind.WRITTEN:
        raise GuardRefused(
            _(
                "This case is proposed treated behind closed doors. First the body decides whether the doors are "
                "closed (Local Government Act § 11-5)."
            )
        )
    if table is None:
        table = participants.at_the_table(item.meeting, item)
    conflict_reports.settle_first(item, table)
    if stopped(item, present=len(table)):
        raise GuardRefused(STOPPED)


def object_to(
    item: AgendaItem, *, members: Collection[Membership], actor: "User", seen: int | None = None
) -> list[Objection]:
    """Record who objects to deciding ``item`` at this meeting, all of them; an empty list takes the objections back.

    An item that came after the notice, or whose documents were not sent, is decided unless the person presiding or a
    third of those present object.

    Raises ``GuardRefused`` for an item that came in time with its documents, for somebody who is not at the table, and
    once a vote has been held in it.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        nothing_voted(fresh)
        if not (fresh.late or fresh.papers_late):
            raise GuardRefused(
                _(
                    "The case was on the list with its documents in time: the body decides it, or postpones it "
                    "(Local Government Act § 11-3)."
                )
            )
        table = {voter.pk: voter.membership for voter in participants.at_the_table(held.meeting, fresh)}
        strangers = [m.person.name for m in members if m.pk not in table]
        if strangers:
            raise GuardRefused(_("Not at the table in this case: %(names)s.") % {"names": ", ".join(strangers)})
        wanted = {m.pk for m in members}
        names = ", ".join(table[pk].person.name for pk in table if pk in wanted)
        action = "forum.objected" if wanted else "forum.objection_taken_back"
        with held.about(action, fresh, data={"names": names, "present": len(table)}):
            for objection in fresh.objections.exclude(membership__in=wanted):
                objection.delete()
            there = set(fresh.objections.values_list("membership", flat=True))
            for pk in table:
                if pk in wanted and pk not in there:
                    Objection.objects.create(
                        item=fresh, membership=table[pk], presiding=pk == held.meeting.presiding_id
                    )
    return list(fresh.objections.all())


def set_papers_late(item: AgendaItem, *, late: bool, actor: "User", seen: int | None = None) -> None:
    """Record that the documents of an item did not go out with the notice, or that they did after all (R7)."""
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        nothing_voted(fresh)
        if fresh.papers_late == late:
            return
        fresh.papers_late = late
        with held.about("forum.papers_late" if late else "forum.papers_in_time", fresh):
            fresh.save()
