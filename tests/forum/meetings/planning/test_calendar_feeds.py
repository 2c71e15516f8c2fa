"""Calendar feeds, read back by two parsers, through create, move and cancel."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core.models import Meeting
from forum.meetings.log import LogItem, log_meeting
from forum.meetings.planning import feed_services, services
from forum.meetings.planning.feed_models import CalendarFeed
from forum.organisation.enums import Role
from forum.organisation.services import memberships, stand_ins
from tests.factories.organisation import Municipality
from tests.notices.test_calendars import lines
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def open_committee(town: Municipality) -> str:
    town.committee.meetings_open = True
    town.committee.save()
    return reverse("forum:body_feed", args=[town.committee.slug])


def plan(town: Municipality, days: int = 30, **more: Any) -> Meeting:
    return services.plan_meeting(
        **{
            "body": town.committee, "starts_at": clock.now() + timedelta(days=days), "place": "Formannskapssalen",
            "actor": town.secretary, **more,
        }
    )  # fmt: skip


def read(address: str, **headers: Any) -> Any:
    return Client().get(address, **headers)


def entries(answer: Any) -> dict[str, Any]:
    """Return the events of a feed by their UID, as another program reads them."""
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines(answer.content)  # by the grammar alone
    found = icalendar.Calendar.from_ical(answer.content)
    assert str(found["METHOD"]) == "PUBLISH"
    assert [str(zone["TZID"]) for zone in found.walk("VTIMEZONE")] == ["Europe/Oslo"]
    events = found.walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events)
    return {str(event["UID"]): event for event in events}


def own_address(person: User) -> str:
    return reverse("forum:own_feed", args=[feed_services.make(person).token])


def told(event: Any) -> tuple[str, int, str]:
    return str(event["STATUS"]), int(event["SEQUENCE"]), str(event["LOCATION"])


def test_one_entry_through_create_move_call_and_cancel(town: Municipality) -> None:
    address = open_committee(town)
    assert entries(read(address)) == {}
    meeting = plan(town)
    uid = f"meeting-{meeting.pk}@localhost"
    first = entries(read(address))[uid]
    assert told(first) == ("TENTATIVE", 0, "Formannskapssalen")
    assert first.decoded("DTSTART") == meeting.starts_at.replace(microsecond=0)
    assert first.decoded("DTSTART").tzinfo.utcoffset(first.decoded("DTSTART")) == meeting.starts_at.astimezone(
        ZoneInfo("Europe/Oslo")
    ).utcoffset()  # fmt: skip
    assert str(first["URL"]) == f"http://localhost:8000/moter/{meeting.pk}/"
    later = meeting.starts_at + timedelta(days=7)
    meeting = perform(meeting, "move", actor=town.secretary, data={"starts_at": later, "place": "Rådhuset"})
    second = entries(read(address))[uid]
    assert told(second) == ("TENTATIVE", 1, "Rådhuset")
    assert second.decoded("DTSTART") == later.replace(microsecond=0)
    agenda.add_item(meeting, title="Felles vaktmester", actor=town.secretary)
    meeting = perform(meeting, "call", actor=town.secretary)
    assert told(entries(read(address))[uid]) == ("CONFIRMED", 2, "Rådhuset")
    perform(meeting, "cancel", actor=town.secretary, data={"reason": "Ingen saker"})
    assert told(entries(read(address))[uid]) == ("CANCELLED", 3, "Rådhuset")


def test_nothing_that_stands_on_an_agenda_is_in_a_feed(town: Municipality) -> None:
    address = open_committee(town)
    meeting = plan(town)
    agenda.add_item(meeting, title="Felles vaktmester", actor=town.secretary)
    agenda.add_item(
        meeting,
        title="Oppsigelse av NN",
        closed_basis="koml. § 11-5 (2)",
        public_title="Personalsak",
        actor=town.secretary,
    )
    perform(meeting, "call", actor=town.secretary)
    for where in (address, own_address(town.chair)):
        content = read(where).content.decode().replace("\r\n ", "")
        assert "NN" not in content
        assert "Personalsak" not in content
        assert "vaktmester" not in content


def test_a_program_that_has_it_already_is_told_so(town: Municipality) -> None:
    address = open_committee(town)
    meeting = plan(town)
    first = read(address)
    etag, changed = first["ETag"], first["Last-Modified"]
    assert read(address).content == first.content
    for known in ({"If-None-Match": etag}, {"If-Modified-Since": changed}):
        again = read(address, headers=known)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    with clock.at(clock.now() + timedelta(minutes=1)):
        perform(meeting, "move", actor=town.secretary, data={"starts_at": meeting.starts_at, "place": "Salen"})
        for known in ({"If-None-Match": etag}, {"If-Modified-Since": changed}):
            assert read(address, headers=known).status_code == 200


def test_a_body_that_keeps_its_meetings_to_itself_has_no_feed(town: Municipality) -> None:
    plan(town, body=town.coordination, actor=town.coordination_secretary)
    address = reverse("forum:body_feed", args=[town.coordination.slug])
    client = Client()
    client.force_login(town.coordination_leader)
    assert read(address).status_code == client.get(address).status_code == 404


class TestOwn:
    def test_it_holds_the_meetings_of_ones_own_bodies_and_no_others(self, town: Municipality) -> None:
        here = plan(town)
        other = plan(town, body=town.coordination, actor=town.coordination_secretary)
        uid, elsewhere = f"meeting-{here.pk}@localhost", f"meeting-{other.pk}@localhost"
        assert set(entries(read(own_address(town.chair)))) == {uid}
        assert set(entries(read(own_address(town.secretary)))) == {uid}
        assert set(entries(read(own_address(town.coordination_leader)))) == {elsewhere}
        assert entries(read(own_address(town.employee()))) == {}

    def test_a_deputy_has_the_meetings_the_deputy_meets_in(self, town: Municipality) -> None:
        meeting = plan(town)
        agenda.add_item(meeting, title="Sak", actor=town.secretary)
        meeting = perform(meeting, "call", actor=town.secretary)
        first, second = town.deputies["municipality"]
        row = Row(town.membership(town.elected[2]), present=False, reason="Reise", deputy=town.membership(first))
        roll_call.set_attendance(meeting, rows=[row], actor=town.secretary)
        assert len(entries(read(own_address(first)))) == 1
        assert entries(read(own_address(second))) == {}

    def test_it_holds_meetings_while_one_has_the_place(self, town: Municipality) -> None:
        plan(town, days=10)
        plan(town, days=60)
        address = own_address(town.elected[3])
        assert len(entries(read(address))) == 2
        memberships.end_membership(
            town.membership(town.elected[3]), on=clock.today() + timedelta(days=30), actor=town.administrator
        )
        assert len(entries(read(address))) == 1

    def test_whoever_stands_in_for_the_secretary_has_them(self, town: Municipality) -> None:
        plan(town, days=10)
        plan(town, days=60)
        person = town.employee(0)
        stand_ins.start_stand_in(
            place=town.membership(town.secretary), person=person, valid_from=clock.today(),
            valid_to=clock.today() + timedelta(days=20), actor=town.secretary,
        )  # fmt: skip
        assert len(entries(read(own_address(person)))) == 1

    def test_a_new_address_closes_the_old_one_and_a_closed_one_opens_nothing(self, town: Municipality) -> None:
        old = own_address(town.chair)
        new = own_address(town.chair)
        assert old != new
        assert [read(old).status_code, read(new).status_code] == [404, 200]
        feed_services.revoke(town.chair)
        assert read(new).status_code == 404
        told = Event.objects.filter(action__startswith="forum.feed_").order_by("pk").values_list("action", flat=True)
        assert list(told) == ["forum.feed_made", "forum.feed_renewed", "forum.feed_revoked"]

    def test_a_closed_account_answers_404(self, town: Municipality) -> None:
        address = own_address(town.outsider)
        assert read(address).status_code == 200
        User.objects.filter(pk=town.outsider.pk).update(is_active=False)
        assert read(address).status_code == 404

    def test_what_is_guessed_answers_404(self, town: Municipality) -> None:
        token = feed_services.make(town.chair).token
        number, _dash, mark = token.partition("-")
        for wrong in (
            f"{number}-{mark[:-1]}0",
            f"{number}-",
            number,
            f"-{mark}",
            f"999999-{mark}",
            "x",
            f"{'9' * 30}-{mark}",
        ):
            if wrong != token:
                assert read(f"/kalender/{wrong}.ics").status_code == 404, wrong

    def test_the_address_is_not_in_the_database(self, town: Municipality) -> None:
        feed = feed_services.make(town.chair)
        mark = feed.token.partition("-")[2]
        assert mark not in str(CalendarFeed.objects.values().get())
        assert mark not in str(list(Event.objects.values("data", "action")))

    def test_the_page(self, town: Municipality) -> None:
        address = reverse("forum:calendars")
        client = Client()
        client.force_login(town.chair)
        assert "webcal://localhost:8000/kalender/" not in client.get(address).content.decode()
        page = client.post(address, {"do": "make"}, follow=True)
        token = CalendarFeed.objects.get(person=town.chair).token
        assert f"http://localhost:8000/kalender/{token}.ics" in page.content.decode()
        assert f"webcal://localhost:8000/kalender/{token}.ics" in page.content.decode()
        assert page["Referrer-Policy"] == "no-referrer"
        other = Client()
        other.force_login(town.elected[1])
        assert token not in other.get(address).content.decode()
        client.post(address, {"do": "revoke"})
        assert not CalendarFeed.objects.exists()

    def test_a_feed_costs_the_same_however_many_meetings(
        self, town: Municipality, django_assert_num_queries: Any
    ) -> None:
        address = own_address(town.chair)
        plan(town)
        with django_assert_num_queries(4):
            read(address)
        for days in range(31, 40):
            plan(town, days=days)
        with django_assert_num_queries(4):
            assert len(entries(read(address))) == 10

    def test_a_logged_meeting_is_in_no_calendar(self, town: Municipality) -> None:
        leader = town.lmu_leader(0)
        log_meeting(
            body=town.lmus[0], held_on=clock.today(), present=[town.membership(leader, town.lmus[0])],
            items=[LogItem(title="Tema", agreed="Ja.")], actor=leader,
        )  # fmt: skip
        assert town.membership(leader, town.lmus[0]).role == Role.LEADER
        assert entries(read(own_address(leader))) == {}
