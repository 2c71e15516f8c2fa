"""A stand-in for the secretary calls, runs and writes the meeting, and it is written down for whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.attendance import roll_call
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MinutesStatus
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience, MinutesDocument, from_json
from forum.organisation.models import StandIn
from forum.organisation.services import stand_ins
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand_in(town: Municipality) -> User:
    """Agree with an employee who has nothing to do with the committee, for today and two days more."""
    person = town.employee()
    stand_ins.start_stand_in(
        place=town.membership(town.secretary, town.committee), person=person, valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=2), actor=town.secretary,
    )  # fmt: skip
    return person


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def step(client: Client, meeting: Meeting, name: str) -> int:
    seen = Meeting.objects.get(pk=meeting.pk).status_event_id
    answer = client.post(reverse("forum:meeting_step", args=[meeting.pk, name]), {"seen": seen})
    return int(answer.status_code)


def document(meeting: Meeting) -> MinutesDocument:
    return build(Meeting.objects.get(pk=meeting.pk), Audience.PUBLIC)


def test_from_the_plan_to_the_published_minutes(town: Municipality, stand_in: User) -> None:
    client = as_(stand_in)
    starts = clock.now() + timedelta(hours=30)
    plan = reverse("forum:meeting_plan", args=[town.committee.slug])
    answer = client.post(plan, {"starts_at": starts.strftime("%Y-%m-%dT%H:%M"), "place": "Rådhuset"})
    assert answer.status_code == 302
    meeting = Meeting.objects.get()
    agenda = reverse("forum:meeting_agenda", args=[meeting.pk])
    new = {"do": "new", "kind": "PS", "title": "Vaktplan", "recommendation": "Ja."}
    assert client.post(agenda, new).status_code == 302
    assert step(client, meeting, "call") == 302
    with clock.at(starts):
        attendance = reverse("forum:meeting_attendance", args=[meeting.pk])
        roll = client.get(attendance).context["form"]
        assert client.post(attendance, {name: roll[name].value() for name in roll.fields}).status_code == 302
        assert step(client, meeting, "open") == 302
        item = meeting.items.get()
        here = reverse("forum:meeting_run_item", args=[meeting.pk, item.pk])
        seen = client.get(here).context["seen"]
        motion = item.motions.get().pk
        assert client.post(here, {"do": "unanimous", "motion": motion, "seen": seen}).status_code == 302
        decided = {"do": "decide", "resolution": "adopt", "decision-text": "Ja.", "decision-rests": "own"}
        assert client.post(here, decided).status_code == 302
        assert step(client, meeting, "end") == 302
        said = f"{stand_in.name} (stedfortreder for {town.secretary.name})"
        assert document(meeting).secretary == said
        minutes = Meeting.objects.get(pk=meeting.pk).minutes
        publish = reverse("forum:minutes_step", args=[meeting.pk, "publish"])
        assert client.post(publish, {"seen": minutes.status_event_id}).status_code == 302
    minutes.refresh_from_db()
    assert minutes.status == MinutesStatus.PUBLISHED
    stored = from_json(minutes.versions.get().public)
    assert stored.secretary == said
    assert stored.items[0].decision == "Ja."
    assert said in Client().get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    assert said in as_(town.chair).get(reverse("forum:minutes_detail", args=[meeting.pk])).content.decode()
    for action in ("forum.meeting_planned", "forum.meeting_called", "forum.meeting_opened", "forum.meeting_ended"):
        event = Event.objects.get(action=action)
        assert (event.actor, event.acting_role) == (stand_in, "secretary"), action
        assert event.acting_label.endswith(f"stedfortreder for {town.secretary.name}"), action


def test_the_day_after_it_is_over(town: Municipality, stand_in: User) -> None:
    meeting = in_session(town)
    here = reverse("forum:meeting_run", args=[meeting.pk])
    assert as_(stand_in).get(here, follow=True).status_code == 200
    with clock.at(clock.now() + timedelta(days=3)):
        assert as_(stand_in).get(here).status_code == 404
        assert as_(town.secretary).get(here, follow=True).status_code == 200


def test_the_secretary_who_opened_it_is_named_although_somebody_stands_in(town: Municipality, stand_in: User) -> None:
    assert StandIn.objects.get().person == stand_in
    meeting = in_session(town)
    assert document(meeting).secretary == town.secretary.name


def test_a_leader_who_opens_it_is_no_secretary(town: Municipality) -> None:
    meeting = called(town)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.chair)
    assert document(perform(meeting, "open", actor=town.chair, data={"other_day": "on"})).secretary == ""


def test_older_versions_say_nothing_of_it(town: Municipality) -> None:
    stored: dict[str, Any] = document(in_session(town)).as_json()
    del stored["secretary"]
    assert from_json(stored).secretary == ""
