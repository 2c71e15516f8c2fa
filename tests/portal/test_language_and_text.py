"""Changing the language in the middle of a form: what is written comes along, for whoever wrote it."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from proposals.enums import IntakeKind, Origin
from proposals.routing import services
from tests.factories.addresses import OWN, staged
from tests.factories.organisation import Municipality
from trepart.access import interrupted_forms
from trepart.documenting import addresses

pytestmark = pytest.mark.django_db
NEW = "/forslag/ny/"


@pytest.fixture(autouse=True)
def _open_to_citizens(town: Municipality, settings: Any) -> None:
    settings.LANGUAGE_CODE = "nb"
    cache.clear()
    services.set_intake(origin=Origin.CITIZEN, kind=IntakeKind.BODY, body=town.coordination, actor=None)


class Form(HTMLParser):
    """What a browser would send of the form that travels with the language, and where its buttons lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.ways: dict[str, str] = {}
        self.name, self._in, self._area = "", False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "button" and given.get("lang") and given.get("formaction"):
            self.ways[given["lang"]] = given["formaction"]
            self.name = given["form"]
        if tag == "form":
            self._in = given.get("id") in {"carried-form", "proposal-form"}
        if not self._in or not given.get("name"):
            return
        name, kind = given["name"], given.get("type", "text")
        if tag == "textarea":
            self.fields[name], self._area = [""], name
            self.texts.append(name)
        elif tag == "input" and kind == "text":
            self.fields[name] = [given.get("value", "")]
            if not given.get("tabindex"):
                self.texts.append(name)
        elif tag == "input" and (kind in {"hidden", "date", "time", "number", "email"} or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._in = self._in and tag != "form"


def opened(client: Client, url: str) -> Form:
    answer = client.get(url)
    assert answer.status_code == 200
    return Form(answer.content.decode())


def test_a_half_written_proposal_is_gone_on_with_in_another_language(client: Client) -> None:
    form = opened(client, NEW)
    assert (form.name, set(form.ways)) == ("proposal-form", {"nn", "en"})
    where = urlsplit(form.ways["nn"])
    assert parse_qs(where.query)["next"] == [NEW]
    answer = client.post(form.ways["nn"], form.fields | {"title": ["Benk <b>ved</b> stien 🪑"], "needs_grant": ["no"]})
    assert (answer.status_code, answer["Location"]) == (302, NEW)
    page = client.get(NEW)
    said = page.content.decode()
    assert page["Content-Language"] == "nn"
    assert "Benk &lt;b&gt;ved&lt;/b&gt; stien 🪑" in said
    # What is left to fill in is not held against anybody yet.
    assert "ds-validation-message" not in said
    assert not said.split("<title>")[1].startswith(("Feil", "Error"))
    assert "Benk" not in client.get(NEW).content.decode()


def test_nobody_else_gets_it(town: Municipality, client: Client) -> None:
    form = opened(client, NEW)
    client.post(form.ways["en"], form.fields | {"title": ["Min egen"]})
    assert "Min egen" not in Client().get(NEW).content.decode()
    # Nor whoever signs in afterwards at the same browser.
    client.force_login(town.outsider)
    assert "Min egen" not in client.get(NEW).content.decode()


def test_another_s_page_left_open_is_that_person_s(town: Municipality, client: Client) -> None:
    client.force_login(town.employee(0))
    form = opened(client, NEW)
    client.force_login(town.employee(1))
    client.post(form.ways["en"], form.fields | {"title": ["Noe Kari skrev"]})
    assert "Noe Kari skrev" not in client.get(NEW).content.decode()


def test_another_site_cannot_send_anything_along() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"{reverse('set_language_with_text')}?language=nn&next={NEW}", {"title": "Plantet"})
    assert answer.status_code == 403
    assert client.get(NEW)["Content-Language"] == "nb"


def test_a_password_is_never_kept(client: Client) -> None:
    form = opened(client, NEW)
    client.post(
        form.ways["en"], form.fields | {"title": ["A"], "new_password1": ["hemmelig"], "password": ["hemmelig"]}
    )
    assert "hemmelig" not in str(dict(client.session))


def test_more_than_fits_changes_nothing_and_says_so(client: Client) -> None:
    form = opened(client, NEW)
    answer = client.post(form.ways["en"], form.fields | {"what": ["x" * (interrupted_forms._KEEP_BYTES_UNKNOWN + 1)]})
    assert answer.status_code == 413
    assert client.get(NEW)["Content-Language"] == "nb"


def test_somebody_who_only_fills_the_place_up_is_stopped(client: Client) -> None:
    form = opened(client, NEW)
    answers = [client.post(form.ways["en"], form.fields).status_code for _n in range(61)]
    assert (set(answers[:60]), answers[60]) == ({302}, 429)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", ""])
def test_one_is_never_sent_off_the_site(client: Client, back: str) -> None:
    assert client.post(f"{reverse('set_language_with_text')}?language=nn&next={back}")["Location"] == "/"


@pytest.mark.parametrize("kind", ["lmu", "coordination", "committee", "grendeutvalg"])
def test_every_form_that_says_so_keeps_what_is_written(kind: str, town: Municipality) -> None:
    """Whatever text one can write in, in every form of every room: it is there afterwards, in the other language; and
    after a session that ran out."""
    stage = staged(town, kind)
    readers = {
        "lmu": [town.lmu_leader(0)],
        "coordination": [town.coordination_secretary],
        "committee": [town.secretary, town.administrator],
        "grendeutvalg": [stage.leader or town.administrator],
    }[kind]
    tried, lost = set(), []
    for person in readers:
        client = Client()
        client.force_login(person)
        for name, path, _access in addresses():
            url = None if name in OWN or (not stage.is_about(name) and "<" in path) else stage.url(name)
            answer = client.get(url) if url else None
            if answer is None or answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            form = Form(answer.content.decode())
            if not form.ways or not form.texts:
                continue
            here = answer["Content-Language"]
            there = next(code for code in form.ways if code != here)
            marks = {field: f"Merke {n} på {field[:9]}" for n, field in enumerate(form.texts)}
            client.post(form.ways[there], form.fields | {field: [mark] for field, mark in marks.items()})
            page = client.get(url)
            said = page.content.decode()
            tried.add(name)
            lost += [f"{name}: {field}" for field, mark in marks.items() if mark not in said]
            if page["Content-Language"] != there or "ds-validation-message" in said:
                lost.append(f"{name}: {page['Content-Language']}, or judged")
            later = Client()
            assert later.post(url, form.fields | {field: [mark] for field, mark in marks.items()}).status_code == 302
            later.force_login(person)
            said = later.get(url).content.decode()
            lost += [f"{name} after signing in again: {field}" for field, mark in marks.items() if mark not in said]
    assert lost == []
    assert len(tried) >= {"lmu": 3, "coordination": 4, "committee": 8, "grendeutvalg": 2}[kind], tried
