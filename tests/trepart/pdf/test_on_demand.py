"""What is printed when it is asked for: so often, and no more, by those who have not signed in."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from forum.meetings.core.models import Meeting
from tests.factories.meetings import held_meeting
from tests.factories.organisation import Municipality

pytestmark = pytest.mark.django_db


def limits(settings: Any, **some: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = django_settings.ACCOUNT_RATE_LIMITS | some


@pytest.fixture
def meeting(town: Municipality) -> Meeting:
    return held_meeting(town)


def test_somebody_not_signed_in_prints_so_often_and_no_more(
    town: Municipality, meeting: Meeting, settings: Any, client: Client
) -> None:
    limits(settings, printed="2/m/ip")
    agenda = reverse("forum:agenda_pdf", args=[meeting.pk])
    assert [client.get(agenda).status_code for _time in range(3)] == [200, 200, 429]
    refused = client.get(agenda)
    assert refused["Retry-After"] == "60"
    assert refused["Content-Type"].startswith("text/html")
    # Another address of the same kind counts in the same limit; the page itself is read all the same.
    item = meeting.items.get(title="Ny åpningstid")
    assert client.get(reverse("forum:extract_pdf", args=[meeting.pk, item.pk])).status_code == 429
    assert client.get(meeting.get_absolute_url()).status_code == 200
    inside = Client()
    inside.force_login(town.secretary)
    assert [inside.get(agenda).status_code for _time in range(4)] == [200] * 4


def test_all_together_print_so_often(meeting: Meeting, settings: Any) -> None:
    limits(settings, printed_by_all="3/m/key")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    agenda = reverse("forum:agenda_pdf", args=[meeting.pk])
    codes = [Client(headers={"x-forwarded-for": f"198.51.100.{number}"}).get(agenda).status_code for number in range(5)]
    assert codes == [200, 200, 200, 429, 429]
