"""Yes, no, silence, change of members and days in any order: a conclusion stands when the rule says so, never else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from forum.organisation.enums import SEATED, Part, Role
from forum.organisation.models import Membership
from forum.organisation.services import memberships
from proposals import tasks
from proposals.consent import services
from proposals.consent.models import Conclusion, Stance
from proposals.consent.rules import working_days_after
from proposals.models import Feedback, Position
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access.models import User
from trepart.refusals import Refused
from trepart.workflow import perform

ROLES = st.sampled_from([Role.LEADER, Role.UNION_REPRESENTATIVE, Role.SAFETY_REPRESENTATIVE])
PARTS = {Role.LEADER: Part.ADMINISTRATION, Role.UNION_REPRESENTATIVE: Part.UNION, Role.SAFETY_REPRESENTATIVE: ""}
WHO = st.integers(0, 5)


class Consent(RuleBasedStateMachine):
    """One proposal with an LMU of which anybody may come, go, answer, change their mind or keep silent."""

    town: Any = None

    @initialize()
    def begin(self) -> None:
        self.sid = transaction.savepoint()
        self.now: datetime = timezone.now()
        self.road = Road(self.town)
        self.road.begin()
        self.people = [*self.town.lmu_members[0], *self.town.employees[0], self.town.lmu_leader(1)]
        self.answers = Feedback.objects.count()

    def teardown(self) -> None:
        if hasattr(self, "sid"):
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            transaction.savepoint_rollback(self.sid)

    def _person(self, who: int) -> User:
        return User.objects.get(pk=self.people[who % len(self.people)].pk)

    def _latest(self) -> Conclusion | None:
        return Conclusion.objects.order_by("-pk").first()

    def _does(self, deed: Any) -> None:
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    deed()
            except Refused:
                return

    @rule(who=WHO)
    def conclude(self, who: int) -> None:
        table = {"participants": self.road.table(self.road.lmu), "held_on": timezone.localtime(self.now).date()}
        self._does(
            lambda: services.conclude(
                self.road.fresh(), "turn_down", actor=self._person(who), data={"answer": "Ikke nå.", **table}
            )
        )

    @rule(who=WHO, agrees=st.sampled_from([True, True, True, False]))
    def answer(self, who: int, agrees: bool) -> None:
        found = self._latest()
        if found is not None:
            text = "" if agrees else "Jeg er ikke enig."
            self._does(lambda: services.take_position(found, agrees=agrees, text=text, actor=self._person(who)))

    @rule(days=st.sampled_from([1, 3, 8, 16]), job=st.booleans())
    def days_go(self, days: int, job: bool) -> None:
        self.now += timedelta(days=days)
        if job:
            self._does(tasks.settle_conclusions)

    @rule(which=st.integers(0, 5), role=ROLES, who=WHO)
    def somebody_new(self, which: int, role: Role, who: int) -> None:
        with clock.at(self.now):
            today = clock.today()
            running = list(Membership.objects.running().filter(body=self.road.lmu, role=role).order_by("pk"))
            if running and running[which % len(running)].valid_from < today:
                memberships.end_membership(running[which % len(running)], on=today - timedelta(days=1), actor=None)
            person = self._person(who)
            if not Membership.objects.running().filter(body=self.road.lmu, person=person).exists():
                memberships.start_membership(
                    person=person, body=self.road.lmu, role=role, part=PARTS[role], valid_from=today, actor=None
                )

    @rule(who=WHO)
    def send_up(self, who: int) -> None:
        found = self._latest()
        if found is not None:
            self._does(lambda: perform(found, "send_up", actor=self._person(who), data={"answer": "Uenige."}))

    @rule(who=WHO)
    def take_back(self, who: int) -> None:
        found = self._latest()
        if found is not None:
            self._does(lambda: perform(found, "take_back", actor=self._person(who), data={"reason": "Nytt møte."}))

    @invariant()
    def what_is_said_is_what_happened(self) -> None:
        if not hasattr(self, "road"):
            return
        proposal = self.road.fresh()
        statuses = list(Conclusion.objects.values_list("status", flat=True))
        assert statuses.count("provisional") <= 1
        assert (proposal.status == "declined") == ("stands" in statuses)
        assert (self.road.body == self.town.coordination) == ("sent_up" in statuses)
        ended = proposal.status == "declined" or "sent_up" in statuses
        assert Feedback.objects.count() == self.answers + (1 if ended else 0)
        for conclusion in Conclusion.objects.filter(status="stands"):
            self._stood_rightly(conclusion)
        if "sent_up" in statuses:
            silent = Position.objects.filter(text="Har ikke svart.").values_list("membership", flat=True)
            answered = Stance.objects.filter(conclusion__status="sent_up", agrees__isnull=False)
            assert not set(silent) & set(answered.values_list("membership", flat=True))

    def _stood_rightly(self, conclusion: Conclusion) -> None:
        """Said another way than the rule itself says it, by what stands in the database on the day it stood."""
        day = timezone.localtime(conclusion.status_event.at).date()
        seats = list(Membership.objects.running(day).filter(body=self.road.lmu, role__in=SEATED))
        said = {s.membership_id: s for s in conclusion.stances.all()}
        yes = {s.pk: said[s.pk].said_by_id for s in seats if s.pk in said and said[s.pk].agrees}
        leaders = {yes[s.pk] for s in seats if s.role == Role.LEADER and s.pk in yes}
        union = [s for s in seats if s.role == Role.UNION_REPRESENTATIVE]
        staff = union or [s for s in seats if s.role == Role.SAFETY_REPRESENTATIVE]
        assert any(a != yes[b.pk] for a in leaders for b in staff if b.pk in yes)
        for seat in seats:
            if seat.pk not in yes:
                assert said[seat.pk].agrees is None
                assert working_days_after(said[seat.pk].told_on, 5) < day


@pytest.mark.django_db
def test_random_consent(town: Any) -> None:
    Consent.town = town
    run_state_machine_as_test(
        Consent,
        settings=settings(
            max_examples=14,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not Conclusion.objects.exists()
