"""What is said of kept text is true: whoever signs in between, whatever became of the cookies; and it is thrown away in
one press."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.organisation import Municipality

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]
WORDS = "Vi trenger en benk ved bussen."


def _written(client: Client) -> dict[str, str]:
    page = client.get(reverse("proposals:new"))
    return {"form_owner": page.context["form_owner"], "som": "ansatt", "what": WORDS}


def test_the_words_wait_while_another_signs_in_first(town: Municipality) -> None:
    """They went when somebody else signed in and out in that browser."""
    ola, per = town.employee(), town.employee(1)
    client = Client()
    client.force_login(ola)
    sent = _written(client)
    client.logout()  # in another tab
    assert client.post(reverse("proposals:new"), sent).status_code == 302
    client.force_login(per)
    assert WORDS not in client.get(reverse("proposals:new")).content.decode()
    client.post(reverse("account_logout"))
    client.force_login(ola)
    assert WORDS in client.get(reverse("proposals:new")).content.decode()


def test_without_cookies_the_words_stand_on_the_page_and_one_is_led_to_sign_in(town: Municipality) -> None:
    """The link opened an empty form that was the public's."""
    own = Client()
    own.force_login(town.employee())
    sent, new = _written(own), reverse("proposals:new")
    said = Client(enforce_csrf_checks=True).post(new, sent).content.decode()
    assert WORDS in said
    assert "Logg inn som den som skrev det" in said
    assert f'href="{reverse("account_login")}?next={new}"' in said
    # Another site puts no words on our page.
    assert WORDS not in Client(enforce_csrf_checks=True).post(new, sent | {"form_owner": "x"}).content.decode()
    assert WORDS not in Client(enforce_csrf_checks=True).post(new, {"what": WORDS}).content.decode()


def test_a_kept_draft_is_thrown_away_in_one_press(town: Municipality) -> None:
    """It came back on every visit over newer data, and could not be got rid of."""
    client, page = Client(), reverse("access:name")
    client.force_login(town.employee())
    owner = client.get(page).context["form_owner"]
    half = {"left_at": page, "form_owner": owner, "name": "Ola Nordmann Halvskrevet"}
    client.post(reverse("access:leave_form"), half)
    shown = client.get(page).content.decode()
    assert "Forkast utkastet" in shown
    draft = re.search(r'name="draft" value="([^"]+)"', shown)
    assert draft
    other = Client()
    other.force_login(town.employee(1))
    other.post(reverse("access:discard_form"), {"draft": draft[1], "next": page})
    assert "Halvskrevet" in client.get(page).content.decode()
    gone = client.post(reverse("access:discard_form"), {"draft": draft[1], "next": page})
    assert gone.url == page
    shown = client.get(page).content.decode()
    assert "Halvskrevet" not in shown
    assert "Forkast utkastet" not in shown
    assert client.post(reverse("access:discard_form"), {"next": "https://ute.example/"}).url == "/"


def test_a_draft_is_thrown_away_by_its_writer_alone(town: Municipality, client: Client) -> None:
    """The address tells nobody anything, and does nothing to what is another's."""
    assert client.post(reverse("access:discard_form"), {"draft": "/"}).status_code == 302
    assert client.get(reverse("access:discard_form")).status_code in (302, 405)
