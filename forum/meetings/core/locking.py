"""The lock every write in a meeting takes: the right is asked for afresh, and an old page is refused."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.models import Case
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingStatus
from trepart import audit
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.authorising import authorise
from trepart.db.locking import lock
from trepart.outdated_pages import check_seen
from trepart.refusals import WrongState
from trepart.workflow import Step

#: Where the agenda may still be changed, and where what happens at the meeting may be recorded.
BEFORE_THE_END = (MeetingStatus.PLANNED, MeetingStatus.CALLED, MeetingStatus.IN_SESSION)
AROUND_THE_TABLE = (MeetingStatus.CALLED, MeetingStatus.IN_SESSION)
IN_SESSION = (MeetingStatus.IN_SESSION,)


@dataclass(frozen=True)
class Hold:
    """A meeting locked by somebody who has the right to what is about to be written."""

    meeting: Meeting
    actor: User
    acting: audit.Acting | None

    def about_meeting(
        self, action: str, *, data: Mapping[str, object] | None = None, text: Mapping[str, object] | None = None
    ) -> AbstractContextManager[Event]:
        """Open the event under which something about the meeting is written."""
        return audit.recorded(
            action,
            actor=self.actor,
            subject=self.meeting,
            savepoint=False,
            acting=self.acting,
            data=data,
            text=text,
        )

    def about(
        self,
        action: str,
        item: AgendaItem,
        *,
        data: Mapping[str, object] | None = None,
        text: Mapping[str, object] | None = None,
    ) -> AbstractContextManager[Event]:
        """Open the event under which something about ``item`` is written.

        Its subject is always the item, so that the newest one is the item's version (:func:`version`). ``closed`` tells
        readers of the trail that the words belong behind closed doors.
        """
        return audit.recorded(
            action,
            actor=self.actor,
            subject=item,
            savepoint=False,
            root=self.meeting,
            acting=self.acting,
            data={"label": item.label, "closed": item.is_withheld_by_doors, **(data or {})},
            text=text,
        )

    def about_case(self, action: str, item: AgendaItem) -> None:
        """Tell in the story of the item's case what has happened to it here; nothing where it has none."""
        if item.referral is None:
            return
        audit.write(
            action,
            actor=self.actor,
            subject=item.referral,
            root=item.referral.case,
            acting=self.acting,
            data=on_agenda(item, self.meeting),
        )


def on_agenda(item: AgendaItem, meeting: Meeting) -> dict[str, object]:
    """Return where an item stands, for the story of its case."""
    return {
        "body": meeting.body.name,
        "meeting": meeting.pk,
        "item": item.pk,
        "label": item.label,
        "starts_at": meeting.starts_at,
    }


def lock_case(case_id: int) -> None:
    """Lock a case. Where a case and a meeting are both needed, the case is locked first."""
    lock(Case(pk=case_id))


@contextmanager
def hold(
    meeting: Meeting,
    *,
    actor: User,
    permission: str,
    at: Collection[MeetingStatus],
    cause: Step | None = None,
) -> Iterator[Hold]:
    """Open a transaction, lock the meeting, ask for the right afresh, and see that the meeting
    is where this can be done.

    ``cause`` is the step this follows from, which has asked for its own right. Raises
    ``NotPermitted`` or ``WrongState``.
    """
    with transaction.atomic():
        if not lock(meeting):
            raise Meeting.DoesNotExist
        locked = Meeting.objects.select_related("body").get(pk=meeting.pk)
        if cause is not None:
            acting = cause.acting
        else:
            by = authorise(actor, permission, locked)
            actor, acting = by.actor, by.acting
        if locked.status not in at:
            raise WrongState(
                _("This cannot be done now: the meeting is %(status)s.")
                % {"status": MeetingStatus(locked.status).label}
            )
        yield Hold(locked, actor, acting)


@contextmanager
def hold_item(
    item: AgendaItem,
    *,
    actor: User,
    permission: str,
    at: Collection[MeetingStatus],
    seen: int | None = None,
    cause: Step | None = None,
) -> Iterator[tuple[Hold, AgendaItem]]:
    """As :func:`hold`, and fetch the item anew under the lock. A withdrawn item raises ``WrongState``."""
    with hold(item.meeting, actor=actor, permission=permission, at=at, cause=cause) as held:
        with_links = AgendaItem.objects.select_related("referral__case", "referral__body", "case", "decision")
        fresh = with_links.filter(pk=item.pk).first()
        if fresh is None or fresh.meeting_id != held.meeting.pk:
            raise WrongState(_("This case has been taken off the agenda."))
        if fresh.withdrawn_at is not None:
            raise WrongState(_("%(item)s has been withdrawn.") % {"item": fresh.label or fresh.title})
        check_seen(fresh, seen)
        fresh.meeting = held.meeting
        yield held, fresh
