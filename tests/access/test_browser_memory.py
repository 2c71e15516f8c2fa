"""What a browser keeps of a page of somebody signed in: nothing; and where what was half written is kept instead."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.access.test_account import NEW, PASSWORD, link_in, mail_to, signed_in
from tests.factories.organisation import Municipality
from trepart.access.models import User
from trepart.access.sign_in import invitations

pytestmark = pytest.mark.django_db


def test_what_is_shown_to_somebody_signed_in_is_not_put_away(kari: User) -> None:
    client = signed_in()
    assert client.get(reverse("portal:my_page")).headers["Cache-Control"] == "private, no-store"
    assert "no-store" not in Client().get(reverse("portal:front")).headers.get("Cache-Control", "")


def test_a_page_one_writes_on_is_not_put_away_either(town: Municipality) -> None:
    """The wrong side: Back showed what somebody had written, and a closed case, to the next at the same window."""
    client = Client()
    client.force_login(town.employee())
    page = client.get(reverse("proposals:new"))
    assert "<textarea" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"


def test_nor_are_the_pages_on_which_one_signs_in(kari: User) -> None:
    for name in ("account_login", "account_reset_password", "account_signup"):
        assert Client().get(reverse(name)).headers["Cache-Control"] == "private, no-store"


def test_what_was_half_written_is_kept_on_the_server_for_the_writer_alone(town: Municipality) -> None:
    client, other = Client(), Client()
    client.force_login(town.employee())
    other.force_login(town.employee(1))
    new, leave = reverse("proposals:new"), reverse("access:leave_form")
    owner = client.get(new).context["form_owner"]
    sent = {"left_at": new, "form_owner": owner, "title": "Halvskrevet", "new_password": "hemmelig"}
    assert client.post(leave, sent).status_code == 204
    for _time in range(2):  # it stays until it is sent
        page = client.get(new).content.decode()
        assert "Halvskrevet" in page
        assert "hemmelig" not in page
    # Somebody else, in the same session or another, neither reads nor writes it.
    assert other.post(leave, {**sent, "title": "Fra en annen"}).status_code == 204
    assert "Fra en annen" not in other.get(new).content.decode()
    client.post(leave, {**sent, "title": " "})  # emptied
    assert "Halvskrevet" not in client.get(new).content.decode()
    client.post(leave, sent)
    client.post(new, {"title": ""})
    assert "Halvskrevet" not in client.get(new).content.decode()
    client.post(leave, sent)
    client.logout()
    client.force_login(town.employee(1))
    assert "Halvskrevet" not in client.get(new).content.decode()


@pytest.mark.parametrize("path", ["", "//ond.example/", "https://ond.example/", "/finnes/ikke/", "x" * 3000])
def test_what_is_left_is_left_at_an_address_of_ours(town: Municipality, path: str) -> None:
    client = Client()
    client.force_login(town.employee())
    assert client.post(reverse("access:leave_form"), {"left_at": path}).status_code == 400
    assert Client().post(reverse("access:leave_form"), {"left_at": "/"}).status_code == 302


def test_a_page_out_of_the_browsers_memory_can_ask_whether_its_session_stands(kari: User) -> None:
    client, stands = signed_in(), reverse("access:stands")
    mark = client.get(reverse("portal:my_page")).context["reader_mark"]
    assert f'data-reader="{mark}"' in client.get(reverse("portal:my_page")).content.decode()
    answer = client.get(stands)
    assert (answer.content.decode(), answer.headers["Cache-Control"]) == (str(mark), "private, no-store")
    assert kari.name not in str(mark)
    # Ended from elsewhere, signed out, or somebody else in the same tab: another answer.
    assert signed_in().get(stands).content.decode() != str(mark)
    Session.objects.all().delete()
    assert client.get(stands).content == b""
    assert b"data-reader" not in client.get(reverse("portal:front")).content


def test_the_script_hides_a_page_until_the_session_has_answered() -> None:
    script = (settings.BASE_DIR / "static" / "js" / "portal.js").read_text()
    assert 'addEventListener("pagehide", (event) => { if (reader && event.persisted)' in script
    assert "=== reader) document.documentElement.hidden = false;" in script
    assert "else location.reload();" in script


def test_signing_out_clears_what_was_put_away(kari: User) -> None:
    client = signed_in()
    assert client.post(reverse("account_logout")).headers["Clear-Site-Data"] == '"cache"'


def test_wherever_a_session_ends_or_becomes_anothers_what_was_put_away_is_cleared(kari: User) -> None:
    """Somebody else's invitation accepted in the same browser, and a new address confirmed."""
    ola = User.objects.create_user("ola@fjellvik.example", "Ola Nordmann")
    invitations.invite([ola], actor=None)
    link = link_in(mail_to(ola.email))
    client = signed_in()
    assert "Clear-Site-Data" not in client.get(link).headers
    answer = client.post(link, {"password1": NEW})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get(reverse("portal:my_page")).wsgi_request.user == ola

    client = signed_in()
    EmailAddress.objects.create(user=kari, email="ny@fjellvik.example", verified=False, primary=False)
    key = EmailConfirmationHMAC(EmailAddress.objects.get(email="ny@fjellvik.example")).key
    answer = client.post(reverse("account_confirm_email", args=[key]))
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_session_that_stands_clears_nothing(kari: User) -> None:
    client = Client()
    sent = {"login": kari.email, "password": PASSWORD}
    assert "Clear-Site-Data" not in client.get(reverse("portal:front")).headers
    assert "Clear-Site-Data" not in client.post(reverse("account_login"), sent).headers
    for url in (reverse("portal:my_page"), reverse("portal:front")):
        assert "Clear-Site-Data" not in client.get(url).headers
    again = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "Clear-Site-Data" not in again.headers
