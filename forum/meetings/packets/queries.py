"""What a meeting's packet says, read for one audience; and how the packets that are made stand to what it says now."""

import hashlib
import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from forum.cases import case_owners
from forum.cases.enums import CaseAccess, OpinionStatus
from forum.cases.models import Case, Document, Opinion, Referral
from forum.cases.queries.opinions import opinions
from forum.meetings.agenda import changes_since_notice
from forum.meetings.case_papers import queries as papers
from forum.meetings.core.locking import AROUND_THE_TABLE
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import agenda_of, item_lines
from forum.meetings.enums import PaperSection
from forum.meetings.minutes import stored_reasons
from forum.meetings.minutes import structure as minutes_structure
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets.document import Attachment, PacketDocument, PacketItem, Section
from forum.meetings.packets.models import Packet
from trepart import languages
from trepart.audit.models import Event
from trepart.text import rich as rich_text
from trepart.text.dates import date_text, time_text

#: What the piece of a version of minutes is called.
_MINUTES = "minutes:"
#: What a file is called, by what it was found to be.
_KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"}
_OFFICE = {"wordprocessingml": "Word", "spreadsheetml": "Excel", "opendocument": "OpenDocument"}


def kind_of(content_type: str) -> str:
    """Return in a word what sort of file it is."""
    known = next((word for part, word in _OFFICE.items() if part in content_type), "")
    return _KINDS.get(content_type) or known or content_type.rpartition("/")[2]


def agenda(meeting: Meeting, audience: Audience) -> PacketDocument:
    """Return the notice and the agenda of ``meeting`` alone, without the papers, as ``audience`` may read them: as it
    was sent, and by itself what has happened since. What is no longer open to the audience is left out of both."""
    whole = build(meeting, audience)
    sent = changes_since_notice.as_called(meeting)
    with languages.municipal():
        title = _("Notice and agenda, %(body)s %(date)s") % {"body": whole.body, "date": whole.date}
        said = {item.pk: _said_since(item, sent.get(item.pk)) for item in whole.items}
        after = tuple(_since(meeting, audience, said=said)) if sent else ()
    bare = [replace(item, sections=(), attachments=(), url="") for item in whole.items]
    items = tuple(_as_sent(item, sent[item.pk]) for item in bare if item.pk in sent) if sent else tuple(bare)
    return replace(whole, title=title, items=items, after=after, notice="", pieces=())


def _said_since(item: PacketItem, then: "changes_since_notice.Then | None") -> list[str]:
    """Return what is said with a change, as it would have been with the case on the agenda: who wanted it and why (R7),
    on what basis the doors are closed (R8), why it was withdrawn."""
    basis = item.closed_basis or item.exempt_basis
    told = [item.late if then is None else "", basis if then is None or then.basis != item.closed_basis else ""]
    told.append(item.withdrawn if then is None or not then.withdrawn else "")
    return [words for words in told if words]


def _as_sent(item: PacketItem, then: "changes_since_notice.Then") -> PacketItem:
    """Return ``item`` with what the notice said of doors, of what it is treated as, and of its being there."""
    return replace(
        item,
        closed_basis=then.basis,
        proposed=bool(then.basis),
        function=item.function if then.function else "",
        withdrawn=item.withdrawn if then.withdrawn else "",
    )


def build(meeting: Meeting, audience: Audience) -> PacketDocument:
    """Return the packet of ``meeting`` as ``audience`` may read it, in the municipality's own language; the same number
    of queries however long the agenda.

    ``PUBLIC`` is for all who may see the meeting: of what is kept from them it has number, basis and public title, and
    of a case the public may not read, what the agenda itself says and nothing from the folder (R8, R25).
    """
    with languages.municipal() as language:
        gathered = _Gathering(meeting, audience)
        items = tuple(gathered.item(item) for item in gathered.items)
        start = timezone.localtime(meeting.starts_at)
        called = date_text(timezone.localtime(meeting.called_at), year=True) if meeting.called_at else ""
        document = PacketDocument(
            audience=audience.value,
            title=_("Meeting papers, %(body)s %(date)s")
            % {"body": meeting.body.name, "date": date_text(start, year=True)},
            body=meeting.body.name,
            date=date_text(start, year=True),
            time=time_text(start),
            place=meeting.place,
            remote=meeting.remote,
            called=called,
            items=items,
            language=language,
            pieces=tuple(gathered.pieces),
        )
        if not document.holds_exempt:
            return document
        return replace(
            document, notice=_("Holds information that is exempt from public access. It must not be passed on.")
        )


def nothing_to_read(meeting: Meeting) -> list[PacketItem]:
    """Return the cases that would go out with nothing to read, as the members' packet has them (koml § 11-3, R6). It is
    no hindrance."""
    return [item for item in build(meeting, Audience.INTERNAL).items if item.bare]


def _words(markup: str) -> list[str]:
    return html.unescape(strip_tags(markup.replace("<", " <"))).split()


class _Gathering:
    """Reads everything once, and gives it item by item."""

    def __init__(self, meeting: Meeting, audience: Audience) -> None:
        self.inside = audience == Audience.INTERNAL
        self.pieces: list[str] = []
        self.items = list(agenda_of(meeting).select_related("approves__meeting__body"))
        folders = {item.folder.pk for item in self.items if item.folder is not None}
        self._documents: dict[int, list[Document]] = {}
        for document in Document.objects.filter(case_id__in=folders).of_case_itself().order_by("pk"):
            self._documents.setdefault(document.case_id, []).append(document)
        self._papers = papers.readings_inside(self.items) if self.inside else papers.readings_of(self.items)
        self._opinions: dict[int, list[Opinion]] = {}
        given = opinions().filter(case_id__in=folders, status=OpinionStatus.ANSWERED)
        for opinion in given.order_by("closed_at", "pk"):
            self._opinions.setdefault(opinion.case_id, []).append(opinion)
        stays = {item.referral_id for item in self.items if item.referral_id}
        self._referrals = case_owners.with_cases(Referral.objects.filter(pk__in=stays)).in_bulk()
        self._minutes: dict[int, list[MinutesVersion]] = {}
        wanted = {item.approves_id for item in self.items if item.approves_id}
        versions = MinutesVersion.objects.filter(minutes__in=wanted).defer("internal_pdf", "public_pdf")
        for version in versions.order_by("number"):
            self._minutes.setdefault(version.minutes_id, []).append(version)

    def item(self, item: AgendaItem) -> PacketItem:
        """Return one case as the audience may read it."""
        if item.is_withheld and not self.inside:
            return PacketItem(
                pk=item.pk, label=item.label, title=item.title_outside, hidden=True,
                closed_basis=item.closed_basis, proposed=item.is_proposed_closed,
                exempt_basis="" if item.is_withheld_by_doors else item.withheld_basis,
            )  # fmt: skip
        self.pieces.append(f"item:{item.pk}")
        self.pieces += self._open_minutes(item)
        folder, late = item.folder, ""
        if item.late:
            lateness = getattr(item, "lateness", None)
            late = _("Put on the agenda after the notice (Local Government Act § 11-3).")
            if lateness is not None:
                late += " " + _("Wanted by %(who)s: %(why)s") % {"who": lateness.wanted_by, "why": lateness.reason}
        if folder is not None:
            # So is a title that was changed since.
            self.pieces.append(f"title:{folder.pk}:{hashlib.sha256(folder.title.encode()).hexdigest()[:16]}")
        read = folder is not None and (self.inside or folder.access == CaseAccess.PUBLIC)
        referral = self._referrals.get(item.referral_id or 0)
        owner = case_owners.owner_of(referral)
        return PacketItem(
            pk=item.pk,
            label=item.label,
            title=item.title,
            closed_basis=item.closed_basis,
            proposed=item.is_proposed_closed,
            exempt_basis="" if item.is_withheld_by_doors else item.withheld_basis,
            case=folder.reference if folder is not None else "",
            function=item.function.name if item.function is not None else "",
            withdrawn=item.withdrawn_reason if item.withdrawn_at else "",
            late=late,
            sections=(*self._sections(item, referral if read else None), *self._given(folder if read else None))
            if not item.withdrawn_at
            else (),
            attachments=tuple(self._attachments(item, folder if read else None)) if not item.withdrawn_at else (),
            url=owner.url(referral) if read and owner is not None and referral is not None else "",
        )

    def _open_minutes(self, item: AgendaItem) -> Iterable[str]:
        """Return the versions of the minutes to approve that are open: each as it was published, also when a newer one
        has come (R29), or the case has been taken off."""
        for version in self._minutes.get(item.approves_id or 0, ()):
            stored = version.internal if self.inside else version.public
            # A packet that was made while these minutes said why people were absent is not given out (R51).
            yield _MINUTES + str(version.pk) + (":without_reasons" if stored_reasons.holds(stored) else "")

    def _sections(self, item: AgendaItem, referral: Referral | None) -> Iterable[Section]:
        for version in self._minutes.get(item.approves_id or 0, ())[-1:]:
            document = minutes_structure.from_json(version.internal if self.inside else version.public)
            yield Section(document.title, note=document.notice, minutes=document)
        question = getattr(item, "question", None)
        if question is not None:
            yield Section(_("Question"), text=question.text)
            if question.answer:
                yield Section(_("Answer"), text=question.answer)
        if item.recommendation:
            yield Section(_("Recommendation"), note=item.recommended_by, text=item.recommendation)
        reading = self._papers.get(item.pk)
        if reading is not None:
            yield self._paper(reading, item.recommendation)
        owner = case_owners.owner_of(referral)
        if referral is not None and owner is not None:
            words = owner.summary(referral)
            if words.strip():
                # What has been taken out of somebody's words since is open no longer, though the rest is.
                self.pieces.append(f"words:{referral.case_id}:{hashlib.sha256(words.encode()).hexdigest()[:16]}")
                yield Section(_("The matter, in the words of who raised it"), text=words)

    def _given(self, folder: Case | None) -> Iterable[Section]:
        """Return the opinions that have been given on the case, each under the name of who gave it: they are read by
        whoever may read the case (`forum.view_opinion`)."""
        for opinion in self._opinions.get(folder.pk, ()) if folder is not None else ():
            self.pieces.append(f"opinion:{opinion.pk}")
            day = date_text(timezone.localtime(opinion.closed_at), year=True) if opinion.closed_at else ""
            yield Section(_("Opinion from %(name)s") % {"name": opinion.of}, note=day, text=opinion.answer)

    def _paper(self, reading: papers.Reading, recommendation: str) -> Section:
        """Return the case paper as one section, its own headings two levels down; the
        recommendation is not said twice."""
        if not self.inside:
            # Whatever the next version keeps back, this one is open no longer.
            self.pieces.append(f"paper:{reading.case.pk}:{reading.version}")
        words = []
        discussion = render_to_string("meetings/case_papers/_case_paper_discussion.html", {"paper": reading}).strip()
        for one in reading.sections:
            if one.name == PaperSection.RECOMMENDATION and _words(one.html) == recommendation.split():
                continue
            said = discussion if one.name == PaperSection.INVOLVEMENT else ""
            words.append(f"<h2>{rich_text.escaped(one.label)}</h2>{said}{one.html}")
        if reading.discussion_alone:
            words.append(f"<h2>{rich_text.escaped(str(PaperSection.INVOLVEMENT.label))}</h2>{discussion}")
        left_out = ""
        if reading.basis:
            if self.inside:
                left_out = _("Parts of this are exempt from public access: %(basis)s")
            elif reading.nothing:
                left_out = _("The case paper is exempt from public access: %(basis)s")
            else:
                left_out = _("What is exempt from public access is left out: %(basis)s")
            left_out %= {"basis": reading.basis}
        return Section(
            _("Case paper"),
            note=_("version %(number)s, %(date)s")
            % {"number": reading.version, "date": date_text(timezone.localtime(reading.finished_at), year=True)},
            html="".join(words),
            left_out=left_out,
        )

    def _attachments(self, item: AgendaItem, folder: Case | None) -> Iterable[Attachment]:
        """Return what came with the case paper, then what else lies in the case; of what the public may not read, that
        there is something, and on what basis."""
        reading = self._papers.get(item.pk)
        for one in reading.attachments if reading is not None else ():
            kept = one.document is None
            yield self._attachment(one.document, one.basis if self.inside or kept else "", url=one.url)
        for document in self._documents.get(folder.pk, ()) if folder is not None else ():
            kept = bool(document.exempt_basis) and not self.inside
            yield self._attachment(None if kept else document, document.exempt_basis)

    def _attachment(self, document: Document | None, basis: str, *, url: str = "") -> Attachment:
        if document is None:
            return Attachment(document=0, title="", kind="", size=0, sha256="", exempt_basis=basis, hidden=True)
        self.pieces.append(f"document:{document.pk}")
        return Attachment(
            document=document.pk, title=document.title, kind=kind_of(document.content_type), size=document.size,
            sha256=document.sha256, exempt_basis=basis, url=url,
        )  # fmt: skip


# Those that are made --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PacketProgress:
    """How the packet of one audience stands: what can be had, what is being made, and what has happened since."""

    audience: Audience
    made: Packet | None = None
    making: Packet | None = None
    failed: Packet | None = None
    #: It says something else than the agenda and the papers say now.
    old: bool = False
    #: It holds something that is no longer open to its readers, and is not given out.
    withheld: bool = False
    #: What has happened since, in words, item by item: (label or title, what).
    since: tuple[tuple[str, str], ...] = ()

    #: It can be made anew: while the meeting is not over, where it lacks something; afterwards only where there is no
    #: file to give. What was read at the table stays as it was.
    lacks: bool = False

    @property
    def can_be_read(self) -> bool:
        """Say whether there is a file to give."""
        return self.made is not None and not self.withheld


def newest_event() -> int:
    """Return the number of the newest event: what comes later has happened since."""
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


def packets_of(meeting: Meeting, audience: Audience) -> tuple[Packet | None, Packet | None, Packet | None]:
    """Return the newest packet with a file, the one that is being made, and the failure where
    the last making failed."""
    rows = list(Packet.objects.filter(meeting=meeting, audience=audience.value)[:20])
    made = next((row for row in rows if row.made_at is not None and row.file), None)
    making = next((row for row in rows if row.is_unfinished), None)
    failed = rows[0] if rows and rows[0].failed_at is not None else None
    return made, making, failed


def may_be_given(packet: Packet, now: PacketDocument) -> bool:
    """Say whether everything in ``packet`` is still open to its audience: a case that has been closed since, or a file
    that has been exempted, keeps it back (R8, R25)."""
    return set(packet.pieces) <= set(now.pieces)


def progress_of(meeting: Meeting, audience: Audience) -> PacketProgress:
    """Return how the packet of ``audience`` stands today."""
    made, making, failed = packets_of(meeting, audience)
    if made is None:
        return PacketProgress(audience, None, making, failed, lacks=True)
    now = build(meeting, audience)
    old, withheld = now.digest() != made.made_from, not may_be_given(made, now)
    since = [*_since(meeting, audience, after=made.newest_event)] if old else []
    if old and any(piece.startswith(_MINUTES) for piece in set(now.pieces) - set(made.pieces)):
        since.append(("", _("Minutes that are put up for approval have a newer version.")))
    lacks = withheld or (meeting.status in AROUND_THE_TABLE and (old or failed is not None))
    return PacketProgress(
        audience, made, making, failed, old=old, withheld=withheld, since=tuple(since), lacks=lacks
    )  # fmt: skip


def _since(
    meeting: Meeting, audience: Audience, *, after: int = 0, said: Mapping[int, list[str]] | None = None
) -> Iterable[tuple[str, str]]:
    lines = item_lines(meeting, sees_closed=audience == Audience.INTERNAL)
    found = changes_since_notice.changes(meeting, lines, after=after)
    for words in found.meeting:
        yield "", words
    for line in lines:
        marks = found.items.get(line.item.pk)
        if marks:
            where = f"{line.item.label} {line.title}".strip() if said is not None else line.item.label or line.title
            told = said.get(line.item.pk, []) if said is not None else []
            yield where, ". ".join([", ".join(marks), *told])
