"""Pages of a proposal that the main road does not pass, in a real browser, at 390 and 1280 pixels."""

from datetime import timedelta
from typing import Any

import pytest

from forum.cases.enums import Resolution
from proposals.consent import services as consent
from tests.e2e.conftest import WIDTHS
from tests.factories.organisation import municipality
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.workflow import perform

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LONG = (
    "Felles innkjøpsordning for arbeidstøy, verneutstyr og vinterfottøy til alle uteavdelingene i kommunen, også "
    "vikarer"
)


def test_every_page_of_a_proposal(visit: Any) -> None:
    with clock.at(clock.now() - timedelta(days=40)):
        town = municipality()
    road = Road(
        town, title=LONG[:115], needs_grant="yes", grant_amount="180000", affects_users="yes", several_workplaces="yes"
    )
    path = road.fresh().get_absolute_url()
    leader, proposer = visit(town.lmu_leader()), visit(road.proposer)
    proposer.go("/forslag/ny/")
    proposer.go(path)
    proposer.go(f"{path}rett/")
    proposer.go(f"{path}kvittering/")
    proposer.go(f"{path}withdraw/")
    leader.go(path)
    for name in ("begin", "pass_on", "merge"):
        leader.go(f"{path}{name}/")
    road.begin()
    for name in ("think_further", "turn_down", "forward", "vurder", "forelopig-svar", "ta-ut"):
        leader.go(f"{path}{name}/")
    table = {"participants": road.table(), "held_on": soon(0), "answer": "Vi gjør det ikke."}
    conclusion = consent.conclude(road.fresh(), "turn_down", actor=road.leader, data=table)
    union = visit(town.lmu_members[0][1])
    union.go(conclusion.get_absolute_url())
    consent.take_position(conclusion, agrees=False, text=LONG, actor=town.lmu_members[0][1])
    for name in ("", "send_up/", "take_back/"):
        union.go(f"{conclusion.get_absolute_url()}{name}")
    perform(conclusion, "send_up", actor=road.leader, data={"answer": "Vi ble ikke enige."})
    clerk = visit(town.coordination_secretary)
    for name in ("", "recommend/", "send_back/", "consider/"):
        clerk.go(f"{path}{name}")
    road.recommend()
    road.decided(Resolution.TO_COUNCIL, due_on=soon(20))
    secretary = visit(town.secretary)
    for name in ("", "council_adopted/", "council_declined/", "ask_again/"):
        secretary.go(f"{path}{name}")
    small = Road(town).begin()
    leader.go(f"{small.fresh().get_absolute_url()}carry_out/")
    leader.go(f"{small.fresh().get_absolute_url()}done_already/")
    small.agree("carry_out", responsible=small.leader.pk, due_on=soon(5))
    for name in ("", "framdrift/", "complete/", "stop/"):
        leader.go(f"{small.fresh().get_absolute_url()}{name}")
    leader.go("/forslag/oppfolging/")
    leader.go("/forslag/oppfolging/?vis=alle")
    leader.go("/forslag/?q=felles")
    leader.go("/forslag/?q=finnesikke")
    visit(None).go("/forslag/")


def test_one_long_word_makes_no_page_wider_than_the_phone(visit: Any) -> None:
    town = municipality()
    word = "Barnehagebyggforvaltningsstrategi" * 4
    road = Road(town, title=word[:120], what=word * 3, why=word)
    path, lmu = road.fresh().get_absolute_url(), road.lmu.slug
    leader = visit(road.leader)
    for page in (
        "/min-side/",
        "/forslag/",
        f"/lmu/{lmu}/",
        f"/lmu/{lmu}/logg/",
        f"/organer/{lmu}/ko/",
        path,
        f"{path}begin/",
    ):
        leader.go(page)
    for page in ("/forslag/fra-papir/", "/forslag/ny/"):
        leader.go(page)
        leader.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        for field in leader.page.locator("main textarea").all():
            field.fill(word * 3)
        leader.fits()
    road.to_committee()
    item = road.on_agenda(days=20)
    secretary = visit(town.secretary)
    for page in ("/min-side/", f"/moter/{item.meeting_id}/", f"/moter/{item.meeting_id}/saksliste/"):
        secretary.go(page)
