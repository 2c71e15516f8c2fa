"""Decisions are public with the decision list, offered in the press that ends the meeting, and not before (R6, R8)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.agenda import services as agenda
from forum.meetings.core.models import AgendaItem, Decision, Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots, motions
from proposals.models import Feedback
from tests.factories.browsers import as_
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session, recipients
from tests.forum.meetings.test_refusals import NUMBER
from tests.proposals.conftest import Road
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

WORDS = "Det opprettes én stilling fra høsten."


def decided(town: Municipality) -> Meeting:
    """Return a meeting in session where everything is decided: a proposal, and a case that stands alone."""
    road = Road(town, needs_grant="yes").to_committee()
    meeting = in_session(town, titles=("Felles vaktmester",))
    alone = meeting.items.get()
    ballots.record_ballot(alone, actor=town.secretary)
    decisions.decide(alone, text="Felles vaktmester: ja.", resolution=Resolution.ADOPT, actor=town.secretary)
    item = treated(road, meeting, town)
    decisions.decide(item, text=WORDS, resolution=Resolution.DECLINE, answer="Nei, dessverre.", actor=town.secretary)
    return Meeting.objects.get(pk=meeting.pk)


def treated(road: Road, meeting: Meeting, town: Municipality) -> AgendaItem:
    item = agenda.add_item(meeting, referral=road.referral, actor=town.secretary)
    motion = motions.add_motion(item, text=WORDS, moved_by=town.membership(town.elected[1]), actor=town.secretary)
    ballots.record_ballot(item, motion=motion, actor=town.secretary)
    return AgendaItem.objects.get(pk=item.pk)


def end(town: Municipality, meeting: Meeting, **sent: str) -> Any:
    client = as_(town.secretary)
    step = reverse("forum:meeting_step", args=[meeting.pk, "end"])
    page = client.get(step)
    assert 'name="publish_list"' in page.content.decode()
    assert "checked" in page.content.decode().split('name="publish_list"')[1].split(">")[0]
    return client.post(step, {"seen": page.context["seen"], **sent}, follow=True)


def outside(meeting: Meeting) -> str:
    pages = [meeting.get_absolute_url(), reverse("forum:meeting_follow", args=[meeting.pk]), "/sok/?q=stilling", "/"]
    return "".join(Client().get(page, follow=True).content.decode() for page in pages)


def test_decisions_are_public_with_the_list_and_not_before(town: Municipality) -> None:
    meeting = decided(town)
    page = end(town, meeting).content.decode()
    assert "When you publish the decision list, the decisions are public" in page
    assert (Meeting.objects.get(pk=meeting.pk).status, DecisionList.objects.count()) == ("ended", 0)
    assert WORDS not in outside(meeting)
    assert not Feedback.objects.filter(text__contains="Nei, dessverre.").exists()
    assert meeting.items.filter(settled_at__isnull=True).count() == 2
    for person in (town.elected[3], town.union[0], town.secretary):
        assert WORDS in as_(person).get(meeting.get_absolute_url()).content.decode()
    for person in (town.outsider, town.employee(0)):
        assert WORDS not in as_(person).get(meeting.get_absolute_url()).content.decode()
    # Nor are they carried into their cases by hand first.
    as_(town.secretary).post(reverse("forum:meeting_settle", args=[meeting.pk]))
    assert meeting.items.filter(settled_at__isnull=True).count() == 2
    assert as_(town.secretary).post(reverse("forum:decision_list_publish", args=[meeting.pk])).status_code == 302
    assert WORDS in outside(meeting)
    assert not meeting.items.filter(settled_at__isnull=True).exists()
    assert Feedback.objects.filter(text__contains="Nei, dessverre.").count() == 1


def test_ending_the_meeting_publishes_the_list_in_the_same_press(town: Municipality) -> None:
    meeting = decided(town)
    page = end(town, meeting, publish_list="1").content.decode()
    assert "The meeting has ended, and the decision list is published." in page
    assert DecisionList.objects.get().meeting == meeting
    assert WORDS in outside(meeting)
    assert not meeting.items.filter(settled_at__isnull=True).exists()
    told = set(town.committee.memberships.values_list("person__email", flat=True))
    assert recipients("forum.decision_list_published") == told


def test_a_list_that_cannot_go_out_does_not_keep_the_meeting_from_ending(town: Municipality) -> None:
    meeting = decided(town)
    Decision.objects.filter(item__meeting=meeting, item__referral=None).update(text=f"Gjelder {NUMBER}.")
    page = end(town, meeting, publish_list="1").content.decode()
    assert not DecisionList.objects.exists()
    assert Meeting.objects.get(pk=meeting.pk).status == "ended"
    assert "The meeting has ended. The decision list is not published yet." in page
    assert meeting.items.filter(settled_at__isnull=True).count() == 2


def test_minutes_that_are_published_first_tell_the_decisions_too(town: Municipality) -> None:
    meeting = decided(town)
    end(town, meeting)
    minutes = minutes_services.begin(Meeting.objects.get(pk=meeting.pk))
    step = reverse("forum:minutes_step", args=[meeting.pk, "publish"])
    client = as_(town.secretary)
    seen = client.get(step).context["seen"]
    assert client.post(step, {"seen": seen}).status_code == 302
    minutes.refresh_from_db()
    assert minutes.status == "published"
    assert WORDS in outside(meeting)
    assert not meeting.items.filter(settled_at__isnull=True).exists()


def test_nothing_is_carried_out_before_it_is_out(town: Municipality) -> None:
    meeting = perform(decided(town), "end", actor=town.secretary)
    assert ending.carry_out(meeting, actor=town.secretary) == []
    assert meeting.items.filter(settled_at__isnull=True).count() == 2
    assert ending.publish_decisions(meeting, actor=town.secretary) == []
    assert not meeting.items.filter(settled_at__isnull=True).exists()
