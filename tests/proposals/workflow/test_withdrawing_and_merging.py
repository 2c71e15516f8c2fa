"""What the proposer may take back, and proposals that are treated as one."""

import pytest

from forum.cases.enums import CaseAccess, ReferralOutcome
from forum.cases.models import Referral
from forum.cases.services import cases
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.planning import services as planning_services
from proposals import services
from tests.proposals.conftest import Road, soon
from tests.proposals.workflow.test_road import stays
from trepart import clock
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import perform

# The proposer ---------------------------------------------------------------------------------------------------------


def test_withdraw_takes_it_off_the_agenda(town):
    road = Road(town, needs_grant="yes").to_committee()
    item = road.on_agenda(days=14)
    perform(item.meeting, "call", actor=town.secretary)
    road.step("withdraw", road.proposer, reason="Vi fant ut av det selv.")
    item = AgendaItem.objects.get(pk=item.pk)
    assert item.withdrawn_at
    assert item.withdrawn_reason
    assert (road.fresh().status, stays(road)[-1]) == ("withdrawn", ("committee", ReferralOutcome.WITHDRAWN))


def test_withdraw_without_a_reason_before_anybody_began(road):
    road.step("withdraw", road.proposer)
    assert road.fresh().status == "withdrawn"
    assert all(r.answer for r in Referral.objects.all())


def test_withdraw_is_the_proposers_own_and_ends_with_the_decision(road):
    with pytest.raises(NotPermitted):
        road.step("withdraw", road.leader)
    road.begin().agree("turn_down")
    with pytest.raises(WrongState):
        road.step("withdraw", road.proposer)


def test_withdraw_waits_for_a_meeting_that_sits(town):
    road = Road(town, needs_grant="yes").to_committee()
    item = road.on_agenda()
    meeting = perform(item.meeting, "call", actor=town.secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
    with pytest.raises(GuardRefused):
        road.step("withdraw", road.proposer)


def test_coordination_does_not_decide_past_a_called_agenda(town):
    road = Road(town, several_workplaces="yes").begin().forward()
    clerk = town.coordination_secretary
    meeting = planning_services.plan_meeting(
        body=town.coordination, starts_at=clock.now() + (soon(9) - soon(0)), place="Her", actor=clerk
    )
    item = agenda_services.add_item(meeting, referral=road.referral, actor=clerk)
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=clerk)
    with pytest.raises(GuardRefused):
        road.step("decline", clerk, answer="Nei.")
    agenda_services.withdraw_item(AgendaItem.objects.get(pk=item.pk), reason="Tas direkte.", actor=clerk)
    road.step("decline", clerk, answer="Nei.")


def test_deciding_takes_it_off_a_planned_agenda(town):
    road = Road(town, several_workplaces="yes").begin().forward()
    clerk = town.coordination_secretary
    meeting = planning_services.plan_meeting(
        body=town.coordination, starts_at=clock.now() + (soon(9) - soon(0)), place="Her", actor=clerk
    )
    agenda_services.add_item(meeting, referral=road.referral, actor=clerk)
    road.step("decline", clerk, answer="Nei.")
    assert not meeting.items.filter(withdrawn_at__isnull=True).exists()


# Merging --------------------------------------------------------------------------------------------------------------


def test_merged_proposals_get_the_same_answers(town):
    first, second, third = Road(town).begin(), Road(town, proposer=town.employee(0, 1)), Road(town, 1)
    second.begin().step("merge", second.leader, into=first.proposal.case.reference, answer="Samme som en annen.")
    third.begin().step("merge", third.leader, into=first.proposal.case.reference, answer="Samme som en annen.")
    assert (second.fresh().status, second.proposal.merged_into) == ("merged", first.proposal)
    first.agree("carry_out", answer="Ja, vi gjør det.", responsible=first.leader.pk, due_on=soon())
    first.step("complete", first.leader, carried_out_on=soon(0), effect="Det virker.")
    for road in (first, second, third):
        assert list(road.fresh().feedback.order_by("id").values_list("text", flat=True))[-2:] == [
            "Ja, vi gjør det.",
            "Det virker.",
        ]


def test_merging_goes_through_chains_and_never_in_circles(town):
    one, two, three = Road(town).begin(), Road(town).begin(), Road(town).begin()
    one.step("merge", one.leader, into=two.proposal.case.reference, answer="Samme.")
    with pytest.raises(InvalidInput):
        two.step("merge", two.leader, into=one.proposal.case.reference, answer="Samme.")
    with pytest.raises(InvalidInput):
        two.step("merge", two.leader, into=two.proposal.case.reference, answer="Samme.")
    two.step("merge", two.leader, into=three.proposal.case.reference, answer="Samme.")
    three.agree("turn_down", answer="Nei, dessverre.")
    assert [r.fresh().feedback.latest("id").text for r in (one, two, three)] == ["Nei, dessverre."] * 3


def test_what_others_lean_on_cannot_be_withdrawn(town):
    one, two = Road(town).begin(), Road(town).begin()
    one.step("merge", one.leader, into=two.proposal.case.reference, answer="Samme.")
    with pytest.raises(GuardRefused):
        two.step("withdraw", two.proposer)


@pytest.mark.parametrize("number", ["", "26", "26/0/1", "99/99999", "abc", "26/99999999999"])
def test_merging_with_what_is_not_there(road, number):
    with pytest.raises(InvalidInput):
        road.begin().step("merge", road.leader, into=number, answer="Samme.")


def close(town, road):
    cases.set_access(road.fresh().case, access=CaseAccess.RECEIVER, basis="offl. § 13", actor=town.secretary)


def test_nothing_is_merged_into_what_is_closed(town):
    first, second = Road(town).begin(), Road(town, proposer=town.employee(0, 1)).begin()
    close(town, first)
    with pytest.raises(GuardRefused, match=first.proposal.case.reference):
        second.step("merge", second.leader, into=first.proposal.case.reference, answer="Samme.")
    first.step("merge", first.leader, into=second.fresh().case.reference, answer="Samme.")  # the other way round
    assert first.fresh().merged_into == second.proposal


def test_a_case_that_was_closed_afterwards_tells_those_merged_no_more_than_that(town):
    first, second = Road(town).begin(), Road(town, proposer=town.employee(0, 1)).begin()
    second.step("merge", second.leader, into=first.proposal.case.reference, answer="Samme.")
    close(town, first)
    first.agree("carry_out", answer="Hemmelig grunn.", responsible=first.leader.pk, due_on=soon())
    services.report_progress(first.fresh(), text="Hemmelig framdrift.", new_due_on=soon(60), actor=first.leader)
    told = second.fresh().feedback.latest("id")
    assert first.proposal.case.reference in told.text
    assert (told.outcome, told.expected_on) == ("on_its_way", None)
    shown = " ".join(second.fresh().feedback.values_list("text", flat=True))
    mailed = " ".join(n.body for n in Notice.objects.filter(person=second.proposer))
    assert "Hemmelig" not in shown + mailed


def test_an_answer_given_where_fewer_read_it_is_read_by_the_proposer_and_not_by_everybody(town, client):
    """It stood on the page of the one that was merged, which everybody reads."""
    first, second = Road(town).begin(), Road(town, proposer=town.employee(0, 1)).begin()
    second.step("merge", second.leader, into=first.proposal.case.reference, answer="Samme som en annen.")
    cases.set_access(second.fresh().case, access=CaseAccess.PUBLIC, basis="", actor=town.secretary)
    first.agree("carry_out", answer="Bare for ansatte.", responsible=first.leader.pk, due_on=soon())
    page = second.fresh().get_absolute_url()

    def answer(person):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client.get(page).context["answers"][0]

    for reader in (None, town.outsider):
        told = answer(reader)
        assert first.proposal.case.reference in told.text
        assert "Bare for ansatte." not in told.text
        assert (told.outcome, told.expected_on, told.body) == ("on_its_way", None, None)
    for reader in (second.proposer, town.employee(1)):
        assert answer(reader).text == "Bare for ansatte."
    assert second.fresh().feedback.latest("id").text == "Bare for ansatte."
