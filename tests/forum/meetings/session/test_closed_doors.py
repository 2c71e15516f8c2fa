"""Closing the doors for an item, and what the public reads of it (R8, R9)."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.core.queries import item_lines
from forum.meetings.enums import Doors, Settled
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.discussion import services as discussion
from forum.meetings.session.live import queries as live
from forum.meetings.session.models import DoorPeriod
from forum.meetings.session.votes import ballots, motions
from portal.queries import front
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_corrections import published
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.outdated_pages import version
from trepart.refusals import GuardRefused, WrongState

pytestmark = pytest.mark.django_db


SECOND = "koml. § 11-5 (2)"


PRIVACY = "koml. § 11-5 (3) a"


def public_of(item: AgendaItem) -> Any:
    return next(block for block in build(item.meeting, Audience.PUBLIC).items if block.label == item.label)


class TestDoors:
    def close(self, town: Municipality, item: AgendaItem, **more: Any) -> Any:
        said = {"basis": PRIVACY, "public_title": "Personalsak", "settled": Settled.AGREED, **more}
        return closed_doors.close_doors(item, **said, actor=town.secretary)

    @pytest.mark.parametrize("basis", ["", "fordi vi vil", "koml. § 11-5 (3) b", "koml. § 11-5 (3) b, offl. § 1"])
    def test_only_a_provision_from_the_list(self, town: Municipality, basis: str) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-5"):
            self.close(town, item, basis=basis)
        assert not DoorPeriod.objects.exists()

    def test_the_public_sees_the_title_the_basis_and_the_vote_and_nothing_else(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = against(town, item, town.elected[1])
        self.close(town, item, settled=Settled.VOTE, choices=choices, debate_closed=True)
        discussion.save_discussion(item, text="NN er syk.", actor=town.secretary)
        block = public_of(AgendaItem.objects.get(pk=item.pk))
        assert (block.hidden, block.title, block.closed_basis) == (True, "Personalsak", PRIVACY)
        assert block.door_votes[0].result.startswith("8 mot 1.")
        assert "avgjørelsen ble tatt åpent" in block.doors[0]
        assert "NN" not in str(block)
        assert "Felles vaktmester" not in str(block)

    def test_a_vote_against_leaves_them_open_and_stands_in_the_minutes(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        choices = against(town, item, *town.elected)
        assert self.close(town, item, settled=Settled.VOTE, choices=choices) is None
        assert not AgendaItem.objects.get(pk=item.pk).is_closed
        assert public_of(item).door_votes[0].result.startswith("4 mot 5.")
        ballots.record_ballot(item, actor=town.secretary)  # the vote on the doors is no vote on the case

    def test_the_law_decides_only_where_it_does(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        with pytest.raises(GuardRefused, match="11-5"):
            self.close(town, item, settled=Settled.LAW)
        self.close(town, item, basis=SECOND, settled=Settled.LAW)
        assert AgendaItem.objects.get(pk=item.pk).closed_basis == SECOND

    def test_what_was_said_behind_doors_stays_there_when_they_open(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        self.close(town, item)
        discussion.save_discussion(item, text="NN er syk.", actor=town.secretary)
        closed_doors.open_doors(item, actor=town.secretary)
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        fresh = AgendaItem.objects.get(pk=item.pk)
        block = public_of(fresh)
        assert (block.hidden, block.partly_hidden, block.decision, block.discussion) == (
            False,
            True,
            "Felles vaktmester: ja.",
            "",
        )
        assert build(fresh.meeting, Audience.INTERNAL).items[0].discussion == "NN er syk."
        with pytest.raises(WrongState):
            closed_doors.open_doors(item, actor=town.secretary)

    def test_what_was_moved_and_voted_behind_doors_stays_there_when_they_open(self, town: Municipality) -> None:
        """Not the motion, not its votes, not who was elected: live, in the minutes, or beside the case."""
        item = in_session(town).items.get()
        mover = town.membership(town.elected[2])
        before = motions.add_motion(item, text="Sagt åpent.", moved_by=mover, actor=town.secretary)
        self.close(town, item)
        behind = motions.add_motion(item, text="NN tilbys sluttpakke.", moved_by=mover, actor=town.secretary)
        ballots.record_ballot(item, motion=behind, actor=town.secretary, choices=against(town, item, *town.elected))
        later = motions.add_motion(item, text="NN omplasseres.", moved_by=mover, actor=town.secretary)
        closed_doors.open_doors(item, actor=town.secretary)
        # Moved behind the doors, and voted on when they were open: the words were said inside.
        ballots.record_ballot(item, motion=later, actor=town.secretary, choices=against(town, item, *town.elected))
        anybody = live.at_hand(item.meeting, sees_closed=False)
        assert anybody is not None
        assert ([text for text, _by in anybody.motions], anybody.results) == (["Sagt åpent."], [])
        member = live.at_hand(item.meeting, sees_closed=True)
        assert member is not None
        assert ([text for text, _by in member.motions], len(member.results)) == (
            [before.text, behind.text, later.text],
            2,
        )
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        fresh = AgendaItem.objects.get(pk=item.pk)
        block = public_of(fresh)
        assert "NN" not in str(block)
        assert ([text for text, _by in block.motions], len(block.ballots), block.partly_hidden) == (
            ["Sagt åpent."], 1, True
        )  # fmt: skip
        inside = build(fresh.meeting, Audience.INTERNAL).items[0]
        assert ([text for text, _by in inside.motions], len(inside.ballots)) == (
            ["Sagt åpent.", behind.text, later.text],
            3,
        )

    def test_the_decision_repeats_nothing_that_was_moved_behind_doors(self, client: Client, town: Municipality) -> None:
        """It stands for everybody to read: the form begins empty and says so, the one press decides nothing, and words
        of its own are no difference from the vote."""
        item = in_session(town).items.get()
        self.close(town, item)
        mover = town.membership(town.elected[2])
        motion = motions.add_motion(item, text="NN omplasseres.", moved_by=mover, actor=town.secretary)
        closed_doors.open_doors(item, actor=town.secretary)
        client.force_login(town.secretary)
        page = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        seen = {"seen": version(AgendaItem.objects.get(pk=item.pk))}
        answer = client.post(page, {"do": "unanimous", "motion": motion.pk, **seen})
        assert answer.status_code == 302
        fresh = AgendaItem.objects.get(pk=item.pk)
        assert (fresh.ballots.count(), fresh.decided) == (1, None)
        form = client.get(page + "?som=adopt").context["decision_form"]
        assert (form.initial["text"], "blir der" in form.fields["text"].help_text) == ("", True)
        decisions.decide(fresh, text="Kommunen følger saken opp.", resolution=Resolution.ADOPT, actor=town.secretary)
        fresh = AgendaItem.objects.get(pk=item.pk)
        assert (public_of(fresh).decision, public_of(fresh).differs) == ("Kommunen følger saken opp.", "")
        assert "NN" not in str(public_of(fresh))
        assert build(fresh.meeting, Audience.INTERNAL).items[0].differs == ""

    def test_opening_them_asks_whether_everybody_may_read_the_case(self, client: Client, town: Municipality) -> None:
        item = in_session(town).items.get()
        self.close(town, item)
        client.force_login(town.secretary)
        page = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        assert client.post(page, {"do": "open_doors"}).status_code == 422
        assert AgendaItem.objects.get(pk=item.pk).is_closed
        assert client.post(page, {"do": "open_doors", "may_be_read": "on"}).status_code == 302
        assert not AgendaItem.objects.get(pk=item.pk).is_closed

    def test_nobody_outside_reads_that_all_agreed_behind_doors(self, town: Municipality) -> None:
        """Not by one word either, on the meeting's page, the front page or the feed."""
        meeting = in_session(town, ("Åpent", "Lukket en stund"))
        told, kept = meeting.items.order_by("position")
        for item, closed in ((told, False), (kept, True)):
            if closed:
                self.close(town, item)
            ballots.record_ballot(item, actor=town.secretary)
            if closed:
                closed_doors.open_doors(item, actor=town.secretary)
            decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
        ended = end_meeting(meeting, actor=town.secretary)
        published(ended, town)
        lines = {line.title: line.outcome for line in item_lines(Meeting.objects.get(pk=ended.pk), sees_closed=False)}
        assert lines[told.title].startswith(f"{lines[kept.title]}, ")
        news = {one.title: one.note for one in front.latest_decisions(AnonymousUser())}
        assert (bool(news[told.title]), news[kept.title]) == (True, "")

    def test_a_remote_meeting_cannot_treat_what_the_second_paragraph_closes(self, town: Municipality) -> None:
        item = in_session(town).items.get()
        item.meeting.remote = True
        item.meeting.save()
        with pytest.raises(GuardRefused, match="11-7"):
            self.close(town, item, basis=SECOND, settled=Settled.LAW)
        AgendaItem.objects.filter(pk=item.pk).update(
            doors=Doors.CLOSED, closed_basis=SECOND, public_title="Personalsak"
        )
        with pytest.raises(GuardRefused, match="11-7"):
            ballots.record_ballot(item, actor=town.secretary)
        postponement.postpone_item(item, text="Utsatt.", settled=Settled.AGREED, actor=town.secretary)
