"""Carrying decisions out: who does it, by when, reminders, and the list the next meeting sees (R16)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.meetings.agenda import services as agenda_services
from forum.meetings.attendance import roll_call
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind, MeetingKind
from forum.meetings.follow_up import queries
from forum.meetings.follow_up import services as follow_up
from forum.meetings.follow_up.models import FollowUp
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.decisions import settlement
from forum.meetings.session.votes import ballots
from forum.organisation import responsibilities
from forum.organisation.services import bodies as organisation
from forum.pages import reminders
from tests.factories.meetings import CLOSED_BASIS, close
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import words
from tests.proposals.conftest import Road
from trepart import clock
from trepart.notices.models import Mail, Notice
from trepart.refusals import NotPermitted, WrongState
from trepart.workflow import perform


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
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=secretary, data={"other_day": "on"})
    for item, case in zip(meeting.items.order_by("position"), cases, strict=True):
        if case.get("closed"):
            close(item, secretary)
        resolution = case.get("resolution", Resolution.ADOPT)
        if resolution != Resolution.POSTPONE:
            ballots.record_ballot(item, actor=secretary)
        given = {key: case[key] for key in ("responsible", "due_on") if key in case}
        decisions.decide(item, text=f"{case['title']} vedtas.", resolution=resolution, actor=secretary, **given)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=secretary)
    settlement.settle_items(meeting, secretary)
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
    settlement.settle_items(meeting, town.secretary)
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
    road.decided(Resolution.ADOPT, responsible=town.lmu_leader(), due_on=soon(40), amount=9_000)
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


def test_the_next_meeting_is_an_ordinary_one(town: Municipality) -> None:
    """An urgent case has a day for its answers, and no agenda to put the list on (koml § 11-8)."""
    urgent, ordinary = (
        services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=days), place="Salen", actor=town.secretary
        )
        for days in (2, 30)
    )
    Meeting.objects.filter(pk=urgent.pk).update(kind=MeetingKind.WRITTEN)
    assert queries.board(town.committee, town.secretary).coming == ordinary


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
