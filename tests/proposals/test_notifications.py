"""Who is told what: exactly these people, and the proposer's name to nobody it is not for."""

from datetime import timedelta
from typing import Any

import pytest

from forum.cases.enums import Resolution
from forum.organisation.enums import Role
from forum.organisation.models import Membership
from forum.organisation.services import memberships
from proposals import services, tasks
from proposals.models import Feedback
from tests.proposals.conftest import Road, soon
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice


def told(kind: str) -> set[User]:
    return {n.person for n in Notice.objects.filter(kind=f"proposals.{kind}").select_related("person")}


def lmu_people(town: Any, number: int = 0) -> set[User]:
    return set(town.lmu_members[number])


def consented(seats: set[User], writer: User) -> dict[str, set[User]]:
    """What those with a seat are told when they conclude: all but the writer are asked, and all but whoever said
    the last yes hear that it stands."""
    last = Event.objects.filter(action="proposals.position_taken").latest("pk").actor
    return {"consent_asked": seats - {writer}, "consent_stands": seats - {last}}


class Listening:
    """Notes what is told inside the block."""

    def __enter__(self) -> "Listening":
        self.before = set(Notice.objects.values_list("pk", flat=True))
        return self

    def __exit__(self, *error: Any) -> None:
        new = Notice.objects.exclude(pk__in=self.before).select_related("person")
        self.by_kind: dict[str, set[User]] = {}
        for notice in new:
            if notice.kind.startswith("proposals."):
                self.by_kind.setdefault(notice.kind.removeprefix("proposals."), set()).add(notice.person)


def test_sending_in(town):
    with Listening() as heard:
        road = Road(town)
    assert heard.by_kind == {"receipt": {road.proposer}, "in_queue": lmu_people(town)}
    receipt = Notice.objects.get(kind="proposals.receipt")
    assert road.proposal.case.reference in receipt.subject
    assert "LMU Solbakken barnehage" in receipt.body
    assert receipt.mail is not None
    assert (receipt.mail.state, receipt.mail.to) == ("queued", receipt.person.email)


def test_nobody_else_reads_the_name(town):
    road = Road(town).to_committee()
    road.decided(Resolution.ADOPT, responsible=road.leader, due_on=soon())
    others = Notice.objects.exclude(person=road.proposer)
    assert others.count() > 5
    assert not [n for n in others if road.proposer.name in n.subject + n.body]
    assert [n for n in others if "Solbakken barnehage" in n.body]


@pytest.mark.parametrize(
    ("walk", "expected"),
    [
        (lambda r: r.step("begin", r.leader, access="employees"), lambda r, t: {"begun": {r.proposer}}),
        (
            lambda r: r.step("pass_on", r.leader, unit=r.town.units[1].pk, answer="x"),
            lambda r, t: {
                "passed_on": {r.proposer},
                "in_queue": lmu_people(t, 1),
                **consented(lmu_people(t), r.leader),
            },
        ),
        (
            lambda r: r.step("withdraw", r.proposer),
            lambda r, t: {"withdrawn_receipt": {r.proposer}, "withdrawn": lmu_people(t)},
        ),
    ],
)
def test_early_steps(town, walk, expected):
    road = Road(town)
    with Listening() as heard:
        walk(road)
    assert heard.by_kind == expected(road, town)


@pytest.mark.parametrize(
    ("step", "data", "kinds"),
    [
        ("turn_down", {}, {"answer"}),
        ("think_further", {"resumes_on": 30}, {"answer"}),
        ("done_already", {"carried_out_on": 0, "effect": "x"}, {"answer"}),
        ("carry_out", {"due_on": 30, "responsible": True}, {"answer", "responsible"}),
        ("forward", {}, {"moved", "in_queue"}),
    ],
)
def test_what_the_lmu_agrees_on(town, step, data, kinds):
    road = Road(town).begin()
    given = {key: soon(value) if key.endswith("_on") else value for key, value in data.items()}
    if "responsible" in given:
        given["responsible"] = town.lmu_members[0][1].pk
    with Listening() as heard:
        road.agree(step, answer="Svaret til deg.", **given)
    assert set(heard.by_kind) == kinds | {"consent_asked", "consent_stands"}
    assert consented(lmu_people(town), road.leader).items() <= heard.by_kind.items()
    assert heard.by_kind["moved" if step == "forward" else "answer"] == {road.proposer}
    if step == "carry_out":
        assert heard.by_kind["responsible"] == {town.lmu_members[0][1]}
    if step == "forward":
        assert heard.by_kind["in_queue"] == {town.coordination_leader, town.coordination_secretary}
    own = Notice.objects.filter(person=road.proposer).latest("id")
    assert "Svaret til deg." in own.body


def test_at_the_committee(town):
    road = Road(town, needs_grant="yes").begin().forward()
    with Listening() as heard:
        road.recommend()
    group = {town.coordination_leader, *town.coordination_members}
    assert heard.by_kind == {
        "moved": {road.proposer},
        "in_queue": {town.elected[0], town.elected[1], town.secretary},
        **consented(group, town.coordination_secretary),
    }
    with Listening() as heard:
        road.decided(Resolution.TO_COUNCIL, due_on=soon(20))
    assert heard.by_kind == {"to_council": {road.proposer}}
    with Listening() as heard:
        road.step("ask_again", town.secretary, ask_council_on=soon(40), answer="Ikke ennå.")
    assert heard.by_kind == {"asked_again": {road.proposer}}
    with Listening() as heard:
        road.step(
            "council_declined", town.secretary, council_decided_on=soon(0), council_decision="Nei.", answer="Nei."
        )
    assert heard.by_kind == {"answer": {road.proposer}}


def test_all_whose_proposals_were_merged_hear_the_answers(town):
    first, second = Road(town).begin(), Road(town, proposer=town.employee(0, 1)).begin()
    with Listening() as heard:
        second.step("merge", second.leader, into=first.proposal.case.reference, answer="Samme.")
    assert heard.by_kind == {"merged": {second.proposer}, **consented(lmu_people(town), second.leader)}
    with Listening() as heard:
        first.agree("turn_down", answer="Nei, dessverre.")
    assert heard.by_kind == {
        "answer": {first.proposer},
        f"answer_duplicate.{second.proposal.pk}": {second.proposer},
        **consented(lmu_people(town), first.leader),
    }
    own = Notice.objects.filter(person=second.proposer).latest("id")
    assert own.url == second.proposal.get_absolute_url()
    assert "Nei, dessverre." in own.body
    assert Feedback.objects.filter(proposal=second.proposal, text="Nei, dessverre.").exists()


def test_services_tell_too(town):
    road = Road(town).begin()
    with Listening() as heard:
        services.give_preliminary_answer(road.fresh(), text="Vi må regne.", expected_on=soon(50), actor=road.leader)
    assert heard.by_kind == {"preliminary_answer": {road.proposer}}
    with Listening() as heard:
        services.assess(road.fresh(), several=False, grant=False, text="x", actor=road.leader)
    assert heard.by_kind == {}
    road.agree("carry_out", responsible=road.leader.pk, due_on=soon())
    with Listening() as heard:
        services.report_progress(road.fresh(), text="Halvveis.", new_due_on=None, actor=road.leader)
    assert heard.by_kind == {"progress": {road.proposer}}
    with Listening() as heard:
        road.step("complete", road.leader, carried_out_on=soon(0), effect="Ferdig.")
    assert heard.by_kind == {"answer": {road.proposer}}
    assert "Ferdig." in Notice.objects.latest("id").body


def test_a_membership_that_has_ended_hears_nothing(town):
    leaving = town.lmu_members[0][1]
    membership = Membership.objects.running().get(person=leaving, role=Role.UNION_REPRESENTATIVE)
    memberships.end_membership(membership, on=clock.today() - timedelta(days=1), actor=None)
    with Listening() as heard:
        Road(town)
    assert leaving not in heard.by_kind["in_queue"]


# What comes back, and what is late ------------------------------------------------------------------------------------


def test_what_is_considered_comes_back_on_its_day(town):
    road = Road(town).begin()
    road.agree("think_further", resumes_on=soon(10))
    with clock.at(clock.now() + timedelta(days=9)):
        assert tasks.resume_considered() == 0
    with clock.at(clock.now() + timedelta(days=10)), Listening() as heard:
        assert tasks.resume_considered() == 1
        assert tasks.resume_considered() == 0
    assert heard.by_kind == {"resumed": {road.proposer}, "back_in_queue": lmu_people(town)}
    assert (road.fresh().status, road.referral.status) == ("in_treatment", "open")


def test_reminders_of_a_late_answer_come_weekly(town):
    road = Road(town)
    day = clock.now() + timedelta(days=road.lmu.answer_days)
    with clock.at(day):
        assert tasks.remind() == 0
    with clock.at(day + timedelta(days=1)), Listening() as heard:
        assert (tasks.remind(), tasks.remind()) == (1, 0)
    assert heard.by_kind == {"overdue": lmu_people(town)}
    with clock.at(day + timedelta(days=9)):
        assert (tasks.remind(), tasks.remind()) == (1, 0)


def test_reminders_of_measures_and_of_the_council(town):
    one = Road(town).begin()
    one.agree("carry_out", responsible=town.lmu_members[0][2].pk, due_on=soon(3))
    two = Road(town, needs_grant="yes").to_committee()
    two.decided(Resolution.TO_COUNCIL, due_on=soon(3))
    with clock.at(clock.now() + timedelta(days=5)), Listening() as heard:
        assert tasks.remind() == 2
    assert heard.by_kind == {"measure_overdue": {town.lmu_members[0][2]}, "ask_council": {town.secretary}}
