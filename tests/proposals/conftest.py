"""Small Fjellvik with proposals in it, walked there through the portal's own steps."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from forum.cases.enums import Resolution
from forum.cases.models import Referral
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice
from forum.meetings.planning import services as planning_services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.votes import ballots, motions
from forum.organisation.models import Body, Membership
from proposals import services
from proposals.models import Proposal
from tests.factories.consent import disagree, take
from tests.factories.organisation import Municipality, municipality
from tests.factories.snapshot import walked
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

LONG_AGO = timedelta(days=60)


@pytest.fixture
def town(db: Any) -> Municipality:
    return municipality()


def words(unit: Any, **changes: Any) -> dict[str, Any]:
    """What a proposer fills in."""
    return {
        "title": "Felles vaktmester for tre skoler",
        "what": "Én felles vaktmester.",
        "why": "Vi leier inn hver for oss.",
        "expected_effect": "Småfeil rettes samme dag.",
        "unit": unit.pk,
        "several_workplaces": "no",
        "needs_grant": "no",
        "affects_users": "no",
    } | changes


class Road:
    """Walks one proposal along its road, each step by whoever has the right to it."""

    def __init__(self, town: Municipality, number: int = 0, **changes: Any) -> None:
        self.town, self.number = town, number
        self.proposer: User = changes.pop("proposer", None) or town.employee(number)
        self.special = not set(changes) <= {"needs_grant", "several_workplaces"}
        asked = ("sent", number, self.proposer.pk, repr(sorted(changes.items())))
        data = words(town.units[number], **changes)
        self.proposal = walked(asked, lambda: services.submit(proposer=self.proposer, data=data), seldom=self.special)

    @property
    def leader(self) -> User:
        return self.town.lmu_leader(self.number)

    @property
    def lmu(self) -> Body:
        return self.town.lmus[self.number]

    @property
    def body(self) -> Body | None:
        referral = self.fresh().referral
        return referral.body if referral else None

    @property
    def referral(self) -> Referral:
        referral = self.fresh().referral
        assert referral is not None
        return referral

    def fresh(self) -> Proposal:
        self.proposal = Proposal.objects.select_related("case").get(pk=self.proposal.pk)
        return self.proposal

    def step(self, name: str, actor: User | None, **data: Any) -> Proposal:
        take(self.fresh(), name, actor=actor, data=data)
        return self.fresh()

    def walk(self, name: str, step: Callable[[], object]) -> "Road":
        """Take a step that many roads begin with; the very same rows are laid down again where they can be."""

        def take_it() -> None:
            step()

        walked((name, self.proposal.pk, self.number), take_it, seldom=self.special)
        self.fresh()
        return self

    def begin(self) -> "Road":
        return self.walk("begin", lambda: self.step("begin", self.leader, access="employees"))

    def table(self, body: Body | None = None) -> list[int]:
        """Everybody with a seat in the body that has it."""
        running = (
            Membership.objects.running()
            .filter(body=body or self.body)
            .exclude(role__in=["deputy", "secretary", "user_representative"])
        )
        return list(running.values_list("pk", flat=True))

    def agree(self, name: str, **data: Any) -> Proposal:
        given = {"participants": self.table(), "held_on": clock.today(), "answer": f"Svar: {name}"} | data
        return self.step(name, self.leader, **given)

    def disagree(self, *said: str, answer: str = "Vi ble ikke enige.") -> Proposal:
        """The leader concludes; those after the leader say ``said``, each their own, and send it up."""
        others = self.town.lmu_members[self.number][1:]
        objections = dict(zip(others, said, strict=False))
        table = {"participants": self.table(), "held_on": clock.today()}
        disagree(self.fresh(), writer=self.leader, objections=objections, answer=answer, **table)
        return self.fresh()

    def forward(self) -> "Road":
        return self.walk("forward", lambda: self.agree("forward", note="Vi støtter det."))

    def recommend(self) -> "Road":
        given = {"recommendation": "Det settes av 180 000 kr.", "answer": "Vi anbefaler det."}
        return self.walk("recommend", lambda: self.step("recommend", self.town.coordination_secretary, **given))

    def to_committee(self) -> "Road":
        return self.begin().forward().recommend()

    def decided(self, resolution: Resolution, **details: Any) -> AgendaItem:
        """Let the committee decide in a meeting that then ends; the decision is carried into the case."""
        item = self.on_agenda()
        meeting = perform(item.meeting, "call", actor=self.town.secretary)
        return self.treat(meeting, item, resolution, **details)

    def on_agenda(self, *, days: int = 0) -> AgendaItem:
        secretary = self.town.secretary
        meeting = planning_services.plan_meeting(
            body=self.town.committee,
            starts_at=clock.now() + timedelta(days=days, minutes=5),
            place="Rådhuset",
            actor=secretary,
        )
        return agenda_services.add_item(meeting, referral=self.referral, actor=secretary)

    def treat(self, meeting: Meeting, item: AgendaItem, resolution: Resolution, **details: Any) -> AgendaItem:
        secretary = self.town.secretary
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=secretary)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary, data={"other_day": "on"})
        item = AgendaItem.objects.get(pk=item.pk)
        ballot = None
        if resolution != Resolution.POSTPONE:
            mover = meeting.attendances.first().membership
            motion = motions.add_motion(item, text="Vi vedtar dette.", moved_by=mover, actor=secretary)
            ballot = ballots.record_ballot(item, motion=motion, choices=None, actor=secretary)
        given = {"answer": "Utvalgets svar."} | details
        decisions.decide(item, text="Vi vedtar dette.", resolution=resolution, ballot=ballot, actor=secretary, **given)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
        settlement.settle_items(meeting, secretary)
        return AgendaItem.objects.select_related("decision").get(pk=item.pk)


@pytest.fixture
def road(town: Municipality) -> Road:
    return Road(town)


def soon(days: int = 30) -> date:
    return clock.today() + timedelta(days=days)


__all__ = ["Choice", "Road", "soon", "words"]
