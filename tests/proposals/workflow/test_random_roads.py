"""Hypothesis walks random roads: no illegal state, no stay closed without an answer."""

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from forum.cases.enums import ReferralStatus, Resolution
from forum.meetings.core.models import AgendaItem
from proposals.enums import FINAL
from proposals.enums import ProposalStatus as S
from proposals.models import Feedback, Proposal
from proposals.states import PROPOSAL
from proposals.workflow import PROPOSAL_WORKFLOW
from tests.factories.consent import take
from tests.proposals.conftest import Road, soon
from trepart.access import policy
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.refusals import Refused
from trepart.workflow import available

YES_NO = st.sampled_from(["yes", "no"])
STEPS = st.sampled_from([t.name for t in PROPOSAL_WORKFLOW.transitions if t.name != "submit"])
DECISIONS = st.sampled_from([r for r in Resolution if r not in (Resolution.NOTED, Resolution.DISAGREE)])


class Roads(RuleBasedStateMachine):
    """One or two proposals in small Fjellvik, and whoever may doing whatever may be done, in any order."""

    town: Any = None

    @initialize(grant=YES_NO, several=YES_NO)
    def begin(self, grant: str, several: str) -> None:
        self.sid = transaction.savepoint()
        self.roads = [Road(self.town, needs_grant=grant, several_workplaces=several), Road(self.town, 1)]

    def teardown(self) -> None:
        if hasattr(self, "sid"):
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            transaction.savepoint_rollback(self.sid)

    def _data(self, road: Road) -> dict[str, Any]:
        """Everything any form could ask for; each form takes its own."""
        body, referral = road.body, road.fresh().referral
        table = road.table() if body else []
        other = self.roads[1] if road is self.roads[0] else self.roads[0]
        return {
            "access": "employees",
            "participants": table,
            "held_on": soon(0),
            "answer": "Et svar.",
            "responsible": road.leader.pk,
            "due_on": soon(9),
            "resumes_on": soon(9),
            "carried_out_on": soon(0),
            "effect": "Det ble bedre.",
            "note": "",
            "recommendation": "Vi anbefaler.",
            "back_to": self._below(road),
            "unit": self.town.units[2].pk,
            "ask_council_on": soon(9),
            "council_decided_on": soon(0),
            "council_decision": "Vedtatt.",
            "into": other.proposal.case.reference,
            "reason": "",
            **{f"position_{pk}": "Min mening." for pk in table},
        } | ({"needs_user_representatives": ""} if referral else {})

    def _below(self, road: Road) -> int:
        return self.town.coordination.pk if road.body == self.town.committee else self.town.lmus[road.number].pk

    def _somebody(self, road: Road, permission: str) -> User | None:
        return policy.people_who_can(permission, road.fresh()).first()

    @rule(name=STEPS, which=st.integers(0, 1))
    def step(self, name: str, which: int) -> None:
        road = self.roads[which]
        transition = PROPOSAL_WORKFLOW[name]
        # What only the portal itself does, nobody may.
        actor = (self._somebody(road, transition.permission) if transition.permission else None) or road.proposer
        before = road.fresh()
        offered = {a.transition.name for a in available(before, actor) if a.open}
        try:
            take(road.fresh(), name, actor=actor, data=self._data(road))
        except Refused:
            assert road.fresh().status_event_id == before.status_event_id
        else:
            assert name in offered, f"{name} was done, although no button offered it"
            assert (before.status, road.fresh().status) in PROPOSAL

    @precondition(
        lambda self: any(
            r.body == self.town.committee and r.fresh().status in ("in_treatment", "considered") for r in self.roads
        )
    )
    @rule(resolution=DECISIONS)
    def decide_in_a_meeting(self, resolution: Resolution) -> None:
        road = next(
            r
            for r in self.roads
            if r.body == self.town.committee and r.fresh().status in ("in_treatment", "considered")
        )
        details: dict[str, Any] = {"answer": "Utvalgets svar."}
        if resolution == Resolution.ADOPT:
            details |= {"responsible": road.leader, "due_on": soon(9), "amount": 9_000}
        elif resolution in (Resolution.CONSIDER, Resolution.TO_COUNCIL):
            details |= {"due_on": soon(9)}
        elif resolution == Resolution.SEND_BACK:
            details |= {"options": {"back_to": self.town.coordination.pk}}
        elif resolution == Resolution.RECOMMEND:
            return
        item = road.decided(resolution, **details)
        assert AgendaItem.objects.get(pk=item.pk).settled_at, item.settle_error

    @invariant()
    def everything_is_legal_and_answered(self) -> None:
        for road in getattr(self, "roads", []):
            proposal = road.fresh()
            assert proposal.status in S.values
            stays = list(proposal.case.referrals.all())
            assert all(r.answer and r.outcome and r.closed_at for r in stays if r.status == ReferralStatus.CLOSED)
            open_now = [r for r in stays if r.status != ReferralStatus.CLOSED]
            with_a_body = proposal.status in (S.RECEIVED, S.IN_TREATMENT, S.CONSIDERED)
            assert len(open_now) == (1 if with_a_body else 0)
            if proposal.status in FINAL - {S.WITHDRAWN} or proposal.status in (
                S.CONSIDERED,
                S.ADOPTED,
                S.AWAITING_COUNCIL,
            ):
                assert Feedback.objects.filter(proposal=proposal, event=proposal.status_event_id).exists()
            walked = Event.objects.filter(subject_type="proposals.proposal", subject_id=proposal.pk).exclude(
                to_state=""
            )
            pairs = list(walked.order_by("id").values_list("from_state", "to_state"))
            assert all(edge in PROPOSAL for edge in pairs)
            assert all(after == before for (_a, after), (before, _b) in pairwise(pairs))
            assert pairs[-1][1] == proposal.status


@pytest.mark.django_db
def test_random_roads(town):
    Roads.town = town
    run_state_machine_as_test(
        Roads,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not Proposal.objects.exists()
