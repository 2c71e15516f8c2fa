"""For the press: today, what comes, what was decided, whom to ask, a feed, and nothing internal."""

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.core.models import AgendaItem
from forum.meetings.minutes import services as minutes_services
from forum.meetings.minutes.models import MinutesVersion
from forum.meetings.planning import services
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality
from tests.forum.meetings.minutes.test_minutes import words
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
    version = MinutesVersion.objects.get()
    told = [datetime.fromisoformat(entry.findtext(f"{_ATOM}{name}") or "") for name in ("published", "updated")]
    minutes = version.minutes
    assert minutes.published_at is not None
    assert told == [minutes.published_at, version.created_at]
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
