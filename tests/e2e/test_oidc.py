"""Signing in through a real service in a real browser: the first visit, signing out, a session the service ends."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from playwright.sync_api import Page

from tests.e2e.conftest import Visitor
from tests.oidc.conftest import RealService, environment, start_service
from trepart.access.models import User
from trepart.access.oidc import config
from trepart.access.oidc.models import Identity, ServiceSession
from trepart.audit.models import Event
from trepart.notices.models import Mail

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def service(live_server: Any, settings: Any) -> Iterator[RealService]:
    """The real service, for the portal the browser visits."""
    cache.clear()
    running = start_service(live_server.url, pid="13097248022")
    settings.OIDC = config.read(environment(running.issuer, SCOPES="openid no_pid"))
    assert settings.OIDC.faults == ()
    yield running
    running.process.terminate()
    running.process.wait(10)
    if running.process.stdout:
        running.process.stdout.close()


def _at(visitor: Visitor, service: RealService) -> Page:
    """Let the browser go to the service, and nowhere else, and press the button."""
    visitor.trouble.clear()
    visitor.page.remove_listener("request", visitor._follow)
    visitor.page.on("request", lambda request: _elsewhere(visitor, service, request.url))
    visitor.go("/konto/login/")
    visitor.page.get_by_role("button", name="ID-porten").click()
    visitor.page.wait_for_url(f"{service.issuer}/**")
    return visitor.page


def _elsewhere(visitor: Visitor, service: RealService, url: str) -> None:
    if not url.startswith((visitor.address, service.issuer, "data:", "blob:", "about:")):
        visitor.trouble.append(f"left for {url}")


def _be(page: Page, who: str) -> None:
    page.get_by_label("Hvem er du?").fill(who)
    page.get_by_role("button", name="Logg inn").click()


def _person(service: RealService, name: str) -> User:
    person = User.objects.create_user(f"{name}@fjellvik.example", f"{name.title()} Nordmann")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    Identity.objects.create(person=person, issuer=service.issuer, subject=f"trepart-{name.encode().hex()}")
    return person


def test_a_citizen_comes_in_with_id_porten(visit: Any, service: RealService) -> None:
    kari = visit(None)
    page = _at(kari, service)
    page.get_by_role("button", name="Avbryt").click()
    page.wait_for_url(f"{kari.address}/**")
    kari.look()
    assert "Du avbrøt hos ID-porten" in page.inner_text("main")
    page = _at(kari, service)
    _be(page, "kari")
    page.wait_for_url("**/konto/oidc/ny/")
    kari.look()
    page.get_by_label("Navn").fill("Kari Nordmann")
    page.get_by_label("E-post").fill("kari@fjellvik.example")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/konto/confirm-email/")
    kari.look()
    link = re.search(r"/konto/confirm-email/\S+", Mail.objects.get().text)
    assert link
    kari.go(link[0])
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/min-side/**")
    kari.look()
    kari.go("/konto/oidc/")
    assert "ID-porten" in page.inner_text("main")
    # Out here, and out there.
    kari.go("/konto/logout/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{service.issuer}/**")
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url("**/konto/oidc/idporten/ute/**")
    kari.look()
    assert "hos ID-porten" in page.inner_text("main")
    assert not ServiceSession.objects.exists()
    # The next time the service asks again who one is.
    page = _at(kari, service)
    assert page.get_by_label("Hvem er du?").is_visible()


def test_signing_out_at_the_service_ends_the_session_here(visit: Any, service: RealService) -> None:
    kari, ola = _person(service, "kari"), _person(service, "ola")
    first, other = visit(None), visit(None)
    for visitor, who in ((first, "kari"), (other, "ola")):
        page = _at(visitor, service)
        _be(page, who)
        page.wait_for_url("**/min-side/**")
        visitor.look()
    assert ServiceSession.objects.count() == 2
    # At the service itself, in another window of the same browser.
    window = first.context.new_page()
    window.goto(f"{service.issuer}/session/end")
    window.get_by_role("button", name="Logg ut").click()
    window.wait_for_load_state("networkidle")
    first.page.goto(f"{first.address}/min-side/")
    assert "/konto/login/" in first.page.url
    other.go("/min-side/")
    assert [row.person for row in ServiceSession.objects.all()] == [ola]
    [event] = Event.objects.filter(action="oidc.signed_out")
    assert (event.actor, event.subject_id, event.data) == (None, kari.pk, {"service": "ID-porten"})
