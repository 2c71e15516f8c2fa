"""From when a finished case paper is read: with the notice, not before, unless somebody chooses so (R6, R25)."""

from datetime import timedelta
from typing import Any

import pytest

from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.cases.services import cases
from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers import drafts, finishing, queries, release
from forum.meetings.core.models import AgendaItem, Meeting
from tests.factories.browsers import as_, text_of
from tests.factories.organisation import Municipality
from tests.factories.papers import BASIS, content, finish, page
from tests.forum.meetings.test_lifecycle import plan
from trepart import clock
from trepart.access import policy
from trepart.audit.models import Event
from trepart.refusals import NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    """Return a meeting whose agenda is not out."""
    planned = plan(town)
    agenda.add_item(planned, title="Turnus", recommendation="Ja.", actor=town.secretary)
    return planned


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return meeting.items.get()


def readers(town: Municipality, case: Case) -> set[str]:
    """Return who reads the paper, asked of its page; lists and questions are held to the same."""
    people: dict[str, Any] = {
        "public": None, "outsider": town.outsider, "employee": town.employee(0), "member": town.elected[3],
        "union": town.union[0], "secretary": town.secretary, "chair": town.chair,
    }  # fmt: skip
    found = {name for name, person in people.items() if as_(person).get(page("case_paper", case)).status_code == 200}
    for name, person in people.items():
        if person is not None:
            assert policy.can(person, "forum.view_paper", case) == (name in found), name
            listed = policy.visible_to(person, "forum.view_paper", Case.objects.filter(pk=case.pk)).exists()
            assert listed == (name in found), name
        numbers = [version.number for version in queries.versions_for(case, person)] if person is not None else []
        assert bool(numbers) == (name in found) or person is None
    return found


PREPARES = {"secretary", "chair"}
EVERYBODY = {"public", "outsider", "employee", "member", "union", *PREPARES}


def test_before_the_notice_those_who_prepare_the_case_and_from_it_everybody(
    town: Municipality, meeting: Meeting, case: Case
) -> None:
    finish(case, town.secretary)
    assert readers(town, case) == PREPARES
    perform(meeting, "call", actor=town.secretary)
    assert readers(town, case) == EVERYBODY
    later = {"starts_at": meeting.starts_at + timedelta(days=7), "place": "Salen", "reason": "Uvær"}
    perform(Meeting.objects.get(pk=meeting.pk), "postpone", actor=town.secretary, data=later)
    assert readers(town, case) == PREPARES  # the agenda is not out any more, and its papers go with it


def test_at_once_where_somebody_chooses_so(town: Municipality, meeting: Meeting, case: Case) -> None:
    write, client = page("case_paper_write", case), as_(town.secretary)
    said = text_of(client.get(write))
    assert "Everybody can read it when the meeting of" in said
    assert "not before" in said
    sent = {"seen": drafts.mark(case), "facts": "Tall.", "public_form": "whole", "do": "finish", "at_once": "1"}
    done = client.post(write, sent, follow=True)
    assert "Those who may read the case can read it now." in text_of(done)
    assert readers(town, case) == EVERYBODY
    assert Event.objects.filter(action="forum.paper_shown_ahead").count() == 1


def test_it_can_be_chosen_afterwards_by_those_who_write_it_alone(
    town: Municipality, meeting: Meeting, case: Case
) -> None:
    finish(case, town.secretary)
    for person in (town.union[0], town.elected[3], town.outsider):
        assert as_(person).post(page("case_paper_show", case)).status_code == 404
        with pytest.raises(NotPermitted):
            finishing.show_ahead(case, actor=person)
    assert readers(town, case) == PREPARES
    assert "Let others read it now" in text_of(as_(town.secretary).get(page("case_paper", case)))
    for _press in (1, 2):
        assert as_(town.secretary).post(page("case_paper_show", case)).status_code == 302
    assert Event.objects.filter(action="forum.paper_shown_ahead").count() == 1
    assert readers(town, case) == EVERYBODY
    assert "Let others read it now" not in text_of(as_(town.secretary).get(page("case_paper", case)))


def test_an_exempt_case_and_one_proposed_closed_stay_so(
    town: Municipality, meeting: Meeting, item: AgendaItem, case: Case
) -> None:
    finishing.finish(case, content=content(), seen=drafts.mark(case), at_once=True, actor=town.secretary)
    proposed_closing.propose_closing(
        AgendaItem.objects.get(pk=item.pk), basis="koml. § 11-5 (3) a", public_title="Sak", actor=town.secretary
    )
    assert readers(town, case) == PREPARES
    assert "proposed closed" in release.who_and_when(case)
    perform(meeting, "call", actor=town.secretary)
    assert readers(town, case) == {"member", "union", *PREPARES}
    proposed_closing.take_back(AgendaItem.objects.get(pk=item.pk), actor=town.secretary)
    cases.set_access(case, access=CaseAccess.RECEIVER, basis=BASIS, actor=town.secretary)
    assert readers(town, case) == {"member", "union", *PREPARES}


class TestTheNextMeeting:
    """A case that comes again: what is written for the next meeting waits for its notice, and the former stays."""

    @pytest.fixture
    def treated(self, town: Municipality, meeting: Meeting, case: Case) -> Case:
        finish(case, town.secretary, facts="<p>Første</p>")
        perform(meeting, "call", actor=town.secretary)
        now = clock.now()
        Meeting.objects.filter(pk=meeting.pk).update(ended_at=now)
        return case

    def test_the_new_version_waits_and_the_former_is_read(self, town: Municipality, treated: Case) -> None:
        with clock.at(clock.now() + timedelta(hours=1)):
            finish(treated, town.secretary, facts="<p>Andre</p>", reason="Nye tall.")
            said = {
                name: text_of(as_(person).get(page("case_paper", treated)))
                for name, person in (("public", None), ("secretary", town.secretary))
            }
            assert "Første" in said["public"]
            assert "Andre" not in said["public"]
            assert "Andre" in said["secretary"]
            again = plan(town)
            agenda.add_item(again, title="Turnus", case=treated, actor=town.secretary)
            perform(again, "call", actor=town.secretary)
            assert "Andre" in text_of(as_().get(page("case_paper", treated)))

    def test_what_the_new_one_exempts_is_not_read_in_the_former(self, town: Municipality, treated: Case) -> None:
        with clock.at(clock.now() + timedelta(hours=1)):
            hidden = {"public_form": "redacted", "exempt_basis": BASIS, "facts": "<p><mark>Første</mark></p>"}
            finish(treated, town.secretary, reason="Tatt ut.", **hidden)
            assert as_().get(page("case_paper", treated)).status_code == 404
            assert as_(town.employee(0)).get(page("case_paper", treated)).status_code == 404
