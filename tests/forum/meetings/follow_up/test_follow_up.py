"""After the decision: who carries it out, the list the next meeting sees, the review of legality,
and the attendance list."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind
from forum.meetings.follow_up import legality, queries
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.legality_models import LegalityRequest
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.minutes import document as structure
from forum.meetings.minutes.structure import Audience
from forum.meetings.planning import services
from forum.meetings.session import ballots, decisions
from forum.organisation import responsibilities
from forum.organisation.enums import OfficeKind
from forum.organisation.services import bodies as organisation
from forum.pages import reminders
from tests.factories.meetings import CLOSED_BASIS, held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import words
from tests.proposals.conftest import Road
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Mail, Notice
from trepart.workflow import GuardRefused, NotPermitted, WrongState, perform


@pytest.fixture(autouse=True)
def _bokmal() -> Any:
    with translation.override("nb"):
        yield


def decided(town: Municipality, *cases: dict[str, Any]) -> Meeting:
    """Hold a meeting of the committee that adopts ``cases``, and carry the decisions out. ``responsible`` and
    ``due_on`` of a case may be missing."""
    secretary = town.secretary
    meeting = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(minutes=5), place="Rådhuset", actor=secretary
    )
    for case in cases:
        shut = {"closed_basis": CLOSED_BASIS, "public_title": "Personalsak"} if case.get("closed") else {}
        agenda_services.add_item(
            meeting, title=case["title"], recommendation=f"{case['title']} vedtas.", actor=secretary, **shut
        )
    meeting = perform(meeting, "call", actor=secretary)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=secretary)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary)
    for item, case in zip(meeting.items.order_by("position"), cases, strict=True):
        ballots.record_ballot(item, actor=secretary)
        resolution = case.get("resolution", Resolution.ADOPT)
        given = {key: case[key] for key in ("responsible", "due_on") if key in case}
        decisions.decide(item, text=f"{case['title']} vedtas.", resolution=resolution, actor=secretary, **given)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
    decisions.settle_items(meeting, secretary)
    return Meeting.objects.get(pk=meeting.pk)


def soon(days: int) -> Any:
    return clock.today() + timedelta(days=days)


def test_an_adopted_decision_is_followed_up_and_the_responsible_is_told(town: Municipality) -> None:
    who = town.employee(0)
    decided(
        town,
        {"title": "Nye sykler", "responsible": who, "due_on": soon(20)},
        {"title": "Ingen ansvarlig"},
        {"title": "Bare drøftet", "resolution": Resolution.NOTED},
    )
    assert [(f.decision.item.title, f.responsible, f.due_on) for f in FollowUp.objects.order_by("id")] == [
        ("Nye sykler", who, soon(20)),
        ("Ingen ansvarlig", None, None),
    ]
    (notice,) = Notice.objects.filter(kind="forum.follow_up_given")
    assert notice.person == who
    assert "Nye sykler" in notice.body
    board = queries.board(town.committee, town.secretary)
    assert [m.title for m in board.open] == ["Nye sykler"]
    assert [m.title for m in board.unassigned] == ["Ingen ansvarlig"]


def test_settling_again_begins_nothing_twice(town: Municipality) -> None:
    meeting = decided(town, {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(20)})
    decisions.settle_items(meeting, town.secretary)
    assert FollowUp.objects.count() == 1
    assert Notice.objects.filter(kind="forum.follow_up_given").count() == 1


def test_the_responsible_tells_how_it_goes_until_it_is_done(client: Client, town: Municipality) -> None:
    who = town.employee(0)
    decided(town, {"title": "Nye sykler", "responsible": who, "due_on": soon(20)})
    one = FollowUp.objects.get()
    client.force_login(who)
    assert "Nye sykler" in client.get(reverse("portal:my_page")).content.decode()
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Nye sykler vedtas." in page
    assert client.post(one.get_absolute_url(), {"do": "report", "text": " "}).status_code == 422
    assert client.post(one.get_absolute_url(), {"do": "report", "text": "Syklene er bestilt. <b>"}).status_code == 302
    assert "Syklene er bestilt. &lt;b&gt;" in client.get(one.get_absolute_url()).content.decode()
    assert client.post(one.get_absolute_url(), {"do": "assign"}).status_code == 404
    assert client.post(one.get_absolute_url(), {"do": "report", "text": "Ferdig", "done": "on"}).status_code == 302
    one.refresh_from_db()
    assert one.done_on == clock.today()
    assert [m.title for m in queries.board(town.committee, town.secretary).done] == ["Nye sykler"]
    told = set(Notice.objects.filter(kind="forum.follow_up_done").values_list("person_id", flat=True))
    assert told == {town.secretary.pk, town.chair.pk, town.elected[1].pk}
    with pytest.raises(WrongState):
        follow_up.report(one, text="Mer", done=False, actor=who)
    with pytest.raises(WrongState):
        follow_up.assign(one, responsible=who, due_on=soon(3), actor=town.secretary)


def test_who_may_see_and_report_and_assign(client: Client, town: Municipality) -> None:
    decided(town, {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(20)})
    one = FollowUp.objects.get()
    board = reverse("forum:follow_up_board", args=[town.committee.slug])
    for person in (town.employee(1), town.outsider, town.administrator):
        client.force_login(person)
        assert client.get(one.get_absolute_url()).status_code == 404
        assert client.get(board).status_code == 404
        assert client.post(board).status_code == 404
    for person in (town.employee(1), town.union[0], town.administrator):
        with pytest.raises(NotPermitted):
            follow_up.report(one, text="Jeg", done=False, actor=person)
        with pytest.raises(NotPermitted):
            follow_up.assign(one, responsible=person, due_on=soon(2), actor=person)
    client.force_login(town.union[0])
    assert client.get(one.get_absolute_url()).status_code == 200
    assert client.get(board).status_code == 200
    assert Client().get(board).status_code == 302


def test_the_secretary_says_who_and_by_when(client: Client, town: Municipality) -> None:
    decided(town, {"title": "Ingen ansvarlig"})
    one = FollowUp.objects.get()
    client.force_login(town.secretary)
    url = one.get_absolute_url()
    who = town.employee(1)
    assert client.post(url, {"do": "assign", "responsible": "", "due_on": ""}).status_code == 422
    past = client.post(url, {"do": "assign", "responsible": who.pk, "due_on": soon(-1).isoformat()})
    assert past.status_code == 409
    assert client.post(url, {"do": "assign", "responsible": who.pk, "due_on": soon(9).isoformat()}).status_code == 302
    one.refresh_from_db()
    assert (one.responsible, one.due_on) == (who, soon(9))
    assert Notice.objects.get(kind="forum.follow_up_given").person == who


def test_overdue_and_soon_are_said_and_reminded_of_once_a_week(town: Municipality) -> None:
    who = town.employee(0)
    decided(town, {"title": "Nye sykler", "responsible": who, "due_on": soon(20)})
    assert reminders.remind() == 0
    with clock.at(clock.now() + timedelta(days=18)):
        assert [m.title for m in queries.board(town.committee, town.secretary).soon] == ["Nye sykler"]
        assert (reminders.remind(), reminders.remind()) == (1, 0)
        assert Notice.objects.get(kind="forum.follow_up_reminded").person == who
    with clock.at(clock.now() + timedelta(days=26)):
        assert [m.title for m in queries.board(town.committee, town.secretary).overdue] == ["Nye sykler"]
        assert reminders.remind() == 1


def test_a_closed_case_is_followed_up_and_told_to_nobody_else(client: Client, town: Municipality) -> None:
    who = town.employee(0)
    decided(town, {"title": "Kari Normann omplasseres", "closed": True, "responsible": who, "due_on": soon(5)})
    one = FollowUp.objects.get()
    assert "Normann" not in str(list(Mail.objects.values_list("subject", "text")))
    client.force_login(who)
    assert "Kari Normann omplasseres vedtas." in client.get(one.get_absolute_url()).content.decode()
    deputy = town.deputies["municipality"][1]
    client.force_login(deputy)
    assert client.get(one.get_absolute_url()).status_code == 404
    shown = client.get(reverse("forum:follow_up_board", args=[town.committee.slug])).content.decode()
    assert "Normann" not in shown
    assert "Personalsak" in shown
    coming = services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=30), place="Salen", actor=town.secretary
    )
    item = follow_up.put_on_agenda(coming, actor=town.secretary)
    assert "Normann" not in item.recommendation
    assert "Personalsak" in item.recommendation


def test_one_press_puts_the_list_on_the_next_agenda_with_what_came_of_proposals(
    client: Client, town: Municipality
) -> None:
    road = Road(town, needs_grant="yes").to_committee()
    road.decided(Resolution.ADOPT, responsible=town.lmu_leader(), due_on=soon(40))
    decided(town, {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(20)})
    board = reverse("forum:follow_up_board", args=[town.committee.slug])
    client.force_login(town.secretary)
    assert client.post(board).status_code == 404  # there is no next meeting yet
    services.plan_meeting(
        body=town.committee, starts_at=clock.now() + timedelta(days=30), place="Salen", actor=town.secretary
    )
    shown = words(client.get(board).content.decode())
    assert road.fresh().title in shown
    assert "Nye sykler" in shown
    client.force_login(town.union[0])
    assert client.post(board).status_code == 404
    client.force_login(town.secretary)
    assert client.post(board).status_code == 302
    item = AgendaItem.objects.get(kind=ItemKind.RS)
    assert item.title == "Oppfølging av vedtak"
    assert "Nye sykler" in item.recommendation
    assert road.proposal.title in item.recommendation
    again = client.post(board, follow=True)
    assert "står allerede" in again.content.decode()
    assert AgendaItem.objects.filter(kind=ItemKind.RS).count() == 1


def test_what_hangs_on_somebody_who_leaves_goes_to_another(town: Municipality) -> None:
    who = town.employee(0)
    decided(town, {"title": "Nye sykler", "responsible": who, "due_on": soon(20)})
    assert [task.person_id for task in responsibilities.of([who.pk])] == [who.pk]
    organisation.end_employment(who.employments.get(), on=clock.today() - timedelta(days=1), actor=None)
    responsibilities.settle(actor=None)
    one = FollowUp.objects.get()
    assert one.responsible == town.chair
    assert Notice.objects.filter(kind="forum.follow_up_given", person=town.chair).count() == 1


def test_the_board_costs_the_same_with_many(client: Client, town: Municipality) -> None:
    client.force_login(town.secretary)
    url = reverse("forum:follow_up_board", args=[town.committee.slug])

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    decided(town, *({"title": f"Sak {n}", "responsible": town.employee(0), "due_on": soon(20)} for n in range(2)))
    cost()
    few = cost()
    decided(town, *({"title": f"Sak {n}", "responsible": town.employee(1), "due_on": soon(20)} for n in range(8)))
    assert cost() == few


def test_notes_cannot_be_changed_with_sql(town: Municipality) -> None:
    decided(town, {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(20)})
    follow_up.report(FollowUp.objects.get(), text="I gang", done=False, actor=town.employee(0))
    for statement in ("UPDATE meetings_followupnote SET text = 'x'", "DELETE FROM meetings_followupnote"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# The review of legality -----------------------------------------------------------------------------------------------


@pytest.fixture
def final(town: Municipality) -> AgendaItem:
    meeting = decided(
        town,
        {"title": "Nye sykler", "responsible": town.employee(0), "due_on": soon(40)},
        {"title": "Utsatt", "resolution": Resolution.POSTPONE},
    )
    return meeting.items.order_by("position")[0]


def test_the_last_day_stands_on_final_decisions_of_bodies_under_the_act(
    client: Client, town: Municipality, final: AgendaItem
) -> None:
    last = timezone.localtime(final.decision.decided_at).date() + timedelta(days=21)
    document = structure.build(final.meeting, Audience.PUBLIC)
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


# The attendance list --------------------------------------------------------------------------------------------------


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
    assert (absent["Møtte"], absent["Grunn til forfall"]) == ("nei", "Sykdom")
    _headers, *totals = sheet(answer.content, 1)
    assert len(totals) == 9
    assert all(row[2:] == (1, 2) for row in totals)
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
