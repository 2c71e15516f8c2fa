"""Who has a meeting in the calendar: whoever was sent an invitation and takes no part any more is sent that it is off,
with the same UID and a higher SEQUENCE (RFC 5546, 3.2.5; docs/decisions/0018)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from forum.meetings.attendance import absences, deputy_calls, roll_call
from forum.meetings.attendance.models import Absence, DeputyCall
from forum.meetings.attendance.roll_call import Row
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.notifications import in_calendars, left_out
from forum.organisation.enums import Part, Role, Side
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, plan, recipients
from tests.notices.test_calendars import lines, value
from trepart import clock
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Attachment, Mail, Notice
from trepart.workflow import perform

pytestmark = pytest.mark.django_db

#: METHOD and STATUS of what is sent.
INVITED, PERHAPS, OFF = ("REQUEST", "CONFIRMED"), ("REQUEST", "TENTATIVE"), ("CANCEL", "CANCELLED")


def entries(person: User, meeting: Meeting) -> list[tuple[str, tuple[str, str]]]:
    """Return what ``person`` has been sent to the calendar about ``meeting``: kind, and method with status. It is one
    entry whose number rises each time."""
    found = Attachment.objects.filter(mail__to=person.email).select_related("mail").order_by("pk")
    read = [(one.mail.kind, lines(bytes(one.content)), one.method) for one in found]
    assert {value(each, "UID") for _kind, each, _m in read} <= {f"meeting-{meeting.pk}@localhost"}
    numbers = [int(value(each, "SEQUENCE")) for _kind, each, _m in read]
    assert numbers == sorted(set(numbers)), numbers
    for _kind, each, method in read:
        assert ("METHOD", {}, method) in each
        assert value(each, "ATTENDEE") == f"mailto:{person.email}"
    return [(kind.removeprefix("forum."), (method, value(each, "STATUS"))) for kind, each, method in read]


def sent(kind: str) -> dict[str, tuple[str, str]]:
    """Return what everybody who was mailed of ``kind`` got for the calendar, by address; the mail that has none is
    there with nothing."""
    found = {}
    for mail in Mail.objects.filter(kind=f"forum.{kind}").prefetch_related("attachments"):
        files = [(one.method, value(lines(bytes(one.content)), "STATUS")) for one in mail.attachments.all()]
        assert mail.to not in found
        found[mail.to] = files[0] if files else ("", "")
    return found


def day(person: User) -> str:
    newest = Attachment.objects.filter(mail__to=person.email).latest("pk")
    return value(lines(bytes(newest.content)), "DTSTART")


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y%m%dT%H%M%S")


def addresses(*people: User) -> set[str]:
    return {person.email for person in people}


def everybody(town: Municipality) -> set[str]:
    return addresses(*town.elected, *town.union, town.secretary)


def there(meeting: Meeting) -> set[str]:
    return set(in_calendars(fresh(meeting)).values_list("email", flat=True))


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("body").get(pk=meeting.pk)


def away(meeting: Meeting, town: Municipality, *, comes: bool | None = None) -> tuple[Absence, DeputyCall]:
    """A union member cannot come, the first deputy is asked, and answers where ``comes`` says so."""
    absence = absences.report(meeting, actor=town.union[0])
    call = absence.calls.get()
    if comes is not None:
        deputy_calls.answer(call, comes=comes, actor=call.deputy.person)
    return absence, call


def postpone(meeting: Meeting, town: Municipality, *, days: int) -> Meeting:
    data = {"starts_at": clock.now() + timedelta(days=days), "place": "Rådhuset", "reason": "Uvær"}
    postponed: Meeting = perform(meeting, "postpone", actor=town.secretary, data=data)
    return postponed


class TestLetGo:
    @pytest.mark.parametrize("comes", [None, True])
    def test_a_deputy_who_is_not_needed_after_all(self, town: Municipality, comes: bool | None) -> None:
        meeting = called(town)
        absence, call = away(meeting, town, comes=comes)
        deputy = call.deputy.person
        assert there(meeting) == everybody(town) | {deputy.email}
        absences.withdraw(absence, actor=town.union[0])
        assert sent("deputy_released") == {deputy.email: OFF}
        assert entries(deputy, meeting) == [("deputy_asked", INVITED), ("deputy_released", OFF)]
        assert there(meeting) == everybody(town)
        # Called once more, and let go once more: the number goes on rising.
        absences.report(meeting, actor=town.union[0])
        assert entries(deputy, meeting)[2:] == [("deputy_asked", INVITED)]
        absences.withdraw(Absence.objects.get(withdrawn_at__isnull=True), actor=town.union[0])
        assert entries(deputy, meeting)[3:] == [("deputy_released", OFF)]

    def test_a_deputy_who_cannot_come(self, town: Municipality) -> None:
        meeting = called(town)
        _absence, call = away(meeting, town, comes=False)
        assert sent("deputy_declined") == {call.deputy.person.email: OFF}
        assert recipients("forum.deputy_released") == set()
        assert entries(call.deputy.person, meeting) == [("deputy_asked", INVITED), ("deputy_declined", OFF)]
        assert there(meeting) == everybody(town) | {DeputyCall.objects.get(answer="waiting").deputy.person.email}

    def test_a_deputy_who_changes_from_yes_to_no(self, town: Municipality) -> None:
        meeting = called(town)
        _absence, call = away(meeting, town, comes=True)
        deputy_calls.answer(call, comes=False, actor=call.deputy.person)
        assert entries(call.deputy.person, meeting) == [("deputy_asked", INVITED), ("deputy_declined", OFF)]

    def test_a_deputy_who_did_not_answer_in_time(self, town: Municipality) -> None:
        meeting = called(town)
        _absence, call = away(meeting, town)
        with clock.at(clock.now() + timedelta(hours=25)):
            assert deputy_calls.lapse() == 1
        assert sent("deputy_released") == {call.deputy.person.email: OFF}
        assert "Fristen for å svare er ute" in Mail.objects.get(kind="forum.deputy_released").text
        assert entries(call.deputy.person, meeting) == [("deputy_asked", INVITED), ("deputy_released", OFF)]

    def test_a_deputy_let_go_for_one_chosen_by_hand(self, town: Municipality) -> None:
        meeting = called(town)
        absence, call = away(meeting, town)
        second = town.membership(town.deputies["employees"][1])
        deputy_calls.call_by_hand(absence, deputy=second, actor=town.secretary, reason="Bor nærmest.")
        assert sent("deputy_released") == {call.deputy.person.email: OFF}
        assert there(meeting) == everybody(town) | {second.person.email}

    def test_a_deputy_put_in_the_roll_call_and_taken_out_again(self, town: Municipality) -> None:
        meeting = called(town)
        member, deputy = town.membership(town.union[0]), town.membership(town.deputies["employees"][0])

        def write(instead: Any) -> None:
            rows = [Row(member, present=instead is None, deputy=instead)]
            roll_call.set_attendance(fresh(meeting), rows=rows, actor=town.secretary)

        write(deputy)
        assert entries(deputy.person, meeting) == [("deputy_called", INVITED)]
        write(None)
        assert sent("deputy_released") == {deputy.person.email: OFF}
        assert entries(deputy.person, meeting) == [("deputy_called", INVITED), ("deputy_released", OFF)]

    def test_a_deputy_moved_to_another_seat_is_not_told_that_they_are_not_needed(self, town: Municipality) -> None:
        meeting = called(town)
        one, other = (town.membership(town.union[n]) for n in (0, 1))
        deputy = town.membership(town.deputies["employees"][0])
        for rows in ([Row(one, present=False, deputy=deputy)], [Row(one), Row(other, present=False, deputy=deputy)]):
            roll_call.set_attendance(fresh(meeting), rows=rows, actor=town.secretary)
        assert recipients("forum.deputy_released") == set()
        assert entries(deputy.person, meeting) == [("deputy_called", INVITED)] * 2


class TestPlacesThatEnd:
    def test_a_member_whose_place_ends_after_the_notice(self, town: Municipality) -> None:
        meeting, leaver = called(town), town.union[0]
        # The last day is before the meeting, and is still to come.
        memberships.end_membership(
            town.membership(leaver), on=clock.today() + timedelta(days=3), actor=town.administrator
        )
        assert sent("invitation_withdrawn") == {leaver.email: OFF}
        assert entries(leaver, meeting) == [("meeting_called", INVITED), ("invitation_withdrawn", OFF)]
        [event] = Event.objects.filter(action="forum.invitations_withdrawn")
        assert (event.subject_id, event.data) == (meeting.pk, {"names": leaver.name})
        assert there(meeting) == everybody(town) - {leaver.email}
        # Whoever has none in the calendar any more gets no word of what happens to it.
        perform(fresh(meeting), "cancel", actor=town.secretary, data={"reason": "Ingen saker"})
        assert leaver.email not in sent("meeting_cancelled")

    def test_nobody_else_s_calendar_is_touched(self, town: Municipality) -> None:
        later = called(town, days=30)
        place = town.membership(town.union[0])
        memberships.end_membership(place, on=clock.today() + timedelta(days=40), actor=town.administrator)
        assert recipients("forum.invitation_withdrawn") == set()
        plan(town, days=50)
        memberships.end_membership(
            town.membership(town.union[1]), on=clock.today() + timedelta(days=40), actor=town.administrator
        )
        assert recipients("forum.invitation_withdrawn") == set()
        assert there(later) == everybody(town)

    def test_a_called_deputy_whose_place_ends(self, town: Municipality) -> None:
        meeting = called(town)
        _absence, call = away(meeting, town, comes=True)
        memberships.end_membership(call.deputy, on=clock.today() - timedelta(days=1), actor=town.administrator)
        assert sent("deputy_released") == {call.deputy.person.email: OFF}
        assert recipients("forum.invitation_withdrawn") == set()

    def test_a_called_deputy_who_gets_a_seat_keeps_the_meeting(self, town: Municipality) -> None:
        meeting = called(town)
        _absence, call = away(meeting, town, comes=True)
        gone = town.membership(town.union[1])
        memberships.end_membership(gone, on=clock.today() - timedelta(days=1), actor=town.administrator)
        memberships.start_membership(
            person=call.deputy.person, body=town.committee, role=Role.MEMBER, part=Part.UNION, side=Side.EMPLOYEES,
            actor=town.administrator,
        )  # fmt: skip
        assert entries(call.deputy.person, meeting)[-1] == ("member_invited", INVITED)
        assert call.deputy.person.email in there(meeting)

    def test_a_member_leaves_the_body_while_a_postponed_meeting_waits(self, town: Municipality) -> None:
        meeting = postpone(called(town), town, days=30)
        leaver = town.union[0]
        memberships.end_membership(
            town.membership(leaver), on=clock.today() + timedelta(days=20), actor=town.administrator
        )
        assert entries(leaver, meeting) == [
            ("meeting_called", INVITED),
            ("meeting_postponed", PERHAPS),
            ("invitation_withdrawn", OFF),
        ]


class TestCancelled:
    def test_everybody_who_was_invited_is_told_and_has_it_taken_out(self, town: Municipality) -> None:
        meeting = called(town)
        _absence, refused = away(meeting, town, comes=False)
        waiting = DeputyCall.objects.get(answer="waiting").deputy.person
        comes = absences.report(meeting, actor=town.elected[3]).calls.get()
        deputy_calls.answer(comes, comes=True, actor=comes.deputy.person)
        perform(fresh(meeting), "cancel", actor=town.secretary, data={"reason": "Ingen saker"})
        told = everybody(town) | addresses(waiting, comes.deputy.person)
        assert sent("meeting_cancelled") == dict.fromkeys(told, OFF)
        # They are told that it is off, and not that they are not needed.
        assert recipients("forum.deputy_released") == set()
        assert "Ingen saker" in Mail.objects.get(kind="forum.meeting_cancelled", to=waiting.email).text
        for person in (waiting, comes.deputy.person):
            assert entries(person, meeting) == [("deputy_asked", INVITED), ("meeting_cancelled", OFF)]
        assert refused.deputy.person.email not in told
        assert set(DeputyCall.objects.values_list("answer", flat=True)) == {"no", "released"}
        assert there(meeting) == set()

    def test_whoever_was_never_invited_is_sent_nothing_to_the_calendar(self, town: Municipality) -> None:
        User.objects.filter(pk=town.union[0].pk).update(is_active=False)
        meeting = called(town)
        User.objects.filter(pk=town.union[0].pk).update(is_active=True)
        perform(fresh(meeting), "cancel", actor=town.secretary, data={"reason": "Nei"})
        expected = dict.fromkeys(everybody(town), OFF) | {town.union[0].email: ("", "")}
        assert sent("meeting_cancelled") == expected


class TestPostponed:
    def test_deputies_hear_that_it_is_postponed_and_are_not_called_to_the_new_day(self, town: Municipality) -> None:
        meeting = called(town)
        before = meeting.starts_at
        _absence, call = away(meeting, town, comes=True)
        waiting = absences.report(meeting, actor=town.elected[3]).calls.get().deputy.person
        meeting = postpone(fresh(meeting), town, days=30)
        assert sent("meeting_postponed") == dict.fromkeys(everybody(town), PERHAPS)
        assert sent("meeting_postponed_without") == dict.fromkeys(addresses(call.deputy.person, waiting), OFF)
        assert recipients("forum.deputy_released") == set()
        assert (day(call.deputy.person), day(town.chair)) == (local(before), local(meeting.starts_at))
        text = Mail.objects.get(kind="forum.meeting_postponed_without", to=waiting.email).text
        assert ("Uvær" in text, "ikke innkalt" in text) == (True, True)
        assert there(meeting) == everybody(town)

    def test_a_deputy_of_the_roll_call_alone_is_let_go_too(self, town: Municipality) -> None:
        meeting = called(town)
        deputy = town.membership(town.deputies["employees"][0])
        rows = [Row(town.membership(town.union[0]), present=False, deputy=deputy)]
        roll_call.set_attendance(fresh(meeting), rows=rows, actor=town.secretary)
        meeting = postpone(fresh(meeting), town, days=30)
        assert sent("meeting_postponed_without") == {deputy.person.email: OFF}
        assert not Attendance.objects.filter(meeting=meeting).exists()

    def test_over_a_change_of_period(self, town: Municipality) -> None:
        leaver, newcomer = town.union[0], town.outsider
        place = town.membership(leaver)
        ends = clock.today() + timedelta(days=20)
        memberships.end_membership(place, on=ends, actor=town.administrator)
        memberships.start_membership(
            person=newcomer, body=town.committee, role=Role.MEMBER, part=place.part, side=place.side,
            valid_from=ends + timedelta(days=1), actor=town.administrator,
        )  # fmt: skip
        meeting = called(town)
        before = meeting.starts_at
        assert there(meeting) == everybody(town)
        meeting = postpone(fresh(meeting), town, days=30)
        sit = everybody(town) - {leaver.email} | {newcomer.email}
        assert sent("meeting_postponed") == dict.fromkeys(sit, PERHAPS)
        assert sent("meeting_postponed_without") == {leaver.email: OFF}
        assert (day(leaver), day(newcomer)) == (local(before), local(meeting.starts_at))
        assert entries(leaver, meeting) == [("meeting_called", INVITED), ("meeting_postponed_without", OFF)]
        assert not left_out(meeting).exists()
        perform(meeting, "call", actor=town.secretary)
        assert recipients("forum.meeting_called") == sit | {leaver.email}
        assert entries(leaver, meeting)[2:] == []

    def test_moved_once_more_before_it_is_called_anew(self, town: Municipality) -> None:
        leaver = town.union[0]
        memberships.end_membership(
            town.membership(leaver), on=clock.today() + timedelta(days=25), actor=town.administrator
        )
        meeting = postpone(called(town), town, days=20)
        before = meeting.starts_at
        data = {"starts_at": clock.now() + timedelta(days=40), "place": "Rådhuset"}
        meeting = perform(fresh(meeting), "move", actor=town.secretary, data=data)
        stay = everybody(town) - {leaver.email}
        assert sent("meeting_moved_again") == dict.fromkeys(stay, PERHAPS)
        assert sent("meeting_moved_without") == {leaver.email: OFF}
        assert recipients("forum.meeting_moved") == set()
        assert (day(leaver), day(town.chair)) == (local(before), local(meeting.starts_at))
        assert entries(leaver, meeting)[-2:] == [("meeting_postponed", PERHAPS), ("meeting_moved_without", OFF)]

    def test_what_was_never_called_is_moved_without_a_word_to_calendars(self, town: Municipality) -> None:
        meeting = plan(town)
        data = {"starts_at": clock.now() + timedelta(days=40), "place": "Rådhuset"}
        perform(meeting, "move", actor=town.secretary, data=data)
        assert not Notice.objects.filter(kind__startswith="forum.meeting_moved").exists()
        assert not Attachment.objects.exists()


def test_another_hour_reaches_a_deputy_who_has_not_answered(town: Municipality) -> None:
    meeting = called(town)
    _absence, call = away(meeting, town)
    refused = absences.report(meeting, actor=town.elected[3]).calls.get()
    deputy_calls.answer(refused, comes=False, actor=refused.deputy.person)
    data = {"starts_at": meeting.starts_at + timedelta(minutes=15), "place": "Kjelleren"}
    meeting = perform(fresh(meeting), "rearrange", actor=town.secretary, data=data)
    waiting = [one.deputy.person for one in DeputyCall.objects.filter(answer="waiting")]
    assert call.deputy.person in waiting
    assert sent("meeting_rearranged") == dict.fromkeys(everybody(town) | addresses(*waiting), INVITED)
    assert day(call.deputy.person) == local(meeting.starts_at)
