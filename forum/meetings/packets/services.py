"""Meeting packets: ordered when a meeting is called, made by the worker, stored with their digest (ADR 0036)."""

import hashlib
import io
import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pikepdf
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageOps

from forum.cases.models import Document
from forum.meetings.core.locking import AROUND_THE_TABLE, hold
from forum.meetings.core.models import Meeting
from forum.meetings.core.queries import agenda_is_out
from forum.meetings.enums import MeetingStatus, PacketFailure, PacketStage
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import queries
from forum.meetings.packets.document import Attachment, PacketDocument
from forum.meetings.packets.models import Packet
from trepart import audit, clock, municipality
from trepart.audit import sealing
from trepart.pdf.rendering import PdfError, render_pdf
from trepart.refusals import GuardRefused

if TYPE_CHECKING:
    from trepart.access.models import User

log = logging.getLogger(__name__)

TEMPLATE = "meetings/packets/pdf/packet.html"
#: When a packet may be asked for.
WANTED = (*AROUND_THE_TABLE, MeetingStatus.ENDED)
#: A making that has told nothing for so long has stopped: the worker is gone.
SILENT = timedelta(minutes=15)
#: Seconds between two tellings of how far it has come.
_OFTEN = 1.0
#: Pixels of a picture that is opened at all, and along the longest side of what is printed: 200 to
#: the inch across the page.
_MOST_PIXELS, _SIDE = 60_000_000, 1600
#: Bytes of pictures in one packet; what comes after is named, not drawn.
_MOST_PICTURED = 60 * 1024 * 1024


# Asking ---------------------------------------------------------------------------------------------------------------


def order(meeting: Meeting, *, actor: "User | None") -> list[Packet]:
    """Ask for both packets of a meeting that is being called, in the running transaction: nothing is queued where the
    call is not carried through."""
    return _queue(meeting, tuple(Audience), actor)


def ask(meeting: Meeting, audience: Audience, *, actor: "User") -> Packet:
    """Ask for a packet to be made anew, and return it: the one that is being made already, where there is one.

    Raises ``NotPermitted``; ``WrongState`` before the meeting is called; ``GuardRefused`` where the newest says all
    there is to say, and after the meeting where there is one to give: it stays as it was read then.
    """
    with hold(meeting, actor=actor, permission="forum.plan_meeting", at=WANTED) as held:
        now = queries.progress_of(held.meeting, audience)
        if now.making is not None:
            return now.making
        if now.made is not None and not now.lacks:
            if now.old:
                raise GuardRefused(_("The meeting has been held. Its papers stay as they were read then."))
            raise GuardRefused(_("The packet says what the agenda and the papers say. There is nothing to make anew."))
        with held.about_meeting("forum.packet_asked", data={"audience": audience.value}):
            return _queue(held.meeting, (audience,), held.actor)[0]


def _queue(meeting: Meeting, audiences: Iterable[Audience], actor: "User | None") -> list[Packet]:
    from forum.meetings.tasks import make_packets  # the tasks import this module

    waiting = {row.audience for row in Packet.objects.filter(meeting=meeting).unfinished()}
    rows = Packet.objects.bulk_create(
        Packet(meeting=meeting, audience=one.value, asked_by=actor) for one in audiences if one.value not in waiting
    )
    if rows:
        make_packets.defer(packets=[row.pk for row in rows])
    return rows


# Making ---------------------------------------------------------------------------------------------------------------


class _Gone(Exception):
    """The making is no longer wanted: it was called off while it ran."""


def make(pk: int) -> Packet | None:
    """Make the packet with this number, unless it is made, has failed, or is being made elsewhere. Run by the
    worker, outside any transaction.

    The meeting is read as it is when the making begins. A packet of a meeting that has been held, cancelled or called
    back meanwhile is wanted by nobody, and is let go. What goes wrong is written on the packet, where people see it,
    and in the log; it is never raised.
    """
    packet = _claim(pk)
    if packet is None:
        return None
    try:
        _make(packet)
    except _Gone:
        log.info("Packet %s is no longer wanted", pk)
    except PdfError:
        log.exception("Packet %s cannot be printed", pk)
        _fail(packet, PacketFailure.PRINT)
    except Exception:
        log.exception("Packet %s was not made", pk)
        _fail(packet, PacketFailure.OTHER)
    return Packet.objects.filter(pk=pk).first()


def _claim(pk: int) -> Packet | None:
    with transaction.atomic():
        packet = Packet.objects.select_for_update(of=("self",)).select_related("meeting__body").filter(pk=pk).first()
        if packet is None or packet.begun_at is not None or not packet.is_unfinished:
            return None
        if not agenda_is_out(packet.meeting) or not _is_wanted(packet):
            packet.delete()
            return None
        packet.begun_at = packet.told_at = clock.now()
        packet.stage = PacketStage.GATHERING
        packet.save(update_fields=["begun_at", "told_at", "stage"])
        return packet


def _is_wanted(packet: Packet) -> bool:
    """Say whether somebody waits for it: the meeting is not over, or it was asked for after that."""
    meeting = packet.meeting
    over = meeting.ended_at if meeting.status == MeetingStatus.ENDED else None
    return meeting.status in AROUND_THE_TABLE or (over is not None and packet.asked_at >= over)


class _Telling:
    """Writes on the packet how far its making has come, seldom enough to cost nothing."""

    def __init__(self, packet: Packet) -> None:
        self._packet = packet
        self._last = 0.0

    def tell(self, stage: PacketStage, done: int, total: int) -> None:
        """Tell, where it is time. Raises `_Gone` where the packet is no longer to be made."""
        ends = bool(total) and done == total
        if time.monotonic() - self._last < _OFTEN and stage == self._packet.stage and not ends:
            return
        self._last, self._packet.stage = time.monotonic(), stage
        told = {"stage": stage, "done": done, "total": total, "told_at": clock.now()}
        if not Packet.objects.filter(pk=self._packet.pk).unfinished().update(**told):
            raise _Gone


def _make(packet: Packet) -> None:
    telling = _Telling(packet)
    meeting, audience = packet.meeting, Audience(packet.audience)
    newest = queries.newest_event()
    document = queries.build(meeting, audience)
    digest = document.digest()
    shown, media = _with_files(document, telling)
    seal = sealing.newest()
    content = to_pdf(
        meeting, shown, template=TEMPLATE, stem="sakspapirer", seal=str(seal or ""), media=media,
        watch=lambda done, total: telling.tell(PacketStage.WRITING if total else PacketStage.LAYOUT, done, total),
    )  # fmt: skip
    made = {
        "made_at": clock.now(),
        "size": len(content),
        "pages": _pages(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "made_from": digest,
        "pieces": list(document.pieces),
        "newest_event": newest,
        "holds_exempt": document.holds_exempt,
    }
    _keep(packet, content, made)


def _keep(packet: Packet, content: bytes, made: dict[str, object]) -> None:
    """Put the file in its place and let the older ones go, in one transaction; a file that no row
    tells of is removed again."""
    name = f"{packet.meeting.body.slug}-{packet.meeting_id}-{packet.audience}-{packet.pk}.pdf"
    packet.file.save(name, ContentFile(content), save=False)
    try:
        with transaction.atomic():
            if Packet.objects.select_for_update().filter(pk=packet.pk).unfinished().first() is None:
                raise _Gone
            with audit.recorded(
                "forum.packet_made", actor=None, subject=packet, root=packet.meeting,
                data={"audience": packet.audience, "pages": made["pages"], "sha256": made["sha256"]},
            ):  # fmt: skip
                Packet.objects.filter(pk=packet.pk).update(file=packet.file.name, **made)
            older = Packet.objects.filter(meeting=packet.meeting_id, audience=packet.audience, pk__lt=packet.pk)
            let_go(older.made())
    except (_Gone, DatabaseError):
        packet.file.storage.delete(str(packet.file.name))
        raise


def let_go(packets: Iterable[Packet]) -> int:
    """Remove the files of ``packets`` when the transaction is through; what they were stays
    written. Return how many."""
    number = 0
    for packet in packets:
        storage, name = packet.file.storage, packet.file.name
        Packet.objects.filter(pk=packet.pk).update(file="")
        # Bound at once.
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
        number += 1
    return number


def _fail(packet: Packet, failure: PacketFailure) -> None:
    Packet.objects.filter(pk=packet.pk).unfinished().update(failed_at=clock.now(), failure=failure)


def to_pdf(
    meeting: Meeting,
    document: PacketDocument,
    *,
    template: str,
    stem: str,
    seal: str = "",
    media: dict[str, bytes] | None = None,
    watch: Any = None,
) -> bytes:
    """Print a packet, or the agenda alone; the same structure as the page on the screen, through the same template
    part. It says when it was made."""
    now = clock.now()
    with override(document.language):
        context = {
            "packet": document, "made_at": now, "in_print": True, "notice": document.notice, "seal": seal,
            "document_id": f"{meeting.body.slug}-{meeting.pk}-{stem}-{document.audience}-{document.digest()[:12]}",
        }  # fmt: skip
    return render_pdf(
        template, context, title=document.title, language=document.language, author=municipality.current().name,
        subject=document.body, created=now, media=media, watch=watch,
    )  # fmt: skip


# Files ----------------------------------------------------------------------------------------------------------------


def _with_files(document: PacketDocument, telling: _Telling) -> tuple[PacketDocument, dict[str, bytes]]:
    """Return the packet with the pages of each PDF counted and the pictures that can be drawn, and
    the pictures themselves."""
    media: dict[str, bytes] = {}
    items = []
    for number, item in enumerate(document.items):
        telling.tell(PacketStage.GATHERING, number, len(document.items))
        found = Document.objects.in_bulk([one.document for one in item.attachments if not one.hidden])
        files = tuple(_drawn(one, found.get(one.document), media) for one in item.attachments)
        items.append(replace(item, attachments=files))
    return replace(document, items=tuple(items)), media


def _drawn(attachment: Attachment, document: Document | None, media: dict[str, bytes]) -> Attachment:
    if document is None or attachment.hidden:
        return attachment
    try:
        with document.file.open("rb") as file:
            content = file.read()
    except OSError:
        log.warning("The file of document %s is gone", document.pk)
        return attachment
    if document.content_type == "application/pdf":
        return replace(attachment, pages=_pages(content))
    if document.content_type in ("image/png", "image/jpeg"):
        picture = _picture(content)
        if picture is not None and sum(map(len, media.values())) + len(picture) < _MOST_PICTURED:
            key = f"bilde-{document.pk}.jpg"
            media[key] = picture
            return replace(attachment, picture=key)
    return attachment


def _pages(content: bytes) -> int:
    """Return how many pages a PDF has; 0 for one that cannot be opened without a password, or at all."""
    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            return len(opened.pages)
    except (pikepdf.PdfError, ValueError, RecursionError):
        return 0


def _picture(content: bytes) -> bytes | None:
    """Return a picture as it is printed: upright, opaque, in the colours the file declares, no larger than the page
    shows; None for one that cannot be drawn."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS or min(opened.size) < 2:
                return None
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    upright.thumbnail((_SIDE, _SIDE))
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright.getchannel("A"))
    made = io.BytesIO()
    ground.save(made, "JPEG", quality=82)
    return made.getvalue()


# Tidying --------------------------------------------------------------------------------------------------------------


def tidy(*, held: bool = False) -> int:
    """See to makings that have stopped, and to packets that hold what is no longer open to their readers: the file
    goes, and a new one is made. Return how many.

    ``held``: see to those of meetings that have been held, too; of these none is made anew.
    """
    gone = Packet.objects.unfinished().filter(begun_at__isnull=False, told_at__lt=clock.now() - SILENT)
    number = gone.update(failed_at=clock.now(), failure=PacketFailure.STOPPED)
    given = Packet.objects.made() if held else Packet.objects.made().filter(meeting__status__in=AROUND_THE_TABLE)
    for packet in given.select_related("meeting__body").iterator():
        audience = Audience(packet.audience)
        if queries.may_be_given(packet, queries.build(packet.meeting, audience)):
            continue
        with transaction.atomic():
            let_go([packet])
            if packet.meeting.status in AROUND_THE_TABLE:
                _queue(packet.meeting, (audience,), None)
        number += 1
    return number


def release(meeting: Meeting) -> None:
    """Let go what waits to be made, or is being made, of a meeting that is cancelled or postponed: it
    is not going to be read."""
    Packet.objects.filter(meeting=meeting).unfinished().delete()
