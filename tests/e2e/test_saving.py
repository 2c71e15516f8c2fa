"""What is half written on the running page, in a real browser: a dead line, a session that ended elsewhere, and a
motion beside the treatment."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from forum.meetings.session.models import DiscussionDraft
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SAYS = "words => document.querySelector('[data-autosave-line]').textContent.includes(words)"


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def test_saved_is_said_of_what_is_saved_and_nothing_is_lost(town: Municipality, visit: Any) -> None:
    meeting = in_session(town)
    path = f"/moter/{meeting.pk}/gjennomfor/{meeting.items.get().pk}/"
    secretary = visit(town.secretary)
    page = secretary.go(path)
    kept, failed = (
        say("Kept as a draft at %(time)s.", time="").rstrip(" ."),
        say("Not kept: no connection. It is tried again."),
    )
    treatment = page.get_by_label(say("What was said, as it will stand in the minutes"))
    treatment.fill("Det ble sagt.")
    page.wait_for_function(SAYS, arg=kept)
    # Written on: the line says no longer that it is kept.
    treatment.press_sequentially(" Mer.")
    assert page.locator("[data-autosave-line]").inner_text() == ""
    page.wait_for_function(SAYS, arg=kept)
    assert DiscussionDraft.objects.get().text == "Det ble sagt. Mer."
    # A dead line is said until it is saved, and one is asked before one leaves.
    page.context.set_offline(True)
    treatment.fill("Uten linje.")
    page.wait_for_function(SAYS, arg=failed)
    assert page.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    page.context.set_offline(False)
    page.wait_for_function(SAYS, arg=kept)
    assert not page.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    # A motion half written stands there still when another button has been pressed.
    page.get_by_text(say("New motion")).click()
    page.get_by_label(say("The motion, word for word")).fill("Et forslag.")
    with page.expect_navigation():
        page.get_by_role("button", name=say("Save")).last.click()
    assert page.get_by_label(say("The motion, word for word")).input_value() == "Et forslag."
    # The session ends elsewhere: it is said, and both texts stand there after signing in.
    Session.objects.all().delete()
    page.get_by_label(say("The motion, word for word")).fill("Et annet forslag.")
    treatment.fill("Etter at økta var slutt.")
    page.wait_for_function(SAYS, arg=say("Sign in again"))
    page.context.clear_cookies(name="csrftoken")
    secretary.sign_in()
    secretary.go(path)
    assert treatment.input_value() == "Etter at økta var slutt."
    assert DiscussionDraft.objects.filter(text="Etter at økta var slutt.").exists() or page.wait_for_function(
        SAYS, arg=kept
    )
