"""What whoever has the authority answers: never before it was recommended, put right where it was written wrongly, and
by the chief executive's own hand where it is the chief executive's (R34)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.delegations.enums import Authority
from forum.organisation.enums import OfficeKind
from forum.organisation.services import people
from proposals.models import Feedback, Proposal
from tests.factories.browsers import as_
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def recommended(town: Any) -> Any:
    town.chief = people.add_person(email="kd@fjellvik.example", name="Kari Direktør", actor=None)
    people.start_employment(person=town.chief, unit=town.units[0].parent, title="Kommunedirektør", actor=None)
    people.appoint(person=town.chief, office=OfficeKind.CHIEF_EXECUTIVE, actor=None)
    road = Road(town, needs_grant="yes").to_committee()
    road.decided(Resolution.TO_COUNCIL, due_on=soon(20))
    Proposal.objects.filter(pk=road.proposal.pk).update(awaits=Authority.CHIEF_EXECUTIVE)
    town.road = road
    return town


def _answer(town: Any, day: Any) -> dict[str, Any]:
    return {
        "council_decided_on": day, "council_decision": "Anbefalingen følges.", "answer": "Det blir noe av.",
        "responsible": town.chief.pk, "due_on": soon(60),
    }  # fmt: skip


def test_whoever_has_the_authority_answers_by_an_own_hand(recommended: Any) -> None:
    proposal = recommended.road.fresh()
    page = proposal.get_absolute_url()
    step = reverse("proposals:step", args=[proposal.case_id, "council_adopted"])
    for who, may in ((recommended.chief, True), (recommended.secretary, True), (recommended.employee(), False)):
        assert policy.can(who, "proposals.record_council", proposal) == may
        assert (step in as_(who).get(page).content.decode()) == may
    assert recommended.chief in policy.people_who_can("proposals.record_council", proposal)
    assert "write what you decide" in as_(recommended.chief).get(reverse("portal:my_page")).content.decode()
    recommended.road.step("council_adopted", recommended.chief, **_answer(recommended, clock.today()))
    assert recommended.road.fresh().status == "adopted"


def test_what_others_have_the_authority_for_is_not_the_chief_executives(recommended: Any) -> None:
    Proposal.objects.filter(pk=recommended.road.proposal.pk).update(awaits=Authority.COUNCIL)
    assert not policy.can(recommended.chief, "proposals.record_council", recommended.road.fresh())


def test_nothing_is_answered_before_it_was_recommended(recommended: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        recommended.road.step(
            "council_adopted", recommended.secretary, **_answer(recommended, clock.today() - timedelta(days=20))
        )
    assert refused.value.form.errors.as_data()["council_decided_on"][0].code == "before"


def test_what_was_written_down_wrongly_is_put_right_with_a_reason(recommended: Any) -> None:
    road = recommended.road
    road.step("council_adopted", recommended.secretary, **_answer(recommended, clock.today()))
    with clock.at(clock.now() + timedelta(days=2)):
        proposal = road.fresh()
        address = reverse("proposals:correct_council", args=[proposal.case_id])
        assert address in as_(recommended.secretary).get(proposal.get_absolute_url()).content.decode()
        said = {
            "council_decided_on": clock.today(), "council_decision": "Anbefalingen følges delvis.",
            "answer": "Datoen var feil.", "seen": proposal.status_event_id,
        }  # fmt: skip
        assert as_(recommended.employee()).post(address, said | {"reason": "x"}).status_code in (403, 404)
        assert as_(recommended.secretary).post(address, said).status_code == 422
        early = {"council_decided_on": clock.today() - timedelta(days=60), "reason": "Feil dato."}
        assert as_(recommended.secretary).post(address, said | early).status_code == 422
        assert as_(recommended.secretary).post(address, said | {"reason": "Feil dato."}).status_code == 302
        proposal = road.fresh()
        assert (proposal.status, proposal.council_decided_on) == ("adopted", clock.today())
        assert proposal.council_decision == "Anbefalingen følges delvis."
        assert Event.objects.get(action="proposals.council_corrected").actor == recommended.secretary
        assert Feedback.objects.filter(proposal=proposal).order_by("-pk")[0].text == "Datoen var feil."
        told = Notice.objects.filter(kind="proposals.answer_corrected")
        assert {notice.person for notice in told} == {proposal.proposer}
