"""Random meetings, held against a small model of the law (R4, R5, R11, R12).

The model (`chairs`) knows nothing of the program: it is a table of nine chairs, of which some are taken away and others
put there while the meeting goes on (places end and begin between the notice, the roll call and the cases). People come
and go between two votes in one case, cases are taken in any order, and some are taken up again. A hundred meetings in
``make test``, and twenty where places change; ten thousand and two thousand in ``make test-deep``.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.cases.enums import Resolution
from forum.meetings.attendance import deputy_lists, roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core import participants, voting
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Ballot, Vote
from forum.meetings.enums import Choice, RecusalKind
from forum.meetings.minutes import contradictions
from forum.meetings.minutes.recorded import loaded
from forum.meetings.session.decisions import consistency
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots, motions
from forum.organisation.enums import Part, Role, Side
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from tests.forum.meetings.chairs import Case, Chairs, weigh
from tests.forum.meetings.test_lifecycle import called
from trepart import clock
from trepart.refusals import GuardRefused
from trepart.workflow import perform

EXAMPLES = int(os.environ.get("TREPART_EXAMPLES", "100"))
ITEMS = 3


class Meeting:
    """One random meeting, walked in the model and in the program side by side."""

    def __init__(self, town: Municipality, meeting: Any, data: st.DataObject, *, places_change: bool) -> None:
        self.town, self.data, self.changing = town, data, places_change
        self.meeting = type(meeting).objects.get(pk=meeting.pk)
        seats = participants.seats(self.meeting)
        self.people = {seat.pk: seat for seat in seats} | {d.pk: d for d in deputy_lists.deputies(self.meeting)}
        lists = {str(side): [town.membership(who).pk for who in town.deputies[side]] for side in Side}
        persons = {pk: place.person_id for pk, place in self.people.items()}
        self.chairs = Chairs({seat.pk: seat.side for seat in seats}, lists, persons)
        self.leader, self.deputy_leader = (town.membership(who).pk for who in town.elected[:2])
        self.frozen: dict[int, set[int]] = {}
        self.newcomers = [town.outsider, town.employee(0), town.employee(1)]
        self.open = False
        self.cases: dict[int, Case] = {}
        #: The cases a vote has been held in.
        self.voted: set[int] = set()
        self.adopted: set[int] = set()

    def call_the_roll(self) -> None:
        """Some are away, some with a deputy."""
        rows = []
        for chair in self.chairs.side:
            away = chair not in (self.leader,) and self.data.draw(st.integers(0, 4), label=f"roll {chair}") == 0
            self.chairs.sitting[chair] = None if away else chair
        for chair, who in list(self.chairs.sitting.items()):
            deputy = None
            if who is None and self.data.draw(st.booleans(), label="a deputy comes"):
                deputy = self.chairs.next_deputy(chair)
                self.chairs.sitting[chair] = deputy
            rows.append(
                Row(
                    self.people[chair],
                    present=who is not None,
                    reason="" if who else "Syk",
                    deputy=self.people.get(deputy or 0),
                )
            )
        roll_call.set_attendance(self.meeting, rows=rows, actor=self.town.secretary)
        self.places_change()
        self.meeting = perform(self.meeting, "open", actor=self.town.secretary, data={"other_day": "on"})
        self.open = True

    # Places that end and begin -----------------------------------------------------------------------------------
    def places_change(self) -> None:
        """Now and then a place ends or begins, as if kommunestyret or a union had decided it yesterday."""
        if self.changing and self.data.draw(st.integers(0, 2), label="places change") < 2:
            what = (self.a_seat_ends, self.a_deputy_is_elected, self.a_deputy_ends, self.one_is_elected)
            self.data.draw(st.sampled_from(what), label="place")()

    def a_seat_ends(self) -> None:
        chairs = [c for c in self.chairs.side if self.open or c not in (self.leader, self.deputy_leader)]
        if len(chairs) < 4:
            return
        chair = self.data.draw(st.sampled_from(sorted(chairs)), label="seat ends")
        if self.people[chair].valid_from < clock.today():
            self.end(chair)
            self.chairs.taken_out(chair)

    def a_deputy_ends(self) -> None:
        deputies = sorted(d for own in self.chairs.lists.values() for d in own)
        if not deputies:
            return
        deputy = self.data.draw(st.sampled_from(deputies), label="deputy ends")
        self.end(deputy)
        self.no_deputy_any_more(deputy)

    def a_deputy_is_elected(self) -> None:
        deputies = sorted(d for own in self.chairs.lists.values() for d in own)
        if not deputies:
            return
        deputy = self.data.draw(st.sampled_from(deputies), label="deputy elected")
        self.elect(self.people[deputy].person, self.people[deputy].side)
        self.no_deputy_any_more(deputy)

    def one_is_elected(self) -> None:
        if self.newcomers:
            self.elect(self.newcomers.pop(), self.data.draw(st.sampled_from(list(Side)), label="side"))

    def end(self, place: int) -> None:
        yesterday = clock.today() - timedelta(days=1)
        memberships.end_membership(self.people[place], on=yesterday, actor=self.town.administrator)

    def elect(self, person: Any, side: str) -> None:
        part = Part.UNION if side == Side.EMPLOYEES else Part.ELECTED
        seat = memberships.start_membership(
            person=person, body=self.town.committee, role=Role.MEMBER, part=part, side=side,
            actor=self.town.administrator,
        )  # fmt: skip
        self.people[seat.pk] = seat
        self.chairs.person[seat.pk] = seat.person_id
        self.chairs.put_there(seat.pk, side)

    def no_deputy_any_more(self, deputy: int) -> None:
        for own in self.chairs.lists.values():
            if deputy in own:
                own.remove(deputy)
        self.chairs.away(deputy)

    def somebody_leaves(self, item: AgendaItem) -> None:
        case = self.cases[item.pk]
        # A deputy called for one who stepped aside is no part of the table, and is let go by lifting that.
        there = {who: chair for who, chair in self.chairs.there(case).items() if who not in case.called.values()}
        if not there:
            return
        who = self.data.draw(st.sampled_from(sorted(there)), label="leaves")
        chair, only = there[who], self.data.draw(st.booleans(), label="this case only")
        deputy = self.chairs.next_deputy(chair) if self.data.draw(st.booleans(), label="deputy") else None
        movements.leave(
            item,
            membership=self.people[who],
            only=only,
            deputy=self.people.get(deputy or 0),
            skipped_reason="Kom ikke.",
            actor=self.town.secretary,
        )
        self.chairs.leaves(who, chair, deputy, case, only=only)

    def somebody_comes(self, item: AgendaItem) -> None:
        case = self.cases[item.pk]
        away = [c for c in self.chairs.side if self.chairs.at(c, case) != c]
        away = [c for c in away if self.people[c].person_id not in case.aside]
        if not away:
            return
        chair = self.data.draw(st.sampled_from(away), label="comes")
        movements.come(item, membership=self.people[chair], actor=self.town.secretary)
        self.chairs.comes(chair, case)

    def somebody_steps_aside(self, item: AgendaItem) -> None:
        case = self.cases[item.pk]
        there = {who: chair for who, chair in self.chairs.there(case).items() if who not in case.called.values()}
        if not there:
            return
        who = self.data.draw(st.sampled_from(sorted(there)), label="steps aside")
        deputy = self.chairs.next_deputy(there[who]) if self.data.draw(st.booleans(), label="deputy") else None
        given: dict[str, Any] = {
            "membership": self.people[who], "kind": RecusalKind.PARTIALITY, "basis": "fvl. § 6",
            "deputy": self.people.get(deputy or 0), "skipped_reason": "Kom ikke.", "actor": self.town.secretary,
        }  # fmt: skip
        if item.pk in self.voted:
            with pytest.raises(GuardRefused):  # who is disqualified is settled by the first vote
                recusals.recuse(item, **given)
            return
        recusals.recuse(item, **given)
        case.aside.add(self.people[who].person_id)
        if deputy is not None:
            case.called[there[who]] = deputy

    def vote(self, item: AgendaItem) -> None:
        """A vote on the case, once more where one has been held: the program agrees on who votes, on whether they are
        enough, and on what it came to."""
        there = self.chairs.there(self.cases[item.pk])
        voters = participants.entitled(item)
        assert {v.pk: (v.stands_for.pk if v.stands_for else v.pk) for v in voters} == there
        assert len({v.membership.person_id for v in voters}) == len({v.seat.pk for v in voters}) == len(voters)
        votes = {who: self.data.draw(st.booleans(), label=f"vote {who}") for who in sorted(there)}
        choices = {who: Choice.FOR if yes else Choice.AGAINST for who, yes in votes.items()}
        motion = None
        if item.pk in self.voted and there:
            mover = self.people[sorted(there)[0]]
            motion = motions.add_motion(item, text="Noe annet.", moved_by=mover, actor=self.town.secretary)
        strangers = sorted(set(self.people) - set(there))
        if strangers and self.data.draw(st.integers(0, 3), label="somebody else votes too") == 0:
            stranger = self.data.draw(st.sampled_from(strangers), label="who")
            with pytest.raises(GuardRefused):
                ballots.record_ballot(
                    item, motion=motion, choices={**choices, stranger: Choice.FOR}, actor=self.town.secretary
                )
        presiding = next(
            (who for who in (self.meeting.presiding_id, self.leader, self.deputy_leader) if who in there), None
        )
        if len(there) * 2 < len(self.chairs.side) or not there or presiding is None:
            with pytest.raises(GuardRefused):
                ballots.record_ballot(item, motion=motion, choices=choices, actor=self.town.secretary)
            # What was adopted while they were enough is not unsaid by it (R13).
            stands = consistency.words(item.ballots.select_related("motion").prefetch_related("votes"))
            decisions.decide(
                item,
                text=f"{stands} Utsatt.",
                resolution=Resolution.POSTPONE,
                differs="De var ikke mange nok til å gå videre." if stands else "",
                actor=self.town.secretary,
            )
            self.over(item)
            return
        self.voted.add(item.pk)
        ballot = ballots.record_ballot(item, motion=motion, choices=choices, actor=self.town.secretary)
        tally = voting.tally_of(ballot)
        assert (tally.for_, tally.against) == (sum(votes.values()), len(votes) - sum(votes.values()))
        assert tally.adopted == weigh(votes, presiding)
        assert tally.by_casting_vote == (tally.for_ == tally.against)
        assert ballot.presiding_id == presiding
        assert ballot.seats == len(self.chairs.side) >= len(votes)
        # Where two motions were adopted one after the other, the case is left open.
        once = item.pk not in self.adopted
        if tally.adopted:
            self.adopted.add(item.pk)
        if once and self.data.draw(st.integers(0, 2), label="decided at once") == 0:
            resolution = Resolution.ADOPT if tally.adopted else Resolution.DECLINE
            decisions.decide(
                item,
                text="Slik ble det.",
                resolution=resolution,
                ballot=ballot,
                differs="I egne ord.",
                over_a_part=bool(voting.overruled(ballot)),
                actor=self.town.secretary,
            )
            self.over(item)
        self.frozen[ballot.pk] = set(there)

    def over(self, item: AgendaItem) -> None:
        """A case is decided, and what was for it alone is over."""
        self.chairs.cases.remove(self.cases.pop(item.pk))

    def hold(self) -> None:
        """The meeting from roll call to the last vote, the cases in any order, some of them taken up again; at the end
        every vote stands with exactly those who had it, and nothing that came later has changed who was there."""
        self.call_the_roll()
        for item in self.meeting.items.all():
            self.cases[item.pk] = Case()
        self.chairs.cases = list(self.cases.values())
        for _case in range(self.data.draw(st.integers(1, ITEMS + 2), label="turns")):
            if not self.cases:
                break
            pk = self.data.draw(st.sampled_from(sorted(self.cases)), label="case")
            for _turn in range(self.data.draw(st.integers(0, 3), label="things happen")):
                what = (self.somebody_leaves, self.somebody_comes, self.somebody_steps_aside)
                self.data.draw(st.sampled_from(what), label="what")(AgendaItem.objects.get(pk=pk))
            self.places_change()
            if self.data.draw(st.integers(0, 4), label="voted on") > 0:
                self.vote(AgendaItem.objects.get(pk=pk))
        for ballot in Ballot.objects.filter(pk__in=self.frozen).select_related("item__meeting__body"):
            who = self.frozen[ballot.pk]
            assert set(Vote.objects.filter(ballot=ballot).values_list("membership", flat=True)) == who
            if not self.changing:
                assert {voter.pk for voter in participants.entitled(ballot.item, moment=ballot.moment)} == who
        if not self.changing:
            assert contradictions.around_the_table(self.meeting, loaded(self.meeting)) == []


def hold_many(town: Municipality, examples: int, *, places_change: bool) -> None:
    # Called once: every example begins where the roll is called, and is undone to there.
    meeting = called(town, tuple(f"Sak {n}" for n in range(ITEMS)))

    @settings(
        max_examples=examples, deadline=None, derandomize=EXAMPLES < 1000, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def one(data: st.DataObject) -> None:
        point = transaction.savepoint()
        try:
            Meeting(town, meeting, data, places_change=places_change).hold()
        finally:
            transaction.savepoint_rollback(point)

    one()


@pytest.mark.django_db
def test_random_meetings_agree_with_the_model(town: Municipality) -> None:
    hold_many(town, EXAMPLES, places_change=False)


@pytest.mark.django_db
def test_they_agree_where_places_end_and_begin_meanwhile(town: Municipality) -> None:
    hold_many(town, max(EXAMPLES // 5, 1), places_change=True)


def test_the_model_can_fail() -> None:
    """The model is no mirror: a tie goes with the one who presides, whoever that is."""
    votes: dict[Any, bool] = {1: True, 2: False}
    assert weigh(votes, 1)
    assert not weigh(votes, 2)
