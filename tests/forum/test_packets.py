"""The meeting packet: what is in it for whom, how it is made in the background, how it grows old, and what it never gives away."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.enums import CaseAccess, MeetingStatus, PacketFailure, PacketStage
from forum.minutes import Audience
from forum.models import AgendaItem, Meeting, Packet
from forum.queries import packets as queries
from forum.services import cases, meetings, packets
from forum.services import minutes as minutes_services
from tests.factories.meetings import CLOSED_BASIS, SECRET, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.test_meetings_parallel import both
from tests.forum.test_minutes import words
from tests.trepart.pdf_reading import Tagged
from tests.trepart.test_pdf import check_structure, check_with_pdfua
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event, ViewLog
from trepart.pdf import PdfError
from trepart.workflow import GuardRefused, NotPermitted, WrongState, perform

OPEN_WORDS = "Det opprettes én felles stilling."


@pytest.fixture(autouse=True)
def _bokmal(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("nb"):
        yield


def called(town: Municipality) -> Meeting:
    """Return a called meeting with an open case, a closed one and one for information."""
    meeting = meetings.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=10), place="Rådhuset", actor=town.secretary
    )
    meetings.add_item(meeting, title="Felles vaktmester", recommendation=OPEN_WORDS, actor=town.secretary)
    meetings.add_item(
        meeting, title=SECRET, recommendation=SECRET, closed_basis=CLOSED_BASIS, public_title="Personalsak", actor=town.secretary
    )  # fmt: skip
    return perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return called(town)


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


def test_smoke(meeting: Meeting) -> None:
    for audience in Audience:
        Path(f"/tmp/notes/pk/{audience}.pdf").write_bytes(read(made(meeting, audience)))
