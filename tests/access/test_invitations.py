"""Employees by invitation: a link that works once, presses that send one, many from a spreadsheet."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from forum.organisation.models import Employment
from forum.organisation.people_import import entering
from forum.organisation.people_import.entering import Outcome
from forum.organisation.services import bodies as office
from tests.access.conftest import PASSWORD
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import Invitation, User
from trepart.access.sign_in import invitations
from trepart.audit.models import Event
from trepart.notices.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(town: Municipality) -> Client:
    client = Client()
    client.force_login(town.administrator)
    return client


def link_to(person: User) -> str:
    text = Mail.objects.filter(to=person.email, kind="access/mail/invitation").latest("id").text
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/konto/invitasjon/\S+)", text)
    assert found, text
    return found.group(1)


def later(**time: int) -> Any:
    return clock.at(clock.now() + timedelta(**time))


def test_whoever_is_entered_is_invited_chooses_a_password_and_is_in(administrator: Client, town: Municipality) -> None:
    unit = town.units[0]
    entered = {
        "name": "Ny Person",
        "email": "ny@fjellvik.example",
        "unit": unit.pk,
        "valid_from": clock.today(),
        "invite": "on",
    }
    administrator.post(reverse("forum:person_new"), entered)
    person = User.objects.get(email="ny@fjellvik.example")
    link = link_to(person)
    secret = link.rstrip("/").rsplit("/", 1)[1]
    assert secret not in str(Invitation.objects.values().get())
    new = Client()
    assert new.get(link).context["person"] == person
    assert new.post(link, {"password1": "kort"}).status_code == 422
    assert new.post(link, {"password1": PASSWORD}).url == reverse("portal:my_page")
    assert new.get(reverse("portal:my_page")).status_code == 200
    assert EmailAddress.objects.get(user=person).verified
    trail = Event.objects.filter(subject_type="access.user", subject_id=person.pk, action__startswith="access.")
    assert list(trail.order_by("id").values_list("action", "actor")) == [
        ("access.invited", town.administrator.pk),
        ("access.invitation_accepted", person.pk),
    ]
    # Used: it signs nobody in, and tells nobody whose it was.
    again = Client()
    for answer in (again.get(link), again.post(link, {"password1": "et annet langt passord"})):
        assert (answer.status_code, answer.context["person"]) == (410, None)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert "_auth_user_id" not in again.session


def test_a_link_opens_no_account_that_has_a_password(town: Municipality) -> None:
    person = town.outsider
    invitations.invite([person], actor=town.administrator)
    link = link_to(person)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    client = Client()
    assert client.get(link).status_code == 410
    assert client.post(link, {"password1": "et annet langt passord"}).status_code == 410
    assert "_auth_user_id" not in client.session
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert invitations.invite([person], actor=town.administrator).has_password == [person]


def test_a_link_runs_out_is_replaced_and_withdrawn(town: Municipality) -> None:
    person, client = town.outsider, Client()
    invitations.invite([person], actor=town.administrator)
    first = link_to(person)
    with later(days=settings.INVITATION_DAYS, minutes=1):
        assert client.get(first).status_code == 410
    with later(minutes=3):
        invitations.invite([person], actor=town.administrator)
    second = link_to(person)
    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)
    assert invitations.withdraw(person, actor=town.administrator)
    assert client.get(second).status_code == 410
    assert not invitations.withdraw(person, actor=town.administrator)
    assert Event.objects.filter(action="access.invitation_withdrawn").count() == 1


def test_whoever_is_shut_out_is_not_let_in_by_an_old_link(town: Municipality) -> None:
    person = town.outsider
    invitations.invite([person], actor=town.administrator)
    office.change_person(person, email=person.email, name=person.name, is_active=False, actor=town.administrator)
    assert Client().get(link_to(person)).status_code == 410
    assert invitations.invite([User.objects.get(pk=person.pk)], actor=town.administrator).shut_out == [person]


def test_two_presses_send_one(administrator: Client, town: Municipality) -> None:
    url = reverse("forum:person_invite", args=[town.outsider.pk])
    administrator.post(url)
    administrator.post(url)
    assert Mail.objects.filter(to=town.outsider.email).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_send_one() -> None:
    person = User.objects.create_user("to@fjellvik.example", "To Trykk")
    started = threading.Barrier(2)
    sent: list[int] = []

    def press() -> None:
        try:
            started.wait()
            sent.append(len(invitations.invite([person], actor=None).invited))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 1]
    assert Mail.objects.filter(to=person.email).count() == 1


def test_who_has_not_accepted_is_listed_and_invited_together(administrator: Client, town: Municipality) -> None:
    town.employee().set_password(PASSWORD)
    town.employee().save(update_fields=["password"])
    url = reverse("forum:invitations")
    waiting = list(administrator.get(url).context["page"].object_list)
    assert town.employee() not in waiting
    chosen = [town.outsider, town.secretary]
    assert administrator.post(url, {}).status_code == 422
    administrator.post(url, {"people": [person.pk for person in chosen]})
    assert set(Mail.objects.filter(kind="access/mail/invitation").values_list("to", flat=True)) == {
        p.email for p in chosen
    }
    # One who has a password is no choice, whatever the browser sends.
    assert administrator.post(url, {"people": [town.employee().pk]}).status_code == 422


@pytest.mark.parametrize("name", ["people_file", "invitations"])
def test_only_who_manages_the_organisation_lets_people_in(town: Municipality, name: str) -> None:
    for person in (town.lmu_leader(), town.secretary, town.outsider):
        client = Client()
        client.force_login(person)
        assert client.get(reverse(f"forum:{name}")).status_code == 404
        assert client.post(reverse("forum:person_invite", args=[town.employee().pk])).status_code == 404
        assert client.post(reverse("forum:person_withdraw", args=[town.employee().pk])).status_code == 404


def test_a_spreadsheet_is_shown_row_by_row_before_anything_is_written(
    administrator: Client, town: Municipality
) -> None:
    known, unit, other = town.employee(), town.units[0].name, town.units[1].name
    lines = [
        "Navn;E-post;Enhet;Stilling",
        f"Åse Ås;aase@fjellvik.example;{unit};Lærer",
        f"{known.name};{known.email.upper()};{other};",
        f"{known.name};{known.email};{unit};",
        f"{known.name};{known.email};{other};",
        f"Uten Adresse;;{unit};",
        "Feil Enhet;feil@fjellvik.example;Solbaken barnehage;",
        ";tom@fjellvik.example;;",
        "Bare Navn;bare@fjellvik.example",
    ]
    before = (User.objects.count(), Employment.objects.count())
    content = "\r\n".join(lines).encode("cp1252")
    page = administrator.post(reverse("forum:people_file"), {"file": SimpleUploadedFile("folk.csv", content)})
    rows = [row for row, _what, _meaning in page.context["rows"]]
    assert [(row.line, row.outcome) for row in rows] == [
        (2, Outcome.NEW),
        (3, Outcome.EMPLOYED),
        (4, Outcome.KNOWN),
        (5, Outcome.WRONG),
        (6, Outcome.WRONG),
        (7, Outcome.WRONG),
        (8, Outcome.WRONG),
        (9, Outcome.NEW),
    ]
    assert rows[0].name == "Åse Ås"
    assert "Solbakken barnehage" in rows[5].problem
    assert (User.objects.count(), Employment.objects.count()) == before
    text = page.context["form"].initial["rows"]
    for _press in range(2):
        administrator.post(reverse("forum:people_file"), {"enter": "1", "rows": text, "invite": "on"})
    new = User.objects.get(email="aase@fjellvik.example")
    assert [(e.unit.name, e.title) for e in new.employments.all()] == [(unit, "Lærer")]
    assert known.employments.filter(unit__name=other).count() == 1
    assert User.objects.count() == before[0] + 2
    assert not User.objects.filter(email="feil@fjellvik.example").exists()
    invited = Mail.objects.filter(kind="access/mail/invitation").values_list("to", flat=True)
    assert sorted(invited) == ["aase@fjellvik.example", "bare@fjellvik.example", known.email]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"\n\n", "\n".join(f"P {n};p{n}@x.example" for n in range(501)).encode(), b"a" * 500_001],
)
def test_what_is_no_list_of_people_is_refused_beside_the_field(administrator: Client, content: bytes) -> None:
    page = administrator.post(reverse("forum:people_file"), {"file": SimpleUploadedFile("folk.csv", content)})
    assert page.status_code == 422
    assert page.context["form"].errors


def test_reading_costs_the_same_for_three_rows_and_thirty(town: Municipality, django_assert_num_queries: Any) -> None:
    for many in (3, 30):
        with django_assert_num_queries(2):
            entering.read("\n".join(f"P {n};p{n}@fjellvik.example;{town.units[0].name}" for n in range(many)))
