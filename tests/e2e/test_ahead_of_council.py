"""Ahead of kommunestyret in a real browser: a list is taken in and treated, and the views are sent and read."""

from datetime import timedelta
from typing import Any

import pytest

from forum.cases.enums import Resolution
from forum.council.models import CouncilCase, CouncilList, CouncilSheet
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from forum.organisation.enums import Role
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships
from tests.e2e.support.words import say
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.notices.models import Mail
from trepart.workflow import perform

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PASTED = """Kommunestyret – saksliste
PS 45/26   26/1234   Reguleringsplan for Sagatunet
PS 46/26   Kari Normanns oppsigelse (unntatt offentlighet)
RS 7/26   Orientering om skolene
Side 1 av 1
"""


@pytest.fixture
def town() -> Municipality:
    with clock.at(clock.now() - timedelta(days=30)):
        return municipality()


def test_from_the_pasted_list_to_the_sheet_the_public_reads(town: Municipality, visit: Any) -> None:
    politisk = organisation.add_person(email="politisk@fjellvik.example", name="Solveig Sekretær", actor=None)
    memberships.start_membership(person=politisk, body=town.council, role=Role.SECRETARY, actor=None)
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Salen", actor=town.secretary
    )
    secretary = visit(town.secretary)
    take_in(secretary, meeting)
    treat(town, meeting)
    send(secretary)
    read(visit(None))
    record(secretary, town)


def take_in(secretary: Any, meeting: Meeting) -> None:
    page = secretary.go(f"/moter/{meeting.pk}/saksliste/")
    secretary.press(say("Take the list in"))
    secretary.press(say("Read the list"))
    assert say("Paste the list, or choose a file.") in page.content()
    field = page.get_by_label(say("Paste the case list here"))
    box = field.bounding_box()
    assert box is not None
    assert box["height"] > 220, "an empty text area is as tall as its rows say"
    field.fill(PASTED)
    secretary.press(say("Read the list"))
    held_on = (clock.today() + timedelta(days=27)).isoformat()
    page.get_by_label(say("The municipal council meets")).fill(held_on)
    page.locator("summary", has_text="3 linjer").or_(page.locator("summary", has_text="2 linjer")).click()
    assert "Side 1 av 1" in page.content()
    # The exempt one lacks its basis: it is said beside the field, and what was written is still there.
    secretary.press(say("Take in those that are ticked"))
    assert say("Say on what legal basis it is closed (R25).") in page.content()
    assert page.get_by_label(say("The municipal council meets")).input_value() == held_on
    page.locator("#id_sak1-exempt").select_option("offl. § 25")
    page.locator("#id_sak2-take").uncheck()
    secretary.press(say("Take in those that are ticked"))
    assert "2 saker er satt på sakslista." in page.content()
    assert CouncilCase.objects.count() == 2


def treat(town: Municipality, meeting: Meeting) -> None:
    """Hold the meeting; its own pages have stories of their own."""
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
    for item in AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.PS):
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(
            item,
            text="Utvalget støtter saken.",
            resolution=Resolution.ADOPT,
            differs="Uttalt i egne ord.",
            actor=town.secretary,
        )
    end_meeting(Meeting.objects.get(pk=meeting.pk), actor=town.secretary)


def send(secretary: Any) -> None:
    page = secretary.go(CouncilList.objects.get().get_absolute_url())
    secretary.press(say("Look at the views and send them"))
    assert "Utvalget støtter saken." in page.content()
    secretary.press(say("Send the views"))
    assert "Solveig Sekretær" in page.content()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/uttalelser/")
    secretary.look()
    assert say("Download as PDF") in page.content()
    assert [mail.to for mail in Mail.objects.filter(kind="forum.council_views_sent")] == ["politisk@fjellvik.example"]
    assert CouncilSheet.objects.get().number == 1


def read(public: Any) -> None:
    case_list = CouncilList.objects.get()
    for path in (
        case_list.get_absolute_url(),
        CouncilSheet.objects.get().get_absolute_url(),
        "/organer/psu/kommunestyret/",
    ):
        page = public.go(path)
        assert "Kari Normanns" not in page.content()
    page = public.go(case_list.get_absolute_url())
    assert "Reguleringsplan for Sagatunet" in page.content()


def record(secretary: Any, town: Municipality) -> None:
    page = secretary.go(CouncilList.objects.get().get_absolute_url())
    with page.expect_navigation():
        page.get_by_role("link", name=say("Record what the municipal council decided")).first.click()
    secretary.look()
    page.get_by_label(say("What the municipal council decided")).fill("Vedtatt mot to stemmer.")
    page.get_by_label(say("as the view said").capitalize(), exact=True).check()
    secretary.press(say("Record what the municipal council decided"))
    assert "Vedtatt mot to stemmer." in page.content()
    services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=60), place="Salen", actor=town.secretary
    )
    secretary.go(CouncilList.objects.get().get_absolute_url())
    secretary.press(say("Put what was decided on the next agenda"))
    assert say("What the municipal council decided in cases we had a view on") in page.content()
    # Said once: the list now leads to the agenda it stands on.
    secretary.go(CouncilList.objects.get().get_absolute_url())
    assert page.get_by_role("button", name=say("Put what was decided on the next agenda")).count() == 0
    link = page.get_by_role("link", name=say("What was decided stands on the agenda: %(meeting)s") % {"meeting": ""})
    assert link.count() == 1
