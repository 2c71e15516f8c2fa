"""A decision that becomes adopted by a correction rests on what the meeting would have been asked for (R34, R35)."""

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.delegations.models import Delegation
from forum.meetings import ending
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.core.vote_models import Ballot
from forum.meetings.enums import Choice
from forum.meetings.minutes.building import build
from forum.meetings.minutes.corrections import services, votes
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from tests.factories.organisation import Municipality
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart.refusals import GuardRefused
from trepart.workflow import perform

REASON = "Stemmen ble tastet feil."
FELL = "Innstillingen ble ikke vedtatt."

pytestmark = pytest.mark.usefixtures("bokmal")


def turned_down(town: Municipality) -> tuple[AgendaItem, Ballot]:
    """Return a case of an ended meeting that fell with one vote, and that vote."""
    item = in_session(town).items.get()
    opposed = (town.elected[1], *town.union[:4])
    ballot = ballots.record_ballot(item, choices=against(town, item, *opposed), actor=town.secretary)
    decisions.decide(item, text=FELL, resolution=Resolution.DECLINE, actor=town.secretary)
    perform(Meeting.objects.get(pk=item.meeting_id), "end", actor=town.secretary)
    return AgendaItem.objects.select_related("meeting__body").get(pk=item.pk), ballot


def turn(town: Municipality, ballot: Ballot) -> None:
    against_it = list(ballot.votes.filter(choice=Choice.AGAINST).values_list("membership", flat=True)[:2])
    votes.correct_votes(ballot, choices=dict.fromkeys(against_it, Choice.FOR), reason=REASON, actor=town.secretary)


def test_adopted_by_a_correction_asks_what_it_rests_on(client: Client, town: Municipality) -> None:
    item, ballot = turned_down(town)
    ending.publish_decisions(Meeting.objects.get(pk=item.meeting_id), actor=town.secretary)
    turn(town, ballot)
    client.force_login(town.secretary)
    url = reverse("forum:minutes_record_decision", args=[item.meeting_id, item.pk])
    shown = client.get(url).content.decode()
    assert 'name="rests"' in shown
    assert 'name="amount"' in shown
    sent = {"text": item.recommendation, "resolution": "adopt", "reason": REASON, "ground": "turned"}
    assert client.post(url, sent).status_code == 422
    too_much = client.post(url, {**sent, "rests": str(Delegation.objects.get().pk), "amount": "500001"})
    assert "er mer enn" in too_much.content.decode()
    assert Decision.objects.get().resolution == Resolution.DECLINE
    gives = {"rests": str(Delegation.objects.get().pk), "amount": "85000"}
    assert client.post(url, {**sent, **gives}).status_code == 302
    decision = Decision.objects.get()
    assert (decision.delegation, decision.amount, decision.ballot) == (Delegation.objects.get(), 85_000, ballot)
    block = build(Meeting.objects.get(pk=item.meeting_id), Audience.PUBLIC).items[0]
    assert (block.outcome, "PS 88/25" in block.rests_on) == ("vedtatt", True)
    # What it rests on is put right by itself too, and says what it said.
    own = client.post(url, {**sent, "rests": "own", "amount": ""})
    assert own.status_code == 302
    decision = Decision.objects.get()
    assert (decision.delegation, decision.amount, decision.options["own_affairs"]) == (None, None, True)
    kept = RecordCorrection.objects.filter(kind="decision").latest("pk")
    assert "PS 88/25" in kept.was
    assert "PS 88/25" not in kept.now


def test_a_vote_that_turns_the_outcome_says_at_once_what_contradicts_it_and_where_it_is_put_right(
    client: Client, town: Municipality
) -> None:
    item, ballot = turned_down(town)
    client.force_login(town.secretary)
    votes_url = reverse("forum:minutes_record_votes", args=[item.meeting_id, ballot.pk])
    choices = {f"vote_{vote.membership_id}": "for" for vote in ballot.votes.all()}
    answer = client.post(votes_url, {**choices, "reason": REASON}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("forum:minutes_record_decision", args=[item.meeting_id, item.pk])
    page = answer.content.decode()
    assert f"{item.label}: Nå må vedtaket også rettes. Vedtaket sier noe annet enn det som ble vedtatt" in page


def test_without_authority_or_without_a_vote_it_is_not_adopted_by_a_correction(town: Municipality) -> None:
    item, ballot = turned_down(town)
    turn(town, ballot)
    given = {"text": item.recommendation, "differs": "", "reason": REASON, "actor": town.secretary}
    Delegation.objects.all().delete()
    with pytest.raises(GuardRefused, match="5-3"):
        services.correct_decision(item, resolution=Resolution.ADOPT, **given)


def test_what_nobody_voted_on_is_not_adopted_by_a_correction(town: Municipality) -> None:
    item = in_session(town).items.get()
    decisions.decide(item, text="Tatt til orientering.", resolution=Resolution.NOTED, actor=town.secretary)
    perform(Meeting.objects.get(pk=item.meeting_id), "end", actor=town.secretary)
    given = {"text": item.recommendation, "differs": "", "reason": REASON, "actor": town.secretary}
    with pytest.raises(GuardRefused, match="11-9"):
        services.correct_decision(AgendaItem.objects.get(pk=item.pk), resolution=Resolution.ADOPT, **given)
