"""Letters: what a proposer without an account is told instead of by mail (R18).

Written in the transaction of what they tell of, printed, and waiting until somebody says they are sent.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.organisation.models import Body
from proposals.models import Letter, Proposal
from trepart import audit, clock, languages, municipality
from trepart.notices import writing
from trepart.pdf.rendering import render_pdf
from trepart.workflow import reserve_pk

if TYPE_CHECKING:
    from trepart.audit.models import Event

#: Days a letter may lie before it is late: an answer that is given is to reach whoever asked.
DAYS = 3
#: Words of a letter that are not those of the mail: a mail leads to pages that take an account.
_OWN = {"receipt": "proposals/letters/receipt"}


def write(
    proposal: Proposal,
    *,
    kind: str,
    template: str,
    words: Mapping[str, object],
    event: "Event | None",
    body: Body | None,
) -> Letter | None:
    """Write the letter that tells a proposer without an account what others are told by mail; None
    where the proposer has one.

    ``template`` and ``words`` are those of the mail. ``body`` answers, and sees to the sending. Call it inside a
    transaction; telling the same thing twice leaves one letter.
    """
    sender = proposal.sender
    if sender is None or event is None or Letter.objects.filter(event=event, proposal=proposal, kind=kind).exists():
        return None
    with languages.reading(sender) as language:
        link = f"{settings.SITE_URL}{proposal.get_absolute_url()}"
        own = _OWN.get(template.rpartition("/")[2], template)
        said = writing.write(own, {**words, "municipality": municipality.current(), "link": link})
    letter = Letter(
        pk=reserve_pk(Letter),
        proposal=proposal,
        event=event,
        kind=kind,
        body=body,
        subject=said.subject,
        text=said.text,
        language=language,
        written_at=clock.now(),
        due_on=clock.today() + timedelta(days=DAYS),
    )
    with audit.recorded(
        "proposals.letter_written", actor=event.actor, subject=letter, root=proposal.case, data={"kind": kind}
    ):
        letter.save(force_insert=True)
    return letter


def pdf(letter: Letter) -> bytes:
    """Print ``letter``: the municipality's letterhead, the proposer's address as it is now, the words as they were
    written. PDF/A and PDF/UA (R32)."""
    proposal = letter.proposal
    own = municipality.current()
    paragraphs = [block.strip().splitlines() for block in letter.text.split("\n\n") if block.strip()]
    sender = proposal.paper
    context = {
        "letter": letter,
        "sender": sender,
        "address": [line.strip() for line in sender.address.splitlines() if line.strip()],
        "written": timezone.localtime(letter.written_at).date(),
        "paragraphs": paragraphs,
        "reference": proposal.case.reference,
        "public": not proposal.case.access_basis and proposal.case.access == "public",
        "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
        "email": own.feedback_email,
    }
    return render_pdf(
        "proposals/pdf/letter.html",
        context,
        title=letter.subject,
        language=letter.language,
        author=own.name,
        subject=_("Case %(reference)s") % {"reference": proposal.case.reference},
        created=letter.written_at,
    )
