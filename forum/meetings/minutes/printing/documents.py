"""Printing minutes and decision lists for both audiences, and storing them as printed (R29, docs/decisions/0009)."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from forum.meetings.core.models import Meeting
from forum.meetings.minutes.public_version_checks import check_public
from forum.meetings.minutes.structure import Audience
from trepart import clock, municipality
from trepart.audit import sealing
from trepart.pdf.rendering import render_pdf


class Printed(Protocol):
    """A document that can be printed and kept: minutes, a decision list, the views for the municipal council."""

    @property
    def audience(self) -> str:
        """Who it is for."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def body(self) -> str:
        """The name of the body it comes from."""

    @property
    def notice(self) -> str:
        """What stands above it; may be empty."""

    @property
    def version(self) -> int:
        """Which version it is; 0 before it is kept."""

    @property
    def language(self) -> str:
        """The language of its words."""

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""


def to_pdf(
    meeting: Meeting,
    document: Printed,
    *,
    template: str,
    stem: str = "",
    seal: str = "",
    created: datetime | None = None,
) -> bytes:
    """Print ``document`` with ``template``; the same structure as the page on the screen,
    through the same template part.

    ``stem`` tells the kind of document in its reference, ``created`` is now unless said: the same document, seal and
    moment give the same bytes.
    """
    reference = f"{meeting.body.slug}-{meeting.pk}{stem}-v{document.version}-{document.audience}"
    return render_pdf(
        template,
        {"minutes": document, "document_id": reference, "seal": seal, "notice": document.notice},
        title=document.title,
        language=document.language,
        author=municipality.current().name,
        subject=document.body,
        created=created or clock.now(),
    )


def kept(meeting: Meeting, build: Callable[[Audience], Printed], *, template: str, stem: str = "") -> dict[str, Any]:
    """Return the fields of a `PrintedVersion`: both structures, both files, their sums, and the newest audit seal,
    which is printed in them.

    Whoever holds the paper can prove that nothing before the seal has been altered.

    Raises ``GuardRefused`` where the public's version would hold what is exempt from public access (R25, R27).
    """
    seal = sealing.newest()
    fields: dict[str, Any] = {"seal": seal, "seal_digest": seal.digest if seal else "", "created_at": clock.now()}
    for audience in Audience:
        document = build(audience)
        if audience == Audience.PUBLIC:
            check_public(meeting, document)
        pdf = to_pdf(meeting, document, template=template, stem=stem, seal=str(seal or ""))
        fields |= {
            audience.value: document.as_json(),
            f"{audience.value}_pdf": pdf,
            f"{audience.value}_sha256": hashlib.sha256(pdf).hexdigest(),
        }
    return fields
