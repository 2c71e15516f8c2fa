"""Signing up: the whole way in for a citizen, and what happens when somebody tries it with another's address."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.contrib.auth import base_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.access.conftest import PASSWORD
from trepart import clock
from trepart.access.models import User
from trepart.access.sign_in import arrival, forms
from trepart.access.tasks import tidy
from trepart.audit.models import Event
from trepart.notices.models import Mail

SIGN_UP = {"name": "Kari  Nordmann", "email": "Kari@Fjellvik.example", "password1": PASSWORD}

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Iterator[list[tuple[str, bool]]]:
    """A room that is asked where one arrives; what it was asked, and whether that person had signed in then."""
    seen: list[tuple[str, bool]] = []

    def on_arrival(request: Any, person: User) -> str | None:
        seen.append((person.email, request.user.is_authenticated))
        return "/forslag/ny/" if request.user.is_authenticated else None

    arrival.register("a test", on_arrival)
    yield seen
    arrival.register("a test", lambda request, person: None)


def sign_up(client: Client, **other: str) -> Any:
    return client.post(reverse("account_signup"), {**SIGN_UP, **other})


def mails() -> list[Mail]:
    return list(Mail.objects.order_by("id"))


def link_in(message: Mail) -> str:
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", message.text)
    assert found, message.text
    return found.group(1)


def sign_in(client: Client, email: str = "kari@fjellvik.example", password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def test_a_citizen_signs_up_confirms_and_is_in(client: Client) -> None:
    answer = sign_up(client)
    assert answer.url == reverse("account_email_verification_sent")
    person = User.objects.get()
    assert (person.email, person.name, person.is_active, person.is_staff) == (
        "kari@fjellvik.example",
        "Kari Nordmann",
        True,
        False,
    )
    assert "_auth_user_id" not in client.session
    [message] = mails()
    assert (message.to, message.kind, message.secret) == (
        "kari@fjellvik.example",
        "access/mail/email_confirmation_signup",
        True,
    )
    # Reading the page confirms nothing: mail programs open links by themselves.
    link = link_in(message)
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    answer = client.post(link)
    assert answer.url == reverse("portal:my_page")
    assert client.session["_auth_user_id"] == str(person.pk)
    row = EmailAddress.objects.get()
    assert (row.email, row.verified, row.primary) == ("kari@fjellvik.example", True, True)
    assert list(Event.objects.order_by("id").values_list("action", "actor", "subject_id", "data")) == [
        ("access.signed_up", None, person.pk, {}),
        ("access.address_confirmed", person.pk, person.pk, {}),
    ]
    # Every row of the history belongs to an event.
    assert not User.history.filter(event_id=None).exists()


def test_the_link_works_on_another_device(client: Client, asked: list[tuple[str, bool]]) -> None:
    sign_up(client)
    # What a room keeps for the visitor is tied to the person at once, before the link is opened anywhere.
    assert asked == [("kari@fjellvik.example", False)]
    telephone = Client()
    page = telephone.post(link_in(mails()[0]))
    assert page.status_code == 200
    assert EmailAddress.objects.get().verified
    # The link alone signs nobody in on a device that did not sign up.
    assert "_auth_user_id" not in telephone.session
    assert sign_in(telephone).url == "/forslag/ny/"
    assert asked == [("kari@fjellvik.example", False), ("kari@fjellvik.example", True)]


def test_a_link_used_twice_is_answered_kindly(client: Client) -> None:
    sign_up(client)
    link = link_in(mails()[0])
    other = Client()
    other.post(link)
    for answer in (other.get(link), other.post(link)):
        assert answer.status_code == 200
        assert answer.context["why"] == "used"
    assert Event.objects.filter(action="access.address_confirmed").count() == 1


def test_a_link_that_is_too_old_or_broken_says_which(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up(client)
    link = link_in(mails()[0])
    assert client.get(link[:-3] + "/").context["why"] == "wrong"
    later = time.time() + timedelta(days=3, minutes=1).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    other = Client()
    assert other.get(link).context["why"] == "old"
    assert other.post(link).context["why"] == "old"
    assert not EmailAddress.objects.get().verified


def test_the_mail_can_be_sent_again_but_not_in_a_stream(client: Client) -> None:
    sign_up(client)
    again = reverse("account_email_verification_sent")
    assert client.post(again).url == again
    assert len(mails()) == 1
    cache.clear()  # two minutes later
    client.post(again)
    assert [message.to for message in mails()] == ["kari@fjellvik.example"] * 2
    assert link_in(mails()[1])


def test_somebody_else_s_address_reads_the_same_and_its_owner_is_told(client: Client) -> None:
    owner = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", PASSWORD)
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    stranger, newcomer = Client(), Client()
    taken = sign_up(stranger, name="En Annen", password1="noe helt annet enn det")
    free = sign_up(newcomer, name="En Annen", email="ny@fjellvik.example", password1="noe helt annet enn det")
    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    pages = [c.get(taken.url).content.decode() for c in (stranger, newcomer)]
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub("", pages[0]) == token.sub("", pages[1])
    # Asking for the mail again answers alike, too.
    for c in (stranger, newcomer):
        c.post(taken.url)
    pages = [c.get(taken.url).content.decode() for c in (stranger, newcomer)]
    assert token.sub("", pages[0]) == token.sub("", pages[1])
    told, welcomed = mails()
    assert (told.to, welcomed.to) == ("kari@fjellvik.example", "ny@fjellvik.example")
    assert reverse("account_reset_password") in told.text
    assert "confirm-email" not in told.text
    assert User.objects.count() == 2
    owner.refresh_from_db()
    assert owner.name == "Kari Nordmann"
    assert owner.check_password(PASSWORD)
    assert sign_in(stranger, password="noe helt annet enn det").status_code == 200
    assert "_auth_user_id" not in stranger.session


def test_a_taken_address_costs_a_hash_as_a_free_one_does(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    original = base_user.make_password
    for module in (base_user, forms):
        monkeypatch.setattr(
            module,
            "make_password",
            lambda password, *a, **k: (hashed.append(password or ""), original(password, *a, **k))[1],
        )
    sign_up(client)
    assert hashed == [PASSWORD]
    sign_up(Client())
    assert hashed == [PASSWORD, PASSWORD]


def test_nobody_signs_in_before_the_address_is_confirmed(client: Client) -> None:
    sign_up(Client())
    cache.clear()
    answer = sign_in(client)
    assert answer.status_code == 200
    assert client.get(reverse("portal:my_page")).status_code == 302
    assert len(mails()) == 2  # the link once more
    Client().post(link_in(mails()[1]))
    assert sign_in(client).status_code == 302


def test_signing_up_and_then_in_does_not_tell_who_had_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrong side: the password one had just chosen led on where the address was free, and was wrong where not."""
    owner = User.objects.create_user("kari@fjellvik.example", "Kari Nordmann", "noe helt annet enn det")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    hashed: list[str] = []
    original = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, *a: (hashed.append(password), original(self, password, *a))[1],
    )
    told = []
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    for email in ("kari@fjellvik.example", "ny@fjellvik.example"):
        stranger = Client()
        sign_up(stranger, email=email)
        cache.clear()
        hashed.clear()
        answer = sign_in(Client(), email=email)
        page = token.sub("", answer.content.decode()).replace(email, "")
        told.append((answer.status_code, page, len(hashed), sorted(answer.cookies)))
    assert told[0] == told[1]


def test_whoever_lost_a_race_for_an_address_is_told_so(client: Client) -> None:
    """The address was free when the wish to change to it was made, and is somebody's when it is confirmed."""
    first = User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    EmailAddress.objects.create(user=first, email=first.email, verified=True, primary=True)
    waiting = EmailAddress.objects.create(user=first, email="kari@fjellvik.example")
    other = User.objects.create_user("kari@fjellvik.example", "Kari", PASSWORD)
    link = reverse("account_confirm_email", args=[EmailConfirmationHMAC(waiting).key])
    client.force_login(first)
    told = client.post(link, follow=True)
    assert [str(said) for said in told.context["messages"]] == ["Adressen kan ikke brukes."]
    first.refresh_from_db()
    assert (first.email, other.email) == ("ola@fjellvik.example", "kari@fjellvik.example")
    assert not Event.objects.filter(action="access.address_changed").exists()


def test_what_is_wrong_is_said_beside_the_field_and_the_text_kept(client: Client) -> None:
    answer = sign_up(client, name="", email="ikke en adresse", password1="kort")
    assert set(answer.context["form"].errors) == {"name", "email", "password1"}
    assert 'value="ikke en adresse"' in answer.content.decode()
    assert not User.objects.exists()


def test_signing_up_has_a_limit(client: Client) -> None:
    codes = [sign_up(client, email=f"en{n}@fjellvik.example", name="").status_code for n in range(21)]
    assert codes == [200] * 20 + [429]


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "https:evil.example", "javascript:alert(1)", "/\\evil.example"],
)
def test_next_never_leads_out_of_the_portal(client: Client, settings: Any, target: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://evil.example"]
    person = User.objects.create_user("kari@fjellvik.example", "Kari", PASSWORD)
    assert sign_in(client, next=target).url == reverse("portal:my_page")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.post(reverse("account_logout"), {"next": target}).url == reverse("portal:front")


def test_next_leads_on_within_the_portal(client: Client) -> None:
    User.objects.create_user("kari@fjellvik.example", "Kari", PASSWORD)
    assert sign_in(client, next="/lmu/?q=1").url == "/lmu/?q=1"


def test_signing_in_gives_a_new_session(client: Client) -> None:
    User.objects.create_user("kari@fjellvik.example", "Kari", PASSWORD)
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    sign_in(client)
    assert client.session.session_key != planted
    assert (
        Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={planted}"})
        .get(reverse("portal:my_page"))
        .status_code
        == 302
    )


def test_guessing_is_stopped_for_the_account_and_says_the_same_for_one_that_is_none(client: Client) -> None:
    User.objects.create_user("kari@fjellvik.example", "Kari", PASSWORD)
    said = {}
    for email in ("kari@fjellvik.example", "ingen@fjellvik.example"):
        tries = [sign_in(Client(), email, "feil passord her") for _n in range(6)]
        said[email] = [list(answer.context["form"].non_field_errors()) for answer in tries]
        assert said[email][0] != said[email][5]
    assert said["kari@fjellvik.example"] == said["ingen@fjellvik.example"]
    # Also the right password is not tried any more, until five minutes have passed.
    assert "_auth_user_id" not in client.session
    assert sign_in(client).status_code == 200
    cache.clear()
    assert sign_in(client).status_code == 302


def test_a_room_that_fails_keeps_nobody_out(client: Client) -> None:
    def broken(request: Any, person: User) -> str | None:
        User.objects.get(pk=-1)
        return None

    arrival.register("broken", broken)
    try:
        User.objects.create_user("kari@fjellvik.example", "Kari", PASSWORD)
        assert sign_in(client).url == reverse("portal:my_page")
    finally:
        arrival.register("broken", lambda request, person: None)


def test_an_account_never_confirmed_is_removed_after_a_week(client: Client) -> None:
    sign_up(client)
    kept = User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    with clock.at(clock.now() + timedelta(days=6)):
        tidy(timestamp=0)
    assert User.objects.get(name="Kari Nordmann").is_active
    with clock.at(clock.now() + timedelta(days=8)):
        tidy(timestamp=0)
    gone = User.objects.exclude(pk=kept.pk).get()
    assert (gone.email, gone.is_active) == (f"closed-{gone.pk}@closed.invalid", False)
    assert "Kari" not in gone.name
    assert not User.history.filter(email__icontains="kari").exists()
    assert not User.history.filter(name__icontains="kari").exists()
    assert not EmailAddress.objects.filter(user=gone).exists()
    kept.refresh_from_db()
    assert kept.is_active
    # The address is free again.
    cache.clear()
    sign_up(Client())
    assert User.objects.filter(email="kari@fjellvik.example", is_active=True).count() == 1
