"""A vote costs a constant number of queries, and a refused one says why."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem
from forum.meetings.core.vote_models import Ballot, Vote
from forum.meetings.session.discussion import services as discussion
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart.audit.models import Event

pytestmark = pytest.mark.django_db


def as_(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(item: AgendaItem, choice: str = "for") -> dict[str, Any]:
    motion = item.motions.get()
    votes = {f"vote{motion.pk}-{voter.pk}": choice for voter in participants.entitled(item)}
    return {"do": "vote", "motion": motion.pk, **votes}


def url(item: AgendaItem) -> str:
    return reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk])


def test_a_vote_asks_no_more_than_it_must(town: Municipality, django_assert_max_num_queries: Any) -> None:
    """Who one is and what one may, the lock, the item, motions, votes held, objections, partiality told ahead, the
    table, the seats; event, ballot, votes, history; the session."""
    item = in_session(town).items.get()
    form, client = sent(item), as_(town.secretary)
    with django_assert_max_num_queries(28):
        assert client.post(url(item), form).status_code == 302
    ballot = item.ballots.get()
    assert ballot.votes.count() == 9
    assert Ballot.history.filter(id=ballot.pk).count() == 1
    event = Event.objects.get(action="forum.ballot_held", subject_id=item.pk)
    kept = Vote.history.filter(ballot=ballot.pk)
    assert {(line.id, line.event_id, line.history_type, line.choice) for line in kept} == {
        (vote.pk, event.pk, "+", "for") for vote in ballot.votes.all()
    }
    assert {line.history_user_id for line in kept} == {town.secretary.pk}


def test_a_vote_sent_twice_is_counted_once(town: Municipality) -> None:
    item = in_session(town).items.get()
    form, client = sent(item), as_(town.secretary)
    assert client.post(url(item), form).status_code == 302
    again = client.post(url(item), form)
    assert again.status_code == 409
    assert item.ballots.count() == 1


def test_a_vote_that_lacks_somebody_is_shown_again_with_what_was_keyed(town: Municipality) -> None:
    item = in_session(town).items.get()
    form = sent(item, "against")
    left_out = next(name for name in form if name.startswith("vote"))
    page = as_(town.secretary).post(url(item), {name: value for name, value in form.items() if name != left_out})
    assert page.status_code == 422
    assert page.content.decode().count('value="against" checked') == 8
    assert not item.ballots.exists()


def test_whoever_may_not_run_the_meeting_learns_nothing(town: Municipality) -> None:
    item = in_session(town).items.get()
    form = sent(item)
    for person in (town.outsider, town.lmu_leader(0), town.elected[3]):
        hidden = as_(person).post(url(item), form)
        nowhere = as_(person).post(reverse("forum:meeting_run_item", args=[item.meeting_id + 999, item.pk]), form)
        assert (hidden.status_code, nowhere.status_code) == (404, 404)
    elsewhere = reverse("forum:meeting_run_item", args=[item.meeting_id, item.pk + 999])
    assert as_(town.secretary).post(elsewhere, form).status_code == 404
    assert as_(town.secretary).post(url(item), form | {"motion": form["motion"] + 999}).status_code == 404
    assert not item.ballots.exists()


def test_a_page_that_has_grown_old_says_so_and_counts_nothing(town: Municipality) -> None:
    item = in_session(town).items.get()
    form = sent(item)
    seen = Event.objects.filter(subject_type="meetings.agendaitem", subject_id=item.pk).order_by("-pk")[0].pk
    discussion.save_discussion(item, text="Ordet til lederen.", actor=town.chair)
    page = as_(town.secretary).post(url(item), form | {"seen": seen})
    assert page.status_code == 409
    assert not item.ballots.exists()
