"""One's own account: password, address, name, sessions, closing it, and what a browser may keep of it all."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from forum.organisation.services import bodies as office
from proposals.models import Proposal
from tests.access.conftest import PASSWORD
from tests.factories.at_once import together
from tests.factories.organisation import Municipality
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.audit.sealing import seal_events
from trepart.audit.verifying import verify
from trepart.notices.models import Mail

NEW = "en helt annen hemmelighet"

pytestmark = pytest.mark.django_db


def signed_in(email: str = "kari@fjellvik.example", password: str = PASSWORD, **headers: str) -> Client:
    client = Client(headers=headers or None)
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    assert answer.status_code == 302, answer.context["form"].errors
    return client


def sure(client: Client, password: str = PASSWORD) -> None:
    """Confirm that it is oneself, as asked before something that matters."""
    assert client.post(reverse("account_reauthenticate"), {"password": password}).status_code == 302


def is_in(client: Client) -> bool:
    return bool(client.get(reverse("portal:my_page")).status_code == 200)


def mail_to(address: str) -> Mail:
    return Mail.objects.filter(to=address).latest("id")


def link_in(message: Mail) -> str:
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", message.text)
    assert found, message.text
    return found.group(1)


# Passwords ------------------------------------------------------------------------------------------------------------


def test_a_new_password_ends_every_other_session(kari: User) -> None:
    here, there = signed_in(), signed_in()
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )
    assert answer.url == reverse("access:security")
    assert is_in(here)
    assert not is_in(there)
    assert mail_to(kari.email).kind == "access/mail/password_changed"
    assert Event.objects.get(action="access.password_set").actor == kari


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(kari: User) -> None:
    elsewhere, client = signed_in(), Client()
    answer = client.post(reverse("account_reset_password"), {"email": "KARI@fjellvik.example"})
    assert answer.url == reverse("account_reset_password_done")
    message = mail_to("kari@fjellvik.example")
    assert message.secret
    form = client.get(link_in(message))
    # The secret is taken out of the address before anything is shown.
    assert form.url.endswith("-set-password/")
    assert client.post(form.url, {"password1": NEW, "password2": NEW}).url == reverse(
        "account_reset_password_from_key_done"
    )
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert is_in(signed_in(password=NEW))
    assert Client().get(link_in(message)).context["token_fail"]


@pytest.mark.django_db(transaction=True)
def test_a_link_for_a_new_password_sets_one_also_where_it_is_used_at_once() -> None:
    person = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", PASSWORD)
    Client().post(reverse("account_reset_password"), {"email": person.email})
    link = link_in(mail_to(person.email))
    devices = [Client() for _each in range(4)]
    forms = [device.get(link).url for device in devices]
    new = [f"{NEW} {number}" for number in range(4)]
    together(*(
        partial(device.post, form, {"password1": word, "password2": word})
        for device, form, word in zip(devices, forms, new, strict=True)
    ))  # fmt: skip
    assert Event.objects.filter(action="access.password_set").count() == 1
    person.refresh_from_db()
    assert sum(person.check_password(word) for word in new) == 1


def test_the_page_for_a_forgotten_password_never_tells_who_has_an_account(kari: User) -> None:
    said = []
    for address in ("kari@fjellvik.example", "ingen@fjellvik.example"):
        client = Client()
        answer = client.post(reverse("account_reset_password"), {"email": address})
        said.append((answer.status_code, answer.url, client.get(answer.url).content))
    assert said[0] == said[1]
    assert [m.kind for m in Mail.objects.order_by("id")] == [
        "access/mail/password_reset_key",
        "access/mail/unknown_account",
    ]


def test_an_address_only_wished_for_opens_no_account(kari: User) -> None:
    """Whoever owns an address that somebody once wrote by mistake gets no link into that person's account."""
    EmailAddress.objects.create(user=kari, email="feil@fjellvik.example")
    Client().post(reverse("account_reset_password"), {"email": "feil@fjellvik.example"})
    assert mail_to("feil@fjellvik.example").kind == "access/mail/unknown_account"


def test_another_s_link_sets_nobody_else_s_password(kari: User) -> None:
    ola = User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    Client().post(reverse("account_reset_password"), {"email": kari.email})
    link = link_in(mail_to(kari.email))
    swapped = link.replace(f"/{user_pk_to_url_str(kari)}-", f"/{user_pk_to_url_str(ola)}-")
    assert swapped != link
    assert Client().get(swapped).context["token_fail"]


# Address and name -----------------------------------------------------------------------------------------------------


def test_a_new_address_takes_effect_when_it_is_confirmed(kari: User) -> None:
    client, elsewhere = signed_in(), signed_in()
    page = reverse("account_email")
    client.post(page, {"email": "kari.ny@fjellvik.example", "action_add": ""})
    sure(client)
    client.post(page, {"email": "kari.ny@fjellvik.example", "action_add": ""})
    kari.refresh_from_db()
    assert kari.email == "kari@fjellvik.example"
    assert Mail.objects.filter(to="kari.ny@fjellvik.example").count() == 1
    client.post(link_in(mail_to("kari.ny@fjellvik.example")))
    kari.refresh_from_db()
    assert kari.email == "kari.ny@fjellvik.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("kari.ny@fjellvik.example", True, True)
    ]
    # Whoever had the old address is told, and the history has both, each under its event.
    assert mail_to("kari@fjellvik.example").kind == "access/mail/email_changed"
    changed = Event.objects.get(action="access.address_changed")
    assert (changed.actor, changed.data) == (kari, {})
    assert User.history.filter(event_id=changed.pk).get().email == "kari.ny@fjellvik.example"
    # Every session is over, the one that asked, too: password and second step are asked anew.
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert is_in(signed_in("kari.ny@fjellvik.example"))


def test_a_slip_of_the_pen_gives_the_account_to_nobody(kari: User) -> None:
    """The link lands with a stranger, who presses it: nothing happens without a sign-in of Kari's own."""
    foreign = "kari.feil@fjellvik.example"
    client = signed_in()
    sure(client)
    client.post(reverse("account_email"), {"email": foreign, "action_add": ""})
    link = link_in(mail_to(foreign))
    User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    for stranger in (Client(), signed_in("ola@fjellvik.example")):
        assert stranger.get(link).context["sign_in_first"]
        assert stranger.post(link).status_code == 403
    kari.refresh_from_db()
    assert kari.email == "kari@fjellvik.example"
    Client().post(reverse("account_reset_password"), {"email": foreign})
    assert mail_to(foreign).kind == "access/mail/unknown_account"
    # The old one was told at once, and stops it: then the link is worth nothing to Kari either.
    told = mail_to("kari@fjellvik.example")
    assert told.kind == "access/addresses/mail/address_asked"
    assert foreign in told.text
    stop = link_in(told)
    assert Client().get(stop).status_code == 200
    Client().post(stop)
    assert not EmailAddress.objects.filter(email=foreign).exists()
    assert client.post(link).status_code == 200
    kari.refresh_from_db()
    assert kari.email == "kari@fjellvik.example"


def test_an_address_that_is_somebody_else_s_is_not_told_apart(kari: User) -> None:
    User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    client = signed_in()
    sure(client)
    page = reverse("account_email")
    answers = [
        client.post(page, {"email": address, "action_add": ""}).status_code
        for address in ("ola@fjellvik.example", "ny@fjellvik.example")
    ]
    assert answers == [302, 302]
    client.post(link_in(mail_to("ny@fjellvik.example")))
    kari.refresh_from_db()
    assert kari.email == "ny@fjellvik.example"


def test_a_name_is_changed_with_its_history(kari: User) -> None:
    client = signed_in()
    assert client.post(reverse("access:name"), {"name": " "}).status_code == 422
    client.post(reverse("access:name"), {"name": "Kari  Berg"})
    kari.refresh_from_db()
    assert kari.name == "Kari Berg"
    event = Event.objects.get(action="access.name_changed")
    assert [row.name for row in User.history.filter(event_id=event.pk)] == ["Kari Berg"]


# Sessions -------------------------------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1"
)


def test_one_sees_where_one_is_signed_in_and_ends_it(kari: User) -> None:
    desk, telephone = signed_in(**{"user-agent": FIREFOX}), signed_in(**{"user-agent": IPHONE})
    devices = desk.get(reverse("access:sessions")).context["devices"]
    assert [(device.name, device.current) for device in devices] == [
        ("Firefox, Windows", True),
        ("Safari, iPhone", False),
    ]
    answer = desk.post(reverse("access:session_end", args=[devices[1].pk]))
    assert answer.url == reverse("access:sessions")
    assert is_in(desk)
    assert not is_in(telephone)


def test_one_signs_out_everywhere_else(kari: User) -> None:
    here, *others = [signed_in() for _n in range(3)]
    here.post(reverse("access:sessions"))
    assert is_in(here)
    assert not any(is_in(client) for client in others)


def test_another_s_session_does_not_exist(kari: User) -> None:
    User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    mine, other = signed_in(), signed_in("ola@fjellvik.example")
    row = UserSession.objects.get(user__email="ola@fjellvik.example")
    assert mine.post(reverse("access:session_end", args=[row.pk])).status_code == 404
    assert is_in(other)


def test_whoever_is_shut_out_is_out_at_once(town: Municipality) -> None:
    person = town.employee()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    client = signed_in(person.email)
    office.change_person(person, email=person.email, name=person.name, is_active=False, actor=town.administrator)
    assert not is_in(client)
    assert not UserSession.objects.filter(user=person).exists()
    answer = Client().post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in answer.client.session


def test_no_network_address_is_kept(kari: User) -> None:
    client = Client(REMOTE_ADDR="203.0.113.77")
    client.post(reverse("account_login"), {"login": kari.email, "password": "feil passord"})
    client.post(reverse("account_login"), {"login": kari.email, "password": PASSWORD})
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache_key, ' ') FROM trepart_cache")
        keys = cursor.fetchone()[0]
    assert "login_pair" in keys
    assert "203.0.113.77" not in keys
    mark = UserSession.objects.get().ip
    assert mark.startswith("fd")
    with clock.at(clock.now() + timedelta(days=1)):
        other = signed_in()
    assert UserSession.objects.exclude(ip=mark).count() == 1
    assert is_in(other)


@pytest.mark.parametrize(("proxies", "told", "same"), [(0, True, True), (1, True, False)])
def test_the_visitor_behind_our_own_proxies_is_counted(
    kari: User, settings: Any, proxies: int, told: bool, same: bool
) -> None:
    """Without a proxy of ours, what a visitor writes in X-Forwarded-For is not believed; with
    one, the last of it is."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for address in ("198.51.100.1", "198.51.100.2"):
        signed_in(**{"x-forwarded-for": f"1.1.1.1, {address}"})
    assert (UserSession.objects.values("ip").distinct().count() == 1) is same


def test_a_network_of_one_is_one_visitor(kari: User) -> None:
    """Whoever has IPv6 has more addresses than could be counted: their /64 is where they come from."""
    for address in ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"):
        Client(REMOTE_ADDR=address).post(reverse("account_login"), {"login": kari.email, "password": PASSWORD})
    assert UserSession.objects.values("ip").distinct().count() == 1
    for number in range(6):
        other = Client(REMOTE_ADDR=f"2001:db8:0:2:{number}::1")
        other.post(reverse("account_login"), {"login": kari.email, "password": "feil passord"})
    for address, comes_in in (("2001:db8:0:2:abcd::9", False), ("2001:db8:0:3::1", True)):
        client = Client(REMOTE_ADDR=address)
        client.post(reverse("account_login"), {"login": kari.email, "password": PASSWORD})
        assert is_in(client) is comes_in


# Closing --------------------------------------------------------------------------------------------------------------


def test_a_citizen_closes_the_account_and_nothing_is_left(kari: User) -> None:
    client, elsewhere = signed_in(), signed_in()
    close = reverse("access:close")
    assert client.get(close).url.startswith(reverse("account_reauthenticate"))
    sure(client)
    assert client.post(close, {}).status_code == 422
    answer = client.post(close, {"sure": "on"})
    assert (answer.url, answer.headers["Clear-Site-Data"]) == (reverse("portal:front"), '"cache"')
    assert not is_in(client)
    assert not is_in(elsewhere)
    kari.refresh_from_db()
    assert (kari.email, kari.is_active, kari.has_usable_password()) == (
        f"closed-{kari.pk}@closed.invalid",
        False,
        False,
    )
    everywhere = [
        str(row)
        for row in (*User.history.filter(id=kari.pk).values("email", "name"), *User.objects.values("email", "name"))
    ]
    assert not [row for row in everywhere if "ordmann" in row or "kari@" in row]
    assert not EmailAddress.objects.exists()
    assert not UserSession.objects.exists()
    assert not Mail.objects.filter(to__icontains="kari").exists()
    event = Event.objects.get(action="access.account_closed")
    assert (event.actor, event.data) == (kari, {"name_kept": False})
    # The address is free, and the trail holds.
    assert client.post(reverse("account_reset_password"), {"email": "kari@fjellvik.example"}).status_code == 302
    assert mail_to("kari@fjellvik.example").kind == "access/mail/unknown_account"
    seal_events()
    # The person is the test's own, made under no event: nothing else is out of order.
    assert [one.message for one in verify()] == [f"Person {kari.pk} er skrevet uten noen hendelse."]


def test_what_was_sent_in_goes_on_without_the_name(town: Municipality) -> None:
    person = town.employee()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    proposal = Road(town, proposer=person, show_name="on").proposal
    for employment in person.employments.all():
        office.end_employment(employment, on=employment.valid_from, actor=town.administrator)
    client = signed_in(person.email)
    sure(client)
    close = reverse("access:close")
    page = client.get(close)
    assert [tie.keeps_name for tie in page.context["staying"]] == [True, False]
    client.post(close, {"sure": "on"})
    after = Proposal.objects.get(pk=proposal.pk)
    assert (after.show_name, after.status) == (False, proposal.status)
    kept = User.objects.get(pk=person.pk)
    assert (kept.name, kept.email) == (person.name, f"closed-{person.pk}@closed.invalid")
    event = Event.objects.get(action="access.account_closed")
    assert event.data == {"name_kept": True}
    assert proposal.history.filter(event_id=event.pk).get().show_name is False


def test_an_employee_in_office_cannot_close_the_account(town: Municipality) -> None:
    person = town.lmu_leader()
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    client = signed_in(person.email)
    sure(client)
    page = client.get(reverse("access:close"))
    assert len(page.context["in_the_way"]) == 2
    assert client.post(reverse("access:close"), {"sure": "on"}).status_code == 422
    assert User.objects.get(pk=person.pk).is_active
    assert not Event.objects.filter(action="access.account_closed").exists()
