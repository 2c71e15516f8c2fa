"""Objections to a late case, and postponing one (R7)."""

import pytest

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import AgendaItem
from forum.meetings.enums import Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import objections, postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused

pytestmark = pytest.mark.django_db


class TestObjections:
    def test_the_chair_alone_stops_a_late_item(self, town: Municipality) -> None:
        meeting = in_session(town)
        late = agenda_services.add_item(meeting, title="Sen sak", recommendation="Ja.", actor=town.secretary)
        objections.object_to(late, members=[town.membership(town.chair)], actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            ballots.record_ballot(late, actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            decisions.decide(late, text="Ja.", resolution=Resolution.NOTED, actor=town.secretary)
        postponement.postpone_item(late, text="Utsatt.", settled=Settled.AGREED, actor=town.secretary)
        assert town.chair.name in build(meeting, Audience.PUBLIC).items[1].objections

    def test_it_takes_a_third_of_those_present(self, town: Municipality) -> None:
        meeting = in_session(town)
        late = agenda_services.add_item(meeting, title="Sen sak", recommendation="Ja.", actor=town.secretary)
        three = [town.membership(person) for person in town.union[:3]]
        objections.object_to(late, members=three, actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            ballots.record_ballot(late, actor=town.secretary)
        objections.object_to(late, members=three[:2], actor=town.secretary)
        ballots.record_ballot(late, actor=town.secretary)

    def test_an_item_in_time_cannot_be_stopped_unless_its_documents_were_late(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-3"):
            objections.object_to(item, members=[town.membership(town.chair)], actor=town.secretary)
        objections.set_papers_late(item, late=True, actor=town.secretary)
        objections.object_to(item, members=[town.membership(town.chair)], actor=town.secretary)
        with pytest.raises(GuardRefused, match="11-3"):
            ballots.record_ballot(item, actor=town.secretary)


class TestPostponing:
    def test_by_vote_and_against_it(self, town: Municipality) -> None:
        first, second = in_session(town, ("A", "B")).items.all()
        said = {"text": "Utsatt.", "settled": Settled.VOTE, "actor": town.secretary}
        assert postponement.postpone_item(first, **said, choices=against(town, first, *town.elected)) is None
        assert AgendaItem.objects.get(pk=first.pk).decided is None
        decision = postponement.postpone_item(second, **said, choices=against(town, second, town.union[0]))
        assert (decision.resolution, decision.ballot.votes.count()) == (Resolution.POSTPONE, 9)
        blocks = build(first.meeting, Audience.PUBLIC).items
        assert [block.procedure[0].result[:7] for block in blocks] == ["4 mot 5", "8 mot 1"]
