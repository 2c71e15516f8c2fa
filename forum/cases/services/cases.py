"""Cases: opening one, putting documents in it, saying who may read it."""

import hashlib
import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forum.cases.enums import CaseAccess, LetterFrom
from forum.cases.models import Case, Document
from forum.cases.services.numbering import next_number
from trepart import audit, clock
from trepart.uploads import door
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from forum.meetings.case_papers.models import CasePaper
    from trepart.access.models import User
    from trepart.audit.recording import Acting


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
    letter_from: LetterFrom | None = None,
) -> Document:
    """Put a file in ``case``, looked into and cleaned of what it tells of people; raises ``ValidationError`` as
    `trepart.uploads.door.taken_in` does, and for a title that is too long. Without a ``title`` it is called by what it
    is, never as its sender calls it.

    ``acting`` says for which body it is done: the story then names that, and nobody by name. What comes with
    the case ``paper`` is told in the story of the paper, and read with it; ``redacts`` names the exempt
    document it is the redacted copy of; ``letter_from`` says whose own letter it is.
    """
    file = door.taken_in(upload)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    document = Document(
        pk=reserve_pk(Document),
        case=case,
        title=title or door.outward_name(file.media_type, case.documents.count() + 1),
        content_type=file.media_type,
        size=file.size or 0,
        sha256=digest,
        left=file.left,
        exempt_basis=exempt_basis,
        with_paper=paper is not None,
        redacts=redacts,
        letter_from=letter_from or "",
        added_by=actor,
    )
    Document._meta.get_field("title").clean(document.title, document)
    # Nor does the place it is kept say what anybody called it.
    document.file.save(uuid.uuid4().hex + door.ACCEPTED[file.media_type][0], file, save=False)
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
