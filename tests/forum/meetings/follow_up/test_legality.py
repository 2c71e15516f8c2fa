"""Requests for a review of legality (koml § 27-1)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem
from forum.meetings.follow_up import legality
from forum.meetings.follow_up.legality_models import LegalityRequest
from forum.meetings.minutes import building
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.structure import Audience
from tests.factories.organisation import Municipality
from tests.forum.meetings.follow_up.test_follow_up import decided, soon
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(town: Municipality) -> AgendaItem:
    meeting = decided(
        town,
        {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(40)},
        {"title": "Utsatt", "resolution": Resolution.POSTPONE},
    )
    decision_lists.publish(meeting, actor=town.secretary)
    return meeting.items.order_by("position")[0]


def test_the_last_day_stands_on_final_decisions_of_bodies_under_the_act(
    client: Client, town: Municipality, final: AgendaItem
) -> None:
    last = timezone.localtime(final.decision.decided_at).date() + timedelta(days=21)
    document = building.build(final.meeting, Audience.PUBLIC)
    said = f"{last.day}.\xa0"
    assert said in document.items[0].review_until
    assert "§\xa027-1" in document.items[0].review_until
    assert document.items[1].review_until == ""
    page = Client().get(final.meeting.get_absolute_url()).content.decode()
    assert page.count("Lovlighetskontroll kan kreves") == 1
    with clock.at(clock.now() + timedelta(days=22)):
        later = Client().get(final.meeting.get_absolute_url()).content.decode()
    assert later.count("Fristen for å kreve lovlighetskontroll var") == 1
    assert client.get(reverse("forum:legality", args=[final.meeting_id, final.pk])).status_code == 302


def test_three_members_ask_and_it_is_kept_with_trace(client: Client, town: Municipality, final: AgendaItem) -> None:
    url = reverse("forum:legality", args=[final.meeting_id, final.pk])
    client.force_login(town.secretary)
    given = {"asked_on": clock.today().isoformat(), "asked_by": "Ola\nKari\nOla", "grounds": "Habilitet"}
    two = client.post(url, given)
    assert two.status_code == 409
    assert "§ 27-1" in two.content.decode()
    assert client.post(url, {**given, "asked_by": "Ola\nKari\nÅse", "grounds": ""}).status_code == 422
    assert client.post(url, {**given, "asked_by": "Ola\nKari\nÅse", "asked_on": soon(1).isoformat()}).status_code == 409
    assert client.post(url, {**given, "asked_by": "Ola\nKari\nÅse"}).status_code == 302
    made = LegalityRequest.objects.get()
    assert (made.names, made.late) == (["Ola", "Kari", "Åse"], False)
    shown = Client().get(final.meeting.get_absolute_url()).content.decode()
    assert "3 medlemmer av kommunestyret krevde lovlighetskontroll" in shown
    event = Event.objects.get(action="forum.legality_requested")
    assert event.data["count"] == 3
    assert client.post(url, {**given, "asked_by": "Ola\nKari\nÅse"}).status_code == 409


def test_a_late_request_is_kept_and_said_to_be_late(town: Municipality, final: AgendaItem) -> None:
    with clock.at(clock.now() + timedelta(days=22)):
        made = legality.record(
            final, asked_on=clock.today(), asked_by="Ola\nKari\nÅse", grounds="Habilitet", actor=town.secretary
        )
    assert made.late


def test_only_who_writes_the_minutes_records_it_and_only_on_a_final_decision(
    client: Client, town: Municipality, final: AgendaItem
) -> None:
    given = {"asked_on": clock.today(), "asked_by": "Ola\nKari\nÅse", "grounds": "Habilitet"}
    for person in (town.union[0], town.employee(), town.administrator):
        with pytest.raises(NotPermitted):
            legality.record(final, actor=person, **given)
        client.force_login(person)
        assert client.get(reverse("forum:legality", args=[final.meeting_id, final.pk])).status_code == 404
    postponed = final.meeting.items.order_by("position")[1]
    with pytest.raises(GuardRefused):
        legality.record(postponed, actor=town.secretary, **given)
    client.force_login(town.secretary)
    assert client.get(reverse("forum:legality", args=[final.meeting_id, postponed.pk])).status_code == 404
