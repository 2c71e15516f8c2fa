"""Choosing a language: in the browser, on the person, and what comes first."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.organisation import Municipality
from trepart import languages
from trepart.access.models import User

pytestmark = pytest.mark.django_db
TITLES = {"nb": "Forsiden", "nn": "Framsida", "en": "Front page"}


def shown(client: Client, path: str = "/") -> str:
    """Return the language a page comes in, and see that everything on it agrees."""
    answer = client.get(path)
    language = answer["Content-Language"]
    assert f'<html lang="{language}"' in answer.content.decode()
    assert "Cookie" in answer["Vary"]
    return str(language)


def choose(client: Client, language: str, back: str = "/") -> Any:
    return client.post(reverse("set_language"), {"language": language, "next": back})


@pytest.fixture(autouse=True)
def _norwegian(settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"


def test_a_page_comes_in_the_municipalitys_language_whatever_the_browser_asks_for(
    client: Client, settings: Any
) -> None:
    assert shown(client) == "nb"
    settings.LANGUAGE_CODE = "nn"
    assert client.get("/", headers={"accept-language": "en"})["Content-Language"] == "nn"


def test_a_reader_chooses_and_stays_on_the_page(client: Client) -> None:
    answer = choose(client, "nn", "/forslag/?q=sti")
    assert (answer.status_code, answer["Location"]) == (302, "/forslag/?q=sti")
    assert shown(client) == "nn"
    assert TITLES["nn"] in client.get("/").content.decode()
    choose(client, "en")
    assert shown(client) == "en"
    assert TITLES["en"] in client.get("/").content.decode()


def test_a_reader_who_only_reads_is_given_no_cookie(client: Client) -> None:
    client.get("/")
    assert not client.cookies


def test_each_language_is_offered_in_its_own_name_but_not_the_one_of_the_page(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'value="nn" lang="nn">Nynorsk</button>' in page
    assert 'value="en" lang="en">English</button>' in page
    assert 'value="nb"' not in page


def test_a_person_is_remembered_on_every_device(town: Municipality, client: Client) -> None:
    person = town.employee()
    client.force_login(person)
    before = User.history.count()
    choose(client, "nn")
    assert User.objects.get(pk=person.pk).language == "nn"
    assert User.history.count() == before
    elsewhere = Client()
    elsewhere.force_login(person)
    elsewhere.cookies["django_language"] = "en"
    assert shown(elsewhere) == "nn"
    assert languages.language_of(User.objects.get(pk=person.pk)) == "nn"


@pytest.mark.parametrize("wrong", ["de", "", "nb\r\nX: y", "../nb", "NN"])
def test_a_language_that_is_not_offered_changes_nothing(client: Client, wrong: str) -> None:
    assert choose(client, wrong).status_code == 302
    assert shown(client) == "nb"
    client.cookies["django_language"] = "de"
    assert shown(client) == "nb"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "/\\evil.example"]
)
def test_one_is_never_sent_off_the_site(client: Client, back: str) -> None:
    assert choose(client, "nn", back)["Location"] == "/"


def test_a_language_no_longer_offered_is_not_used(town: Municipality, settings: Any) -> None:
    person = town.employee()
    person.language = "en"
    assert languages.language_of(person) == "en"
    settings.LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk")]
    assert languages.language_of(person) == "nb"


def test_it_is_chosen_by_sending_not_by_following(client: Client) -> None:
    assert client.get(reverse("set_language")).status_code == 405
