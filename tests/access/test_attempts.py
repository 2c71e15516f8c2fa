"""Wrong passwords keep out whoever writes them, and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.test_account import NEW, PASSWORD, is_in, link_in, mail_to
from trepart.access.models import User
from trepart.access.sign_in import attempts

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "198.51.100.1", "203.0.113.9"
KARI = "kari@fjellvik.example"


@pytest.fixture
def kari() -> User:
    return User.objects.create_user(KARI, "Kari Nordmann", PASSWORD)


def attempt(client: Client, password: str = "feil passord", email: str = KARI) -> str:
    """Try, and return what is said; nothing for whoever came in."""
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    return "" if answer.status_code == 302 else str(answer.context["form"].errors)


def at(place: str) -> Client:
    return Client(REMOTE_ADDR=place)


def test_wrong_passwords_keep_out_whoever_writes_them(kari: User) -> None:
    stranger = at(ELSEWHERE)
    said = [attempt(stranger) for _n in range(6)]
    assert len(set(said[:5])) == 1
    assert said[5] != said[0]
    # The right one does not help there, and a new session does not either.
    assert attempt(stranger, PASSWORD) == attempt(at(ELSEWHERE), PASSWORD) == said[5]
    # Its owner comes in from anywhere else, in a browser never seen before.
    assert attempt(at(HERE), PASSWORD) == ""
    # And whoever shares the stranger's network tries other addresses as before.
    assert attempt(at(ELSEWHERE), email="ola@fjellvik.example") == said[0]


def test_one_colleague_does_not_keep_a_town_hall_out(kari: User) -> None:
    """From one address, as a town hall is: more than one a second, at a few accounts, and nobody else notices."""
    ola = User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    for n in range(70):
        attempt(at(HERE), email=("ola@fjellvik.example", "per@fjellvik.example")[n % 2])
    assert attempt(at(HERE), PASSWORD) == ""
    assert attempt(at(HERE), PASSWORD, ola.email) != ""
    assert attempt(at(ELSEWHERE), PASSWORD, ola.email) == ""


def test_a_place_where_very_many_addresses_are_tried_is_shut_to_unknown_browsers(kari: User, settings: object) -> None:
    own = at(HERE)
    assert attempt(own, PASSWORD) == ""
    own.post(reverse("account_logout"))
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_place": "5/h/key"}
    said = [attempt(at(HERE), email=f"nummer{n}@fjellvik.example") for n in range(7)]
    assert len(set(said[:5])) == 1
    assert said[5] == said[6] != said[0]
    # The same words of an address with an account and of one without, the second time too; those tried before go on.
    assert [attempt(at(HERE), PASSWORD), attempt(at(HERE), PASSWORD)] == [said[5]] * 2
    assert attempt(at(HERE), email="nummer1@fjellvik.example") == said[0]
    # A known browser passes, and so does any other place.
    assert attempt(own, PASSWORD) == ""
    assert attempt(at(ELSEWHERE), PASSWORD) == ""


def test_those_who_come_in_do_not_count_against_the_place(kari: User, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_place": "2/h/key"}
    for n in range(4):
        person = User.objects.create_user(f"ansatt{n}@fjellvik.example", "Ansatt", PASSWORD)
        assert attempt(at(HERE), PASSWORD, person.email) == ""


def test_an_account_never_confirmed_gives_no_attempt_back(kari: User) -> None:
    email = "ny@fjellvik.example"
    at(ELSEWHERE).post(reverse("account_signup"), {"name": "Ny", "email": email, "password1": NEW})
    said = [attempt(at(HERE), NEW, email) for _n in range(6)]
    assert len(set(said[:5])) == 1
    assert said[5] != said[0] == attempt(at(ELSEWHERE))


def test_a_known_browser_passes_where_others_have_tried(kari: User, settings: object) -> None:
    own = at(HERE)
    assert attempt(own, PASSWORD) == ""
    own.post(reverse("account_logout"))
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_address": "8/h/key"}
    for n in range(10):
        attempt(at(f"203.0.113.{n}"))
    stopped = attempt(at("203.0.113.99"), PASSWORD)
    assert stopped
    # From the same network as one of them, too.
    assert attempt(own, PASSWORD) == ""
    own.post(reverse("account_logout"))
    # It has a limit of its own.
    assert [attempt(own) == stopped for _n in range(11)] == [False] * 10 + [True]
    assert attempt(own, PASSWORD) == stopped


def test_a_browser_is_known_for_its_owner_and_this_password_alone(kari: User) -> None:
    ola = User.objects.create_user("ola@fjellvik.example", "Ola", PASSWORD)
    own = at(HERE)
    assert attempt(own, PASSWORD, ola.email) == ""
    own.post(reverse("account_logout"))
    for _n in range(5):
        attempt(own)
    assert attempt(own, PASSWORD) != ""
    request = type("Request", (), {"COOKIES": {attempts.COOKIE: own.cookies[attempts.COOKIE].value}})()
    assert attempts.known_by(request, "OLA@fjellvik.example")
    assert not attempts.known_by(request, KARI)
    ola.set_password(NEW)
    ola.save(update_fields=["password"])
    assert not attempts.known_by(request, ola.email)
    forged = type("Request", (), {"COOKIES": {attempts.COOKIE: own.cookies[attempts.COOKIE].value + "x"}})()
    assert attempts.known_by(forged, ola.email) == ""


def test_an_address_without_an_account_is_counted_alike(kari: User) -> None:
    said = [[attempt(at(ELSEWHERE), email=email) for _n in range(6)] for email in (KARI, "ingen@fjellvik.example")]
    assert said[0] == said[1]


def test_a_new_password_by_mail_opens_at_once(kari: User) -> None:
    client = at(ELSEWHERE)
    for _n in range(6):
        attempt(client)
    client.post(reverse("account_reset_password"), {"email": KARI})
    form = client.get(link_in(mail_to(KARI)))
    client.post(form.url, {"password1": NEW, "password2": NEW})
    assert attempt(client, NEW) == ""
    assert is_in(client)


def test_its_owner_has_a_way_in_from_an_unknown_browser_however_long_others_try(kari: User, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_address": "8/h/key"}
    for n in range(10):
        attempt(at(f"203.0.113.{n}"))
    own = at(HERE)
    stopped = attempt(own, PASSWORD)
    assert "nytt passord" in stopped
    own.post(reverse("account_reset_password"), {"email": KARI})
    form = own.get(link_in(mail_to(KARI)))
    own.post(form.url, {"password1": NEW, "password2": NEW})
    # They go on meanwhile: to another browser it is shut again, and the owner comes in.
    for n in range(10):
        attempt(at(f"203.0.113.{20 + n}"))
    assert attempt(at("203.0.113.99"), NEW) == stopped
    assert attempt(own, NEW) == ""
    # A link that is not one makes no browser known.
    other = at(ELSEWHERE)
    other.post(reverse("account_reset_password_from_key", args=["1", "set-password"]), {"password1": NEW})
    assert attempts.COOKIE not in other.cookies


def test_whoever_is_signed_in_confirms_it_whatever_others_try(kari: User) -> None:
    own = at(HERE)
    assert attempt(own, PASSWORD) == ""
    for _n in range(6):
        attempt(at(HERE))
    assert own.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
