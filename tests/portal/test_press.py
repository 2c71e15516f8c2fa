"""For the press: today, what comes, what was decided, whom to ask, a feed, and nothing internal."""

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings import ending
from forum.meetings.core.models import AgendaItem, Meeting
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.corrections import services as corrections
from forum.meetings.minutes.corrections.models import RecordCorrection
from forum.meetings.minutes.decision_lists.models import DecisionList
from forum.meetings.minutes.models import Minutes
from forum.meetings.planning import services
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import words
from tests.forum.meetings.test_lifecycle import in_session
from tests.proposals.conftest import Road
from trepart import clock
from trepart.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bokmal")]
_ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_press_sees_today_what_comes_and_whom_to_ask_and_nothing_internal(
    client: Client, town: Municipality
) -> None:
    noon = timezone.localtime().replace(hour=23, minute=30)
    for body, secretary, starts in (
        (town.committee, town.secretary, noon),
        (town.committee, town.secretary, noon + timedelta(days=9)),
        (town.coordination, town.coordination_secretary, noon + timedelta(days=3)),
    ):
        services.plan_meeting(body=body, starts_at=starts, place="Rådhuset", actor=secretary)
    pages = [Client().get(reverse("portal:press")).content.decode()]
    client.force_login(town.secretary)
    pages.append(client.get(reverse("portal:press")).content.decode())
    for page in pages:
        said = words(page)
        today = said[said.index("Today ") : said.index("Coming meetings")]
        assert today.count(town.committee.name) == 1
        assert town.chair.name in said
        assert town.secretary.name in said
        assert town.coordination.name not in said
        assert town.coordination_secretary.name not in said


def test_a_meeting_held_today_is_todays_also_when_it_is_over_and_was_planned_for_another_day(
    town: Municipality,
) -> None:
    meeting = in_session(town)  # called for another day
    said = words(Client().get(reverse("portal:press")).content.decode())
    today = said[said.index("Today ") : said.index("Coming meetings")]
    assert (today.count(town.committee.name), "the meeting goes on now" in today) == (1, True)
    item = meeting.items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)
    said = words(Client().get(reverse("portal:press")).content.decode())
    today = said[said.index("Today ") : said.index("Coming meetings")]
    assert (today.count(town.committee.name), "the meeting is over" in today) == (1, True)


def test_the_feed_tells_published_decisions_everybody_may_read(town: Municipality) -> None:
    road = Road(town, needs_grant="yes", title="Elsykler & <hjelm>").to_committee()
    item = road.decided(Resolution.DECLINE)

    def entries() -> list[Any]:
        answer = Client().get(reverse("portal:press_feed"))
        assert answer["Content-Type"].startswith("application/atom+xml")
        return ElementTree.fromstring(answer.content).findall(f"{_ATOM}entry")  # our own answer

    assert entries() == []
    perform(minutes_services.begin(item.meeting), "publish", actor=town.secretary)
    (entry,) = entries()
    assert entry.findtext(f"{_ATOM}title") == f"{item.label} Elsykler & <hjelm>"
    link = entry.find(f"{_ATOM}link")
    told = [datetime.fromisoformat(entry.findtext(f"{_ATOM}{name}") or "") for name in ("published", "updated")]
    published_at = Minutes.objects.get().published_at
    assert told == [published_at, published_at]
    assert link is not None
    assert link.get("href", "").startswith("http")
    # Readers of feeds ask every half hour: what has not changed is not sent again.
    first = Client().get(reverse("portal:press_feed"))
    again = Client().get(reverse("portal:press_feed"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    # A title that is older than the doors, with what XML cannot hold, does not close the feed for everybody.
    AgendaItem.objects.filter(pk=item.pk).update(title="El\x08sykler\u202e \ufffehjelm")
    (entry,) = entries()
    assert entry.findtext(f"{_ATOM}title") == f"{item.label} Elsykler hjelm"


def test_what_the_decision_list_tells_is_news_and_what_is_put_right_in_it_is_told_as_put_right(
    town: Municipality,
) -> None:
    meeting = in_session(town)
    item = meeting.items.get()
    ballots.record_ballot(item, actor=town.secretary)
    decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.secretary)
    meeting = perform(Meeting.objects.get(pk=meeting.pk), "end", actor=town.secretary)

    def told() -> tuple[datetime, datetime, str]:
        (entry,) = ElementTree.fromstring(Client().get(reverse("portal:press_feed")).content).findall(f"{_ATOM}entry")
        days = [datetime.fromisoformat(entry.findtext(f"{_ATOM}{name}") or "") for name in ("published", "updated")]
        return days[0], days[1], entry.findtext(f"{_ATOM}summary") or ""

    pages = [reverse("portal:front"), reverse("portal:press")]
    assert not any(item.title in Client().get(page).content.decode() for page in pages)
    ending.publish_decisions(meeting, actor=town.secretary)
    assert all(item.title in Client().get(page).content.decode() for page in pages)
    out = DecisionList.objects.get().created_at
    assert told()[:2] == (out, out)
    assert f" {timezone.localtime(meeting.starts_at).year}." in told()[2]
    # The minutes say the same: nothing that was told has changed.
    perform(minutes_services.begin(meeting), "publish", actor=town.secretary)
    assert told()[:2] == (out, out)
    assert "corrected on" not in told()[2]
    corrections.correct_decision(
        AgendaItem.objects.get(pk=item.pk),
        text="Noe annet.",
        resolution=Resolution.ADOPT,
        differs="Feil i referatet.",
        reason="Feil tekst.",
        actor=town.secretary,
    )
    assert told()[:2] == (out, RecordCorrection.objects.get().at)
    assert "corrected on" in told()[2]
    assert all("corrected on" in Client().get(page).content.decode() for page in pages)


def test_the_month_shows_what_the_reader_may_see(client: Client, town: Municipality) -> None:
    meeting = held_meeting(town)
    day = timezone.localtime(meeting.starts_at)
    services.plan_meeting(
        body=town.coordination,
        starts_at=clock.now() + timedelta(days=1),
        place="Rom",
        actor=town.coordination_secretary,
    )
    url = reverse("forum:meeting_month_of", args=[day.year, day.month])
    page = Client().get(url).content.decode()
    assert meeting.get_absolute_url() in page
    assert town.coordination.name not in page
    client.force_login(town.coordination_secretary)
    whole = client.get(reverse("forum:meeting_month")).content.decode() + client.get(url).content.decode()
    assert town.coordination.name in whole
    for year, month in ((1800, 1), (2026, 0), (2026, 13), (99999, 1)):
        assert Client().get(f"/moter/maned/{year}/{month}/").status_code == 404
    assert Client().get(reverse("forum:meeting_month_of", args=[1990, 1])).status_code == 200
    assert Client().get(reverse("forum:meeting_month_of", args=[2100, 12])).status_code == 200
