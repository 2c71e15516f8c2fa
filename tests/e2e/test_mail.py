"""Mail in a real browser: a notice and its calendar file, how often one wants mail, a clerk who mends an address."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forum.meetings.agenda import services as agenda_services
from forum.meetings.planning import services
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.notices import choosing
from trepart.notices.models import Cadence, Mail, MailState, Reason
from trepart.workflow import perform

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def test_a_notice_of_meeting_is_read_in_the_demo_s_mailbox(
    town: Municipality, visit: Any, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO = True
    visitor = visit(None)
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=14), place="Rådhuset", actor=town.secretary
    )
    agenda_services.add_item(meeting, title="Felles vaktmester", recommendation="Ja.", actor=town.secretary)
    perform(meeting, "call", actor=town.secretary)
    mail = Mail.objects.get(kind="forum.meeting_called", to=town.chair.email)
    visitor.go(f"/demo/post/?til={town.chair.email}")
    visitor.press(mail.subject)
    with visitor.page.expect_download() as fetched:
        visitor.page.get_by_role("link", name="mote.ics").click()
    file = tmp_path / "mote.ics"
    fetched.value.save_as(file)
    assert b"METHOD:REQUEST" in file.read_bytes()
    visitor.press(say("Open in the portal"))
    assert visitor.page.url.endswith(f"/moter/{meeting.pk}/")
    visitor.page.go_back()
    # The mail as mail programs show it runs nothing, axe included: that it can be read is judged on
    # a copy without the policy.
    shown = visitor.page.goto(f"{visitor.address}/demo/post/{mail.pk}/html/")
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    content = shown.text()
    for scheme in ("light", "dark"):
        visitor.page.goto("about:blank")
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.page.set_content(content)
        visitor.look()


def test_one_chooses_how_often_by_keyboard(town: Municipality, visit: Any) -> None:
    visitor = visit(town.employee())
    visitor.go("/min-side/varsler/")
    visitor.press(say("Choose how often you get mail"))
    visitor.page.get_by_label(say("At once")).focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text(say("Your choice is saved.")).wait_for()
    visitor.look()
    assert choosing.cadence_of(town.employee()) == Cadence.DAILY


def test_a_clerk_sees_to_an_address_and_its_reader_is_told(town: Municipality, visit: Any) -> None:
    reader = town.employee()
    Mail.objects.create(
        person=reader, to=reader.email, language="nb", kind="k", subject="Emne", text="Tekst",
        state=MailState.FAILED, troubled_at=clock.now(), reason=Reason.NO_SUCH_ADDRESS, code="550 5.1.1",
    )  # fmt: skip
    clerk = visit(town.administrator)
    clerk.go("/organisasjon/")
    clerk.press(say("Mail that does not arrive"))
    assert "Emne" not in clerk.page.content()
    clerk.press(say("The address is wrong"), exact=False)
    assert say("The address is marked as wrong. The mail waits for a right one.") in clerk.page.content()
    told = visit(reader)
    told.page.get_by_role("heading", name=say("Mail does not reach you")).wait_for()
    clerk.press(say("The address is right after all"), exact=False)
    assert Mail.objects.get(kind="k").state == MailState.QUEUED
    assert say("All mail arrives") in clerk.page.content()
