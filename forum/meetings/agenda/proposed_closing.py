"""Proposing on the agenda that a case is treated behind closed doors (koml § 11-5, R8).

Only the body closes the doors, in the meeting (`forum.meetings.session.closed_doors`). What is proposed closed is
withheld at once: the public reads number, basis and a title written for it, until the body answers.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases import legal_bases
from forum.cases.enums import CaseAccess
from forum.cases.services import cases
from forum.meetings.core.locking import BEFORE_THE_END, Hold, hold_item, lock_case
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Doors, MotionPurpose
from trepart.refusals import GuardRefused, WrongState

if TYPE_CHECKING:
    from trepart.access.models import User

PLAN = "forum.plan_meeting"


def propose(item: AgendaItem, *, basis: str, public_title: str) -> None:
    """Set on ``item``, which the caller saves, that it is proposed closed under ``basis`` and known as ``public_title``
    until the body has answered. Raises ``GuardRefused`` for a basis that is not on the list, without a title, and for
    the second paragraph in a remote meeting (§ 11-7, R9)."""
    if not legal_bases.is_valid(basis.strip()):
        raise GuardRefused(
            _("Choose the provision that the case is proposed closed under (Local Government Act § 11-5).")
        )
    if not public_title.strip():
        raise GuardRefused(
            _("Write the title that the public sees: the case list is public (Local Government Act § 11-5).")
        )
    item.doors, item.closed_basis, item.public_title = Doors.PROPOSED, basis.strip(), public_title.strip()
    if item.meeting.remote and never_remote([item]):
        raise GuardRefused(
            _(
                "This case cannot be treated in a meeting where members take part remotely (Local Government Act § "
                "11-7). Put it on another meeting, or let everybody meet in one place."
            )
        )


def propose_as_before(item: AgendaItem) -> None:
    """Propose ``item`` closed as it was the last time its case stood on an agenda: a case that was postponed or sent
    back is not public because it is put on anew."""
    before = item.continues
    if item.case is not None:
        before = AgendaItem.objects.filter(case=item.case).order_by("-pk").first()
    if before is not None and before.is_withheld_by_doors:
        propose(item, basis=before.closed_basis, public_title=before.public_title)


def never_remote(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Return those of ``items`` that nobody may take part in remotely: closed, or proposed closed, under the second
    paragraph of § 11-5 (§ 11-7, R9)."""
    return [item for item in items if legal_bases.is_second_paragraph(item.closed_basis)]


def open_folder(held: Hold, item: AgendaItem) -> None:
    """Let the case of ``item`` be read as the meeting is, where it was exempt on a basis for closed doors alone, and
    they do not close it any more: its folder was opened while it was proposed closed. The caller holds the case."""
    case = item.folder
    if case is None or case.access != CaseAccess.RECEIVER or legal_bases.find(case.access_basis) is None:
        return
    access = CaseAccess.PUBLIC if held.meeting.body.meetings_open else CaseAccess.EMPLOYEES
    cases.set_access(case, access=access, actor=held.actor)


def hold_folder(item: AgendaItem) -> None:
    """Lock the case of ``item``, which comes before its meeting; the caller has opened a transaction."""
    folder = item.folder
    if folder is not None:
        lock_case(folder.pk)


def propose_closing(
    item: AgendaItem, *, basis: str, public_title: str, actor: "User", seen: int | None = None
) -> AgendaItem:
    """Propose that ``item`` is treated behind closed doors, or change the proposal. Raises as :func:`propose`, and
    ``WrongState`` once the body has answered in the meeting."""
    with hold_item(item, actor=actor, permission=PLAN, at=BEFORE_THE_END, seen=seen) as (held, fresh):
        _not_answered(fresh)
        propose(fresh, basis=basis, public_title=public_title)
        with held.about("forum.closing_proposed", fresh, data={"basis": fresh.closed_basis}):
            fresh.save()
    return fresh


@transaction.atomic
def take_back(item: AgendaItem, *, actor: "User", seen: int | None = None) -> AgendaItem:
    """Take the proposal back: the case and its title are as public as the meeting. Raises ``WrongState`` where nothing
    is proposed, and once the body has answered."""
    hold_folder(item)
    with hold_item(item, actor=actor, permission=PLAN, at=BEFORE_THE_END, seen=seen) as (held, fresh):
        _not_answered(fresh)
        if not fresh.is_proposed_closed:
            raise WrongState(_("Closed doors are not proposed for this case."))
        basis = fresh.closed_basis
        fresh.doors, fresh.closed_basis, fresh.public_title = Doors.OPEN, "", ""
        with held.about("forum.closing_taken_back", fresh, data={"basis": basis}):
            fresh.save()
            open_folder(held, fresh)
    return fresh


def is_answered(item: AgendaItem) -> bool:
    """Say whether the body has answered in the meeting whether the doors are closed for ``item``, or decided it."""
    return (
        item.decided is not None
        or item.door_periods.exists()
        or item.ballots.filter(motion__purpose=MotionPurpose.DOORS).exists()
    )


def _not_answered(item: AgendaItem) -> None:
    if is_answered(item):
        raise WrongState(
            _(
                "The body has decided whether the doors are closed for this case. It is changed in the meeting, by the "
                "body (Local Government Act § 11-5)."
            )
        )
