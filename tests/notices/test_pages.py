"""The pages about mail: the reader's choice, the clerk's list, the demo's mailbox."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.organisation import Municipality
from trepart import clock
from trepart.audit.models import Event
from trepart.notices import choosing
from trepart.notices.models import Attachment, Cadence, Mail, MailState, Reason, WrongAddress
from trepart.notices.tasks import sweep

Make = Callable[..., Mail]
TROUBLE = "/organisasjon/post/"


def failed(mail: Make, **more: Any) -> Mail:
    return mail(
        **{
            "state": MailState.FAILED,
            "troubled_at": clock.now(),
            "reason": Reason.NO_SUCH_ADDRESS,
            "code": "550 5.1.1",
            **more,
        }
    )


def posted(client: Client, name: str, *args: int) -> str:
    answer = client.post(reverse(f"portal:{name}", args=args), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def clerk(client: Client, town: Municipality) -> Client:
    client.force_login(town.administrator)
    return client


# Readers -------------------------------------------------------------------------------------------------------------


def test_a_reader_chooses_and_may_choose_again(client: Client, town: Municipality) -> None:
    client.force_login(town.employee())
    address = reverse("portal:mail_choice")
    assert "checked" in client.get(address).content.decode()
    for cadence in (Cadence.DAILY, Cadence.AT_ONCE):
        assert client.post(address, {"cadence": cadence}).status_code == 302
        assert choosing.cadence_of(town.employee()) == cadence
    assert choosing.cadence_of(town.chair) == Cadence.AT_ONCE
    for nonsense in ({}, {"cadence": "never"}):
        answer = client.post(address, nonsense)
        assert answer.status_code == 422
    assert choosing.cadence_of(town.employee()) == Cadence.AT_ONCE


def test_who_has_an_address_that_does_not_work_is_told_on_my_page(client: Client, town: Municipality) -> None:
    client.force_login(town.employee())
    page = reverse("portal:my_page")
    assert "E-posten når deg ikke" not in client.get(page).content.decode()
    WrongAddress.objects.create(address=WrongAddress.folded(town.employee().email.upper()))
    assert "E-posten når deg ikke" in client.get(page).content.decode()
    client.force_login(town.chair)
    assert "E-posten når deg ikke" not in client.get(page).content.decode()


# The clerk -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["mail_trouble", "mail_again_all", "mail_again", "mail_wrong", "mail_right", "mail_aside"]
)
def test_to_everybody_else_the_clerk_s_pages_do_not_exist(
    client: Client, town: Municipality, mail: Make, name: str
) -> None:
    made = failed(mail)
    address = reverse(f"portal:{name}", args=[] if name in ("mail_trouble", "mail_again_all") else [made.pk])
    ask = client.get if name == "mail_trouble" else client.post
    assert ask(address).status_code == 302  # to sign in
    for person in (town.chair, town.secretary, town.lmu_leader(), town.employee(), town.outsider):
        client.force_login(person)
        assert ask(address).status_code == 404
    made.refresh_from_db()
    assert (made.state, WrongAddress.objects.count()) == (MailState.FAILED, 0)


def test_it_says_who_why_and_since_when_and_never_what(clerk: Client, town: Municipality, mail: Make) -> None:
    failed(mail, to=town.chair.email, person=town.chair, subject="Avslått: Hemmelig", text="Hemmelig")
    mail(
        to="sen@fjellvik.example", troubled_at=clock.now(), reason=Reason.BUSY, code="451", attempts=2, text="Hemmelig"
    )
    mail(to="frisk@fjellvik.example")
    page = clerk.get(TROUBLE).content.decode()
    for said in (town.chair.name, town.chair.email, "Adressen finnes ikke", "550 5.1.1", "sen@fjellvik.example", "451"):
        assert said in page
    assert "Hemmelig" not in page
    assert "frisk@fjellvik.example" not in page
    assert "E-posten går ikke ut" not in page


def test_it_says_when_nothing_goes_out(clerk: Client, mail: Make) -> None:
    mail(created_at=clock.now() - timedelta(hours=2))
    assert "E-posten går ikke ut" in clerk.get(TROUBLE).content.decode()


def test_it_costs_the_same_however_much_there_is(clerk: Client, mail: Make) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            clerk.get(TROUBLE)
        return len(seen)

    for number in range(3):
        failed(mail, to=f"p{number}@fjellvik.example")
    few = cost()
    for number in range(25):
        failed(mail, to=f"q{number}@fjellvik.example")
    assert cost() == few


def test_one_is_sent_again_to_the_address_there_is_now(clerk: Client, town: Municipality, mail: Make) -> None:
    mine = [failed(mail, to="gammel@fjellvik.example", person=town.chair) for _each in range(2)]
    other = failed(mail)
    assert "2 e-poster sendes på nytt" in posted(clerk, "mail_again", mine[0].pk)
    for made in (*mine, other):
        made.refresh_from_db()
    assert {(m.state, m.to, m.attempts, m.reason) for m in mine} == {(MailState.QUEUED, town.chair.email, 0, "")}
    assert other.state == MailState.FAILED
    event = Event.objects.get(action="notices.mail_tried_again")
    assert (event.actor, event.data) == (town.administrator, {"count": 2})
    assert "ingenting igjen" in posted(clerk, "mail_again", mine[0].pk)


def test_all_are_sent_again_but_what_has_no_words_left(clerk: Client, mail: Make) -> None:
    first, second = failed(mail), failed(mail, to="b@fjellvik.example")
    empty = failed(mail, to="c@fjellvik.example", text="", label="", blanked_at=clock.now())
    assert "2 e-poster sendes på nytt" in posted(clerk, "mail_again_all")
    states = {m.pk: m.state for m in Mail.objects.all()}
    assert states == {first.pk: MailState.QUEUED, second.pk: MailState.QUEUED, empty.pk: MailState.FAILED}


def test_a_wrong_address_is_held_until_there_is_a_right_one(clerk: Client, town: Municipality, mail: Make) -> None:
    made = failed(mail, to=town.chair.email, person=town.chair)
    for _twice in range(2):
        posted(clerk, "mail_wrong", made.pk)
    made.refresh_from_db()
    assert made.state == MailState.HELD
    assert Event.objects.filter(action="notices.address_marked_wrong", subject_id=town.chair.pk).count() == 1
    assert town.chair.email not in str(list(Event.objects.values_list("data", flat=True)))
    sweep()
    made.refresh_from_db()
    assert made.state == MailState.HELD
    town.chair.email = "ny@fjellvik.example"
    town.chair.save()
    sweep()
    made.refresh_from_db()
    assert (made.state, made.to) == (MailState.QUEUED, "ny@fjellvik.example")


def test_an_address_may_be_right_after_all(clerk: Client, mail: Make) -> None:
    made = failed(mail)
    posted(clerk, "mail_wrong", made.pk)
    posted(clerk, "mail_right", made.pk)
    made.refresh_from_db()
    assert (made.state, WrongAddress.objects.count()) == (MailState.QUEUED, 0)


def test_what_is_put_aside_is_off_the_list_and_its_words_are_gone(clerk: Client, mail: Make) -> None:
    made, other = failed(mail), failed(mail, to="b@fjellvik.example")
    posted(clerk, "mail_aside", made.pk)
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.state, made.text, other.state) == (MailState.DROPPED, "", MailState.FAILED)


# The demo ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_outside_the_demo_there_is_no_mailbox(client: Client, mail: Make, town: Municipality) -> None:
    made = mail()
    file = Attachment.objects.create(mail=made, name="a", content_type="text/plain", content=b"x")
    client.force_login(town.administrator)
    for name, args in (
        ("demo_mailbox", []),
        ("demo_letter", [made.pk]),
        ("demo_html", [made.pk]),
        ("demo_enclosed", [made.pk, file.pk]),
    ):
        assert client.get(reverse(f"portal:{name}", args=args)).status_code == 404


def test_in_the_demo_mail_is_read_as_text_and_as_html(client: Client, mail: Make, settings: Any) -> None:
    settings.DEMO = True
    made = mail(text="<script>alert(1)</script>\n\nhttp://localhost:8000/konto/bekreft/abc/\n\nhttps://evil.example/")
    other = mail(to="annen@fjellvik.example")
    file = Attachment.objects.create(mail=made, name="mote.ics", content_type="text/calendar", content=b"BEGIN")
    assert client.get(reverse("portal:demo_mailbox"), {"til": "\0"}).status_code == 200
    listed = client.get(reverse("portal:demo_mailbox"), {"til": "kari@"}).content.decode()
    assert reverse("portal:demo_letter", args=[made.pk]) in listed
    assert reverse("portal:demo_letter", args=[other.pk]) not in listed
    page = client.get(reverse("portal:demo_letter", args=[made.pk])).content.decode()
    assert 'href="http://localhost:8000/konto/bekreft/abc/"' in page
    assert "<script>alert" not in page
    assert 'href="https://evil.example/"' not in page
    html = client.get(reverse("portal:demo_html", args=[made.pk]))
    assert html["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "<script" not in html.content.decode()
    got = client.get(reverse("portal:demo_enclosed", args=[made.pk, file.pk]))
    assert b"".join(got.streaming_content) == b"BEGIN"  # type: ignore[arg-type]
    assert got["Content-Disposition"] == 'attachment; filename="mote.ics"'
    assert client.get(reverse("portal:demo_enclosed", args=[other.pk, file.pk])).status_code == 404
