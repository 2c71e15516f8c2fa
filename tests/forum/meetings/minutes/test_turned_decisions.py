"""A decision that is corrected from adopted to turned down is told as carried out nowhere, and the decision list says
what was corrected (R13, R16, R29)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import Choice, Corrected
from forum.meetings.follow_up import queries, services
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes.corrections import services as corrections
from forum.meetings.minutes.corrections import votes
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.corrections.queries import _standing as corrections_since
from forum.meetings.minutes.corrections.queries import superseded
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from tests.factories.browsers import as_
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.workflow import perform

REASON = "Protokollføreren tastet feil."
FELL = "Innstillingen ble ikke vedtatt."

pytestmark = pytest.mark.usefixtures("bokmal")


def turned_votes(town: Municipality, *, out: bool) -> AgendaItem:
    """Return an adopted case of an ended meeting, all of whose votes have been corrected to be against; ``out`` is
    that the decision list was out before that."""
    item = in_session(town).items.get()
    ballot = ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(
        item, text=item.recommendation, resolution=Resolution.ADOPT, responsible=town.employee(0),
        due_on=clock.today() + timedelta(days=60), actor=town.secretary,
    )  # fmt: skip
    meeting = perform(Meeting.objects.get(pk=item.meeting_id), "end", actor=town.secretary)
    if out:
        ending.publish_decisions(meeting, actor=town.secretary)
    choices = dict.fromkeys(ballot.votes.values_list("membership", flat=True), Choice.AGAINST)
    votes.correct_votes(ballot, choices=choices, reason=REASON, actor=town.secretary)
    return AgendaItem.objects.get(pk=item.pk)


def correct(town: Municipality, item: AgendaItem, text: str, resolution: Resolution) -> None:
    corrections.correct_decision(
        AgendaItem.objects.get(pk=item.pk), text=text, resolution=resolution, differs="", reason=REASON,
        actor=town.secretary,
    )  # fmt: skip


def test_what_is_turned_down_after_all_lapses_and_is_not_told_as_done(town: Municipality) -> None:
    item = turned_votes(town, out=True)
    correct(town, item, FELL, Resolution.DECLINE)
    one = FollowUp.objects.get()
    assert (one.lapsed, one.done_on) == (True, clock.today())
    assert not one.notes.filter(done=True).exists()
    assert not Event.objects.filter(action="forum.follow_up_done").exists()
    assert not Notice.objects.filter(kind="forum.follow_up_done").exists()
    mail = Notice.objects.get(kind="forum.decision_corrected").mail.text  # type: ignore[union-attr]
    assert "Ingenting skal gjennomføres lenger" in mail
    assert "Du gjennomfører" not in mail
    board = queries.board(town.committee, town.secretary)
    assert ([measure.label for measure in board.lapsed], board.done) == ([item.label], [])
    page = as_(town.secretary).get(reverse("forum:follow_up_board", args=[town.committee.slug])).content.decode()
    assert "Not to be carried out" in page
    assert "Done since the last meeting" not in page
    page = as_(town.employee(0)).get(one.get_absolute_url()).content.decode()
    assert "Not to be carried out" in page
    assert ">Done<" not in page
    assert services.DecisionsToCarryOut().open() == []


def test_what_is_adopted_after_all_begins_again(town: Municipality) -> None:
    item = turned_votes(town, out=True)
    correct(town, item, FELL, Resolution.DECLINE)
    ballot = item.ballots.get()
    choices = dict.fromkeys(ballot.votes.values_list("membership", flat=True), Choice.FOR)
    votes.correct_votes(ballot, choices=choices, reason=REASON, actor=town.secretary)
    correct(town, item, item.recommendation, Resolution.ADOPT)
    one = FollowUp.objects.get()
    assert (one.lapsed, one.done_on) == (False, None)


def test_nothing_begins_before_the_decision_is_out(town: Municipality) -> None:
    item = turned_votes(town, out=False)
    correct(town, item, FELL, Resolution.DECLINE)
    ballot = item.ballots.get()
    choices = dict.fromkeys(ballot.votes.values_list("membership", flat=True), Choice.FOR)
    votes.correct_votes(ballot, choices=choices, reason=REASON, actor=town.secretary)
    correct(town, item, item.recommendation, Resolution.ADOPT)
    assert not FollowUp.objects.exists()
    ending.publish_decisions(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    assert FollowUp.objects.get().done_on is None


def test_the_decision_list_that_is_out_says_what_was_corrected(client: Client, town: Municipality) -> None:
    item = turned_votes(town, out=True)
    correct(town, item, FELL, Resolution.DECLINE)
    page = client.get(reverse("forum:decision_list", args=[item.meeting_id])).content.decode()
    assert "Rettet etter at denne versjonen ble publisert" in page
    assert FELL in page
    assert f"{item.recommendation} (vedtatt)" in page
    assert REASON not in page


def test_a_corrected_list_goes_out_with_the_correction(client: Client, town: Municipality) -> None:
    item = turned_votes(town, out=True)
    url = reverse("forum:minutes_record_decision", args=[item.meeting_id, item.pk])
    secretary = as_(town.secretary)
    shown = secretary.get(url)
    assert shown.context["form"].fields["publish_list"].initial
    sent = {
        "text": FELL,
        "resolution": "decline",
        "reason": REASON,
        "publish_list": "on",
        "seen": shown.context["seen"],
    }
    assert list(secretary.post(url, sent).context["form"].errors) == ["ground"]
    sent["ground"] = "otherwise"
    assert secretary.post(url, sent, follow=True).status_code == 200
    newest = item.meeting.decision_lists.first()
    assert newest is not None
    assert newest.number == 2
    assert newest.public["items"][0]["decision"] == FELL
    assert newest.reason == f"{item.label}: vedtak. Det var ført annerledes enn det ble vedtatt."
    assert REASON not in newest.reason
    page = client.get(reverse("forum:decision_list", args=[item.meeting_id])).content.decode()
    assert "Rettet etter at denne versjonen" not in page


def test_of_what_was_corrected_twice_the_last_alone_is_what_it_says_now(client: Client, town: Municipality) -> None:
    item = turned_votes(town, out=True)
    correct(town, item, FELL, Resolution.DECLINE)
    correct(town, AgendaItem.objects.get(pk=item.pk), "Forslaget ble ikke vedtatt.", Resolution.DECLINE)
    page = client.get(reverse("forum:decision_list", args=[item.meeting_id])).content.decode()
    panel = " ".join(page.split("Rettet etter at denne versjonen")[1].split("</section>")[0].split())
    first, second = panel.split("<p>")[1:]
    assert f"Det ble endret til «{FELL} (avslått)», og rettet på nytt senere." in first
    assert "Nå står det" not in first
    assert "Nå står det: «Forslaget ble ikke vedtatt. (avslått)»" in second
    # Back to where it began, it is as if nothing had been corrected.
    made = [
        RecordCorrection(pk=pk, kind=Corrected.DECISION, item=item, was=was, now=now)
        for pk, (was, now) in enumerate(["ab", "bc", "ca"], 1)
    ]
    assert corrections_since(made, []) == []
    assert [one.pk for one in corrections_since(made[:2], [])] == [1, 2]
    assert superseded(made[:2]) == {1}


def test_a_case_that_is_withheld_is_told_of_by_its_number(client: Client, town: Municipality) -> None:
    item = turned_votes(town, out=True)
    correct(town, item, FELL, Resolution.DECLINE)
    AgendaItem.objects.filter(pk=item.pk).update(doors="closed", closed_basis="koml § 11-5 (3) a)")
    page = client.get(reverse("forum:decision_list", args=[item.meeting_id])).content.decode()
    assert "Rettet etter at denne versjonen" in page
    assert FELL not in page.split("<article")[0]
