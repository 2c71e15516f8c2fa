"""Cases: opening one, putting documents in it, saying who may read it."""

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess
from forum.cases.models import Case, Document
from forum.cases.services.numbering import next_number
from trepart import audit, clock
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from forum.meetings.case_papers.models import CasePaper
    from trepart.access.models import User
    from trepart.audit.recording import Acting

#: What may be attached: the sniffed type, and the endings it goes under.
ACCEPTED = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
}


@transaction.atomic
def open_case(*, title: str, actor: "User", access: CaseAccess = CaseAccess.RECEIVER) -> Case:
    """Open a case under the next folder number of this year and return it."""
    year = clock.today().year
    case = Case(pk=reserve_pk(Case), year=year, number=next_number(f"case/{year}"), title=title, access=access)
    with audit.recorded("forum.case_opened", actor=actor, subject=case, data={"reference": case.reference}):
        case.save(force_insert=True)
    return case


def set_access(case: Case, *, access: CaseAccess, basis: str = "", actor: "User") -> Case:
    """Say who may read ``case``; closing it wholly takes a legal basis (R25), or ``ValidationError``."""
    if access == CaseAccess.RECEIVER and not basis.strip():
        raise ValidationError({"access_basis": _("Say on what legal basis it is closed (R25).")})
    case.access, case.access_basis = access, basis.strip()
    with audit.recorded(
        "forum.case_access_set", actor=actor, subject=case, data={"access": access}, text={"basis": basis}
    ):
        case.save(update_fields=["access", "access_basis"])
    return case


def sniff(upload: UploadedFile) -> str:
    """Return the media type of what ``upload`` really is. Raises ``ValidationError`` for a kind that is not accepted,
    an empty file or one over the limit."""
    limit = settings.UPLOAD_MAX_BYTES
    if upload.size is None or upload.size == 0:
        raise ValidationError(_("The file is empty."), code="empty")
    if upload.size > limit:
        raise ValidationError(
            _("%(name)s is larger than %(limit)s MB."),
            code="too_large",
            params={"name": upload.name, "limit": limit // 1024 // 1024},
        )
    upload.seek(0)
    head = upload.read()
    upload.seek(0)
    try:
        found = {match.mime_type for match in puremagic.magic_string(head, upload.name) if match.confidence >= 0.4}
    except (puremagic.PureError, ValueError):
        found = set()
    ending = PurePath(upload.name or "").suffix.lower()
    for media_type, endings in ACCEPTED.items():
        if media_type in found and ending in endings:
            return media_type
    raise ValidationError(
        _(
            "%(name)s is not a file we can take. Attach a PDF, a picture (PNG, JPEG) or a document (Word, "
            "Excel, OpenDocument)."
        ),
        code="wrong_kind",
        params={"name": upload.name},
    )


def _short(name: str) -> str:
    """Return ``name`` in the 200 characters there are, with its ending kept: the browser opens a file by that."""
    ending = PurePath(name).suffix
    return name[:200] if len(name) <= 200 or len(ending) > 10 else name[: 200 - len(ending)] + ending


def set_exemption(document: Document, *, basis: str, actor: "User") -> Document:
    """Keep ``document`` from the public on ``basis`` (R25), or let it be read again where ``basis`` is empty. Nothing
    is written where nothing changes."""
    basis = basis.strip()
    if document.exempt_basis == basis:
        return document
    document.exempt_basis = basis
    action = "forum.document_exempted" if basis else "forum.document_opened"
    with audit.recorded(
        action,
        actor=actor,
        subject=document,
        root=document.case,
        data={"sha256": document.sha256},
        text={"basis": basis},
    ):
        document.save()
    return document


@transaction.atomic
def add_document(
    case: Case,
    *,
    upload: UploadedFile,
    actor: "User",
    title: str = "",
    exempt_basis: str = "",
    acting: "Acting | None" = None,
    paper: "CasePaper | None" = None,
    redacts: Document | None = None,
) -> Document:
    """Put a file in ``case`` after sniffing what it is; raises ``ValidationError`` as :func:`sniff` does.

    ``acting`` says for which body it is done: the story then names that, and nobody by name. What comes with
    the case ``paper`` is told in the story of the paper, and read with it; ``redacts`` names the exempt
    document it is the redacted copy of.
    """
    media_type = sniff(upload)
    upload.seek(0)
    digest = hashlib.sha256(upload.read()).hexdigest()
    upload.seek(0)
    document = Document(
        pk=reserve_pk(Document),
        case=case,
        title=_short(title or upload.name or ""),
        content_type=media_type,
        size=upload.size or 0,
        sha256=digest,
        exempt_basis=exempt_basis,
        with_paper=paper is not None,
        redacts=redacts,
        added_by=actor,
    )
    document.file.save(upload.name or "document", upload, save=False)
    with audit.recorded(
        "forum.document_added"
        if paper is None
        else "forum.paper_document_redacted"
        if redacts
        else "forum.paper_document_added",
        actor=actor,
        acting=acting,
        subject=document,
        root=paper or case,
        data={"sha256": digest, "size": document.size},
    ):
        document.save(force_insert=True)
    return document
