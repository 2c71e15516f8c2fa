"""What is being written of the discussion, kept without leaving the page."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.web import fetch, item_of, open_to, status_of
from forum.meetings.session.discussion.forms import DiscussionForm
from forum.meetings.session.discussion.services import keep_draft
from forum.meetings.session.item_page.views import RUN
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.refusals import Refused
from trepart.text.dates import time_text
from trepart.text.numbers import number


class DraftView(View):
    """What is being written of an item's treatment, kept by itself while it is written. Without JavaScript nobody comes
    here: the button saves."""

    access: ClassVar[Access] = permitted(RUN)

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Keep the text, and answer with what stands there now and when it was kept, or why it was not."""
        found = open_to(request, item_of(fetch(request, pk, RUN), item))
        form = DiscussionForm(request.POST, item=found)
        if not form.is_valid():
            return JsonResponse({"said": " ".join(str(one) for one in form.errors.get("text", ()))}, status=422)
        sent = form.cleaned_data
        try:
            keep_draft(
                found,
                text=sent["text"],
                seen=number(request.POST.get("seen")) or 0,
                page=sent["page"],
                began=sent["began"] if form.add_prefix("began") in request.POST else None,
                actor=reader_of(request),
            )
        except Refused as refusal:
            return JsonResponse({"said": str(refusal)}, status=status_of(refusal))
        here = reverse("forum:meeting_run_item", args=[pk, item])
        interrupted_forms.forget(request, here, {"do": "discussion"})
        said = _("Kept as a draft at %(time)s.") % {"time": time_text(timezone.localtime())}
        return JsonResponse({"said": said, "stored": sent["text"]})
