"""Times of a meeting belong to its night, and one held on another day than called for is asked about once (R6, R13)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.meetings.attendance import roll_call
from forum.meetings.core import participants, queries
from forum.meetings.core.models import Meeting
from forum.meetings.minutes.building import build
from forum.meetings.minutes.structure import Audience
from forum.meetings.session.participation import movements
from forum.meetings.session.participation.forms import LeaveForm
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import called
from trepart import clock
from trepart.audit.models import Event
from trepart.refusals import GuardRefused, InvalidInput
from trepart.text.dates import date_text
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def evening(meeting: Meeting, hour: int = 18, minute: int = 0, days: int = 0) -> datetime:
    """A moment on the day of the meeting, or so many days after it."""
    day = timezone.localtime(meeting.starts_at) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def met(town: Municipality, **more: Any) -> Meeting:
    """A meeting that everybody has met at, not opened yet; it is called for 18.00 in two weeks."""
    meeting = called(town, **more)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=evening(meeting))
    meeting = Meeting.objects.select_related("body").get(pk=meeting.pk)
    roll_call.set_attendance(meeting, rows=roll_call.all_met(meeting), actor=town.secretary)
    return Meeting.objects.select_related("body").get(pk=meeting.pk)


def opened(town: Municipality, meeting: Meeting, at: datetime, **data: Any) -> Meeting:
    with clock.at(at):
        done: Meeting = perform(Meeting.objects.get(pk=meeting.pk), "open", actor=town.secretary, data=data)
    return done


class TestItsNight:
    def test_a_quarter_past_midnight_is_the_next_day(self, town: Municipality) -> None:
        meeting = met(town)
        meeting = opened(town, meeting, evening(meeting))
        item, who = meeting.items.get(), town.membership(town.elected[4])
        with clock.at(evening(meeting, 0, 20, days=1)):
            form = LeaveForm(
                {"leave-membership": who.pk, "leave-only": "rest", "leave-at": "00:15", "leave-deputy": "nobody"},
                item=item, table=participants.at_the_table(meeting, item),
            )  # fmt: skip
            assert form.is_valid(), form.errors
            movement = movements.leave(item, **form.cleaned_data, actor=town.secretary)
        assert movement.at == evening(meeting, 0, 15, days=1)

    @pytest.mark.parametrize(
        ("at", "days", "hour", "minute"),
        [(time(18, 0), 0, 18, 0), (time(23, 59), 0, 23, 59), (time(0, 0), 1, 0, 0), (time(17, 59), 1, 17, 59)],
    )
    def test_what_an_hour_means(self, town: Municipality, at: time, days: int, hour: int, minute: int) -> None:
        meeting = met(town)
        meeting = opened(town, meeting, evening(meeting) + timedelta(seconds=40))
        assert queries.moment_in(meeting, at) == evening(meeting, hour, minute, days=days)

    def test_a_time_before_it_began_is_refused_still(self, town: Municipality) -> None:
        meeting = met(town)
        meeting = opened(town, meeting, evening(meeting))
        with clock.at(evening(meeting, 20)), pytest.raises(GuardRefused):
            movements.leave(
                meeting.items.get(), membership=town.membership(town.elected[4]),
                at=queries.moment_in(meeting, time(17, 30)), actor=town.secretary,
            )  # fmt: skip

    def test_called_for_late_evening_and_opened_after_midnight_is_its_own_day(self, town: Municipality) -> None:
        meeting = met(town)
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=evening(meeting, 23, 30))
        meeting.refresh_from_db()
        meeting = opened(town, meeting, evening(meeting, 0, 10, days=1))
        assert queries.day_of(meeting) == timezone.localtime(evening(meeting)).date()
        said = build(meeting, Audience.INTERNAL)
        assert (said.date, said.began) == (date_text(evening(meeting), year=True), "00.10")


class TestAnotherDay:
    @pytest.mark.parametrize("days", [-10, -1, 1, 3])
    def test_it_is_asked_once_and_every_page_says_when_it_was_held(
        self, client: Client, town: Municipality, days: int
    ) -> None:
        meeting = met(town)
        planned = meeting.starts_at
        held = evening(meeting, 10, days=days)
        with pytest.raises(InvalidInput) as refusal:
            opened(town, meeting, held)
        assert "other_day" in refusal.value.form.errors
        assert Meeting.objects.get(pk=meeting.pk).status == "called"
        meeting = opened(town, meeting, held, other_day="on")
        assert (meeting.starts_at, meeting.opened_at, queries.day_of(meeting)) == (
            held, held, timezone.localtime(held).date(),
        )  # fmt: skip
        said = build(meeting, Audience.INTERNAL)
        assert said.date == date_text(held, year=True)
        assert said.title.endswith(said.date)
        event = Event.objects.get(action="forum.meeting_opened")
        assert datetime.fromisoformat(event.data["planned"]) == planned
        with clock.at(held):
            press = client.get(reverse("portal:press")).content.decode()
            page = client.get(meeting.get_absolute_url()).content.decode()
        assert date_text(held) in page
        assert date_text(planned) not in press

    def test_on_its_own_day_nothing_is_asked(self, town: Municipality) -> None:
        meeting = met(town)
        planned = meeting.starts_at
        meeting = opened(town, meeting, evening(meeting, 18, 7))
        assert (meeting.status, meeting.starts_at) == ("in_session", planned)
        assert "planned" not in Event.objects.get(action="forum.meeting_opened").data

    def test_the_page_asks_with_both_days_and_the_roll_call_leads_to_it(
        self, client: Client, town: Municipality
    ) -> None:
        client.force_login(town.secretary)
        meeting = met(town)
        there = reverse("forum:meeting_step", args=[meeting.pk, "open"])
        with clock.at(evening(meeting, days=-10)):
            roll = client.get(reverse("forum:meeting_attendance", args=[meeting.pk])).content.decode()
            assert f'href="{there}"' in roll
            assert f'action="{there}"' not in roll
            page = client.get(there).content.decode()
            assert date_text(meeting.starts_at, year=True) in page
            assert date_text(clock.today(), year=True) in page
            assert "kommuneloven § 11-3" in page
            refused = client.post(there, {"seen": meeting.status_event_id})
            assert refused.status_code == 422
            assert client.post(there, {"seen": meeting.status_event_id, "other_day": "on"}).status_code == 302
        assert Meeting.objects.get(pk=meeting.pk).status == "in_session"

    def test_those_who_sit_are_those_of_the_day_it_is_held(self, town: Municipality) -> None:
        chair = town.membership(town.chair)
        meeting = met(town)
        day = timezone.localtime(meeting.starts_at).date()
        memberships.end_membership(chair, on=day, actor=town.administrator)
        with pytest.raises(GuardRefused, match="§ 11-3"):
            opened(town, meeting, evening(meeting, 10, days=1), other_day="on")


def test_what_is_answered_in_writing_is_never_asked(town: Municipality) -> None:
    meeting = Meeting(kind="written", starts_at=clock.now() + timedelta(days=9))
    assert not queries.is_another_day(meeting, clock.now())


class TestBeforeItsHour:
    def test_opening_well_before_the_hour_is_asked_once(self, town: Municipality) -> None:
        meeting = met(town)
        with pytest.raises(InvalidInput) as refusal:
            opened(town, meeting, evening(meeting, 17, 54))
        assert set(refusal.value.form.errors) == {"early"}
        assert opened(town, meeting, evening(meeting, 17, 54), early="on").status == "in_session"

    @pytest.mark.parametrize(("hour", "minute"), [(17, 55), (18, 0), (18, 30)])
    def test_a_little_before_and_after_it_is_not(self, town: Municipality, hour: int, minute: int) -> None:
        meeting = met(town)
        assert opened(town, meeting, evening(meeting, hour, minute)).status == "in_session"
