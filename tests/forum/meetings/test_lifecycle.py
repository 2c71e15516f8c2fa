"""A meeting from plan to settled decisions: what each step writes, who is told, and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda_services
from forum.meetings.agenda.notice import notice_given, short_notice
from forum.meetings.attendance import roll_call
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core import participants
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import ItemKind, MeetingStatus
from forum.meetings.planning import services as planning_services
from forum.organisation.enums import Side
from tests.factories.organisation import Municipality
from tests.factories.snapshot import walked
from trepart import clock
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.outdated_pages import version
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, WrongState
from trepart.workflow import available, perform

pytestmark = pytest.mark.django_db


def plan(town: Municipality, *, days: int = 14, body: Any = None) -> Meeting:
    return planning_services.plan_meeting(
        body=body or town.committee,
        starts_at=clock.now() + timedelta(days=days),
        place="Rådhuset",
        actor=town.secretary,
    )


def called(town: Municipality, titles: tuple[str, ...] = ("Felles vaktmester",), **more: Any) -> Meeting:
    asked = ("called", titles, *((name, getattr(value, "pk", value)) for name, value in more.items()))
    return walked(asked, lambda: _called(town, titles, **more), seldom=len(asked) > 2 or len(titles) > 1)


def _called(town: Municipality, titles: tuple[str, ...], **more: Any) -> Meeting:
    meeting = plan(town, **more)
    for title in titles:
        agenda_services.add_item(meeting, title=title, recommendation=f"{title}: ja.", actor=town.secretary)
    return perform(meeting, "call", actor=town.secretary)


def in_session(town: Municipality, titles: tuple[str, ...] = ("Felles vaktmester",)) -> Meeting:
    return walked(("in session", titles), lambda: _in_session(town, titles), seldom=len(titles) > 1)


def _in_session(town: Municipality, titles: tuple[str, ...]) -> Meeting:
    meeting = _called(town, titles)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    return perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})


def recipients(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__email", flat=True))


class TestPlanning:
    def test_a_member_cannot_plan(self, town: Municipality) -> None:
        with pytest.raises(NotPermitted):
            planning_services.plan_meeting(
                body=town.committee, starts_at=clock.now() + timedelta(days=3), place="", actor=town.elected[3]
            )
        assert not Meeting.objects.exists()

    def test_a_day_gone_by_is_refused(self, town: Municipality) -> None:
        with pytest.raises(InvalidInput) as refusal:
            plan(town, days=-2)
        assert set(refusal.value.form.errors) == {"starts_at"}

    def test_a_body_not_at_work_holds_no_meetings(self, town: Municipality) -> None:
        town.committee.closed_on = clock.today() - timedelta(days=1)
        with pytest.raises(GuardRefused):
            plan(town)

    def test_moving_keeps_it_planned_and_is_told_in_the_trail(self, town: Municipality) -> None:
        meeting = plan(town)
        later = meeting.starts_at + timedelta(days=7)
        meeting = perform(meeting, "move", actor=town.secretary, data={"starts_at": later, "place": "Nordli"})
        assert (meeting.status, meeting.starts_at, meeting.place) == ("planned", later, "Nordli")
        assert [e.action for e in Event.objects.about(meeting)] == ["forum.meeting_moved", "forum.meeting_planned"]


class TestCalling:
    def test_it_takes_an_item_and_a_place(self, town: Municipality) -> None:
        meeting = planning_services.plan_meeting(
            body=town.committee, starts_at=clock.now() + timedelta(days=14), actor=town.secretary
        )
        with pytest.raises(GuardRefused):
            perform(meeting, "call", actor=town.secretary)
        agenda_services.add_item(meeting, title="Budsjett", actor=town.secretary)
        [why] = [a.why for a in available(meeting, town.secretary) if a.transition.name == "call"]
        assert "11-3" in str(why)

    def test_items_are_numbered_by_series_and_the_numbers_run_on(self, town: Municipality) -> None:
        first = plan(town)
        agenda_services.add_item(first, title="A", actor=town.secretary)
        agenda_services.add_item(first, title="B", kind=ItemKind.RS, actor=town.secretary)
        agenda_services.add_item(first, title="C", actor=town.secretary)
        perform(first, "call", actor=town.secretary)
        second = called(town, ("D",))
        year = f"{second.starts_at.year % 100:02d}"
        assert [i.label for i in first.items.all()] == [f"PS 1/{year}", f"PS 2/{year}", f"RS 1/{year}"]
        assert [i.label for i in second.items.all()] == [f"PS 3/{year}"]

    def test_members_and_secretary_are_told_and_no_deputy(self, town: Municipality) -> None:
        called(town)
        people = {p.email for p in (*town.elected, *town.union, town.secretary)}
        assert recipients("forum.meeting_called") == people

    def test_too_short_notice_is_recorded_not_refused(self, town: Municipality) -> None:
        meeting = called(town, days=3)
        event = Event.objects.get(action="forum.meeting_called")
        assert event.data == {"days": 3, "notice_days": town.committee.notice_days, "late": True}
        assert notice_given(meeting) == 3

    def test_a_short_notice_is_told_to_those_inside_alone(self, town: Municipality) -> None:
        meeting = called(town, days=1)
        assert short_notice(meeting).startswith("1 dags varsel.")
        same_day = Meeting(
            body=meeting.body, kind=meeting.kind, status=meeting.status, starts_at=clock.now(), called_at=clock.now()
        )
        assert short_notice(same_day).startswith("Innkalt til samme dag.")
        for reader, told in ((town.secretary, True), (town.elected[1], True), (town.outsider, False), (None, False)):
            client = Client()
            if reader is not None:
                client.force_login(reader)
            page = client.get(meeting.get_absolute_url()).content.decode()
            assert ("Det blir notert, og hindrer ingenting" in page) is told

    def test_a_withdrawn_number_is_never_used_again(self, town: Municipality) -> None:
        meeting = called(town, ("A", "B"))
        gone = meeting.items.get(title="A")
        agenda_services.withdraw_item(gone, reason="Feil organ.", actor=town.secretary)
        later = called(town, ("C",))
        assert [i.number for i in later.items.all()] == [3]
        gone.refresh_from_db()
        assert gone.withdrawn_reason == "Feil organ."

    def test_withdrawing_after_the_call_takes_a_reason(self, town: Municipality) -> None:
        item = called(town).items.get()
        with pytest.raises(GuardRefused):
            agenda_services.withdraw_item(item, reason=" ", actor=town.secretary)

    def test_before_the_call_an_item_is_simply_removed(self, town: Municipality) -> None:
        meeting = plan(town)
        item = agenda_services.add_item(meeting, title="A", actor=town.secretary)
        agenda_services.withdraw_item(item, reason="", actor=town.secretary)
        assert not meeting.items.exists()
        assert AgendaItem.history.filter(id=item.pk, history_type="-").exists()

    def test_an_item_added_after_the_notice_is_late_and_numbered(self, town: Municipality) -> None:
        meeting = called(town)
        item = agenda_services.add_item(meeting, title="Haster", actor=town.secretary)
        assert item.late
        assert item.number == 2

    def test_postponing_keeps_the_numbers_and_tells_the_members(self, town: Municipality) -> None:
        meeting = called(town)
        number = meeting.items.get().number
        later = meeting.starts_at + timedelta(days=10)
        with pytest.raises(InvalidInput):
            perform(meeting, "postpone", actor=town.secretary, data={"starts_at": later, "place": "X", "reason": ""})
        meeting = perform(
            meeting, "postpone", actor=town.secretary, data={"starts_at": later, "place": "X", "reason": "Snø."}
        )
        assert (meeting.status, meeting.called_at) == (MeetingStatus.PLANNED, None)
        assert len(recipients("forum.meeting_postponed")) == 10
        meeting = perform(meeting, "call", actor=town.secretary)
        assert meeting.items.get().number == number

    def test_cancelling_releases_the_items(self, town: Municipality) -> None:
        meeting = perform(called(town), "cancel", actor=town.secretary, data={"reason": "For få saker."})
        item = meeting.items.get()
        assert (item.withdrawn_reason, meeting.cancel_reason) == ("For få saker.", "For få saker.")
        assert len(recipients("forum.meeting_cancelled")) == 10

    def test_the_agenda_is_put_in_order(self, town: Municipality) -> None:
        meeting = plan(town)
        items = [agenda_services.add_item(meeting, title=t, actor=town.secretary) for t in "ABC"]
        agenda_services.move_item(items[2], up=True, actor=town.secretary)
        agenda_services.move_item(items[0], up=True, actor=town.secretary)
        assert [i.title for i in meeting.items.all()] == ["A", "C", "B"]
        with pytest.raises(WrongState):
            agenda_services.reorder_items(meeting, order=[items[0].pk], actor=town.secretary)

    def test_closed_doors_are_proposed_with_a_title_for_the_public(self, town: Municipality) -> None:
        item = called(town).items.get()
        with pytest.raises(GuardRefused):
            proposed_closing.propose_closing(item, basis="koml. § 11-5 (2)", public_title=" ", actor=town.secretary)
        item = proposed_closing.propose_closing(
            item, basis="koml. § 11-5 (2)", public_title="Personalsak", actor=town.secretary
        )
        assert (item.is_closed, item.is_proposed_closed, item.is_withheld) == (False, True, True)
        item = proposed_closing.take_back(item, actor=town.secretary)
        assert (item.doors, item.closed_basis, item.public_title) == ("open", "", "")


class TestWhoMet:
    def absent(self, town: Municipality, person: Any, **more: Any) -> Row:
        return Row(town.membership(person), present=False, reason="Syk", **more)

    def test_the_first_deputy_of_the_same_group_comes_and_is_told(self, town: Municipality) -> None:
        meeting = called(town)
        deputy = town.deputies[Side.EMPLOYEES][0]
        rows = [self.absent(town, town.union[0], deputy=town.membership(deputy))]
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        assert recipients("forum.deputy_called") == {deputy.email}
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        assert Notice.objects.filter(kind="forum.deputy_called").count() == 1

    def test_a_deputy_of_the_other_side_is_refused(self, town: Municipality) -> None:
        meeting = called(town)
        rows = [self.absent(town, town.union[0], deputy=town.membership(town.deputies[Side.MUNICIPALITY][0]))]
        with pytest.raises(GuardRefused, match="7-10"):
            roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)

    def test_passing_over_a_deputy_takes_a_reason(self, town: Municipality) -> None:
        meeting = called(town)
        second = town.membership(town.deputies[Side.EMPLOYEES][1])
        with pytest.raises(GuardRefused, match="7-10"):
            roll_call.set_attendance(
                meeting, rows=[self.absent(town, town.union[0], deputy=second)], actor=town.secretary
            )
        roll_call.set_attendance(
            meeting,
            rows=[self.absent(town, town.union[0], deputy=second, skipped_reason="Er på reise")],
            actor=town.secretary,
        )
        assert meeting.attendances.get(membership=second).skipped_reason == "Er på reise"

    def test_two_absent_take_the_first_two_in_any_order(self, town: Municipality) -> None:
        meeting = called(town)
        first, second = (town.membership(d) for d in town.deputies[Side.EMPLOYEES])
        rows = [
            self.absent(town, town.union[0], deputy=second),
            self.absent(town, town.union[1], deputy=first),
        ]
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        assert meeting.attendances.filter(stands_for__isnull=False).count() == 2

    def test_one_deputy_does_not_meet_for_two(self, town: Municipality) -> None:
        meeting = called(town)
        first = town.membership(town.deputies[Side.EMPLOYEES][0])
        with pytest.raises(GuardRefused):
            roll_call.set_attendance(
                meeting,
                rows=[self.absent(town, p, deputy=first) for p in town.union[:2]],
                actor=town.secretary,
            )

    def test_the_deputy_leaves_when_the_member_comes_after_all(self, town: Municipality) -> None:
        meeting = called(town)
        deputy = town.membership(town.deputies[Side.EMPLOYEES][0])
        roll_call.set_attendance(meeting, rows=[self.absent(town, town.union[0], deputy=deputy)], actor=town.secretary)
        roll_call.set_attendance(meeting, rows=[Row(town.membership(town.union[0]))], actor=town.secretary)
        assert [v.membership.person for v in participants.at_the_table(meeting)] == [town.union[0]]

    def test_absence_takes_no_reason_and_strangers_have_no_seat(self, town: Municipality) -> None:
        meeting = called(town)
        roll_call.set_attendance(
            meeting, rows=[Row(town.membership(town.union[0]), present=False)], actor=town.secretary
        )
        there = meeting.attendances.get(membership=town.membership(town.union[0]))
        assert (there.present, there.absence_reason) == (False, "")
        with pytest.raises(GuardRefused):
            roll_call.set_attendance(meeting, rows=[Row(town.membership(town.secretary))], actor=town.secretary)

    def test_leader_presides_else_deputy_leader_else_one_is_elected(self, town: Municipality) -> None:
        meeting = called(town)
        rows = [Row(town.membership(p)) for p in (*town.elected, *town.union)]
        roll_call.set_attendance(meeting, rows=rows, actor=town.secretary)
        meeting.refresh_from_db()
        assert meeting.presiding == town.membership(town.chair)
        roll_call.set_attendance(meeting, rows=[self.absent(town, town.chair)], actor=town.secretary)
        meeting.refresh_from_db()
        assert meeting.presiding == town.membership(town.elected[1])
        roll_call.set_presiding(meeting, membership=town.membership(town.elected[2]), actor=town.secretary)
        meeting.refresh_from_db()
        assert meeting.presiding_elected
        with pytest.raises(GuardRefused):
            roll_call.set_presiding(meeting, membership=town.membership(town.chair), actor=town.secretary)

    def test_an_old_page_is_told_so(self, town: Municipality) -> None:
        meeting = called(town)
        seen = version(meeting)
        roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary, seen=seen)
        with pytest.raises(WrongState):
            roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary, seen=seen)

    def test_opening_takes_somebody_there_and_somebody_presiding(self, town: Municipality) -> None:
        meeting = called(town)
        with pytest.raises(GuardRefused):
            perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        roll_call.set_attendance(meeting, rows=[Row(town.membership(town.union[0]))], actor=town.secretary)
        with pytest.raises(GuardRefused):
            perform(meeting, "open", actor=town.secretary, data={"other_day": "on"})
        roll_call.set_presiding(meeting, membership=town.membership(town.union[0]), actor=town.secretary)
        with clock.at(meeting.starts_at):
            perform(meeting, "open", actor=town.secretary)
        assert Event.objects.get(action="forum.meeting_opened").data == {"present": 1, "seats": 9, "quorum": False}

    def test_members_do_not_record_attendance(self, town: Municipality) -> None:
        meeting = called(town)
        with pytest.raises(NotPermitted):
            roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.union[0])
