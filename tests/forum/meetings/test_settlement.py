"""Carrying the decisions of an ended meeting into their cases, again and again without harm."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import ReferralOutcome, Resolution
from forum.cases.matters import Matter
from forum.cases.models import Case, Referral
from forum.cases.services.cases import open_case
from forum.cases.workflow.referral import REFERRAL_WORKFLOW, Closed
from forum.meetings.agenda import services as agenda_services
from forum.meetings.agenda.body_queue import queue_for
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import minutes_to_approve
from forum.meetings.enums import MinutesStatus
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.models import Minutes
from forum.meetings.planning import services as planning_services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.votes import ballots
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session, plan
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, WrongState
from trepart.workflow import Step, follow, perform

pytestmark = pytest.mark.django_db


class Owner:
    """An owner of cases that does as it is told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.settled: list[int] = []

    def owns(self, referral: Referral) -> bool:
        return True

    def resolutions(self, referral: Referral) -> list[Any]:
        return [(Resolution.ADOPT, None), (Resolution.DECLINE, None), (Resolution.CONSIDER, "Ikke her.")]

    def fields(self, resolution: Resolution) -> tuple[str, ...]:
        return ("answer",)

    def matter(self, referral: Referral) -> Matter:
        return Matter(employer=True, from_employee=True)

    def answers_somebody(self) -> bool:
        return True

    def asks_for_views(self) -> bool:
        return False

    def back_to(self, referral: Referral) -> list[tuple[int, str]]:
        return []

    def settle(self, item: AgendaItem, *, actor: Any) -> None:
        if self.error:
            raise self.error
        self.settled.append(item.pk)

    def carries_out(self) -> bool:
        return True

    def goes_on_with(self, referral: Referral) -> list[Any]:
        return []

    def summary(self, referral: Referral) -> str:
        return "Om saken."

    def url(self, referral: Referral) -> str:
        return "/sak/"


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Owner:
    one = Owner()

    def found(referral: Referral | None) -> Owner | None:
        return one if referral is not None else None

    for module in (
        "forum.meetings.session.decisions.services",
        "forum.meetings.session.decisions.settlement",
        "forum.meetings.session.decisions.forms",
        "forum.meetings.session.decisions.authority",
        "forum.cases.case_owners",
        "forum.meetings.session.item_page.buttons",
        "forum.meetings.session.item_page.page",
        "forum.meetings.agenda.queries",
    ):
        monkeypatch.setattr(f"{module}.owner_of", found)
    return one


def referred(town: Municipality, title: str = "Felles vaktmester") -> Referral:
    """Return a case that waits with the committee."""
    case: Case = open_case(title=title, actor=town.secretary)
    step = Step(REFERRAL_WORKFLOW, REFERRAL_WORKFLOW["open"], case, town.secretary, clock.now(), data=None)
    return follow(
        step,
        Referral(
            case=case, body=town.committee, due_on=clock.today(), recommendation="Ja.", recommended_by=town.coordination
        ),
        "open",
    )


def ended(town: Municipality, *referrals: Referral, resolution: Resolution = Resolution.ADOPT) -> Meeting:
    meeting = plan(town)
    for referral in referrals:
        agenda_services.add_item(meeting, referral=referral, actor=town.secretary)
    meeting = perform(meeting, "call", actor=town.secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
    for item in meeting.items.all():
        if resolution != Resolution.POSTPONE:
            ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=resolution, answer="Takk!", actor=town.secretary)
    return perform(meeting, "end", actor=town.secretary)


class TestTheQueue:
    def test_a_case_comes_in_with_its_recommendation_and_leaves_the_queue(self, town: Municipality) -> None:
        referral = referred(town)
        meeting = plan(town)
        assert queue_for(meeting) == [referral]
        item = agenda_services.add_item(meeting, referral=referral, actor=town.secretary)
        assert (item.title, item.recommendation, item.recommended_by) == (
            "Felles vaktmester", "Ja.", "Koordineringsgruppa",
        )  # fmt: skip
        assert queue_for(meeting) == []

    def test_a_case_stands_on_one_agenda(self, town: Municipality) -> None:
        referral = referred(town)
        agenda_services.add_item(plan(town), referral=referral, actor=town.secretary)
        with pytest.raises(WrongState):
            agenda_services.add_item(plan(town, days=30), referral=referral, actor=town.secretary)

    def test_a_case_of_another_body_is_refused(self, town: Municipality) -> None:
        referral = referred(town)
        meeting = planning_services.plan_meeting(
            body=town.coordination, starts_at=clock.now(), actor=town.coordination_secretary
        )
        with pytest.raises(GuardRefused):
            agenda_services.add_item(meeting, referral=referral, actor=town.coordination_secretary)

    def test_withdrawing_and_cancelling_give_it_back_and_tell_its_story(self, town: Municipality) -> None:
        referral = referred(town)
        meeting = plan(town)
        agenda_services.add_item(meeting, referral=referral, actor=town.secretary)
        meeting = perform(meeting, "call", actor=town.secretary)
        perform(meeting, "cancel", actor=town.secretary, data={"reason": "Snø."})
        assert queue_for(plan(town, days=30)) == [referral]
        told = [e.action for e in Event.objects.about(referral.case)]
        assert told[:2] == ["forum.case_off_agenda", "forum.case_on_agenda"]

    def test_a_case_answered_elsewhere_stops_the_notice(self, town: Municipality) -> None:
        referral = referred(town)
        meeting = plan(town)
        agenda_services.add_item(meeting, referral=referral, actor=town.secretary)
        step = Step(REFERRAL_WORKFLOW, REFERRAL_WORKFLOW["close"], referral, town.secretary, clock.now(), data=None)
        follow(step, referral, "close", Closed(outcome=ReferralOutcome.DECLINED, answer="Nei."))
        with pytest.raises(GuardRefused, match="Felles vaktmester"):
            perform(meeting, "call", actor=town.secretary)

    def test_one_press_takes_them_all(self, town: Municipality) -> None:
        for title in ("A", "B", "C"):
            referred(town, title)
        meeting = plan(town)
        client = Client()
        client.force_login(town.secretary)
        client.post(reverse("forum:meeting_agenda", args=[meeting.pk]), {"do": "take_all"})
        assert sorted(meeting.items.values_list("title", flat=True)) == ["A", "B", "C"]


class TestSettling:
    def test_every_decision_reaches_its_owner_once(self, town: Municipality, owner: Owner) -> None:
        meeting = ended(town, referred(town, "A"), referred(town, "B"))
        assert settlement.settle_items(meeting, town.secretary) == []
        assert settlement.settle_items(meeting, town.secretary) == []
        assert owner.settled == [item.pk for item in meeting.items.all()]

    @pytest.mark.parametrize("error", [GuardRefused("Ikke nå."), RuntimeError("broken")])
    def test_what_fails_is_shown_and_can_be_tried_again(
        self, town: Municipality, owner: Owner, error: Exception
    ) -> None:
        meeting = ended(town, referred(town))
        decision_lists.publish(meeting, actor=town.secretary)
        owner.error = error
        [failed] = settlement.settle_items(meeting, town.secretary)
        failed.refresh_from_db()
        assert failed.settled_at is None
        assert failed.settle_error
        assert "broken" not in failed.settle_error
        client = Client()
        client.force_login(town.secretary)
        assert failed.settle_error in client.get(meeting.get_absolute_url()).content.decode()
        owner.error = None
        client.post(reverse("forum:meeting_settle", args=[meeting.pk]))
        failed.refresh_from_db()
        assert (failed.settled_at is not None, failed.settle_error) == (True, "")

    def test_one_that_fails_does_not_stop_the_others(self, town: Municipality, owner: Owner) -> None:
        meeting = ended(town, referred(town, "A"), referred(town, "B"))
        first, second = meeting.items.all()
        real = owner.settle

        def settle(item: AgendaItem, *, actor: Any) -> None:
            if item.pk == first.pk:
                raise GuardRefused("Ikke nå.")
            real(item, actor=actor)

        owner.settle = settle  # type: ignore[method-assign]
        assert settlement.settle_items(meeting, town.secretary) == [first]
        assert owner.settled == [second.pk]

    def test_a_member_cannot_settle(self, town: Municipality, owner: Owner) -> None:
        meeting = ended(town, referred(town))
        client = Client()
        client.force_login(town.union[0])
        assert client.post(reverse("forum:meeting_settle", args=[meeting.pk])).status_code == 404
        assert owner.settled == []

    def test_a_postponed_case_can_stand_on_the_next_agenda(self, town: Municipality, owner: Owner) -> None:
        referral = referred(town)
        meeting = ended(town, referral, resolution=Resolution.POSTPONE)
        with pytest.raises(WrongState):
            agenda_services.add_item(plan(town, days=40), referral=referral, actor=town.secretary)
        settlement.settle_items(meeting, town.secretary)
        agenda_services.add_item(plan(town, days=40), referral=referral, actor=town.secretary)


class TestWhatADecisionMustSay:
    def test_the_answer_is_required_and_a_shut_resolution_refused(self, town: Municipality, owner: Owner) -> None:
        meeting = plan(town)
        agenda_services.add_item(meeting, referral=referred(town), actor=town.secretary)
        meeting = perform(meeting, "call", actor=town.secretary)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        item = meeting.items.get()
        ballots.record_ballot(item, actor=town.secretary)
        with pytest.raises(GuardRefused):
            decisions.decide(
                item, text=item.recommendation, resolution=Resolution.ADOPT, answer=" ", actor=town.secretary
            )
        with pytest.raises(GuardRefused, match=r"Ikke her\."):
            decisions.decide(item, text="Ja.", resolution=Resolution.CONSIDER, answer="x", actor=town.secretary)
        client = Client()
        client.force_login(town.secretary)
        url = reverse("forum:meeting_run_item", args=[meeting.pk, item.pk])
        page = client.get(url).content.decode()
        assert "Ikke her." in page
        assert "Om saken." in page
        form = {"do": "decide", "resolution": "adopt", "decision-text": "Vi sier ja.", "decision-answer": ""}
        sent = client.post(url, form)
        assert sent.status_code == 422
        assert "Vi sier ja." in sent.content.decode()
        # Other words than were voted on are asked about, once.
        rests = str(town.committee.delegations.get().pk)
        given = {**form, "decision-answer": "Takk for forslaget.", "decision-rests": rests}
        assert client.post(url, given).status_code == 422
        client.post(url, {**given, "decision-differs": "Møtet presiserte."})
        assert AgendaItem.objects.get(pk=item.pk).decision.answer == "Takk for forslaget."


def test_minutes_are_approved_by_the_next_meeting(town: Municipality) -> None:
    first = in_session(town)
    item = first.items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    first = end_meeting(first, actor=town.secretary)
    minutes = perform(Minutes.objects.get(meeting=first), "publish", actor=town.secretary)
    second = plan(town, days=30)
    assert minutes_to_approve(second) == [minutes]
    client = Client()
    client.force_login(town.secretary)
    client.post(reverse("forum:meeting_agenda", args=[second.pk]), {"do": "approve", "minutes": minutes.pk})
    assert minutes_to_approve(second) == []
    second = perform(second, "call", actor=town.secretary)
    roll_call.set_attendance(second, rows=roll_call.all_met(second), actor=town.secretary)
    second = perform(second, "open", actor=town.secretary, data={"other_day": "on"})
    item = second.items.get()
    ballot = ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, ballot=ballot, actor=town.secretary)
    end_meeting(second, actor=town.secretary)
    item.refresh_from_db()
    assert item.settle_error == ""
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.APPROVED
    assert settlement.unsettled(second) == []
