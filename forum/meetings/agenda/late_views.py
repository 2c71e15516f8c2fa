"""Putting a case on an agenda that is out: who wants it, and who may read it, asked before it exists (R7, R8)."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.agenda import late
from forum.meetings.agenda.forms import LateItemForm
from forum.meetings.agenda.models import ItemDraft
from forum.meetings.agenda.services import PLAN
from forum.meetings.core.locking import BEFORE_THE_END
from forum.meetings.core.models import Meeting
from forum.meetings.core.web import crumbs_of, fetch, status_of, title_of
from trepart.access import interrupted_forms
from trepart.access.web import Access, permitted, reader_of
from trepart.db.locking import lock
from trepart.refusals import Refused
from trepart.text.numbers import number

#: What is put on an agenda that is out on the page here, with the name of what
#: it is about.
ASKED_FIRST = {"take": "referral", "demand": "demand", "question": "question", "again": "postponed", "new": ""}


def late_address(meeting: Meeting, sent: QueryDict) -> str:
    """Return the page that asks about a late case before it is put on."""
    address, name = reverse("forum:meeting_late_item", args=[meeting.pk]), ASKED_FIRST[str(sent["do"])]
    wanted = number(sent.get(name)) if name else None
    return f"{address}?{name}={wanted}" if wanted else address


class LateItemView(View):
    """A case that comes after the notice: from the queue, demanded, asked, or written here; put on, or kept as a
    draft."""

    access: ClassVar[Access] = permitted(PLAN)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the form, with what a draft holds."""
        meeting = fetch(request, pk, PLAN)
        if meeting.status not in BEFORE_THE_END:
            return redirect(meeting)
        draft = self.draft(meeting, request.GET)
        source = self.source(meeting, request.GET, draft)
        given_back = interrupted_forms.give_back(request)
        return self.page(request, meeting, source, draft, self.form(source, given_back, self.known(source, draft)))

    @staticmethod
    def known(source: late.Source, draft: ItemDraft | None) -> Mapping[str, object]:
        """Return what the form begins with: the draft, or what was proposed before."""
        if draft is not None:
            return {name: getattr(draft, name) for name in late.KEPT}
        return source.proposed_before()

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Put the case on, keep it as a draft, or throw the draft away."""
        with transaction.atomic():
            lock(fetch(request, pk, PLAN))
            return self.write(request, fetch(request, pk, PLAN), request.POST.get("do", ""))

    def write(self, request: HttpRequest, meeting: Meeting, wanted: str) -> HttpResponseBase:
        """Do what was pressed, unless somebody else has written in the draft meanwhile."""
        if wanted not in ("put_on", "draft", "discard"):
            raise Http404
        draft = self.draft(meeting, request.POST)
        source = self.source(meeting, request.POST, draft)
        form = self.form(source, request.POST, self.known(source, draft), draft=wanted == "draft")
        if wanted != "discard" and not form.is_valid():
            return self.page(request, meeting, source, draft, form, status=422)
        actor = reader_of(request)
        try:
            if wanted == "discard":
                if draft is None:
                    raise Http404
                late.discard(draft, actor=actor)
                messages.success(request, _("The draft is thrown away."))
            elif wanted == "draft":
                late.save_draft(meeting, source=source, said=form.cleaned_data, draft=draft, actor=actor)
                messages.success(request, _("Saved as a draft. Only those who plan the meeting see it."))
            else:
                item = late.put_on(
                    meeting, source=source, closing=form.closing(), said=form.cleaned_data, draft=draft, actor=actor
                )
                messages.success(request, _("On the agenda: %(title)s.") % {"title": item.title})
        except Refused as refusal:
            return self.page(request, meeting, source, draft, form, refusal=refusal)
        return redirect("forum:meeting_agenda", meeting.pk)

    @staticmethod
    def draft(meeting: Meeting, sent: QueryDict) -> ItemDraft | None:
        """Return the draft that is named; 404 where it is gone."""
        wanted = number(sent.get("draft"))
        if not wanted:
            return None
        along = ("referral__case", "demand", "question", "again__case")
        found = meeting.item_drafts.select_related(*along).filter(pk=wanted).first()
        if found is None:
            raise Http404
        return found

    @staticmethod
    def source(meeting: Meeting, sent: QueryDict, draft: ItemDraft | None) -> late.Source:
        """Return where the case comes from; 404 where it does not wait there."""
        if draft is not None:
            return late.Source(draft.referral, draft.demand, draft.question, draft.again)
        ids = {name: number(sent.get(name)) for name in ("referral", "demand", "question", "postponed")}
        found = late.source_of(meeting, **ids)
        if found is None:
            raise Http404
        return found

    @staticmethod
    def form(
        source: late.Source,
        data: Mapping[str, object] | None,
        initial: Mapping[str, object],
        *,
        draft: bool = False,
    ) -> LateItemForm:
        """Return the form; of a demand and a question it is known who wants it, and why."""
        form = LateItemForm(data, initial=initial, own_words=source.own_words, outside=source.outside, draft=draft)
        if source.demand is not None or source.question is not None:
            del form.fields["wanted_by"], form.fields["why_late"]
        return form

    @staticmethod
    def page(
        request: HttpRequest,
        meeting: Meeting,
        source: late.Source,
        draft: ItemDraft | None,
        form: LateItemForm,
        *,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Render the form."""
        agenda = reverse("forum:meeting_agenda", args=[meeting.pk])
        return render(
            request,
            "meetings/agenda/late_item.html",
            {
                "meeting": meeting,
                "title": title_of(meeting),
                "source": source,
                "draft": draft,
                "form": form,
                "refusal": refusal.message if refusal else "",
                "form_owner": interrupted_forms.owner_token(request),
                "cancel_url": agenda,
                "crumbs": crumbs_of(meeting, (_("Agenda"), agenda), (_("A case after the notice"), None)),
            },
            status=status_of(refusal) if refusal else status,
        )
