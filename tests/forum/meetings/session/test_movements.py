"""Leaving and coming while a meeting lasts, and what was decided before standing as it was (R4, R5, R11)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, MovementKind
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.models import Movement
from forum.meetings.session.participation import movements
from forum.meetings.session.votes import ballots
from forum.organisation.enums import Side
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart import clock
from trepart.access import policy
from trepart.audit import timeline
from trepart.audit.models import Event
from trepart.outdated_pages import version
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def names_at(item: AgendaItem) -> list[str]:
    return [voter.membership.person.name for voter in participants.entitled(AgendaItem.objects.get(pk=item.pk))]


def adopt(town: Municipality, item: AgendaItem) -> Any:
    ballot = ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, ballot=ballot, actor=town.secretary)
    return ballot


def deputy_of(town: Municipality, side: Side, number: int = 0) -> Any:
    return town.membership(town.deputies[side][number])


class TestLeaving:
    def test_from_this_item_on_and_never_before(self, town: Municipality) -> None:
        first, second, third = in_session(town, ("A", "B", "C")).items.all()
        gone = town.elected[4]
        frozen = adopt(town, first)
        movements.leave(second, membership=town.membership(gone), reason="Barnehagen stenger", actor=town.secretary)
        assert gone.name in names_at(first)
        assert gone.name not in names_at(second)
        assert gone.name not in names_at(third)
        assert frozen.votes.filter(membership__person=gone).exists()

    def test_the_vote_of_one_who_left_is_refused_by_name(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        gone = town.membership(town.elected[4])
        choices = {voter.pk: Choice.FOR for voter in participants.entitled(item)}
        movements.leave(item, membership=gone, actor=town.secretary)
        with pytest.raises(GuardRefused, match=gone.person.name):
            ballots.record_ballot(item, choices=choices, actor=town.secretary)
        assert not item.ballots.exists()

    def test_a_deputy_for_one_item_and_the_table_as_before_in_the_next(self, town: Municipality) -> None:
        first, second, third = in_session(town, ("A", "B", "C")).items.all()
        away, deputy = town.membership(town.union[0]), deputy_of(town, Side.EMPLOYEES)
        adopt(town, first)
        movements.leave(second, membership=away, deputy=deputy, only=True, actor=town.secretary)
        assert deputy.person.name in names_at(second)
        assert away.person.name not in names_at(second)
        vote = adopt(town, second).votes.get(membership=deputy)
        assert (vote.stands_for, vote.side) == (away.person.name, Side.EMPLOYEES)
        assert away.person.name in names_at(third)
        assert deputy.person.name not in names_at(third)

    def test_deputies_come_from_the_list_of_the_seat_in_order(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        away = town.membership(town.union[0])
        with pytest.raises(GuardRefused, match="7-10"):
            movements.leave(item, membership=away, deputy=deputy_of(town, Side.MUNICIPALITY), actor=town.secretary)
        second = deputy_of(town, Side.EMPLOYEES, 1)
        with pytest.raises(GuardRefused, match="7-10"):
            movements.leave(item, membership=away, deputy=second, actor=town.secretary)
        movements.leave(item, membership=away, deputy=second, skipped_reason="Syk i dag.", actor=town.secretary)
        assert Movement.objects.get(membership=second).skipped_reason == "Syk i dag."

    def test_a_deputy_who_leaves_is_followed_by_the_next_for_the_same_seat(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        away = town.membership(town.union[0])
        one, two = deputy_of(town, Side.EMPLOYEES), deputy_of(town, Side.EMPLOYEES, 1)
        movements.leave(first, membership=away, deputy=one, actor=town.secretary)
        adopt(town, first)
        movements.leave(second, membership=one, deputy=two, skipped_reason="Den første gikk.", actor=town.secretary)
        seat = next(v for v in participants.entitled(second) if v.pk == two.pk)
        assert seat.stands_for == away

    def test_nobody_leaves_an_item_that_is_decided(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        adopt(town, item)
        with pytest.raises(GuardRefused, match="ligger fast"):
            movements.leave(item, membership=town.membership(town.elected[4]), actor=town.secretary)

    def test_one_not_at_the_table_and_a_time_to_come_are_refused(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        gone = town.membership(town.elected[4])
        late = clock.now() + timedelta(hours=1)
        with pytest.raises(GuardRefused):
            movements.leave(first, membership=gone, at=late, actor=town.secretary)
        movements.leave(first, membership=gone, actor=town.secretary)
        with pytest.raises(GuardRefused, match=gone.person.name):
            movements.leave(second, membership=gone, actor=town.secretary)

    def test_too_many_leave_and_nothing_can_be_decided(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        for person in (*town.union, town.elected[4]):
            movements.leave(item, membership=town.membership(person), actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-9"):
            ballots.record_ballot(item, actor=town.secretary)

    def test_a_member_cannot_record_it(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        for person in (town.elected[4], town.outsider, town.administrator):
            with pytest.raises(NotPermitted):
                movements.leave(item, membership=town.membership(town.elected[4]), actor=person)

    def test_an_item_treated_out_of_order_is_counted_as_it_was_treated(self, town: Municipality) -> None:
        first, second, third = in_session(town, ("A", "B", "C")).items.all()
        gone = town.elected[4]
        adopt(town, third)
        movements.leave(first, membership=town.membership(gone), actor=town.secretary)
        assert gone.name in names_at(third)
        assert gone.name not in names_at(first)
        assert gone.name not in names_at(second)


class TestComing:
    def absent_at_the_start(self, town: Municipality, *, deputy: Any = None) -> Meeting:
        meeting = called(town, ("A", "B"))
        rows = roll_call.all_met(meeting)
        away = town.membership(town.union[0])
        rows = [row for row in rows if row.membership != away]
        rows.append(Row(away, present=False, reason="Kommer senere", deputy=deputy))
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        return perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})

    def test_a_late_member_takes_the_seat_and_the_deputy_steps_down(self, town: Municipality) -> None:
        deputy = deputy_of(town, Side.EMPLOYEES)
        first, second = self.absent_at_the_start(town, deputy=deputy).items.all()
        ballot = adopt(town, first)
        movements.come(second, membership=town.membership(town.union[0]), actor=town.secretary)
        assert deputy.person.name in names_at(first)
        assert deputy.person.name not in names_at(second)
        assert town.union[0].name in names_at(second)
        assert ballot.votes.filter(membership=deputy).exists()
        assert len(names_at(second)) == 9

    def test_the_public_page_of_the_meeting_has_whoever_came_later_among_those_who_met(
        self, client: Client, town: Municipality
    ) -> None:
        first, second = self.absent_at_the_start(town).items.all()
        meeting, late = first.meeting, town.membership(town.union[0])
        adopt(town, first)

        def lists() -> tuple[dict[str, str], set[str]]:
            shown = client.get(meeting.get_absolute_url()).context
            return {one.name: one.role for one in shown["met"]}, {one.name for one in shown["absent"]}

        met, absent = lists()
        assert late.person.name in absent - met.keys()
        movements.come(second, membership=late, actor=town.secretary)
        met, absent = lists()
        assert late.person.name in met.keys() - absent
        assert f"kom før {second.label}" in met[late.person.name]
        adopt(town, second)
        ended = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        assert lists() == (met, absent)
        # Where the roll is put right: not ticked, and with a word of why.
        client.force_login(town.secretary)
        form = client.get(reverse("forum:minutes_record_attendance", args=[ended.pk])).context["form"]
        row = ended.attendances.get(membership=late)
        assert not form[f"met_{row.pk}"].value()
        assert f"Kom før {second.label}" in form.fields[f"met_{row.pk}"].help_text

    def test_a_deputy_comes_for_an_empty_seat_and_not_for_a_taken_one(self, town: Municipality) -> None:
        first, _second = self.absent_at_the_start(town).items.all()
        deputy, away = deputy_of(town, Side.EMPLOYEES), town.membership(town.union[0])
        with pytest.raises(GuardRefused, match="allerede tatt"):
            movements.come(first, membership=deputy, stands_for=town.membership(town.union[1]), actor=town.secretary)
        with pytest.raises(GuardRefused, match="7-10"):
            movements.come(first, membership=deputy, actor=town.secretary)
        movements.come(first, membership=deputy, stands_for=away, actor=town.secretary)
        assert deputy.person.name in names_at(first)

    def test_a_deputy_who_sits_reads_what_is_closed_and_one_for_an_item_only_does_not(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        one, two = deputy_of(town, Side.EMPLOYEES), deputy_of(town, Side.MUNICIPALITY)
        movements.leave(first, membership=town.membership(town.union[0]), deputy=one, actor=town.secretary)
        movements.leave(
            second, membership=town.membership(town.elected[3]), deputy=two, only=True, actor=town.secretary
        )
        assert policy.can(one.person, "forum.view_closed", meeting)
        assert not policy.can(two.person, "forum.view_closed", meeting)

    def test_one_at_the_table_cannot_come(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="allerede"):
            movements.come(item, membership=town.membership(town.union[0]), actor=town.secretary)


class TestTakingBack:
    def test_what_was_keyed_wrong_is_taken_back_with_what_followed(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        away = town.membership(town.union[0])
        movement = movements.leave(item, membership=away, deputy=deputy_of(town, Side.EMPLOYEES), actor=town.secretary)
        movements.take_back(movement, actor=town.secretary)
        assert not Movement.objects.exists()
        assert [m.history_type for m in Movement.history.filter(membership=away).order_by("history_id")] == ["+", "-"]
        assert len(names_at(item)) == 9

    def test_not_once_the_item_is_voted_on_nor_under_something_newer(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        away = town.membership(town.union[0])
        movement = movements.leave(first, membership=away, actor=town.secretary)
        movements.come(second, membership=away, actor=town.secretary)
        with pytest.raises(GuardRefused, match=away.person.name):
            movements.take_back(movement, actor=town.secretary)
        movements.take_back(Movement.objects.get(kind=MovementKind.CAME), actor=town.secretary)
        ballots.record_ballot(first, actor=town.secretary)
        with pytest.raises(GuardRefused, match="ligger fast"):
            movements.take_back(movement, actor=town.secretary)

    def test_an_old_page_is_told_so(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        seen = version(item)
        movements.leave(item, membership=town.membership(town.union[0]), actor=town.secretary, seen=seen)
        with pytest.raises(WrongState):
            movements.leave(item, membership=town.membership(town.union[1]), actor=town.secretary, seen=seen)


def test_the_roll_call_is_settled_once_something_is_voted_on(town: Municipality) -> None:
    meeting = in_session(town)
    away = town.membership(town.union[0])
    roll_call.set_attendance(meeting, rows=[Row(away, present=False, reason="Tastet feil")], actor=town.secretary)
    roll_call.set_attendance(meeting, rows=[Row(away)], actor=town.secretary)
    ballots.record_ballot(meeting.items.get(), actor=town.secretary)
    roll_call.set_attendance(meeting, rows=[Row(away)], actor=town.secretary)  # nothing new: nothing to refuse
    with pytest.raises(GuardRefused, match="er behandlet"):
        roll_call.set_attendance(meeting, rows=[Row(away, present=False, reason="Gikk")], actor=town.secretary)


def test_the_minutes_and_the_trail_tell_who_came_and_went(town: Municipality) -> None:
    meeting = in_session(town, ("A", "B"))
    first, second = meeting.items.all()
    away, deputy, back = (
        town.membership(town.union[0]),
        deputy_of(town, Side.EMPLOYEES),
        town.membership(town.elected[4]),
    )
    movements.leave(first, membership=away, reason="Legetime", deputy=deputy, actor=town.secretary)
    movements.leave(first, membership=back, only=True, actor=town.secretary)
    adopt(town, first)
    movements.come(second, membership=away, actor=town.secretary)
    document = build(meeting, Audience.INTERNAL)
    notes = {line.name: line.note for line in document.present}
    labels = [item.label for item in document.items]
    assert f"gikk før {labels[0]}" in notes[away.person.name]
    assert f"kom før {labels[1]}" in notes[away.person.name]
    assert f"kom før {labels[0]}" in notes[deputy.person.name]
    assert f"møtte for {away.person.name}" in notes[deputy.person.name]
    assert notes[back.person.name].endswith(f"ikke i {labels[0]}")
    left, only = document.items[0].comings
    assert left.startswith(f"{away.person.name} gikk kl.")
    assert re.fullmatch(rf"{away.person.name} gikk kl\. [0-9.]+\. {deputy.person.name} tok plassen\.", left)
    assert only == f"{back.person.name} deltok ikke i denne saken."
    assert document.items[1].comings[0].endswith(f"{deputy.person.name} gikk ut.")
    told = [str(entry.sentence or entry.bold) for entry in timeline.entries(meeting, town.secretary, audit=True)]
    for words in (
        f"{away.person.name} gikk før",
        f"{deputy.person.name} tok plassen til",
        f"{away.person.name} kom før",
    ):
        assert any(words in line for line in told), (words, told)
    assert Event.objects.filter(action="forum.deputy_stepped_down").count() == 1
