"""The main road of a proposal, walked from one end to the other, and its branches in each body."""

import pytest
from django.db import IntegrityError, connection, transaction

from forum.cases.enums import Resolution
from forum.meetings.core.models import Decision, Meeting
from forum.meetings.enums import MeetingStatus
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from forum.organisation.services import memberships
from lmu.services import let_in
from proposals import services
from proposals.consent import services as consent
from proposals.models import Feedback, Position, Proposal
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import available


def outcomes(road):
    return [f.outcome for f in road.fresh().feedback.order_by("id")]


def stays(road):
    return [(r.body.kind, r.outcome) for r in road.fresh().case.referrals.order_by("id")]


def test_the_whole_road(town):
    road = Road(town, several_workplaces="yes", needs_grant="yes", grant_amount="180 000")
    assert road.fresh().status == "received"
    assert road.body == town.lmus[0]
    assert road.fresh().case.access == "receiver"
    road.to_committee()
    assert road.body == town.committee
    assert road.fresh().case.access == "employees"
    assert road.referral.recommendation == "Det settes av 180 000 kr."
    assert road.referral.recommended_by == town.coordination
    item = road.decided(Resolution.ADOPT, responsible=road.leader, due_on=soon())
    assert item.settled_at, item.settle_error
    proposal = road.fresh()
    assert (proposal.status, proposal.responsible, proposal.due_on) == ("adopted", road.leader, soon())
    assert (proposal.adopted_by, proposal.responsible_unit) == (town.committee, town.units[0])
    road.step(
        "complete",
        road.leader,
        carried_out_on=soon(0),
        effect="Innleien er borte.",
        effect_saved="120 000",
        effect_absence="-0,5",
    )
    proposal = road.fresh()
    assert (proposal.status, proposal.effect_saved, str(proposal.effect_absence)) == ("implemented", 120_000, "-0.5")
    assert outcomes(road) == ["on_its_way", "on_its_way", "adopted", "implemented"]
    assert stays(road) == [("lmu", "forwarded"), ("coordination", "recommended"), ("committee", "adopted")]
    assert all(r.answer for r in proposal.case.referrals.all())
    trail = Event.objects.about(proposal.case)
    assert set(trail.values_list("action", flat=True)) >= {
        "proposals.submitted",
        "proposals.recommended",
        "proposals.completed",
    }


# The LMU --------------------------------------------------------------------------------------------------------------


def test_lmu_carries_out(road):
    road.begin().agree("carry_out", responsible=road.leader.pk, due_on=soon())
    proposal = road.fresh()
    assert (proposal.status, proposal.adopted_by, proposal.due_on) == ("adopted", road.lmu, soon())
    assert proposal.referral is None
    assert outcomes(road) == ["adopted"]


def test_what_the_lmu_agrees_on_stands_in_its_log(road):
    road.begin().agree("turn_down", answer="Vi har ikke plass.")
    meeting = Meeting.objects.get(body=road.lmu, kind="log")
    item = meeting.items.get()
    assert meeting.status == MeetingStatus.ENDED
    assert (item.title, item.decision.text, item.decision.resolution) == (
        road.proposal.title,
        "Vi har ikke plass.",
        "decline",
    )
    assert item.referral.case == road.proposal.case
    assert meeting.attendances.filter(present=True).count() == 3


def test_done_already(road):
    road.begin().agree("done_already", carried_out_on=soon(-2), effect="Nå er det gjort.", effect_saved="")
    proposal = road.fresh()
    assert (proposal.status, proposal.effect, proposal.adopted_by) == ("implemented", "Nå er det gjort.", road.lmu)
    assert outcomes(road) == ["implemented"]


def test_think_further_rests_and_resume_takes_it_up(road):
    road.begin().agree("think_further", resumes_on=soon(40))
    assert (road.fresh().status, road.referral.status, road.referral.resumes_on) == ("considered", "resting", soon(40))
    road.step("resume", road.leader)
    assert (road.fresh().status, road.referral.status) == ("in_treatment", "open")
    assert road.referral.due_on == soon(road.lmu.answer_days)
    assert outcomes(road) == ["considered"]


@pytest.mark.parametrize("step", ["carry_out", "done_already"])
@pytest.mark.parametrize(
    ("what", "names"),
    [
        ({"needs_grant": "yes"}, "tilskudd|grant"),
        ({"several_workplaces": "yes"}, "flere arbeidsplasser|several workplaces"),
    ],
)
def test_the_lmu_cannot_carry_out_what_is_not_its_own(town, step, what, names):
    road = Road(town, **what).begin()
    offered = {a.transition.name: a for a in available(road.fresh(), road.leader)}
    assert offered[step].why
    assert offered["forward"].open
    with pytest.raises(GuardRefused, match=f"(?i){names}"):
        road.agree(step, responsible=road.leader.pk, due_on=soon(), carried_out_on=soon(0), effect="x")
    assert road.fresh().status == "in_treatment"
    assert not Feedback.objects.exists()


def test_the_lmus_own_assessment_counts(town):
    road = Road(town, needs_grant="yes", grant_amount="5000").begin()
    services.assess(
        road.fresh(), several=False, grant=False, text="Det får vi til innenfor egen ramme.", actor=road.leader
    )
    assert {a.transition.name: a.why for a in available(road.fresh(), road.leader)}["carry_out"] is None
    services.assess(road.fresh(), several=True, grant=False, text="Det gjelder alle skolene.", actor=road.leader)
    assert {a.transition.name: a.why for a in available(road.fresh(), road.leader)}["carry_out"]
    with pytest.raises(GuardRefused):
        services.assess(road.fresh(), several=True, grant=False, text="  ", actor=road.leader)
    with pytest.raises(NotPermitted):
        services.assess(road.fresh(), several=True, grant=False, text="x", actor=road.proposer)


@pytest.mark.parametrize(
    "who",
    [[0], [1, 2], [0, 1, 2]],
)
def test_having_been_there_is_no_yes(road, who):
    table = road.begin().table()
    data = {"participants": [table[n] for n in who], "held_on": clock.today(), "answer": "Nei."}
    conclusion = consent.conclude(road.fresh(), "turn_down", actor=road.leader, data=data)
    assert (conclusion.status, road.fresh().status) == ("provisional", "in_treatment")
    assert conclusion.stances.filter(agrees__isnull=False).count() == 1


def test_somebody_has_been_there(road):
    road.begin()
    with pytest.raises(InvalidInput) as refused:
        road.agree("turn_down", participants=[])
    assert refused.value.form.errors.as_data()["participants"][0].code == "required"


def test_the_answer_cannot_be_skipped(road):
    road.begin()
    for step in ("turn_down", "forward"):
        with pytest.raises(InvalidInput) as refused:
            road.agree(step, answer="   ")
        assert "answer" in refused.value.form.errors
    assert road.fresh().status == "in_treatment"


def test_no_consensus(road):
    one, two, three = road.begin().table()
    road.disagree("Nei, ikke nå.")
    assert road.body == road.town.coordination
    held = dict(Position.objects.values_list("membership", "text"))
    members = {m.person: m.pk for m in Membership.objects.filter(body=road.lmu)}
    leader, union, safety = road.town.lmu_members[0]
    assert set(held) == {one, two, three}
    assert held[members[union]] == "Nei, ikke nå."
    assert held[members[leader]] == "Enig i den foreløpige konklusjonen."
    assert held[members[safety]] == "Har ikke svart."
    assert stays(road)[0] == ("lmu", "disagreed")
    logged = Decision.objects.get()
    assert (logged.resolution, logged.text) == (
        "disagree",
        "Vi ble ikke enige.",
    )  # the log does not say that they agreed
    assert logged.options["positions"] == [
        [leader.name, "Enig i den foreløpige konklusjonen."],
        [union.name, "Nei, ikke nå."],
        [safety.name, "Har ikke svart."],
    ]


def test_nobody_writes_down_what_another_held(road):
    road.begin()
    table = road.table()
    words = {f"position_{pk}": "Ja." for pk in table}
    with pytest.raises(NotPermitted):
        road.step("disagree", road.leader, participants=table, held_on=clock.today(), answer="x", **words)
    assert not Position.objects.exists()


def test_pass_on_to_the_right_workplace(road):
    road.step("pass_on", road.leader, unit=road.town.units[1].pk, answer="Dette hører til Åsen skole.")
    assert (road.fresh().status, road.body) == ("received", road.town.lmus[1])
    assert outcomes(road) == ["on_its_way"]
    with pytest.raises(NotPermitted):
        road.step("begin", road.leader, access="employees")
    road.step("begin", road.town.lmu_leader(1), access="employees")


def test_closing_a_case_takes_its_basis(road):
    with pytest.raises(InvalidInput):
        road.step("begin", road.leader, access="receiver")
    road.step("begin", road.leader, access="receiver", access_basis="offl § 13, jf. fvl § 13")
    assert (road.proposal.case.access, road.proposal.case.access_basis) == ("receiver", "offl § 13, jf. fvl § 13")


# The coordination group -----------------------------------------------------------------------------------------------


def test_coordination_adopts_what_concerns_several(town):
    road = Road(town, several_workplaces="yes").begin().forward()
    road.step("adopt", town.coordination_secretary, answer="Ja.", responsible=town.lmu_leader(1).pk, due_on=soon())
    assert (road.fresh().status, road.proposal.adopted_by) == ("adopted", town.coordination)


def test_a_grant_goes_to_the_committee_never_without_a_recommendation(town):
    road = Road(town, needs_grant="yes").begin().forward()
    with pytest.raises(GuardRefused):
        road.step("adopt", town.coordination_secretary, answer="Ja.", responsible=road.leader.pk, due_on=soon())
    with pytest.raises(InvalidInput) as refused:
        road.step("recommend", town.coordination_secretary, answer="Vi anbefaler.", recommendation=" ")
    assert "recommendation" in refused.value.form.errors
    road.recommend()
    assert road.body == town.committee


def test_send_back_with_the_order_to_bring_users_in(town):
    road = Road(town, affects_users="yes").begin().forward()
    road.step(
        "send_back", town.coordination_secretary, back_to=town.lmus[0].pk, answer="LMU spør brukerne.",
        note="Spør brukerne.", needs_user_representatives="on"
    )  # fmt: skip
    assert (road.body, road.referral.needs_user_representatives) == (town.lmus[0], True)
    for step in ("carry_out", "turn_down", "forward"):
        with pytest.raises(GuardRefused, match=r"(?i)bruker|users"):
            road.agree(step, responsible=road.leader.pk, due_on=soon())
    user = memberships.start_membership(
        person=town.outsider, body=town.lmus[0], role=Role.USER_REPRESENTATIVE, actor=None
    )
    without = [pk for pk in road.table() if pk != user.pk]
    with pytest.raises(InvalidInput) as refused:
        road.agree("turn_down", participants=without)
    assert refused.value.form.errors.as_data()["participants"][0].code == "no_users"
    # A guest is there in the cases they are invited to.
    let_in(user, cases=[road.referral], actor=road.leader)
    road.agree("turn_down", participants=[*without, user.pk])
    assert road.fresh().status == "declined"


def test_only_the_last_body_sends_to_the_council(town):
    road = Road(town).begin().forward()
    with pytest.raises(GuardRefused):
        road.step("to_council", town.coordination_secretary, answer="x", ask_council_on=soon())


# The committee --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["adopt", "consider", "decline", "send_back", "to_council", "recommend"])
def test_the_committee_decides_in_a_meeting_only(town, step):
    road = Road(town, needs_grant="yes").to_committee()
    with pytest.raises(GuardRefused, match="11-2"):
        road.step(step, town.secretary, answer="Ja.")
    assert road.fresh().status == "in_treatment"


@pytest.mark.parametrize(
    ("resolution", "details", "status", "outcome"),
    [
        (Resolution.DECLINE, {}, "declined", "declined"),
        (Resolution.CONSIDER, {"due_on": 30}, "considered", "considered"),
        (Resolution.SEND_BACK, {"options": "coordination"}, "in_treatment", "on_its_way"),
        (Resolution.TO_COUNCIL, {"due_on": 30}, "awaiting_council", "on_its_way"),
        (Resolution.POSTPONE, {}, "in_treatment", "on_its_way"),
    ],
)
def test_what_a_decision_does(town, resolution, details, status, outcome):
    road = Road(town, needs_grant="yes").to_committee()
    given = {}
    if "due_on" in details:
        given["due_on"] = soon(details["due_on"])
    if "options" in details:
        given["options"] = {"back_to": town.coordination.pk, "note": "Se på det igjen."}
    item = road.decided(resolution, **given)
    assert item.settled_at, item.settle_error
    assert (road.fresh().status, outcomes(road)[-1]) == (status, outcome)


def test_the_councils_answer(town):
    road = Road(town, needs_grant="yes").to_committee()
    road.decided(Resolution.TO_COUNCIL, due_on=soon(20))
    assert (road.fresh().status, road.proposal.ask_council_on, road.body) == ("awaiting_council", soon(20), None)
    road.step("ask_again", town.secretary, ask_council_on=soon(40), answer="Saken kom ikke opp.")
    assert road.fresh().ask_council_on == soon(40)
    road.step(
        "council_adopted", town.secretary, council_decided_on=soon(0), council_decision="Vedtatt.",
        answer="Kommunestyret sa ja.",
        responsible=road.leader.pk, due_on=soon(90),
    )  # fmt: skip
    proposal = road.fresh()
    assert (proposal.status, proposal.adopted_by, proposal.council_decision) == ("adopted", town.committee, "Vedtatt.")
    assert outcomes(road)[-3:] == ["on_its_way", "preliminary", "adopted"]


def test_the_council_says_no(town):
    road = Road(town, needs_grant="yes").to_committee()
    road.decided(Resolution.TO_COUNCIL, due_on=soon(20))
    with pytest.raises(NotPermitted):
        road.step("council_declined", road.leader, council_decided_on=soon(0), council_decision="Nei.", answer="Nei.")
    road.step(
        "council_declined", town.secretary, council_decided_on=soon(0), council_decision="Avslått.", answer="Nei."
    )
    assert road.fresh().status == "declined"


# Follow-up ------------------------------------------------------------------------------------------------------------


def test_progress_and_stop(road):
    road.begin().agree("carry_out", responsible=road.town.lmu_members[0][1].pk, due_on=soon(5))
    responsible = road.town.lmu_members[0][1]
    report = services.report_progress(road.fresh(), text="Vi venter på deler.", new_due_on=soon(50), actor=responsible)
    assert (report.new_due_on, road.fresh().due_on) == (soon(50), soon(50))
    with pytest.raises(NotPermitted):
        services.report_progress(road.fresh(), text="Hei", actor=road.proposer)
    with pytest.raises(InvalidInput):
        road.step("complete", responsible, carried_out_on=soon(0), effect="")
    with pytest.raises(InvalidInput):
        road.step("stop", responsible, answer="")
    road.step("stop", responsible, answer="Delene finnes ikke lenger.")
    assert (road.fresh().status, outcomes(road)[-1]) == ("declined", "declined")
    with pytest.raises(WrongState):
        services.report_progress(road.fresh(), text="Hei", actor=responsible)


def test_preliminary_answer_moves_the_deadline(road):
    road.begin()
    given = services.give_preliminary_answer(
        road.fresh(), text="Vi må vite mer.", expected_on=soon(60), actor=road.leader
    )
    assert (given.outcome, given.expected_on, road.referral.due_on) == ("preliminary", soon(60), soon(60))
    assert road.referral.preliminary_answer == "Vi må vite mer."
    with pytest.raises(GuardRefused):
        services.give_preliminary_answer(road.fresh(), text="x", expected_on=soon(0), actor=road.leader)
    with pytest.raises(GuardRefused):
        services.give_preliminary_answer(road.fresh(), text="", expected_on=soon(3), actor=road.leader)


def test_deadlines_run_from_receipt(road):
    assert road.referral.due_on == soon(road.lmu.answer_days)


# The database ---------------------------------------------------------------------------------------------------------


def _at_commit():
    """Ask now what the database asks when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_conclusion_without_an_answer(road, monkeypatch):
    monkeypatch.setattr("proposals.workflow.conclusions.give_feedback", lambda *args, **kwargs: None)
    before = transaction.savepoint()
    road.begin().agree("turn_down")
    with pytest.raises(IntegrityError, match="without an answer"), transaction.atomic():
        _at_commit()
    transaction.savepoint_rollback(before)


def test_the_database_refuses_a_recommended_case_without_the_recommendation(town):
    Road(town, needs_grant="yes").to_committee()
    with transaction.atomic():
        _at_commit()
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("UPDATE cases_referral SET recommendation = '' WHERE recommended_by_id IS NOT NULL")
        cursor.execute("UPDATE cases_referral SET outcome = 'recommended' WHERE outcome = 'recommended'")
    with pytest.raises(IntegrityError, match="recommendation"), transaction.atomic():
        _at_commit()
    transaction.savepoint_rollback(before)


def test_the_status_is_nobodys_to_set(road):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=road.proposal.pk).update(status="declined")
