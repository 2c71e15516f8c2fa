"""Closing the doors for one item in a meeting, and opening them again (koml §§ 11-5, 11-7; R8, R9)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.meetings.agenda import proposed_closing
from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core import participants, voting
from forum.meetings.core.locking import IN_SESSION, Hold, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Motion
from forum.meetings.enums import Choice, Doors, MotionPurpose, Settled
from forum.meetings.session.models import DoorPeriod
from forum.meetings.session.votes.ballots import cast_votes
from trepart import clock, languages
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


@transaction.atomic
def close_doors(
    item: AgendaItem,
    *,
    basis: str,
    public_title: str,
    settled: Settled,
    actor: "User",
    choices: Mapping[int, Choice | str] | None = None,
    debate_closed: bool = False,
    seen: int | None = None,
) -> DoorPeriod | None:
    """Close the doors for ``item`` while the meeting is in session, and return the period; None where
    the body voted against it: then a proposal on the agenda to close them has had its answer, and the case is open.

    The debate on closing may be closed (``debate_closed``), the vote on it is open: its result stands in the public
    minutes. Where the law leaves no choice no vote is needed.

    Raises ``GuardRefused`` for a basis that is not on the list, without a title for the public, where "the law" is
    given and the body has a choice, for the second paragraph in a remote meeting (§ 11-7); ``WrongState`` where the
    doors are closed already or the item is decided.
    """
    proposed_closing.hold_folder(item)
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        found = legal_bases.find(basis)
        if found is None or not legal_bases.is_valid(basis):
            raise GuardRefused(_("Choose the provision that the doors are closed under (Local Government Act § 11-5)."))
        if not public_title.strip():
            raise GuardRefused(
                _("Write the title that the public sees: the case list is public (Local Government Act § 11-5).")
            )
        if fresh.decided is not None:
            raise WrongState(_("%(item)s has been decided already.") % {"item": fresh.label})
        if fresh.door_periods.filter(opened_at__isnull=True).exists():
            raise WrongState(_("The doors are closed for this case already."))
        if settled == Settled.LAW and not found.mandatory:
            raise GuardRefused(
                _(
                    "Here the body chooses: say how it decided to close the doors (Local Government Act § 11-5 "
                    "third paragraph)."
                )
            )
        if held.meeting.remote and legal_bases.is_second_paragraph(basis):
            raise GuardRefused(
                _(
                    "This case cannot be treated in a meeting where members take part remotely (Local "
                    "Government Act § 11-7). Postpone it."
                )
            )
        ballot = None
        if settled == Settled.VOTE:
            with languages.municipal():
                text = str(_("The doors are closed for this case under %(basis)s.")) % {"basis": basis}
            motion = Motion(item=fresh, purpose=MotionPurpose.DOORS, text=text)
            ballot = cast_votes(held, fresh, motion, choices=choices)
            if not voting.tally_of(ballot).adopted:
                _keep_open(held, fresh)
                return None
        fresh.doors, fresh.closed_basis, fresh.public_title = Doors.CLOSED, basis, public_title.strip()
        period = DoorPeriod(item=fresh, basis=basis, settled=settled, ballot=ballot, debate_closed=debate_closed)
        with held.about("forum.doors_closed", fresh, data={"basis": basis, "settled": settled}):
            fresh.save()
            period.save()
    return period


@transaction.atomic
def keep_doors_open(item: AgendaItem, *, actor: "User", seen: int | None = None) -> None:
    """Record that everybody voted against closing the doors that are proposed closed for ``item``: a vote like any
    other, in the open.

    Raises ``GuardRefused`` where the law leaves no choice (§ 11-5 second paragraph); ``WrongState`` where nothing is
    proposed; and as a vote does.
    """
    proposed_closing.hold_folder(item)
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (_held, fresh):
        if not fresh.is_proposed_closed:
            raise WrongState(_("Closed doors are not proposed for this case."))
        if legal_bases.is_second_paragraph(fresh.closed_basis):
            raise GuardRefused(
                _(
                    "The law closes the doors for this case (Local Government Act § 11-5 second paragraph). Is it not "
                    "such a case, the proposal is taken back on the agenda."
                )
            )
        close_doors(
            fresh,
            basis=fresh.closed_basis,
            public_title=fresh.public_title,
            settled=Settled.VOTE,
            choices={voter.pk: Choice.AGAINST for voter in participants.entitled(fresh)},
            actor=actor,
        )


def _keep_open(held: Hold, item: AgendaItem) -> None:
    """Let the case be open where closed doors were proposed on the agenda, and the body has answered no."""
    if not item.is_proposed_closed:
        return
    basis = item.closed_basis
    item.doors, item.closed_basis, item.public_title = Doors.OPEN, "", ""
    with held.about("forum.doors_kept_open", item, data={"basis": basis}):
        item.save()
        proposed_closing.open_folder(held, item)


@transaction.atomic
def open_doors(item: AgendaItem, *, actor: "User", seen: int | None = None) -> None:
    """Open the doors again for ``item``. From here on it is public; what was said behind closed doors is not, and is
    left out of the public minutes.

    Raises ``WrongState`` where they are not closed, and once the case is decided: what was decided behind closed doors
    stays there.
    """
    proposed_closing.hold_folder(item)
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if not fresh.is_closed:
            raise WrongState(_("The doors are open for this case."))
        if fresh.decided is not None:
            raise WrongState(_("%(item)s has been decided already.") % {"item": fresh.label})
        before = fresh.closed_basis
        period = fresh.door_periods.filter(opened_at__isnull=True).first()
        fresh.doors, fresh.closed_basis, fresh.public_title = Doors.OPEN, "", ""
        with held.about("forum.doors_opened", fresh, data={"basis": before}):
            fresh.save()
            if period is not None:
                period.opened_at = clock.now()
                period.save()
            proposed_closing.open_folder(held, fresh)
