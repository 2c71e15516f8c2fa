"""What a decision does to a case: once, whoever asks how many times; and what may be decided."""

from datetime import timedelta

import pytest

from forum.cases.case_owners import owner_of
from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.planning import services as planning_services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.votes import ballots, motions
from forum.organisation.services import bodies as organisation
from proposals.models import Feedback
from proposals.routing import services as routing_services
from tests.factories.meetings import end_meeting
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import perform


def owner(road):
    found = owner_of(road.referral)
    assert found is not None
    return found


def test_settling_again_does_nothing(town):
    road = Road(town, needs_grant="yes").to_committee()
    held_by = owner(road)
    item = road.decided(Resolution.DECLINE)
    before = (Event.objects.count(), Feedback.objects.count(), Notice.objects.count())
    held_by.settle(item, actor=town.secretary)
    settlement.settle_items(item.meeting, town.secretary)
    assert (Event.objects.count(), Feedback.objects.count(), Notice.objects.count()) == before
    assert road.fresh().status == "declined"


def test_postponing_tells_the_proposer_once(town):
    road = Road(town, needs_grant="yes").to_committee()
    item = road.decided(Resolution.POSTPONE, answer="Vi vil vite mer om drift.")
    owner(road).settle(item, actor=town.secretary)
    told = Notice.objects.filter(kind="proposals.postponed")
    assert [n.person for n in told] == [road.proposer]
    assert "Vi vil vite mer om drift." in told[0].body
    assert (road.fresh().status, road.referral.status) == ("in_treatment", "open")
    again = planning_services.plan_meeting(
        body=town.committee, starts_at=item.meeting.starts_at + timedelta(days=30), place="Her", actor=town.secretary
    )
    agenda_services.add_item(again, referral=road.referral, actor=town.secretary)


def test_a_decision_about_a_stay_that_is_over_is_refused(town):
    road = Road(town, needs_grant="yes").to_committee()
    item = road.decided(Resolution.SEND_BACK, options={"back_to": town.coordination.pk})
    item.pk = 10**9  # as if another item had decided on the same stay
    with pytest.raises(GuardRefused):
        owner(road).settle(item, actor=town.secretary)
    assert road.body == town.coordination


def test_a_step_needs_the_very_decision_it_carries_out(town):
    road = Road(town, needs_grant="yes").to_committee()
    item = road.on_agenda()
    with pytest.raises(GuardRefused):
        perform(road.fresh(), "decline", actor=town.secretary, data={"answer": "x"}, basis=item)
    meeting = perform(item.meeting, "call", actor=town.secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
    item = AgendaItem.objects.get(pk=item.pk)
    mover = meeting.attendances.first().membership
    motion = motions.add_motion(item, text="Nei.", moved_by=mover, actor=town.secretary)
    ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=town.secretary)
    decisions.decide(
        item, text="Nei.", resolution=Resolution.DECLINE, answer="Nei.", ballot=ballot, actor=town.secretary
    )
    item = AgendaItem.objects.select_related("decision", "meeting").get(pk=item.pk)
    with pytest.raises(GuardRefused):  # the meeting has not ended
        perform(road.fresh(), "decline", actor=town.secretary, data={"answer": "x"}, basis=item)
    perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
    item = AgendaItem.objects.select_related("decision", "meeting").get(pk=item.pk)
    with pytest.raises(GuardRefused):  # it decided something else
        perform(road.fresh(), "consider", actor=town.secretary, data={"answer": "x", "resumes_on": soon()}, basis=item)
    perform(road.fresh(), "decline", actor=town.secretary, data={"answer": "Nei."}, basis=item)
    assert road.fresh().status == "declined"


def test_what_is_offered_follows_the_body(town):
    road = Road(town, needs_grant="yes").begin().forward()
    offered = dict(owner(road).resolutions(road.referral))
    assert Resolution.TO_COUNCIL not in offered
    assert offered[Resolution.RECOMMEND] is None
    assert "Partssammensatt utvalg" in str(offered[Resolution.ADOPT])
    road.recommend()
    offered = dict(owner(road).resolutions(road.referral))
    assert Resolution.RECOMMEND not in offered
    assert [r for r, why in offered.items() if why is None] == [
        Resolution.ADOPT,
        Resolution.CONSIDER,
        Resolution.SEND_BACK,
        Resolution.TO_COUNCIL,
        Resolution.DECLINE,
        Resolution.POSTPONE,
    ]
    assert {pk for pk, _name in owner(road).back_to(road.referral)} == {town.coordination.pk, town.lmus[0].pk}
    assert set(owner(road).fields(Resolution.ADOPT)) == {"answer", "responsible", "due_on"}
    assert owner(road).fields(Resolution.POSTPONE) == ()


def test_summary_and_address(town):
    road = Road(town)
    said = owner(road).summary(road.referral)
    assert "Én felles vaktmester." in said
    assert "Vi leier inn hver for oss." in said
    assert owner(road).url(road.referral) == f"/forslag/{road.proposal.case_id}/"


def test_a_meeting_of_the_coordination_group_can_decide_too(town):
    road = Road(town, several_workplaces="yes").begin().forward()
    clerk = town.coordination_secretary
    meeting = planning_services.plan_meeting(
        body=town.coordination, starts_at=clock.now() + timedelta(minutes=5), place="Her", actor=clerk
    )
    item = agenda_services.add_item(meeting, referral=road.referral, actor=clerk)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=clerk)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=clerk)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=clerk, data={"other_day": "on"})
    item = AgendaItem.objects.get(pk=item.pk)
    mover = meeting.attendances.first().membership
    motion = motions.add_motion(item, text="Ja.", moved_by=mover, actor=clerk)
    ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=clerk)
    decisions.decide(
        item, text="Ja.", resolution=Resolution.SEND_BACK, answer="LMU går videre.", ballot=ballot, actor=clerk,
        options={"back_to": town.lmus[0].pk, "user_representatives": True},
    )  # fmt: skip
    end_meeting(Meeting.objects.get(pk=meeting.pk), actor=clerk)
    assert (road.body, road.referral.needs_user_representatives) == (town.lmus[0], True)


def test_a_group_that_decides_by_consensus_may_also_meet(town):
    organisation.change_body(town.coordination, decides_by="consensus", actor=None)
    road = Road(town, several_workplaces="yes").begin().forward()
    clerk = town.coordination_secretary
    with pytest.raises(NotPermitted):
        road.step("decline", clerk, answer="Nei.")
    meeting = planning_services.plan_meeting(
        body=town.coordination, starts_at=clock.now() + timedelta(minutes=5), place="Her", actor=clerk
    )
    item = agenda_services.add_item(meeting, referral=road.referral, actor=clerk)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=clerk)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=clerk)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=clerk, data={"other_day": "on"})
    item = AgendaItem.objects.get(pk=item.pk)
    decisions.decide(item, text="Nei.", resolution=Resolution.DECLINE, answer="Nei, dessverre.", actor=clerk)
    end_meeting(Meeting.objects.get(pk=meeting.pk), actor=clerk)
    item.refresh_from_db()
    assert item.settled_at, item.settle_error
    assert road.fresh().status == "declined"


def test_a_body_that_has_not_begun_is_told_so(town):
    routing_services.set_intake(origin="employee", kind="body", body=town.committee, actor=town.administrator)
    road = Road(town, needs_grant="yes")
    assert road.body == town.committee
    assert all(why for r, why in owner(road).resolutions(road.referral) if r != Resolution.POSTPONE)
    road.step("begin", town.secretary, access="employees")
    assert dict(owner(road).resolutions(road.referral))[Resolution.ADOPT] is None
    item = road.decided(Resolution.ADOPT, responsible=town.lmu_leader(0), due_on=soon(), amount=9_000)
    assert item.settled_at
    assert road.fresh().status == "adopted"
