"""The attendance list for allowances, as a file (R4, R13)."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.meetings.allowances import spreadsheet
from forum.meetings.attendance import in_one_case
from forum.meetings.core.models import Attendance
from forum.meetings.enums import Capacity
from forum.meetings.session.models import Attendee
from forum.organisation.enums import OfficeKind, Role
from forum.organisation.models import Membership, StandIn
from forum.organisation.services import bodies as organisation
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


def sheet(content: bytes, number: int = 0) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[number].iter_rows(values_only=True))


def test_the_attendance_list_says_who_met_for_whom_and_for_how_long(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    client.force_login(town.secretary)
    answer = client.get(reverse("forum:attendance_sheet", args=[meeting.pk]))
    headers, *rows = sheet(answer.content)
    assert headers[:2] == ("Navn", "Rolle")
    assert len(rows) == 10
    by_name = {row[0]: dict(zip(headers, row, strict=True)) for row in rows}
    deputy = by_name[town.deputies["municipality"][0].name]
    assert (deputy["Møtte for"], deputy["Møtte"], deputy["Timer"]) == (town.elected[3].name, "ja", 2)
    absent = by_name[town.elected[3].name]
    assert absent["Møtte"] == "nei"
    assert not {"Sykdom", "Grunn til forfall"} & {cell for row in (headers, *rows) for cell in row}
    _headers, *totals = sheet(answer.content, 1)
    assert len(totals) == 9
    assert all(row[2:] == (1, 2, 0) for row in totals)
    day = timezone.localtime(meeting.starts_at).date()
    period = reverse("forum:attendance_period", args=[town.committee.slug])
    assert client.get(period).status_code == 200
    with clock.at(meeting.starts_at):
        whole = client.get(period, {"fra": day.isoformat(), "til": day.isoformat()})
        assert len(sheet(whole.content)) == 11
        none = client.get(period, {"fra": "2020-01-01", "til": "2020-12-31"})
        assert len(sheet(none.content)) == 1
        for bad in ({"fra": "x", "til": "2020-01-01"}, {"fra": "2021-01-01", "til": "2020-01-01"}, {"fra": ""}):
            assert client.get(period, bad).status_code == 422


def test_whoever_stood_in_is_listed_and_not_the_holder_of_the_place(town: Municipality) -> None:
    meeting = held_meeting(town)
    row = meeting.attendances.select_related("meeting__body", "membership__person", "stands_for__person").order_by(
        "pk"
    )[0]
    row.stand_in = StandIn(membership=row.membership, person=town.employee(0))
    found = [line.name for line in spreadsheet.lines([row])]
    assert town.employee(0).name in found
    assert row.membership.person.name not in found


def test_two_of_the_same_name_are_paid_each_their_own(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    one, other = town.elected[1], town.elected[2]
    User.objects.filter(pk__in=[one.pk, other.pk]).update(name="Kari Nordmann")
    client.force_login(town.secretary)
    content = client.get(reverse("forum:attendance_sheet", args=[meeting.pk])).content
    both = {f"Kari Nordmann ({person.email})" for person in (one, other)}
    for number in (0, 1):
        _headers, *rows = sheet(content, number)
        assert {row[0] for row in rows if str(row[0]).startswith("Kari Nordmann")} == both
    _headers, *totals = sheet(content, 1)
    assert [row[2:] for row in totals] == [(1, 2, 0)] * 9
    # Who has a name alone is called by it.
    assert town.elected[0].name in {row[0] for row in totals}


def test_a_name_is_never_a_formula(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    for person, name in zip(
        [town.elected[1], town.elected[2], town.union[0], town.union[1]],
        ['=HYPERLINK("http://x","y")', "+47 Ola", "@SUM(1)", "-1\x00\x07 Åse"],
        strict=True,
    ):
        User.objects.filter(pk=person.pk).update(name=name.replace("\x00", ""))
    client.force_login(town.secretary)
    content = client.get(reverse("forum:attendance_sheet", args=[meeting.pk])).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in archive.read(name)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if isinstance(cell.value, str)]
    risky = [cell for cell in cells if cell.value[0] in "=+-@"]
    assert {cell.value for cell in risky} == {'=HYPERLINK("http://x","y")', "+47 Ola", "@SUM(1)", "-1 Åse"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def test_the_list_is_for_who_pays_and_keeps_it(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    organisation.appoint(person=town.employee(2), office=OfficeKind.HR, valid_from=clock.today(), actor=None)
    urls = [
        reverse("forum:attendance_sheet", args=[meeting.pk]),
        reverse("forum:attendance_period", args=[town.committee.slug]),
    ]
    for person, status in (
        (town.secretary, 200),
        (town.administrator, 200),
        (town.employee(2), 200),
        (town.union[0], 404),
        (town.employee(), 404),
        (town.outsider, 404),
    ):
        client.force_login(person)
        assert [client.get(url).status_code for url in urls] == [status, status], person
    assert [Client().get(url).status_code for url in urls] == [302, 302]


def test_who_was_there_without_a_seat_stands_apart_and_is_paid_nothing(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    guest = Membership.objects.create(
        body=town.committee, person=town.employee(1), role=Role.USER_REPRESENTATIVE, valid_from=clock.today()
    )
    Attendance.objects.create(meeting=meeting, membership=guest, present=True)
    split, closed = meeting.items.get(title="Ny åpningstid"), meeting.items.get(title=SECRET)
    Attendee.objects.create(meeting=meeting, name="Ola Ordfører", capacity=Capacity.MAYOR)
    Attendee.objects.create(meeting=meeting, item=split, name="Tora Tillit", capacity=Capacity.EMPLOYEES)
    Attendee.objects.create(meeting=meeting, item=closed, name="Hilde Hemmelig", capacity=Capacity.INVITED)
    client.force_login(town.secretary)
    content = client.get(reverse("forum:attendance_sheet", args=[meeting.pk])).content
    met, total = sheet(content, 0), sheet(content, 1)
    assert not {town.employee(1).name, "Ola Ordfører", "Tora Tillit"} & {row[0] for row in (*met, *total)}
    headers, *rows = sheet(content, 2)
    assert headers == ("Navn", "Rolle", "Organ", "Dato", "Saker")
    assert [(row[0], row[4]) for row in rows] == [
        (town.employee(1).name, None), ("Ola Ordfører", None), ("Tora Tillit", f"bare i {split.label}"),
    ]  # fmt: skip


def test_guests_are_found_with_as_many_questions_however_many_they_are(
    town: Municipality, django_assert_num_queries: Any
) -> None:
    meeting = held_meeting(town)
    for number in range(3):
        guest = Membership.objects.create(
            body=town.committee,
            person=town.employee(number, 1),
            role=Role.USER_REPRESENTATIVE,
            valid_from=clock.today(),
        )
        Attendance.objects.create(meeting=meeting, membership=guest, present=True)
    rows = list(Attendance.objects.filter(meeting=meeting).select_related("meeting__body", "membership__person"))
    with django_assert_num_queries(1):
        in_one_case.guests_in(rows)
    with django_assert_num_queries(2):
        assert len(spreadsheet.guests(rows)) == 3
