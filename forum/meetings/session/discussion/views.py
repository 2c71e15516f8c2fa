"""What is being written of the discussion, kept without leaving the page."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.web import fetch, item_of, open_to, status_of
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.discussion.services import keep_draft
from forum.meetings.session.item_page.views import RUN
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import Refused
from trepart.text import normal
from trepart.text.dates import time_text
from trepart.text.numbers import number


class DraftView(View):
    """What is being written of an item's treatment, kept by itself while it is written. Without JavaScript nobody comes
    here: the button saves."""

    access: ClassVar[Access] = permitted(RUN)

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Keep the text, and say when in a line."""
        found = open_to(request, item_of(fetch(request, pk, RUN), item))
        text = DiscussionForm({"discussion-text": normal.lines(request.POST.get("text", ""))}, item=found)
        if not text.is_valid():
            said = " ".join(str(one) for one in text.errors.get("text", ()))
            return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
        try:
            keep_draft(
                found,
                text=text.cleaned_data["text"],
                seen=number(request.POST.get("seen")) or 0,
                page=request.POST.get("page", ""),
                began=request.POST.get("began"),
                actor=reader_of(request),
            )
        except Refused as refusal:
            return HttpResponse(str(refusal), status=status_of(refusal))
        return HttpResponse(_("Kept as a draft at %(time)s.") % {"time": time_text(timezone.localtime())})
