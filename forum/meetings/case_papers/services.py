"""The case a paper is written in: opened for an item that has none, and its number in the archive (R28)."""

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers.drafts import hold
from forum.meetings.core.locking import BEFORE_THE_END, hold_item
from forum.meetings.core.models import AgendaItem
from trepart import audit
from trepart.access.models import User


def set_archive_reference(case: Case, *, reference: str, actor: User) -> Case:
    """Write the number the case has in the archive; empty takes it away. Nothing is written where nothing changes.
    Raises ``NotPermitted``."""
    with hold(case, actor=actor) as held:
        words = reference.strip()
        if held.case.archive_reference == words:
            return held.case
        held.case.archive_reference = words
        with audit.recorded(
            "forum.case_archived_as", actor=held.actor, acting=held.acting, subject=held.case, data={"number": words}
        ):
            held.case.save(update_fields=["archive_reference"])
    return held.case


def case_of(item: AgendaItem, *, actor: User) -> Case:
    """Return the case of ``item``; one that was put on the agenda by itself is given a case folder, which its paper
    needs (R28). Raises as `hold_item`."""
    if item.folder is not None:
        return item.folder
    with hold_item(item, actor=actor, permission=agenda.PLAN, at=BEFORE_THE_END) as (held, fresh):
        if fresh.folder is not None:
            return fresh.folder
        access = (
            CaseAccess.RECEIVER
            if fresh.is_withheld_by_doors
            else CaseAccess.PUBLIC
            if held.meeting.body.meetings_open
            else CaseAccess.EMPLOYEES
        )
        case = cases.open_case(title=fresh.title, actor=held.actor, access=access)
        if fresh.is_withheld_by_doors:
            case = cases.set_access(case, access=access, basis=fresh.closed_basis, actor=held.actor)
        fresh.case = case
        with held.about("forum.item_given_case", fresh, data={"case": case.reference}):
            fresh.save()
    return case
