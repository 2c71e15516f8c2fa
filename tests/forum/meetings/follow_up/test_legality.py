"""Requests for a review of legality (koml § 27-1)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.core import legality_review
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import RecusalKind, Reviewed, Settled
from forum.meetings.follow_up import legality
from forum.meetings.follow_up.legality_models import LegalityRequest
from forum.meetings.minutes import building
from forum.meetings.minutes.decision_lists import services as decision_lists
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.closed_doors import services as closed_doors
from forum.meetings.session.decisions import postponement
from forum.meetings.session.participation import recusals
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from tests.factories.organisation import Municipality
from tests.forum.meetings.follow_up.test_follow_up import decided, soon
from tests.forum.meetings.session.votes_against import against
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def final(town: Municipality) -> AgendaItem:
    meeting = decided(
        town,
        {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(40)},
        {"title": "Utsatt", "resolution": Resolution.POSTPONE},
    )
    decision_lists.publish(meeting, actor=town.secretary)  # what was decided is public from then on
    return Meeting.objects.get(pk=meeting.pk).items.order_by("position")[0]


def test_the_last_day_stands_on_final_decisions_of_bodies_under_the_act(
    client: Client, town: Municipality, final: AgendaItem
) -> None:
    last = timezone.localtime(final.decision.decided_at).date() + timedelta(days=21)  # from the day it was made
    document = building.build(final.meeting, Audience.PUBLIC)
    said = f"{last.day}.\xa0"
    assert said in document.items[0].review_until
    assert "§\xa027-1" in document.items[0].review_until
    assert document.items[1].review_until == ""
    page = Client().get(final.meeting.get_absolute_url()).content.decode()
    assert page.count("lovlighetskontroll av vedtaket til og med") == 1
    with clock.at(clock.now() + timedelta(days=22)):
        later = Client().get(final.meeting.get_absolute_url()).content.decode()
    assert later.count("Fristen for å kreve lovlighetskontroll av vedtaket var") == 1
    assert client.get(reverse("forum:legality", args=[final.meeting_id, final.pk])).status_code == 302


def test_three_members_ask_and_it_is_kept_with_trace(client: Client, town: Municipality, final: AgendaItem) -> None:
    url = reverse("forum:legality", args=[final.meeting_id, final.pk])
    client.force_login(town.secretary)
    given = {
        "about": "decision", "asked_on": clock.today().isoformat(), "asked_by": "Ola\nKari\nOla",
        "grounds": "Habilitet",
    }  # fmt: skip
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


def test_closed_doors_and_who_took_part_can_be_reviewed_too(client: Client, town: Municipality) -> None:
    """§ 27-2, also where the case itself was not finally decided; of the same three weeks, from the day of the vote."""
    item = in_session(town).items.get()
    assert legality_review.last_days(item) == {}
    closed_doors.close_doors(
        item, basis="koml. § 11-5 (3) a", public_title="Sak", choices=against(town, item), settled=Settled.VOTE,
        actor=town.secretary,
    )  # fmt: skip
    who = town.membership(town.elected[4])
    recusals.recuse(item, membership=who, kind=RecusalKind.PARTIALITY, basis="fvl. § 6", actor=town.secretary)
    postponement.postpone_item(item, text="Saken utsettes.", settled=Settled.AGREED, actor=town.secretary)
    meeting = item.meeting
    perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
    item = AgendaItem.objects.get(pk=item.pk)
    until = clock.today() + timedelta(days=21)
    assert legality_review.last_days(item) == {Reviewed.DOORS: until, Reviewed.PARTIALITY: until}
    client.force_login(town.secretary)
    url = reverse("forum:legality", args=[meeting.pk, item.pk])
    given = {
        "asked_on": clock.today().isoformat(),
        "asked_by": "Ola\nKari\nÅse",
        "grounds": "Det var ikke grunn til det",
    }
    assert client.post(url, {**given, "about": "decision"}).status_code == 422
    for about in ("doors", "partiality"):
        assert client.post(url, {**given, "about": about}).status_code == 302
        assert client.post(url, {**given, "about": about}).status_code == 409
    assert sorted(LegalityRequest.objects.values_list("about", flat=True)) == ["doors", "partiality"]


def test_what_was_posted_in_time_is_in_time(town: Municipality, final: AgendaItem) -> None:
    """Fvl § 30: the day it was posted counts, whenever it is recorded."""
    last = clock.today() + timedelta(days=21)
    with clock.at(clock.now() + timedelta(days=25)):
        made = legality.record(final, asked_on=last, asked_by="Ola\nKari\nÅse", grounds="x", actor=town.secretary)
        assert not made.late
        with pytest.raises(WrongState):
            legality.record(final, asked_on=last, asked_by="Ola\nKari\nÅse", grounds="x", actor=town.secretary)


def test_what_is_no_elected_body_makes_no_decision_to_review(client: Client, town: Municipality) -> None:
    """Another arrangement recommends, whatever meeting rules it has chosen (§§ 5-2, 27-1)."""
    meeting = decided(town, {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(40)})
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    item = AgendaItem.objects.get(meeting=meeting)
    assert legality_review.last_days(item) == {}
    assert building.build(item.meeting, Audience.PUBLIC).items[0].review_until == ""
    client.force_login(town.secretary)
    assert client.get(reverse("forum:legality", args=[meeting.pk, item.pk])).status_code == 404


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
