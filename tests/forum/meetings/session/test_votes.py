"""Votes, decisions and consensus, through the services: what is counted, what is refused, and what can be put right."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, RecusalKind
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.participation import recusals
from forum.meetings.session.votes import ballots, corrections, motions
from forum.organisation.enums import DecidesBy, Part, Side
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart import clock
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


class TestVotes:
    def against(self, town: Municipality, item: AgendaItem, *people: Any) -> dict[int, Choice]:
        opposed = {town.membership(p).pk for p in people}
        return {v.pk: Choice.AGAINST if v.pk in opposed else Choice.FOR for v in participants.entitled(item)}

    def test_unanimous_in_one_go(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballot = ballots.record_ballot(item, actor=town.secretary)
        assert ballot.unanimous
        assert (ballot.seats, ballot.votes.count()) == (9, 9)

    def test_a_vote_is_frozen_with_what_people_were(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballot = ballots.record_ballot(item, choices=self.against(town, item, town.elected[1]), actor=town.secretary)
        vote = ballot.votes.get(membership=town.membership(town.elected[1]))
        assert (vote.name, vote.part, vote.side, vote.party) == (
            town.elected[1].name, Part.ELECTED, Side.MUNICIPALITY, town.parties[1],
        )  # fmt: skip
        tally = voting.tally_of(ballot)
        assert (tally.for_, tally.against, tally.adopted) == (8, 1, True)

    def test_a_tie_is_decided_by_the_one_presiding_and_never_asked_for(self, town: Municipality) -> None:
        meeting = called(town)
        rows = [Row(town.membership(p)) for p in (*town.elected, *town.union[:3])]
        rows.append(Row(town.membership(town.union[3]), present=False, reason="Syk"))
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        item = meeting.items.get()
        choices = self.against(town, item, town.chair, *town.union[:3])
        tally = voting.tally_of(ballots.record_ballot(item, choices=choices, actor=town.secretary))
        assert (tally.for_, tally.against, tally.adopted, tally.by_casting_vote) == (4, 4, False, True)

    def test_a_motion_is_voted_on_once(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballots.record_ballot(item, actor=town.secretary)
        with pytest.raises(WrongState):
            ballots.record_ballot(item, actor=town.secretary)

    def test_those_present_must_vote_and_nobody_else(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = self.against(town, item)
        missing = dict(list(choices.items())[1:])
        with pytest.raises(GuardRefused, match="8-1"):
            ballots.record_ballot(item, choices=missing, actor=town.secretary)
        stranger = town.membership(town.secretary)
        with pytest.raises(GuardRefused, match=stranger.person.name):
            ballots.record_ballot(item, choices={**choices, stranger.pk: Choice.FOR}, actor=town.secretary)

    def test_fewer_than_half_decide_nothing(self, town: Municipality) -> None:
        meeting = called(town)
        rows = [Row(town.membership(p)) for p in town.elected[:4]]
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        item = meeting.items.get()
        with pytest.raises(GuardRefused, match="11-9"):
            ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text="Utsatt.", resolution=Resolution.POSTPONE, actor=town.secretary)
        perform(meeting, "end", actor=town.secretary)

    def test_a_disqualified_member_counts_as_not_voted(self, town: Municipality) -> None:
        meeting = called(town)
        rows = [Row(town.membership(p)) for p in town.elected]
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        meeting = perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        item = meeting.items.get()
        out = {"membership": town.membership(town.elected[4]), "kind": RecusalKind.PARTIALITY}
        with pytest.raises(GuardRefused, match="11-10"):
            recusals.recuse(item, **out, basis="", actor=town.secretary)
        recusals.recuse(item, **out, basis="fvl. § 6 første ledd a", actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-9"):
            ballots.record_ballot(item, actor=town.secretary)

    def test_a_deputy_comes_for_one_item(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        deputy = town.membership(town.deputies[Side.MUNICIPALITY][0])
        recusals.recuse(
            first, membership=town.membership(town.elected[4]), kind=RecusalKind.PARTIALITY, basis="fvl. § 6",
            deputy=deputy, actor=town.secretary,
        )  # fmt: skip
        assert deputy in [v.membership for v in participants.entitled(first)]
        assert deputy not in [v.membership for v in participants.entitled(second)]
        ballot = ballots.record_ballot(first, actor=town.secretary)
        assert ballot.votes.get(membership=deputy).stands_for == town.elected[4].name
        with pytest.raises(GuardRefused):
            recusals.lift_recusal(first.recusals.get(), actor=town.secretary)

    def test_another_presides_where_the_leader_is_disqualified(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        recusals.recuse(
            item, membership=town.membership(town.chair), kind=RecusalKind.PARTIALITY, basis="fvl. § 6",
            actor=town.secretary,
        )  # fmt: skip
        assert ballots.record_ballot(item, actor=town.secretary).presiding == town.membership(town.elected[1])

    def test_a_motion_from_somebody_not_at_the_table_is_refused(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="8-1"):
            motions.add_motion(item, text="Nei.", moved_by=town.membership(town.secretary), actor=town.secretary)

    def test_a_mis_keyed_vote_is_corrected_and_traced(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballot = ballots.record_ballot(item, actor=town.secretary)
        vote = ballot.votes.get(membership=town.membership(town.elected[1]))
        with pytest.raises(GuardRefused):
            corrections.correct_vote(vote, choice=Choice.AGAINST, reason="", actor=town.secretary)
        corrections.correct_vote(vote, choice=Choice.AGAINST, reason="Tastet feil.", actor=town.secretary)
        event = Event.objects.get(action="forum.vote_corrected")
        assert (event.data["before"], event.data["after"], event.text) == ("for", "against", {"reason": "Tastet feil."})
        assert vote.history.first().event_id == event.pk
        ballot.refresh_from_db()
        assert not ballot.unanimous

    def test_a_turned_result_takes_the_decision_up_again(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = self.against(town, item, *town.elected[1:])
        ballot = ballots.record_ballot(item, choices=choices, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        vote = ballot.votes.get(membership=town.membership(town.union[0]))
        corrections.correct_vote(vote, choice=Choice.AGAINST, reason="Tastet feil.", actor=town.secretary)
        assert AgendaItem.objects.get(pk=item.pk).decided is None
        with pytest.raises(GuardRefused, match="11-9"):
            decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)

    def test_why_the_decision_was_taken_up_is_said_in_the_reader_s_language(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballot = ballots.record_ballot(item, choices=self.against(town, item, *town.elected[1:]), actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        vote = ballot.votes.get(membership=town.membership(town.union[0]))
        with translation.override("nn"):
            corrections.correct_vote(vote, choice=Choice.AGAINST, reason="Tastet feil.", actor=town.secretary)
        event = Event.objects.get(action="forum.decision_turned")
        assert event.text == {"decision": "Felles vaktmester: ja."}
        said = {}
        for language in ("nb", "nn", "en"):
            with translation.override(language):
                entries = timeline.entries(item.meeting, town.secretary, audit=True)
                said[language] = " ".join(f"{entry.sentence} {entry.bold}" for entry in entries)
        assert f"En rettet stemme snudde resultatet i {item.label}." in said["nb"]
        assert f"Ei retta røyst snudde resultatet i {item.label}." in said["nn"]
        assert f"A corrected vote turned the result in {item.label}." in said["en"]


class TestDecisions:
    def test_nothing_is_adopted_without_a_vote(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-9"):
            decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)

    def test_deciding_twice_ends_with_one_decision(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        with pytest.raises(WrongState):
            decisions.decide(item, text="Nei.", resolution=Resolution.DECLINE, actor=town.secretary)

    def test_the_meeting_does_not_end_with_something_undecided(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        ballots.record_ballot(first, actor=town.secretary)
        decisions.decide(first, text=first.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        with pytest.raises(GuardRefused, match=second.label):
            perform(meeting, "end", actor=town.secretary)
        agenda_services.withdraw_item(second, reason="Trukket.", actor=town.secretary)
        meeting = end_meeting(meeting, actor=town.secretary)
        assert (meeting.status, meeting.minutes.status) == ("ended", "draft")
        first.refresh_from_db()
        assert first.settled_at is not None

    def test_taking_a_decision_up_again_keeps_what_it_said(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        decisions.take_up_again(item, reason="Feil ord.", actor=town.secretary)
        assert AgendaItem.objects.get(pk=item.pk).decided is None
        event = Event.objects.get(action="forum.decision_reopened")
        assert event.text == {"reason": "Feil ord.", "decision": "Felles vaktmester: ja."}

    def test_after_the_end_nothing_can_be_changed(self, town: Municipality) -> None:
        meeting = in_session(town)
        item = meeting.items.get()
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        end_meeting(meeting, actor=town.secretary)
        for attempt in (
            lambda: decisions.take_up_again(item, reason="x", actor=town.secretary),
            lambda: agenda_services.withdraw_item(item, reason="x", actor=town.secretary),
            lambda: roll_call.set_attendance(meeting, rows=[], actor=town.secretary),
            lambda: discussion.save_discussion(item, text="x", actor=town.secretary),
        ):
            with pytest.raises(WrongState):
                attempt()


class TestConsensus:
    def test_no_vote_is_offered(self, town: Municipality) -> None:
        town.committee.decides_by = DecidesBy.CONSENSUS
        town.committee.save()
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused):
            ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text="Enige.", resolution=Resolution.ADOPT, actor=town.secretary)

    def test_an_lmu_writes_down_its_meeting(self, town: Municipality) -> None:
        lmu, leader = town.lmus[0], town.lmu_leader()
        present = [town.membership(p, lmu) for p in town.lmu_members[0][:2]]
        meeting = log_meeting(
            body=lmu,
            held_on=clock.today(),
            present=present,
            items=[LogItem("Vaktbytte", "Vi prøver ny turnus.", Resolution.NOTED)],
            actor=leader,
        )
        assert (meeting.status, meeting.kind, meeting.presiding) == ("ended", "log", present[0])
        assert list(meeting.attendances.values_list("present", flat=True)) == [True, True, False]
        item = meeting.items.get()
        assert (item.decision.text, item.settled_at is not None) == ("Vi prøver ny turnus.", True)

    def test_the_log_refuses_what_is_not_a_meeting(self, town: Municipality) -> None:
        lmu, leader = town.lmus[0], town.lmu_leader()
        present = [town.membership(p, lmu) for p in town.lmu_members[0]]
        items = [LogItem("A", "B")]
        good: dict[str, Any] = {
            "body": lmu,
            "held_on": clock.today(),
            "present": present,
            "items": items,
            "actor": leader,
        }
        for bad in (
            {"held_on": clock.today() + timedelta(days=1)},
            {"present": []},
            {"items": []},
            {"items": [LogItem("A", " ")]},
            {"present": [town.membership(town.lmu_leader(1), town.lmus[1])]},
        ):
            with pytest.raises(GuardRefused):
                log_meeting(**{**good, **bad})
        with pytest.raises(NotPermitted):
            log_meeting(**{**good, "actor": town.employee(0)})
        with pytest.raises(NotPermitted):
            log_meeting(**{**good, "body": town.committee, "actor": town.secretary})
        assert not Meeting.objects.exists()
