"""Access on the web and the page of a step: refusals that lose nothing, sessions that run out."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from tests.errands.models import Errand
from tests.factories.organisation import Municipality
from trepart.access import interrupted_forms
from trepart.access.models import User
from trepart.access.policy import UnknownPermission
from trepart.audit.models import Event
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


@pytest.fixture(autouse=True)
def _addresses(settings: Any, errands: ModuleType) -> None:
    settings.ROOT_URLCONF = "tests.errands.urls"


@pytest.fixture
def secretary(client: Client, town: Municipality) -> Client:
    client.force_login(town.secretary)
    return client


def owner_of(response: Any) -> str:
    """Return the mark of whose form a page carries."""
    return str(response.context["form_owner"])


# Declarations ---------------------------------------------------------------------------------------------------------
def test_a_declaration_is_what_happens(client: Client, town: Municipality) -> None:
    sign_in = reverse("account_login")
    assert client.get("/errand/public/").content == b"here"
    for url in ("/errand/in/", "/errand/may/", "/errand/staff/"):
        answer = client.get(f"{url}?a=1")
        assert (answer.status_code, answer["Location"]) == (302, f"{sign_in}?next={url}%3Fa%3D1")
    client.force_login(town.outsider)
    assert client.get("/errand/in/").content == b"here"
    # The right itself is asked by the view, about its object.
    assert client.get("/errand/may/").content == b"here"
    assert client.get("/errand/staff/").status_code == 404
    town.outsider.is_staff = True
    town.outsider.save()
    assert client.get("/errand/staff/").content == b"here"


def test_no_declaration_or_an_unknown_right_opens_nothing(secretary: Client) -> None:
    with pytest.raises(ImproperlyConfigured, match="declares no access"):
        secretary.get("/errand/silent/")
    with pytest.raises(UnknownPermission):
        secretary.get("/errand/typo/")


def test_a_closed_account_is_signed_out(secretary: Client, town: Municipality) -> None:
    User.objects.filter(pk=town.secretary.pk).update(is_active=False)
    assert secretary.get("/errand/in/").status_code == 302


# The page of a step ---------------------------------------------------------------------------------------------------
def test_a_step_is_taken_and_said_so(secretary: Client, errand: Make) -> None:
    made = errand("running")
    page = secretary.get(f"/errand/{made.pk}/finish/")
    assert page.status_code == 200
    assert page.context["seen"] == made.status_event_id
    answer = secretary.post(f"/errand/{made.pk}/finish/", {"answer": "Æ, ø & <å>", "seen": page.context["seen"]})
    assert (answer.status_code, answer["Location"]) == (302, f"/errand/{made.pk}/")
    made.refresh_from_db()
    assert made.status == "done"
    assert made.status_event.text == {"answer": "Æ, ø & <å>"}


def test_what_was_typed_stands_there_again_after_every_refusal(
    secretary: Client, errand: Make, errands: ModuleType, town: Municipality
) -> None:
    made = errand("running")
    url = f"/errand/{made.pk}/finish/"
    typed = {"answer": "A long and careful text", "count": "many", "seen": str(made.status_event_id)}
    wrong = secretary.post(url, typed)
    assert wrong.status_code == 422
    errands.broken.add("guard")
    shut = secretary.post(url, {**typed, "count": "1"})
    assert shut.status_code == 422
    assert "The road is closed." in shut.content.decode()
    errands.broken.clear()
    perform(perform(made, "rest", actor=None), "start", actor=town.chair)
    old = secretary.post(url, {**typed, "count": "1"})
    assert old.status_code == 409
    assert old.context["stale"] is True
    for page in (wrong, shut, old):
        assert "A long and careful text" in page.content.decode()
    # The page that was shown again knows where things stand now.
    assert secretary.post(url, {**typed, "count": "1", "seen": old.context["seen"]}).status_code == 302


def test_two_presses_are_one_step(secretary: Client, errand: Make) -> None:
    made = errand("running")
    typed = {"answer": "Once", "seen": str(made.status_event_id)}
    url = f"/errand/{made.pk}/finish/"
    assert [secretary.post(url, typed).status_code for _each in range(2)] == [302, 409]
    assert Event.objects.filter(action="errands.finished", subject_id=made.pk).count() == 1


@pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 40])
def test_an_odd_mark_of_what_was_seen_breaks_nothing(seen: str, secretary: Client, errand: Make) -> None:
    made = errand("running")
    answer = secretary.post(f"/errand/{made.pk}/finish/", {"answer": "A", "seen": seen})
    assert answer.status_code in {302, 409}


def test_a_step_that_is_not_open_leads_back_with_a_word(secretary: Client, errand: Make, errands: ModuleType) -> None:
    for made, name in ((errand("open"), "finish"), (errand("running"), "rest")):
        answer = secretary.get(f"/errand/{made.pk}/{name}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/errand/{made.pk}/")
    assert secretary.post(f"/errand/{errand('running').pk}/rest/").status_code == 403
    errands.broken.add("guard")
    assert secretary.get(f"/errand/{errand('running').pk}/finish/").status_code == 302


def test_what_one_may_not_see_and_what_is_not_there_look_alike(
    client: Client, errand: Make, town: Municipality
) -> None:
    made = errand("running")
    client.force_login(town.outsider)
    assert client.get(f"/errand/{made.pk}/finish/").status_code == 404
    assert client.post(f"/errand/{made.pk}/finish/", {"answer": "x"}).status_code == 404
    client.force_login(town.secretary)
    for url in (f"/errand/{made.pk}/fly/", "/errand/999999999/finish/", f"/errand/{10**30}/finish/"):
        assert client.get(url).status_code == 404


# An expired session ---------------------------------------------------------------------------------------------------
def test_the_text_comes_back_after_signing_in_again(secretary: Client, errand: Make, town: Municipality) -> None:
    made = errand("running")
    url = f"/errand/{made.pk}/finish/"
    typed = {"answer": "A whole evening's work", "form_owner": owner_of(secretary.get(url))}
    secretary.logout()
    answer = secretary.post(url, {**typed, "csrfmiddlewaretoken": "x", "password": "secret"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert Event.objects.filter(action="errands.finished").count() == 0
    _sign_in(secretary, town.secretary)
    page = secretary.get(url)
    assert "A whole evening" in page.content.decode()
    assert "secret" not in str(dict(secretary.session))
    # It stays until it is sent: the page that gave it back may be lost as well.
    assert "A whole evening" in secretary.get(url).content.decode()
    secretary.post(url, {**typed, "seen": page.context["seen"]})
    assert secretary.session["kept_forms"] == {}


def test_the_text_of_one_is_never_shown_to_another(secretary: Client, errand: Make, town: Municipality) -> None:
    made = errand("running")
    url = f"/errand/{made.pk}/finish/"
    typed = {"answer": "Only for me", "form_owner": owner_of(secretary.get(url))}
    secretary.logout()
    secretary.post(url, typed)
    _sign_in(secretary, town.chair)
    assert "Only for me" not in secretary.get(url).content.decode()


@pytest.mark.parametrize("mark", ["", "forged", "1:abc:def"])
def test_a_form_without_a_true_mark_is_not_kept(mark: str, client: Client, errand: Make, town: Municipality) -> None:
    made = errand("running")
    url = f"/errand/{made.pk}/finish/"
    client.post(url, {"answer": "Planted", "form_owner": mark})
    _sign_in(client, town.secretary)
    assert "Planted" not in client.get(url).content.decode()


def test_a_kept_text_is_gone_after_an_hour(
    secretary: Client, errand: Make, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = errand("running")
    url = f"/errand/{made.pk}/finish/"
    typed = {"answer": "Too late", "form_owner": owner_of(secretary.get(url))}
    secretary.logout()
    secretary.post(url, typed)
    _sign_in(secretary, town.secretary)
    real = interrupted_forms.time.time
    monkeypatch.setattr(interrupted_forms.time, "time", lambda: real() + 60 * 60 + 1)
    assert "Too late" not in secretary.get(url).content.decode()


def test_only_so_much_is_kept(secretary: Client, errand: Make, town: Municipality) -> None:
    made = errand("running")
    owner = owner_of(secretary.get(f"/errand/{made.pk}/finish/"))
    secretary.logout()
    secretary.post(f"/errand/{made.pk}/finish/", {"answer": "å" * 150_000, "form_owner": owner})
    assert "kept_forms" not in secretary.session
    for number in range(15):
        secretary.post(f"/errand/{number + 1}/finish/", {"answer": "x", "form_owner": owner})
    assert len(secretary.session["kept_forms"]) == 12
    assert "/errand/15/finish/" in secretary.session["kept_forms"]


def test_a_session_holds_only_so_much_of_them_together(secretary: Client, errand: Make, town: Municipality) -> None:
    """Sessions of those who are not signed in cost nothing to get: one holds what one form may hold."""
    made = errand("running")
    owner = owner_of(secretary.get(f"/errand/{made.pk}/finish/"))
    secretary.logout()
    for number in range(4):
        secretary.post(f"/errand/{number + 1}/finish/", {"answer": "x" * 150_000, "form_owner": owner})
    assert list(secretary.session["kept_forms"]) == ["/errand/4/finish/"]
    # Many short ones stand beside each other.
    for number in range(3):
        secretary.post(f"/errand/{number + 5}/finish/", {"answer": "x" * 1000, "form_owner": owner})
    assert len(secretary.session["kept_forms"]) == 4


def test_a_form_whose_protection_ran_out_is_kept_too(errand: Make, town: Municipality) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.secretary)
    made = errand("running")
    url = f"/errand/{made.pk}/finish/"
    owner = owner_of(strict.get(url))
    answer = strict.post(url, {"answer": "Still mine", "form_owner": owner, "csrfmiddlewaretoken": "old"})
    assert answer.status_code == 403
    assert "Still mine" in strict.get(url).content.decode()


def test_what_is_no_form_of_ours_is_the_views_own_to_read(
    secretary: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The report of what a browser stopped, sent by somebody signed in: read before the view, it was a fault."""
    settings.ROOT_URLCONF = "trepart.urls"
    monkeypatch.setattr(interrupted_forms, "sent", lambda _request: pytest.fail("it was read before the view"))
    monkeypatch.setattr(interrupted_forms, "leave", lambda *_given: pytest.fail("it was read after the view"))
    assert secretary.post(reverse("csp_report"), {"a": "form"}).status_code == 400
    assert secretary.post(reverse("csp_report"), {"a": "x" * 100_000}).status_code == 413


def _sign_in(client: Client, person: User) -> None:
    """Sign in through the form, in the session that is already there."""
    person.set_password("a long enough secret")
    person.save()
    answer = client.post(reverse("account_login"), {"login": person.email, "password": "a long enough secret"})
    assert answer.status_code == 302, answer.context["form"].errors
