"""Lunner's model without LMUs: the workplace's leader, the chief executive, and the three parts (domain.md)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from forum.meetings.agenda import demands
from forum.meetings.agenda.services import add_item
from forum.meetings.core.models import Meeting
from forum.meetings.enums import DemandKind
from forum.organisation import composition
from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis, Part, Role
from forum.organisation.models import Body, Membership
from forum.organisation.services import bodies as organisation
from proposals.enums import IntakeKind, Origin, ProposalStatus
from proposals.models import Feedback, Proposal
from proposals.routing import changes, road
from proposals.routing.services import set_intake
from proposals.services import submit
from tests.factories.line import workplace_without_lmu
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart import clock
from trepart.access import policy
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import available, perform

ANSWERS = {"several_workplaces": "no", "needs_grant": "no", "affects_users": "no"}
WORDS = {"title": "Sykkelstativ", "what": "Et stativ.", "why": "Syklene velter.", "expected_effect": "Orden."}


@pytest.fixture
def granli(town: Municipality) -> Any:
    return workplace_without_lmu(town)


def sent(granli: Any, **changed: str) -> Proposal:
    return submit(proposer=granli.employee, data={**WORDS, **ANSWERS, "unit": granli.unit.pk, **changed})


def begun(granli: Any, **changed: str) -> Proposal:
    begun: Proposal = perform(sent(granli, **changed), "begin", actor=granli.leader, data={"access": "employees"})
    return begun


def steps(proposal: Proposal, person: Any) -> set[str]:
    return {each.transition.name for each in available(Proposal.objects.get(pk=proposal.pk), person)}


def in_a_month() -> Any:
    return clock.today() + timedelta(days=30)


def test_an_employees_proposal_comes_to_the_leader_and_to_nobody_else(granli: Any) -> None:
    proposal = sent(granli)
    assert proposal.referral is not None
    assert proposal.referral.body == granli.line
    assert set(policy.people_who_can("proposals.handle", proposal)) == {granli.leader}
    assert steps(proposal, granli.director) == set()
    assert road.problems() == []


def test_a_leader_decides_alone_what_is_within_reach(granli: Any) -> None:
    proposal = begun(granli)
    offered = steps(proposal, granli.leader)
    assert {"adopt", "consider", "decline", "recommend"} <= offered
    # Nobody to agree with, so what takes several is not offered.
    assert not offered & {"carry_out", "forward", "disagree", "think_further"}
    adopted = perform(
        proposal,
        "adopt",
        actor=granli.leader,
        data={"answer": "Vi kjøper det.", "responsible": granli.leader.pk, "due_on": in_a_month()},
    )
    assert adopted.status == ProposalStatus.ADOPTED
    assert Feedback.objects.get(proposal=proposal).text == "Vi kjøper det."


@pytest.mark.parametrize("beyond", [{"several_workplaces": "yes"}, {"needs_grant": "yes", "grant_amount": "5000"}])
def test_what_is_beyond_reach_goes_up_with_a_recommendation(granli: Any, beyond: dict[str, str]) -> None:
    proposal = begun(granli, **beyond)
    data = {"answer": "Ja.", "responsible": granli.leader.pk, "due_on": in_a_month()}
    with pytest.raises(GuardRefused):
        perform(proposal, "adopt", actor=granli.leader, data=data)
    with pytest.raises(InvalidInput):
        perform(proposal, "recommend", actor=granli.leader, data={"answer": "Den går videre."})
    perform(
        proposal,
        "recommend",
        actor=granli.leader,
        data={"answer": "Den går videre.", "recommendation": "Stativet kjøpes."},
    )
    up = Proposal.objects.get(pk=proposal.pk)
    assert up.referral is not None
    assert (up.referral.body, up.referral.recommendation) == (granli.chief, "Stativet kjøpes.")
    with pytest.raises(NotPermitted):
        perform(up, "decline", actor=granli.leader, data={"answer": "Nei."})
    # Both the chief executive and whoever prepares the cases there may go on with it; to the three parts it never goes
    # without a recommendation.
    for person in (granli.director, granli.clerk):
        assert "recommend" in steps(up, person)
    perform(
        up,
        "recommend",
        actor=granli.clerk,
        data={"answer": "Saken er klar.", "recommendation": "Det settes av 5 000 kr."},
    )
    at_the_table = Proposal.objects.get(pk=proposal.pk).referral
    assert at_the_table is not None
    assert (at_the_table.body, at_the_table.recommendation) == (granli.town.committee, "Det settes av 5 000 kr.")


def test_it_can_be_sent_back_to_the_leader_and_passed_on_to_another_workplace(granli: Any) -> None:
    proposal = begun(granli, several_workplaces="yes")
    perform(proposal, "recommend", actor=granli.leader, data={"answer": "Videre.", "recommendation": "Gjøres."})
    perform(
        Proposal.objects.get(pk=proposal.pk),
        "send_back",
        actor=granli.director,
        data={"answer": "Se på det igjen.", "back_to": granli.line.pk},
    )
    back = Proposal.objects.get(pk=proposal.pk)
    assert back.referral is not None
    assert back.referral.body == granli.line
    perform(
        back,
        "pass_on",
        actor=granli.leader,
        data={"unit": granli.town.units[0].pk, "answer": "Det er barnehagen sitt."},
    )
    there = Proposal.objects.get(pk=proposal.pk).referral
    assert there is not None
    assert there.body == granli.town.lmus[0]


def test_a_part_puts_its_cases_straight_to_the_body(granli: Any) -> None:
    """The chief executive selects among what comes from others, not among what a part puts to the body."""
    committee, administrator = granli.town.committee, granli.town.administrator
    way = {"origin": Origin.PART, "kind": IntakeKind.BODY, "actor": administrator}
    for leader in (granli.chief, granli.line):
        with pytest.raises(ValidationError, match="rett fram for organet"):
            set_intake(**way, body=leader)
        chosen = replace(changes.today(), entries={**changes.today().entries, Origin.PART: leader})
        assert any("rett fram for organet" in str(fault.message) for fault in changes.look_at(chosen).problems)
        with pytest.raises(ValidationError, match="rett fram for organet"):
            changes.change_road(chosen, seen="", actor=administrator)
    set_intake(**way, body=committee)
    assert road.problems() == []
    member = Membership.objects.running().filter(body=committee, part=Part.UNION, role=Role.MEMBER)[0].person
    proposal = submit(proposer=member, data=WORDS, part=Part.UNION)
    assert proposal.referral is not None
    assert proposal.referral.body == committee
    for who in (granli.leader, granli.director, granli.clerk):
        assert not policy.can(who, "proposals.handle", proposal)
        assert steps(proposal, who) == set()
    # Nor does it become one with what the chief executive has: there it would be selected among.
    other = begun(granli, several_workplaces="yes")
    perform(other, "recommend", actor=granli.leader, data={"answer": "Videre.", "recommendation": "Ja."})
    open_to = {"access": "employees"}
    mine = perform(Proposal.objects.get(pk=proposal.pk), "begin", actor=granli.town.secretary, data=open_to)
    same = {"into": other.case.reference, "answer": "Det samme."}
    with pytest.raises(GuardRefused, match="rett fram for organet"):
        perform(mine, "merge", actor=granli.town.secretary, data=same)
    # Nobody else puts a case to the body in the name of a part.
    with pytest.raises(NotPermitted):
        submit(proposer=granli.employee, data=WORDS, part=Part.UNION)
    # Citizens' proposals may still be selected among.
    assert set_intake(origin=Origin.CITIZEN, kind=IntakeKind.BODY, body=granli.chief, actor=administrator)


def test_what_a_third_demands_goes_on_whatever_the_chief_executive_selects(granli: Any) -> None:
    """Three of nine: the case is put on although the chief executive has it, or has turned it down (koml § 11-3)."""
    proposal = begun(granli, several_workplaces="yes")
    up = {"answer": "Den går videre.", "recommendation": "Stativet kjøpes."}
    perform(proposal, "recommend", actor=granli.leader, data=up)
    no = {"answer": "Ikke utvalgt til organet."}
    perform(Proposal.objects.get(pk=proposal.pk), "decline", actor=granli.director, data=no)
    committee, secretary = granli.town.committee, granli.town.secretary
    seats = list(demands.seats_in(committee))
    meeting = plan(granli.town)
    add_item(meeting, title="Orientering", actor=secretary)
    demand = demands.raise_demand(
        committee, kind=DemandKind.ITEM, title="Sykkelstativ", why="Vi vil treffe valget selv.", actor=seats[0].person
    )
    for seat in seats[1 : demands.needed(len(seats))]:
        assert demand.binding_at is None
        demand = demands.support(demand, actor=seat.person)
    assert demand.binding_at is not None
    # The chief executive can neither stop the demand nor leave it off the agenda.
    for who in (granli.director, granli.clerk):
        with pytest.raises(NotPermitted):
            demands.support(demand, actor=who)
        with pytest.raises(NotPermitted):
            demands.withdraw_support(demand, actor=who)
    with pytest.raises(WrongState):
        demands.withdraw_support(demand, actor=seats[0].person)
    with pytest.raises(GuardRefused, match="Sykkelstativ"):
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=secretary)
    assert demands.put_on(demand, meeting, actor=secretary).title == "Sykkelstativ"


def test_a_line_has_one_leader_and_leads_on(granli: Any) -> None:
    lone = organisation.add_body(name="Leder, Nav", kind=BodyKind.LINE, legal_basis=LegalBasis.KOML_13_1, actor=None)
    assert [problem.rule for problem in composition.hindrances(lone)] == ["R16", "R16"]
    two = [Membership(person=p, body=granli.line, role=Role.LEADER) for p in (granli.leader, granli.director)]
    assert [p.rule for p in composition.judge(granli.line, two, clock.today())] == ["R16"]
    with pytest.raises(Exception, match=r"one_local_per_unit|workplace|arbeidsplass|LMU"):
        organisation.add_body(
            name="LMU Vassbygda",
            kind=BodyKind.LMU,
            legal_basis=LegalBasis.COOPERATION,
            unit=granli.unit,
            superior=granli.town.coordination,
            actor=None,
        )


@pytest.mark.parametrize(
    ("kind", "way"),
    [(BodyKind.LMU, DecidesBy.LEADER), (BodyKind.COORDINATION, DecidesBy.LEADER), (BodyKind.LINE, DecidesBy.VOTE)],
)
def test_only_a_leader_decides_alone(kind: BodyKind, way: DecidesBy) -> None:
    basis = LegalBasis.KOML_13_1 if kind == BodyKind.LINE else LegalBasis.COOPERATION
    body = Body(name="x", kind=kind, legal_basis=basis, decides_by=way)
    assert any("alone" in p.message or "alene" in p.message for p in composition.judge(body, [], clock.today()))


def test_the_queue_of_a_leader_is_the_leaders_own(granli: Any, client: Client) -> None:
    proposal = sent(granli)
    queue = reverse("forum:body_queue", args=[granli.line.slug])
    for person, status in ((granli.leader, 200), (granli.employee, 404), (granli.director, 404)):
        client.force_login(person)
        assert client.get(queue).status_code == status
    client.force_login(granli.leader)
    assert proposal.title in client.get(queue).content.decode()
    assert proposal.title in client.get(reverse("portal:my_page")).content.decode()
