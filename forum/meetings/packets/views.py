"""The meeting packet on the web: how it stands, the file, the same words on the screen, and the agenda alone."""

import hashlib
from typing import ClassVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from forum.meetings.core.closed import noting
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import agenda_is_out
from forum.meetings.core.web import crumbs_of, fetch, title_of
from forum.meetings.enums import MeetingKind
from forum.meetings.minutes.printing.responses import as_pdf, audience_of
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries, services
from trepart.access import policy
from trepart.access.web import PUBLIC, Access, permitted, reader_of
from trepart.audit import sealing
from trepart.pdf.on_demand import printed_on_demand
from trepart.refusals import Refused

AGENDA_TEMPLATE = "meetings/packets/pdf/agenda.html"
#: How often the page asks while a packet is made, and is loaded again for who chose that instead; in seconds.
EVERY, RELOAD = 3, 5


def with_papers(request: HttpRequest, pk: int) -> Meeting:
    """Fetch a meeting whose agenda is out, or answer 404: before that there are no papers for anybody."""
    meeting = fetch(request, pk)
    if not agenda_is_out(meeting) or meeting.kind == MeetingKind.LOG:
        raise Http404
    return meeting


def wanted(request: HttpRequest, meeting: Meeting) -> Audience:
    """Return which version is asked for: the reader's own, or the public one where a member asks for that
    (``utgave=offentlig``)."""
    return Audience.PUBLIC if request.GET.get("utgave") == "offentlig" else audience_of(request, meeting)


def audiences(request: HttpRequest, meeting: Meeting) -> list[Audience]:
    """Return the versions the reader may have, the reader's own first."""
    own = audience_of(request, meeting)
    return [own] if own == Audience.PUBLIC else [own, Audience.PUBLIC]


def etag_of(request: HttpRequest, meeting: Meeting) -> str:
    """Return the version of what this reader is told of the packets."""
    told: list[object] = [meeting.pk, meeting.status, request.user.pk or 0, get_language()]
    for audience in audiences(request, meeting):
        for row in queries.packets_of(meeting, audience):
            told.append((row.pk, row.stage, row.done, row.total, bool(row.file), row.failure) if row else None)
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'


def context_of(request: HttpRequest, meeting: Meeting) -> dict[str, object]:
    """Return what the part that keeps up shows."""
    standings = [queries.progress_of(meeting, audience) for audience in audiences(request, meeting)]
    makes = policy.can(request.user, "forum.plan_meeting", meeting) and meeting.status in services.WANTED
    return {
        "meeting": meeting,
        "standings": standings,
        "makes": makes,
        "making": any(one.making for one in standings),
    }


class PacketView(View):
    """How the packet stands: to read, being made, older than the agenda, or failed; and the
    press that makes it anew."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        meeting = with_papers(request, pk)
        context = context_of(request, meeting)
        by_itself = request.GET.get("last") == "selv"
        return render(
            request,
            "meetings/packets/packet_detail.html",
            {
                **context,
                "title": title_of(meeting),
                "etag": etag_of(request, meeting),
                "part_url": reverse("forum:packet_part", args=[meeting.pk]),
                "every": EVERY,
                "reload": RELOAD if by_itself and context["making"] else 0,
                "crumbs": crumbs_of(meeting, (_("Meeting papers"), None)),
            },
        )


class PacketPartView(View):
    """The part that keeps up alone, or 304 where nothing has happened."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the part as it is now."""
        meeting = with_papers(request, pk)
        etag = etag_of(request, meeting)
        response: HttpResponse
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponseNotModified()
        else:
            response = render(request, "meetings/packets/_packet_standing.html", context_of(request, meeting))
        response["ETag"] = etag
        return response


class MakePacketView(View):
    """Making a packet anew."""

    access: ClassVar[Access] = permitted("forum.plan_meeting")

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Ask for it. Two presses make one packet."""
        meeting = fetch(request, pk, "forum.plan_meeting")
        audience = Audience.PUBLIC if request.POST.get("audience") == Audience.PUBLIC else Audience.INTERNAL
        if audience not in audiences(request, meeting):
            raise Http404
        try:
            services.ask(meeting, audience, actor=reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        return redirect("forum:packet", meeting.pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Nothing is made by looking: back to the page with the button."""
        return redirect("forum:packet", fetch(request, pk, "forum.plan_meeting").pk)


class PacketPdfView(View):
    """The packet as it was made, byte for byte, for this reader. Who takes out what is exempt is written down."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer with the file; 404 where there is none, or where it holds what is no longer open."""
        meeting = with_papers(request, pk)
        audience = wanted(request, meeting)
        found = queries.progress_of(meeting, audience)
        if found.made is None or found.withheld:
            raise Http404
        try:
            stored = found.made.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        kept = found.made.holds_exempt or (audience == Audience.INTERNAL and noting.meeting_keeps(meeting))
        noting.note(request, meeting, "packet_pdf", kept=kept)
        own = "" if audience == Audience.PUBLIC else f"-{_('members')}"
        name = f"{meeting.body.slug}-{meeting.pk}-sakspapirer{own}.pdf"
        response = FileResponse(stored, content_type="application/pdf", filename=name)
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


class PacketReadView(View):
    """The same papers on the screen, as they are now: one structure, one template part, the packet's own order."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show all of it on one page."""
        meeting = with_papers(request, pk)
        audience = wanted(request, meeting)
        document = queries.build(meeting, audience)
        inside = audience == Audience.INTERNAL
        kept = document.holds_exempt or (inside and noting.any_kept_in(meeting, document.items))
        noting.note(request, meeting, "packet_read", kept=kept)
        return render(
            request,
            "meetings/packets/packet_read.html",
            {
                "meeting": meeting,
                "packet": document,
                "document_language": document.language,
                "crumbs": crumbs_of(
                    meeting,
                    (_("Meeting papers"), reverse("forum:packet", args=[meeting.pk])),
                    (_("Read"), None),
                ),
            },
        )


class AgendaPdfView(View):
    """Notice and agenda alone, in print: made when asked for, from the same structure."""

    access: ClassVar[Access] = PUBLIC.showing("forum.view_meeting")

    @printed_on_demand
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the PDF for this reader."""
        meeting = with_papers(request, pk)
        audience = wanted(request, meeting)
        document = queries.agenda(meeting, audience)
        kept = audience == Audience.INTERNAL and noting.any_kept_in(meeting, document.items)
        noting.note(request, meeting, "agenda_pdf", kept=kept)
        content = services.to_pdf(
            meeting, document, template=AGENDA_TEMPLATE, stem="saksliste", seal=str(sealing.newest() or "")
        )
        return as_pdf(content, f"{meeting.body.slug}-{meeting.pk}-saksliste.pdf")
