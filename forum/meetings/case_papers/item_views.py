"""One item as its readers read it, with their own notes and highlights beside it."""

from dataclasses import dataclass
from typing import ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.cases.case_owners import owner_of
from forum.meetings.case_papers import notes
from forum.meetings.case_papers import queries as papers
from forum.meetings.case_papers.forms import NoteForm
from forum.meetings.case_papers.views import note_view
from forum.meetings.core import queries
from forum.meetings.core.closed import noting
from forum.meetings.core.closed.access import is_inside
from forum.meetings.core.locking import BEFORE_THE_END
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.readable_items import minutes_are_out
from forum.meetings.core.web import crumbs_of, fetch, item_of, status_of, title_of
from forum.meetings.enums import PaperSection
from trepart.access import interrupted_forms, policy
from trepart.access.models import User
from trepart.access.web import PUBLIC, Access, reader_of
from trepart.refusals import Refused
from trepart.text import normal
from trepart.text import plain as plain_text
from trepart.text.numbers import number


@dataclass
class Unsaved:
    """What was written in a note and not saved: the note, the text, the mark its page had, and why."""

    note: int
    text: str
    was: str | None
    problem: str = ""


class PaperView(View):
    """One item of an agenda that is out. Notes are kept for whoever is signed in, and shown to that person alone."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def item(self, request: HttpRequest, pk: int, item: int) -> tuple[Meeting, AgendaItem]:
        """Fetch the item, or answer 404 to who may not read it."""
        meeting = fetch(request, pk)
        plans = policy.can(request.user, "forum.plan_meeting", meeting)
        if not queries.agenda_is_out(meeting) and not plans:
            raise Http404
        found = item_of(meeting, item)
        if found.is_withheld and not policy.can(request.user, "forum.view_closed", found):
            raise Http404
        return meeting, found

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Show the paper."""
        meeting, found = self.item(request, pk, item)
        noting.note(request, meeting, "item", kept=found.is_withheld)
        return self.page(request, meeting, found, NoteForm(interrupted_forms.give_back(request)))

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
        """Keep, change or remove a note of one's own."""
        meeting, found = self.item(request, pk, item)
        if not request.user.is_authenticated:
            raise Http404
        person = reader_of(request)
        form = NoteForm(request.POST)
        here = reverse("forum:paper", args=[meeting.pk, found.pk])
        wanted = request.POST.get("do", "note")
        if wanted in ("change", "delete"):
            note = notes.of(person, found).filter(pk=number(request.POST.get("note")) or 0).first()
            if note is None:
                raise Http404
            if wanted == "delete":
                note.delete()
                messages.success(request, _("The note is deleted."))
                return redirect(f"{here}#notater")
            sent = Unsaved(note.pk, normal.lines(request.POST.get("text", "")), request.POST.get("was"))
            try:
                alone = notes.change(note, text=sent.text, was=sent.was)
            except Refused as refusal:
                sent.problem = str(refusal.message)
                return self.page(request, meeting, found, NoteForm(), status=status_of(refusal), unsaved=sent)
            if alone:
                messages.success(request, _("Saved."))
            else:
                messages.warning(request, _("You have written in this note in another window. See what it says now."))
            return redirect(f"{here}#notater")
        try:
            if not form.is_valid():
                return self.page(request, meeting, found, form, status=422)
            notes.add(found, person=person, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.page(request, meeting, found, form, status=status_of(refusal))
        return redirect(f"{here}#notater")

    def decided(self, request: HttpRequest, meeting: Meeting, item: AgendaItem) -> queries.ItemLine | None:
        """Return the item with what was decided in it; None where nothing is, or this reader may not know it yet."""
        if item.decided is None:
            return None
        inside = policy.can(request.user, "forum.view_closed", meeting) or is_inside(request.user, meeting)
        return queries.ItemLine(item, False) if queries.is_told(meeting, inside=inside) else None

    def page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        item: AgendaItem,
        form: NoteForm,
        status: int = 200,
        unsaved: Unsaved | None = None,
    ) -> HttpResponse:
        """Render the paper."""
        signed_in = isinstance(request.user, User)
        owner = owner_of(item.referral) if item.referral is not None else None
        reading = papers.readings_of([item], request.user).get(item.pk)
        if reading is not None:
            note_view(request, reading)
        context = {
            "meeting": meeting,
            "title": title_of(meeting),
            "item": item,
            "line": self.decided(request, meeting, item),
            "minutes_out": minutes_are_out(meeting),
            "form": form,
            "signed_in": signed_in,
            "paper": reading,
            "recommendation": _own_recommendation(item, reading),
            # What is written when it is decided belongs to the agenda it comes on next.
            "may_write": meeting.status in BEFORE_THE_END and policy.can(request.user, "forum.plan_meeting", meeting),
            "unsaved": unsaved,
            "notes": list(notes.of(reader_of(request), item)) if signed_in else [],
            "case_url": owner.url(item.referral)
            if owner is not None and item.referral is not None and signed_in
            else "",
            "form_owner": interrupted_forms.owner_token(request),
            "crumbs": crumbs_of(meeting, (item.label or item.title, None)),
        }
        return render(request, "meetings/case_papers/item_read.html", context, status=status)


def _own_recommendation(item: AgendaItem, reading: papers.Reading | None) -> str:
    """Return the recommendation that stands on the agenda, where the case paper does not say the same."""
    said = plain_text.plain(reading.html_of(PaperSection.RECOMMENDATION)) if reading is not None else ""
    return "" if said and said == item.recommendation else item.recommendation
