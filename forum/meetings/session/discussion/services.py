"""What was said of an item, and the draft kept while it is written (R31)."""

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from forum.meetings.attendance.roll_call import RUN
from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.session.models import DiscussionDraft
from trepart import clock
from trepart.outdated_pages import is_saved_from, mark_of, saved_from
from trepart.refusals import WrongState

if TYPE_CHECKING:
    from trepart.access.models import User


class OtherWindow(WrongState):
    """The same person is writing of the item in another window, and what stands there was never on this page. Nothing
    was kept, and nothing deleted; ``text`` is what stands there."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            _(
                "Not kept: you have written something else here in another window. Nothing is lost. Press Save to put "
                "this text in the minutes, or open the page anew to see the other."
            )
        )


def keep_draft(
    item: AgendaItem, *, text: str, seen: int, actor: "User", page: str = "", began: str | None = None
) -> DiscussionDraft | None:
    """Keep what ``actor`` is writing, for that person alone; None where it is what stands in the minutes already, and
    there is nothing to keep.

    ``page`` marks the page it comes from and ``began`` the text that page began with (`mark_of`). Where the draft is
    neither from that page nor what it began with, it was written in another window: ``OtherWindow``. No event: nothing
    is recorded before it is saved. Raises ``NotPermitted``, and ``WrongState`` outside the meeting.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION) as (held, fresh):
        there = DiscussionDraft.objects.filter(item=fresh, author=held.actor).first()
        name = f"discussion:{fresh.pk}:{held.actor.pk}"
        stands = there.text if there is not None else fresh.discussion
        same = text.strip() == stands.strip()
        if began is not None and not same and mark_of(stands) != began and not is_saved_from(name, page):
            raise OtherWindow(stands)
        saved_from(name, page)
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


def save_discussion(
    item: AgendaItem, *, text: str, actor: "User", seen: int | None = None, page: str = "", began: str | None = None
) -> AgendaItem:
    """Save what was said in an item (Behandling). Raises ``WrongState`` for an old page, or outside the meeting.

    The draft is forgotten, unless it was written in another window (``page`` and ``began`` as in :func:`keep_draft`):
    then it stays, and the page shows it.
    """
    with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION, seen=seen) as (held, fresh):
        if fresh.discussion != text.strip():
            fresh.discussion = text.strip()
            with held.about("forum.discussion_saved", fresh):
                fresh.save()
        there = DiscussionDraft.objects.filter(item=fresh, author=held.actor).first()
        name = f"discussion:{fresh.pk}:{held.actor.pk}"
        if there is None or began is None or began == mark_of(there.text) or is_saved_from(name, page):
            forget(fresh, held.actor)
    return fresh
