"""Printed files on the web: who reads which version, and how a file is sent."""

from django.http import HttpRequest, HttpResponse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes.models import PrintedVersion
from forum.meetings.minutes.structure import Audience
from trepart.access import policy
from trepart.access.web import reader_of
from trepart.audit import viewing


def audience_of(request: HttpRequest, meeting: Meeting) -> Audience:
    """Return which of the two renderings the reader gets."""
    return Audience.INTERNAL if policy.can(request.user, "forum.view_closed", meeting) else Audience.PUBLIC


def pdf_response(request: HttpRequest, meeting: Meeting, version: PrintedVersion, *, name: str) -> HttpResponse:
    """Answer with the file of ``version`` that is for this reader; reading what is kept from others is written down."""
    internal = audience_of(request, meeting) == Audience.INTERNAL
    if internal and any(item["closed_basis"] or item.get("exempt_basis") for item in version.internal["items"]):
        viewing.log_view(reader_of(request), meeting, f"{version._meta.model_name}.pdf")
    return as_pdf(bytes(version.internal_pdf if internal else version.public_pdf), name)


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a printed document, shown in the browser and kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
