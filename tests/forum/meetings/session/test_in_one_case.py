"""A deputy called for one case stands wherever those who met do, and the one replaced is out of it (R4, R12, R13)."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem, Attendance, Meeting
from forum.meetings.enums import RecusalKind
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience, MinutesDocument
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.participation import movements, recusals
from forum.meetings.session.votes import ballots
from forum.organisation.enums import Side
from forum.organisation.models import Membership
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import in_session
from trepart import clock
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


def adopt(town: Municipality, item: AgendaItem) -> None:
    ballot = ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=f"{item.title}: ja.", resolution=Resolution.ADOPT, ballot=ballot, actor=town.secretary)


def document(meeting: Meeting) -> MinutesDocument:
    return build(Meeting.objects.select_related("body").get(pk=meeting.pk), Audience.INTERNAL)


def notes(meeting: Meeting) -> dict[str, str]:
    return {line.name: line.note for line in document(meeting).present}


def sheet(town: Municipality, meeting: Meeting) -> dict[str, dict[str, Any]]:
    client = Client()
    client.force_login(town.secretary)
    content = client.get(reverse("forum:attendance_sheet", args=[meeting.pk])).content
    headers, *rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return {str(row[0]): dict(zip([str(head) for head in headers], row, strict=True)) for row in rows}


class TestPartialInOneCase:
    @pytest.fixture
    def held(self, town: Municipality) -> Meeting:
        """Three cases; in the second a union member is partial, and the first deputy meets."""
        meeting = in_session(town, ("A", "B", "C"))
        first, second, third = meeting.items.all()
        adopt(town, first)
        recusals.recuse(
            second, membership=self.partial(town), kind=RecusalKind.PARTIALITY, basis="fvl. § 6",
            deputy=self.deputy(town), actor=town.secretary,
        )  # fmt: skip
        adopt(town, second)
        adopt(town, third)
        with clock.at(clock.now() + timedelta(hours=2)):
            ended: Meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        return ended

    def partial(self, town: Municipality) -> Membership:
        return town.membership(town.union[0])

    def deputy(self, town: Municipality) -> Membership:
        return town.membership(town.deputies[Side.EMPLOYEES][0])

    def test_the_minutes_say_who_met_for_whom_in_which_case(self, town: Municipality, held: Meeting) -> None:
        label = held.items.get(title="B").label
        said = notes(held)
        assert said[self.deputy(town).person.name] == (
            f"varamedlem, møtte for {self.partial(town).person.name}, bare i {label}"
        )
        assert said[self.partial(town).person.name] == f"medlem, ikke i {label}"
        assert sum("ikke i" in note for note in said.values()) == 1
        [item] = [block for block in document(held).items if block.label == label]
        assert self.deputy(town).person.name in item.recusals[0]

    def test_the_page_of_the_meeting_has_the_deputy_too(self, town: Municipality, held: Meeting) -> None:
        client = Client()
        client.force_login(town.secretary)
        page = client.get(held.get_absolute_url())
        [line] = [one for one in page.context["met"] if one.name == self.deputy(town).person.name]
        label = held.items.get(title="B").label
        assert line.role == f"vara for {self.partial(town).person.name}, bare i {label}"

    def test_the_list_for_allowances_has_the_deputy_and_the_case(self, town: Municipality, held: Meeting) -> None:
        label = held.items.get(title="B").label
        rows = sheet(town, held)
        assert len(rows) == 10
        deputy, partial = rows[self.deputy(town).person.name], rows[self.partial(town).person.name]
        assert (deputy["Møtte"], deputy["Møtte for"], deputy["Saker"], deputy["Timer"]) == (
            "ja", self.partial(town).person.name, f"bare i {label}", None,
        )  # fmt: skip
        assert (partial["Møtte"], partial["Saker"], partial["Timer"]) == ("ja", f"ikke i {label}", 2)
        assert {row["Saker"] for name, row in rows.items() if name not in (deputy["Navn"], partial["Navn"])} == {None}


class TestWhoeverSatInMeanwhile:
    def test_a_deputy_who_took_a_seat_for_one_case_is_in_the_list(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        away, deputy = town.membership(town.union[0]), town.membership(town.deputies[Side.EMPLOYEES][0])
        adopt(town, first)
        movements.leave(second, membership=away, deputy=deputy, only=True, reason="Barn", actor=town.secretary)
        adopt(town, second)
        with clock.at(clock.now() + timedelta(hours=1)):
            ended = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        rows = sheet(town, ended)
        assert rows[deputy.person.name]["Saker"] == f"bare i {second.label}"
        assert rows[away.person.name]["Saker"] == f"ikke i {second.label}"
        assert notes(ended)[away.person.name] == f"medlem, ikke i {second.label}"
        assert f"møtte for {away.person.name}" in notes(ended)[deputy.person.name]

    def test_one_who_took_the_seat_for_the_rest_is_paid_from_then(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        away, deputy = town.membership(town.union[0]), town.membership(town.deputies[Side.EMPLOYEES][0])
        adopt(town, first)
        with clock.at(clock.now() + timedelta(hours=1)):
            movements.leave(second, membership=away, deputy=deputy, actor=town.secretary)
            adopt(town, second)
        with clock.at(clock.now() + timedelta(hours=3)):
            ended = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        row = sheet(town, ended)[deputy.person.name]
        assert (row["Møtte for"], row["Saker"], row["Timer"]) == (away.person.name, None, 2)

    def test_one_deputy_for_two_partial_members_stands_once(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        deputy = town.membership(town.deputies[Side.EMPLOYEES][0])
        for item, who in zip(meeting.items.all(), town.union, strict=False):
            recusals.recuse(
                item, membership=town.membership(who), kind=RecusalKind.PARTIALITY, basis="fvl. § 6", deputy=deputy,
                actor=town.secretary,
            )  # fmt: skip
        lines = [line for line in document(meeting).present if line.name == deputy.person.name]
        first, second = (
            f"for {who.name} i {item.label}" for item, who in zip(meeting.items.all(), town.union, strict=False)
        )
        assert [line.note for line in lines] == [f"varamedlem, bare {first}, {second}"]


class TestHoursAreThoseSomebodyWasThere:
    def test_who_left_came_late_or_came_back(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        early, back, late = (town.membership(person) for person in town.union[:3])
        Attendance.objects.filter(meeting=meeting, membership=late).update(present=False)
        began = clock.now()
        with clock.at(began + timedelta(hours=1)):
            movements.leave(first, membership=early, actor=town.secretary)
            movements.leave(first, membership=back, actor=town.secretary)
            movements.come(first, membership=late, actor=town.secretary)
            adopt(town, first)
        with clock.at(began + timedelta(hours=3)):
            movements.come(second, membership=back, actor=town.secretary)
            adopt(town, second)
        with clock.at(began + timedelta(hours=4)):
            ended = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        rows = sheet(town, ended)
        hours = [round(rows[one.person.name]["Timer"], 1) for one in (early, back, late)]
        assert hours == [1, 2, 3]
        assert round(rows[town.union[3].name]["Timer"], 1) == 4
        assert {row["Samme plass som"] for row in rows.values()} == {None}

    def test_two_in_one_seat_say_so_on_both_lines(self, town: Municipality) -> None:
        meeting = in_session(town, ("A", "B"))
        first, second = meeting.items.all()
        away, deputy = town.membership(town.union[0]), town.membership(town.deputies[Side.EMPLOYEES][0])
        adopt(town, first)
        movements.leave(second, membership=away, deputy=deputy, only=True, actor=town.secretary)
        adopt(town, second)
        with clock.at(clock.now() + timedelta(hours=2)):
            ended = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        rows = sheet(town, ended)
        assert (rows[away.person.name]["Timer"], rows[away.person.name]["Samme plass som"]) == (2, deputy.person.name)
        assert (rows[deputy.person.name]["Timer"], rows[deputy.person.name]["Samme plass som"]) == (
            None, away.person.name,
        )  # fmt: skip

    def test_whoever_was_absent_has_no_hours(self, town: Municipality) -> None:
        meeting = in_session(town, ("A",))
        absent = town.membership(town.union[0])
        Attendance.objects.filter(meeting=meeting, membership=absent).update(present=False)
        adopt(town, meeting.items.get())
        with clock.at(clock.now() + timedelta(hours=2)):
            ended = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
        row = sheet(town, ended)[absent.person.name]
        assert (row["Møtte"], row["Timer"]) == ("nei", None)
