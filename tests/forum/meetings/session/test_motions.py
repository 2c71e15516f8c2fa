"""Two motions set against each other (R11)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.core import voting
from forum.meetings.core.models import AgendaItem
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements
from forum.meetings.session.votes import ballots, motions
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused, NotPermitted, WrongState

pytestmark = pytest.mark.django_db


class TestMotionsAgainstEachOther:
    def test_one_of_two_is_adopted_and_the_decision_rests_on_it(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        first = item.motions.get()
        second = motions.add_motion(
            item, text="Nei takk.", moved_by=town.membership(town.elected[1]), actor=town.secretary
        )
        choices = against(town, item, *town.elected[1:], town.union[0])
        ballot = ballots.record_ballot(item, motion=first, opponent=second, choices=choices, actor=town.secretary)
        assert voting.winner(ballot) == second
        decision = decisions.decide(item, text="Nei takk.", resolution=Resolution.ADOPT, actor=town.secretary)
        assert decision.ballot == ballot
        block = build(item.meeting, Audience.PUBLIC).items[0].ballots[0]
        assert "Innstillingen fikk 4 stemmer" in block.result
        assert f"Forslaget fra {town.elected[1].name} (Fl) fikk 5 stemmer" in block.result
        assert block.result.endswith(f"Forslaget fra {town.elected[1].name} (Fl) er vedtatt.")
        assert {row.choice for row in block.rows} == {"innstillingen", f"forslaget fra {town.elected[1].name} (Fl)"}

    def test_a_draw_goes_with_the_one_presiding(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        movements.leave(item, membership=town.membership(town.elected[4]), actor=town.secretary)
        second = motions.add_motion(item, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        choices = against(town, item, town.chair, *town.union[:3])
        ballot = ballots.record_ballot(
            item, motion=item.motions.first(), opponent=second, choices=choices, actor=town.secretary
        )
        tally = voting.tally_of(ballot)
        assert (tally.for_, tally.against, tally.by_casting_vote, voting.winner(ballot)) == (4, 4, True, second)

    def test_not_a_motion_against_itself_nor_twice(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        motion = item.motions.get()
        with pytest.raises(GuardRefused):
            ballots.record_ballot(item, motion=motion, opponent=motion, actor=town.secretary)
        second = motions.add_motion(item, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        ballots.record_ballot(item, motion=motion, opponent=second, actor=town.secretary)
        with pytest.raises(WrongState):
            ballots.record_ballot(item, motion=motion, opponent=second, actor=town.secretary)


def test_what_was_moved_and_not_voted_on_does_not_go_without_a_word(client: Client, town: Municipality) -> None:
    """Where nothing was adopted it is asked why it was not voted on; the page shows it, and the minutes say it."""
    item = in_session(town).items.get()
    mover = town.membership(town.elected[2])
    motions.add_motion(item, text="Saken sendes tilbake.", moved_by=mover, actor=town.secretary)
    ballots.record_ballot(item, choices=against(town, item, *town.elected), actor=town.secretary)
    said = {"text": "Innstillingen ble ikke vedtatt.", "resolution": Resolution.DECLINE, "actor": town.secretary}
    with pytest.raises(GuardRefused, match="Saken sendes tilbake"):
        decisions.decide(AgendaItem.objects.get(pk=item.pk), **said)
    decisions.decide(AgendaItem.objects.get(pk=item.pk), differs="Det ble trukket.", over_a_part=True, **said)
    client.force_login(town.secretary)
    page = client.get(reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])).content.decode()
    assert "Saken sendes tilbake." in page
    block = build(item.meeting, Audience.PUBLIC).items[0]
    assert [text for text, _by in block.motions] == ["Saken sendes tilbake."]
    assert "Det ble trukket." in block.differs


class TestChangedAndWithdrawn:
    """Before the vote a motion belongs to whoever moved it."""

    def page(self, item: AgendaItem) -> str:
        return reverse("forum:meeting_act", args=[item.meeting_id, item.pk, "endre-forslag"])

    def test_a_withdrawn_one_is_not_voted_on_and_the_minutes_say_so(self, client: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        mover = town.membership(town.elected[2])
        motion = motions.add_motion(item, text="Saken utsettes til mai.", moved_by=mover, actor=town.secretary)
        client.force_login(town.secretary)
        running = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        assert f"{self.page(item)}?forslag={motion.pk}" in client.get(running).content.decode()
        form = client.get(f"{self.page(item)}?forslag={motion.pk}").content.decode()
        assert "Saken utsettes til mai." in form
        answer = client.post(self.page(item), {"moved-motion": motion.pk, "moved-what": "withdrawn"})
        assert answer.status_code == 302
        with pytest.raises(GuardRefused):
            ballots.record_ballot(item, motion=motion, actor=town.secretary)
        running_now = client.get(running).content.decode()
        assert f"Satt fram av {voting.mover_of(motion)}, og trukket" in running_now
        assert client.get(self.page(item)).status_code == 302  # nothing is left that could be changed
        ballots.record_ballot(item, actor=town.secretary)
        decided = AgendaItem.objects.get(pk=item.pk)
        decisions.decide(decided, text=decided.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        block = build(item.meeting, Audience.PUBLIC).items[0]
        assert block.motions == (("Saken utsettes til mai.", f"{voting.mover_of(motion)}, trukket"),)
        assert [one.motion for one in block.ballots] == [item.motions.get(is_recommendation=True).text]

    def test_other_words_are_what_is_voted_on(self, client: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        motion = motions.add_motion(
            item, text="Vi venter.", moved_by=town.membership(town.union[0]), actor=town.secretary
        )
        client.force_login(town.secretary)
        empty = client.post(self.page(item), {"moved-motion": motion.pk, "moved-what": "changed", "moved-text": " "})
        assert empty.status_code == 422
        said = {"moved-motion": motion.pk, "moved-what": "changed", "moved-text": "Vi venter til mai."}
        assert client.post(self.page(item), said).status_code == 302
        ballot = ballots.record_ballot(item, motion=motion, actor=town.secretary)
        assert ballot.motion.text == "Vi venter til mai."
        assert [one.text for one in motion.history.order_by("history_id")] == ["Vi venter.", "Vi venter til mai."]

    def test_what_has_been_voted_on_withdrawn_or_decided_stands(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        mover = town.membership(town.union[0])
        voted, gone, last = (
            motions.add_motion(item, text=text, moved_by=mover, actor=town.secretary) for text in ("En", "To", "Tre")
        )
        ballots.record_ballot(item, motion=voted, actor=town.secretary)
        motions.withdraw_motion(gone, actor=town.secretary)
        for motion in (voted, gone, item.motions.get(is_recommendation=True)):
            with pytest.raises(WrongState):
                motions.withdraw_motion(motion, actor=town.secretary)
            with pytest.raises(WrongState):
                motions.change_motion(motion, text="Fire", actor=town.secretary)
        decided = AgendaItem.objects.get(pk=item.pk)
        decisions.decide(decided, text="En", resolution=Resolution.ADOPT, actor=town.secretary)
        with pytest.raises(WrongState):
            motions.withdraw_motion(last, actor=town.secretary)
        block = build(item.meeting, Audience.PUBLIC).items[0]
        name = mover.person.name
        assert [by.removeprefix(name) for _text, by in block.motions] == ["", ", trukket", ", ikke votert over"]

    def test_only_who_runs_the_meeting(self, client: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        motion = motions.add_motion(item, text="Nei.", moved_by=town.membership(town.union[0]), actor=town.secretary)
        for person in (town.union[0], town.employee(0), town.administrator):
            with pytest.raises(NotPermitted):
                motions.withdraw_motion(motion, actor=person)
            client.force_login(person)
            said = {"moved-motion": motion.pk, "moved-what": "withdrawn"}
            assert client.post(self.page(item), said).status_code in (403, 404)
