"""The debt of answers: how long one can be made to wait, who is told, and what counts as an answer (R18)."""

from datetime import date, timedelta
from typing import Any

import pytest

from forum.cases.deadlines import farthest
from forum.cases.enums import Resolution
from forum.organisation.enums import OfficeKind
from forum.organisation.services import bodies as organisation
from forum.organisation.services import municipality as facts
from portal.queries.front import answers_this_year
from proposals import services
from proposals.drafts import services as drafts
from proposals.models import Feedback, ProposalDraft
from tests.proposals.conftest import Road, soon
from tests.proposals.test_notifications import Listening
from trepart import clock
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_six_months_are_counted_by_the_calendar(since: date, last: date, db: Any) -> None:
    assert farthest(since) == last


def test_nobody_is_made_to_wait_longer_than_the_municipality_has_set(town: Any) -> None:
    road = Road(town).begin()
    with pytest.raises(InvalidInput) as refused:
        road.agree("think_further", resumes_on=farthest() + timedelta(days=1))
    assert refused.value.form.errors.as_data()["resumes_on"][0].code == "too_far"
    with pytest.raises(GuardRefused):
        services.give_preliminary_answer(
            road.fresh(), text="Det tar tid.", expected_on=farthest() + timedelta(days=1), actor=road.leader
        )
    facts.change_municipality(waiting_months=1, actor=town.administrator)
    with pytest.raises(InvalidInput):
        road.agree("think_further", resumes_on=soon(40))
    road.agree("think_further", resumes_on=farthest())
    assert road.fresh().status == "considered"


def test_a_meeting_does_not_put_it_off_longer_either(town: Any) -> None:
    road = Road(town).to_committee()
    with pytest.raises(GuardRefused):
        road.decided(Resolution.CONSIDER, due_on=farthest() + timedelta(days=1))


def test_considered_further_is_no_answer(town: Any) -> None:
    road = Road(town).begin()
    before = answers_this_year()
    road.agree("think_further", resumes_on=soon(20))
    assert (answers_this_year().asked, answers_this_year().answered) == (before.asked, before.answered)
    road.step("resume", road.leader, note="Vi er klare.")
    road.agree("turn_down")
    assert answers_this_year().answered == before.answered + 1


def test_the_first_time_nobody_above_is_told_and_each_time_after_its_leader_is(town: Any) -> None:
    road = Road(town).begin()
    with Listening() as heard:
        road.agree("think_further", resumes_on=soon(20))
    assert "put_off_again" not in heard.by_kind
    for day in (30, 40):
        with Listening() as heard:
            road.agree("think_further", resumes_on=soon(day))
        assert heard.by_kind["put_off_again"] == {town.coordination_leader}
    told = Notice.objects.filter(kind="proposals.put_off_again").latest("pk")
    assert road.proposal.title in told.body
    assert road.proposer.name not in told.subject + told.body


def test_a_second_preliminary_answer_goes_above_too(town: Any) -> None:
    road = Road(town).begin()
    give = {"text": "Det tar tid.", "actor": road.leader}
    with Listening() as heard:
        services.give_preliminary_answer(road.fresh(), expected_on=soon(40), **give)
    assert "put_off_again" not in heard.by_kind
    with Listening() as heard:
        services.give_preliminary_answer(road.fresh(), expected_on=soon(50), **give)
    assert heard.by_kind["put_off_again"] == {town.coordination_leader}
    assert Feedback.objects.filter(proposal=road.proposal, outcome="preliminary").count() == 2


def test_where_nobody_stands_above_in_the_portal_the_chief_executive_is_told(town: Any) -> None:
    chief = organisation.add_person(email="kd@fjellvik.example", name="Kari Direktør", actor=None)
    organisation.start_employment(person=chief, unit=town.units[0].parent, title="Kommunedirektør", actor=None)
    organisation.appoint(person=chief, office=OfficeKind.CHIEF_EXECUTIVE, actor=None)
    road = Road(town, needs_grant="yes").to_committee()
    road.decided(Resolution.TO_COUNCIL, due_on=soon(20))
    with Listening() as heard:
        road.step("ask_again", town.secretary, ask_council_on=soon(40), answer="Saken kom ikke opp.")
    assert heard.by_kind["put_off_again"] == {chief}


@pytest.mark.parametrize(("proof", "told"), [("", 1), ("not theirs yet", 0)])
def test_what_was_written_and_not_sent_is_reminded_of_once(town: Any, proof: str, told: int) -> None:
    from allauth.account.models import EmailAddress

    person = town.outsider
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    ProposalDraft.objects.create(
        token_digest="x", words={"title": "Benk ved elva"}, person=person, proof=proof,
        changed_at=clock.now() - timedelta(days=6),
    )  # fmt: skip
    assert drafts.remind() == told
    assert drafts.remind() == 0
    assert Notice.objects.filter(kind="proposals.draft_reminded", person=person).count() == told
