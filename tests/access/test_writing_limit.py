"""How much one person, one place, and everybody not signed in may send."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from tests.access.test_account import signed_in
from trepart import clock
from trepart.access import interrupted_forms, limits
from trepart.access.models import User
from trepart.access.tasks import end_sessions
from trepart.access.writing import _count

pytestmark = pytest.mark.django_db

NEW = "/forslag/ny/"
CARRY = "set_language_with_text"


@pytest.fixture(autouse=True)
def few(settings: Any) -> Iterator[None]:
    settings.WRITING_A_MINUTE = {"person": 3, "place": 5}
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "carried_form_all": "2/h/key"}
    caches["counted"].clear()
    cache.clear()
    yield
    caches["counted"].clear()
    cache.clear()


def test_one_person_sends_so_much_and_no_more_whatever_the_address(kari: User) -> None:
    client = signed_in()
    name = client.get(reverse("access:name")).context["form_owner"]
    ways = [reverse("portal:theme"), reverse("access:leave_form"), reverse("access:sessions")]
    assert 429 not in [client.post(way, {"left_at": "/"}).status_code for way in ways]
    # It says so, and what was written is there afterwards; another browser of the same person is no way round.
    answer = client.post(reverse("access:name"), {"name": "Kari Ny", "form_owner": name})
    assert (answer.status_code, "minutt" in answer.content.decode()) == (429, True)
    assert signed_in().post(reverse("access:name"), {"name": "x"}).status_code == 429
    script = client.post(reverse("access:leave_form"), {"left_at": "/"}, headers={"accept": "*/*"})
    assert (script.status_code, "<" in script.content.decode()) == (429, False)
    assert "Kari Ny" in client.get(reverse("access:name")).content.decode()
    kari.refresh_from_db()
    assert kari.name == "Kari Nordmann"
    # Somebody else is not stopped, and whoever is can leave.
    User.objects.create_user("ola@fjellvik.example", "Ola", "en lang nok hemmelighet")
    assert signed_in("ola@fjellvik.example").post(reverse("portal:theme")).status_code != 429
    assert client.post(reverse("account_logout")).status_code == 302


def test_counting_asks_the_database_for_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert [_count("person-0") for _n in range(3)] == [1, 2, 3]


def test_from_one_place_without_an_account(kari: User) -> None:
    said = [Client().post(reverse("account_signup"), {}).status_code for _n in range(7)]
    assert said == [200] * 5 + [429] * 2
    # Whoever is signed in there goes on.
    client = Client()
    client.force_login(kari)
    assert client.post(reverse("portal:theme")).status_code != 429


def test_people_not_signed_in_fill_no_disk(kari: User) -> None:
    client = signed_in()
    owner = client.get(reverse("access:name")).context["form_owner"]
    # The text of one whose session has ended, sent over and over without a session, and past the guard of forms.
    guarded = Client(enforce_csrf_checks=True)
    guarded.post(reverse("access:name"), {"name": "x", "form_owner": owner})
    assert _kept() == 1
    for _n in range(3):
        Client().post(reverse("access:name"), {"name": "x", "form_owner": owner})
    assert _kept() == 2
    assert Client().post(f"{reverse(CARRY)}?language=nn&next={NEW}", {"title": "A"}).status_code == 429


def test_sessions_have_a_room_that_is_watched(kari: User, settings: Any) -> None:
    owner = signed_in().get(reverse("access:name")).context["form_owner"]
    assert limits.sessions().well
    settings.SESSIONS_MAX_BYTES = 1
    assert not limits.sessions().well
    Client().post(reverse("access:name"), {"name": "x", "form_owner": owner})
    assert _kept() == 0


def test_sessions_that_are_over_are_gone_within_the_hour() -> None:
    Client().post(f"{reverse(CARRY)}?language=nn&next={NEW}", {"title": "A"})
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=clock.now() - timedelta(minutes=1))
    end_sessions(0)
    assert not Session.objects.exists()


def test_what_is_no_form_of_ours_is_left_for_its_view_to_read() -> None:
    for _n in range(8):
        answer = Client(raise_request_exception=False).post(reverse("csp_report"), {"form_owner": "x"})
        assert answer.status_code not in (429, 500)


def _kept() -> int:
    return sum(bool(one.get_decoded().get(interrupted_forms._KEY)) for one in Session.objects.all())
