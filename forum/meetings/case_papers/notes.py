"""Private notes and highlights. They leave no trace in the trail: nobody else is to know that they are there."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.meetings.case_papers.note_models import PaperNote
from forum.meetings.core.models import AgendaItem
from trepart.access.models import User
from trepart.db.locking import lock
from trepart.outdated_pages import mark_of
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: So many on one item, so that nobody fills the database by mistake.
MOST = 200
QUOTE, TEXT = 2000, 5000


def of(person: "User", item: AgendaItem) -> "QuerySet[PaperNote]":
    """Return ``person``'s own notes on ``item``. The only way notes are read."""
    return PaperNote.objects.filter(person=person, item=item)


@transaction.atomic
def add(
    item: AgendaItem, *, person: "User", text: str = "", quote: str = "", block: str = "", start: int = 0
) -> PaperNote:
    """Keep a note, a highlight, or both; the same highlight twice is kept once. Raises ``GuardRefused`` where
    nothing is said, or too much.

    The caller has asked whether ``person`` may read the item.
    """
    text, quote = text.strip(), quote.strip()
    if not text and not quote:
        raise GuardRefused(_("Write something first."))
    if len(text) > TEXT or len(quote) > QUOTE:
        raise GuardRefused(_("That is too long for one note."))
    # The marks of one reader are kept one at a time: sent twice at once, the second finds the first.
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    own = of(person, item)
    if quote and not text:
        there = own.filter(quote=quote, block=block, start=start).first()
        if there is not None:
            return there
    if own.count() >= MOST:
        raise GuardRefused(_("There is no room for more notes on this case. Delete some first."))
    return PaperNote.objects.create(person=person, item=item, text=text, quote=quote, block=block, start=start)


@transaction.atomic
def change(note: PaperNote, *, text: str, was: str | None = None) -> bool:
    """Write a note anew; an empty one without a highlight is removed.

    ``was`` is the mark of the text as the page had it. Written in another window meanwhile, nothing of it is deleted:
    both texts stand in the note, and the answer is False. Raises ``GuardRefused`` where that is more than a note has
    room for: nothing is cut, and what stands there stays.
    """
    if not lock(note):
        return True
    note.refresh_from_db()
    text = text.strip()
    alone = was is None or was == note.mark or text == note.text.strip()
    if not alone and text and mark_of(text) != was:
        text = f"{note.text}\n\n{text}"
    elif not alone:
        text = note.text
    if len(text) > TEXT:
        raise GuardRefused(_("That is too long for one note."))
    note.text = text
    if not note.text and not note.quote:
        note.delete()
        return True
    note.save()
    return alone


def forget(person: "User") -> None:
    """Remove every note with the account (R31)."""
    PaperNote.objects.filter(person=person).delete()
