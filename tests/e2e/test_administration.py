"""The administrator's day in a real browser: a new workplace, the municipality's looks, a stand-in, the road."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from forum.organisation.models import Body, StandIn
from proposals.models import Proposal
from tests.e2e.support.words import say
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.access.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#00496e" d="M0 0h8v8z"/></svg>'


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def test_a_new_workplace_works_at_once(town: Municipality, visit: Any) -> None:
    office = visit(town.administrator)
    office.page.get_by_role("navigation", name=say("Main menu")).get_by_role("link", name=say("Organisation")).click()
    office.look()
    office.press(say("New workplace"))
    page = office.page
    page.get_by_label(say("Name of the workplace")).fill("Ælva barnehage")
    for who, name in (
        ("Leader", "Lise Leder"),
        ("Union representative", "Ulf Union"),
        ("Safety representative", "Vera Vern"),
    ):
        page.get_by_label(say(f"{who}, name")).fill(name)
        page.get_by_label(say(f"{who}, e-mail address")).fill("lise@fjellvik.example")
    page.get_by_label(say("Others who work there")).fill("Ada Ansatt; ada@fjellvik.example; Assistent")
    office.press(say("Set it up"))
    # The three must be three people: said beside the fields, with everything kept.
    assert say("The three must be three people; this address stands above already.") in page.content()
    assert page.get_by_label(say("Name of the workplace")).input_value() == "Ælva barnehage"
    page.get_by_label(say("Union representative, e-mail address")).fill("ulf@fjellvik.example")
    page.get_by_label(say("Safety representative, e-mail address")).fill("vera@fjellvik.example")
    office.press(say("Set it up"))
    lmu = Body.objects.get(name="LMU Ælva barnehage")
    assert page.url.endswith(lmu.get_absolute_url())

    ada = visit(User.objects.get(email="ada@fjellvik.example"))
    ada.go(reverse("proposals:new"))
    assert say("New proposal") in ada.page.title()
    send(ada, "Solskjerming over sandkassa")
    proposal = Proposal.objects.get()
    assert proposal.referral is not None
    assert proposal.referral.body == lmu
    leader = visit(User.objects.get(email="lise@fjellvik.example"))
    leader.go(reverse("forum:body_queue", args=[lmu.slug]))
    assert "Solskjerming over sandkassa" in leader.page.content()


def send(visitor: Any, title: str) -> None:
    """Write a proposal and send it, as the pages ask one to."""
    page = visitor.page
    page.locator("[name=title]").fill(title)
    for name in ("what", "why", "expected_effect"):
        page.locator(f"[name={name}]").fill("Barna trenger skygge midt på dagen.")
    for name in ("several_workplaces", "needs_grant", "affects_users"):
        page.locator(f"[name={name}][value=no]").check()
    visitor.press(say("Look it over"))
    visitor.press(say("Send in"))


def test_the_municipality_gets_its_own_looks(town: Municipality, visit: Any) -> None:
    office = visit(town.administrator)
    office.go(reverse("forum:municipality"))
    page = office.page
    page.get_by_label(say("The municipality's colour")).fill("#ffcc00")
    office.press(say("Save"))
    assert "#8e7200" in page.content()
    page.get_by_label(say("The municipality's colour")).fill("#8e7200")
    page.get_by_label(say("Name"), exact=True).fill("Granli kommune")
    office.press(say("Save"))
    assert "Granli kommune" in page.locator("header.top").inner_text()
    office.press(say("Change the coat of arms"))
    page.locator("input[type=file]").set_input_files({"name": "vapen.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    office.press(say("Use this picture"))
    assert page.locator("img.logo-mark").first.evaluate("image => image.complete && image.naturalWidth > 0")
    office.go(reverse("forum:municipality_text", args=["welcome", "nb"]))
    page.locator("textarea").fill("Velkommen hit!\n\nSkriv til oss.")
    office.press(say("Look at it first"))
    office.press(say("Save"))
    office.go(reverse("forum:history", args=["kommunen", 1]))
    assert "#8e7200" in page.content()
    public = visit(None)
    public.go("/")
    assert "Velkommen hit!" in public.page.content()


def test_the_road_deputies_periods_and_lists(town: Municipality, visit: Any) -> None:
    office = visit(town.administrator)
    office.go(reverse("proposals:road_admin"))
    page = office.page
    page.locator(f"[name=after_{town.committee.pk}]").select_option(str(town.coordination.pk))
    office.press(say("Look at it first"))
    assert page.locator(".ways-fault").count() > 0
    page.locator(f"[name=after_{town.committee.pk}]").select_option(str(town.council.pk))
    page.locator("[name=from_citizen]").select_option(str(town.committee.pk))
    office.press(say("Save the road"))
    assert say("The road is saved. New proposals go this way from now on.") in page.content()

    office.go(reverse("forum:deputies", args=[town.committee.slug]))
    page.keyboard.press("Tab")
    deputy = town.membership(town.deputies["employees"][0])
    button = page.locator(f"form:has(input[value='{deputy.pk}']) button[value=down]")
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    office.look()
    assert town.membership(town.deputies["employees"][0]).deputy_number == 2
    for path in (
        reverse("forum:unattended"),
        reverse("forum:body_renew", args=[town.committee.slug]),
        reverse("forum:unit_change", args=[town.units[0].pk]),
        reverse("forum:person", args=[town.lmu_leader().pk]),
        reverse("forum:history", args=["organer", town.committee.pk]),
        reverse("forum:history", args=["folk", town.lmu_leader().pk]),
        reverse("forum:organisation") + "?q=sol",
    ):
        office.go(path)


def test_a_leader_goes_on_holiday(town: Municipality, visit: Any) -> None:
    leader = visit(town.lmu_leader())
    leader.go(reverse("forum:stand_ins"))
    leader.page.get_by_role("link", name=re.compile(f"^{say('Choose a stand-in')}")).first.click()
    leader.look()
    leader.page.locator("[name=q]").fill(town.employee().name)
    leader.page.get_by_role("main").get_by_role("button", name=say("Search")).click()
    leader.look()
    leader.press(town.employee().name)
    leader.page.locator("[name=valid_to]").fill((clock.today() + timedelta(days=7)).isoformat())
    leader.press(say("Let %(name)s stand in", name=town.employee().name))
    assert StandIn.objects.get().person == town.employee()
    stand_in = visit(town.employee())
    stand_in.go(reverse("forum:stand_ins"))
    stand_in.go(reverse("forum:body_queue", args=[town.lmus[0].slug]))
