"""Two people at once: one decision, one clear message, nothing twice."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from forum.meetings.core.models import Meeting
from proposals import services
from proposals.consent import services as consent
from proposals.consent.models import Conclusion
from proposals.models import Feedback, Proposal
from tests.factories.at_once import together
from tests.factories.organisation import municipality
from tests.proposals.conftest import Road, soon, words
from trepart.audit import recording
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, Refused, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_decide_end_with_one_decision():
    town = municipality()
    road = Road(town).begin()
    proposal, table = road.fresh(), road.table()
    seen = proposal.status_event_id
    both = {"participants": table, "held_on": soon(0)}

    def decide(name: str, person: Any, **data: Any) -> Callable[[], Any]:
        fresh = Proposal.objects.get(pk=proposal.pk)
        return lambda: consent.conclude(fresh, name, actor=person, data=both | data, seen=seen)

    found = together(
        decide("turn_down", town.lmu_members[0][0], answer="Nei."),
        decide("carry_out", town.lmu_members[0][1], answer="Ja.", responsible=road.leader.pk, due_on=soon()),
    )
    refused = [result for result in found if isinstance(result, Refused)]
    assert len(refused) == 1
    assert isinstance(refused[0], GuardRefused)
    assert str(refused[0])
    conclusion = Conclusion.objects.get()
    assert (conclusion.status, road.fresh().status) == ("provisional", "in_treatment")
    members = town.lmu_members[0]
    said = together(*[lambda who=who: consent.take_position(conclusion, agrees=True, actor=who) for who in members])
    assert not [result for result in said if not isinstance(result, Conclusion | WrongState)]
    assert road.fresh().status in ("declined", "adopted")
    assert Feedback.objects.filter(proposal=road.proposal).count() == 1
    assert Meeting.objects.count() == 1


def test_a_withdrawal_against_a_decision():
    town = municipality()
    road = Road(town).begin()
    table = road.table()
    one = Proposal.objects.get(pk=road.proposal.pk)
    leader, union, safety = town.lmu_members[0]
    conclusion = consent.conclude(
        road.fresh(), "turn_down", actor=leader, data={"participants": table, "held_on": soon(0), "answer": "Nei."}
    )
    consent.take_position(conclusion, agrees=True, actor=union)
    found = together(
        lambda: perform(one, "withdraw", actor=road.proposer),
        lambda: consent.take_position(conclusion, agrees=True, actor=safety),
    )
    event = Event.objects.get(action__in=["proposals.withdrawn", "proposals.declined"])
    conclusion.refresh_from_db()
    withdrawn, said = found
    if event.action == "proposals.declined":
        assert isinstance(withdrawn, WrongState)
        assert (conclusion.status, Feedback.objects.count()) == ("stands", 1)
    else:
        # The last yes came after, and is refused; or before, and then there was nothing left that could stand.
        assert isinstance(said, WrongState | Conclusion)
        assert (conclusion.status, Feedback.objects.count()) == ("dropped", 0)


def test_the_same_form_sent_twice_at_once_makes_one_proposal():
    town = municipality()
    key = uuid.uuid4()
    data = words(town.units[0])
    found = together(
        *[lambda: services.submit(proposer=town.employee(0), data=data, submission_key=key) for _n in range(3)]
    )
    assert len({result.pk for result in found}) == 1
    assert Proposal.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        assert cursor.fetchone() == (1,)


def test_two_merged_into_each_other_at_once_end_with_one_merge(monkeypatch: pytest.MonkeyPatch):
    """Each holds what the other waits for: PostgreSQL stops one, and that one is told so in words."""
    town = municipality()
    first, second = Road(town, title="En sykkelparkering").begin(), Road(town, title="Sykkelstativ").begin()
    both_hold = threading.Barrier(2)
    write = recording.write

    def write_and_wait(action: str, **details: Any) -> Event:
        event = write(action, **details)
        if action == "proposals.merged":
            both_hold.wait(10)
        return event

    monkeypatch.setattr(recording, "write", write_and_wait)

    def merge(road: Road, into: Road) -> Callable[[], Any]:
        data = {"into": into.proposal.case.reference, "answer": "Det samme."}
        conclusion = consent.conclude(road.fresh(), "merge", actor=road.leader, data=data)
        consent.take_position(conclusion, agrees=True, actor=town.lmu_members[0][1])
        return lambda: consent.take_position(conclusion, agrees=True, actor=town.lmu_members[0][2])

    found = together(merge(first, second), merge(second, first))
    # Both yeses are kept; the conclusion that was stopped is tried again, and says why it cannot be carried out.
    assert sorted(result.status for result in found) == ["provisional", "stands"]
    assert sorted([first.fresh().status, second.fresh().status]) == ["in_treatment", "merged"]
    assert Event.objects.filter(action="proposals.merged").count() == 1
