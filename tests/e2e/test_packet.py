"""The papers of a meeting in one file, in a real browser: asked for, made, made anew, read by those who may."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import Meeting
from forum.meetings.minutes.structure import Audience
from forum.meetings.packets import services as packets
from forum.meetings.packets.models import Packet
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from tests.factories.packets import called
from trepart import clock

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(settings: Any, tmp_path: Any) -> Municipality:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(clock.now() - timedelta(days=30)), translation.override("nb"):
        return municipality()


def make(*audiences: Audience) -> None:
    """Do what the worker does, beside the browser."""

    def work() -> None:
        try:
            for packet in list(Packet.objects.unfinished().filter(audience__in=[one.value for one in audiences])):
                packets.make(packet.pk)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(timeout=120)


@pytest.mark.printed
def test_a_packet_is_watched_read_made_anew_and_kept(town: Municipality, visit: Any) -> None:
    with translation.override("nb"):
        meeting = called(town)
    here = f"/moter/{meeting.pk}/sakspapirer/"
    secretary = visit(town.secretary)
    secretary.go(f"/moter/{meeting.pk}/")
    secretary.press(say("Meeting papers in one file"))
    page = secretary.page
    assert say("It stands in the queue and begins in a moment.") in page.content()
    Packet.objects.filter(audience="internal").update(
        begun_at=clock.now(), told_at=clock.now(), stage="writing", done=40, total=120
    )
    page.get_by_text("40 av 120 sider").wait_for()
    secretary.look()
    Packet.objects.filter(audience="internal").update(begun_at=None, told_at=None, stage="")
    make(*Audience)
    link = page.get_by_role("link", name=say("Download the members' version (PDF)"))
    link.wait_for()
    secretary.look()
    with page.expect_download() as waiting:
        page.evaluate(
            """() => { const a = document.querySelector('a[href$="sakspapirer.pdf"]');
            a.download = 'papirer.pdf'; a.click(); }"""
        )
    assert waiting.value.path().read_bytes().startswith(b"%PDF-1.7")
    with translation.override("nb"):
        item = meeting.items.order_by("position")[0]
        agenda_services.change_item(
            item, title="Én vaktmester", recommendation="Ja.", recommended_by="", actor=town.secretary
        )
    secretary.go(here)
    assert say("Older than the agenda") in page.content()
    # By keyboard alone.
    button = page.get_by_role("button", name=say("Make it anew")).first
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text(say("Being made")).wait_for()
    secretary.look()
    public = visit(None)
    public.go(here)
    assert say("For members") not in public.page.content()
    public.press(say("Read the papers on the screen"))
    assert "Én vaktmester" in public.page.content()
    assert "Personalsak" in public.page.content()
    assert "Normann" not in public.page.content()
    assert Meeting.objects.get(pk=meeting.pk).packets.unfinished().count() == 1


def test_without_javascript_the_page_is_loaded_again_by_choice(
    town: Municipality, browser: Any, live_server: Any
) -> None:
    with translation.override("nb"):
        meeting = called(town)
    context = browser.new_context(java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    page.goto(f"{live_server.url}/moter/{meeting.pk}/sakspapirer/")
    assert say("It stands in the queue and begins in a moment.") in page.content()
    page.get_by_role("link", name=say("Load the page again every few seconds")).click()
    make(Audience.PUBLIC)
    page.get_by_role("link", name=say("Download the public version (PDF)")).wait_for(timeout=30_000)
    assert 'http-equiv="refresh"' not in page.content()
    context.close()
