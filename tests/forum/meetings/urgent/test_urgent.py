"""Urgent cases in writing and in urgent remote meetings (koml § 11-8, R10)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import demands
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import Meeting
from forum.meetings.enums import DemandKind, MeetingKind, MeetingStatus
from forum.meetings.minutes.building import build
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.structure import Audience
from forum.meetings.planning import services as planning_services
from forum.meetings.urgent import services as urgent
from forum.meetings.urgent.models import WrittenAnswer
from forum.organisation.enums import MinutesApproval
from forum.organisation.models import Body
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import recipients
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

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
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-8"):
            perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})

    def test_nobody_answers_and_it_can_still_be_concluded(self, town: Municipality) -> None:
        meeting = begin(town)
        with clock.at(meeting.starts_at + timedelta(minutes=1)):
            ended = urgent.conclude(meeting, actor=town.secretary)
        assert (ended.status, ended.items.get().decision.resolution) == ("ended", Resolution.POSTPONE)
        document = build(ended, Audience.PUBLIC)
        assert (len(document.absent), document.quorum) == (9, "0 av 9 medlemmer svarte.")
        assert missing(ended) == []
        page = TestPages().as_(town.secretary).get(reverse("forum:minutes_detail", args=[ended.pk])).content.decode()
        assert "Ingen svarte." in page
        assert "Har ikke svart" in page
        assert "Fraværende" not in page

    def test_where_nobody_presided_two_who_answered_approve_the_minutes(self, town: Municipality) -> None:
        Body.objects.filter(pk=town.committee.pk).update(minutes_approval=MinutesApproval.SIGNERS)
        meeting = begin(town)
        for person in town.union[:2]:
            answer(meeting, person, procedure=False)
        ended = urgent.conclude(meeting, actor=town.secretary)
        here = reverse("forum:minutes_signers", args=[ended.pk])
        client = TestPages().as_(town.secretary)
        assert "Ingen ledet møtet" in client.get(here).content.decode()
        chosen = [town.membership(person).pk for person in town.union[:2]]
        assert client.post(here, {"members": chosen}).status_code == 302
        assert sorted(ended.minutes.signers.values_list("membership", flat=True)) == sorted(chosen)

    def test_the_leader_chooses_and_whoever_else_sends_it_says_so(self, town: Municipality) -> None:
        with pytest.raises(GuardRefused, match="leder"):
            begin(town, actor=town.secretary)
        assert not Meeting.objects.exists()
        begin(town, actor=town.elected[1])
        meeting = begin(town, actor=town.secretary, chosen_by_leader=True, title="En annen sak")
        event = Event.objects.about(meeting).get(action="forum.urgent_writing_begun")
        assert event.data == {"reason": "Taket har falt ned.", "leader": True}
        assert "Lederen valgte det." in build(meeting, Audience.PUBLIC).called

    def test_the_words_are_the_same_for_all_to_the_end(self, town: Municipality) -> None:
        meeting = begin(town)
        answer(meeting, town.union[0])
        item = meeting.items.get()
        with pytest.raises(WrongState, match="11-8"):
            agenda_services.change_item(
                item, title="Leie av brakker", recommendation="Det kjøpes.", actor=town.secretary
            )
        with pytest.raises(WrongState, match="11-8"):
            agenda_services.add_item(meeting, title="Enda en", actor=town.secretary)
        data = {"starts_at": meeting.starts_at + timedelta(hours=1), "place": "Skriftlig"}
        with pytest.raises(GuardRefused):
            perform(Meeting.objects.get(pk=meeting.pk), "rearrange", actor=town.secretary, data=data)
        assert meeting.items.get().recommendation == "Det leies brakker fra mandag."

    def test_taken_to_a_meeting_it_is_an_ordinary_one(self, town: Municipality) -> None:
        meeting = begin(town)
        answer(meeting, town.union[0], procedure=False)
        data = {"starts_at": clock.now() + timedelta(days=9), "place": "Rådhuset", "reason": "Ett medlem vil møtes."}
        perform(Meeting.objects.get(pk=meeting.pk), "postpone", actor=town.chair, data=data)
        called = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        roll_call.set_attendance(called, rows=roll_call.all_met(called), actor=town.secretary)
        opened = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        document = build(opened, Audience.PUBLIC)
        assert (opened.kind, document.items[0].answers, "11-8" in document.called) == ("ordinary", (), False)

    def test_what_a_third_demands_does_not_hold_it_up(self, town: Municipality) -> None:
        demand = demands.raise_demand(
            town.committee, kind=DemandKind.ITEM, title="Bemanning", why="Nå.", actor=town.elected[2]
        )
        for person in (*town.elected[3:], *town.union[:1]):
            demands.support(demand, actor=person)
        assert begin(town).status == MeetingStatus.CALLED


@pytest.mark.django_db(transaction=True)
def test_two_who_send_it_out_at_once_send_it_once(town: Municipality) -> None:
    def one(_n: int) -> str:
        try:
            begin(town)
        except WrongState:
            return "out already"
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == ["out already", "sent"]
    assert Meeting.objects.count() == 1


class TestUrgentMeeting:
    def test_a_third_can_make_it_wait(self, town: Municipality) -> None:
        meeting = begin(town, MeetingKind.URGENT)
        assert meeting.remote
        for person in town.union[:2]:
            urgent.demand_postponement(meeting, actor=person)
        urgent.demand_postponement(meeting, actor=town.union[0])
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        assert meeting.postponement_demands.count() == 2
        urgent.demand_postponement(meeting, actor=town.union[2])
        with pytest.raises(GuardRefused, match="11-8"):
            perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        with pytest.raises(NotPermitted):
            urgent.demand_postponement(meeting, actor=town.secretary)

    def test_postponed_by_a_third_it_becomes_an_ordinary_meeting_that_can_be_held(self, town: Municipality) -> None:
        meeting = begin(town, MeetingKind.URGENT)
        for person in town.union[:3]:
            urgent.demand_postponement(meeting, actor=person)
        page = TestPages().as_(town.secretary).get(meeting.get_absolute_url()).content.decode()
        assert "3 av 9 medlemmer krever at saken venter. Det trengs 3" in page
        data = {"starts_at": clock.now() + timedelta(days=9), "place": "Rådhuset", "reason": "En tredel vil vente."}
        perform(Meeting.objects.get(pk=meeting.pk), "postpone", actor=town.secretary, data=data)
        called = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        roll_call.set_attendance(called, rows=roll_call.all_met(called), actor=town.secretary)
        opened = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"})
        assert (opened.kind, opened.remote) == ("ordinary", False)

    def test_without_demands_it_is_held(self, town: Municipality) -> None:
        meeting = begin(town, MeetingKind.URGENT)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
        assert (
            perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data={"other_day": "on"}).status
            == "in_session"
        )

    def test_an_ordinary_remote_meeting_takes_the_councils_leave(self, town: Municipality) -> None:
        meeting = planning_services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=9), place="Rådhuset", actor=town.secretary
        )
        agenda_services.add_item(meeting, title="A", actor=town.secretary)
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
        unasked = leader.post(url, form)
        assert set(unasked.context["form"].errors) == {"readers"}  # it goes out at once: who may read it is said first
        form["readers"] = "open"
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
        assert leader.post(end).status_code == 422
        assert leader.post(end, {"rests": "bogus"}).status_code == 422
        assert leader.post(end, {"rests": str(town.committee.delegations.get().pk)}).status_code == 302
        assert Meeting.objects.get().status == "ended"

    def test_the_secretary_says_that_the_leader_has_chosen(self, town: Municipality) -> None:
        secretary = self.as_(town.secretary)
        url = reverse("forum:urgent_begin", args=[town.committee.slug])
        at = (clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
        form = {
            "kind": "written",
            "reason": "Taket <b>æøå 😀</b>.",
            "title": "Brakker",
            "recommendation": "Ja.",
            "at": at,
            "readers": "open",
        }
        refused = secretary.post(url, form)
        assert refused.status_code == 422
        assert "Det er lederen som velger dette" in refused.content.decode()
        assert "chosen_by_leader" not in self.as_(town.chair).get(url).content.decode()
        assert secretary.post(url, {**form, "chosen_by_leader": "on"}).status_code == 302
        again = secretary.post(url, {**form, "chosen_by_leader": "on"})
        assert "Denne saken er allerede sendt ut." in again.content.decode()
        meeting = Meeting.objects.get()
        page = Client().get(meeting.get_absolute_url()).content.decode()
        assert "Taket &lt;b&gt;æøå 😀&lt;/b&gt;." in page
        assert "Organets egen regel" not in page
        long = {
            **form,
            "chosen_by_leader": "on",
            "title": "x" * 201,
            "recommendation": "y" * 20001,
            "reason": "z" * 1001,
        }
        assert set(secretary.post(url, long).context["form"].errors) == {"title", "recommendation", "reason"}

    def test_one_proposed_closed_goes_out_under_the_title_written_for_others(self, town: Municipality) -> None:
        url = reverse("forum:urgent_begin", args=[town.committee.slug])
        at = (clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
        form = {
            "kind": "written", "reason": "Det haster.", "title": "Sykdom hos NN", "recommendation": "NN fritas.",
            "at": at, "readers": "closed", "basis": "koml. § 11-5 (3) a", "public_title": "En ansatt",
        }  # fmt: skip
        leader = self.as_(town.chair)
        assert set(leader.post(url, {**form, "public_title": " "}).context["form"].errors) == {"public_title"}
        assert not Meeting.objects.exists()
        assert leader.post(url, form).status_code == 302
        meeting = Meeting.objects.get()
        public = Client().get(meeting.get_absolute_url()).content.decode()
        assert "En ansatt" in public
        assert "NN" not in public
        assert "NN fritas." in self.as_(town.union[0]).get(meeting.get_absolute_url()).content.decode()

    def test_a_member_is_offered_an_answer_and_nothing_else(self, town: Municipality) -> None:
        meeting = begin(town)
        for person in (town.elected[3], town.union[0]):
            page = self.as_(person).get(meeting.get_absolute_url()).content.decode()
            assert reverse("forum:urgent_answer", args=[meeting.pk]) in page
            assert reverse("forum:absence", args=[meeting.pk]) not in page
            assert reverse("forum:question_ask", args=[meeting.pk]) not in page
        page = self.as_(town.secretary).get(meeting.get_absolute_url()).content.decode()
        for name in ("forum:meeting_agenda", "forum:deputies_called", "forum:meeting_attendance"):
            assert reverse(name, args=[meeting.pk]) not in page, name
        assert reverse("forum:meeting_step", args=[meeting.pk, "rearrange"]) not in page
        postpone = reverse("forum:meeting_step", args=[meeting.pk, "postpone"])
        assert "Ta saken til et ordinært møte" in page
        assert self.as_(town.secretary).get(postpone).context["form"]["place"].value() == ""

    def test_nobody_else_sees_them(self, town: Municipality) -> None:
        meeting = begin(town)
        for person in (town.outsider, town.employee(), town.coordination_leader):
            client = self.as_(person)
            assert client.get(reverse("forum:urgent_answer", args=[meeting.pk])).status_code == 404
            assert client.get(reverse("forum:urgent_conclude", args=[meeting.pk])).status_code == 404
            assert client.get(reverse("forum:urgent_begin", args=[town.committee.slug])).status_code == 404
        assert self.as_(town.secretary).get(reverse("forum:urgent_answer", args=[meeting.pk])).status_code == 404
