"""Packets for tests: called meetings with papers of every kind, and what can be read out of a PDF."""

import io
from datetime import timedelta
from typing import Any

import pypdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from forum.cases.enums import CaseAccess
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import services as packets
from forum.meetings.packets.models import Packet
from forum.meetings.planning import services
from tests.factories.meetings import CLOSED_BASIS, SECRET
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked
from tests.trepart.pdf.reading import Tagged
from tests.trepart.pdf.samples import print_html
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

OPEN_WORDS = "Det opprettes én felles stilling."


def called(town: Municipality) -> Meeting:
    """Return a called meeting with an open case, a closed one and one for information."""
    return walked("called with a closed case", lambda: _called(town))


def _called(town: Municipality) -> Meeting:
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    agenda_services.add_item(meeting, title="Felles vaktmester", recommendation=OPEN_WORDS, actor=town.secretary)
    agenda_services.add_item(
        meeting,
        title=SECRET,
        recommendation=SECRET,
        closed_basis=CLOSED_BASIS,
        public_title="Personalsak",
        actor=town.secretary,
    )
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)


def of(meeting: Meeting, audience: Audience) -> Packet:
    return Packet.objects.filter(meeting=meeting, audience=audience.value).first()  # type: ignore[return-value]


def made(meeting: Meeting, audience: Audience) -> Packet:
    """Return the packet, made by what the worker runs."""
    packet = packets.make(of(meeting, audience).pk)
    assert packet is not None
    assert packet.failure == ""
    return packet


def read(packet: Packet) -> bytes:
    with packet.file.open("rb") as file:
        return bytes(file.read())


def url(name: str, meeting: Meeting, query: str = "") -> str:
    return reverse(f"forum:{name}", args=[meeting.pk]) + query


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def everything(content: bytes) -> str:
    """Return all that can be read out of a PDF: text, bookmarks, metadata, and the strings of its objects."""
    reader = pypdf.PdfReader(io.BytesIO(content))

    def titles(entries: Any) -> list[str]:
        return [t for one in entries for t in (titles(one) if isinstance(one, list) else [one.title])]

    tagged = Tagged(content)
    xmp = bytes(tagged.pdf.Root.Metadata.read_raw_bytes()).decode()
    said = (
        [page.extract_text() for page in reader.pages]
        + titles(reader.outline)
        + list(map(str, (reader.metadata or {}).values()))
    )
    return " ".join(" ".join([*said, xmp, tagged.text()]).split())


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 0, 0, 128)).save(made, "PNG")
    return made.getvalue()


def with_files(town: Municipality, access: CaseAccess) -> tuple[Meeting, AgendaItem]:
    """Return a called meeting with a case that has a picture, a PDF and an exempt file."""
    case = cases.open_case(title="Uteskolen", actor=town.secretary, access=access)
    cases.add_document(case, upload=_upload("kart.png", png()), title="kart.png", actor=town.secretary)
    cases.add_document(
        case,
        upload=_upload("rapport.pdf", print_html("<h1>A</h1><p style='break-after: page'>a</p><p>b</p>")),
        title="rapport.pdf",
        actor=town.secretary,
    )
    cases.add_document(
        case,
        upload=_upload("hemmelig-kart.png", png()),
        title="hemmelig-kart.png",
        exempt_basis="Offentleglova § 24",
        actor=town.secretary,
    )
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    item = agenda_services.add_item(meeting, title="Uteskolen", recommendation=OPEN_WORDS, actor=town.secretary)
    AgendaItem.objects.filter(pk=item.pk).update(case=case)
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary), item
