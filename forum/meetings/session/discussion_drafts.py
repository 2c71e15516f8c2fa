"""What a secretary is writing of an item's treatment, kept while it is written, and forgotten when it
is saved for real (R31)."""

from typing import TYPE_CHECKING

from django.db.models import F

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.session.models import DiscussionDraft
from trepart import clock

if TYPE_CHECKING:
    from trepart.access.models import User


def keep_draft(item: AgendaItem, *, text: str, seen: int, actor: "User") -> DiscussionDraft | None:
    """Keep what ``actor`` is writing, for that person alone; None where it is what stands in the minutes already, and
    there is nothing to keep.

    No event: nothing is recorded before it is saved. Raises ``NotPermitted``, and ``WrongState`` outside the meeting.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION) as (held, fresh):
        if text.strip() == fresh.discussion:
            forget(fresh, held.actor)
            return None
        draft, _created = DiscussionDraft.objects.update_or_create(
            item=fresh, author=held.actor, defaults={"text": text, "seen": seen, "saved_at": clock.now()}
        )
        return draft


def forget(item: AgendaItem, author: "User") -> None:
    """Forget what ``author`` was writing in ``item``."""
    DiscussionDraft.objects.filter(item=item, author=author).delete()


def draft_of(item: AgendaItem, author: "User") -> DiscussionDraft | None:
    """Return what ``author`` was writing in ``item``, where it is not in the minutes yet."""
    return DiscussionDraft.objects.filter(item=item, author=author).exclude(text=item.discussion).first()


def unsaved(meeting: Meeting) -> list[DiscussionDraft]:
    """Return what somebody was writing in the items of ``meeting`` and never put in the minutes, for the one who is
    about to end it: whose and where, with the item."""
    drafts = DiscussionDraft.objects.filter(item__meeting=meeting).exclude(text=F("item__discussion")).exclude(text="")
    return list(drafts.select_related("item", "author").order_by("item__position", "pk"))
