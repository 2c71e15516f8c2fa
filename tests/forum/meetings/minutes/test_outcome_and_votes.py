"""What became of a case cannot contradict the votes: no reason excuses it, in minutes or in decision lists (R13)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes import structure
from forum.meetings.minutes.completeness import missing
from forum.meetings.minutes.corrections import services, votes
from forum.meetings.minutes.corrections.forms import DecisionCorrectionForm
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from tests.factories.meetings import end_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused
from trepart.workflow import perform

REASON = "Tastet feil; møtelederen bekrefter."
NOT_ADOPTED = "Innstillingen ble ikke vedtatt."
NOTHING = "Ingenting av det som ble votert over, ble vedtatt."


pytestmark = pytest.mark.usefixtures("bokmal")


def adopted(town: Municipality) -> tuple[AgendaItem, Ballot]:
    """Return a case the body adopted with one vote to spare, in a meeting that is in session."""
    item = in_session(town).items.get()
    opposed = (town.elected[1], *town.union[:3])
    ballot = ballots.record_ballot(item, choices=against(town, item, *opposed), actor=town.secretary)
    decisions.decide(
        item, text=item.recommendation, resolution=Resolution.ADOPT, responsible=town.employee(0),
        actor=town.secretary,
    )  # fmt: skip
    return item, ballot


def turn(town: Municipality, ballot: Ballot) -> None:
    """Correct one vote, so that the result turns."""
    one = ballot.votes.filter(choice=Choice.FOR).order_by("pk")[0]
    votes.correct_votes(ballot, choices={one.membership_id: Choice.AGAINST}, reason=REASON, actor=town.secretary)


def test_an_outcome_against_the_votes_is_never_excused_and_can_be_corrected(client: Client, town: Municipality) -> None:
    item, ballot = adopted(town)
    meeting = perform(Meeting.objects.get(pk=item.meeting_id), "end", actor=town.secretary)
    turn(town, ballot)
    assert missing(meeting) == [f"{item.label}: {NOTHING}"]
    given = {"reason": REASON, "actor": town.secretary}
    with pytest.raises(GuardRefused, match="ingen grunn"):
        services.correct_decision(
            item, text="Vaktmester, men fra mai.", resolution=Resolution.ADOPT, differs="Ordlyden.", **given
        )
    client.force_login(town.secretary)
    url = reverse("forum:minutes_record_decision", args=[meeting.pk, item.pk])
    sent = {"text": "Vaktmester.", "resolution": "adopt", "differs": "Ordlyden.", "reason": REASON}
    refused = client.post(url, sent)
    assert refused.status_code in (409, 422)
    assert NOTHING in refused.content.decode()
    assert 'name="differs"' not in refused.content.decode()
    # However it came to stand so, neither the list nor the minutes go out with it.
    Decision.objects.update(text="Vaktmester.", differs="Ordlyden.")
    meeting = Meeting.objects.get(pk=meeting.pk)
    with pytest.raises(GuardRefused, match=NOTHING):
        ending.publish_decisions(meeting, actor=town.secretary)
    minutes = minutes_services.begin(meeting)
    with pytest.raises(GuardRefused, match=NOTHING):
        perform(minutes, "publish", actor=town.secretary)
    assert client.post(url, {**sent, "text": NOT_ADOPTED, "resolution": "decline"}).status_code == 302
    ending.publish_decisions(meeting, actor=town.secretary)
    perform(minutes, "publish", actor=town.secretary)
    (said,) = structure.from_json(MinutesVersion.objects.get().public).items
    assert (said.decision, said.outcome, said.differs, said.rests_on, said.follow_up) == (
        NOT_ADOPTED, "avslått", "", "", "",
    )  # fmt: skip


def test_turned_down_although_it_was_adopted_is_named_too(town: Municipality) -> None:
    item = in_session(town).items.get()
    ballots.record_ballot(item, actor=town.secretary)
    for text, resolution in (
        ("Forslaget avvises.", Resolution.DECLINE),
        (NOT_ADOPTED, Resolution.NOTED),
        ("Utsatt.", Resolution.POSTPONE),
    ):
        with pytest.raises(GuardRefused, match="ingen grunn"):
            decisions.decide(item, text=text, resolution=resolution, differs="Fordi.", actor=town.secretary)
    # The words that were adopted may say no, and more than that, with why.
    decisions.decide(
        item, text=f"{item.recommendation} Takk for forslaget.", resolution=Resolution.DECLINE, differs="Høflighet.",
        actor=town.secretary,
    )  # fmt: skip


def test_where_the_case_has_gone_on_it_is_said_what_to_do(town: Municipality) -> None:
    item, ballot = adopted(town)
    meeting = end_meeting(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    Decision.objects.update(resolution=Resolution.FORWARD)
    with pytest.raises(GuardRefused, match="neste saksliste"):
        turn(town, ballot)
    assert missing(meeting) == []
    assert ballot.votes.filter(choice=Choice.FOR).count() == 5
    ballot.votes.update(choice=Choice.AGAINST)  # as it may stand from before the portal refused it
    (line,) = [said for said in missing(meeting) if "neste saksliste" in said]
    assert "merknadene" in line
    with pytest.raises(GuardRefused, match="neste saksliste"):
        services.correct_decision(
            item, text="Noe annet.", resolution=Resolution.FORWARD, differs="Fordi.", reason=REASON,
            actor=town.secretary,
        )  # fmt: skip


def test_a_decision_that_is_not_carried_out_yet_may_be_what_the_votes_say(town: Municipality) -> None:
    item, _ballot = adopted(town)
    item = AgendaItem.objects.select_related("meeting").get(pk=item.pk)
    assert services.open_resolutions(item) == list(services.AT_HOME)
    form = DecisionCorrectionForm(item=item, decision=Decision.objects.get())
    assert "answer" not in form.fields  # nobody waits for one
