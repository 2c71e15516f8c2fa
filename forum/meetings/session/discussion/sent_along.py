"""Text being written of an item is saved along with whatever other button is pressed on its page.

The page's script sends the text with every form (``treatment``). Without the script the text is saved by its own
button.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.locking import IN_SESSION, hold_item
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.web import fetch, item_of, open_to
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.discussion.services import OtherWindow, keep_draft
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.access.web import reader_of
from trepart.outdated_pages import mark_of, version
from trepart.refusals import Refused
from trepart.text.numbers import number

RUN = "forum.run_meeting"
V = TypeVar("V", bound=View)
Post = Callable[[V, HttpRequest, int, int], HttpResponseBase]


def comes_along(post: Post[V]) -> Post[V]:
    """Keep what is being written as a draft first, so that a refusal loses nothing, and put it in the minutes when what
    was pressed has been done."""

    @wraps(post)
    def with_treatment(view: V, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        text = request.POST.get("treatment")
        if text is None:
            return post(view, request, pk, item)
        found = open_to(request, item_of(fetch(request, pk, RUN), item))
        form = DiscussionForm({"discussion-text": text}, item=found)
        if not form.is_valid() or form.cleaned_data["text"].strip() == found.discussion:
            return post(view, request, pk, item)
        began = request.POST.get("treatment_began")
        if began is not None and mark_of(form.cleaned_data["text"]) == began:
            return post(view, request, pk, item)  # nothing was written on this page: what stands there stays
        written, actor = form.cleaned_data["text"], reader_of(request)
        seen = number(request.POST.get("seen"))
        unseen = seen is not None and seen != version(found)
        kept = _keep(request, found, text=written, began=began, actor=actor)
        if kept:
            interrupted_forms.forget(request, request.path, {"do": "discussion"})
        answer = post(view, request, pk, item)
        if answer.status_code == 302 and kept and not unseen:
            _put_in_minutes(found, before=found.discussion, text=written, actor=actor)
        return answer

    return with_treatment


def _keep(request: HttpRequest, item: AgendaItem, *, text: str, began: str | None, actor: User) -> bool:
    """Keep the text as a draft; False where it is not to go on into the minutes by itself."""
    seen = number(request.POST.get("seen")) or 0
    try:
        keep_draft(item, text=text, seen=seen, actor=actor, page=request.POST.get("treatment_page", ""), began=began)
    except OtherWindow as other:
        # Written in two windows: both texts stand in the draft, one below the other, and the page shows them.
        keep_draft(item, text=f"{other.text.rstrip()}\n\n{text.strip()}", seen=seen, actor=actor)
        messages.warning(
            request,
            _("You have written of this case in two windows. Both texts stand in the field, not saved."),
        )
        return False
    except Refused:
        return False  # What was pressed is refused for the same reason, and says it.
    return True


def _put_in_minutes(item: AgendaItem, *, before: str, text: str, actor: User) -> None:
    """Save the text, unless somebody else has written of the item meanwhile: then it stays a draft, which the page
    shows beside what stands there."""
    try:
        # Asked under the lock it is saved under: nobody else saves in between.
        with hold_item(item, actor=actor, permission=RUN, at=IN_SESSION) as (_held, fresh):
            if fresh.discussion == before:
                discussion.save_discussion(fresh, text=text, actor=actor)
    except Refused:
        return  # The meeting ended in between; the draft is still there.
