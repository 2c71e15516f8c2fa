"""Who cannot come, and which deputies are called instead, in which order (R4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from forum.meetings.agenda import proposed_closing
from forum.meetings.agenda import services as agenda
from forum.meetings.attendance import absences, deputy_calls
from forum.meetings.attendance.deputy_lists import deputies
from forum.meetings.attendance.forms import AttendanceForm
from forum.meetings.attendance.models import Absence, DeputyCall
from forum.meetings.core import participants
from forum.meetings.core.models import Attendance, Meeting
from forum.meetings.enums import CallAnswer, MeetingStatus
from forum.organisation.enums import Part, Side
from forum.organisation.services import bodies as organisation
from forum.organisation.services import memberships, stand_ins
from tests.factories.at_once import together
from tests.factories.organisation import Municipality, municipality
from tests.forum.meetings.test_lifecycle import called, plan
from trepart import clock, languages
from trepart.access import policy
from trepart.audit.models import Event
from trepart.notices.models import Mail, Notice
from trepart.refusals import GuardRefused, NotPermitted, WrongState
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def as_(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return response.content.decode()


def told(kind: str) -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("person__email", flat=True))


def calls(meeting: Meeting) -> list[tuple[str, str]]:
    found = DeputyCall.objects.filter(absence__meeting=meeting).order_by("pk")
    return [(call.deputy.person.email, call.answer) for call in found.select_related("deputy__person")]


@pytest.fixture
def longer(town: Municipality) -> list[Any]:
    """Three deputies on the list of the municipality's side."""
    third = organisation.add_person(email="vara3@fjellvik.example", name="Vara Tre", actor=None)
    first = town.membership(town.deputies["municipality"][0])
    memberships.start_membership(
        person=third, body=town.committee, role="deputy", part=first.part, side=first.side, deputy_number=3,
        elected_by_council=True, sex="female", valid_from=clock.today() - timedelta(days=9), actor=None,
    )  # fmt: skip
    return [*town.deputies["municipality"], third]


class TestReporting:
    def test_one_click_calls_the_first_deputy_of_the_right_list(self, town: Municipality) -> None:
        meeting = called(town)
        member = town.elected[3]
        page = as_(member).get(meeting.get_absolute_url())
        address = reverse("forum:absence", args=[meeting.pk])
        assert f'action="{address}"' in text_of(page)
        assert as_(member).post(address, {"reason": "Innlagt på sykehus"}).status_code == 302
        as_(member).post(address, {"reason": "En gang til"})
        absence = Absence.objects.get()
        assert (absence.membership, absence.reason) == (town.membership(member), "Innlagt på sykehus")
        first = town.deputies["municipality"][0]
        assert calls(meeting) == [(first.email, "waiting")]
        call = DeputyCall.objects.get()
        with languages.municipal():
            assert (call.number, call.group) == (1, f"{Side.MUNICIPALITY.label}, {Part.ELECTED.label}")
        assert told("forum.deputy_asked") == [first.email]
        assert set(told("forum.absence_reported")) == {town.secretary.email, town.chair.email, town.elected[1].email}
        mail = Mail.objects.get(kind="forum.deputy_asked")
        assert call.get_absolute_url() in mail.text
        assert mail.attachments.count() == 1
        for one in Mail.objects.all():
            assert "sykehus" not in one.text

    def test_the_reason_is_for_those_who_run_the_meeting_alone(self, town: Municipality) -> None:
        meeting = called(town)
        absences.report(meeting, actor=town.elected[3], reason="Innlagt på sykehus")
        where = reverse("forum:deputies_called", args=[meeting.pk])
        assert "sykehus" in text_of(as_(town.secretary).get(where))
        for person in (None, town.elected[4], town.deputies["municipality"][0], town.administrator):
            assert "sykehus" not in text_of(as_(person).get(meeting.get_absolute_url()))
            assert as_(person).get(where).status_code in (302, 404)
        assert "sykehus" not in str(list(Event.objects.values("data"))) + str(
            list(Event.objects.values("content__body"))
        )
        assert not Attendance.objects.filter(absence_reason__contains="sykehus").exists()

    def test_a_mail_leads_there(self, town: Municipality) -> None:
        meeting = called(town)
        assert reverse("forum:absence", args=[meeting.pk]) in Mail.objects.filter(kind="forum.meeting_called")[0].text

    def test_before_the_notice_deputies_wait_for_it(self, town: Municipality) -> None:
        meeting = plan(town)
        agenda.add_item(meeting, title="Sak", recommendation="Ja.", actor=town.secretary)
        absences.report(meeting, actor=town.union[0])
        assert calls(meeting) == []
        perform(meeting, "call", actor=town.secretary)
        assert calls(meeting) == [(town.deputies["employees"][0].email, "waiting")]
        assert town.deputies["employees"][0].email not in told("forum.meeting_called")

    def test_only_those_with_a_seat_and_only_for_themselves(self, town: Municipality) -> None:
        meeting = called(town)
        address = reverse("forum:absence", args=[meeting.pk])
        for person in (town.deputies["employees"][0], town.secretary, town.employee(), town.outsider):
            assert as_(person).post(address, {}).status_code == 404
        with pytest.raises(NotPermitted):
            absences.report(meeting, actor=town.elected[3], membership=town.membership(town.elected[4]))
        with pytest.raises(NotPermitted):
            absences.report(meeting, actor=town.secretary, membership=town.membership(town.deputies["employees"][0]))
        absences.report(meeting, actor=town.secretary, membership=town.membership(town.elected[4]))
        assert Event.objects.get(action="forum.absence_reported").acting_role == "secretary"

    def test_once_the_meeting_has_begun_it_is_too_late(self, town: Municipality) -> None:
        meeting = called(town)
        perform(meeting, "cancel", actor=town.secretary, data={"reason": "Nei"})
        with pytest.raises(WrongState):
            absences.report(meeting, actor=town.elected[3])


class TestAnswers:
    def test_yes_stands_in_the_roll_call(self, town: Municipality) -> None:
        meeting = called(town)
        member, deputy = town.elected[3], town.deputies["municipality"][0]
        absences.report(meeting, actor=member)
        call = DeputyCall.objects.get()
        item = meeting.items.get()
        proposed_closing.propose_closing(
            item, basis="koml. § 11-5 (2)", public_title="Personalsak", actor=town.secretary
        )
        assert not policy.can(deputy, "forum.view_closed", meeting)
        page = text_of(as_(deputy).get(call.get_absolute_url()))
        assert "Felles vaktmester" not in page
        assert as_(deputy).post(call.get_absolute_url(), {"comes": ""}).status_code == 422
        assert as_(deputy).post(call.get_absolute_url(), {"comes": "yes"}).status_code == 302
        assert policy.can(deputy, "forum.view_closed", Meeting.objects.get(pk=meeting.pk))
        form = AttendanceForm(meeting=Meeting.objects.select_related("body").get(pk=meeting.pk))
        seat = town.membership(member)
        assert form.fields[f"met_{seat.pk}"].initial == "absent"
        assert form.fields[f"deputy_{seat.pk}"].initial == str(town.membership(deputy).pk)
        others = [name for name, field in form.fields.items() if name.startswith("met_") and field.initial == "met"]
        assert len(others) == 8
        sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}
        address = reverse("forum:meeting_attendance", args=[meeting.pk])
        assert as_(town.secretary).post(address, sent).status_code == 302
        table = participants.at_the_table(Meeting.objects.select_related("body").get(pk=meeting.pk))
        assert {voter.membership.person for voter in table} == {*town.elected, *town.union, deputy} - {member}
        assert set(told("forum.deputy_answered")) == {town.secretary.email, town.chair.email, town.elected[1].email}
        assert "forum.deputy_called" not in {n.kind for n in Notice.objects.all()}

    def test_no_calls_the_next_and_at_last_nobody_is_left(self, town: Municipality) -> None:
        meeting = called(town)
        first, second = town.deputies["employees"]
        absences.report(meeting, actor=town.union[2])
        deputy_calls.answer(DeputyCall.objects.get(), comes=False, actor=first, reason="Reise")
        assert calls(meeting) == [(first.email, "no"), (second.email, "waiting")]
        deputy_calls.answer(DeputyCall.objects.get(answer="waiting"), comes=False, actor=second)
        assert [answer for _who, answer in calls(meeting)] == ["no", "no"]
        assert set(told("forum.deputies_exhausted")) == {town.secretary.email, town.chair.email, town.elected[1].email}

    def test_whoever_does_not_answer_in_time_is_passed_by(self, town: Municipality) -> None:
        meeting = called(town)
        first, second = town.deputies["employees"]
        absences.report(meeting, actor=town.union[2])
        call = DeputyCall.objects.get()
        assert deputy_calls.lapse() == 0
        with clock.at(call.answer_by + timedelta(minutes=1)):
            assert deputy_calls.lapse() == 1
            assert deputy_calls.lapse() == 0
            assert calls(meeting) == [(first.email, "late"), (second.email, "waiting")]
            with pytest.raises(WrongState):
                deputy_calls.answer(call, comes=True, actor=first)
        assert not Attendance.objects.filter(stands_for__isnull=False).exists()

    def test_time_to_answer_shrinks_with_what_is_left(self, town: Municipality) -> None:
        meeting = called(town, days=14)
        for left, most in (
            (timedelta(days=10), 24),
            (timedelta(days=2), 6),
            (timedelta(hours=5), 1),
            (timedelta(hours=1), 0.5),
        ):
            with clock.at(meeting.starts_at - left):
                assert deputy_calls.answer_time(meeting) - clock.now() == timedelta(hours=most)

    def test_two_absent_from_one_group_get_one_deputy_each(self, town: Municipality) -> None:
        meeting = called(town)
        first, second = town.deputies["municipality"]
        absences.report(meeting, actor=town.elected[3])
        absences.report(meeting, actor=town.elected[4])
        found = DeputyCall.objects.order_by("pk")
        assert [(c.deputy.person, c.answer) for c in found] == [
            (first, "waiting"),
            (first, "skipped"),
            (second, "waiting"),
        ]
        with languages.municipal():
            assert found[1].reason == gettext("Is called for another member.")

    def test_a_deputy_who_said_yes_can_still_be_prevented(self, town: Municipality) -> None:
        meeting = called(town)
        first, second = town.deputies["municipality"]
        absences.report(meeting, actor=town.elected[3])
        call = deputy_calls.answer(DeputyCall.objects.get(), comes=True, actor=first)
        deputy_calls.answer(call, comes=False, actor=first, reason="Syk")
        assert calls(meeting) == [(first.email, "no"), (second.email, "waiting")]
        assert not Attendance.objects.filter(membership__person=first).exists()

    def test_others_do_not_see_or_answer_a_call(self, town: Municipality) -> None:
        meeting = called(town)
        absences.report(meeting, actor=town.elected[3])
        call = DeputyCall.objects.get()
        for person in (town.deputies["municipality"][1], town.elected[3], town.elected[4], town.administrator):
            assert as_(person).get(call.get_absolute_url()).status_code == 404
            with pytest.raises(NotPermitted):
                deputy_calls.answer(call, comes=True, actor=person)
        where = reverse("forum:deputies_called", args=[meeting.pk])
        as_(town.secretary).post(where, {"do": "yes", "call": call.pk})
        assert Event.objects.get(action="forum.deputy_answered").acting_role == "secretary"

    def test_the_member_comes_after_all(self, town: Municipality) -> None:
        meeting = called(town)
        first = town.deputies["municipality"][0]
        absence = absences.report(meeting, actor=town.elected[3])
        deputy_calls.answer(DeputyCall.objects.get(), comes=True, actor=first)
        as_(town.elected[3]).post(reverse("forum:absence", args=[meeting.pk]), {"do": "come"})
        assert told("forum.deputy_released") == [first.email]
        assert not Attendance.objects.exists()
        assert calls(meeting) == [(first.email, "released")]
        with pytest.raises(WrongState):
            absences.withdraw(absence, actor=town.elected[3])
        absences.report(meeting, actor=town.elected[3])
        assert Absence.objects.filter(withdrawn_at__isnull=True).count() == 1

    def test_a_meeting_that_is_postponed_lets_everybody_go(self, town: Municipality) -> None:
        meeting = called(town)
        first = town.deputies["municipality"][0]
        absences.report(meeting, actor=town.elected[3])
        deputy_calls.answer(DeputyCall.objects.get(), comes=True, actor=first)
        data = {"starts_at": meeting.starts_at + timedelta(days=7), "place": "Salen", "reason": "Uvær"}
        perform(Meeting.objects.get(pk=meeting.pk), "postpone", actor=town.secretary, data=data)
        # They hear that it is postponed, as everybody else, and not that they are not needed.
        assert told("forum.meeting_postponed_without") == [first.email]
        assert told("forum.deputy_released") == []
        assert not Absence.objects.filter(withdrawn_at__isnull=True).exists()
        assert not Attendance.objects.exists()


class TestByHand:
    def test_a_reason_is_asked_for_out_of_order(self, town: Municipality, longer: list[Any]) -> None:
        meeting = called(town)
        absence = absences.report(meeting, actor=town.elected[3])
        third = town.membership(longer[2])
        with pytest.raises(GuardRefused, match="7-10"):
            deputy_calls.call_by_hand(absence, deputy=third, actor=town.secretary)
        where = reverse("forum:deputies_called", args=[meeting.pk])
        sent = {"do": "by_hand", "absence": absence.pk, f"h{absence.pk}-deputy": third.pk}
        page = as_(town.secretary).post(where, sent)
        assert page.status_code == 422
        assert "7-10" in text_of(page)
        sent[f"h{absence.pk}-reason"] = "De to første er på reise"
        assert as_(town.secretary).post(where, sent).status_code == 302
        found = {call.deputy.person: call for call in DeputyCall.objects.all()}
        assert [found[person].answer for person in longer] == ["released", "skipped", "waiting"]
        assert found[longer[1]].reason == "De to første er på reise"
        assert found[longer[2]].by_hand
        assert told("forum.deputy_released") == [longer[0].email]

        deputy_calls.answer(found[longer[2]], comes=False, actor=longer[2])
        assert [answer for _who, answer in calls(meeting)] == ["released", "skipped", "no", "waiting"]
        assert calls(meeting)[-1] == (longer[0].email, "waiting")

    def test_one_from_another_list_is_refused(self, town: Municipality) -> None:
        meeting = called(town)
        absence = absences.report(meeting, actor=town.elected[3])
        with pytest.raises(GuardRefused, match="7-10"):
            deputy_calls.call_by_hand(
                absence, deputy=town.membership(town.deputies["employees"][0]), actor=town.secretary, reason="X"
            )
        with pytest.raises(NotPermitted):
            deputy_calls.call_by_hand(absence, deputy=deputies(meeting)[0], actor=town.elected[4], reason="X")

    def test_the_database_refuses_two_deputies_for_one_seat(self, town: Municipality) -> None:
        meeting = called(town)
        absence = absences.report(meeting, actor=town.elected[3])
        other = town.membership(town.deputies["municipality"][1])
        with pytest.raises(IntegrityError), transaction.atomic():
            DeputyCall.objects.create(absence=absence, deputy=other, group="x", number=2, answer=CallAnswer.YES)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_who_cannot_come_call_two_deputies(self, transactional_db: None) -> None:
        town = municipality()
        meeting = called(town)
        together(
            lambda: absences.report(meeting, actor=town.elected[3]),
            lambda: absences.report(meeting, actor=town.elected[4]),
        )
        waiting = DeputyCall.objects.filter(answer="waiting")
        assert {call.deputy.person for call in waiting} == set(town.deputies["municipality"])

    def test_an_answer_and_the_clock_at_once(self, transactional_db: None) -> None:
        town = municipality()
        meeting = called(town)
        absences.report(meeting, actor=town.elected[3])
        call = DeputyCall.objects.get()
        DeputyCall.objects.filter(pk=call.pk).update(answer_by=clock.now())
        answers = together(
            lambda: deputy_calls.answer(call, comes=True, actor=town.deputies["municipality"][0]), deputy_calls.lapse
        )
        call.refresh_from_db()
        standing = DeputyCall.objects.filter(answer__in=["waiting", "yes"])
        assert standing.count() == 1
        if call.answer == CallAnswer.YES:
            assert answers[1] == 0
            assert Attendance.objects.filter(stands_for__isnull=False).count() == 1
        else:
            assert isinstance(answers[0], WrongState)
            assert standing.get().deputy.person == town.deputies["municipality"][1]


class TestStandInSecretary:
    def test_whoever_stands_in_for_the_secretary_prepares_the_meeting(self, town: Municipality) -> None:
        person = town.employee(0)
        meeting = plan(town)
        agenda.add_item(meeting, title="Sak", recommendation="Ja.", actor=town.secretary)
        pages = [reverse(f"forum:{name}", args=[meeting.pk]) for name in ("meeting_agenda", "deputies_called")] + [
            reverse("forum:year_plan_make", args=[town.committee.slug])
        ]
        assert {as_(person).get(page).status_code for page in pages} == {404}
        stand_ins.start_stand_in(
            place=town.membership(town.secretary), person=person, valid_from=clock.today(),
            valid_to=clock.today() + timedelta(days=20), actor=town.secretary,
        )  # fmt: skip
        assert {as_(person).get(page).status_code for page in pages} == {200}
        as_(person).post(reverse("forum:meeting_step", args=[meeting.pk, "call"]), {})
        meeting.refresh_from_db()
        assert meeting.status == MeetingStatus.CALLED
        event = Event.objects.get(action="forum.meeting_called")
        assert (event.actor, event.acting_role) == (person, "secretary")
        absences.report(meeting, actor=town.elected[3])
        assert person.email in told("forum.absence_reported")
        assert as_(person).get(reverse("forum:meeting_attendance", args=[meeting.pk])).status_code == 200
