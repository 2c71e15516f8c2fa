"""Several cases adopted by one vote (R11, R13)."""

import pytest

from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.participation import movements
from forum.meetings.session.votes import en_bloc, motions
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.django_db


class TestTogether:
    def test_each_gets_a_ballot_and_a_decision_of_its_own(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B", "C"))
        items = list(meeting.items.all())
        decisions = en_bloc.treat_together(items, choices=against(town, items[0], town.union[0]), actor=town.secretary)
        assert [(d.text, d.ballot.votes.count()) for d in decisions] == [("A: ja.", 9), ("B: ja.", 9), ("C: ja.", 9)]
        block = build(meeting, Audience.PUBLIC).items[0]
        assert block.together == f"Behandlet under ett med {items[1].label}, {items[2].label}."

    def test_all_or_none(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        motions.add_motion(second, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        for items in ([first, second], [first]):
            with pytest.raises(GuardRefused):
                en_bloc.treat_together(items, actor=town.secretary)
        assert not meeting.items.filter(ballots__isnull=False).exists()

    def test_not_where_others_take_part(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        movements.leave(second, membership=town.membership(town.union[0]), only=True, actor=town.secretary)
        with pytest.raises(GuardRefused):
            en_bloc.treat_together([first, second], actor=town.secretary)
