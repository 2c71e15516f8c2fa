"""What is printed when it is asked for: so often, and no more, by those who have not signed in."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from forum.meetings.minutes import services as minutes_services
from forum.organisation.models import Body
from tests.factories.meetings import SECRET, held_meeting
from tests.factories.organisation import Municipality
from trepart.pdf import rendering
from trepart.workflow import perform

pytestmark = pytest.mark.django_db


def limits(settings: Any, **some: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = django_settings.ACCOUNT_RATE_LIMITS | some


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    """Return a meeting with its minutes out: of these an extract of each case is drawn when it is asked for."""
    held = held_meeting(town)
    perform(minutes_services.begin(held), "publish", actor=town.secretary)
    return held


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is drawn from now on, by title."""
    titles: list[str] = []
    draw = rendering._draw

    def counted(source: str, about: Any, *more: Any) -> bytes:
        titles.append(about.title)
        return draw(source, about, *more)

    monkeypatch.setattr(rendering, "_draw", counted)
    return titles


def extracts(meeting: Meeting) -> list[str]:
    items = meeting.items.exclude(title=SECRET).filter(decision__isnull=False).order_by("position")
    return [reverse("forum:extract_pdf", args=[meeting.pk, item.pk]) for item in items]


def test_somebody_not_signed_in_has_so_much_drawn_and_no_more(
    town: Municipality, meeting: Meeting, settings: Any, client: Client
) -> None:
    limits(settings, printed="2/m/ip")
    agenda = reverse("forum:agenda_pdf", args=[meeting.pk])
    first, second = extracts(meeting)[:2]
    assert [client.get(url).status_code for url in (agenda, first, second)] == [200, 200, 429]
    refused = client.get(second)
    assert refused["Retry-After"] == "60"
    assert refused["Content-Type"].startswith("text/html")
    # What was drawn is given on; the page itself is read all the same.
    assert [client.get(url).status_code for url in (agenda, first, meeting.get_absolute_url())] == [200, 200, 200]
    inside = Client()
    inside.force_login(town.secretary)
    assert [inside.get(agenda).status_code for _time in range(4)] == [200] * 4


def test_all_together_have_so_much_drawn(meeting: Meeting, settings: Any) -> None:
    limits(settings, printed_by_all="2/m/key")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    codes = [
        Client(headers={"x-forwarded-for": f"198.51.100.{number}"}).get(url).status_code
        for number, url in enumerate([reverse("forum:agenda_pdf", args=[meeting.pk]), *extracts(meeting)[:2]])
    ]
    assert codes == [200, 200, 429]


def test_it_is_drawn_once_for_everybody_and_told_who_has_it(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = drawn(monkeypatch)
    for url in (reverse("forum:agenda_pdf", args=[meeting.pk]), extracts(meeting)[0]):
        titles.clear()
        answers = [Client().get(url) for _time in range(3)]
        assert len(titles) == 1
        assert len({answer.content for answer in answers}) == 1
        assert answers[0]["Cache-Control"] == "public, no-cache"
        again = Client(headers={"if-none-match": answers[0]["ETag"]}).get(url)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answers[0]["ETag"])
        assert len(titles) == 1


def test_what_says_something_else_now_is_drawn_anew(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = drawn(monkeypatch)
    agenda = reverse("forum:agenda_pdf", args=[meeting.pk])
    before = Client().get(agenda)
    Meeting.objects.filter(pk=meeting.pk).update(place="Nordli")
    after = Client().get(agenda)
    assert len(titles) == 2
    assert before["ETag"] != after["ETag"]


def test_what_is_nobodys_to_read_any_more_is_not_given_from_what_was_drawn(
    meeting: Meeting, town: Municipality
) -> None:
    extract = extracts(meeting)[0]
    shown = Client().get(extract)
    assert shown.status_code == 200
    Body.objects.filter(pk=town.committee.pk).update(meetings_open=False)
    asked_again = Client(headers={"if-none-match": shown["ETag"]}).get(extract)
    assert asked_again.status_code in (403, 404)


def test_what_is_drawn_for_somebody_signed_in_is_kept_nowhere(
    town: Municipality, meeting: Meeting, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = drawn(monkeypatch)
    agenda = reverse("forum:agenda_pdf", args=[meeting.pk])
    client.force_login(town.secretary)
    answers = [client.get(agenda) for _time in range(2)]
    assert len(titles) == 2
    assert [answer["Cache-Control"] for answer in answers] == ["private, no-store"] * 2
    Client().get(agenda)
    assert len(titles) == 3
