"""The agenda proposes closed doors, and only the body closes them (koml §§ 11-5, 11-7; R8, R9)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import CaseAccess, Resolution
from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda
from forum.meetings.case_papers import services as papers
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.enums import MeetingKind, Settled
from forum.meetings.minutes import completeness
from forum.meetings.minutes.building import build
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import postponement
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.models import DoorPeriod
from forum.meetings.session.narrative import clock_time
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import called, in_session, plan
from tests.proposals.conftest import Road
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

TITLE = "Klage fra Kari Normann"
OUTSIDE = "Klage fra en ansatt"
PRIVACY, SECOND = "koml. § 11-5 (3) a", "koml. § 11-5 (2)"


def put_on(meeting: Meeting, town: Municipality, *, basis: str = PRIVACY) -> AgendaItem:
    return agenda.add_item(
        meeting, title=TITLE, recommendation="Klagen tas ikke til følge.", closed_basis=basis, public_title=OUTSIDE,
        actor=town.secretary,
    )  # fmt: skip


def proposed(town: Municipality, *, basis: str = PRIVACY) -> AgendaItem:
    """Return an item that is proposed closed, in a meeting that has come to it."""
    return AgendaItem.objects.get(pk=put_on(in_session(town), town, basis=basis).pk)


def fresh(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.get(pk=item.pk)


def public_block(item: AgendaItem) -> Any:
    return next(block for block in build(item.meeting, Audience.PUBLIC).items if block.label == item.label)


class TestOnTheAgenda:
    def test_it_is_proposed_and_not_closed_and_its_title_is_withheld_at_once(
        self, client: Client, town: Municipality
    ) -> None:
        item = put_on(called(town), town)
        assert (item.doors, item.is_closed, DoorPeriod.objects.count()) == ("proposed", False, 0)
        page = client.get(item.meeting.get_absolute_url()).content.decode()
        assert OUTSIDE in page
        assert TITLE not in page
        assert f"Foreslått lukket: {PRIVACY}" in page
        assert "Behandlet for lukkede dører" not in page

    @pytest.mark.parametrize("basis", ["fordi vi vil", "koml. § 11-5 (3) b", "koml. § 11-5 (3) b, offl. § 1"])
    def test_under_a_provision_from_the_list_alone(self, town: Municipality, basis: str) -> None:
        meeting = called(town)
        with pytest.raises(GuardRefused, match="11-5"):
            put_on(meeting, town, basis=basis)
        assert meeting.items.count() == 1

    def test_by_those_who_plan_the_meeting_alone(self, town: Municipality) -> None:
        item = put_on(called(town), town)
        for person in (town.union[0], town.elected[3], town.outsider):
            with pytest.raises(NotPermitted):
                proposed_closing.take_back(item, actor=person)
            with pytest.raises(NotPermitted):
                proposed_closing.propose_closing(item, basis=SECOND, public_title="x", actor=person)
        assert fresh(item).closed_basis == PRIVACY

    def test_a_case_that_comes_again_is_proposed_closed_again(self, town: Municipality) -> None:
        road = Road(town, needs_grant="yes").to_committee()
        first = in_session(town)
        referral = road.proposal.case.referrals.get(body=town.committee)
        item = agenda.add_item(
            first, referral=referral, closed_basis=PRIVACY, public_title=OUTSIDE, actor=town.secretary
        )
        decisions.decide(item, text="Utsatt.", resolution=Resolution.POSTPONE, actor=town.secretary)
        AgendaItem.objects.filter(pk=item.pk).update(settled_at=first.opened_at)
        again = agenda.add_item(plan(town), referral=referral, actor=town.secretary)
        assert (again.doors, again.closed_basis, again.title_outside) == ("proposed", PRIVACY, OUTSIDE)


class TestRemotely:
    def test_nothing_under_the_second_paragraph_is_put_on_a_remote_meeting(self, town: Municipality) -> None:
        meeting = plan(town)
        Meeting.objects.filter(pk=meeting.pk).update(remote=True)
        with pytest.raises(GuardRefused, match="11-7"):
            put_on(meeting, town, basis=SECOND)
        put_on(meeting, town)
        assert meeting.items.count() == 1

    def test_nor_is_a_meeting_called_or_made_remote_with_it(self, town: Municipality) -> None:
        town.committee.may_meet_remotely = True
        town.committee.save()
        meeting = plan(town)
        put_on(meeting, town, basis=SECOND)
        Meeting.objects.filter(pk=meeting.pk).update(remote=True)
        with pytest.raises(GuardRefused, match="11-7"):
            perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        Meeting.objects.filter(pk=meeting.pk).update(remote=False)
        meeting = perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
        later = {"starts_at": meeting.starts_at, "place": "Salen", "remote": "on"}
        with pytest.raises(GuardRefused, match="11-7"):
            perform(meeting, "rearrange", actor=town.secretary, data=later)


class TestInTheMeeting:
    def test_nothing_is_voted_or_decided_before_the_body_has_answered(self, town: Municipality) -> None:
        item = proposed(town)
        with pytest.raises(GuardRefused, match="11-5"):
            ballots.record_ballot(item, actor=town.secretary)
        for resolution in (Resolution.ADOPT, Resolution.NOTED):
            with pytest.raises(GuardRefused, match="11-5"):
                decisions.decide(item, text="Ja.", resolution=resolution, actor=town.secretary)
        assert not Decision.objects.exists()

    def test_the_page_asks_first_and_the_answer_opens_the_vote(self, client: Client, town: Municipality) -> None:
        item = proposed(town)
        client.force_login(town.secretary)
        url = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])
        page = client.get(url).content.decode()
        assert "Først: Skal dørene lukkes?" in page
        assert 'value="unanimous"' not in page
        assert client.post(url, {"do": "keep_doors_open"}).status_code == 302
        page = client.get(url).content.decode()
        assert "Først: Skal dørene lukkes?" not in page
        assert 'value="unanimous"' in page
        assert client.post(url, {"do": "keep_doors_open"}).status_code == 409

    def test_closed_by_an_open_vote_that_the_minutes_tell(self, town: Municipality) -> None:
        item = proposed(town)
        closed_doors.close_doors(
            item, basis=PRIVACY, public_title=OUTSIDE, settled=Settled.VOTE,
            choices=against(town, item, town.elected[1]), actor=town.secretary,
        )  # fmt: skip
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text="Klagen tas ikke til følge.", resolution=Resolution.ADOPT, actor=town.secretary)
        block = public_block(fresh(item))
        assert (block.hidden, block.title, block.proposed) == (True, OUTSIDE, False)
        assert block.door_votes[0].result.startswith("8 mot 1.")
        assert block.doors[0].startswith("Organet lukket dørene kl. ")
        # In every version, when they were opened again: with the decision.
        period = DoorPeriod.objects.get()
        assert f"Dørene ble åpnet igjen kl. {clock_time(period.opened_at)}." in block.doors[0]
        assert build(item.meeting, Audience.INTERNAL).items[-1].doors == block.doors
        decisions.take_up_again(item, reason="Feil ord.", actor=town.secretary)
        assert DoorPeriod.objects.get().opened_at is None
        decisions.decide(item, text="Klagen tas ikke til følge.", resolution=Resolution.ADOPT, actor=town.secretary)
        with pytest.raises(WrongState):
            closed_doors.open_doors(item, actor=town.secretary)  # what was decided behind them stays there

    def test_what_the_law_requires_is_said_as_that(self, town: Municipality) -> None:
        item = proposed(town, basis=SECOND)
        closed_doors.close_doors(
            item, basis=SECOND, public_title=OUTSIDE, settled=Settled.LAW, actor=town.secretary
        )  # fmt: skip
        said = public_block(fresh(item)).doors[0]
        assert said.startswith("Organet lukket dørene kl. ")
        assert SECOND in said
        assert "Bestemmelsen pålegger organet å lukke, og det ble ikke votert." in said

    @pytest.mark.parametrize("how", ["all", "by vote"])
    def test_a_no_makes_the_case_open_with_its_title(self, client: Client, town: Municipality, how: str) -> None:
        item = proposed(town)
        if how == "all":
            closed_doors.keep_doors_open(item, actor=town.secretary)
        else:
            closed_doors.close_doors(
                item, basis=PRIVACY, public_title=OUTSIDE, settled=Settled.VOTE,
                choices=against(town, item, *town.elected), actor=town.secretary,
            )  # fmt: skip
        item = fresh(item)
        assert (item.doors, item.closed_basis, item.public_title) == ("open", "", "")
        block = public_block(item)
        assert (block.title, block.hidden, len(block.door_votes)) == (TITLE, False, 1)
        assert Event.objects.filter(action="forum.doors_kept_open", subject_id=item.pk).count() == 1
        assert TITLE in client.get(item.meeting.get_absolute_url()).content.decode()
        with pytest.raises(WrongState, match="11-5"):  # the body has answered: the agenda does not ask again
            proposed_closing.propose_closing(item, basis=PRIVACY, public_title=OUTSIDE, actor=town.secretary)

    @pytest.mark.parametrize("how", ["taken back", "voted down", "opened again"])
    def test_a_folder_that_was_exempt_for_the_doors_alone_opens_with_them(self, town: Municipality, how: str) -> None:
        item = proposed(town)
        case = papers.case_of(item, actor=town.secretary)
        assert (case.access, case.access_basis) == (CaseAccess.RECEIVER, PRIVACY)
        item = fresh(item)
        if how == "taken back":
            proposed_closing.take_back(item, actor=town.secretary)
        elif how == "voted down":
            closed_doors.keep_doors_open(item, actor=town.secretary)
        else:
            closed_doors.close_doors(
                item, basis=PRIVACY, public_title=OUTSIDE, settled=Settled.AGREED, actor=town.secretary
            )
            closed_doors.open_doors(item, actor=town.secretary)
        assert not fresh(item).is_withheld
        case.refresh_from_db()
        assert (case.access, case.access_basis) == (CaseAccess.PUBLIC, "")

    def test_the_law_is_not_voted_down_in_one_press(self, town: Municipality) -> None:
        item = proposed(town, basis=SECOND)
        with pytest.raises(GuardRefused, match="11-5 andre ledd"):
            closed_doors.keep_doors_open(item, actor=town.secretary)
        assert fresh(item).is_proposed_closed
        with pytest.raises(WrongState):
            closed_doors.keep_doors_open(item.meeting.items.first(), actor=town.secretary)

    def test_the_agenda_page_does_not_close_or_open_them(self, client: Client, town: Municipality) -> None:
        item = proposed(town)
        closed_doors.close_doors(
            item, basis=PRIVACY, public_title=OUTSIDE, settled=Settled.AGREED, actor=town.secretary
        )
        client.force_login(town.secretary)
        url = reverse("forum:meeting_agenda_item", args=[item.meeting_id, item.pk])
        assert "Foreslå lukkede dører" not in client.get(url).content.decode()
        assert client.post(url, {"do": "open"}).status_code == 409
        assert fresh(item).is_closed
        assert DoorPeriod.objects.get().opened_at is None

    def test_postponed_it_stays_withheld_and_the_minutes_say_what_was_proposed(self, town: Municipality) -> None:
        item = proposed(town)
        postponement.postpone_item(item, text="Saken utsettes.", settled=Settled.AGREED, actor=town.secretary)
        block = public_block(fresh(item))
        assert (block.hidden, block.title, block.proposed, block.closed_basis) == (True, OUTSIDE, True, PRIVACY)
        assert completeness.missing_of_decisions(item.meeting)[0] == []


class TestPublishing:
    def test_it_is_refused_where_nothing_says_that_the_body_closed_the_doors(self, town: Municipality) -> None:
        item = proposed(town)
        closed_doors.close_doors(
            item, basis=PRIVACY, public_title=OUTSIDE, settled=Settled.AGREED, actor=town.secretary
        )
        ballots.record_ballot(item, actor=town.secretary)
        decisions.decide(item, text="Klagen tas ikke til følge.", resolution=Resolution.ADOPT, actor=town.secretary)
        other = item.meeting.items.exclude(pk=item.pk).get()
        ballots.record_ballot(other, actor=town.secretary)
        decisions.decide(other, text=f"{other.title}: ja.", resolution=Resolution.ADOPT, actor=town.secretary)
        meeting = perform(Meeting.objects.get(pk=item.meeting_id), "end", actor=town.secretary)
        assert completeness.missing_of_decisions(meeting)[0] == []
        DoorPeriod.objects.all().delete()  # as it stood in meetings held before this was asked
        for doors in ("closed", "proposed"):
            AgendaItem.objects.filter(pk=item.pk).update(doors=doors)
            (said,) = completeness.missing_of_decisions(meeting)[0]
            assert item.label in said
            assert "§ 11-5" in said
            assert said in completeness.missing(meeting)
            with pytest.raises(GuardRefused, match="11-5"):
                decision_lists.publish(meeting, actor=town.secretary)
        Meeting.objects.filter(pk=meeting.pk).update(kind=MeetingKind.WRITTEN)  # nobody met: there were no doors
        assert completeness.missing_of_decisions(Meeting.objects.get(pk=meeting.pk))[0] == []
