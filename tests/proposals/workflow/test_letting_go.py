"""What leaves a body under chapter 11 without a meeting: whose press it is, and who is told (koml § 11-3; R6)."""

from typing import Any

import pytest

from forum.organisation.enums import Part, Role
from forum.organisation.models import Membership
from proposals.enums import IntakeKind, Origin, ProposalStatus
from proposals.routing.services import set_intake
from proposals.services import submit
from tests.proposals.conftest import Road
from tests.proposals.workflow.test_line import WORDS, granli  # noqa: F401  # no LMUs
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import perform

pytestmark = pytest.mark.django_db
AWAY = {"belongs_to": "Fylket", "answer": "Det er fylkets vei."}


def told() -> set[User]:
    return {notice.person for notice in Notice.objects.filter(kind="proposals.let_go")}


def leaders(road: Road) -> set[User]:
    seats = Membership.objects.running().filter(body=road.town.committee, role__in=[Role.LEADER, Role.DEPUTY_LEADER])
    return {seat.person for seat in seats.select_related("person")}


def test_the_secretary_hands_over_and_the_leader_is_told(road: Road) -> None:
    road.to_committee()
    secretary = road.town.secretary
    data = {"to_body": road.town.coordination.pk, "answer": "Gruppa har saker av dette slaget."}
    perform(road.fresh(), "hand_over", actor=secretary, data=data)
    assert road.body == road.town.coordination
    assert told() == leaders(road)
    assert told()
    event = Event.objects.get(action="proposals.handed_over")
    assert (event.actor, event.acting_body) == (secretary, road.town.committee.pk)
    notice = Notice.objects.filter(kind="proposals.let_go")[0]
    assert secretary.name in notice.body
    assert "Ingenting er avgjort" in notice.body


def test_the_secretary_merges_and_the_leader_is_told(road: Road) -> None:
    road.to_committee()
    other = Road(road.town, number=1).to_committee()
    data = {"into": other.proposal.case.reference, "answer": "De to er det samme."}
    perform(road.fresh(), "merge", actor=road.town.secretary, data=data)
    assert road.fresh().status == ProposalStatus.MERGED
    assert told() == leaders(road)


def test_only_the_leader_says_that_it_belongs_elsewhere_and_every_member_is_told(road: Road) -> None:
    road.to_committee()
    town = road.town
    with pytest.raises(GuardRefused, match="11-3"):
        perform(road.fresh(), "elsewhere", actor=town.secretary, data=AWAY)
    for person in (town.union[0], town.coordination_leader, town.employee(1)):
        with pytest.raises(NotPermitted):
            perform(road.fresh(), "elsewhere", actor=person, data=AWAY)
    assert told() == set()
    perform(road.fresh(), "elsewhere", actor=town.chair, data=AWAY)
    assert road.fresh().status == ProposalStatus.ELSEWHERE
    members = Membership.objects.running().filter(body=town.committee, role__in=["leader", "deputy_leader", "member"])
    assert told() == {seat.person for seat in members.select_related("person")} - {town.chair}


def test_a_group_that_agrees_is_told_nothing_more(road: Road) -> None:
    road.begin()
    road.agree("elsewhere", belongs_to="Fylket")
    assert road.fresh().status == ProposalStatus.ELSEWHERE
    assert told() == set()


def test_what_a_part_puts_to_the_body_goes_to_no_leader_who_selects(granli: Any) -> None:  # noqa: F811
    committee, secretary = granli.town.committee, granli.town.secretary
    set_intake(origin=Origin.PART, kind=IntakeKind.BODY, body=committee, actor=granli.town.administrator)
    member = Membership.objects.running().filter(body=committee, part=Part.UNION, role=Role.MEMBER)[0].person
    proposal = submit(proposer=member, data=WORDS, part=Part.UNION)
    with pytest.raises(GuardRefused, match="rett fram"):
        perform(proposal, "hand_over", actor=secretary, data={"to_body": granli.chief.pk, "answer": "Velg ut."})
    to = {"to_body": granli.town.coordination.pk, "answer": "Den hører til hos dere."}
    assert perform(proposal, "hand_over", actor=secretary, data=to).referral.body == granli.town.coordination
