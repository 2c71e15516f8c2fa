"""A proposal handed in on a sheet: entered, printed, posted and answered, in a real browser."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from proposals.models import Letter, Proposal
from tests.e2e.support.words import say
from tests.factories.consent import take
from tests.factories.organisation import Municipality, municipality
from tests.proposals.asking import PNG
from trepart import clock

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def test_a_sheet_is_entered_answered_and_posted(town: Municipality, visit: Any, tmp_path: Path) -> None:
    scan = tmp_path / "ark.png"
    scan.write_bytes(PNG)
    desk = visit(town.coordination_secretary)
    page = desk.page
    desk.go("/min-side/")
    page.get_by_role("link", name=say("Enter a proposal from paper")).click()
    desk.look()
    page.get_by_label(say("Title"), exact=True).fill("Benk ved apoteket")
    page.get_by_label(say("What is proposed")).fill("En benk der en kan hvile.")
    page.get_by_label(say("Why"), exact=True).fill("Bakken er bratt.")
    desk.press(say("Enter it"))
    # The day, the name, the sheet and the association are missing: said beside each, with what was written kept.
    desk.look()
    assert page.get_by_label(say("What is proposed")).input_value() == "En benk der en kan hvile."
    page.get_by_label(say("When did the municipality receive it?")).fill(
        (clock.today() - timedelta(days=1)).isoformat()
    )
    page.get_by_role("group", name=say("Is it sent for an association?")).get_by_label(say("No"), exact=True).check()
    page.get_by_label(say("Name"), exact=True).fill("Gudrun Moheim")
    page.get_by_label(say("Postal address")).fill("Kirkebakken 12\n3340 Fjellvik")
    page.get_by_label(say("The scanned sheet")).set_input_files(scan)
    desk.press(say("Enter it"))
    letter = Letter.objects.get()
    assert page.url.endswith(f"/forslag/brev/{letter.pk}/")
    desk.look()
    printed = page.request.get(desk.address + f"/forslag/brev/{letter.pk}/brev.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    page.get_by_role("link", name=say("Letters")).first.click()
    desk.look()
    page.get_by_role("link", name=letter.subject).click()
    desk.press(say("It is sent"))
    proposal = Proposal.objects.get()
    assert page.url.endswith(proposal.get_absolute_url())
    desk.look()
    letter.refresh_from_db()
    assert (letter.how, letter.sent_by) == ("post", town.coordination_secretary)
    for step, data in (
        ("begin", {"access": "public"}),
        ("decline", {"answer": "Ikke i år, men vi setter den på lista."}),
    ):
        take(Proposal.objects.get(), step, actor=town.coordination_secretary, data=data)
    desk.go(proposal.get_absolute_url())
    assert say("To be sent") in page.content()
    page.get_by_role("link", name=say("How the proposer is reached")).click()
    desk.look()

    reader = visit(None)
    reader.go(proposal.get_absolute_url())
    assert "Ikke i år" in reader.page.content()
    for secret in ("Gudrun", "Kirkebakken", "ark.png"):
        assert secret not in reader.page.content()
