"""A year of meetings: the days a pattern gives, the preview, publishing once, and what is said when something moves."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus, Rhythm, WhenOff
from forum.meetings.planning import services as year_plans
from forum.meetings.planning.meeting_days import Line, Pattern, days_off, lines, public_holidays
from forum.meetings.planning.models import DayOff, YearPlan
from tests.factories.at_once import together
from tests.factories.organisation import Municipality, municipality
from trepart import clock
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, NotPermitted
from trepart.workflow import perform


def pattern(**more: Any) -> Pattern:
    return Pattern(**{"first": date(2027, 1, 1), "last": date(2027, 12, 31), "weekday": 1, "which": 2, **more})


class TestDays:
    def test_every_second_tuesday_goes_around_easter_and_what_the_municipality_has_off(self) -> None:
        off = public_holidays(date(2027, 1, 1), date(2027, 12, 31)) | {date(2027, 7, 13): "Fellesferie"}
        found = lines(pattern(when_off=WhenOff.LEAVE_OUT), off)
        assert [line.day for line in found if line.taken] == [
            date(2027, 1, 12),
            date(2027, 2, 9),
            date(2027, 3, 9),
            date(2027, 4, 13),
            date(2027, 5, 11),
            date(2027, 6, 8),
            date(2027, 8, 10),
            date(2027, 9, 14),
            date(2027, 10, 12),
            date(2027, 11, 9),
            date(2027, 12, 14),
        ]
        assert [line for line in found if not line.taken] == [Line(date(2027, 7, 13), "Fellesferie", taken=False)]

    @pytest.mark.parametrize(
        ("when_off", "day"),
        [
            (WhenOff.NEXT_WEEK, date(2027, 5, 24)),
            (WhenOff.WEEK_BEFORE, date(2027, 5, 10)),
            (WhenOff.NEXT_DAY, date(2027, 5, 18)),
        ],
    )
    def test_the_seventeenth_of_may_is_moved_as_wished(self, when_off: WhenOff, day: date) -> None:
        asked = pattern(weekday=0, which=3, first=date(2027, 5, 1), last=date(2027, 5, 31), when_off=when_off)
        [line] = lines(asked, public_holidays(date(2027, 5, 1), date(2027, 5, 31)))
        assert line.day == day
        assert line.taken
        assert line.why

    def test_every_fourth_week_counts_from_the_first_such_weekday(self) -> None:
        asked = pattern(rhythm=Rhythm.WEEKLY, every=4, weekday=3, first=date(2027, 1, 4), last=date(2027, 3, 31))
        assert [line.day for line in lines(asked, {})] == [date(2027, 1, 7), date(2027, 2, 4), date(2027, 3, 4)]

    def test_the_last_friday_of_a_month(self) -> None:
        asked = pattern(weekday=4, which=-1, first=date(2028, 2, 1), last=date(2028, 2, 29))
        assert [line.day for line in lines(asked, {})] == [date(2028, 2, 25)]

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(
        first=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
        length=st.integers(0, 400),
        weekday=st.integers(0, 4),
        which=st.sampled_from([1, 2, 3, 4, -1]),
        rhythm=st.sampled_from(list(Rhythm)),
        every=st.integers(1, 26),
        when_off=st.sampled_from(list(WhenOff)),
        free=st.sets(st.integers(0, 60), max_size=25),
    )
    def test_no_meeting_on_a_day_off_outside_the_days_or_twice(
        self, first: date, length: int, free: set[int], **more: Any
    ) -> None:
        off = {first + timedelta(days=7 * n + d): "fri" for n in free for d in range(5 if n % 2 else 1)}
        asked = pattern(first=first, last=first + timedelta(days=length), **more)
        found = lines(asked, off)
        kept = [line.day for line in found if line.taken]
        assert not set(kept) & set(off)
        assert len(set(kept)) == len(kept)
        assert all(asked.first <= day <= asked.last for day in kept)
        assert all(line.why for line in found if not line.taken)
        assert [line.day for line in found] == sorted(line.day for line in found)
        # What falls on no day off is where the pattern says.
        assert all(line.day.weekday() == asked.weekday for line in found if line.taken and not line.why)


def year_ahead() -> int:
    return clock.today().year + 1


def at(month: int, day: int, hour: int = 18) -> datetime:
    return timezone.make_aware(datetime.combine(date(year_ahead(), month, day), time(hour)))


@pytest.fixture
def secretary(client: Client, town: Municipality) -> Client:
    client.force_login(town.secretary)
    return client


def publish(town: Municipality, *moments: datetime, actor: Any = None) -> year_plans.Planned:
    return year_plans.publish(
        body=town.committee,
        year=year_ahead(),
        wanted=[(moment, "Rådhuset") for moment in moments],
        actor=actor or town.secretary,
    )


@pytest.mark.django_db
class TestPublishing:
    def test_meetings_are_planned_and_those_in_the_body_are_told_once(self, town: Municipality) -> None:
        planned = publish(town, at(2, 9), at(1, 12))
        assert [m.starts_at for m in planned.added] == [at(1, 12), at(2, 9)]
        assert {m.status for m in planned.added} == {MeetingStatus.PLANNED}
        told = Notice.objects.filter(kind="forum.year_plan_published")
        assert {n.person for n in told} == {*town.elected, *town.union, town.secretary}
        assert re.search(r"12\.? januar", told[0].body)
        event = Event.objects.get(action="forum.year_plan_published")
        assert (event.acting_body, event.data["added"]) == (town.committee.pk, 2)
        assert YearPlan.history.get(id=planned.plan.pk).event_id == event.pk

    def test_nobody_is_told_of_an_empty_list(self, town: Municipality) -> None:
        publish(town)
        assert not Notice.objects.filter(kind="forum.year_plan_published").exists()
        assert YearPlan.objects.count() == 1

    def test_a_plan_of_what_stood_there_tells_of_that(self, town: Municipality) -> None:
        year_plans.plan_meeting(body=town.committee, starts_at=at(1, 12), actor=town.secretary)
        publish(town)
        assert re.search(r"12\.? januar", Notice.objects.filter(kind="forum.year_plan_published")[0].body)

    def test_a_plan_never_doubles_what_stands_there(self, town: Municipality) -> None:
        year_plans.plan_meeting(body=town.committee, starts_at=at(1, 12, 9), actor=town.secretary)
        first = publish(town, at(1, 12), at(2, 9))
        assert (len(first.added), first.there) == (1, [date(year_ahead(), 1, 12)])
        again = publish(town, at(1, 12), at(2, 9))
        assert (again.added, again.plan) == ([], first.plan)
        assert Meeting.objects.filter(body=town.committee).count() == 2
        assert Event.objects.filter(action="forum.year_plan_published").count() == 1

    def test_a_day_whose_meeting_was_cancelled_can_be_planned_again(self, town: Municipality) -> None:
        [meeting] = publish(town, at(1, 12)).added
        perform(meeting, "cancel", actor=town.secretary, data={"reason": "Nei"})
        assert len(publish(town, at(1, 12)).added) == 1

    def test_only_who_plans_for_the_body(self, town: Municipality) -> None:
        for person in (town.elected[2], town.coordination_secretary, town.administrator, town.outsider):
            with pytest.raises(NotPermitted):
                publish(town, at(1, 12), actor=person)
        assert not Meeting.objects.exists()

    def test_two_on_one_day_or_another_year_is_refused(self, town: Municipality) -> None:
        for wrong in ((at(1, 12), at(1, 12, 9)), (at(1, 12) + timedelta(days=370),)):
            with pytest.raises(GuardRefused):
                publish(town, *wrong)
        assert not YearPlan.objects.exists()

    def test_a_moved_meeting_of_a_published_plan_is_told_of_and_marked(self, town: Municipality) -> None:
        planned = publish(town, at(1, 12), at(2, 9))
        moved, _kept = planned.added
        perform(moved, "move", actor=town.secretary, data={"starts_at": at(1, 19), "place": "Salen"})
        told = Notice.objects.filter(kind="forum.meeting_moved")
        assert {n.person for n in told} == {*town.elected, *town.union, town.secretary}
        assert re.search(r"12\.? januar", told[0].body)
        assert re.search(r"19\.? januar", told[0].body)
        late = year_plans.plan_meeting(body=town.committee, starts_at=at(3, 9), actor=town.secretary)
        assert year_plans.changed_since(planned.plan) == {moved.pk: "moved", late.pk: "added"}

    def test_nobody_is_told_of_a_move_where_no_plan_is_published(self, town: Municipality) -> None:
        meeting = year_plans.plan_meeting(body=town.committee, starts_at=at(1, 12), actor=town.secretary)
        perform(meeting, "move", actor=town.secretary, data={"starts_at": at(1, 19), "place": "Salen"})
        assert not Notice.objects.filter(kind="forum.meeting_moved").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_plan_it_once(transactional_db: None) -> None:
    town = municipality()
    answers = together(
        lambda: publish(town, at(1, 12), at(2, 9)), lambda: publish(town, at(1, 12), at(2, 9), actor=town.chair)
    )
    assert sorted(len(answer.added) for answer in answers) == [0, 2]
    assert Meeting.objects.filter(body=town.committee).count() == 2


@pytest.mark.django_db
class TestPages:
    def asked(self, town: Municipality, **more: str) -> str:
        wanted = {
            "weekday": "1", "which": "2", "rhythm": "monthly", "every": "", "first": f"{year_ahead()}-01-01",
            "last": f"{year_ahead()}-12-31", "at": "18:00", "place": "Rådhuset", "when_off": "next_week", **more,
        }  # fmt: skip
        query = "&".join(f"{key}={value}" for key, value in wanted.items())
        return f"{reverse('forum:year_plan_make', args=[town.committee.slug])}?{query}"

    def sent(self, page: Any) -> dict[str, Any]:
        formset = page.context["formset"]
        sent = {"year": str(year_ahead()), "l-TOTAL_FORMS": str(len(formset.forms)), "l-INITIAL_FORMS": "0"}
        for number, form in enumerate(formset.forms):
            for name in ("day", "at", "place", "note"):
                value = form[name].value()
                sent[f"l-{number}-{name}"] = value.strftime("%H:%M") if isinstance(value, time) else str(value or "")
            if form["keep"].value():
                sent[f"l-{number}-keep"] = "on"
        return sent

    def test_from_pattern_to_published_plan(self, secretary: Client, town: Municipality) -> None:
        year_plans.add_day_off(
            name="Vinterferie",
            first_day=date(year_ahead(), 2, 1),
            last_day=date(year_ahead(), 2, 28),
            actor=town.administrator,
        )
        page = secretary.get(self.asked(town))
        assert page.status_code == 200
        assert "Vinterferie" in page.content.decode()
        assert not Meeting.objects.exists()
        sent = self.sent(page)
        count = int(sent["l-TOTAL_FORMS"])
        assert count == 12
        del sent["l-0-keep"]
        sent["l-3-day"] = f"{year_ahead()}-04-07" if date(year_ahead(), 4, 7).weekday() < 5 else f"{year_ahead()}-04-06"
        more = secretary.post(self.asked(town), {**sent, "do": "add"})
        assert more.url.endswith(f"?lines={year_ahead()}")  # Back opens the lines, and the browser's error never
        more = secretary.get(more.url)
        assert f"l-{count}-day" in more.content.decode()
        assert not Meeting.objects.exists()
        done = secretary.post(self.asked(town), {**sent, "do": "publish"}, follow=True)
        assert done.status_code == 200
        assert Meeting.objects.count() == 11
        assert not Meeting.objects.filter(starts_at__month=2).exists()
        assert "Rådhuset" in done.content.decode()

    def test_one_more_row_is_kept_where_the_page_is_left_then(self, secretary: Client, town: Municipality) -> None:
        page = secretary.get(self.asked(town))
        sent = {**self.sent(page), "form_owner": page.context["form_owner"], "l-0-place": "Båthuset"}
        assert secretary.post(self.asked(town), {**sent, "do": "add"}).status_code == 302
        again = secretary.get(self.asked(town)).context["formset"].forms
        assert again[0]["place"].value() == "Båthuset"
        assert secretary.post(self.asked(town), {**sent, "do": "publish"}).status_code == 302
        assert "Båthuset" not in secretary.get(self.asked(town)).content.decode()

    def test_a_line_on_a_holiday_keeps_what_was_typed_and_says_why(self, secretary: Client, town: Municipality) -> None:
        sent = self.sent(secretary.get(self.asked(town)))
        sent |= {"l-4-day": f"{year_ahead()}-05-17", "l-4-keep": "on", "do": "publish"}
        page = secretary.post(self.asked(town), sent)
        assert page.status_code == 422
        assert f'value="{year_ahead()}-05-17"' in page.content.decode()
        assert "day" in page.context["formset"].forms[4].errors
        assert not Meeting.objects.exists()

    def test_nonsense_is_refused_and_breaks_nothing(self, secretary: Client, town: Municipality) -> None:
        assert (
            secretary.get(self.asked(town, last=f"{year_ahead()}-01-01", first=f"{year_ahead()}-02-01")).status_code
            == 422
        )
        assert secretary.get(self.asked(town, weekday="9")).status_code == 422
        assert secretary.get(self.asked(town, rhythm="weekly", every="0")).status_code == 422
        address = reverse("forum:year_plan_make", args=[town.committee.slug])
        for year in ("", "x", "99999", "²"):
            assert secretary.post(address, {"year": year}).status_code == 404
        assert secretary.post(address, {"year": "2027", "l-TOTAL_FORMS": "9999999"}).status_code == 422
        assert secretary.post(address, {"year": "2027", "do": "add", "l-TOTAL_FORMS": "²"}).status_code == 302
        assert not Meeting.objects.exists()

    def test_the_plan_is_read_by_whoever_may_see_the_meetings(self, town: Municipality) -> None:
        plan = publish(town, at(1, 12)).plan
        address = plan.get_absolute_url()
        town.committee.meetings_open = False
        town.committee.save()
        assert Client().get(address).status_code == 404
        town.committee.meetings_open = True
        town.committee.save()
        page = Client().get(address)
        assert page.status_code == 200
        assert "Rådhuset" in page.content.decode()
        assert reverse("forum:year_plan_make", args=[town.committee.slug]) not in page.content.decode()
        assert Client().get(reverse("forum:year_plan", args=[town.committee.slug, 1999])).status_code == 404

    def test_making_a_plan_is_for_who_plans(self, town: Municipality) -> None:
        address = reverse("forum:year_plan_make", args=[town.committee.slug])
        for person in (town.elected[2], town.employee(), town.outsider):
            client = Client()
            client.force_login(person)
            assert client.get(address).status_code == 404
            assert client.post(address, {"year": "2027"}).status_code == 404

    def test_days_off_are_the_administrators(self, town: Municipality) -> None:
        address = reverse("forum:days_off")
        client = Client()
        client.force_login(town.secretary)
        assert client.get(address).status_code == 404
        client.force_login(town.administrator)
        sent = {"name": "Høstferie", "first_day": "2027-10-04", "last_day": "2027-10-08"}
        assert client.post(address, {**sent, "last_day": "2027-10-01"}).status_code == 422
        assert client.post(address, sent).status_code == 302
        assert client.post(address, sent).status_code == 422
        off = DayOff.objects.get()
        assert days_off(date(2027, 10, 5), date(2027, 10, 5)) == {date(2027, 10, 5): "Høstferie"}
        assert "Høstferie" in client.get(address).content.decode()
        client.post(address, {"remove": off.pk})
        assert not DayOff.objects.exists()
        assert Event.objects.filter(action="forum.day_off_removed", data__name="Høstferie").exists()
