"""Urgent cases: in writing, where every member must say yes to both, and urgent remote meetings that a third can make wait (koml § 11-8, R10)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.enums import MeetingKind, MeetingStatus, Resolution
from forum.minutes import Audience, build
from forum.minutes_missing import missing
from forum.models import Meeting, WrittenAnswer
from forum.services import meetings as services
from forum.services import urgent
from tests.factories.organisation import Municipality
from tests.forum.test_meetings_flow import recipients
from trepart import clock
from trepart.workflow import GuardRefused, NotPermitted, WrongState, perform

pytestmark = pytest.mark.django_db


def begin(town: Municipality, kind: MeetingKind = MeetingKind.WRITTEN, **more: Any) -> Meeting:
    said = {
        "title": "Leie av brakker", "recommendation": "Det leies brakker fra mandag.", "reason": "Taket har falt ned.",
        "at": clock.now() + timedelta(hours=30), "actor": town.chair, **more,
    }  # fmt: skip
    return urgent.begin(town.committee, kind=kind, **said)


def members(town: Municipality) -> list[Any]:
    return [*town.elected, *town.union]


def answer(meeting: Meeting, person: Any, *, proposal: bool = True, procedure: bool = True) -> WrittenAnswer:
    return urgent.answer(meeting.items.get(), accepts_proposal=proposal, accepts_procedure=procedure, actor=person)


class TestInWriting:
    def test_every_member_is_told_at_once(self, town: Municipality) -> None:
        meeting = begin(town)
        assert meeting.status == MeetingStatus.CALLED
        assert {person.email for person in members(town)} <= recipients("forum.meeting_called")

    @pytest.mark.parametrize("lacking", [{"reason": " "}, {"recommendation": ""}, {"at": None}])
    def test_it_takes_a_reason_words_and_a_time_to_come(self, town: Municipality, lacking: dict[str, Any]) -> None:
        if "at" in lacking:
            lacking = {"at": clock.now() - timedelta(minutes=1)}
        with pytest.raises(GuardRefused):
            begin(town, **lacking)
        assert not Meeting.objects.exists()

    def test_adopted_where_all_say_yes_to_both(self, town: Municipality) -> None:
        meeting = begin(town)
        for person in members(town):
            answer(meeting, person)
        ended = urgent.conclude(meeting, actor=town.chair)
        item = ended.items.get()
        assert (ended.status, item.decision.resolution, item.decision.ballot.votes.count()) == ("ended", "adopt", 9)
        document = build(ended, Audience.PUBLIC)
        assert "kommuneloven § 11-8" in document.called
        assert "Taket har falt ned." in document.called
        assert document.items[0].answers[0] == f"{town.elected[0].name}: ja til forslaget, ja til skriftlig behandling."
        assert missing(ended) == []

    @pytest.mark.parametrize("said", [{"proposal": False}, {"procedure": False}])
    def test_one_no_to_either_and_it_waits_for_a_meeting(self, town: Municipality, said: dict[str, bool]) -> None:
        meeting = begin(town)
        for person in members(town)[:-1]:
            answer(meeting, person)
        with pytest.raises(WrongState, match=town.union[-1].name):
            urgent.conclude(meeting, actor=town.chair)
        answer(meeting, town.union[-1], **said)
        ended = urgent.conclude(meeting, actor=town.chair)
        assert ended.items.get().decision.resolution == Resolution.POSTPONE
        assert not ended.items.get().ballots.exists()

    def test_silence_is_no_yes(self, town: Municipality) -> None:
        meeting = begin(town)
        for person in members(town)[:-1]:
            answer(meeting, person)
        with clock.at(meeting.starts_at + timedelta(minutes=1)):
            ended = urgent.conclude(meeting, actor=town.chair)
        assert ended.items.get().decision.resolution == Resolution.POSTPONE
        assert [line.name for line in build(ended, Audience.PUBLIC).absent] == [town.union[-1].name]

    def test_an_answer_may_be_changed_and_nobody_else_answers(self, town: Municipality) -> None:
        meeting = begin(town)
        answer(meeting, town.chair, proposal=False)
        answer(meeting, town.chair)
        assert WrittenAnswer.objects.get().accepts
        for person in (town.secretary, town.outsider, town.deputies["employees"][0]):
            with pytest.raises(NotPermitted):
                answer(meeting, person)

    def test_it_is_neither_opened_nor_answered_as_a_meeting(self, town: Municipality) -> None:
        meeting = begin(town)
        services.set_attendance(meeting, rows=services.all_met(meeting), actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-8"):
            perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary)


class TestUrgentMeeting:
    def test_a_third_can_make_it_wait(self, town: Municipality) -> None:
        meeting = begin(town, MeetingKind.URGENT)
        assert meeting.remote
        for person in town.union[:2]:
            urgent.demand_postponement(meeting, actor=person)
        urgent.demand_postponement(meeting, actor=town.union[0])
        services.set_attendance(meeting, rows=services.all_met(meeting), actor=town.secretary)
        assert meeting.postponement_demands.count() == 2
        urgent.demand_postponement(meeting, actor=town.union[2])
        with pytest.raises(GuardRefused, match="11-8"):
            perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary)
        with pytest.raises(NotPermitted):
            urgent.demand_postponement(meeting, actor=town.secretary)

    def test_without_demands_it_is_held(self, town: Municipality) -> None:
        meeting = begin(town, MeetingKind.URGENT)
        services.set_attendance(meeting, rows=services.all_met(meeting), actor=town.secretary)
        assert perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary).status == "in_session"

    def test_an_ordinary_remote_meeting_takes_the_councils_leave(self, town: Municipality) -> None:
        meeting = services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=9), place="Rådhuset", actor=town.secretary
        )
        services.add_item(meeting, title="A", actor=town.secretary)
        Meeting.objects.filter(pk=meeting.pk).update(remote=True)
        with pytest.raises(GuardRefused, match="11-7"):
            perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        town.committee.may_meet_remotely = True
        town.committee.save()
        perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)


class TestPages:
    def as_(self, person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def test_from_the_leader_to_the_last_answer(self, town: Municipality) -> None:
        leader = self.as_(town.chair)
        url = reverse("forum:urgent_begin", args=[town.committee.slug])
        assert leader.post(url, {"kind": "written"}).status_code == 422
        at = (clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
        form = {"kind": "written", "reason": "Taket.", "title": "Brakker", "recommendation": "Ja.", "at": at}
        assert leader.post(url, form).status_code == 302
        meeting = Meeting.objects.get()
        item = meeting.items.get()
        here = reverse("forum:urgent_answer", args=[meeting.pk])
        for person in members(town):
            page = self.as_(person)
            assert "Taket." in page.get(here).content.decode()
            assert page.post(here, {}).status_code == 422
            said = {f"case{item.pk}-accepts_procedure": "yes", f"case{item.pk}-accepts_proposal": "yes"}
            assert page.post(here, said).status_code == 302
        end = reverse("forum:urgent_conclude", args=[meeting.pk])
        assert leader.get(end).content.decode().count("Ja til begge deler") == 9
        assert leader.post(end).status_code == 302
        assert Meeting.objects.get().status == "ended"

    def test_nobody_else_sees_them(self, town: Municipality) -> None:
        meeting = begin(town)
        for person in (town.outsider, town.employee(), town.coordination_leader):
            client = self.as_(person)
            assert client.get(reverse("forum:urgent_answer", args=[meeting.pk])).status_code == 404
            assert client.get(reverse("forum:urgent_conclude", args=[meeting.pk])).status_code == 404
            assert client.get(reverse("forum:urgent_begin", args=[town.committee.slug])).status_code == 404
        assert self.as_(town.secretary).get(reverse("forum:urgent_answer", args=[meeting.pk])).status_code == 404
