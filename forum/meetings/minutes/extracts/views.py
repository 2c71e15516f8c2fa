"""Saksprotokoll (særutskrift) of one case: the page and the PDF, from the very structure of the published minutes."""

from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forum.cases.case_owners import owner_of
from forum.meetings.core.closed import noting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.web import crumbs_of, fetch
from forum.meetings.minutes import structure as minutes_structure
from forum.meetings.minutes.building import called
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.printing.responses import as_pdf, audience_of
from forum.meetings.minutes.structure import Audience, MinutesDocument
from trepart import languages
from trepart.access import policy
from trepart.access.web import PUBLIC, Access
from trepart.pdf.on_demand import printed_on_demand

TEMPLATE = "meetings/minutes/pdf/extract.html"


class _Extract(View):
    """What the newest published minutes say of one case, to who may read it."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def find(
        self, request: HttpRequest, pk: int, item: int, action: str
    ) -> tuple[Meeting, AgendaItem, MinutesVersion, MinutesDocument]:
        """Fetch the case in the newest minutes, or answer 404: not published, not in them, or kept from this reader.
        Reading what is kept is written down."""
        meeting = fetch(request, pk)
        found = AgendaItem.objects.filter(meeting=meeting, pk=item).select_related("case", "referral__case").first()
        newest = MinutesVersion.objects.filter(minutes__meeting=meeting).defer("internal_pdf", "public_pdf").first()
        if found is None or newest is None or not found.label:
            raise Http404
        # Asked of the one case: whoever took part in it reads it, whatever else the meeting kept.
        inside = policy.can(request.user, "forum.view_closed", found)
        whole = minutes_structure.from_json(newest.internal if inside else newest.public)
        document = minutes_structure.extract(whole, found.label)
        if document is None:
            raise Http404
        noting.note(request, meeting, action, kept=inside and noting.any_kept_in(meeting, document.items))
        return meeting, found, newest, document


class ExtractView(_Extract):
    """The page."""

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Show the case as it stands in the minutes."""
        meeting, found, _newest, document = self.find(request, pk, item, "extract")
        owner = owner_of(found.referral)
        return render(
            request,
            "meetings/minutes/extract_detail.html",
            {
                "meeting": meeting,
                "item": found,
                "minutes": document,
                "pdf_url": reverse("forum:extract_pdf", args=[meeting.pk, found.pk]),
                "case_url": owner.url(found.referral) if owner is not None and found.referral is not None else "",
                "document_language": document.language or languages.default(),
                "crumbs": crumbs_of(
                    meeting,
                    (called(meeting), reverse("forum:minutes_detail", args=[meeting.pk])),
                    (found.label, None),
                ),
            },
        )


class RollCallView(View):
    """How each vote of a meeting went: who voted what, from the published minutes."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the votes, or answer 404 before the minutes are published."""
        meeting = fetch(request, pk)
        newest = MinutesVersion.objects.filter(minutes__meeting=meeting).defer("internal_pdf", "public_pdf").first()
        if newest is None:
            raise Http404
        audience = audience_of(request, meeting)
        whole = minutes_structure.from_json(newest.internal if audience == Audience.INTERNAL else newest.public)
        document = minutes_structure.roll_call(whole)
        kept = audience == Audience.INTERNAL and noting.any_kept_in(meeting, document.items)
        noting.note(request, meeting, "roll_call", kept=kept)
        return render(
            request,
            "meetings/minutes/extract_detail.html",
            {
                "meeting": meeting,
                "minutes": document,
                "document_language": document.language or languages.default(),
                "crumbs": crumbs_of(
                    meeting,
                    (called(meeting), reverse("forum:minutes_detail", args=[meeting.pk])),
                    (_("Votes"), None),
                ),
            },
        )


class ExtractPdfView(_Extract):
    """The same in print: made when asked for, and the same bytes each time, since the version it is
    taken from never changes."""

    @printed_on_demand
    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        """Answer with the PDF."""
        meeting, found, newest, document = self.find(request, pk, item, "extract.pdf")
        seal = f"{newest.seal_id}:{newest.seal_digest[:16]}" if newest.seal_id else ""
        content = documents.to_pdf(
            meeting, document, template=TEMPLATE, stem=f"-{found.pk}", seal=seal, created=newest.created_at
        )
        return as_pdf(content, f"{meeting.body.slug}-{meeting.pk}-{found.pk}-v{newest.number}.pdf")
