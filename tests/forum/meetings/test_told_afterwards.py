"""What is told when a case is decided and a meeting is over, and what is asked before one is planned or opened."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.attendance import absences, deputy_calls, roll_call
from forum.meetings.attendance.models import DeputyCall
from forum.meetings.core import ical
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.enums import MeetingKind
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from forum.organisation.enums import Side
from tests.factories.browsers import as_
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called, in_session, plan
from trepart import clock
from trepart.notices.models import Mail
from trepart.refusals import GuardRefused, InvalidInput
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]


def page(client: Client, url: str) -> str:
    return html.unescape(client.get(url).content.decode())


def test_the_page_of_a_case_says_what_was_decided_when_it_is_out(town: Municipality) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
    here, follow = (reverse(f"forum:{name}", args=args) for name, args in (
        ("paper", [meeting.pk, item.pk]), ("meeting_follow", [meeting.pk]),
    ))  # fmt: skip
    assert "data-decision" not in page(as_(), here)
    assert "What was decided is public when the decision list is published." in page(as_(), follow)
    inside = page(as_(town.secretary), here)
    assert "data-decision" in inside
    assert "Write the case paper" not in inside  # the meeting is over
    ending.publish_decisions(meeting, actor=town.secretary)
    assert "data-decision" in page(as_(), here)
    assert "See what came of the cases" in page(as_(), follow)


def test_a_second_meeting_is_not_opened_while_one_goes_on(town: Municipality) -> None:
    first, second = in_session(town), called(town)
    roll_call.set_attendance(second, rows=roll_call.all_met(second), actor=town.secretary)
    with pytest.raises(GuardRefused, match="et annet møte i gang"), translation.override("nb"):
        perform(Meeting.objects.get(pk=second.pk), "open", actor=town.secretary, data={"other_day": "on"})
    item = first.items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    perform(Meeting.objects.get(pk=first.pk), "end", actor=town.secretary)
    perform(Meeting.objects.get(pk=second.pk), "open", actor=town.secretary, data={"other_day": "on"})


def test_a_day_many_years_ahead_is_asked_about_once(town: Municipality) -> None:
    address = reverse("forum:meeting_plan", args=[town.committee.slug])
    sent = {"starts_at": f"{clock.today().year + 100}-12-01T18:00", "place": "Rådhuset"}
    client = as_(town.secretary)
    asked = client.post(address, sent)
    assert (asked.status_code, b'name="far_ahead"' in asked.content) == (422, True)
    assert client.post(address, {**sent, "far_ahead": "on"}).status_code == 302
    assert Meeting.objects.get().starts_at.year == clock.today().year + 100
    soon = plan(town)
    with pytest.raises(InvalidInput):
        perform(soon, "move", actor=town.secretary, data=sent)


def test_what_is_answered_in_writing_is_a_day_and_no_meeting_in_calendars(town: Municipality) -> None:
    meeting = called(town)
    meeting.kind = MeetingKind.WRITTEN
    with translation.override("nb"):
        said = ical.file(meeting).decode().replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:" in said
    assert "SUMMARY:Svar skriftlig innen kl." in said
    assert "TRANSP:TRANSPARENT" in said
    assert "LOCATION" not in said


def test_who_is_let_go_is_told_of_which_meeting_and_thanked_for_a_yes_alone(town: Municipality) -> None:
    meeting = called(town)
    away = town.membership(town.union[0])
    absence = absences.report(meeting, actor=away.person)
    call = DeputyCall.objects.get()
    assert call.deputy.person == town.deputies[Side.EMPLOYEES][0]
    with clock.at((call.answer_by or clock.now()) + timedelta(minutes=1)):
        assert deputy_calls.lapse() == 1
    late = Mail.objects.get(kind="forum.deputy_released")
    assert "Fristen for å svare som varamedlem er ute" in late.subject
    assert "desember" in late.subject
    assert "Takk for at du var klar" not in late.text
    assert "trengs ikke" not in late.text
    following = DeputyCall.objects.get(answer="waiting")
    deputy_calls.answer(following, comes=True, actor=following.deputy.person)
    absences.withdraw(absence, actor=away.person)
    thanked = Mail.objects.filter(kind="forum.deputy_released").latest("pk")
    assert "Takk for at du var klar" in thanked.text
    assert "desember" in thanked.subject


def test_a_deputy_in_the_roll_call_is_waited_for_no_more(town: Municipality) -> None:
    meeting = called(town)
    absences.report(meeting, actor=town.union[0])
    call = DeputyCall.objects.select_related("absence__membership", "deputy").get()
    row = roll_call.Row(call.absence.membership, present=False, deputy=call.deputy)
    roll_call.set_attendance(Meeting.objects.get(pk=meeting.pk), rows=[row], actor=town.secretary)
    call.refresh_from_db()
    assert (call.answer, call.answered_at is not None) == ("yes", True)
    assert AgendaItem.objects.filter(meeting=meeting).exists()
