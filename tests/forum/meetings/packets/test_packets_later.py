"""A packet that is older than what it was made from says so, is given out while all of it is open, and is remade."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import services as packets
from forum.meetings.planning import services
from tests.factories.meetings import CLOSED_BASIS, held_meeting
from tests.factories.organisation import Municipality
from tests.factories.packets import made, signed_in, url
from trepart import clock
from trepart.refusals import GuardRefused
from trepart.workflow import perform

pytestmark = pytest.mark.printed


@pytest.fixture(autouse=True)
def _bokmal(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("nb"):
        yield


def test_a_newer_version_of_minutes_to_approve_loses_no_packet_and_says_so(town: Municipality) -> None:
    held = held_meeting(town)
    with clock.at(clock.now() + timedelta(days=11)):
        minutes = perform(minutes_services.begin(held), "publish", actor=town.secretary)
        meeting = services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Rådhuset", actor=town.secretary
        )
        item = agenda_services.add_item(meeting, title="Godkjenning av møtebok", approves=minutes, actor=town.secretary)
        agenda_services.add_item(meeting, title="En sak", recommendation="Ja.", actor=town.secretary)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        packet = made(meeting, Audience.PUBLIC)
        perform(
            minutes,
            "correct",
            actor=town.secretary,
            data={"reason": "Skrivefeil.", "remarks": "", "others_present": "Rådmannen"},
        )
        assert Client().get(url("packet_pdf", meeting)).status_code == 200
        page = signed_in(town.secretary).get(url("packet", meeting)).content.decode()
        assert "Ei møtebok som skal godkjennes, har fått en nyere versjon." in page
        assert "Lag den på nytt" in page
        # Taken off the agenda: what it said is as open as it was.
        agenda_services.withdraw_item(AgendaItem.objects.get(pk=item.pk), reason="Godkjent.", actor=town.secretary)
        assert Client().get(url("packet_pdf", meeting)).status_code == 200
        packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
        assert made(meeting, Audience.PUBLIC).pk != packet.pk


def test_after_the_meeting_a_packet_is_made_anew_only_where_there_is_none_to_give(town: Municipality) -> None:
    meeting = held_meeting(town)
    assert meeting.ended_at is not None
    with clock.at(meeting.ended_at + timedelta(hours=1)):
        first = meeting.items.order_by("position").filter(doors="open")[0]
        for waiting in list(meeting.packets.all()):
            packets.make(waiting.pk)  # asked for when it was called, and wanted by nobody now
        page = signed_in(town.secretary).get(url("packet", meeting)).content.decode()
        assert "Den er ikke satt sammen." in page
        packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
        made(meeting, Audience.PUBLIC)
        AgendaItem.objects.filter(pk=first.pk).update(recommendation="Noe annet.")
        with pytest.raises(GuardRefused, match="Møtet er holdt"):
            packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
        AgendaItem.objects.filter(pk=first.pk).update(doors="closed", closed_basis=CLOSED_BASIS, public_title="Sak")
        assert Client().get(url("packet_pdf", meeting)).status_code == 404
        page = signed_in(town.secretary).get(url("packet", meeting)).content.decode()
        assert "Fila inneholder noe som siden er lukket, trukket eller erstattet, og gis ikke ut." in page
        assert "Lag den på nytt" in page
        packets.ask(meeting, Audience.PUBLIC, actor=town.secretary)
        made(meeting, Audience.PUBLIC)
        assert Client().get(url("packet_pdf", meeting)).status_code == 200
