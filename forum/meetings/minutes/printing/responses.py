"""Printed files on the web: who reads which version, and how a file is sent."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum.meetings.core.closed import noting
from forum.meetings.core.models import Meeting
from forum.meetings.minutes import stored_reasons, structure
from forum.meetings.minutes.models import PrintedVersion
from forum.meetings.minutes.printing import documents
from forum.meetings.minutes.structure import Audience
from trepart.access import policy


def audience_of(request: HttpRequest, meeting: Meeting) -> Audience:
    """Return which of the two renderings the reader gets."""
    return Audience.INTERNAL if policy.can(request.user, "forum.view_closed", meeting) else Audience.PUBLIC


def pdf_response(
    request: HttpRequest, meeting: Meeting, version: PrintedVersion, *, name: str, template: str, stem: str = ""
) -> HttpResponse:
    """Answer with the file of ``version`` that is for this reader; reading what is kept from others is written down.

    A version that says why people were absent is given as a print without it, with ``template``; the one that was
    published stays as it is, and is given to nobody (R29, R51).
    """
    internal = audience_of(request, meeting) == Audience.INTERNAL
    kept = internal and noting.any_kept_in(meeting, structure.from_json(version.internal).items)
    noting.note(request, meeting, f"{version._meta.model_name}.pdf", kept=kept)
    stored = version.internal if internal else version.public
    if stored_reasons.holds(stored):
        return as_pdf(_without_reasons(meeting, version, stored, template=template, stem=stem), name)
    return as_pdf(bytes(version.internal_pdf if internal else version.public_pdf), name)


def _without_reasons(
    meeting: Meeting, version: PrintedVersion, stored: dict[str, object], *, template: str, stem: str
) -> bytes:
    document = structure.from_json(stored)
    with override(document.language or None):
        said = _("Printed anew: why people were absent has been left out (General Data Protection Regulation, art. 9).")
    document = replace(document, notice=f"{document.notice} {said}".strip())
    return documents.to_pdf(
        meeting, document, template=template, stem=stem, seal=str(version.seal or ""), created=version.created_at
    )


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a printed document, shown in the browser and kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
