"""Every page of the portal in a real browser.

What is looked at: every address that draws a page (tests/factories/addresses.py has an example of each), as the public sees it where it may, and as whoever
has most to do there sees it; every form sent empty, with its messages; the pages of signing in, with the set-up of codes and passkeys; the pages that say
that something went wrong.

- In bokmål: axe at 390 and at 1280 px, and both again with the text at twice the size.
- In nynorsk and English, where the markup is the same and the words are not: axe at 390 px.
- In every language, at both widths and both sizes of text: nothing is wider than the screen, the page says its language, the content security policy stops
  nothing, no script fails, no request leaves the site.
"""

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import AXE, WIDTHS
from tests.e2e.error_urls import ERRORS
from tests.factories.addresses import Stage, staged
from tests.factories.organisation import Municipality, municipality
from trepart.access.models import User
from trepart.documenting import addresses

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LOOKS = [(language, twice) for language in ("nb", "nn", "en") for twice in (False, True)]
_RUN = (
    "axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})"
    ".then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.target).join(' ')))"
)
#: Empties the form that is sent, and sends it as it is; what is hidden stays.
_SEND_EMPTY = """() => {
  const form = document.querySelector("main form.form[method=post]");
  for (const field of form.elements) {
    if (/radio|checkbox/.test(field.type)) field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = -1;
    else if (!/hidden|submit|button/.test(field.type)) field.value = "";
  }
  form.submit();
}"""
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
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": person.email}]
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
        client = clients.setdefault(key, signed_in(person))
        answer = client.get(url)
        if not _draws(answer) or b"<html" not in answer.content:  # a piece of a page is looked at where it belongs
            return False
        found[url, key] = Sight(url, person)
        if b'<form class="form"' in answer.content and _refuses_nothing(client, url):
            found[f"{url}#", key] = Sight(url, person, empty=True)
        return True

    stages = list(_stages(town))
    for stage, readers in stages:
        for name, path, _access in addresses():
            url = (
                stage.url(name)
                if name != "admin" and not path.startswith("^") and _takes_nothing_secret(name)
                else None
            )
            if url is None or any(where == url for where, _key in found):
                continue
            see(url, None)
            any(see(url, person) for person in readers)
    secured = _secured(town)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    for name, _path, _access in addresses():
        if name.startswith("mfa_") and _takes_nothing_secret(name):
            see(reverse(name), secured)
    see(reverse("mfa_edit_webauthn", args=[key.pk]), secured)
    see(reverse("mfa_remove_webauthn", args=[key.pk]), secured)
    see(reverse("portal:my_page"), town.outsider)
    see(reverse("proposals:new"), town.outsider)
    return [*found.values(), *(Sight(url, None) for url in ERRORS)]


def _takes_nothing_secret(name: str) -> bool:
    return name not in {"account_confirm_email", "account_reset_password_from_key", "csp_report"}


def _refuses_nothing(client: Client, url: str) -> bool:
    """Say whether the form on the page, sent with nothing in it, comes back with messages. What it does instead is taken back."""
    with transaction.atomic():
        answer = client.post(url, {})
        transaction.set_rollback(True)
    return _draws(answer, 422) or (_draws(answer) and b"data-error-summary" in answer.content)


class Looker:
    """One person's browser, in one language."""

    def __init__(self, browser: Browser, address: str, person: User | None, language: str) -> None:
        self.trouble: list[str] = []
        self.address, self.language = address, language
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
            "document.addEventListener('securitypolicyviolation', e => window.trepartStopped(e.effectiveDirective + ' ' + e.blockedURI))"
        )
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", self._follow)

    def _follow(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.trouble.append(f"left the site: {request.url}")

    def look(self, sight: Sight, axe_at: tuple[int, ...]) -> list[str]:
        """Open the page (and send its form empty), and return what is wrong with it."""
        self.trouble.clear()
        self.page.goto(f"{self.address}{sight.url}")
        if sight.empty:
            with self.page.expect_navigation():
                self.page.evaluate(_SEND_EMPTY)
            if not self.page.query_selector("[data-error-summary], .ds-validation-message, .ds-alert"):
                self.trouble.append("no message where nothing was filled in")
        if self.page.get_attribute("html", "lang") != self.language:
            self.trouble.append("in another language")
        if axe_at:
            self.page.evaluate(AXE)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                self.trouble.append(f"{over} px wider than {width} px")
            if width in axe_at:
                self.trouble += [f"at {width} px: {found}" for found in self.page.evaluate(_RUN)]
        return [f"{sight}: {what}" for what in self.trouble]


@pytest.mark.parametrize(
    ("language", "twice"), LOOKS, ids=[f"{code}{'-twice' if twice else ''}" for code, twice in LOOKS]
)
def test_nobody_is_shut_out(request: Any, live_server: Any, settings: Any, language: str, twice: bool) -> None:
    settings.SITE_URL = live_server.url
    settings.ROOT_URLCONF = "tests.e2e.error_urls"
    settings.TWO_STEP_ROLES = []
    cache.clear()
    browser = request.getfixturevalue("large_text" if twice else "browser")
    axe_at = WIDTHS if language == "nb" else () if twice else (WIDTHS[0],)
    trouble: list[str] = []
    lookers: dict[int | None, Looker] = {}
    every = sights(municipality())
    for sight in every:
        if sight.empty and language != "nb":
            continue  # the messages in other languages: tests/dev/test_messages.py
        key = sight.person.pk if sight.person else None
        if key not in lookers:
            lookers[key] = Looker(browser, live_server.url, sight.person, language)
        trouble += lookers[key].look(sight, axe_at)
    for looker in lookers.values():
        looker.page.context.close()
    assert not trouble, "\n".join(trouble)
    assert len(every) > 150
    assert sum(sight.empty for sight in every) > 30


def test_axe_and_the_width_are_asked_in_earnest(browser: Browser, live_server: Any) -> None:
    """So that the test above can fail: a picture without words, a line that is too long, and a script that is not ours are found."""
    looker = Looker(browser, live_server.url, None, "nb")
    looker.page.route(
        "**/personvern/",
        lambda route: route.fulfill(
            body='<html lang="nb"><title>A</title><main><h1>A</h1><img src="data:,"><div style="width:2000px">A</div></main><script src="https://a.example/b.js"></script></html>',
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'self' data:; style-src 'unsafe-inline'"},
        ),
    )
    said = " ".join(looker.look(Sight("/personvern/", None), (390,)))
    for found in ("image-alt", "px wider than 390 px", "px wider than 1280 px", "policy: script-src"):
        assert found in said
    looker.page.context.close()


def test_a_first_visit_is_light_and_stays_on_the_site(browser: Browser, live_server: Any, settings: Any) -> None:
    """Compressed as gzip does it, which is what the proxy does with pages; style sheets and scripts come smaller still (brotli)."""
    settings.SITE_URL = live_server.url
    heavy: dict[str, int] = {}
    off_site: list[str] = []
    assets = 0
    every = [sight for sight in sights(municipality()) if not sight.empty and sight.url not in ERRORS]
    for sight in every:
        if sight.person is not None:
            continue
        looker = Looker(browser, live_server.url, None, "nb")
        answers: list[Any] = []
        looker.page.on("response", lambda answer, heard=answers: heard.append(answer))
        looker.page.goto(f"{live_server.url}{sight.url}", wait_until="networkidle")
        counted = {a.url: a for a in answers if a.request.resource_type != "font" and a.status == 200}
        weight = {url: len(gzip.compress(answer.body(), 6)) for url, answer in counted.items()}
        off_site += [url for url in weight if not url.startswith((live_server.url, "data:"))]
        assets = max(assets, sum(weight.values()) - weight[f"{live_server.url}{sight.url}"])
        if sum(weight.values()) >= FIRST_VISIT:
            heavy[str(sight)] = sum(weight.values())
        looker.page.context.close()
    assert assets > 10_000
    # Whoever is signed in gets the same style sheets and scripts, and pages of their own.
    for sight in every:
        if sight.person is not None:
            page = signed_in(sight.person).get(sight.url).content
            if assets + len(gzip.compress(page, 6)) >= FIRST_VISIT:
                heavy[str(sight)] = assets + len(gzip.compress(page, 6))
    assert off_site == []
    assert heavy == {}
