"""Meetings in calendars, with a notice, a move and a cancellation, read back by an independent reader."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.meetings.agenda import services as agenda_services
from forum.meetings.core.models import Meeting
from forum.meetings.planning import services as planning_services
from tests.factories.organisation import Municipality
from trepart import calendar, clock
from trepart.calendar import Happening, Mailbox
from trepart.notices import letter
from trepart.notices.models import Attachment, Mail
from trepart.workflow import perform

Lines = list[tuple[str, dict[str, str], str]]


def lines(content: bytes) -> Lines:
    """Read a calendar by the grammar alone (RFC 5545, 3.1): unfold, then name, parameters and value."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    found: Lines = []
    for line in content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]:
        at = next(i for i, sign in enumerate(line) if sign == ":" and line.count('"', 0, i) % 2 == 0)
        name, *parameters = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', line[:at])
        found.append((name, dict(p.split("=", 1) for p in parameters), line[at + 1 :]))
    return found


def value(found: Lines, name: str) -> str:
    """Return the one value of ``name`` within the event."""
    names = [n for n, _p, _v in found]
    event = found[found.index(("BEGIN", {}, "VEVENT")) : found.index(("END", {}, "VEVENT"))]
    assert names.count("BEGIN") == names.count("END")
    [only] = [v for n, _p, v in event if n == name]
    return only


def happening(**more: Any) -> Happening:
    starts = datetime(2026, 12, 3, 17, tzinfo=UTC)
    return Happening(
        **{"name": "meeting-1", "title": "Møte", "starts_at": starts, "ends_at": starts + timedelta(hours=2), **more}
    )


def test_a_moment_is_given_in_norwegian_time_with_its_rules() -> None:
    found = lines(calendar.calendar([happening()]))
    assert ("DTSTART", {"TZID": "Europe/Oslo"}, "20261203T180000") in found
    zone = found[found.index(("BEGIN", {}, "VTIMEZONE")) : found.index(("END", {}, "VTIMEZONE"))]
    assert [(n, v) for n, _p, v in zone if n in ("TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE")] == [
        ("TZID", "Europe/Oslo"),
        ("DTSTART", "19960331T020000"),
        ("RRULE", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        ("TZOFFSETFROM", "+0100"),
        ("TZOFFSETTO", "+0200"),
        ("DTSTART", "19961027T030000"),
        ("RRULE", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
        ("TZOFFSETFROM", "+0200"),
        ("TZOFFSETTO", "+0100"),
    ]
    assert (
        value(
            lines(
                calendar.calendar(
                    [
                        happening(
                            starts_at=datetime(2026, 7, 1, 16, tzinfo=UTC), ends_at=datetime(2026, 7, 1, 18, tzinfo=UTC)
                        )
                    ]
                )
            ),
            "DTSTART",
        )
        == "20260701T180000"
    )


@pytest.mark.parametrize(
    "words",
    [
        "a\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@y",
        "semi;colon, comma \\ back",
        "ÆØÅ 👩‍👧‍👦 " * 60,
        '"quoted": x',
        "x\x00y",
    ],
)
def test_hostile_words_stay_one_value(words: str) -> None:
    content = calendar.calendar(
        [
            happening(
                title=words,
                place=words,
                text=words,
                organizer=Mailbox("a@b.example", words),
                attendee=Mailbox("c@d.example", words),
            )
        ],
        method=calendar.REQUEST,
    )
    found = lines(content)
    assert [n for n, _p, _v in found].count("ATTENDEE") == 1
    assert found.count(("BEGIN", {}, "VEVENT")) == 1
    said = value(found, "SUMMARY").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert said.split() == words.replace("\x00", "").split()


def test_an_invitation_is_between_two() -> None:
    with pytest.raises(ValueError, match="invitation"):
        calendar.calendar([happening()], method=calendar.REQUEST)


# Meetings ------------------------------------------------------------------------------------------------------------


pytestmark = pytest.mark.django_db


def called(town: Municipality) -> Meeting:
    meeting = planning_services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Formannskapssalen", actor=town.secretary
    )
    agenda_services.add_item(meeting, title="Hemmelig sak", recommendation="Ja.", actor=town.secretary)
    return perform(meeting, "call", actor=town.secretary)


def invitation(kind: str, person: Any) -> tuple[str, Lines]:
    """Return method and lines of the newest invitation of ``kind`` to ``person``."""
    found = Attachment.objects.filter(mail__kind=kind, mail__to=person.email).latest("pk")
    return found.method, lines(bytes(found.content))


def test_called_moved_called_again_and_cancelled_is_one_entry_that_rises(town: Municipality) -> None:
    meeting = called(town)
    told = set(Mail.objects.filter(kind="forum.meeting_called").values_list("to", flat=True))
    assert told == {p.email for p in (*town.elected, *town.union, town.secretary)}
    assert set(Attachment.objects.values_list("mail__to", flat=True)) == told
    method, first = invitation("forum.meeting_called", town.chair)
    assert method == "REQUEST"
    assert ("METHOD", {}, "REQUEST") in first
    assert value(first, "STATUS") == "CONFIRMED"
    assert value(first, "LOCATION") == "Formannskapssalen"
    assert value(first, "UID") == f"meeting-{meeting.pk}@localhost"
    assert value(first, "ATTENDEE") == f"mailto:{town.chair.email}"
    assert value(first, "ORGANIZER") == "mailto:trepart@localhost"
    assert value(first, "URL") == f"http://localhost:8000/moter/{meeting.pk}/"
    assert "Hemmelig" not in str(first)
    assert f"{town.secretary.email}" not in str(first)

    later = clock.now() + timedelta(days=30)
    meeting = perform(
        meeting, "postpone", actor=town.secretary, data={"starts_at": later, "place": "Rådhuset", "reason": "Uvær"}
    )
    method, second = invitation("forum.meeting_postponed", town.chair)
    assert (method, value(second, "STATUS")) == ("REQUEST", "TENTATIVE")
    assert value(second, "DTSTART") == timezone.localtime(meeting.starts_at).strftime("%Y%m%dT%H%M%S")
    meeting = perform(meeting, "call", actor=town.secretary)
    method, third = invitation("forum.meeting_called", town.chair)
    assert (method, value(third, "STATUS")) == ("REQUEST", "CONFIRMED")
    perform(meeting, "cancel", actor=town.secretary, data={"reason": "Ingen saker"})
    method, fourth = invitation("forum.meeting_cancelled", town.chair)
    assert method == "CANCEL"
    assert ("METHOD", {}, "CANCEL") in fourth
    assert value(fourth, "STATUS") == "CANCELLED"
    every = (first, second, third, fourth)
    assert len({value(each, "UID") for each in every}) == 1
    assert [int(value(each, "SEQUENCE")) for each in every] == [1, 2, 3, 4]


def test_what_was_never_called_is_in_nobody_s_calendar(town: Municipality) -> None:
    meeting = planning_services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=20), place="Her", actor=town.secretary
    )
    perform(meeting, "cancel", actor=town.secretary, data={"reason": "Nei"})
    assert Mail.objects.filter(kind="forum.meeting_cancelled").exists()
    assert not Attachment.objects.exists()


def test_the_mail_lays_the_invitation_where_calendars_look(town: Municipality) -> None:
    called(town)
    mail = Mail.objects.filter(to=town.chair.email).latest("pk")
    message = letter.message(mail).message()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    within, beside = list(message.walk())[4:]
    assert (within.get_param("method"), within.get_content_charset()) == ("REQUEST", "utf-8")
    assert beside.get_filename() == "mote.ics"
    content = bytes(Attachment.objects.get(mail=mail).content)
    assert within.get_payload(decode=True).replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n")
    assert beside.get_payload(decode=True) == content


def test_the_file_on_the_meeting_s_page(town: Municipality, client: Client) -> None:
    meeting = called(town)
    client.force_login(town.secretary)
    address = reverse("forum:meeting_calendar", args=[meeting.pk])
    assert address in client.get(meeting.get_absolute_url()).content.decode()
    answer = client.get(address)
    found = lines(answer.content)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert ("METHOD", {}, "PUBLISH") in found
    assert not [n for n, _p, _v in found if n in ("ATTENDEE", "ORGANIZER")]
    assert "Hemmelig" not in str(found)


def test_the_file_is_not_for_who_may_not_see_the_meeting(town: Municipality, client: Client) -> None:
    meeting = planning_services.plan_meeting(
        body=town.coordination,
        starts_at=clock.now() + timedelta(days=9),
        place="Her",
        actor=town.coordination_secretary,
    )
    address = reverse("forum:meeting_calendar", args=[meeting.pk])
    client.force_login(town.outsider)
    assert client.get(address).status_code == client.get(meeting.get_absolute_url()).status_code == 404
