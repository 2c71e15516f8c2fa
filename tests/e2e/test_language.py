"""Changing the language in the middle of writing, in a real browser: with JavaScript and without."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from proposals.enums import IntakeKind, Origin
from proposals.routing import services
from tests.e2e.conftest import PASSWORD
from tests.factories.addresses import staged
from tests.factories.organisation import municipality

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Visit = Any


def write_half_a_proposal(page: Page) -> None:
    page.locator("input[name=title]").fill("Benk ved stien")
    page.locator("textarea").first.fill("En benk på toppen.\nMed rygg.")
    page.get_by_role("radio").first.check()


def assert_half_a_proposal(page: Page, language: str) -> None:
    assert page.get_attribute("html", "lang") == language
    assert page.locator("input[name=title]").input_value() == "Benk ved stien"
    assert page.locator("textarea").first.input_value() == "En benk på toppen.\nMed rygg."
    assert page.get_by_role("radio").first.is_checked()
    assert page.locator(".ds-validation-message").count() == 0


def test_without_javascript_the_text_comes_along(browser: Browser, live_server: Any, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    town = municipality()
    services.set_intake(origin=Origin.CITIZEN, kind=IntakeKind.BODY, body=town.coordination, actor=None)
    context = browser.new_context(java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('proposals:new')}")
    write_half_a_proposal(page)
    for name, language in (("Nynorsk", "nn"), ("English", "en"), ("Bokmål", "nb")):
        with page.expect_navigation():
            page.get_by_role("button", name=name).click()
        assert_half_a_proposal(page, language)
    # And what is written is still the form's own: it can be sent.
    with page.expect_navigation():
        page.locator("#proposal-form button[name=go]").first.click()
    assert page.locator("[data-error-summary], .ds-error-summary").count() == 1  # the rest was never filled in
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    assert_half_a_proposal(page, "en")
    context.close()


def test_with_javascript_too_and_nothing_is_left_in_the_browser(visit: Visit) -> None:
    town = municipality()
    visitor = visit(town.employee())
    page = visitor.go(reverse("proposals:new"))
    write_half_a_proposal(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Nynorsk").click()
    visitor.look()
    assert_half_a_proposal(page, "nn")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_where_the_server_carries_nothing_the_browser_does_but_never_a_password(visit: Visit) -> None:
    municipality()
    visitor = visit()
    page = visitor.go(reverse("account_signup"))
    page.get_by_label("Navn").fill("Kari Nordmann")
    page.get_by_label("E-postadresse").fill("kari@fjellvik.example")
    page.get_by_label("Passord").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    visitor.look()
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator("input[name=name]").input_value() == "Kari Nordmann"
    assert page.locator("input[type=email]").input_value() == "kari@fjellvik.example"
    assert page.locator("input[type=password]").input_value() == ""
    assert page.evaluate("sessionStorage.length") == 0
    # The next visit begins empty.
    visitor.go(reverse("account_signup"))
    assert page.locator("input[name=name]").input_value() == ""


def test_a_motion_half_written_while_a_meeting_runs(visit: Visit) -> None:
    town = municipality()
    stage = staged(town, "committee")
    visitor = visit(town.secretary)
    page = visitor.go(stage.url("forum:meeting_run_item"))
    area = page.locator("textarea:visible").first
    area.fill("Saken sendes tilbake")
    name = area.get_attribute("name")
    with page.expect_navigation():
        page.get_by_role("button", name="Nynorsk").click()
    assert page.get_attribute("html", "lang") == "nn"
    assert page.locator(f"textarea[name={name}]").first.input_value() == "Saken sendes tilbake"
