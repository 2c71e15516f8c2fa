"""Serving one file of a case: always as a download, never run or shown as a page of ours."""

from django.http import FileResponse, Http404, HttpResponseBase

from forum.cases.models import Document


def serve(document: Document | None) -> HttpResponseBase:
    """Return ``document`` as a download; 404 where there is none, where it is exempt (R25), or where the file is gone.
    The caller has asked who may."""
    return download(None if document is None or document.exempt_basis else document)


def download(document: Document | None) -> HttpResponseBase:
    """Return ``document`` as a download, exempt or not; 404 where there is none, or the file is gone. The caller has
    asked who may read it."""
    if document is None:
        raise Http404
    try:
        return sent(document)
    except FileNotFoundError:
        raise Http404 from None


def sent(document: Document) -> FileResponse:
    """Return ``document`` as a download, exempt or not. Raises ``FileNotFoundError`` where the file is gone. The caller
    has asked who may read it."""
    stored = document.file.open("rb")
    response = FileResponse(stored, as_attachment=True, filename=document.file_name, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
