"""Every page of the portal in a real browser.

What is looked at: every address that draws a page, by name (tests/factories/addresses.py and support/own_pages.py
have an example of each), as the public sees it where it may, and as whoever has most to do there sees it; the pages
of a body, a meeting, its minutes and a proposal in each kind of body; every form sent empty, with its messages;
setting up codes and passkeys; six letters in the demo's mailbox; the pages that say that something went wrong.

- In bokmål, in the browser at 390 px: axe, every form sent empty; nothing is wider than the screen, the page says its
  language, the content security policy stops nothing, no script fails, no request leaves the site.
- In nynorsk and English, without a browser: tests/e2e/test_every_language.py.
- With TREPART_EVERY_WAY set (`make test-deep`): all of it in the browser in every language, with the text as it is and
  at twice the size, at 390 and 1280 px.

Not looked at here: pages as somebody sees them who has nothing there (beside a newcomer's own page), and what
`own_pages.NOT_SEEN` names.
"""

import gzip
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import AXE, EVERY_WAY, WIDTHS
from tests.e2e.support.error_urls import ERRORS
from tests.e2e.support.own_pages import NOT_SEEN, held_pages, letters_of_the_demo, own_pages
from tests.factories.addresses import OWN, Stage, staged
from tests.factories.organisation import Municipality, municipality
from tests.factories.snapshot import world
from tests.forum.meetings.test_lifecycle import called
from trepart.access.models import User
from trepart.documenting import addresses

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

_FOUND = (
    ".then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.target).join(' ')))"
)
_RUN = f"axe.run(document, {{resultTypes: ['violations'], preload: false, iframes: false}}){_FOUND}"
#: Empties the form that is sent, and sends it as it is; what is hidden stays.
_FORM_THERE = "main form.form[method=post]"
_SEND_EMPTY = """() => {
  const form = document.querySelector("main form.form[method=post]");
  for (const field of form.elements) {
    if (/radio|checkbox/.test(field.type)) field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = -1;
    else if (!/hidden|submit|button/.test(field.type)) field.value = "";
  }
  form.submit();
}"""
_FORM = re.compile(rb'<form (?=[^>]*class="form")(?=[^>]*method="post")')
#: Where the form has no fields, and sending it ends the session.
_ENDS_IT = {"/konto/logout/"}
#: Pages that hold other things in each kind of body; any other page is looked at for the first body that has it.
_OF_EACH_BODY = {"forum:body_detail", "forum:meeting_detail", "forum:minutes_detail", "proposals:detail"}
#: What a first visit may weigh, compressed, without fonts (bytes).
FIRST_VISIT = 100_000


@dataclass(frozen=True)
class Sight:
    """A page, and who looks at it (None: the public). ``empty``: its form is sent with nothing in it."""

    url: str
    person: User | None
    empty: bool = False

    def __str__(self) -> str:
        return f"{self.url} ({self.person or 'the public'}{', sent empty' if self.empty else ''})"


def signed_in(person: User | None) -> Client:
    """Return a client whose session is as one that has just shown its password."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
        session = client.session
        shown = {"method": "password", "at": time.time(), "email": person.email, "reauthenticated": True}
        session["account_authentication_methods"] = [shown]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    return client


def _stages(town: Municipality) -> Iterator[tuple[Stage, list[User]]]:
    """Give each stage with who looks, whoever has most to do first."""
    village = staged(town, "grendeutvalg")
    assert village.leader is not None
    yield village, [village.leader, town.administrator]
    for kind, readers in {
        "lmu": [town.lmu_leader(0), town.employee(0), town.administrator],
        "coordination": [town.coordination_secretary, village.leader, town.administrator],
        "committee": [town.secretary, town.chair, village.leader, town.administrator],
    }.items():
        yield staged(town, kind), readers


def _secured(town: Municipality) -> User:
    """Return somebody with an app, a passkey and recovery codes."""
    person = town.employee(1)
    person.set_password("et langt og godt passord")
    person.save(update_fields=["password"])
    totp.TOTP.activate(person, totp.generate_totp_secret())
    RecoveryCodes.activate(person)
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefon", "credential": {}}
    )
    return person


def _draws(answer: Any, status: int = 200) -> bool:
    return bool(answer.status_code == status and answer["Content-Type"].startswith("text/html"))


def sights(town: Municipality) -> list[Sight]:
    """Return every page with who looks at it."""
    found: dict[tuple[str, int | None], Sight] = {}
    clients: dict[int | None, Client] = {None: signed_in(None)}

    def see(url: str, person: User | None) -> bool:
        key = person.pk if person else None
        if key not in clients:
            clients[key] = signed_in(person)
        client = clients[key]
        answer = client.get(url)
        if not _draws(answer) or b"<html" not in answer.content:  # a piece of a page is looked at where it belongs
            return False
        found[url, key] = Sight(url, person)
        if url not in _ENDS_IT and _FORM.search(answer.content) and _refuses_nothing(client, url):
            found[f"{url}#", key] = Sight(url, person, empty=True)
        return True

    for url, person in held_pages(town):
        assert see(url, person), f"{url} shows {person or 'the public'} no page"
    named: set[str] = set()
    for stage, readers in list(_stages(town)):
        for name, path, _access in addresses():
            if name in NOT_SEEN or name in {"admin", "wrong"} or path.startswith("^"):
                continue
            if (name in named and name not in _OF_EACH_BODY) or (url := stage.url(name)) is None:
                continue
            shown = [see(url, None), any(see(url, person) for person in readers)]
            if any(shown):
                named.add(name)
    secured = _secured(town)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    for name, _path, _access in addresses():
        if name.startswith("mfa_") and name not in OWN:
            see(reverse(name), secured)
    see(reverse("account_change_password"), secured)
    see(reverse("mfa_edit_webauthn", args=[key.pk]), secured)
    see(reverse("mfa_remove_webauthn", args=[key.pk]), secured)
    see(reverse("portal:my_page"), town.outsider)
    see(reverse("proposals:new"), town.outsider)
    for url, person in own_pages(town):
        assert see(url, person), f"{url} shows {person or 'the public'} no page"
    for url, person in letters_of_the_demo():
        see(url, person)
    return [*found.values(), *(Sight(url, None) for url in ERRORS)]


@pytest.fixture
def every(live_server: Any, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Sight]:
    """Every page with who looks at it, in a portal that has them all. To find them takes a quarter of a minute: it is
    done once for all tests of a worker."""
    settings.SITE_URL = live_server.url
    settings.ROOT_URLCONF = "tests.e2e.support.error_urls"
    settings.TWO_STEP_ROLES = []
    settings.DEMO = True
    cache.clear()
    found = world("every page", lambda: sights(municipality()), lambda: tmp_path_factory.mktemp("every-page"))
    cache.clear()
    return found


def _refuses_nothing(client: Client, url: str) -> bool:
    """Say whether the form on the page, sent with nothing in it, comes back with messages. What it does
    instead is taken back."""
    with transaction.atomic():
        answer = client.post(url, {})
        transaction.set_rollback(True)
    return _draws(answer, 422) or (_draws(answer) and b"data-error-summary" in answer.content)


class Looker:
    """One person's browser, in one language."""

    def __init__(self, browser: Browser, address: str, person: User | None, language: str) -> None:
        self.trouble: list[str] = []
        self.address, self.language = address, language
        #: The page that is open as it came.
        self.seen = ""
        context = browser.new_context(locale="nb-NO", timezone_id="Europe/Oslo")
        context.set_default_timeout(60_000)
        if person is not None:
            person.language = language
            person.save(update_fields=["language"])
        cookies = {django_settings.LANGUAGE_COOKIE_NAME: language}
        session = signed_in(person).cookies.get(django_settings.SESSION_COOKIE_NAME)
        if session is not None:
            cookies[django_settings.SESSION_COOKIE_NAME] = session.value
        host = urlsplit(address).hostname or ""
        context.add_cookies([{"name": n, "value": value, "domain": host, "path": "/"} for n, value in cookies.items()])
        context.expose_binding("trepartStopped", lambda _source, what: self.trouble.append(f"policy: {what}"))
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => "
            "window.trepartStopped(e.effectiveDirective + ' ' + e.blockedURI))"
        )
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", self._follow)

    def _follow(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.trouble.append(f"left the site: {request.url}")

    def look(self, sight: Sight, widths: tuple[int, ...] = WIDTHS) -> list[str]:
        """Open the page once (and send its form empty), look at it at ``widths``, and return what is wrong with it. The
        form of the page that was just looked at is sent from there."""
        self.trouble.clear()
        if not sight.empty or self.seen != sight.url:
            answer = self.page.goto(f"{self.address}{sight.url}")
            if answer is None or (answer.status >= 400) != (sight.url in ERRORS):
                self.trouble.append(f"answers {answer and answer.status}")
        self.seen = "" if sight.empty else sight.url
        if sight.empty:
            if not self.page.query_selector(_FORM_THERE):
                return [f"{sight}: no form to send"]
            with self.page.expect_navigation():
                self.page.evaluate(_SEND_EMPTY)
            if not self.page.query_selector("[data-error-summary], .ds-validation-message, .ds-alert"):
                self.trouble.append("no message where nothing was filled in")
        if self.page.get_attribute("html", "lang") != self.language:
            self.trouble.append("in another language")
        self.page.evaluate(AXE)
        for width in widths:
            if (self.page.viewport_size or {}).get("width") != width:
                self.page.set_viewport_size({"width": width, "height": 900})
            over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                self.trouble.append(f"{over} px wider than {width} px")
            self.trouble += [f"at {width} px: {found}" for found in self.page.evaluate(_RUN)]
        return [f"{sight}: {what}" for what in self.trouble]


@dataclass(frozen=True)
class Way:
    """One way of looking at every page: the language, the size of the text, how wide the screen is, and whether
    forms are sent empty."""

    language: str
    twice: bool
    widths: tuple[int, ...]
    empty: bool = False


_WAYS: tuple[Way, ...] = (Way("nb", False, WIDTHS[:1], empty=True),)
if EVERY_WAY:
    _WAYS = tuple(
        Way(language, twice, WIDTHS, empty=not twice) for language in ("nb", "nn", "en") for twice in (False, True)
    )


@pytest.mark.parametrize("way", _WAYS, ids=[f"{way.language}{'-twice' if way.twice else ''}" for way in _WAYS])
def test_nobody_is_shut_out(request: Any, live_server: Any, every: list[Sight], way: Way) -> None:
    browser = request.getfixturevalue("large_text" if way.twice else "browser")
    trouble: list[str] = []
    lookers: dict[int | None, Looker] = {}
    looked_at = [sight for sight in every if way.empty or not sight.empty]
    for sight in looked_at:
        key = sight.person.pk if sight.person else None
        if key not in lookers:
            lookers[key] = Looker(browser, live_server.url, sight.person, way.language)
        trouble += lookers[key].look(sight, way.widths)
    for looker in lookers.values():
        looker.page.context.close()
    assert not trouble, "\n".join(trouble)
    assert len(looked_at) > 150


def test_axe_and_the_width_are_asked_in_earnest(browser: Browser, live_server: Any) -> None:
    """So that the test above can fail: a picture without words, a line that is too long, and a script that
    is not ours are found."""
    looker = Looker(browser, live_server.url, None, "nb")
    looker.page.route(
        "**/personvern/",
        lambda route: route.fulfill(
            body=(
                '<html lang="nb"><title>A</title><main><h1>A</h1><img src="data:,"><div '
                'style="width:2000px">A</div></main><script src="https://a.example/b.js"></script></html>'
            ),
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'self' data:; style-src 'unsafe-inline'"},
        ),
    )
    said = " ".join(looker.look(Sight("/personvern/", None)))
    for found in ("image-alt", "px wider than 390 px", "px wider than 1280 px", "policy: script-src"):
        assert found in said
    looker.page.context.close()


def test_a_page_printed_from_the_browser_begins_on_its_first_sheet(
    browser: Browser, live_server: Any, town: Municipality
) -> None:
    """A long agenda goes on below its heading, and what is only for the screen stays there."""
    meeting = called(town, tuple(f"Sak nummer {number}" for number in range(1, 16)))
    page = browser.new_page(base_url=live_server.url)
    page.goto(meeting.get_absolute_url())
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) > 1
    assert "Sak nummer 1" in sheets[0].extract_text()
    page.emulate_media(media="print")
    assert not page.locator(".no-print:visible").count()
    page.close()


_ASSET = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"[^>]*>')
_NOT_FETCHED = re.compile(r'rel="(?:canonical|alternate|prev|next|manifest)"|as="font"')


def test_a_first_visit_is_light_and_stays_on_the_site(browser: Browser, live_server: Any, every: list[Sight]) -> None:
    """Every page with its style sheets, scripts and pictures, compressed as gzip does it, which is what the proxy does
    with pages; style sheets and scripts come smaller still (brotli). What a page asks for is read in it, and for the
    front page held against what the browser asks for."""
    weights: dict[str, int] = {}
    heavy: dict[str, int] = {}
    clients: dict[int | None, Client] = {None: signed_in(None)}
    asked_by_front: set[str] = set()
    for sight in every:
        if sight.empty or sight.url in ERRORS:
            continue
        key = sight.person.pk if sight.person else None
        if key not in clients:
            clients[key] = signed_in(sight.person)
        answer = clients[key].get(sight.url)
        assert answer.status_code == 200, sight
        page = answer.content.decode()
        assets = {found[1] for found in _ASSET.finditer(page) if not _NOT_FETCHED.search(found[0])}
        assert {url for url in assets if not url.startswith(("/", "data:")) or url.startswith("//")} == set(), sight
        for url in assets - set(weights):
            weights[url] = 0 if url.startswith("data:") else _weight(url, clients[None])
        total = len(gzip.compress(page.encode(), 6)) + sum(weights[url] for url in assets)
        if total >= FIRST_VISIT:
            heavy[str(sight)] = total
        if sight == Sight("/", None):
            asked_by_front = assets
    assert heavy == {}
    looker = Looker(browser, live_server.url, None, "nb")
    asked: set[str] = set()
    looker.page.on(
        "request",
        lambda request: (
            asked.add(request.url.removeprefix(live_server.url)) if request.resource_type != "font" else None
        ),
    )
    looker.page.goto(f"{live_server.url}/", wait_until="networkidle")
    looker.page.context.close()
    assert asked - {"/", "/favicon.ico"} <= asked_by_front
    assert sum(weights[url] for url in asked_by_front) > 10_000


def _weight(url: str, client: Client) -> int:
    static = django_settings.STATIC_URL
    if url.startswith(static):
        found = finders.find(url.removeprefix(static).split("?")[0])
        assert found, url
        return len(gzip.compress(Path(found).read_bytes(), 6))
    answer = client.get(url)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return len(gzip.compress(body, 6))


def test_every_page_is_looked_at(every: list[Sight]) -> None:
    """By name. A new page without an example fails here."""
    seen = {resolve(sight.url).view_name for sight in every if sight.url not in ERRORS}
    there_are = {name for name, _path, _access in addresses()} - {"wrong"}
    assert there_are - seen - NOT_SEEN == set(), (
        "no example of these pages is looked at: put one in GIVEN with a stage that has it "
        "(tests/factories/addresses.py) or in tests/e2e/support/own_pages.py"
    )
    assert NOT_SEEN - there_are == set()
